"""Finds the words that say what happened to people, and the construction that each stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from streams.extraction.number_groups import Group
from streams.extraction.number_reading import Tokens, load, may_start

Role = Literal["fatalities", "injured", "captured", "displaced"]
Form = Literal["passive", "active", "reduced", "subject", "after", "of", "toll", "noun"]

_ROLES: tuple[Role, ...] = ("fatalities", "injured", "captured", "displaced")
_DATA = load("number_roles.toml")


def _forms(form: str) -> dict[str, Role]:
    return {word: role for role in _ROLES for word in _DATA[role][form].split()}


def _phrases() -> dict[str, tuple[Role, str]]:
    """Return fixed phrases with their role, and where the figure stands: before, after, either."""
    found: dict[str, tuple[Role, str]] = {}
    for role in _ROLES:
        for place in ("before", "after", "either"):
            phrases: list[str] = _DATA["phrases"].get(f"{role}_{place}", [])
            found |= dict.fromkeys(phrases, (role, place))
    return found


def words_of(name: str) -> frozenset[str]:
    """Return a set of function words from the grammar section of the data file."""
    return frozenset(_DATA["grammar"][name].split())


PARTICIPLES = _forms("participle")
ACTIVES = _forms("active")
AFTER = _forms("after")
BE = words_of("be")
BETWEEN = words_of("adverbs")
_SUBJECTS = _forms("subject")
_OF = _forms("of")
_NOUNS = _forms("noun")
_STRICT = frozenset(word for role in _ROLES for word in _DATA[role]["strict"].split())
_PHRASES = _phrases()
_PHRASE_SET = frozenset(_PHRASES)
_PHRASE_STARTS = frozenset(phrase.split()[0] for phrase in _PHRASES)
_TOLL_HEADS: dict[str, Role] = {
    **dict.fromkeys(_DATA["toll"]["heads"], "fatalities"),
    **dict.fromkeys(_DATA["toll"]["heads_injured"], "injured"),
}
_TOLL_PHRASES = frozenset(_TOLL_HEADS)
_TOLL_STARTS = frozenset(head.split()[0] for head in _TOLL_HEADS)
_CLAIMS = frozenset(_DATA["claims"]["verbs"].split())
_CLAIMED: dict[Role, frozenset[str]] = {
    role: frozenset(_DATA["claims"][role].split()) for role in _ROLES if role in _DATA["claims"]
}
_SUFFERING = words_of("suffering")
_HARM = words_of("harm")
_HAVE = words_of("have")
_QUANTIFIERS = words_of("quantifiers")
_COORDINATORS = words_of("coordinators")
_IDIOMS = words_of("after_dead")
_COMPLAINT = 4  # tokens after "suffered" that may name an injury
_LEFT = 6  # tokens after "left" that may tell what became of people


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word or phrase that may give a figure its role."""

    index: int
    role: Role
    form: Form
    edge: int
    """First token of the verb group ("were" of "were killed"): a subject ends before it."""
    after: int
    """Token after the trigger: an object begins there."""
    strict: bool = False
    """Whether it needs a noun for people ("captured 14 fighters", not "captured 14")."""
    nouns: frozenset[str] = frozenset()
    """The only nouns that it takes ("took 12 lives"); empty for any."""


def find_triggers(tokens: Tokens, groups: list[Group]) -> Iterator[Trigger]:
    """Yield what may take a figure, with the construction that it stands in."""
    inside = {index for group in groups for index in range(group.noun_stop, group.stop)}
    skip = 0
    for index, word in enumerate(tokens.lower):
        if index < skip:
            continue
        if fixed := _phrase_at(tokens, index, word):
            skip = fixed.after
            yield fixed
        elif index in inside:
            if word in _NOUNS:
                yield Trigger(index, _NOUNS[word], "noun", index, index + 1)
        elif word in _CLAIMS:
            for role, nouns in _CLAIMED.items():
                yield Trigger(index, role, "active", index, index + 1, nouns=nouns)
        elif trigger := _verb_at(tokens, index, word):
            yield trigger


