"""Matching: whether a mention and a live event are one and the same.

Five components are scored and added up; each has a name that goes into the event's trace. Some exclude a match
whatever the rest says. Equal type, day and place make 8 points; the default threshold of 7 lets one of them be
less sure if figures or actors agree, because two attacks fused is a worse error than one attack told twice.

- type: equal 3; a pair of data/close_types.tsv as told there; anything else excludes.
- date: the same day 2; the next -1, and only with an equal figure of three or more; within the slack of a week or
  month 0; unknown -.5; farther apart excludes.
- place: the same 3; within 5 km 1.5; within 15 km .5; the same province and no more of both 1; one inside the other 0;
  unknown -.5; another excludes.
- actors: the first the same 1, another of the same kind -1, of another kind -1.5; the second half of that.
- figures: equal 2 (1 below three); compatible 1, or .5 where one is open or vague; risen to at most about twice .5;
  a little lower 0; "at least" so few against so many -1.5; apart -2. Of several tolls the best and the worst count.

A mention of a report that the event has already heard (same cluster of near-duplicates) gets 2 more, and its figures
may differ: that is what an update is. It must tell the same day, though.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from streams.contracts import EventType, Quantity, SubEventType
from streams.fusion.profile import bounds

if TYPE_CHECKING:
    from streams.contracts import ActorKind
    from streams.fusion.profile import Profile

SAME_PLACE_KM = 1.0
SAME_TOWN_KM = 5.0
NEAR_KM = 15.0
HOMONYM_KM = 50.0
"""Farther apart than this, equal names are two places."""
FEW = 3
"""Equal figures below this are common by chance."""
RISE_FACTOR = 2
RISE_FLOOR = 3
"""A toll may rise to RISE_FACTOR times the earlier one plus RISE_FLOOR and still be the same event's."""
DROP_SHARE = 0.75
"""A later toll of at least this share of the earlier one is a recount."""
MOST_FOR_ACTORS = 1.5

_EARTH_KM = 6371.0

Component = tuple[float, str]
_NEXT_DAY: Component = (-1, "date-next")
_SAME_FIGURES: Component = (2, "figures-same")


@dataclass(frozen=True, slots=True)
class Match:
    """How well a mention fits an event, and why."""

    points: float
    rules: tuple[str, ...]


def match(mention: Profile, event: Profile, threshold: float, *, same_report: bool = False) -> Match | None:
    """Score a mention against an event; None where something excludes that they are one, or not enough says so.

    Args:
        mention: what an article says now.
        event: what all reports said so far.
        threshold: least points of a match.
        same_report: the event has heard an earlier version of this article, or a near-duplicate of it.
    """
    kind = _CLOSENESS.get((mention.sub_event_type, event.sub_event_type))
    if kind is None:
        return None
    when = _date(mention, event)
    if when is None:
        return None
    where = _place(mention, event)
    if where is None:
        return None
    # Outlets that print one text day after day report another event each day: an update keeps the day.
    same_report = same_report and when is not _NEXT_DAY
    figures = _figures(mention, event, same_report=same_report)
    if when is _NEXT_DAY and _SAME_FIGURES not in figures:
        return None
    components = [kind, when, where, *figures]
    if same_report:
        components.append((2, "same-report"))
    # Hardly any candidate gets this far up; actors are compared only where they can still decide.
    if sum(points for points, _ in components) + MOST_FOR_ACTORS < threshold:
        return None
    components += _actors(mention, event)
    total = sum(points for points, _ in components)
    return Match(total, tuple(f"fusion:{rule}" for _, rule in components)) if total >= threshold else None


def _date(a: Profile, b: Profile) -> Component | None:
    if a.day is None or b.day is None:
        return -0.5, "date-unknown"
    apart = abs(a.day - b.day)
    if a.slack or b.slack:
        return (0, "date-within") if apart <= max(1, a.slack + b.slack) else None
    if apart > 1:
        return None
    return _NEXT_DAY if apart else (2, "date-same")


def _place(a: Profile, b: Profile) -> Component | None:
    if (a.admin1 and b.admin1 and a.admin1 != b.admin1) or (a.country and b.country and a.country != b.country):
        return None
    if a.place and b.place:
        return _named_places(a, b)
    if not (a.admin1 and b.admin1):
        return -0.5, "place-unknown"
    return (0, "place-within") if a.place or b.place else (1, "place-province")


