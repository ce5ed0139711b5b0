"""Replays: a crash at any write, and the consumer's view and the state come out as if nothing had happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts import Actor, ActorKind, Mention, Mentions, Quantity, SubEventType
from streams.dedup import fingerprint, sketch
from streams.fusion import FusionSettings, Region

CODE = "sy-hl"
START = datetime(2016, 12, 17, 6, tzinfo=UTC)
SMALL = FusionSettings(
    near_window=timedelta(hours=4), event_window=timedelta(hours=9), max_evidence=2, max_reports=2, replay_reach=12
)
PLACES = [
    {"location": "Manbij", "latitude": 36.528, "longitude": 37.955, "geo_precision": 1},
    {"location": "al-Bab", "latitude": 36.371, "longitude": 37.516, "geo_precision": 1},
    {"location": "Aleppo", "geo_precision": 3},
    {},
]
ACTORS = [None, Actor(name="the army", canonical="Syrian Army", kind=ActorKind.STATE_FORCES), Actor(name="militants")]
TEXTS = [
    "Shells fell on the bakery of the town at dawn and people ran from the street as ambulances came to help them.",
    "Shells fell on the bakery of the town at dawn and people ran from the street as ambulances came for them.",
    "A car packed with explosives blew up near the crowded bus station while passengers waited in the morning cold.",
    "The council met to speak of bread, water and roads after the winter storm had passed over the villages.",
]


@st.composite
def _mention(draw: st.DrawFn) -> Mention:
    kind = draw(st.sampled_from([SubEventType.SHELLING, SubEventType.AIR_STRIKE, SubEventType.REMOTE_EXPLOSIVE]))
    dead = draw(st.sampled_from([None, 3, 4, 7, 30]))
    day = draw(st.sampled_from([None, date(2016, 12, 16), date(2016, 12, 17)]))
    return Mention(
        event_type=kind.event_type,
        sub_event_type=kind,
        country="SY",
        admin1="SY-HL",
        **draw(st.sampled_from(PLACES)),
        event_date=day,
        date_precision=1 if day else None,
        actor1=draw(st.sampled_from(ACTORS)),
        fatalities=None if dead is None else Quantity(low=dead, best=dead, high=dead, text=str(dead)),
        sentence=f"{dead} died.",
        start=0,
        end=5,
        rules=("trigger",),
    )


@st.composite
def _message(draw: st.DrawFn) -> Mentions:
    text = draw(st.sampled_from(TEXTS)) + draw(st.sampled_from(["", " It was the second time.", " No more is known."]))
    hours = draw(st.sampled_from([None, 0, 1, 3, 5, 11, 20, 40]))
    return Mentions(
        region=CODE,
        article_id=draw(st.sampled_from(["a1", "a2", "a3", "a4", "a5", "a6"])),
        fingerprint=fingerprint("", text),
        source=draw(st.sampled_from(["north", "south", "east"])),
        ingested_at=None if hours is None else START + timedelta(hours=hours),
        sketch=sketch(text),
        mentions=tuple(draw(st.lists(_mention(), max_size=3))),
    )


class Run:
    """An agent and its broker: what was published, and every write in order with the message it belongs to."""

    def __init__(self, settings: FusionSettings = SMALL) -> None:
        self.settings = settings
        self.region = Region(CODE, settings, "1")
        self.published: dict[tuple[str, int], bytes] = {}
        self.writes: list[tuple[str, bytes | None]] = []
        self.out: list[list[tuple[str, int]]] = []
        self.ends: list[int] = []

    def take(self, messages: list[Mentions]) -> None:
        for message in messages:
            step = self.region.step(message)
            for event in step.events:
                encoded = event.encode()
                earlier = self.published.setdefault((event.event_id, event.revision), encoded)
                assert earlier == encoded, "one (event_id, revision) with two contents"
            self.out.append([(event.event_id, event.revision) for event in step.events])
            self.writes += [(key, None if entry is None else orjson.dumps(entry)) for key, entry in step.writes]
            self.ends.append(len(self.writes))

    def table(self) -> dict[str, bytes]:
        table: dict[str, bytes] = {}
        for key, entry in self.writes:
            if entry is None:
                table.pop(key, None)
            else:
                table[key] = entry
        return table

    def complete(self, written: int) -> int:
        """Return how many messages had all of their writes among the first `written`."""
        return sum(end <= written for end in self.ends)

    def crash(self, written: int) -> Run:
        """Return what starts anew from the first `written` writes, with the outputs that must be out by then."""
        after = Run(self.settings)
        complete = self.complete(written)
        begun = complete + (written > (self.ends[complete - 1] if complete else 0))
        after.published = {key: self.published[key] for keys in self.out[:begun] for key in keys}
        after.writes = self.writes[:written]
        after.region = Region.load(
            CODE, self.settings, "1", [(key, orjson.loads(entry)) for key, entry in reversed(after.table().items())]
        )
        return after


@settings(max_examples=150, deadline=None)
@given(st.lists(_message(), min_size=1, max_size=8), st.data())
def test_a_crash_after_any_write_changes_neither_the_events_nor_the_state(messages, data):
    whole = Run()
    whole.take(messages)
    for written in range(len(whole.writes) + 1):
        replay_from = data.draw(st.integers(0, whole.complete(written)))
        after = whole.crash(written)
        after.take(messages[replay_from:])
        assert after.published == whole.published
        assert after.table() == whole.table()


@settings(max_examples=100, deadline=None)
@given(st.lists(_message(), min_size=1, max_size=6), st.data())
def test_crash_after_crash_in_one_message_still_ends_in_the_same_state(messages, data):
    whole = Run()
    whole.take(messages)
    run = whole.crash(data.draw(st.integers(0, len(whole.writes))))
    for _ in range(3):
        run.take(messages)
        seen = run.published
        run = run.crash(data.draw(st.integers(0, len(run.writes))))
        run.published = dict(seen)
    run.take(messages)
    assert run.published == whole.published
    assert run.table() == whole.table()


@settings(max_examples=100, deadline=None)
@given(st.lists(_message(), min_size=2, max_size=8), st.data())
def test_the_state_in_memory_after_a_crash_is_the_one_that_was_lost(messages, data):
    split = data.draw(st.integers(1, len(messages) - 1))
    whole = Run()
    whole.take(messages[:split])
    after = whole.crash(len(whole.writes))
    for message in messages[split:]:
        assert after.region.step(message) == whole.region.step(message)


@settings(max_examples=50, deadline=None)
@given(st.lists(_message(), min_size=1, max_size=6), st.data())
def test_a_message_that_comes_again_from_another_origin_changes_nothing(messages, data):
    whole = Run()
    whole.take(messages)
    before = whole.table()
    again = data.draw(st.sampled_from(messages))
    step = whole.region.step(again.model_copy(update={"ingested_at": START + timedelta(days=9)}))
    assert (step.outcome, step.events, step.writes) == ("replay", (), ())
    assert whole.table() == before
