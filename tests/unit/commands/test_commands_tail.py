"""What `streams tail` understands and how it writes an event."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.commands.console import safe
from streams.commands.errors import USAGE, CommandError
from streams.commands.tail import event_row, parse_since, toll, wanted
from streams.contracts import Actor, Event, Quantity
from streams.contracts.examples import EVENT

NOW = datetime(2017, 3, 10, 12, 0, tzinfo=UTC)


def event(**changes: object) -> Event:
    return EVENT.model_copy(update=changes)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("45s", timedelta(seconds=45)),
        ("15m", timedelta(minutes=15)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(days=2)),
    ],
)
def test_since_takes_a_span_before_now(text: str, span: timedelta):
    assert parse_since(text, NOW) == NOW - span


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2017-03-10T06:00Z", datetime(2017, 3, 10, 6, tzinfo=UTC)),
        ("2017-03-10T06:00+02:00", datetime(2017, 3, 10, 4, tzinfo=UTC)),
        ("2017-03-10", datetime(2017, 3, 10, tzinfo=UTC)),
    ],
)
def test_since_takes_an_instant_in_utc_unless_it_says_otherwise(text: str, at: datetime):
    assert parse_since(text, NOW) == at


@pytest.mark.parametrize("text", ["", "yesterday", "15", "m", "-5m", "5 m", "1h30m", "2017-13-01", "٣h "])
def test_since_refuses_what_is_neither(text: str):
    with pytest.raises(CommandError, match="--since") as refusal:
        parse_since(text, NOW)
    assert refusal.value.code == USAGE


@pytest.mark.parametrize("text", ["9999999999d", "99999999999999999999s"])
def test_since_refuses_a_span_longer_than_time(text: str):
    with pytest.raises(CommandError, match="--since"):
        parse_since(text, NOW)


@pytest.mark.parametrize(
    ("quantity", "shown"),
    [
        (None, ""),
        (Quantity(low=52, best=52, high=52), "52"),
        (Quantity(low=52, best=52, high=None, qualifier="at_least"), "52+"),
        (Quantity(low=27, best=30, high=33, qualifier="approx"), "~30"),
        (Quantity(low=10, best=10, high=99, qualifier="vague"), "~10"),
        (Quantity(low=30, best=30, high=40, qualifier="range"), "30-40"),
        (Quantity(low=0, best=None, high=30, qualifier="at_most"), "0-30"),
        (Quantity(low=0, best=0, high=0), "0"),
    ],
)
def test_a_toll_is_written_briefly(quantity: Quantity | None, shown: str):
    assert toll(quantity) == shown


@given(st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6))
def test_a_toll_never_shows_none(low: int | None, best: int | None, high: int | None):
    if low is not None:  # the number policy always knows a least
        assert "None" not in toll(Quantity(low=low, best=best, high=high, qualifier="range"))


def test_a_row_tells_region_revision_type_place_parties_and_id():
    row = event_row(EVENT)
    assert row[0] == "SY-ID"
    assert row[1] == f"r{EVENT.revision}"
    assert row[3] == "Air/drone strike"
    assert row[4] == "Saraqib"
    assert row[-1] == EVENT.event_id


def test_a_retracted_event_is_marked():
    assert event_row(event(status="retracted", revision=4))[1] == "r4 RETRACTED"


def test_what_is_not_known_is_a_question_mark():
    row = event_row(event(admin1=None, country=None, event_date=None, location=None, actor1=None, actor2=None))
    assert (row[0], row[2], row[4], row[5]) == ("?", "?", "?", "? > ?")


@given(st.text())
def test_text_from_outside_cannot_steer_a_terminal(text: str):
    shown = safe(text, 50)
    assert len(shown) <= 50
    assert not [c for c in shown if unicodedata.category(c)[0] == "C"]


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\x07", "\x00", "\x9b31m", "\u202e", "\u200f", "\r\n", "\ud800"])
def test_control_format_and_lone_surrogate_characters_become_blanks(hidden: str):
    assert safe(f"Sara{hidden}qib").startswith("Sara ")


def test_a_row_makes_place_and_parties_safe():
    actor = Actor(name="army\x1b[31m\n")
    row = event_row(event(location="Sara\x1bqib", actor1=actor, actor2=None))
    assert not any("\x1b" in cell or "\n" in cell for cell in row)


def test_no_filter_keeps_everything():
    keep = wanted([], 0)
    assert keep(EVENT)
    assert keep(event(fatalities=None))


@pytest.mark.parametrize("name", ["Air/drone strike", "AIR/DRONE STRIKE", "explosions/remote violence"])
def test_a_type_is_an_event_type_or_a_sub_event_type_in_any_case(name: str):
    assert wanted([name], 0)(EVENT)
    assert wanted(["Riots", name], 0)(EVENT)
    assert not wanted(["Riots"], 0)(EVENT)


@pytest.mark.parametrize(
    ("quantity", "least", "kept"),
    [
        (Quantity(low=12, best=12, high=12), 12, True),
        (Quantity(low=12, best=12, high=12), 13, False),
        (Quantity(low=0, best=None, high=30, qualifier="at_most"), 1, False),
        (Quantity(low=20, best=None, high=None, qualifier="at_least"), 20, True),
        (None, 1, False),
    ],
)
def test_the_least_number_killed_counts_what_is_known_of_the_dead(quantity: Quantity | None, least: int, kept: bool):
    assert wanted([], least)(event(fatalities=quantity)) is kept


def test_filters_hold_together():
    assert not wanted(["Air/drone strike"], 10_000)(EVENT)
