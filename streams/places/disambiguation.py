"""Settles which place of several of one name a text means, by the places named near it."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from streams.places.cues import cues

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.places.model import Place, PlaceMention

_REACH = 250.0
_STEP = 0.45
_MOST = 0.9
_WELL_KNOWN = 3_000
_EXCLUDED = frozenset({"dateline", "venue", "government"})


def settle(mentions: list[PlaceMention]) -> list[PlaceMention]:
    """Return the mentions with the meant place first among the candidates, and unlisted ones with their anchor.

    A candidate gains by mentions that can only lie in its province, the nearer the more, and by a mention of the city
    that it is a district of.
    """
    certain = [m for m in mentions if m.relation not in _EXCLUDED and m.place is not None and _one_province(m)]
    return [_settled(m, certain) if len(m.candidates) > 1 else m for m in mentions]


def anchored(
    mentions: list[PlaceMention], bounds: list[int], section: Callable[[int], PlaceMention | None]
) -> list[PlaceMention]:
    """Return the mentions with the unlisted ones tied to the known place that they are said to lie at.

    That is a place of their own sentence, else the place of their section, else the last place named before.

    Args:
        mentions: The settled mentions, in order.
        bounds: Offsets at which the sentences begin, and the text's end.
        section: Gives the place of the section that an offset lies in.
    """
    known = [m for m in mentions if m.place is not None and m.relation not in _EXCLUDED and m.place.kind != "country"]
    country = next((m.place for m in mentions if m.place is not None and m.place.kind == "country"), None)
    return [m if m.candidates else replace(m, anchor=_anchor(m, known, bounds, section) or country) for m in mentions]


def _one_province(mention: PlaceMention) -> bool:
    return mention.candidates[0].kind != "country" and len({p.admin1 for p in mention.candidates}) == 1


def _settled(mention: PlaceMention, certain: list[PlaceMention]) -> PlaceMention:
    if len({p.admin1 for p in mention.candidates}) == 1:
        return mention
    best = max(
        range(len(mention.candidates)),
        key=lambda i: (_support(mention, mention.candidates[i], certain) - min(i * _STEP, _MOST), -i),
    )
    if best == 0:
        return mention
    chosen = mention.candidates[best]
    rest = tuple(p for p in mention.candidates if p is not chosen)
    return replace(mention, candidates=(chosen, *rest))


def _support(mention: PlaceMention, place: Place, certain: list[PlaceMention]) -> float:
    """Return how much the mentions around speak for a candidate, from 0 up."""
    support = 0.0
    for other in certain:
        if other.start == mention.start:
            continue
        there = other.candidates[0]
        gap = max(other.start - mention.end, mention.start - other.end, 0)
        closeness = math.exp(-gap / _REACH)
        if there.admin1 == place.admin1:
            support += closeness
            if place.within and there.name == place.within:
                support += closeness
        elif there.country == place.country:
            support += closeness * 0.2
    return support


def without_namesake(mention: PlaceMention, section: PlaceMention | None) -> PlaceMention:
    """Return a small place without its candidates when its section is about another province.

    Villages share their names: the Humayrah of a section on Raqqa is hardly the one that the gazetteer knows at Aleppo.
    """
    place = mention.place
    if section is None or section.place is None or place is None or place.kind not in {"village", "district"}:
        return mention
    capital_area = {"SY-DI", "SY-RD"}
    same = place.admin1 == section.place.admin1 or {place.admin1, section.place.admin1} <= capital_area
    if (
        same
        or place.weight >= _WELL_KNOWN
        or section.place.admin1 is None
        or section.place.kind not in {"city", "admin1"}
    ):
        return mention
    return replace(mention, candidates=())


def _anchor(
    mention: PlaceMention, known: list[PlaceMention], bounds: list[int], section: Callable[[int], PlaceMention | None]
) -> Place | None:
    i = max(bisect_right(bounds, mention.start) - 1, 0)
    begin, end = bounds[i], bounds[min(i + 1, len(bounds) - 1)]
    after = [m for m in known if mention.end <= m.start < end and m.relation != "to"]
    if after:
        return _widened(after[0])
    before = [m for m in known if begin <= m.start < mention.start]
    if before:
        return _widened(before[-1])
    heading = section(mention.start)
    if heading is not None:
        return _widened(heading)
    earlier = [m for m in known if m.start < mention.start]
    return _widened(earlier[-1]) if earlier else _widened(known[0]) if known else None


def _widened(mention: PlaceMention) -> Place | None:
    """Return the place a mention stands for as an anchor: the province when its words say so."""
    role = cues().role
    if set(mention.modifier.split()) & role["province"]:
        for place in mention.candidates:
            if place.kind == "admin1":
                return place
    return mention.place
