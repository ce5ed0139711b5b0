"""Which tellings are one event, and what becomes of tolls that differ."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.contracts import Actor, Article, Mention, SubEventType
from streams.extraction import load_coder

PUBLISHED = datetime(2016, 10, 14, 12, tzinfo=UTC)  # a Friday


def code(*paragraphs: str) -> list[Mention]:
    text = "\n\n".join(paragraphs)
    article = Article(article_id="a", source="wire", text=text, published_at=PUBLISHED, fingerprint="f")
    return load_coder(("SY",)).code(article)


def dead(mentions: list[Mention]) -> list[int]:
    return sorted(m.fatalities.low or 0 for m in mentions if m.fatalities is not None)


def test_two_sources_that_differ_span_the_toll_of_one_event() -> None:
    mentions = code(
        "Air strikes on the town of Ariha on Thursday killed 20 people, the Syrian Observatory said.",
        "Activists said the strikes killed 24 people.",
    )
    assert [(m.fatalities.low, m.fatalities.high) for m in mentions if m.fatalities] == [(20, 24)]


def test_a_part_of_the_dead_is_no_second_event() -> None:
    mentions = code(
        "Air strikes killed 20 people in Aleppo on Thursday, a monitor said.",
        "At least 12 of the dead were killed in a strike on a market in the Sukkari district of Aleppo.",
    )
    assert dead(mentions) == [20]


def test_parts_of_one_place_and_day_stay_one_event() -> None:
    mentions = code(
        "Ten people were killed in mortar attacks on the town of Salamiyah on Thursday.",
        "Police said three people died in mortar attacks on Salamiyah in the morning.",
        "Seven people died in mortar attacks on Salamiyah in the evening.",
    )
    assert dead(mentions) == [10]


def test_attacks_on_different_days_are_different_events() -> None:
    mentions = code(
        "A car bomb killed six people in Qamishli on Wednesday.",
        "Another car bomb killed four people in Qamishli on Thursday.",
    )
    assert dead(mentions) == [4, 6]


def test_strikes_by_enemies_at_one_place_are_different_events() -> None:
    mentions = code(
        "Rebels shelled western Aleppo on Thursday, killing three people.",
        "Government forces shelled eastern Aleppo on Thursday, killing eight people.",
    )
    assert dead(mentions) == [3, 8]


def test_taking_a_town_after_clashes_there_is_one_event() -> None:
    mentions = code(
        "Clashes erupted in the town of Morek on Thursday.",
        "Rebels captured the town of Morek on Thursday.",
    )
    assert [m.sub_event_type for m in mentions] == [SubEventType.NON_STATE_OVERTAKES]


def test_a_killing_in_a_row_takes_the_means_of_its_neighbour() -> None:
    mentions = code(
        "Government jets bombed two towns in Idlib province on Thursday.",
        "Eleven people were killed in air strikes on Saraqib.",
        "Another three people were killed in Ariha.",
    )
    assert {m.sub_event_type for m in mentions} == {SubEventType.AIR_STRIKE}


@pytest.mark.parametrize(
    ("sentence", "places"),
    [
        ("Air strikes killed 12 people in Jasim and four people in Nawa.", {"Jasim": 12, "Nawa": 4}),
        ("Shelling killed three people in Douma and left two dead in Harasta.", {"Douma": 3, "Harasta": 2}),
    ],
)
def test_places_with_dead_of_their_own_are_events_of_their_own(sentence: str, places: dict[str, int]) -> None:
    assert {m.location: m.fatalities.low for m in code(sentence) if m.fatalities} == places


def test_an_undated_event_is_dated_by_the_lede() -> None:
    mentions = code("Air strikes hit Saraqib on Wednesday.", "Clashes erupted in Daraa.")
    assert {m.event_date.isoformat() for m in mentions if m.event_date} == {"2016-10-12"}


def test_the_same_act_goes_on_with_the_same_actor() -> None:
    mentions = code(
        "Russian jets bombed the town of Ariha on Thursday, killing three people.",
        "Air strikes on the town of Binnish killed two people.",
    )
    assert {m.actor1.name for m in mentions if m.actor1} == {"Russian jets"}
    assert len(mentions) == 2


def test_an_event_abroad_needs_its_place_beside_the_act() -> None:
    mentions = code(
        "Air strikes killed nine people in Idlib on Thursday.",
        "An official in Geneva said an attack on a convoy near Aleppo had killed two people.",
    )
    assert {m.country for m in mentions} == {"SY"}


def test_a_battle_that_is_told_again_is_between_those_who_can_fight() -> None:
    from streams.extraction.actors import ActorMention
    from streams.extraction.merge import _clearer

    def party(name: str, word: str) -> ActorMention:
        return ActorMention(0, 1, 0, len(name), Actor(name=name), name, word)

    residents, fighters = party("residents", "civil"), party("ISIL", "name")
    assert _clearer(residents, fighters, battle=True) is fighters
    assert _clearer(fighters, residents, battle=True) is fighters
    assert _clearer(residents, fighters, battle=False) is residents
