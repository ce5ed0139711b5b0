"""Finds the counts in a sentence: which numbers count something, what they count, and which are parts of others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from streams.contracts.coding import Quantity
from streams.extraction.number_exclusions import is_date_or_label, is_name_or_measure
from streams.extraction.number_nouns import (
    ATTACKERS,
    COLLECTIVES,
    SINGULAR,
    TRIGGERS,
    NounPhrase,
    read_noun,
)
from streams.extraction.number_reading import Reading, Tokens, load, may_start, read_figure

_LEXICON = load("number_lexicon.toml")
_SUBSET_BEFORE = frozenset(_LEXICON["subsets"]["before"])
_SUBSET_AFTER = frozenset(_LEXICON["subsets"]["after"])
_ARTICLES = frozenset({"a", "an", "another"})
_POSSESSIVES = frozenset({"his", "her", "its", "their", "the"})
_LIST_LINKS = frozenset(_LEXICON["subsets"]["list_links"].split())
_FINITE = frozenset(_LEXICON["subsets"]["finite"].split())
_SMALL_WORDS = frozenset(_LEXICON["small"]["words"].split())
_ORDINALS = frozenset(_LEXICON["small"]["ordinals"].split())
_NOT_ONE = frozenset(_LEXICON["small"]["not_after"].split())
_ONE_OTHER = frozenset(_LEXICON["small"]["not_before"].split())
_PART_SIGNS = frozenset(":-(\u2013\u2014")
_AMONG = 8  # tokens from a figure to "were among"
_LONGEST_GAP = 7  # tokens between two items of one list


@dataclass(frozen=True, slots=True)
class QuantitySpan:
    """A counted figure in a sentence.

    `start` and `end` count code points into the sentence and cover qualifier, number and counted noun.
    """

    start: int
    end: int
    quantity: Quantity
    noun: str | None
    """Head of the counted noun, lower case; null if elided ("killed 16 and wounded 20")."""
    people: bool
    """False for vehicles, villages, kilometres, percent, and for nouns that the lexicon does not know."""
    subset: bool
    """Part of a total told elsewhere ("including 12 children", "15 of the dead"): it never adds to it."""


@dataclass(frozen=True, slots=True)
class Group:
    """A quantity with its place among the tokens: what the casualty rules work on."""

    first: int
    stop: int
    noun_stop: int
    span: QuantitySpan
    thing: bool
    partitive: bool
    definite: bool = False
    """Read from "the commander", "his son": one person if something happened to that person."""


def find_groups(tokens: Tokens, sentence: str) -> list[Group]:
    """Return the counts of a sentence in order, definite singulars ("the commander") included."""
    found: list[Group] = []
    index = 0
    while index < len(tokens):
        group = _group_at(tokens, index, sentence)
        if group is None:
            index += 1
            continue
        while found and found[-1].stop > group.first:
            found.pop()
        found.append(group)
        index = max(group.stop, index + 1)
    return _mark_subsets(tokens, found)


def _group_at(tokens: Tokens, index: int, sentence: str) -> Group | None:
    word = tokens.lower[index]
    if word in _ARTICLES or word in _POSSESSIVES:
        return _singular(tokens, index, sentence)
    if not may_start(word) or is_name_or_measure(tokens, index):
        return None
    reading = read_figure(tokens, index)
    if reading is None or is_date_or_label(tokens, reading):
        return None
    phrase = read_noun(tokens, reading.stop)
    return None if _idle(tokens, reading, phrase) else _make(tokens, reading, phrase, sentence)


def _idle(tokens: Tokens, reading: Reading, phrase: NounPhrase) -> bool:
    """Tell whether a small word counts nothing here: "one of the bloodiest", "one another", "no one", "a few"."""
    word = tokens.lower[reading.number]
    after = tokens.lower[reading.stop] if reading.stop < len(tokens) else ""
    if word == "one" and after == "of" and phrase.kind != "people" and not phrase.partitive:
        return True
    if phrase.head is not None or word not in _SMALL_WORDS:
        return False
    before = tokens.lower[reading.number - 1] if reading.number else ""
    return before in _NOT_ONE or after in _ONE_OTHER


def _singular(tokens: Tokens, index: int, sentence: str) -> Group | None:
    """Read "a soldier", "another man", "his wife": one person."""
    following = tokens.lower[index + 1] if index + 1 < len(tokens) else ""
    if not following or (may_start(following) and following != "one" and not following[0].isdecimal()):
        return None
    one_more = _one_more(tokens, index, following)
    if one_more:
        return _make(tokens, Reading(index, index, one_more, 1, 1, 1, "exact"), NounPhrase(one_more), sentence)
    age = following[0].isdecimal() and tokens.lower[index + 2 : index + 4] == ["-", "year-old"]
    phrase = read_noun(tokens, index + (4 if age else 1))
    if phrase.head is None or phrase.head not in SINGULAR or phrase.head in ATTACKERS:
        return None
    definite = tokens.lower[index] in _POSSESSIVES
    if definite and phrase.head in COLLECTIVES:
        return None
    reading = Reading(index, index, index + 1, 1, 1, 1, "exact")
    return _make(tokens, reading, phrase, sentence, definite=definite)


def _one_more(tokens: Tokens, index: int, following: str) -> int:
    """Read "another wounded", "wounding a third": the token after it, or 0."""
    word = tokens.lower[index]
    if word == "another" and (following in TRIGGERS or following in _FINITE):
        return index + 1
    after = tokens.lower[index + 2] if index + 2 < len(tokens) else "."
    return index + 2 if word == "a" and following in _ORDINALS and not after[0].isalpha() else 0


def _make(tokens: Tokens, reading: Reading, phrase: NounPhrase, sentence: str, *, definite: bool = False) -> Group:
    stop = max(phrase.stop, reading.stop)
    start, end = tokens.starts[reading.first], tokens.ends[stop - 1]
    article = tokens.lower[reading.number] in _ARTICLES or definite
    figure = sentence[start : end if article else tokens.ends[reading.stop - 1]]
    people = phrase.kind == "people" or phrase.head is None
    span = QuantitySpan(start, end, reading.quantity(figure), phrase.head, people, phrase.partitive)
    return Group(reading.first, stop, reading.stop, span, phrase.kind == "thing", phrase.partitive, definite)


def _mark_subsets(tokens: Tokens, groups: list[Group]) -> list[Group]:
    """Mark what never adds: "including 12 children and a woman", "12 of them women", parts after their sum."""
    marked: list[Group] = []
    for group in groups:
        before = tokens.ends_with(group.first, _SUBSET_BEFORE)
        after = tokens.begins_with(group.stop, _SUBSET_AFTER)
        among = _were_among(tokens, group)
        subset = bool(group.span.subset or before or after or among)
        if not subset and marked and marked[-1].span.subset and not marked[-1].partitive:
            subset = linked(tokens, marked[-1], group, near=True) and not _own_clause(tokens, marked, group)
        marked.append(_with_subset(group) if subset else group)
    return _mark_parts(tokens, marked)


def _own_clause(tokens: Tokens, before: list[Group], group: Group) -> bool:
    """Tell whether a group after a subset has a verb of its own: "14 killed, including 3 children, and 20 were hurt".

    It has none where the whole still waits for its verb: "14 people, including 3 children and a woman, were killed".
    """
    if group.span.noun == "others":
        return True
    following = tokens.lower[group.stop] if group.stop < len(tokens) else ""
    whole = next((index for index in range(len(before) - 1, -1, -1) if not before[index].span.subset), None)
    if whole is None or (following not in _FINITE and following not in TRIGGERS):
        return False
    first = max(before[whole].first - 1, 0)
    return any(word in TRIGGERS for word in tokens.lower[first : before[whole + 1].first])


def _were_among(tokens: Tokens, group: Group) -> bool:
    """Tell whether a group only tells of some: "six civilians were among 22 people killed"."""
    window = tokens.lower[group.stop : group.stop + _AMONG]
    return any(verb in _FINITE and word == "among" for verb, word in pairwise(window))


def _mark_parts(tokens: Tokens, groups: list[Group]) -> list[Group]:
    """Mark the parts that follow their own sum: "40 people, 25 civilians and 15 fighters"."""
    for index, group in enumerate(groups):
        whole = group.span.quantity.best
        if whole is None or whole < 3 or group.thing:  # noqa: PLR2004
            continue
        parts, rest = 0, index + 1
        while rest < len(groups) and linked(tokens, groups[rest - 1], groups[rest], near=True, colon=True):
            parts += groups[rest].span.quantity.best or 0
            rest += 1
            if parts >= whole:
                break
        if parts == whole and rest - index > 2:  # noqa: PLR2004  (two parts at least)
            groups[index + 1 : rest] = [_with_subset(part) for part in groups[index + 1 : rest]]
    return groups


def _with_subset(group: Group) -> Group:
    span = group.span
    marked = QuantitySpan(span.start, span.end, span.quantity, span.noun, span.people, subset=True)
    return Group(group.first, group.stop, group.noun_stop, marked, group.thing, group.partitive, group.definite)


def linked(tokens: Tokens, left: Group, right: Group, *, near: bool = False, colon: bool = False) -> bool:
    """Tell whether two groups are items of one list; `near`: with nothing but commas and "and" between."""
    between = tokens.lower[left.stop : right.first]
    if not between:
        return near and colon
    if len(between) > _LONGEST_GAP:
        return False
    if near:
        return all(word in _LIST_LINKS or (colon and word in _PART_SIGNS) for word in between)
    return between[-1] in _LIST_LINKS
