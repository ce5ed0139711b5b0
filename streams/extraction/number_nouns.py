"""What a figure counts: the noun phrase after a number, and whether its head names people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from streams.extraction.number_reading import Tokens, load, may_start

NounClass = Literal["people", "thing"]

_LEXICON = load("number_lexicon.toml")
_ROLES = load("number_roles.toml")
_IRREGULAR: dict[str, str] = _LEXICON["irregular"]
STOPS = frozenset(_LEXICON["stops"]["words"].split())
COLLECTIVES = frozenset(_LEXICON["people"]["collectives"].split())
ATTACKERS = frozenset(_LEXICON["people"]["attackers"].split())
_SUFFIXES = tuple(_LEXICON["people"]["suffixes"])
_DEMONYMS = tuple(_LEXICON["people"]["demonyms"])
_SHORTEST_DEMONYM = 5
_PARTITIVE = frozenset(_LEXICON["subsets"]["partitive"].split())
_PARTITIVE_NOUNS = frozenset(_LEXICON["subsets"]["partitive_nouns"].split())
_DETERMINERS = frozenset(_LEXICON["people"]["determiners"].split())
_LONGEST_PHRASE = 9  # tokens from the number to its noun
TRIGGERS = frozenset(
    word
    for role in ("fatalities", "injured", "captured", "displaced")
    for form in ("participle", "subject", "after", "active")
    for word in _ROLES[role][form].split()
)
"""Words that say what happened to people: they end a noun phrase unless they stand as its adjective."""


def _plural(noun: str) -> str:
    if noun.endswith("man"):
        return noun[:-3] + "men"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


SINGULAR = frozenset(_LEXICON["people"]["nouns"].split()) - frozenset({"other", "dead"})
_PLURAL = (
    frozenset(_plural(noun) for noun in SINGULAR)
    | frozenset(_LEXICON["people"]["plural"].split())
    | frozenset(_IRREGULAR)
)
_THINGS = frozenset(_LEXICON["things"]["nouns"].split())
THINGS = _THINGS | frozenset(map(_plural, _THINGS)) | frozenset(_LEXICON["things"]["plural"].split())
_ADJECTIVAL = frozenset(_LEXICON["people"]["adjectives"].split())


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """The counted noun: `stop` is the token after it."""

    stop: int
    head: str | None = None
    kind: NounClass | None = None
    partitive: bool = False  # "15 of the dead": a part of a total told elsewhere


def noun_class(word: str, text: str) -> NounClass | None:
    """Class of a noun by the lexicon, else by its ending ("Iraqis", "gunmen")."""
    if word in SINGULAR or word in _PLURAL:
        return "people"
    if word in THINGS:
        return "thing"
    demonym = text[:1].isupper() and word.endswith(_DEMONYMS) and len(word) >= _SHORTEST_DEMONYM
    return "people" if demonym or word.endswith(_SUFFIXES) else None


def is_plural(word: str) -> bool:
    """Tell whether a noun for people is plural."""
    return word in _PLURAL or (word not in SINGULAR and word.endswith(("s", "men", "women")))


def read_noun(tokens: Tokens, index: int) -> NounPhrase:
    """Read the noun phrase that begins at token `index`, just after a number or an article."""
    words = tokens.lower
    partitive = False
    if words[index : index + 1] == ["of"]:
        follower = words[index + 1] if index + 2 <= len(words) else ""
        if follower in _PARTITIVE:
            return NounPhrase(index + 2, partitive=True)
        index += 1
        if follower in _DETERMINERS or follower == "all":
            index += 1
            partitive = words[index : index + 1] != [] and words[index] in _PARTITIVE_NOUNS
            if partitive:
                return NounPhrase(index + 1, words[index], "people", partitive=True)
    if words[index : index + 1] in (["other"], ["more"]):
        index += 1
    return _read_head(tokens, index)


def _read_head(tokens: Tokens, start: int) -> NounPhrase:
    """Walk over adjectives and nouns; the last noun is the head."""
    words, texts = tokens.lower, tokens.texts
    head: str | None = None
    kind: NounClass | None = None
    stop = index = start
    limit = min(start + _LONGEST_PHRASE, len(words))
    while index < limit:
        word = words[index]
        if word == "others":
            return NounPhrase(index + 1, word, "people")
        if word == "and" and start < index and (joint := _joint_head(tokens, index)):
            return joint
        adjective = word in TRIGGERS and _adjectival(tokens, index)
        if not adjective and _ends_phrase(tokens, index, start):
            break
        found = None if adjective else noun_class(word, texts[index])
        if found or (head is not None and not adjective):
            if found is None and _new_phrase(word, texts[index], texts[index - 1]):
                break
            if found or word.endswith("s"):
                head, kind, stop = word, found, index + 1
            whole = found == "people" and is_plural(word) and not _compound(tokens, stop)
            if whole or (found is None and word.endswith("s")):
                break
        index += 1
    if head is None and index > start:
        return NounPhrase(index, words[index - 1])
    return NounPhrase(stop, head, kind)


def _ends_phrase(tokens: Tokens, index: int, start: int) -> bool:
    word = tokens.lower[index]
    number = index > start and may_start(word)
    return not word[0].isalpha() or word in STOPS or word in TRIGGERS or number


def _joint_head(tokens: Tokens, index: int) -> NounPhrase | None:
    """Read the noun of "70 regime and rebel fighters" beyond the "and" at token `index`."""
    for at in range(index + 1, min(index + 5, len(tokens))):
        word = tokens.lower[at]
        if word in STOPS or word in TRIGGERS or may_start(word) or not word[0].isalpha():
            return None
        if noun_class(word, tokens.texts[at]) == "people" and is_plural(word):
            return NounPhrase(at + 1, word, "people")
    return None


def _compound(tokens: Tokens, index: int) -> bool:
    """Tell whether the noun goes on: "terrorists positions", "people smugglers"."""
    if index < len(tokens) and tokens.lower[index] == "'":
        index += 1
    return index < len(tokens) and noun_class(tokens.lower[index], tokens.texts[index]) is not None


def _adjectival(tokens: Tokens, index: int) -> bool:
    """Tell whether a word such as "wounded" describes a noun that follows it: "12 wounded soldiers"."""
    if tokens.lower[index] not in _ADJECTIVAL or index + 1 >= len(tokens):
        return False
    for at in range(index + 1, min(index + 3, len(tokens))):
        word = tokens.lower[at]
        if word in STOPS or word in TRIGGERS:
            return False
        if noun_class(word, tokens.texts[at]) == "people":
            return True
    return False


def _new_phrase(word: str, text: str, before: str) -> bool:
    """Tell whether an unknown word after a noun begins something else: a name, a participle, an adverb."""
    return (text[0].isupper() and before[0].islower()) or word.endswith(("ed", "ing", "ly"))
