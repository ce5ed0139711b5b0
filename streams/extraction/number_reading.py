"""Reads figures: words and digits to a `Quantity`, by the policy in `data/number_policy.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from streams.contracts.coding import Qualifier, Quantity

_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3} 000(?!\d)|\d+(?:\.\d+)?"  # 9,500  9 000  52  1.5
    r"|(?:[^\W\d_]\.){2,}"  # U.S.
    r"|[^\W\d_]+(?:['\u2019\-][^\W_]+)*"  # words, al-Bab, Su-24, twenty-three
    r"|\S"
)
_TWENTY, _HUNDRED, _NO_LIMIT = 20, 100, 10**12
_QUOTES = frozenset("\"'[]«»“”\u2018\u2019")  # left out: they part no words that belong together
_LONGEST_SENTENCE = 20_000  # characters: what is longer is no prose, and only its beginning is read
_LONGEST_FIGURE = 9  # digits: more are a telephone number or noise
_LONGEST_PHRASE = 4  # words of a qualifier


@cache
def load(name: str) -> dict[str, Any]:
    """Read a data file of this package (TOML)."""
    return tomllib.loads((files("streams.extraction") / "data" / name).read_text("utf-8"))


class Tokens:
    """A sentence cut into words, figures and single signs; `lower` is what lexicons are asked for."""

    __slots__ = ("ends", "lower", "starts", "texts")

    def __init__(self, sentence: str) -> None:
        found = [
            (m.group(), m.start(), m.end())
            for m in _TOKEN.finditer(sentence, 0, _LONGEST_SENTENCE)
            if m.group() not in _QUOTES
        ]
        self.texts = [text for text, _, _ in found]
        shouted = sentence.isupper()
        self.lower = [
            text if text in _ACRONYMS and not shouted else text.lower().replace("\u2019", "'") for text in self.texts
        ]
        self.starts = [start for _, start, _ in found]
        self.ends = [end for _, _, end in found]

    def __len__(self) -> int:
        return len(self.texts)

    def glued(self, index: int) -> bool:
        """Tell whether token `index` touches the one before it: the "km" of "54km"."""
        return 0 < index < len(self.texts) and self.starts[index] == self.ends[index - 1]

    def ends_with(self, index: int, phrases: frozenset[str]) -> int:
        """Return how many tokens before `index` make up one of `phrases`, longest first; 0 for none."""
        for length in range(min(_LONGEST_PHRASE, index), 0, -1):
            if " ".join(self.lower[index - length : index]) in phrases:
                return length
        return 0

    def begins_with(self, index: int, phrases: frozenset[str], longest: int = _LONGEST_PHRASE) -> int:
        """Return how many tokens from `index` make up one of `phrases`, longest first; 0 for none."""
        for length in range(min(longest, len(self.lower) - index), 0, -1):
            if " ".join(self.lower[index : index + length]) in phrases:
                return length
        return 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure found at tokens `first` to `stop` (exclusive), qualifiers included."""

    first: int
    number: int  # token at which the number itself begins
    stop: int
    low: int | None
    best: int | None
    high: int | None
    qualifier: Qualifier

    def quantity(self, text: str) -> Quantity:
        """Return the figure as a contract value, with the words that it was read from."""
        return Quantity(low=self.low, best=self.best, high=self.high, qualifier=self.qualifier, text=text)


_POLICY = load("number_policy.toml")
_WORDS: dict[str, int] = _POLICY["words"]
_SCALES: dict[str, int] = _POLICY["scales"]
_FIXED: dict[str, int] = _POLICY["fixed"]
_VAGUE: dict[str, dict[str, int]] = _POLICY["vague"]
_QUALIFIERS: dict[str, frozenset[str]] = {key: frozenset(phrases) for key, phrases in _POLICY["qualifiers"].items()}
_BEFORE = {phrase: key for key in ("at_least", "at_most", "approx", "neutral") for phrase in _QUALIFIERS[key]}
_PHRASES = frozenset(_BEFORE)
_ACRONYMS = frozenset(load("number_lexicon.toml")["stops"]["acronyms"].split())
_NUMBER_ADJECTIVES = frozenset(load("number_lexicon.toml")["stops"]["number_adjectives"].split())
_A = frozenset({"a", "an"})
_MEASURES = frozenset({*_SCALES, "quarter"})  # words of number that take an article
_STARTERS = frozenset({*_WORDS, *_SCALES, *_FIXED, *_VAGUE, "half", "quarter"})


