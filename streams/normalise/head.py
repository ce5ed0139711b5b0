# ruff: noqa: RUF001  (dashes and quotation marks as the press prints them)
"""The head of a story: headline, date line, credits and controls come off it, in whatever order they stand.

Feeds have often lost their line breaks, so the head is peeled piece by piece: each peeler looks at the
beginning of what is left and says how far its piece goes. A flat line loses exactly the pieces named here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from streams.normalise import headlines
from streams.normalise.datelines import dateline_end
from streams.normalise.dates import DATE, UNNAMED_DATE
from streams.normalise.lexicon import agencies, any_of, words
from streams.normalise.paragraphs import furniture_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.normalise.draft import Draft

_WINDOW = 1_200  # characters of the beginning that a peeler sees
_MOST_PIECES = 16
_CREDIT_BLOCK = 110  # characters of names and section between a headline and its date

_LABEL = rf"(?:{any_of(words('date_labels'))}\s{{0,2}}[:|\-]?\s{{0,2}})"
_UPDATED = rf"(?:\s?[-–|,(]?\s?(?:updated|modified)\s?:?\s?(?:{UNNAMED_DATE})?\)?)?"  # a second date, of a revision
_DATE_LINE = re.compile(rf"(?P<label>{_LABEL})?{DATE}\)?{_UPDATED}[\s.,;:|\-–—)]*", re.VERBOSE | re.IGNORECASE)
_SECOND_ZONE = re.compile(r"\s?[-–|/]\s?(?:GMT|UTC)\s\d{1,2}:\d\d[\s.,;:|\-–—)]*")
_CAPITALS = re.compile(r"(?:(?:[A-Z©][\w.'’-]*|/|\||&|and|of)\s{1,2}){1,14}$")
_BYLINE = re.compile(
    rf"by\s(?:{agencies()}(?:\s(?:English|Staff|Online))?|[A-Z][\w'’.-]+\s(?:[Aa]l-?\s?)?[A-Z][\w'’.-]+)[\s.,:|–—-]*",
)
_NAME = r"[A-Z][\w'’.-]*(?:\s[A-Z][\w'’.-]*){0,3}"
_BYLINE_MARKED = re.compile(rf"[Bb]y\s{_NAME}(?:(?:,|\sand|\s&)\s{_NAME}){{0,3}}\s{{0,2}}[|•·\n]\s{{0,3}}")
_NAMES = re.compile(r"(?:[A-Z][\w'’-]+\s{1,2}){1,8}[A-Z][\w'’-]+\.\s{1,3}(?=[\"“A-Z0-9])")
_AGENCY = re.compile(
    rf"(?:{agencies()}(?:\s?[/,&]\s?{agencies()}){{0,3}}(?:\s?[-–—|]{{1,2}}|\n)\s{{0,4}}"
    rf"|(?P<bare>{agencies('wire')}(?:\s?[/,&]\s?{agencies('wire')}){{0,3}}\s+))(?=[\"“A-Z0-9])"
)
_BEGINNING = re.compile(r"[\"“‘'(\[\d]|by\s")


class Head(NamedTuple):
    """What the peelers see: the beginning of the text, the headline, and the pieces already off."""

    text: str
    title: str
    off: tuple[str, ...]

    @property
    def after(self) -> str:
        """Name of the piece that came off last."""
        return self.off[-1] if self.off else ""


def _label(head: Head) -> int:
    return headlines.label_end(head.text) if not head.text[:1].islower() else 0


def _title(head: Head) -> int:
    return headlines.repeat_end(head.text, head.title)


def _date(head: Head) -> int:
    match = _DATE_LINE.match(head.text)
    if not match:
        return 0
    end = match.end()
    second = _SECOND_ZONE.match(head.text, end)
    end = second.end() if second else end
    return end if match["label"] or _begins(head.text, end) else 0


def _begins(text: str, end: int) -> bool:
    """Tell whether a story may begin there: a sentence that opens with a date is not a date line."""
    return end >= len(text) or "\n" in text[max(0, end - 3) : end] or text[end].isupper() or _starts(text, end)


def _starts(text: str, end: int) -> bool:
    return bool(_BEGINNING.match(text, end) or furniture_pattern("head").match(text, end)) or not text[end].isascii()


def _credits_before_date(head: Head) -> int:
    """Names and a section between a repeated headline and its date; without a headline, an agency before the date."""
    agency = _AGENCY.match(head.text)
    if head.after not in {"title", "after-title"}:
        return agency.end() if agency and not head.off and _date(head._replace(text=head.text[agency.end() :])) else 0
    dated = re.search(rf"(?:{DATE})", head.text[: _CREDIT_BLOCK + 60], re.VERBOSE | re.IGNORECASE)
    if not dated or not 0 < dated.start() <= _CREDIT_BLOCK or not _CAPITALS.fullmatch(head.text, 0, dated.start()):
        return 0
    return dated.start() if _date(head._replace(text=head.text[dated.start() :])) else 0


def _control(head: Head) -> int:
    match = furniture_pattern("head").match(head.text)
    return _past_blanks(head.text, match.end()) if match else 0


def _after_title(head: Head) -> int:
    """The attribution that the body's headline has and the title field lost ("- Reports")."""
    match = re.match(r"[-–—]?\s?(?:Reports?|Source|Sources|Monitor|Ministry|NGO|UN)\s{1,2}(?=[A-Z])", head.text)
    if head.after != "title" or not match:
        return 0
    return (
        match.end()
        if match[0].startswith(("-", "–", "—"))
        or _credits_before_date(head._replace(text=head.text[match.end() :], off=("title",)))
        else 0
    )