def _named_places(a: Profile, b: Profile) -> Component | None:
    apart = _kilometres(a, b)
    if a.place == b.place:
        return (3, "place-same") if apart is None or apart <= HOMONYM_KM else None
    if apart is None or apart > NEAR_KM:
        return None
    if apart <= SAME_PLACE_KM:
        return 3, "place-same"
    return (1.5, "place-town") if apart <= SAME_TOWN_KM else (0.5, "place-near")


def _kilometres(a: Profile, b: Profile) -> float | None:
    """Return the distance on the sphere (haversine), or None without coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    north, south = radians(a.latitude), radians(b.latitude)
    chord = sin((north - south) / 2) ** 2 + cos(north) * cos(south) * sin(radians(a.longitude - b.longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(chord)))


def _actors(a: Profile, b: Profile) -> list[Component]:
    straight = _pair(a.actor1, b.actor1, 1, "actor1"), _pair(a.actor2, b.actor2, 0.5, "actor2")
    if a.sub_event_type.event_type is not EventType.BATTLES:
        return [scored for scored in straight if scored]
    # Which side of a battle stands first is the outlet's choice.
    crossed = _pair(a.actor1, b.actor2, 1, "actor1"), _pair(a.actor2, b.actor1, 0.5, "actor2")
    best = max(straight, crossed, key=lambda pairs: sum(scored[0] for scored in pairs if scored))
    return [scored for scored in best if scored]


def _pair(
    a: tuple[str, ActorKind | None] | None, b: tuple[str, ActorKind | None] | None, weight: float, slot: str
) -> Component | None:
    if a is None or b is None:
        return None
    if a[0] == b[0]:
        return weight, f"{slot}-same"
    other_kind = slot == "actor1" and a[1] is not None and b[1] is not None and a[1] != b[1]
    return -weight * (1.5 if other_kind else 1), f"{slot}-other"


def _figures(mention: Profile, event: Profile, *, same_report: bool) -> list[Component]:
    """Compare the tolls told by both: the best agreement and the worst contradiction count."""
    scored = [_figure(new, old) for new, old in zip(mention.tolls, event.tolls, strict=True) if new and old]
    if len(scored) > 1:
        best, worst = max(scored), min(scored)
        scored = [best, worst] if best[0] > 0 > worst[0] else [worst] if worst[0] < 0 else [best]
    return [component for component in scored if component[0] > 0 or not same_report]


def _figure(new: Quantity, old: Quantity) -> Component:
    low, high = bounds(new)
    least, most = bounds(old)
    if new.best is not None and new.best == old.best and "vague" not in (new.qualifier, old.qualifier):
        return _SAME_FIGURES if new.best >= FEW else (1, "figures-few")
    before, after = old.best or least, new.best or low
    if low <= most and least <= high:
        vague = "vague" in (new.qualifier, old.qualifier)
        if float("inf") in (high, most) and not vague and max(before, after) > _believable(min(before, after)):
            return -1.5, "figures-far"
        return (0.5 if vague or float("inf") in (high, most) else 1), "figures-compatible"
    if before and before < after <= _believable(before):
        return 0.5, "figures-risen"
    if before and DROP_SHARE * before <= after < before:
        return 0, "figures-recount"
    return -2, "figures-apart"


def _believable(toll: int) -> int:
    """Return what a toll may rise to and still be the same event's."""
    return RISE_FACTOR * toll + RISE_FLOOR


def _read_closeness() -> dict[tuple[SubEventType, SubEventType], Component]:
    close: dict[tuple[SubEventType, SubEventType], Component] = {
        (kind, kind): (3, "type-same") for kind in SubEventType
    }
    table = files("streams.fusion").joinpath("data/close_types.tsv").read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line and not line.startswith("#")]
    for row in rows[1:]:
        a, b, points, _ = row.split("\t")
        pair = SubEventType(a), SubEventType(b)
        close[pair] = close[pair[::-1]] = (float(points), "type-close")
    return close


_CLOSENESS = _read_closeness()
