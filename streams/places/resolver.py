"""Says where an event of an article happened: the rules, in the order in which they are tried."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from streams.places.cues import clause_break
from streams.places.disambiguation import anchored, settle, without_namesake, without_strangers
from streams.places.readings import location_of, meant_place
from streams.places.sections import openers

if TYPE_CHECKING:
    from streams.places.gazetteer import Gazetteer
    from streams.places.model import Location, PlaceMention

_SENTENCE = re.compile(r"(?<=[.!?\"”])\s+(?=[\"“'A-Z0-9])|\n+")
_ELSEWHERE = frozenset({"dateline", "venue", "government"})
_RELATION = {"in": 1.0, "near": 0.75, "distance": 0.0, "named": 0.55, "to": -0.1, "from": 0.0}
_SPECIFIC = {
    "district": 3.2,
    "site": 3.2,
    "village": 3.2,
    "town": 3.1,
    "city": 2.9,
    "region": 2.2,
    "admin1": 1.9,
    "country": 0.0,
}
_UNLISTED = 3.2
_POINTING = re.compile(
    r"\b(?:the|that|same|this|both|a|an|two|nearby)\s+(?:[\w-]+\s+){0,3}?"
    r"(city|town|village|area|district|neighbou?rhood|towns|villages|districts|neighbou?rhoods|suburb|province)\b|\bthere\b",
    re.IGNORECASE,
)
_BACKWARD = 3
_TOWNS = frozenset({"city", "town", "village"})
_KINDS_OF = {
    "city": frozenset({"city", "town"}),
    "town": _TOWNS,
    "village": _TOWNS,
    "suburb": _TOWNS | {"district"},
    "district": frozenset({"district"}),
    "neighborhood": frozenset({"district"}),
    "neighbourhood": frozenset({"district"}),
    "province": frozenset({"admin1"}),
}
_FAR = 220.0
_BEFORE_COST = 1.3  # a place told before the trigger word belongs to it less often than one told after
_DISTANCE_COST = 1.5
_CLAUSE_COST = 0.5
_HEADING_COST = 1.2  # "In Homs ... near Palmyra": the section's place opens the sentence, the event's follows
_JOINT = re.compile(r"\s*(?:,|and|,\s*and|&)\s*(?:the\s+(?:town|village|city)\s+of\s+|in\s+)?")


class Resolver:
    """Places the events of one article."""

    def __init__(self, gazetteer: Gazetteer, text: str, title: str = "") -> None:
        """Scan an article once.

        Args:
            gazetteer: The names.
            text: The article's text; offsets given and returned count its code points.
            title: Its title, where the text does not repeat it.
        """
        self._gazetteer = gazetteer
        self.text = text
        mentions = without_strangers(settle(gazetteer.scan(text), gazetteer.countries), gazetteer)
        self._title = settle(gazetteer.scan(title), gazetteer.countries) if title else []
        self._bounds = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
        self._openers = openers(text, mentions)
        self._headings = frozenset(m.start for m in self._openers.places)
        mentions = [without_namesake(m, self._openers.at(m.start)) for m in mentions]
        self.mentions: list[PlaceMention] = anchored(mentions, self._bounds, self._openers.at)
        self._starts = [m.start for m in self.mentions]
        self._home_mentions = self._home(0, len(text))

    def locate(self, start: int, end: int, anchor: int | None = None) -> Location | None:
        """Return the place of the event that text[start:end] tells, or None.

        Args:
            start: Offset of the evidence, in code points.
            end: Offset after it.
            anchor: Offset of the word that tells the event; None takes the evidence as a whole.
        """
        found = self._best(start, end, anchor)
        if found is not None:
            return location_of(found, self._gazetteer, "place.named")
        if self._only_country(start, end):
            return self._country(start, end)
        for rule, mention in self._context(start, end):
            if mention is not None:
                return location_of(mention, self._gazetteer, rule)
        return self._country(start, end)

    def locate_all(self, start: int, end: int, anchor: int | None = None) -> list[Location]:
        """Return every place that one event of text[start:end] names ("took A, B and C"), best first.

        Places of a list with the best one come with it; where the evidence names none, the list holds what `locate`
        finds.
        """
        best = self._best(start, end, anchor)
        if best is None:
            found = self.locate(start, end, anchor)
            return [] if found is None else [found]
        chosen = [best, *(m for m in self._listed_with(best, start, end) if m is not best)]
        return [location_of(m, self._gazetteer, "place.named") for m in chosen]

    def _within(self, start: int, end: int) -> list[PlaceMention]:
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [m for m in self.mentions[first:last] if m.end <= end and m.relation not in _ELSEWHERE]

    def _best(self, start: int, end: int, anchor: int | None) -> PlaceMention | None:
        """Return the best specific mention of a stretch of the text."""
        mentions = [m for m in self._within(start, end) if m.place is None or m.place.kind != "country"]
        if not mentions:
            foreign = [m for m in self._within(start, end) if m.relation == "in" and self._is_foreign(m)]
            return foreign[0] if foreign and not self._mentions_home(start, end) else None
        home = [m for m in mentions if m.place is None or not self._is_foreign(m)]
        pool = home or mentions
        return max(pool, key=lambda m: (self._score(m, anchor), -m.start))

    def _mentions_home(self, start: int, end: int) -> bool:
        return any(not self._is_foreign(m) for m in self._within(start, end))

    def _is_foreign(self, mention: PlaceMention) -> bool:
        return mention.place is not None and mention.place.country not in self._gazetteer.countries

    def _score(self, mention: PlaceMention, anchor: int | None) -> float:
        """Return how well a mention fits as an event's place: specific, well led in, close to the trigger word."""
        place = meant_place(mention, self._gazetteer)
        score = _UNLISTED if place is None else _SPECIFIC.get(place.kind, _UNLISTED)
        score += _RELATION.get(mention.relation, 0.0)
        if mention.start in self._headings:
            score -= _HEADING_COST
        if anchor is None:
            return score
        gap = mention.start - anchor if mention.start >= anchor else _BEFORE_COST * (anchor - mention.end)
        score -= _DISTANCE_COST * min(max(gap, 0.0), _FAR) / _FAR
        between = self.text[min(anchor, mention.end) : max(anchor, mention.start)]
        return score - (_CLAUSE_COST if clause_break().search(between) else 0.0)

    def _listed_with(self, best: PlaceMention, start: int, end: int) -> list[PlaceMention]:
        """Return the mentions that stand in one list with another, that one included."""
        group = [best]
        mentions = self._within(start, end)
        at = mentions.index(best)
        for step in (1, -1):
            here = best
            i = at + step
            while 0 <= i < len(mentions):
                left, right = (here, mentions[i]) if step == 1 else (mentions[i], here)
                joint = self.text[left.end : right.start]
                if not _JOINT.fullmatch(joint):
                    break
                place = mentions[i].place
                if place is None or place.kind not in {"admin1", "country"}:
                    group.append(mentions[i])
                here = mentions[i]
                i += step
        return sorted(group, key=lambda m: m.start)

    def _context(self, start: int, end: int) -> list[tuple[str, PlaceMention | None]]:
        """Return what the text around names, nearest first."""
        here = bisect_right(self._bounds, start) - 1
        kinds = self._pointed_kinds(start, end)
        opener = self._openers.at(start)
        back = []
        for i in range(here - 1, max(-1, here - 1 - _BACKWARD), -1):
            if self._bounds[i] < self._openers.begin(start):
                break
            back.append(("place.previous-sentence", self._best_home(self._bounds[i], self._bounds[i + 1], kinds)))
        earlier = next((m for m in reversed(self._home_mentions) if m.start < start), None)
        title = [
            m for m in self._title if m.relation not in _ELSEWHERE and m.place is not None and m.place.kind != "country"
        ]
        return [
            *back,
            ("place.section", opener),
            ("place.earlier", earlier),
            ("place.title", title[0] if title else None),
            ("place.main", self._main),
            ("place.later", next(iter(self._home(start, self._bounds[min(here + 3, len(self._bounds) - 1)])), None)),
        ]

    @cached_property
    def _main(self) -> PlaceMention | None:
        """Return the first mention of the province that most of the article's places lie in, if one does."""
        home = [m for m in self._home_mentions if m.place is not None and m.place.admin1]
        if not home:
            return None
        count = Counter(m.place.admin1 for m in home if m.place is not None)
        admin1, most = count.most_common(1)[0]
        return (
            next(m for m in home if m.place is not None and m.place.admin1 == admin1) if most * 2 > len(home) else None
        )

    def _only_country(self, start: int, end: int) -> bool:
        """Tell whether the evidence says 'in Syria' and points at no place told before ('the town')."""
        inside = any(
            m.relation == "in" and m.place is not None and m.place.kind == "country" for m in self._within(start, end)
        )
        return inside and _POINTING.search(self.text, start, end) is None

    def _home(self, start: int, end: int) -> list[PlaceMention]:
        return [
            m
            for m in self._within(start, end)
            if m.place is not None and m.place.kind != "country" and not self._is_foreign(m)
        ]

    def _pointed_kinds(self, start: int, end: int) -> frozenset[str]:
        """Return the kinds of place that the evidence points back at ("the town"); empty when it points at none."""
        match = _POINTING.search(self.text, start, end)
        return _KINDS_OF.get(match[1].lower().rstrip("s"), frozenset()) if match and match[1] else frozenset()

    def _best_home(self, start: int, end: int, kinds: frozenset[str]) -> PlaceMention | None:
        home = self._home(start, end)
        pointed = [m for m in home if m.place is not None and m.place.kind in kinds]
        return max(pointed or home, key=lambda m: (self._score(m, None), m.start), default=None)

    def _country(self, start: int, end: int) -> Location | None:
        """Return the country where nothing finer is told: one of the evidence, else one of the article."""
        named = [m for m in self.mentions if m.place is not None and m.place.kind == "country"]
        here = [m for m in named if start <= m.start < end and m.relation in _RELATION]
        home = [m for m in named if not self._is_foreign(m)]
        for mention in (*here, *home):
            return location_of(mention, self._gazetteer, "place.country")
        return None
