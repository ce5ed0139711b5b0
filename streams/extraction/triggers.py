"""Trigger words: where a sentence speaks of an act, its means or its toll, and of which sub-event type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from streams.contracts.coding import EventType, SubEventType
from streams.extraction.lexicons import read_lexicon
from streams.extraction.words import Hit, PhraseTable, Words


@dataclass(frozen=True, slots=True)
class Trigger:
    """A row of triggers.tsv; see its header."""

    signal: str
    sub_event_type: SubEventType
    voice: str
    weapon: str | None
    guard: str | None


@dataclass(frozen=True, slots=True)
class Signal:
    """A trigger found: words[first:last] of the article."""

    first: int
    last: int
    trigger: Trigger

    @property
    def sub_event_type(self) -> SubEventType:
        """The sub-event type that it speaks for."""
        return self.trigger.sub_event_type

    @property
    def family(self) -> EventType:
        """The event type that it speaks for."""
        return self.trigger.sub_event_type.event_type


@lru_cache(maxsize=1)
def _table() -> PhraseTable[Trigger]:
    lexicon = read_lexicon("triggers.tsv")
    rows = [
        (
            row["pattern"],
            Trigger(
                row["signal"],
                SubEventType(row["sub_event_type"]),
                row["voice"],
                None if row["weapon"] in {"", "-"} else row["weapon"],
                None if row["guard"] in {"", "-"} else row["guard"],
            ),
        )
        for row in lexicon.rows
    ]
    return PhraseTable(rows, lexicon.classes)


def find_signals(words: Words, first: int, last: int) -> list[Signal]:
    """Return the triggers in words[first:last] in order, one for each stretch of words.

    Where a long pattern spans another trigger ("launched a rocket attack"), the one that names the means stays.
    """
    kept: list[Hit[Trigger]] = []
    for hit in _table().scan_all(words, first, last):
        while kept and kept[-1].last > hit.first and _gives_way(kept[-1], hit):
            kept.pop()
        if not kept or kept[-1].last <= hit.first:
            kept.append(hit)
    return [Signal(hit.first, hit.last, hit.payload) for hit in kept]


_LOOSE = frozenset([SubEventType.ARMED_CLASH, SubEventType.ATTACK, SubEventType.OTHER])


def _gives_way(outer: Hit[Trigger], inner: Hit[Trigger]) -> bool:
    """Whether an earlier, overlapping trigger yields to a later one: a vague act to a named means."""
    specific = inner.payload.signal == "event" and inner.payload.sub_event_type not in _LOOSE
    return specific and (outer.payload.signal != "event" or outer.payload.sub_event_type in _LOOSE)