def _phrase_at(tokens: Tokens, index: int, word: str) -> Trigger | None:
    """Read "death toll", "claimed the lives of", "were shot dead"."""
    if word in _TOLL_STARTS and (length := tokens.begins_with(index, _TOLL_PHRASES)):
        role = _TOLL_HEADS[" ".join(tokens.lower[index : index + length])]
        return Trigger(index, role, "toll", index, index + length)
    if word not in _PHRASE_STARTS or not (length := tokens.begins_with(index, _PHRASE_SET)):
        return None
    role, place = _PHRASES[" ".join(tokens.lower[index : index + length])]
    passive, edge = _auxiliary(tokens.lower, index)
    if place == "before":
        return Trigger(index, role, "subject", edge, index + length)
    form: Form = "active" if place == "after" else "passive" if passive else "reduced"
    return Trigger(index, role, form, edge, index + length)


def _verb_at(tokens: Tokens, index: int, word: str) -> Trigger | None:
    """Read the construction of one word: the first that fits."""
    words = tokens.lower
    following = words[index + 1] if index + 1 < len(words) else ""
    form: Form | None = None
    passive, edge = False, index
    if word in PARTICIPLES or word in ACTIVES:
        if _coordinated(words, index):
            return None
        form = "active"
        if word in PARTICIPLES:
            passive, edge = _auxiliary(words, index)
            form = "passive" if passive else "active" if edge < index else "reduced"
        role = PARTICIPLES.get(word) or ACTIVES[word]
    elif word in _OF and following == "of":
        return Trigger(index, _OF[word], "of", index, index + 2, word in _STRICT)
    elif word in _SUBJECTS and not (word == "left" and _leaves(tokens, index)):
        form, role = "subject", _SUBJECTS[word]
        edge = _auxiliary(words, index)[1]
    elif word in AFTER and following not in _IDIOMS:
        passive, edge = _auxiliary(words, index)
        form, role = "subject" if passive else "after", AFTER[word]
    elif word in _SUFFERING and _HARM & set(words[index + 1 : index + 1 + _COMPLAINT]):
        form, role = "subject", "injured"
        edge = _auxiliary(words, index)[1]
    return Trigger(index, role, form, edge, index + 1, word in _STRICT) if form else None


def _leaves(tokens: Tokens, index: int) -> bool:
    """Tell "left three others wounded" from "left the town"."""
    following = tokens.lower[index + 1 : index + 1 + _LEFT]
    if following and (may_start(following[0]) or following[0] in _QUANTIFIERS):
        return True
    return any(word in AFTER or word in PARTICIPLES or word == "homeless" for word in following)


def _coordinated(words: list[str], index: int) -> bool:
    """Tell whether dead and injured share one figure: "killed and wounded 30", "killing or injuring several"."""

    def role_at(at: int) -> Role | None:
        return (PARTICIPLES.get(words[at]) or ACTIVES.get(words[at])) if 0 <= at < len(words) else None

    pair = {"fatalities", "injured"}
    own = role_at(index)
    if index + 1 < len(words) and words[index + 1] in _COORDINATORS and {own, role_at(index + 2)} == pair:
        return True
    return index > 0 and words[index - 1] in _COORDINATORS and {own, role_at(index - 2)} == pair


def _auxiliary(words: list[str], index: int) -> tuple[bool, int]:
    """Look for "were", "have been" before a verb: whether it is passive, and where the verb group begins."""
    at = index - 1
    passive = False
    seen = index
    while at >= 0 and (words[at] in BE or words[at] in _HAVE or words[at] in BETWEEN or words[at].endswith("ly")):
        if words[at] in BE:
            passive, seen = True, at
        elif words[at] in _HAVE:
            seen = at
        at -= 1
    return passive, seen
