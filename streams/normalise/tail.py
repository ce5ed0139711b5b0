# ruff: noqa: RUF001  (dashes and quotation marks as the press prints them)
"""The tail of a story: sign-offs, credits, tags, desk codes, controls and date lines come off it, last first.

A piece comes off only where the sentence before it is finished, so that "he said on Twitter" stays.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from streams.normalise.dates import DATE
from streams.normalise.lexicon import any_of, words
from streams.normalise.paragraphs import furniture_pattern

if TYPE_CHECKING:
    from streams.normalise.draft import Draft

_WINDOW = 1_000  # characters of the end that a piece may lie in
_MOST_PIECES = 16
_FINISHED = r"(?:(?<=[.!?…؟\"”’)\]])|(?<=\n))"
_LABEL = rf"{any_of(words('date_labels'))}\s{{0,2}}[:|\-]?\s{{0,2}}"
_DATE_LINE = re.compile(
    rf"{_FINISHED}\s{{0,4}}(?P<line>(?:{_LABEL})?(?:{DATE}))(?:\s?[-–|/]\s?(?:GMT|UTC)\s\d\d?:\d\d)?(?:\s\d{{1,7}})?[\s.)]*$",
    re.VERBOSE | re.IGNORECASE,
)
_SIGNATURE = re.compile(
    rf"{_FINISHED}\s{{1,4}}(?:(?:al-)?[A-Z][\w.'’-]{{0,20}}(?:\s?/\s?|\s)){{0,6}}(?:(?:al-)?[A-Z][\w.'’-]{{0,20}}\w|[A-Z])(?<!\.)\s*$"
)
_INITIALS = re.compile(rf"{_FINISHED}\s{{1,4}}[A-Z]{{2,8}}(?:/[A-Z]{{2,8}}){{0,3}}(?:\s\d{{1,3}}(?:-\d{{1,3}})?)?\s*$")
_FOOTER = 2_500
_STOP = re.compile(r"[a-z\"”)][.!?]\s")


@cache
def _at_the_end(where: str, *, finished: bool) -> re.Pattern[str]:
    pattern = furniture_pattern(where).pattern
    before = rf"{_FINISHED}[\s.]{{0,4}}" if finished else r"(?<!\w)\s{0,4}"
    return re.compile(rf"{before}(?:{pattern})\s*$", re.IGNORECASE)


@cache
def _opening(where: str) -> re.Pattern[str]:
    return re.compile(rf"{_FINISHED}\s{{1,4}}(?:{furniture_pattern(where).pattern})", re.IGNORECASE)


def _is_signature(piece: str) -> bool:
    """Tell names from a headline or a section heading: parted by a slash, or a given name and a surname."""
    names = [name for name in piece.split() if not name.endswith(".")]
    return "/" in piece or (len(names) == 2 and names[0] not in words("sentence_openers"))  # noqa: PLR2004


class Piece(NamedTuple):
    """A piece found at the end of a text: its rule and where it starts."""

    rule: str
    start: int


def _footer(text: str, offset: int) -> Piece | None:
    """Find what stands below a story (related articles, subscription, legal links), known by how it closes."""
    closed = _at_the_end("footer-end", finished=False).search(text, offset)
    if not closed:
        return None
    beginning = max(0, len(text) - _FOOTER)
    signed_off = _opening("footer-credit").search(text, beginning)
    if signed_off:
        return Piece("tail-footer", signed_off.start())
    for opened in _opening("footer-start").finditer(text, beginning):
        if not _is_prose(text[opened.start() : closed.start()]):
            return Piece("tail-footer", opened.start())
    return Piece("tail-footer", closed.start())


def _is_prose(text: str) -> bool:
    """Tell a story from headlines and controls: it has a full stop every few lines."""
    return len(_STOP.findall(text)) > len(text) / 400


def _last_piece(text: str) -> Piece | None:
    offset = max(0, len(text) - _WINDOW)
    footer = _footer(text, offset)
    if footer:
        return footer
    for rule, pattern in (
        ("tail-furniture", _at_the_end("tail-any", finished=False)),
        ("tail-furniture", _at_the_end("tail", finished=True)),
        ("tail-initials", _INITIALS),
    ):
        match = pattern.search(text, offset)
        if match:
            return Piece(rule, match.start())
    signature = _SIGNATURE.search(text, offset)
    return Piece("tail-signature", signature.start()) if signature and _is_signature(signature[0]) else None


def _repeated_byline(draft: Draft) -> int:
    """Return where the byline stands again that came off the head, at the very end; 0 if it does not."""
    bylines = [cut.text.removeprefix("by ").strip() for cut in draft.cuts if cut.rule == "head-byline"]
    text = draft.text.rstrip(" .\n")
    return next((len(text) - len(byline) for byline in bylines if byline and text.endswith(f" {byline}")), 0)


def trim(draft: Draft) -> Draft:
    """Take the pieces of the tail off the draft's text; date lines are kept as such."""
    byline = _repeated_byline(draft)
    if byline:
        draft = draft.cut("tail-byline", byline, len(draft.text))
    for _ in range(_MOST_PIECES):
        text = draft.text.rstrip()
        dated = _DATE_LINE.search(text, max(0, len(text) - _WINDOW))
        if dated:
            draft = draft.dated(dated["line"].strip()).cut("tail-date", dated.start(), len(draft.text))
            continue
        piece = _last_piece(text)
        if not piece or piece.start == 0:
            break
        draft = draft.cut(piece.rule, piece.start, len(draft.text))
    return draft.rewritten("layout", draft.text.rstrip(), [])
