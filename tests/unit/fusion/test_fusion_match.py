"""Matching: what may be one event, what must not be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from fusion_builders import AL_BAB, ARMY, DAY, NO_COORDINATES, PROVINCE, REBELS, mention

from streams.contracts import Actor, ActorKind, SubEventType
from streams.fusion import FusionSettings
from streams.fusion.match import match
from streams.fusion.profile import profile_of

THRESHOLD = FusionSettings().threshold
NEXT_DAY = DAY + timedelta(days=1)
NOWHERE = dict.fromkeys(["location", "latitude", "longitude", "geo_precision"])
TWO_KM_OFF = {"location": "Hayy al-Sharqi", "latitude": 36.54, "longitude": 37.97, "geo_precision": 1}
TEN_KM_OFF = {"location": "Abu Qalqal", "latitude": 36.46, "longitude": 38.03, "geo_precision": 1}
MILITIA = Actor(name="gunmen", kind=ActorKind.POLITICAL_MILITIA)


def score(one, other, **how):
    return match(profile_of(one), profile_of(other), THRESHOLD, **how)


ONE = {
    "same in all": (mention(), mention()),
    "spelt otherwise, same coordinates": (mention(), mention(location="Menbij")),
    "car bomb, later a suicide bomb": (mention(SubEventType.REMOTE_EXPLOSIVE), mention(SubEventType.SUICIDE_BOMB)),
    "next day with the same toll": (mention(dead=16), mention(dead=16, event_date=NEXT_DAY)),
    "no date but the same toll": (mention(dead=16), mention(dead=16, event_date=None, date_precision=None)),
    "province only but the same toll": (mention(dead=16), mention(dead=16, **PROVINCE)),
    "a district, same actor": (mention(actor1=ARMY), mention(actor1=ARMY, **TWO_KM_OFF)),
    "a village near by, same toll": (mention(dead=16), mention(dead=16, **TEN_KM_OFF)),
    "open toll": (mention(dead="20+"), mention(dead=31)),
    "recount": (mention(dead=19), mention(dead=20)),
    "one of them without actors": (mention(actor1=ARMY), mention()),
    "sides of a battle in the other order": (
        mention(SubEventType.ARMED_CLASH, actor1=ARMY, actor2=REBELS),
        mention(SubEventType.ARMED_CLASH, actor1=REBELS, actor2=ARMY),
    ),
    "a week's precision": (mention(dead=16), mention(dead=16, event_date=DAY - timedelta(days=4), date_precision=2)),
}
TWO = {
    "other means": (mention(SubEventType.SHELLING), mention(SubEventType.SUICIDE_BOMB)),
    "capture by the other side": (
        mention(SubEventType.GOVERNMENT_REGAINS),
        mention(SubEventType.NON_STATE_OVERTAKES),
    ),
    "other town": (mention(dead=16), mention(dead=16, **AL_BAB)),
    "other name without coordinates": (mention(dead=16), mention(dead=16, location="Jarabulus", **NO_COORDINATES)),
    "homonyms far apart": (mention(), mention(latitude=35.0)),
    "other province": (mention(), mention(admin1="SY-HM")),
    "two days later": (mention(dead=16), mention(dead=16, event_date=DAY + timedelta(days=2))),
    "next day and nothing else to go by": (mention(), mention(event_date=NEXT_DAY)),
    "next day, same actor, no figures": (mention(actor1=ARMY), mention(actor1=ARMY, event_date=NEXT_DAY)),
    "separate tolls": (mention(dead=4), mention(dead=30)),
    "at least ten against seventy-five": (mention(dead="10+"), mention(dead="75+")),
    "nobody killed against five": (mention(dead=0), mention(dead=5)),
    "province only and no figures": (mention(actor1=ARMY), mention(actor1=ARMY, **PROVINCE)),
    "no place and no figures": (mention(), mention(admin1=None, **NOWHERE)),
    "a district, nothing else to go by": (mention(), mention(**TWO_KM_OFF)),
    "a village near by, same actor": (mention(actor1=ARMY), mention(actor1=ARMY, **TEN_KM_OFF)),
    "perpetrators of another kind": (mention(actor1=ARMY), mention(actor1=MILITIA)),
    "last month": (mention(), mention(event_date=date(2016, 10, 1), date_precision=3)),
}


@pytest.mark.parametrize("pair", ONE.values(), ids=ONE.keys())
def test_these_are_one_event_whichever_comes_first(pair):
    assert score(*pair)
    assert score(*reversed(pair))


def test_a_toll_that_has_risen_is_the_same_event_and_one_that_fell_by_as_much_is_another():
    assert score(mention(dead=16), mention(dead=9))
    assert score(mention(dead=9), mention(dead=16)) is None


@pytest.mark.parametrize("pair", TWO.values(), ids=TWO.keys())
def test_these_are_two_events_whichever_comes_first(pair):
    assert score(*pair) is None
    assert score(*reversed(pair)) is None


def test_a_toll_that_rises_beyond_belief_is_another_event():
    assert score(mention(dead=36), mention(dead=16)) is None


def test_a_report_heard_before_may_change_its_figures():
    assert score(mention(dead=4), mention(dead=30), same_report=True)


def test_a_report_heard_before_does_not_move_an_event_to_another_town():
    assert score(mention(**AL_BAB), mention(), same_report=True) is None


def test_a_report_heard_before_does_not_move_an_event_to_the_next_day():
    later = mention(dead=5, actor1=ARMY, event_date=NEXT_DAY)
    assert score(later, mention(dead=4, actor1=ARMY), same_report=True) is None


def test_equal_small_figures_weigh_less_than_equal_large_ones():
    assert score(mention(dead=2), mention(dead=2)).points < score(mention(dead=16), mention(dead=16)).points


def test_the_components_are_named():
    found = score(mention(dead=16, actor1=ARMY), mention(dead=16, actor1=ARMY))
    assert found.rules == (
        "fusion:type-same",
        "fusion:date-same",
        "fusion:place-same",
        "fusion:figures-same",
        "fusion:actor1-same",
    )
    assert found.points == 11
