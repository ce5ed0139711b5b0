"""One event once per article: headline, lede and detail come together."""

from __future__ import annotations

from collections.abc import Sequence

from streams.contracts.coding import EventType, Quantity, SubEventType
from streams.extraction.actors import ActorMention
from streams.extraction.candidates import Candidate
from streams.extraction.quantities import Casualties
from streams.extraction.sameness import firm, fit, holds, least, two_sources
from streams.places import Location

_TELLING = frozenset([SubEventType.CHEMICAL_WEAPON, SubEventType.SUICIDE_BOMB])
"""Means that, told later, name what an explosion or strike was."""


def merge(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Fold the candidates of an article, in the order of its text, into its distinct events."""
    events: list[Candidate] = []
    for candidate in candidates:
        host = _host(events, candidate)
        if host is None:
            events.append(candidate)
        else:
            _fold(host, candidate)
    return events


def _host(events: Sequence[Candidate], candidate: Candidate) -> Candidate | None:
    """Return the event that a candidate speaks of again: the best fitting, the latest among equals."""
    best: tuple[int, int, Candidate] | None = None
    for order, event in enumerate(events):
        fitness = fit(event, candidate)
        if fitness > 0 and (best is None or (fitness, order) > best[:2]):
            best = (fitness, order, event)
    return best[2] if best else None


def _fold(event: Candidate, candidate: Candidate) -> None:
    """Take over what a second telling adds."""
    better = _evidence_rank(candidate) > _evidence_rank(event)
    if event.weak and not candidate.weak:
        event.sub_event_type, event.weak, event.weapon = candidate.sub_event_type, False, candidate.weapon
    if candidate.sub_event_type in _TELLING and event.family is EventType.EXPLOSIONS:
        event.sub_event_type = candidate.sub_event_type
    if candidate.family is EventType.BATTLES and event.sub_event_type is SubEventType.ARMED_CLASH:
        event.sub_event_type = candidate.sub_event_type
    event.location = _settled_place(event, candidate)
    event.own_place = event.own_place or candidate.own_place
    event.guessed_place = event.guessed_place and not candidate.own_place
    event.row = candidate.row if event.row is None else event.row
    event.date = event.date if event.date is not None and event.date.day is not None else candidate.date
    battle = event.family is EventType.BATTLES
    event.actor1 = _clearer(event.actor1, candidate.actor1, battle=battle)
    event.actor2 = _clearer(event.actor2, candidate.actor2, battle=battle)
    event.weapon = event.weapon or candidate.weapon
    event.casualties = _joined(event, candidate)
    event.attribution = event.attribution or candidate.attribution
    for rule in (*candidate.rules, "told-again"):
        if rule not in event.rules:
            event.rules.append(rule)
    if better:
        event.passage, event.signals = candidate.passage, candidate.signals


def _clearer(one: ActorMention | None, other: ActorMention | None, *, battle: bool) -> ActorMention | None:
    """Return the first party told, unless only the second says whose it is ("jets", then "Russian jets").

    Battles are between those who can fight: there an armed party stands before one that is not.
    """
    if battle and one is not None and not one.armed and other is not None and other.armed:
        return other
    if one is None or (not one.side and other is not None and other.side):
        return other
    return one


def _evidence_rank(candidate: Candidate) -> int:
    return (
        2 * (candidate.own_place)
        + 2 * (candidate.casualties.fatalities is not None or candidate.casualties.injured is not None)
        + (candidate.actor1 is not None)
        + (not candidate.weak)
        - 2 * candidate.anaphoric
        - 3 * (candidate.passage.text == candidate.passage.reading.title)
    )


def _settled_place(event: Candidate, candidate: Candidate) -> Location | None:
    one, other = event.location, candidate.location
    if event.own_place and not candidate.own_place and one is not None:
        return one
    if candidate.own_place and not event.own_place and other is not None and (other.admin1 or not (one and one.admin1)):
        return other
    return finer(one, other)


def finer(one: Location | None, other: Location | None) -> Location | None:
    """Return the location that says more: a district rather than its city, a village rather than the country."""
    if one is None or other is None:
        return one or other
    if one.admin1 is None and other.admin1 is not None:
        return other
    if one.admin1 == other.admin1 and holds(one, other) and not holds(other, one):
        return other
    return one


def _joined(event: Candidate, candidate: Candidate) -> Casualties:
    one, other = event.casualties, candidate.casualties
    differ = two_sources(event, candidate)
    running = frozenset(span.role for span in candidate.spans if span.toll)
    return Casualties(
        fatalities=_reconciled(one.fatalities, other.fatalities, differ=differ, running="fatalities" in running),
        injured=_reconciled(one.injured, other.injured, differ=differ, running="injured" in running),
        captured=one.captured or other.captured,
        displaced=max(one.displaced, other.displaced, key=least),  # buses come and go: the total is the largest
    )


def _reconciled(one: Quantity | None, other: Quantity | None, *, differ: bool, running: bool) -> Quantity | None:
    """Two tellings of one toll: the firm one, a risen one, what two sources span, or else the one told first."""
    if one is None or other is None:
        return one or other
    if firm(one) is None or firm(other) is None:
        return one if firm(one) else other
    low, high = sorted([one.low or 0, other.low or 0])
    if low == high:
        return one
    if running and other.low == high:
        return other
    if not differ:
        return one
    return Quantity(low=low, best=one.best, high=high, qualifier="range", text=f"{one.text} / {other.text}")
