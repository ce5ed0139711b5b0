"""Folding: what two texts have left in common once writing habits are taken away."""

from __future__ import annotations

import re
import unicodedata

# Apostrophes of every kind stand inside words (a transliterated ain, a genitive): they part nothing.
_INSIDE_WORDS = re.compile("['\u2018\u2019\u02bb\u02bc\u02bf\u02be`\u00b4\u0640\u200b-\u200f\ufeff\u00ad]")
# Beginning with the comma, so that the search runs from comma to comma.
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return `text` in one case, one Unicode form (NFKC), and without what stands unheard inside words."""
    one_form = unicodedata.normalize("NFKC", text).casefold()
    return _THOUSANDS.sub("", _INSIDE_WORDS.sub("", unicodedata.normalize("NFKC", one_form)))


def words(text: str) -> list[str]:
    """Return the folded words and numbers of `text`, in order: no punctuation, no whitespace."""
    return _WORD.findall(fold(text))
