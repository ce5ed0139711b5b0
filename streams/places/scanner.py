"""Finds place names in a text: one pass over its words, longest name first."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from streams.places.cues import cues, name_key
from streams.places.model import Place, PlaceMention
from streams.places.standing import Site, standing
from streams.places.surroundings import Reader
from streams.places.tokens import Token, tokenise
from streams.places.unlisted import unlisted

if TYPE_CHECKING:
    from streams.places.gazetteer import Gazetteer

_PROMINENT = 20_000
_METROPOLIS = 1_000_000
_SHORT_NAME = 4


class Hit(NamedTuple):
    """A run of words that the gazetteer knows as a name."""

    first: int
    last: int
    places: tuple[Place, ...]


class Scanner:
    """Scans one text."""

    def __init__(self, gazetteer: Gazetteer, text: str) -> None:
        self.gazetteer = gazetteer
        self.text = text
        self.tokens: list[Token] = tokenise(text)
        self.reader = Reader(text, self.tokens)
        self._masked = self._organisations()
        self._rejected: set[int] = set()

    def _organisations(self) -> list[tuple[int, int]]:
        """Return the spans of groups, media and operations that hold a place name."""
        names = cues().organisations
        spans = []
        for token in self.tokens:
            if token.capital or token.article:
                for name in names.get(token.word.lower(), ()):
                    end = token.start + len(name)
                    if self.text[token.start : end].lower() == name and not self.text[end : end + 1].isalnum():
                        spans.append((token.start, end))
                        break
        return spans

    def hits(self) -> list[Hit]:
        """Return the names in order, none overlapping."""
        hits = []
        i = 0
        tokens = self.tokens
        while i < len(tokens):
            token = tokens[i]
            if token.article or not token.capital:
                i += 1
                continue
            hit = self._longest(i)
            if hit is None:
                i += 1
            else:
                hits.append(hit)
                i = hit.last + 1
        return hits

    def _longest(self, first: int) -> Hit | None:
        """Return the longest known name that begins at a word."""
        longest = self.gazetteer.reach(self.tokens[first].word)
        if not longest:
            return None
        run = self._run(first, max(longest, 2))
        for length in range(len(run), 0, -1):
            words = [self.tokens[j].word for j in run[:length]]
            for variant in _without_possessive(words):
                places = self.gazetteer.find_cached(tuple(variant))
                if places:
                    return Hit(first, run[length - 1], places)
        return None

    def _run(self, first: int, most: int) -> list[int]:
        """Return the indexes of up to `most` words that stand together, articles skipped."""
        run = [first]
        j = first + 1
        end = self.tokens[first].end
        while len(run) < most and j < len(self.tokens):
            token = self.tokens[j]
            gap = self.text[end : token.start]
            if len(gap) > 1 or gap not in {" ", "-", "", "\u00a0", "–"}:  # noqa: RUF001
                break
            if not token.article:
                run.append(j)
            end = token.end
            j += 1
        return run

    def mentions(self) -> list[PlaceMention]:
        """Return the place mentions in order, organisations and people left out."""
        hits = self.hits()
        taken = {j for hit in hits for j in range(hit.first, hit.last + 1)}
        found: list[tuple[PlaceMention, int, int]] = []
        for hit in hits:
            mention = self._mention(hit, taken, found[-1] if found else None)
            if mention is not None:
                found.append((mention, hit.first, hit.last))
        mentions = _possessed(self.text, [mention for mention, _, _ in found])
        held = {j for _, first, last in found for j in range(first, last + 1)} | self._rejected
        extra = unlisted(self.text, self.tokens, self.reader, held)
        return sorted(mentions + extra, key=lambda m: m.start)

    def _mention(
        self, hit: Hit, taken: set[int], previous: tuple[PlaceMention, int, int] | None
    ) -> PlaceMention | None:
        start = self._start(hit.first)
        end = self.tokens[hit.last].end
        if self._is_masked(start, end):
            self._rejected.update(range(hit.first, hit.last + 1))
            return None
        around = self.reader.read(self._first_token(hit.first), hit.last)
        if not self._is_place(hit, around.cued, around.relation, taken):
            return None
        name = self.text[start:end]
        relation = around.relation
        if hit.places[0].kind == "country" and self._into(hit.first):
            relation = "to"
        candidates = arrange(hit.places, around.modifiers)
        mention = PlaceMention(start, end, name, candidates, relation, " ".join(around.modifiers))
        special = standing(
            Site(self.text, self.tokens, hit.first, hit.last),
            mention,
            home=hit.places[0].country in self.gazetteer.countries,
        )
        if special == "organisation":
            self._rejected.update(range(hit.first, hit.last + 1))
            return None
        if special:
            return replace(mention, relation=special)
        if relation == "list":
            joined = previous is not None and self._follows(previous[2], hit.first)
            return replace(mention, relation=previous[0].relation if previous and joined else "named")
        return mention

    def _into(self, first: int) -> bool:
        return first > 0 and self.tokens[first - 1].word.lower() == "into"

    def _follows(self, last: int, first: int) -> bool:
        return first - last <= 4  # noqa: PLR2004 - 'A, and in al-B'

    def _is_masked(self, start: int, end: int) -> bool:
        i = bisect_right(self._masked, (end, 0)) - 1
        return i >= 0 and self._masked[i][0] < end and start < self._masked[i][1]

    def _first_token(self, first: int) -> int:
        """Return the index of the name's article, or of the name where it has none."""
        if first and self.tokens[first - 1].article:
            return first - 1
        return first

    def _start(self, first: int) -> int:
        return self.tokens[self._first_token(first)].start

    def _is_place(self, hit: Hit, cued: bool, relation: str, taken: set[int]) -> bool:  # noqa: FBT001
        """Judge a name that may be a common word's, a person's or a group's."""
        words = [self.tokens[j].word for j in range(hit.first, hit.last + 1) if not self.tokens[j].article]
        key = name_key(" ".join(words))
        known = cues()
        forms = {key, key.removesuffix("s")}
        if self._first_token(hit.first) == hit.first and forms & known.never:
            return False
        return cued or (not forms & known.cued and self._stands_alone(hit, key, relation, taken))

    def _stands_alone(self, hit: Hit, key: str, relation: str, taken: set[int]) -> bool:
        """Tell whether a name is a place with no word of place beside it: a prominent one, or one in a list."""
        best = hit.places[0]
        if best.kind == "country":
            return True
        if best.country not in self.gazetteer.countries:
            return best.weight >= _METROPOLIS or best.kind in {"region", "site"} or relation == "list"
        if best.weight >= _PROMINENT:
            return True
        return len(key) > _SHORT_NAME and (relation == "list" or not self._in_a_longer_name(hit, taken))

    def _in_a_longer_name(self, hit: Hit, taken: set[int]) -> bool:
        """Tell whether an unknown capitalised word stands beside a one-word name: 'Talal Barazi'."""
        if sum(not self.tokens[j].article for j in range(hit.first, hit.last + 1)) > 1:
            return False
        first = self._first_token(hit.first)
        return self._joined(first - 1, first - 1, taken) or self._joined(hit.last, hit.last + 1, taken)

    def _joined(self, left: int, neighbour: int, taken: set[int]) -> bool:
        """Tell whether word `neighbour` is capitalised, unknown, and only a space or hyphen away after word `left`."""
        if left < 0 or left + 1 >= len(self.tokens) or neighbour in taken:
            return False
        token = self.tokens[neighbour]
        gap = self.text[self.tokens[left].end : self.tokens[left + 1].start]
        return gap in {" ", "-"} and token.capital and not token.article


