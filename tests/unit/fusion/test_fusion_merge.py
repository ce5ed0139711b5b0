"""Merging: what several reports say together."""

from __future__ import annotations

import pytest
from fusion_builders import ARMY, DAY, MANBIJ, PROVINCE, REBELS, mention
from hypothesis import given
from hypothesis import strategies as st

from streams.contracts import Actor, Quantity, SubEventType
from streams.fusion.merge import merge
from streams.fusion.reports import Report, coding_of


def reports(*said, sources="abcdefgh", roots=None):
    """One report a mention, of outlets a, b, c ... in this order."""
    return [
        Report((roots or "12345678")[number], str(number), sources[number], number, coding_of(told))
        for number, told in enumerate(said)
    ]


def fatalities(*tolls, **how):
    merged = merge(reports(*(mention(dead=dead) for dead in tolls), **how)).said.fatalities
    return (merged.low, merged.best, merged.high, merged.qualifier)


def test_one_report_stands_as_it_is():
    merged = merge(reports(mention(dead="16+")))
    assert merged.said.fatalities == mention(dead="16+").fatalities
    assert (merged.sources, merged.conflicts) == (1, 0)


@pytest.mark.parametrize(
    ("tolls", "merged"),
    [
        ((16, 16), (16, 16, 16, "exact")),
        ((16, 18), (16, 18, 18, "range")),
        ((18, 16), (16, 16, 18, "range")),
        ((16, 16, 18), (16, 16, 18, "range")),
        ((16, "15+"), (15, 16, None, "at_least")),
        (("16+", "16+", 20), (16, 20, None, "at_least")),
        (("30-40", 35), (30, 35, 40, "range")),
        ((16, None), (16, 16, 16, "exact")),
        ((0, 0), (0, 0, 0, "exact")),
    ],
)
def test_low_is_the_least_high_the_most_and_best_what_agrees_with_most_voices(tolls, merged):
    assert fatalities(*tolls) == merged


def test_of_one_outlet_the_newest_figure_stands():
    assert fatalities(16, 18, 25, sources="aba") == (18, 25, 25, "range")


def test_of_one_cluster_of_near_duplicates_the_newest_figure_stands():
    assert fatalities(16, 18, 25, roots="121") == (18, 25, 25, "range")


def test_an_outlet_that_no_longer_tells_the_toll_has_not_taken_it_back():
    assert fatalities(16, None, sources="aa") == (16, 16, 16, "exact")


@pytest.mark.parametrize(
    ("sources", "roots", "count"),
    [("abc", "123", 3), ("aba", "123", 2), ("abc", "112", 2), ("abca", "1223", 2), ("aaa", "123", 1)],
    ids=["all independent", "an outlet twice", "a copy", "linked through a copy", "one outlet"],
)
def test_outlets_and_clusters_that_are_linked_are_one_source(sources, roots, count):
    said = [mention()] * len(sources)
    assert merge(reports(*said, sources=sources, roots=roots)).sources == count


def test_outlets_of_reports_no_longer_kept_still_count_once():
    assert merge(reports(mention(), mention()), faded=("a", "x")).sources == 3


def test_the_more_precise_place_wins_as_a_whole():
    said = merge(reports(mention(**PROVINCE), mention(**PROVINCE), mention(**MANBIJ))).said
    assert (said.location, said.latitude, said.geo_precision) == ("Manbij", 36.528, 1)


def test_the_more_precise_date_wins_and_of_equals_the_one_most_tell():
    week = mention(event_date=DAY.replace(day=12), date_precision=2)
    assert merge(reports(week, week, mention())).said.event_date == DAY
    other = mention(event_date=DAY.replace(day=17))
    assert merge(reports(other, mention(), mention())).said.event_date == DAY


def test_most_voices_name_the_type_and_an_attack_gives_way_to_what_names_the_means():
    attack, bomb = mention(SubEventType.ATTACK), mention(SubEventType.REMOTE_EXPLOSIVE)
    assert merge(reports(attack, bomb)).said.sub_event_type == SubEventType.REMOTE_EXPLOSIVE
    assert merge(reports(attack, bomb)).said.event_type == bomb.event_type
    suicide = mention(SubEventType.SUICIDE_BOMB)
    assert merge(reports(bomb, suicide, suicide)).said.sub_event_type == SubEventType.SUICIDE_BOMB


def test_an_actor_known_by_name_is_preferred_to_one_as_written():
    unknown = mention(actor1=Actor(name="attackers"))
    assert merge(reports(unknown, mention(actor1=ARMY))).said.actor1 == ARMY


def test_confidence_rises_with_sources_and_falls_with_vagueness_and_conflict():
    sure = merge(reports(mention(dead=16), mention(dead=16))).confidence
    assert sure == 0.75
    assert merge(reports(mention(dead=16))).confidence == 0.5
    assert merge(reports(mention(dead=16, **PROVINCE), mention(dead=16, **PROVINCE))).confidence < sure
    assert merge(reports(mention(dead=16), mention(dead=30))).confidence < sure
    assert merge(reports(mention(dead=16, actor1=ARMY), mention(dead=16, actor1=REBELS))).confidence < sure


_quantities = st.builds(
    lambda low, more, most: Quantity(low=low, best=low + more, high=None if most is None else low + more + most),
    st.integers(0, 50),
    st.integers(0, 9),
    st.none() | st.integers(0, 9),
)


@given(st.lists(_quantities, min_size=1, max_size=8))
def test_low_best_and_high_are_always_in_order_and_hold_every_voice(tolls):
    merged = merge(reports(*(mention().model_copy(update={"fatalities": told}) for told in tolls))).said.fatalities
    assert merged.low <= merged.best
    assert merged.low == min(told.low for told in tolls)
    if any(told.high is None for told in tolls):
        assert merged.high is None
    else:
        assert merged.best <= merged.high == max(told.high for told in tolls)