def may_start(word: str) -> bool:
    """Tell quickly whether a token may begin a number."""
    return word in _STARTERS or word[0].isdecimal() or ("-" in word and word.split("-", 1)[0] in _WORDS)


def read_figure(tokens: Tokens, index: int) -> Reading | None:
    """Read the figure whose number begins at token `index`: number, range, vague word, with its qualifiers."""
    vague = _read_vague(tokens, index)
    if vague:
        return vague
    first = _read_cardinal(tokens, index)
    if first is None:
        return None
    low, stop = first
    high = low
    article = index - 1 if index and tokens.lower[index - 1] in _A and tokens.lower[index] in _MEASURES else index
    start, qualifier = _look_back(tokens, article)
    second = _read_range(tokens, index, low, stop)
    if second:
        low, high, stop = second
        if index and tokens.lower[index - 1] == "between":
            start = index - 1
        return Reading(start, index, stop, low, low, high, "range")
    after = tokens.begins_with(stop, _QUALIFIERS["at_least_after"])
    if after or (stop < len(tokens) and tokens.lower[stop] == "+" and tokens.glued(stop)):
        return Reading(start, index, stop + (after or 1), low, low, None, "at_least")
    if after := tokens.begins_with(stop, _QUALIFIERS["approx_after"]):
        qualifier, stop = "approx", stop + after
    return _qualified(start, index, stop, low, qualifier)


def _qualified(start: int, index: int, stop: int, value: int, qualifier: Qualifier) -> Reading:
    if qualifier == "at_least":
        return Reading(start, index, stop, value, value, None, qualifier)
    if qualifier == "at_most":
        return Reading(start, index, stop, 0, None, value, qualifier)
    if qualifier == "approx":
        share: int = _POLICY["approx_percent"]
        low, high = value * (100 - share) // 100, -(-value * (100 + share) // 100)
        return Reading(start, index, stop, low, value, high, qualifier)
    return Reading(start, index, stop, value, value, value, "exact")


def _look_back(tokens: Tokens, index: int) -> tuple[int, Qualifier]:
    """Find the qualifiers before a number; the first word of them and what they make of the figure."""
    qualifier: Qualifier = "exact"
    for _ in range(3):
        length = tokens.ends_with(index, _PHRASES)
        if not length:
            break
        kind = _BEFORE[" ".join(tokens.lower[index - length : index])]
        index -= length
        if kind != "neutral" and qualifier == "exact":
            qualifier = kind  # type: ignore[assignment]
    return index, qualifier