def arrange(places: tuple[Place, ...], modifiers: tuple[str, ...]) -> tuple[Place, ...]:
    """Order a name's places by the words that narrow it: 'X province' is the province, 'X city' is not."""
    role = cues().role
    wanted = set(modifiers)

    def order(place: Place) -> int:
        province = place.kind == "admin1"
        if wanted & role["province"] or wanted & role["wide"]:
            return 0 if province else 1
        if wanted & role["quarter"]:
            return 0 if place.kind == "district" else 2 if province else 1
        if wanted & role["site"]:
            return 0 if place.kind == "site" else 2 if province else 1
        if wanted & role["settlement"]:
            return 0 if place.kind in {"city", "town", "village"} else 2 if province else 1
        return 1 if province else 0

    return tuple(sorted(places, key=order))


def _possessed(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """Hand the relation of a place that owns the next on to it ("in Baghdad's Sadr City"); an owning country goes."""
    kept: list[PlaceMention] = []
    for mention in mentions:
        owner = kept[-1] if kept else None
        if owner is not None and _owns(text, owner, mention):
            if owner.candidates[0].kind == "country":
                kept.pop()
            if mention.relation == "named" and owner.relation != "government":
                mention = replace(mention, relation=owner.relation)  # noqa: PLW2901
        kept.append(mention)
    return kept


def _owns(text: str, owner: PlaceMention, mention: PlaceMention) -> bool:
    """Tell whether a place stands in the possessive before another of its country: "Syria's Aleppo"."""
    gap = text[owner.end : mention.start]
    possessive = gap in {"'s ", "’s "} or (gap == " " and owner.text[-1] in "sS")  # noqa: RUF001
    return possessive and owner.candidates[0].country == mention.candidates[0].country


def _without_possessive(words: list[str]) -> list[list[str]]:
    """Return the words, and the words without the possessive s that feeds leave glued on: 'Raqqas'."""
    last = words[-1]
    if len(last) > 4 and last[-1] in "sS":  # noqa: PLR2004
        return [words, [*words[:-1], last[:-1]]]
    return [words]


def scan(gazetteer: Gazetteer, text: str) -> list[PlaceMention]:
    """Return the place names in a text, in order of the text."""
    return Scanner(gazetteer, text).mentions()
