"""The gazetteer: names to places, with every romanisation that folds onto a name."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from streams.places.cues import romanised
from streams.places.datafiles import rows
from streams.places.folding import name_openers, plain_key, romanisation_key
from streams.places.model import Place, PlaceMention
from streams.places.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_KIND_WEIGHT = {
    "country": 1_000_000,
    "admin1": 300_000,
    "region": 50_000,
    "city": 100_000,
    "town": 10_000,
    "village": 1_000,
    "district": 5_000,
    "site": 3_000,
}
_WORLD = "world.tsv"
_TABLES = ("syria.tsv", "neighbours.tsv", _WORLD)
_ROMANISED = frozenset({"SY"})  # elsewhere GeoNames' own names, folded that far, meet too many English words
_MIN_KEY = 3
_CHOSEN = 0.6
_EXACT = 0.5
_HOME = 3.0  # a home village outranks a city of a million abroad
_SETTLEMENTS = frozenset({"city", "town", "village"})


class NameIndex:
    """Places by folded name; a name of several words is also found when written as one."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self.places: dict[str, list[Place]] = {}
        self.glued: dict[str, list[Place]] = {}
        self.longest: dict[str, int] = {}

    def add(self, name: str, place: Place) -> None:
        """Enter a place under a name."""
        words = [key for token in tokenise(name) if not token.article and (key := self._fold(token.word))]
        if not words or len("".join(words)) < _MIN_KEY:
            return
        self._enter(self.places, " ".join(words), words[0], len(words), place)
        if len(words) > 1:
            glued = "".join(words)
            self._enter(self.glued, glued, glued, 1, place)
        self._add_with_articles(name, place)

    def _add_with_articles(self, name: str, place: Place) -> None:
        """Enter a name with its articles glued on, as some feeds write them: 'Altibni', 'Urum Alkubra'."""
        words: list[str] = []
        article = False
        for token in tokenise(name):
            if not token.article:
                words.append(("al" if article else "") + self._fold(token.word))
            article = token.article
        key = " ".join(words)
        if key not in self.places:
            self._enter(self.glued, key, words[0], len(words), place)

    def _enter(self, entries: dict[str, list[Place]], key: str, first: str, length: int, place: Place) -> None:
        places = entries.setdefault(key, [])
        if place not in places:
            places.append(place)
        if self.longest.get(first, 0) < length:
            self.longest[first] = length

    def get(self, words: list[str]) -> list[Place]:
        """Return the places of a name given as folded words: as written, else joined where names are ("Tal Bisah")."""
        key = " ".join(words)
        found = self.places.get(key) or self.glued.get(key)
        if found or len(words) <= 1 or words[0] not in name_openers():
            return found or []
        joined = "".join(words)
        return self.places.get(joined) or self.glued.get(joined) or []


class Names(NamedTuple):
    """The two indexes: romanised names of home and neighbours, plain names of the world."""

    romanised: NameIndex
    plain: NameIndex


