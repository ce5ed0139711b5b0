"""What candidates take from the article around them: place, day, actor, means; and which then say too little."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from streams.contracts.coding import EventType, SubEventType
from streams.extraction.candidates import Candidate
from streams.extraction.cues import cue
from streams.extraction.event_dates import DateSpan

_LEDE = 2
"""Index of the last sentence that may rest on the headline's place."""
_ECHO = 3
"""Sentences over which one actor's acts go on without its being named again."""
_ONE_HANDED = frozenset([SubEventType.AIR_STRIKE, SubEventType.SHELLING])
"""Types in which a run of acts in one text is mostly one actor's."""


def placed_by_context(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Give what has no place of its own the place that the article told last, or tells next; a truce is national."""
    for index, candidate in enumerate(candidates):
        if candidate.location is None:
            around = (*reversed(candidates[:index]), *candidates[index + 1 :])
            candidate.location = next((c.location for c in around if c.location is not None), None)
            candidate.guessed_place = True
        words = candidate.passage.keys(candidate.passage.first, candidate.passage.last)
        national = candidate.sub_event_type is SubEventType.AGREEMENT and not cue("nationwide").isdisjoint(words)
        if national and not candidate.own_place and candidate.location is not None and candidate.location.country:
            candidate.location = candidate.passage.reading.nation(candidate.location.country) or candidate.location
    return list(candidates)


def same_actor(events: Sequence[Candidate]) -> list[Candidate]:
    """Give an act without an actor that of the same act told just before: raids here, then "raids on" there."""
    for before, event in pairwise(events):
        near = 0 < event.passage.index - before.passage.index <= _ECHO
        if near and event.actor1 is None and event.sub_event_type is before.sub_event_type in _ONE_HANDED:
            event.actor1 = before.actor1
            if before.actor1 is not None:
                event.rules.append("same-actor-goes-on")
    return list(events)


def typed_by_row(events: Sequence[Candidate]) -> list[Candidate]:
    """Give a vague killing the means of its neighbours: told in one row with them, or as "another five people".

    "Eleven were killed in Saraqib and a man died in Ariha": if the first is known as an air strike, so is the second.
    """
    for index, event in enumerate(events):
        if not event.weak or event.sub_event_type is not SubEventType.ATTACK:
            continue
        kin = [e for e in events if e.row is not None and e.row == event.row and not e.weak]
        if not kin and index and _goes_on(event):
            kin = [events[index - 1]]
        if kin and kin[0].family is EventType.EXPLOSIONS:
            event.sub_event_type, event.weak, event.weapon = kin[0].sub_event_type, False, kin[0].weapon
            event.actor1 = event.actor1 or kin[0].actor1
            event.rules.append("means-of-its-row")
    return list(events)


def _goes_on(event: Candidate) -> bool:
    first = event.passage.first
    return not cue("goes-on").isdisjoint(event.passage.keys(first, first + 2))


def told_enough(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Drop what rests on a vague word alone, and what has no place and no toll."""
    return [candidate for candidate in candidates if _is_telling(candidate)]


def _is_telling(candidate: Candidate) -> bool:
    tolls = candidate.casualties
    counted = tolls.fatalities is not None or tolls.injured is not None
    if candidate.location is None:
        return candidate.counted and (not candidate.weak or candidate.actor1 is not None)
    national = candidate.location.admin1 is None and candidate.sub_event_type is not SubEventType.AGREEMENT
    if national and not counted and candidate.date is None:
        return False  # "strikes in Syria": a war, not an event
    if not candidate.weak:
        return True
    dated = candidate.date is not None and tolls.fatalities is not None
    known = (candidate.actor1 is not None) + (candidate.actor2 is not None)
    if candidate.family is EventType.EXPLOSIONS:
        return counted or known > 0
    if not (candidate.own_place or dated or candidate.passage.index <= _LEDE):
        return False
    return counted or known > 1


def dated_by_lede(candidate: Candidate) -> None:
    """Date what its own sentence leaves undated: the day of the lede, else about the day of publication."""
    if candidate.date is not None and candidate.date.day is not None:
        return
    reading = candidate.passage.reading
    if reading.lede_day is not None:
        candidate.date = DateSpan(0, 0, "", reading.lede_day, 1)
    elif reading.published is not None:
        candidate.date = DateSpan(0, 0, "", reading.published.date(), 2)
