"""Words of a text with their offsets, and a table of word patterns that is looked up by first word.

A pattern is a row of items separated by blanks:

    strike          this word
    hit|struck      any of these words
    @bomb           any word of the class `bomb` (the class is defined in the same data file)
    (heavy|fierce)  an optional item
    _3              up to three arbitrary words

Words are compared in lower case without dots ("U.S.-led" is "us-led"). A short name in capitals keeps them ("US",
"IS", "UN"), so that it differs from the pronoun or verb; patterns write such names in capitals.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}(?:-\w+)?|\w+(?:['\u2019\-]\w+)*")
_LONGEST_ACRONYM = 3
_MAX_GAP = 12

Payload = TypeVar("Payload")


class Words:
    """The words of a text: parallel lists of keys and offsets, so that a long text stays cheap."""

    __slots__ = ("ends", "keys", "starts", "text")

    def __init__(self, text: str) -> None:
        """Split a text into words."""
        self.text = text
        self.keys: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _WORD.finditer(text):
            self.keys.append(_key(match.group()))
            self.starts.append(match.start())
            self.ends.append(match.end())

    def __len__(self) -> int:
        return len(self.keys)

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the words that begin in text[start:end]."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def index_at(self, offset: int) -> int:
        """Return the index of the first word that begins at or after an offset."""
        return bisect_left(self.starts, offset)


@lru_cache(maxsize=1 << 15)
def _key(word: str) -> str:
    word = word.replace(".", "").replace("\u2019", "'")
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) <= _LONGEST_ACRONYM and word.isupper() and len(word) > 1:
        return word
    return word.lower()


@dataclass(frozen=True, slots=True)
class Hit(Generic[Payload]):
    """A pattern found: words[first:last] match it."""

    first: int
    last: int
    payload: Payload


_Item = frozenset[str] | int  # the words allowed, or the longest gap


class PhraseTable(Generic[Payload]):
    """Patterns looked up by their first word; the longest match at a word wins, then the earliest pattern."""

    def __init__(self, patterns: Iterable[tuple[str, Payload]], classes: Mapping[str, str] | None = None) -> None:
        """Compile patterns.

        Raises:
            ValueError: a pattern is empty, begins with a gap or names an unknown class.
        """
        self._by_first: dict[str, list[tuple[tuple[_Item, ...], Payload]]] = {}
        for pattern, payload in patterns:
            for items in _expand(pattern, classes or {}):
                head = items[0]
                if isinstance(head, int):
                    raise ValueError(f"pattern begins with a gap: {pattern!r}")  # noqa: TRY004  (bad data, not a bad type)
                for word in sorted(head):
                    self._by_first.setdefault(word, []).append((items[1:], payload))

    def scan(self, words: Words, first: int, last: int) -> Iterator[Hit[Payload]]:
        """Yield the leftmost longest matches in words[first:last], none overlapping another."""
        free = first
        for hit in self.scan_all(words, first, last):
            if hit.first >= free:
                yield hit
                free = hit.last

    def scan_all(self, words: Words, first: int, last: int) -> Iterator[Hit[Payload]]:
        """Yield the longest match at each word of words[first:last]; matches may overlap."""
        by_first = self._by_first
        for at, key in enumerate(words.keys[first:last], first):
            if key in by_first:
                hit = self.match(words, at, last)
                if hit is not None:
                    yield hit

    def match(self, words: Words, at: int, last: int) -> Hit[Payload] | None:
        """Return the longest pattern that begins at word `at` and ends before `last`."""
        best: Hit[Payload] | None = None
        for items, payload in self._by_first.get(words.keys[at], ()):
            end = _match_items(items, words.keys, at + 1, last)
            if end is not None and (best is None or end > best.last):
                best = Hit(at, end, payload)
        return best


def _match_items(items: tuple[_Item, ...], keys: list[str], at: int, last: int) -> int | None:
    for position, item in enumerate(items):
        if isinstance(item, int):
            rest = items[position + 1 :]
            for gap in range(min(item, last - at) + 1):
                end = _match_items(rest, keys, at + gap, last)
                if end is not None:
                    return end
            return None
        if at >= last or keys[at] not in item:
            return None
        at += 1
    return at


def _expand(pattern: str, classes: Mapping[str, str]) -> list[tuple[_Item, ...]]:
    """Return the pattern as item rows, one for each way to leave optional items out."""
    rows: list[tuple[_Item, ...]] = [()]
    for written in pattern.split():
        optional = written.startswith("(") and written.endswith(")")
        item = _item(written[1:-1] if optional else written, classes)
        with_item = [(*row, item) for row in rows]
        rows = with_item + rows if optional else with_item
    rows = [row for row in rows if row]
    if not rows:
        raise ValueError(f"empty pattern: {pattern!r}")
    return rows


def _item(written: str, classes: Mapping[str, str]) -> _Item:
    if written.startswith("_"):
        return min(int(written[1:] or 1), _MAX_GAP)
    allowed: set[str] = set()
    for word in written.split("|"):
        if word.startswith("@"):
            if word[1:] not in classes:
                raise ValueError(f"unknown word class: {word}")
            allowed.update(classes[word[1:]].split("|"))
        else:
            allowed.add(word)
    return frozenset(allowed)