class Gazetteer:
    """Names to places. Build it with `load_gazetteer`."""

    def __init__(
        self, places: Iterable[tuple[Place, tuple[str, ...], bool]], countries: tuple[str, ...] = ("SY",)
    ) -> None:
        """Index places with their names.

        Args:
            places: Each place with its other names, and whether its romanisation varies in news text.
            countries: The home countries, whose places come first.
        """
        self.countries = countries
        self.names = Names(NameIndex(romanisation_key), NameIndex(plain_key))
        self.find_cached = lru_cache(maxsize=32_768)(self._find)
        self.reach = lru_cache(maxsize=65_536)(self._reach)
        self.size = 0
        self._surroundings: dict[tuple[str, str], Place] = {}
        self._provinces: dict[str, Place] = {}
        self._chosen: set[Place] = set()
        for place, others, freely in places:
            if freely:
                self._chosen.add(place)
            self.size += 1
            index = self.names.romanised if freely else self.names.plain
            for name in (place.name, *others):
                index.add(name, place)
            if place.kind == "admin1" and place.admin1:
                self._provinces.setdefault(place.admin1, place)
                if place.within:
                    self._surroundings[place.country, place.within] = place

    def province(self, admin1: str) -> Place | None:
        """Return the province of an ISO 3166-2 code."""
        return self._provinces.get(admin1)

    def is_chosen(self, place: Place) -> bool:
        """Tell whether a place was entered for its part in the news, rather than with the bulk of the world's towns."""
        return place in self._chosen

    def surroundings(self, place: Place) -> Place | None:
        """Return the province that surrounds a city which is one of its own (Rif Dimashq for Damascus)."""
        return self._surroundings.get((place.country, place.name))

    def lookup(self, name: str) -> tuple[Place, ...]:
        """Return the places of a name in any romanisation, best first; empty when unknown."""
        words = [token.word for token in tokenise(name) if not token.article]
        return self.find(words)

    def find(self, words: list[str]) -> tuple[Place, ...]:
        """Return the places of a name given as words without articles, best first."""
        return self.find_cached(tuple(words))

    def _reach(self, word: str) -> int:
        """Return how many words the longest name has that begins with a word; 0 where none does."""
        longest = 0
        for form in (word, word[:-1]) if word[-1:] in "sS" and len(word) > _MIN_KEY + 1 else (word,):
            longest = max(
                longest,
                self.names.romanised.longest.get(romanisation_key(form), 0),
                self.names.plain.longest.get(plain_key(form), 0),
            )
        return longest

    def _find(self, words: tuple[str, ...]) -> tuple[Place, ...]:
        found: dict[Place, float] = {}
        for index, fold in ((self.names.romanised, romanisation_key), (self.names.plain, plain_key)):
            for place in index.get([fold(word) for word in words]):
                found.setdefault(place, self._rank(place, words))
        return tuple(sorted(found, key=lambda place: (-found[place], place.name, place.admin1 or "")))

    def _rank(self, place: Place, words: tuple[str, ...]) -> float:
        exact = "".join(plain_key(w) for w in words) == "".join(
            plain_key(t.word) for t in tokenise(place.name) if not t.article
        )
        home = place.country in self.countries
        return (
            math.log10(place.weight + 10)
            + (_HOME if home else 0)
            + (_EXACT if exact else 0)
            + (_CHOSEN if place in self._chosen else 0)
        )

    def scan(self, text: str) -> list[PlaceMention]:
        """Return the place names in a text, in order, each with how the text relates to it."""
        from streams.places.scanner import scan  # noqa: PLC0415 - the scanner is built on the gazetteer

        return scan(self, text)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _place(row: dict[str, str], country: str) -> Place:
    kind = row["kind"]
    return Place(
        name=row["name"],
        kind=kind,
        country=row.get("country") or country,
        admin1=row["admin1"] or None,
        latitude=_number(row["latitude"]),
        longitude=_number(row["longitude"]),
        weight=int(row["weight"]) if row.get("weight") else _KIND_WEIGHT[kind],
        within=row.get("within", ""),
    )


@lru_cache(maxsize=8)
def load_gazetteer(countries: tuple[str, ...] = ("SY",)) -> Gazetteer:
    """Return the gazetteer for these home countries (ISO 3166-1 alpha-2), from a cache after the first call."""
    entries: list[tuple[Place, tuple[str, ...], bool]] = []
    held: set[tuple[str, str]] = set()
    for table in _TABLES:
        entered: list[tuple[str, str]] = []
        for row in rows(table):
            others = tuple(name for name in row["alternates"].split("|") if name)
            place = _place(row, "SY")
            if place.kind in _SETTLEMENTS and place.admin1:
                keys = [(place.admin1, romanised(name)) for name in (place.name, *others)]
                if not held.isdisjoint(keys):
                    continue  # our own tables come first; GeoNames tells the same place again
                entered += keys
            entries.append((place, others, table != _WORLD or place.country in _ROMANISED))
        held.update(entered)
    return Gazetteer(entries, countries)
