"""Merging: what all standing reports of an event say together.

Reports are heard by *voice*: outlets and clusters of near-duplicates that are linked with each other are one
voice, and of each voice the newest word on a slot stands. Then, slot by slot:

- type: what most voices say; "Attack" and "Other" yield to anything that names the means.
- place: the most precise, then what most voices say. Date: likewise.
- actors, weapon, attribution: what most voices say, a name known to the lexicon first.
- tolls: `low` the least that a standing word allows, `high` the most (null when one is open), `best` the figure
  that agrees with most voices, the newest of equals.

Ties go to the earlier report, so that an event does not flap between two equals.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from streams.contracts import Coding, Quantity, SubEventType
from streams.fusion.profile import TOLLS, actor_key, bounds, place_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.contracts import Actor
    from streams.contracts.coding import Qualifier
    from streams.fusion.reports import Report

T = TypeVar("T")
Voice = list[tuple[int, "Report"]]
"""Reports of one independent witness with their order of arrival, the newest last."""

_NAMES_NO_MEANS = frozenset({SubEventType.ATTACK, SubEventType.OTHER})
_LEAST_PRECISE = 4


@dataclass(frozen=True, slots=True)
class Merged:
    """One event as all its reports tell it."""

    said: Coding
    sources: int
    """Independent voices."""
    conflicts: int
    """Slots on which voices contradict each other: type, first actor, fatalities, injured; 0..4."""

    @property
    def confidence(self) -> float:
        """How far the event may be believed, 0..1.

        (1 - 0.5 ** sources) * place * date * (1 - 0.15 * conflicts), rounded to two digits, where place is 1, .95,
        .85 for ACLED's geo precision 1, 2, 3 and .7 for none, and date 1, .95, .85 for date precision 1, 2, 3 and .8
        for none: each further independent source halves the doubt, vagueness and contradiction add to it.
        """
        place = {1: 1.0, 2: 0.95, 3: 0.85, None: 0.7}[self.said.geo_precision]
        when = {1: 1.0, 2: 0.95, 3: 0.85, None: 0.8}[self.said.date_precision]
        return round((1 - 0.5**self.sources) * place * when * (1 - 0.15 * self.conflicts), 2)


def merge(reports: Sequence[Report], faded: Sequence[str] = ()) -> Merged:
    """Merge the reports of one event.

    Args:
        reports: one or more reports, in order of arrival.
        faded: outlets of earlier reports that are no longer kept; they count as sources only.
    """
    if len(reports) == 1 and not faded:
        return Merged(reports[0].said, sources=1, conflicts=0)
    voices, sources = _voices(reports, faded)
    types = _words(voices, lambda said: said.sub_event_type)
    kind = _elect(types, prefer=lambda said: said not in _NAMES_NO_MEANS)
    coder = next(report.said for report in reports if report.said.sub_event_type == kind)
    actors = _words(voices, lambda said: said.actor1)
    tolls = {slot: _words(voices, attrgetter(slot)) for slot in TOLLS}
    said: dict[str, Any] = {
        "event_type": coder.event_type,
        "sub_event_type": kind,
        "plover": coder.plover,
        "plover_mode": coder.plover_mode,
        "cameo": coder.cameo,
        **_place(voices),
        **_date(voices),
        "actor1": _actor(actors),
        "actor2": _actor(_words(voices, lambda said: said.actor2)),
        **{slot: _toll(told) for slot, told in tolls.items()},
        "weapon": _elect(_words(voices, lambda said: said.weapon)),
        "attribution": _elect(_words(voices, lambda said: said.attribution)),
    }
    conflicts = (
        (len(set(types)) > 1)
        + (len({actor_key(actor) for actor in actors}) > 1)
        + sum(_contradict(tolls[slot]) for slot in ("fatalities", "injured"))
    )
    return Merged(Coding.model_construct(**said, modality="asserted"), sources, conflicts)


def _voices(reports: Sequence[Report], faded: Sequence[str]) -> tuple[list[Voice], int]:
    """Group reports linked by a cluster or an outlet, also by way of others; count the groups, faded ones included."""
    leader: dict[str, str] = {}

    def lead(node: str) -> str:
        while leader.setdefault(node, node) != node:
            node = leader[node]
        return node

    for outlet in faded:
        lead(f"outlet {outlet}")
    for report in reports:
        leader[lead(f"cluster {report.root}")] = lead(f"outlet {report.source}")
    groups: dict[str, Voice] = {}
    for order, report in enumerate(reports):
        groups.setdefault(lead(f"outlet {report.source}"), []).append((order, report))
    return list(groups.values()), len({lead(node) for node in list(leader)})


def _words(voices: Sequence[Voice], slot: Callable[[Coding], T | None]) -> list[T]:
    """Return each voice's newest word on a slot, in the order in which these words came."""
    told = []
    for voice in voices:
        for order, report in reversed(voice):
            word = slot(report.said)
            if word is not None:
                told.append((order, word))
                break
    return [word for _, word in sorted(told, key=itemgetter(0))]


