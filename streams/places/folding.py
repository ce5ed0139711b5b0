"""Folds the many romanisations of one Arabic or Kurdish name onto one key.

Two keys. The plain key only drops case, diacritics and apostrophes: it fits names with a settled spelling, world-wide.
The romanisation key goes further, by how romanisations of Arabic vary in news text (ou/oo/u/o, ei/ay/i, kh/k, q/k,
final -eh/-ah/-e, doubled letters); it is used for the home country and its neighbours, whose names the gazetteer holds
closely enough for a collision to be seen.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from streams.places.datafiles import rows

_LIGATURES = str.maketrans({"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "s", "æ": "a", "œ": "o"})
_DIGRAPHS = (("dj", "j"), ("ch", "sh"), ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("ck", "k"))
_LETTERS = str.maketrans({"q": "k", "c": "k", "v": "f"})
_STEPS = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"(?<=[^aeiou])(?:i|y|ee|ei|ai)?(?:yy?eh?|yy?ah?|ieh?|iah?)$", "ia"),  # -iyeh, -iya, -iyah, -ieh, -ia
        (r"(?<=[a-z]{2})(?:eh|ah|e)$", "a"),
        (r"(?:au|ao|ow|ou|oo|aw(?![aeiou])|o)", "u"),
        (r"(?:ee|(?:ai|ay|ei|ey|ie|y)(?![aeou])|i)", "i"),
        (r"e", "a"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=1)
def _common_words() -> dict[str, str]:
    return {
        variant: row["key"]
        for row in rows("romanisations.tsv")
        for variant in (row["key"], *row["variants"].split("|"))
    }


@lru_cache(maxsize=1)
def name_openers() -> frozenset[str]:
    """Return the keys of the words that open names and are also written together with the next: 'Kafr', 'Tal'."""
    return frozenset(row["key"] for row in rows("romanisations.tsv"))


@lru_cache(maxsize=65_536)
def plain_key(word: str) -> str:
    """Return the word in lower case without diacritics, apostrophes and other marks."""
    if word.isascii() and word.isalnum():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    return "".join(c for c in decomposed if c.isalnum())


@lru_cache(maxsize=65_536)
def romanisation_key(word: str) -> str:
    """Return the key that the romanisations of one word share: Raqqa, Raqa, Raqqah -> 'raka'."""
    key = plain_key(word)
    common = _common_words().get(key)
    if common is not None:
        return common
    for digraph, letter in _DIGRAPHS:
        if digraph in key:
            key = key.replace(digraph, letter)
    key = key.translate(_LETTERS)
    for pattern, letter in _STEPS:
        key = pattern.sub(letter, key)
    return key
