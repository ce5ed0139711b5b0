"""The sections of a round-up: a heading of its own line, or sentences that open with 'In Raqqa'."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from streams.places.model import PlaceMention

_OPENING = re.compile(
    r"(?:^|\n\s*|[.!?\"”]\s+)(?:Meanwhile,?\s+|Also,?\s+|Elsewhere,?\s+)?[Ii]n\s+(?:the\s+)?(?:[a-z]+(?:\s+|-)){0,3}$"
)
_HEADING = 60


class Openers(NamedTuple):
    """Where sections begin, and the place that each is about."""

    starts: list[int]
    places: list[PlaceMention]

    def at(self, offset: int) -> PlaceMention | None:
        """Return the place of the section that an offset lies in."""
        i = bisect_right(self.starts, offset) - 1
        return self.places[i] if i >= 0 else None

    def begin(self, offset: int) -> int:
        """Return where the section of an offset begins; 0 outside any."""
        i = bisect_right(self.starts, offset) - 1
        return self.starts[i] if i >= 0 else 0


def openers(text: str, mentions: list[PlaceMention]) -> Openers:
    """Return the sections of a text in order."""
    starts: list[int] = []
    places: list[PlaceMention] = []
    for mention in mentions:
        place = mention.place
        if place is None or place.kind in {"country", "district"}:
            continue
        begin = _section_begin(text, mention)
        if begin is not None:
            starts.append(begin)
            places.append(mention)
    return Openers(starts, places)


def _section_begin(text: str, mention: PlaceMention) -> int | None:
    line = text.rfind("\n", 0, mention.start) + 1
    stop = text.find("\n", mention.end)
    stop = len(text) if stop < 0 else stop
    if line and stop - line <= _HEADING and text[mention.end : stop].strip(" :.-") == "":
        return line
    window = max(0, mention.start - 60)
    match = _OPENING.search(text[window : mention.start])
    return window + match.start() if match and mention.relation == "in" else None
