"""Settles which place of several of one name a text means, by the places named near it."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from streams.places.cues import cues

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.places.gazetteer import Gazetteer
    from streams.places.model import Place, PlaceMention

_REACH = 250.0
_NEAREST = 25
_STEP = 0.1
_OBSCURITY = 0.6  # what a tenth of the prominence costs
_MOST = 1.5
_HOME = 3.0
_KNOWN_ABROAD = 300_000
_WELL_KNOWN = 3_000
_EXCLUDED = frozenset({"dateline", "venue", "government"})


def settle(mentions: list[PlaceMention], countries: tuple[str, ...]) -> list[PlaceMention]:
    """Return the mentions with the meant place first among the candidates, and unlisted ones with their anchor.

    A candidate gains by mentions that can only lie in its province, the nearer the more, and by a mention of the city
    that it is a district of; it loses by being less prominent than its namesakes, places at home counted up.

    Args:
        mentions: What the scan of one text found, in order.
        countries: The home countries.
    """
    certain = [m for m in mentions if m.relation not in _EXCLUDED and m.place is not None and _one_province(m)]
    starts = [m.start for m in certain]
    return [
        _settled(m, certain[max(0, (i := bisect_left(starts, m.start)) - _NEAREST) : i + _NEAREST], countries)
        if len(m.candidates) > 1
        else m
        for m in mentions
    ]


def without_strangers(mentions: list[PlaceMention], gazetteer: Gazetteer) -> list[PlaceMention]:
    """Leave out small towns abroad whose country a text about home never names: likelier unknown places at home."""
    countries = Counter(m.place.country for m in mentions if m.place is not None)
    if not any(countries[home] for home in gazetteer.countries):
        return mentions

    def is_stranger(place: Place) -> bool:
        return (
            place.country not in gazetteer.countries
            and place.kind not in {"country", "admin1"}
            and place.weight < _KNOWN_ABROAD
            and countries[place.country] == 1
            and not gazetteer.is_chosen(place)
        )

    return [m for m in mentions if m.place is None or not is_stranger(m.place)]


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
    starts = [m.start for m in known]
    country = next((m.place for m in mentions if m.place is not None and m.place.kind == "country"), None)
    return [
        m if m.candidates else replace(m, anchor=_anchor(m, known, starts, bounds, section) or country)
        for m in mentions
    ]


def _one_province(mention: PlaceMention) -> bool:
    return mention.candidates[0].kind != "country" and len({p.admin1 for p in mention.candidates}) == 1


def _settled(mention: PlaceMention, certain: list[PlaceMention], countries: tuple[str, ...]) -> PlaceMention:
    if len({p.admin1 for p in mention.candidates}) == 1:
        return mention
    known = [math.log10(p.weight + 10) + (_HOME if p.country in countries else 0.0) for p in mention.candidates]
    best_known = max(known)

    def fit(i: int) -> float:
        obscurity = _OBSCURITY * (best_known - known[i]) + i * _STEP
        return _support(mention, mention.candidates[i], certain) - min(obscurity, _MOST)

    best = max(range(len(mention.candidates)), key=lambda i: (fit(i), -i))
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
    mention: PlaceMention,
    known: list[PlaceMention],
    starts: list[int],
    bounds: list[int],
    section: Callable[[int], PlaceMention | None],
) -> Place | None:
    sentence = max(bisect_right(bounds, mention.start) - 1, 0)
    begin, end = bounds[sentence], bounds[min(sentence + 1, len(bounds) - 1)]
    here = bisect_left(starts, mention.start)
    after = next((m for m in known[here : bisect_left(starts, end)] if m.relation != "to"), None)
    before = known[here - 1] if here else None
    if after is not None:
        return _widened(after)
    if before is not None and before.start >= begin:
        return _widened(before)
    heading = section(mention.start) or before or (known[0] if known else None)
    return None if heading is None else _widened(heading)


def _widened(mention: PlaceMention) -> Place | None:
    """Return the place a mention stands for as an anchor: the province when its words say so."""
    role = cues().role
    if set(mention.modifier.split()) & role["province"]:
        for place in mention.candidates:
            if place.kind == "admin1":
                return place
    return mention.place
