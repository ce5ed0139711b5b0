"""Candidates: the few live events that a mention is worth comparing with.

Events are posted under coarse keys, each split by day. A mention with a named place looks up the place's name, the
grid cells around its coordinates, and events of its type whose place is vague; one with a vague place looks up all
events of its type on its day. Which events are posted depends only on those held, so an index rebuilt from the
table finds what the lost one found.
"""

from __future__ import annotations

from math import cos, floor, radians
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.fusion.profile import Profile

CELL_DEGREES = 0.15
"""Height of a grid cell: 16.7 km, more than match.NEAR_KM, so that neighbours hold all that is near."""

_MIN_COSINE = 0.05  # keeps cells finite at the poles

Cell = tuple[int, int]
Posting = str | Cell
Days = dict[int | None, set[str]]


class LiveIndex:
    """Event ids by what a mention of the same event would share with them."""

    def __init__(self) -> None:
        self._posted: dict[Posting, Days] = {}

    def add(self, event_id: str, profile: Profile, roots: Iterable[str]) -> None:
        """Post an event; `roots` are the clusters of articles that it has heard."""
        day = None if profile.slack else profile.day
        for posting in _postings(profile, roots):
            self._posted.setdefault(posting, {}).setdefault(day, set()).add(event_id)

    def discard(self, event_id: str, profile: Profile, roots: Iterable[str]) -> None:
        """Take back what `add` posted with the same arguments."""
        day = None if profile.slack else profile.day
        for posting in _postings(profile, roots):
            days = self._posted[posting]
            days[day].discard(event_id)
            if not days[day]:
                del days[day]
                if not days:
                    del self._posted[posting]

    def candidates(self, mention: Profile) -> set[str]:
        """Return the events that share enough with `mention` to be compared with it."""
        found: set[str] = set()
        for posting in _lookups(mention):
            for day, event_ids in self._posted.get(posting, {}).items():
                if day is None or mention.day is None or abs(day - mention.day) <= max(1, mention.slack):
                    found |= event_ids
        return found

    def heard(self, root: str) -> set[str]:
        """Return the events that have heard an article of the cluster `root`."""
        return set[str]().union(*self._posted.get(f"root {root}", {}).values())


def _postings(profile: Profile, roots: Iterable[str]) -> Iterator[Posting]:
    yield f"type {profile.sub_event_type}"
    if profile.place is None:
        yield f"vague {profile.sub_event_type}"
    else:
        yield f"place {profile.place}"
    cell = _cell(profile)
    if cell:
        yield cell
    for root in sorted(set(roots)):
        yield f"root {root}"


def _lookups(mention: Profile) -> Iterator[Posting]:
    if mention.place is None:
        if mention.day is not None:  # neither place nor day: nothing to go by
            yield f"type {mention.sub_event_type}"
        return
    yield f"place {mention.place}"
    yield f"vague {mention.sub_event_type}"
    if mention.latitude is not None and mention.longitude is not None:
        middle = floor(mention.latitude / CELL_DEGREES)
        for row in (middle - 1, middle, middle + 1):
            column = _column(row, mention.longitude)
            yield from ((row, column - 1), (row, column), (row, column + 1))


def _cell(profile: Profile) -> Cell | None:
    if profile.latitude is None or profile.longitude is None:
        return None
    row = floor(profile.latitude / CELL_DEGREES)
    return row, _column(row, profile.longitude)


def _column(row: int, longitude: float) -> int:
    """Return the column of a longitude; columns are wider in degrees towards the poles, so as to be as wide in km."""
    return floor(longitude * max(_MIN_COSINE, cos(radians(row * CELL_DEGREES))) / CELL_DEGREES)
