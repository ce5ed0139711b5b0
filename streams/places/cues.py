"""The cue words of data/cues.tsv by role, and the names of data/common_names.tsv and data/organisations.tsv.

- `in`, `near`, `near_to` (words before 'to' that mean near), `to`, `from`, `out`: how the words lead to the name.
- `direction`, `part`, `area`, `wide` (areas that reach into the province), `outer` (areas around a city), `province`,
  `settlement`, `quarter`, `site`: nouns and adjectives that narrow or widen the name.
- `filler`: words that may stand between; `determiner`: those of them that end the reading to the right.
- `speech`, `talks`: a venue follows. `seat`, `government_verb`, `government_preposition`: a capital that stands for its
  government, unless a `happening` follows. `bureau`, `agency`: datelines.
- `organisation_*`, `office`, `title`: the name is part of a group's or a person's name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from streams.places.datafiles import rows
from streams.places.folding import plain_key, romanisation_key
from streams.places.tokens import tokenise


class Cues(NamedTuple):
    """Cue words by role, names by use."""

    role: dict[str, frozenset[str]]
    cued: frozenset[str]
    never: frozenset[str]
    organisations: dict[str, tuple[str, ...]]
    agencies: re.Pattern[str]
    narrowing: frozenset[str]
    nouns_after: frozenset[str]
    passing_after: frozenset[str]


@lru_cache(maxsize=16_384)
def name_key(name: str) -> str:
    """Return the plain key of a name without its articles, words joined by a space."""
    return " ".join(plain_key(token.word) for token in tokenise(name) if not token.article)


def _names(use: str) -> frozenset[str]:
    return frozenset(
        name_key(name) for row in rows("common_names.tsv") if row["use"] == use for name in row["names"].split("|")
    )


def _by_first_word(names: list[str]) -> dict[str, tuple[str, ...]]:
    """Return names by their first word, longest first, so that a text is searched in one pass over its words."""
    grouped: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda n: (-len(n), n)):
        grouped.setdefault(tokenise(name)[0].word, []).append(name)
    return {first: tuple(group) for first, group in grouped.items()}


def _alternation(phrases: list[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda p: (-len(p), p)))


@lru_cache(maxsize=1)
def cues() -> Cues:
    """Return the cues, read once."""
    role = {row["role"]: frozenset(row["words"].split("|")) for row in rows("cues.tsv")}
    for proper in ("seat", "venue", "bureau"):
        role[proper] = frozenset(romanised(name) for name in role[proper])
    agencies = _alternation(list(role["agency"]))
    narrowing = frozenset().union(
        *(role[name] for name in ("direction", "area", "province", "quarter", "settlement", "part"))
    )
    return Cues(
        role=role,
        cued=_names("cued"),
        never=_names("never"),
        organisations=_by_first_word([row["name"].lower() for row in rows("organisations.tsv")]),
        agencies=re.compile(rf"\s*[,/]?\s*(?:\w+\s+\d+\s*)?\(?\s*(?:{agencies})\b", re.IGNORECASE),
        narrowing=narrowing,
        nouns_after=narrowing | role["site"],
        passing_after=role["direction"] | role["part"] | (role["filler"] - role["determiner"]),
    )


@lru_cache(maxsize=16_384)
def romanised(name: str) -> str:
    """Return the romanisation key of a name without its articles, words joined by a space."""
    return " ".join(romanisation_key(token.word) for token in tokenise(name) if not token.article)


@lru_cache(maxsize=1)
def clause_break() -> re.Pattern[str]:
    """Return what parts one clause from the next: ';' or a word such as 'while'."""
    return re.compile(rf"\b(?:{_alternation(sorted(cues().role['clause']))})\b|;")