def _byline(head: Head) -> int:
    """A byline after the date: up to the headline where that follows, else an agency or two names."""
    marked = _BYLINE_MARKED.match(head.text)
    if marked:
        return marked.end()
    if "date" not in head.off or not head.text.startswith("by "):
        return 0
    for start in range(3, min(len(head.text), 90)):
        if head.text[start - 1] == " " and headlines.repeat_end(head.text[start:], head.title):
            return start
    match = _BYLINE.match(head.text)
    return match.end() if match else 0


def _names(head: Head) -> int:
    """A line of reporters' names after the headline, closed by a full stop or a line break."""
    match = _NAMES.match(head.text)
    return match.end() if head.after in {"title", "byline"} and match else 0


def _agency(head: Head) -> int:
    match = _AGENCY.match(head.text)
    if not match or (match["bare"] and head.after not in {"title", "date"}):
        return 0
    return match.end()


def _dateline(head: Head) -> int:
    return dateline_end(head.text, bare=bool(head.off))


def _past_blanks(text: str, end: int) -> int:
    while end < len(text) and text[end].isspace():
        end += 1
    return end


PEELERS: tuple[tuple[str, Callable[[Head], int]], ...] = (
    ("label", _label),
    ("title", _title),
    ("date", _date),
    ("control", _control),
    ("after-title", _after_title),
    ("credits", _credits_before_date),
    ("byline", _byline),
    ("dateline", _dateline),
    ("names", _names),
    ("agency", _agency),
)
"""The pieces of a head in the order in which they are tried, again and again until none comes off."""


def peel(draft: Draft) -> Draft:
    """Take the pieces of the head off the draft's text; date lines are kept as such."""
    off: tuple[str, ...] = ()
    draft = draft.rewritten("layout", draft.text.lstrip(), [])
    while len(off) < _MOST_PIECES:
        head = Head(draft.text[:_WINDOW], draft.title, off)
        found = next(((name, end) for name, peeler in PEELERS if (end := peeler(head))), None)
        if not found:
            break
        name, end = found
        end = _past_blanks(draft.text, end) if end <= len(head.text) else end
        if name == "date":
            draft = draft.dated(draft.text[:end].strip())
        draft = draft.cut(f"head-{name}", 0, end)
        off = (*off, name)
    return draft
