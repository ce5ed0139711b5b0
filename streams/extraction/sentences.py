"""Sentences of an article, with offsets, and the clauses within one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sentencex import segment

from streams.extraction.cues import cue

LONGEST_SENTENCE = 2_000
"""Evidence never exceeds this many characters; a longer run is cut between words."""

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
# sentencex keeps a quotation together; several sentences in one quotation are several pieces of evidence here.
_WITHIN = re.compile(r"""(?<=[a-z0-9)\]%][.!?])["\u201d'\u2019]?\s+(?=["\u201c'\u2018]?[A-Z0-9])""")
_SHORT_WORD = re.compile(r"""(?:^|[\s"\u201c(])(?:[A-Z]|[a-z]\.[a-z]|[A-Z][a-z]{1,2}|No|vs|approx|est)\.$""")


@lru_cache(maxsize=1)
def _opener() -> re.Pattern[str]:
    """A full stop lost: a word that only opens sentences, capitalised in mid-sentence ("in the city According to")."""
    weak, strong = ("|".join(sorted(cue(name))) for name in ("sentence-opener", "sentence-opener-strong"))
    return re.compile(
        rf"\b(?:[a-z0-9][\w-]*\s+(?=(?:{weak}|{strong})\s+[a-z0-9])|[A-Z][\w-]*\s+(?=(?:{strong})\s+[a-z0-9]))"
    )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: text[start:end] of the article, in code points, without surrounding blanks."""

    start: int
    end: int
    paragraph: int


def split_sentences(text: str, title: str = "") -> list[Sentence]:
    """Split an article into sentences, never across paragraphs.

    A title that the text repeats at its start without a full stop is a sentence by itself. Time is linear in the
    length; no sentence is longer than LONGEST_SENTENCE.
    """
    sentences: list[Sentence] = []
    for number, paragraph in enumerate(_PARAGRAPH.finditer(text)):
        start = paragraph.start()
        head = _title_length(text, start, title) if number == 0 else 0
        for low, high in ((start, start + head), (start + head, paragraph.end())):
            for begin, end in _split(text, low, high):
                sentences.extend(Sentence(a, b, number) for a, b in _cut(text, begin, end))
    return sentences


def _title_length(text: str, start: int, title: str) -> int:
    title = title.strip()
    return len(title) if title and text.startswith(title, start) else 0


def _split(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    at = low
    for piece in segment("en", text[low:high]) if high > low else ():
        begin = at
        at += len(piece)
        for boundary in _WITHIN.finditer(text, begin, at):
            if not _SHORT_WORD.search(text, max(begin, boundary.start() - 8), boundary.start()):
                yield from _parted(text, begin, boundary.end())
                begin = boundary.end()
        yield from _parted(text, begin, at)


def _parted(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    for opener in _opener().finditer(text, begin, end):
        yield from _stripped(text, begin, opener.end())
        begin = opener.end()
    yield from _stripped(text, begin, end)


def _stripped(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    if end > begin:
        yield begin, end


def _cut(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while end - begin > LONGEST_SENTENCE:
        blank = text.rfind(" ", begin + 1, begin + LONGEST_SENTENCE)
        stop = blank if blank > begin else begin + LONGEST_SENTENCE
        yield from _stripped(text, begin, stop)
        begin = stop
    yield from _stripped(text, begin, end)
