# ruff: noqa: RUF001  (dashes and quotation marks as the press prints them)
"""Paragraphs: one blank line between them, wrapped lines joined, headings kept, furniture lines dropped."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from streams.normalise.characters import squeeze
from streams.normalise.lexicon import agencies, rows

if TYPE_CHECKING:
    from streams.normalise.draft import Draft

_BLANK_LINE = re.compile(r"\n[ \n]*\n")
_BULLET = re.compile(r"[-*•·‣▪–]\s{1,3}(?=\S)")
_GLUED_SENTENCES = re.compile(r"(?<=[a-z]{3}[.!?])(?=[A-Z][a-z]{2})|(?<=[a-z]{3}[.!?][\"”])(?=[A-Z][a-z])")
_SENTENCE_END = (".", "!", "?", '"', "”", "’", "»", "…", "؟", "。", ":", ";")
_LONGEST_FURNITURE = 400
_LONGEST_HEADLINE = 160
_LONGEST_HEADING = 4  # words: "In Raqqa", "In the north"
_WRAPPED_SHARE = 0.3
_FIRST_LINES = 8
_CODE = re.compile(
    r"(?:(?:var|let|const)\s\w{1,40}\s?=|function\s?\w{0,40}\s?\(|window\.\w|document\.\w|\$\(|googletag\.|fbq\(|<\?php"
    r"|@media\s|[.#][\w-]{1,40}\s?\{)",
)


def lay_out(draft: Draft) -> Draft:
    """Separate paragraphs by exactly one blank line; join lines that were wrapped at a width."""
    return draft.rewritten("layout", "\n\n".join(paragraphs_of(draft.text)), [])


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text whose lines may be paragraphs themselves, or wrapped at a width."""
    blocks = [[line.strip() for line in block.split("\n") if line.strip()] for block in _BLANK_LINE.split(text)]
    breaks = [following for block in blocks for following in block[1:]]
    wrapped = sum(line[0].islower() for line in breaks) > _WRAPPED_SHARE * len(breaks)
    joined = [[" ".join(block)] if wrapped else block for block in blocks]
    return [
        squeeze(_BULLET.sub("", paragraph, count=1) if _BULLET.match(paragraph) else paragraph)
        for block in joined
        for paragraph in block
    ]


def part_glued_sentences(draft: Draft) -> Draft:
    """Put back the space that a feed has lost between two sentences."""
    return draft.rewritten("layout", _GLUED_SENTENCES.sub(" ", draft.text), [])


def drop_furniture_lines(draft: Draft) -> Draft:
    """Drop paragraphs that are wholly furniture: share bars, credits, counters, code, page controls."""
    furniture = furniture_pattern("line")
    kept: list[str] = []
    lost: list[str] = []
    for paragraph in draft.text.split("\n\n"):
        short = len(paragraph) <= _LONGEST_FURNITURE
        drop = (short and furniture.fullmatch(paragraph)) or _is_code(paragraph)
        (lost if drop else kept).append(paragraph)
    return draft.rewritten("furniture-line", "\n\n".join(kept), lost) if lost else draft


def drop_related_lists(draft: Draft) -> Draft:
    """Drop "Read also" with the headlines under it: short lines without a full stop, up to a line of prose.

    Only below prose, since a round-up may be a list itself; the last line of the list stays if it may be the
    heading of the prose that follows.
    """
    heading = furniture_pattern("list")
    kept: list[str] = []
    lost: list[str] = []
    listed: list[str] = []
    prose = listing = False
    for paragraph in draft.text.split("\n\n"):
        if prose and len(paragraph) <= _LONGEST_HEADLINE and heading.fullmatch(paragraph):
            listing = True
            lost.append(paragraph)
        elif listing and _may_be_headline(paragraph):
            listed.append(paragraph)
        else:
            if listed and len(listed[-1].split()) <= _LONGEST_HEADING:
                kept.append(listed.pop())
            lost += listed
            listed, listing = [], False
            prose = prose or paragraph.endswith(_SENTENCE_END)
            kept.append(paragraph)
    lost += listed
    return draft.rewritten("related-list", "\n\n".join(kept), lost) if lost else draft


def _may_be_headline(paragraph: str) -> bool:
    return len(paragraph) <= _LONGEST_HEADLINE and not paragraph.endswith((".", "!", '."', ".”"))


def drop_repeated_paragraphs(draft: Draft) -> Draft:
    """Drop a paragraph that stands a second time, word for word, right after itself or at the head of the story.

    Pages print the summary above the story; a flat feed then has its first sentence twice.
    """
    kept: list[str] = []
    lost: list[str] = []
    for number, paragraph in enumerate(draft.text.split("\n\n")):
        repeated = kept[-1:] == [paragraph] or (number < _FIRST_LINES and paragraph in kept)
        (lost if repeated else kept).append(paragraph)
    draft = draft.rewritten("repeated-paragraph", "\n\n".join(kept), lost) if lost else draft
    end = _repeated_lead(draft.text)
    return draft.cut("repeated-lead", 0, end) if end else draft


def _repeated_lead(text: str) -> int:
    """Return where the second copy of a doubled first sentence starts, 0 if it is not doubled."""
    opening = text[:40]
    if len(opening) < 40:  # noqa: PLR2004  (shorter is no sentence)
        return 0
    second = text.find(opening, 1, 1_000)
    if second < 0:
        return 0
    first = text[:second].rstrip()
    doubled = first.endswith(_SENTENCE_END) and text.startswith(first, second)
    return second if doubled and "\n" not in first else 0


def _is_code(paragraph: str) -> bool:
    return bool(_CODE.match(paragraph)) and any(mark in paragraph for mark in "{};=(")


@cache
def furniture_pattern(where: str) -> re.Pattern[str]:
    """Compile the patterns of `furniture.tsv` for one place in the article."""
    own = (row[1] for row in rows("furniture") if row[0] == where)
    patterns = (pattern.replace("AGENCY", agencies()).replace("OUTLET", agencies("outlet")) for pattern in own)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
