# ruff: noqa: RUF001  (dashes and quotation marks as the press prints them)
"""Pieces inside a story: a headline that only the body has, date lines of their own, credits in brackets, tags."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from streams.normalise import headlines
from streams.normalise.dates import DATE
from streams.normalise.lexicon import agencies, any_of, words
from streams.normalise.paragraphs import furniture_pattern

if TYPE_CHECKING:
    from streams.normalise.draft import Draft

_FIRST_PARAGRAPHS = 6
_LONGEST_HEADLINE = 250
_LONGEST_MENU = 60  # lines
_LONGEST_MENU_ENTRY = 40
_DATE_PARAGRAPH = re.compile(
    rf"(?:{any_of(words('date_labels'))}\s{{0,2}}[:|\-]?\s{{0,2}})?(?:{DATE})[\s.,|)]*", re.VERBOSE | re.IGNORECASE
)
_BRACKETED = re.compile(r"\s?[\[(]([^()\[\]]{1,80})[\])]")
_CREDIT = re.compile(
    rf"(?P<before>photos?\s)?(?:(?:with|via|by|{agencies()}|[,/&+]|and|file|archive|handout)\s?){{1,8}}"
    rf"(?P<after>photos?|images?|pictures?|video)?",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"[,/&]|\band\b", re.IGNORECASE)
_SENTENCE_ENDS = (".", "!", "?", '"', "”", "’")
_TAGS = re.compile(r"(?:(?<=[.!?\"”)])|(?<=\n)|^)\s{0,2}Tags:?\s(?=[A-Z])")
_OPENER = re.compile(rf"(?<=\s)(?:{any_of(words('sentence_openers'))}(?=\s[\w\"“])|\d+(?=\s[a-z]))")
_PROSE = re.compile(rf"\b{any_of(words('prose_words'))}\b")
_LONGEST_TAGS = 260


def adopt_title(draft: Draft) -> Draft:
    """Take the headline from the body where the scraper sent none: printed twice, or right above a date line."""
    if draft.title:
        return draft
    lines = draft.text.split("\n\n", 3)
    if len(lines) < 2 or not 0 < len(lines[0]) <= _LONGEST_HEADLINE:  # noqa: PLR2004  (a headline and a story)
        return draft
    doubled = headlines.fold(lines[0]) == headlines.fold(lines[1])
    dated = bool(_DATE_PARAGRAPH.fullmatch(lines[1][:200]))
    if not (doubled or dated) or lines[0].endswith((".", "!")):
        return draft
    titled = replace(draft, title=headlines.clean_title(lines[0]))
    return titled.cut("title-from-body", 0, len(lines[0]) + 2)


def drop_menu(draft: Draft) -> Draft:
    """Drop the menu that a page has above its headline: short lines without a full stop, the headline below them."""
    paragraphs = draft.text.split("\n\n", _LONGEST_MENU)[:_LONGEST_MENU]
    wanted = headlines.fold(draft.title)
    above = next((number for number, paragraph in enumerate(paragraphs) if headlines.fold(paragraph) == wanted), 0)
    menu = paragraphs[:above]
    if not menu or not all(len(line) <= _LONGEST_MENU_ENTRY and not line.endswith(".") for line in menu):
        return draft
    return draft.cut("menu", 0, sum(len(line) + 2 for line in menu))


def take_date_lines(draft: Draft) -> Draft:
    """Take out date lines that are paragraphs of their own near the beginning."""
    kept: list[str] = []
    lost: list[str] = []
    for number, paragraph in enumerate(draft.text.split("\n\n")):
        own = number < _FIRST_PARAGRAPHS and len(paragraph) < 200 and _DATE_PARAGRAPH.fullmatch(paragraph)  # noqa: PLR2004
        (lost if own else kept).append(paragraph)
    if not lost:
        return draft
    found = draft.rewritten("date-line", "\n\n".join(kept), lost)
    for line in lost:
        found = found.dated(line)
    return found


def remove_credits(draft: Draft) -> Draft:
    """Cut picture credits in brackets; a paragraph break in their place, since they close a caption.

    A bare name in brackets is cut only after a finished sentence: in mid-sentence it explains an abbreviation.
    """
    kept: list[str] = []
    lost: list[str] = []
    position = 0
    for match in _BRACKETED.finditer(draft.text):
        credit = _CREDIT.fullmatch(match[1].strip())
        if not credit:
            continue
        picture = credit["before"] or credit["after"]
        finished = draft.text.endswith(_SENTENCE_ENDS, 0, match.start())
        closing = match[0].endswith("]") and draft.text[match.end() : match.end() + 1] in {"", "\n"}
        if picture or finished or closing or _SEVERAL.search(match[1]):
            kept.append(draft.text[position : match.start()])
            lost.append(match[0])
            position = match.end()
    return draft.rewritten("credit", "\n\n".join([*kept, draft.text[position:]]), lost) if lost else draft


def remove_controls(draft: Draft) -> Draft:
    """Cut controls and links that stand inside the story, a paragraph break in their place."""
    pattern = furniture_pattern("inside")
    lost = [match[0] for match in pattern.finditer(draft.text)]
    return draft.rewritten("control", pattern.sub("\n\n", draft.text), lost) if lost else draft


def remove_tags(draft: Draft) -> Draft:
    """Cut the tags that a flat feed has between summary and story, as far as they can be told from the story.

    Tags run up to the first word that can only open a sentence. Where there is none, or prose comes first, only the
    word "Tags" goes, and a paragraph break parts the summary from what follows.
    """
    match = _TAGS.search(draft.text)
    if not match:
        return draft
    opener = _OPENER.search(draft.text, match.end(), match.end() + _LONGEST_TAGS)
    end = opener.start() if opener and not _PROSE.search(draft.text, match.end(), opener.start()) else match.end()
    return draft.cut("tags", match.start(), end, instead="\n\n")