def _read_cardinal(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Read digits or number words; the value and the token after them."""
    words = tokens.lower
    word = words[index]
    if word == "half" and index + 2 < len(words) and words[index + 1] in {"a", "an"} and words[index + 2] in _SCALES:
        return _SCALES[words[index + 2]] // 2, index + 3
    if (
        word == "quarter"
        and words[index + 1 : index + 3] == ["of", "a"]
        and words[index + 3 : index + 4] == ["million"]
    ):
        return _SCALES["million"] // 4, index + 4
    if word in _FIXED:
        return _FIXED[word], index + 1
    if word[0].isdecimal():
        return _read_digits(tokens, index)
    return _read_words(words, index)


def _read_digits(tokens: Tokens, index: int) -> tuple[int, int] | None:
    text = tokens.lower[index].replace(",", "").replace(" ", "")
    if len(text) > _LONGEST_FIGURE:
        return None
    following = tokens.lower[index + 1] if index + 1 < len(tokens) else ""
    scale = _SCALES.get(following, 1)
    if "." in text:
        whole, _, fraction = text.partition(".")
        if scale < 100:  # noqa: PLR2004  (no such thing as 1.5 people)
            return None
        return (int(whole) * scale) + int(fraction) * scale // 10 ** len(fraction), index + 2
    if scale > 1:
        return int(text) * scale, index + 2
    return int(text), index + 1


def _read_words(words: list[str], index: int) -> tuple[int, int] | None:
    """Add up number words: "twenty three", "two hundred and five", "three thousand"."""
    start, total, current = index, 0, 0
    room = ceiling = _NO_LIMIT  # what may be added, and what may multiply, must stay below these
    step = 1  # the scale within `current`
    while index < len(words):
        word = words[index]
        value, scale = _simple(word), _SCALES.get(word, 0)
        if value is not None and value < room:
            current += value
            room = 10 if value >= _TWENTY and value % 10 == 0 else 1
        elif step < scale < ceiling:
            current = max(current, 1) * scale
            step, room = scale, scale if scale >= _HUNDRED else 1
            if scale > _HUNDRED:
                total, current, step, ceiling = total + current, 0, 1, scale
        elif not (word == "and" and index > start and room >= _HUNDRED and _goes_on(words, index)):
            break
        index += 1
    return (total + current, index) if index > start else None


def _goes_on(words: list[str], index: int) -> bool:
    """Tell whether "and" at `index` is inside a number: "two hundred and five"."""
    return words[index - 1] in _SCALES and index + 1 < len(words) and _simple(words[index + 1]) is not None


def _simple(word: str) -> int | None:
    """Value of "seven", "forty" or "forty-seven"."""
    if word in _WORDS:
        return _WORDS[word]
    tens, dash, unit = word.partition("-")
    if dash and tens in _WORDS and unit in _WORDS and _WORDS[unit] < 10 <= _WORDS[tens]:  # noqa: PLR2004
        return _WORDS[tens] + _WORDS[unit]
    return None


def _read_range(tokens: Tokens, index: int, low: int, stop: int) -> tuple[int, int, int] | None:
    """Read the second half of "30 to 40", "30-40", "between 30 and 40", "two or three"."""
    if stop + 1 >= len(tokens):
        return None
    link = tokens.lower[stop]
    before = tokens.lower[index - 1] if index else ""
    wanted = {"-", "\u2013", "—", "or"} | ({"and"} if before == "between" else set())
    if before != "from":  # "rose from 30 to 40" are two figures
        wanted.add("to")
    if link not in wanted or not may_start(tokens.lower[stop + 1]):
        return None
    second = _read_cardinal(tokens, stop + 1)
    if second is None:
        return None
    high, stop = second
    if low < 1000 <= high and tokens.lower[stop - 1] in _SCALES and high // _SCALES[tokens.lower[stop - 1]] > low:  # noqa: PLR2004
        low *= _SCALES[tokens.lower[stop - 1]]  # "2 to 3 million"
    return (low, high, stop) if low < high else None


def _read_vague(tokens: Tokens, index: int) -> Reading | None:
    """Read "dozens", "a number of", "hundreds of thousands", "several dozen"."""
    words = tokens.lower
    bounds = _VAGUE.get(words[index])
    if bounds is None:
        return None
    start, stop = index, index + 1
    low, best, high = bounds["low"], bounds["best"], bounds["high"]
    if words[index] in {"number", "numbers"}:
        if words[stop : stop + 1] != ["of"]:
            return None
        while start and words[start - 1] in _NUMBER_ADJECTIVES:
            start -= 1
        if start and words[start - 1] == "the":
            return None
    scale = _SCALES.get(words[stop], 1) if stop < len(words) else 1
    if words[stop : stop + 1] == ["of"] and words[stop + 1 : stop + 2] in (["thousands"], ["millions"]):
        scale, stop = _VAGUE[words[stop + 1]]["low"], stop + 2
    elif scale > 1:
        stop += 1
    if start and words[start - 1] in {"a", "an", "the", "another"}:
        start -= 1
    start = _look_back(tokens, start)[0]
    return Reading(start, index, stop, low * scale, best * scale, high * scale + (scale - 1), "vague")