def _elect(told: Sequence[T], prefer: Callable[[T], bool] = lambda _: True) -> T | None:
    """Return what most voices say; of equals a preferred word, then the earliest."""
    votes = Counter(told)
    return max(votes, key=lambda word: (votes[word], prefer(word)), default=None)


def _actor(told: Sequence[Actor]) -> Actor | None:
    votes = Counter(actor_key(actor) for actor in told)
    return max(
        told,
        key=lambda actor: (votes[actor_key(actor)], actor.canonical is not None, actor.kind is not None),
        default=None,
    )


def _place(voices: Sequence[Voice]) -> dict[str, Any]:
    told = _words(voices, lambda said: said if said.location or said.admin1 or said.country else None)
    votes = Counter(place_name(said.location or "") for said in told)
    chosen = min(
        told,
        key=lambda said: (
            said.geo_precision or _LEAST_PRECISE,
            said.latitude is None,
            -votes[place_name(said.location or "")],
        ),
        default=None,
    )
    slots = ("country", "admin1", "location", "latitude", "longitude", "geo_precision")
    return {slot: getattr(chosen, slot, None) for slot in slots}


def _date(voices: Sequence[Voice]) -> dict[str, Any]:
    told = _words(voices, lambda said: (said.event_date, said.date_precision) if said.event_date else None)
    votes = Counter(told)
    chosen = min(told, key=lambda dated: (dated[1] or _LEAST_PRECISE, -votes[dated]), default=(None, None))
    return {"event_date": chosen[0], "date_precision": chosen[1]}


def _toll(told: Sequence[Quantity]) -> Quantity | None:
    if len(told) < 2:  # noqa: PLR2004  (nothing to merge)
        return told[0] if told else None
    ranges = [bounds(quantity) for quantity in told]
    low = min(least for least, _ in ranges)
    high = max(most for _, most in ranges)

    def agreeing(quantity: Quantity) -> int:
        return sum(least <= (quantity.best or 0) <= most for least, most in ranges)

    figures = [quantity for quantity in told if quantity.best is not None]
    chosen = max(reversed(figures), key=agreeing, default=told[-1])
    if all((quantity.low, quantity.best, quantity.high) == (chosen.low, chosen.best, chosen.high) for quantity in told):
        return chosen
    most = None if high == float("inf") else int(high)
    qualifier: Qualifier = "at_least" if most is None else "exact" if most == low else "range"
    return Quantity(low=low, best=chosen.best, high=most, qualifier=qualifier, text=chosen.text)


def _contradict(told: Sequence[Quantity]) -> bool:
    """Tell whether two voices give ranges without a common figure."""
    ranges = [bounds(quantity) for quantity in told]
    return bool(ranges) and max(least for least, _ in ranges) > min(most for _, most in ranges)
