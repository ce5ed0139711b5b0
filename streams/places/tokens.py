"""Cuts a text into words with offsets, and says which of them are Arabic articles."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"([^\W_]+(?:['’‘`ʼʻʿʾ′´](?!s\b)[^\W\d_]+)*)(?:['’`´]s?\b)?")  # noqa: RUF001
_GLUED_ARTICLE = re.compile(r"[AaEe](?:l|sh|[rsdntz])(?=[A-Z][a-z])")
_ARTICLES = frozenset(
    {"al", "el", "ar", "as", "ash", "ad", "an", "at", "ez", "az", "us", "ul", "il", "ed", "es", "et", "er"}
)
_ARTICLE_INITIALS = frozenset("aAeEuUiI")
_LONGEST_ARTICLE = 3
_JOINTS = frozenset(" ’'‘")  # noqa: RUF001
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
    for match in _WORD.finditer(text):
        start, end = match.span(1)
        word = text[start:end]
        first = word[0]
        article = False
        if first in _ARTICLE_INITIALS:
            if end - start <= _LONGEST_ARTICLE:
                article = _is_article(text, word, end)
            else:
                glued = _GLUED_ARTICLE.match(word)
                if glued:
                    word = word[glued.end() :]
                    first = word[0]
        append(new(Token, (start, end, word, first.isupper(), article)))
    return tokens


def _is_article(text: str, word: str, end: int) -> bool:
    """Tell whether a short word is an article of the name that follows: 'al-Bab', 'Ar Raqqah'."""
    lower = word.lower()
    following = text[end : end + 2]
    if lower not in _ARTICLES or len(following) < len("-B"):
        return False
    if following[0] == "-":
        return True
    spaced = lower in _SPACED_ARTICLES or (word[0].isupper() and not word.isupper())
    return following[0] in _JOINTS and following[1].isupper() and spaced
