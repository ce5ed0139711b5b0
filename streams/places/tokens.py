"""Cuts a text into words with offsets, and says which of them are Arabic articles."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"([^\W_]+(?:['’‘`ʼʻʿʾ′´](?!s\b)[^\W\d_]+)*)(?:['’`´]s?\b)?")  # noqa: RUF001
_GLUED_ARTICLE = re.compile(r"[AaEe](?:l|sh|[rsdntz])(?=[A-Z][a-z])")
_ARTICLES = frozenset(
    {"al", "el", "ar", "as", "ash", "ad", "an", "at", "ez", "az", "us", "ul", "il", "ed", "es", "et", "er"}
)
_SPACED_ARTICLES = frozenset({"al", "el", "ez", "ash", "ar", "az"})


class Token(NamedTuple):
    """A word of the text.

    Attributes:
        start: Offset of its first character, in code points.
        end: Offset after its last, without a possessive 's.
        word: The word, a glued article taken off ('alTabqa' -> 'Tabqa').
        capital: Whether it begins with a capital letter (of the word proper).
        article: Whether it is an article that belongs to the next word.
    """

    start: int
    end: int
    word: str
    capital: bool
    article: bool


def tokenise(text: str) -> list[Token]:
    """Return the words of the text in order."""
    tokens: list[Token] = []
    append = tokens.append
    new = tuple.__new__  # a third of the cost of Token(...), and this loop is the package's hottest
    length = len(text)
    for match in _WORD.finditer(text):
        word = match[1]
        start, end = match.span(1)
        article = False
        first = word[0]
        if first in "aAeEuUiI":
            if len(word) <= 3:  # noqa: PLR2004 - the longest article is 'ash'
                lower = word.lower()
                if lower in _ARTICLES and end + 1 < length:
                    following = text[end]
                    article = following == "-" or (
                        following in " ’'‘"  # noqa: RUF001
                        and text[end + 1].isupper()
                        and (lower in _SPACED_ARTICLES or (first.isupper() and not word.isupper()))
                    )
            elif first in "aAeE":
                glued = _GLUED_ARTICLE.match(word)
                if glued:
                    word = word[glued.end() :]
                    first = word[0]
        append(new(Token, (start, end, word, first.isupper(), article)))
    return tokens
