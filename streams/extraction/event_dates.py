"""When: the dates that a sentence names, resolved against the publication time in its own zone.

Rules follow the codebook: a weekday is the last such day up to publication, a period is told by its first day.
Precision is ACLED's: 1 day, 2 week, 3 month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streams.contracts.coding import DatePrecision
from streams.extraction.date_patterns import (
    HINT,
    NAMES,
    PATTERNS,
    PLANNED,
    RELATIONS,
    REPORTED_AFTER,
    REPORTED_BEFORE,
)
from streams.extraction.date_resolution import Resolved, resolve

_NEWS_DAYS = 31  # what is older is background (codebook, "What is an event")
_LONGEST_SENTENCE = 20_000  # characters: what is longer is no prose, and only its beginning is read
_BOUNDS = frozenset({"since", "after"})  # relations that place an event beside the date, not on it
_BOUND_PENALTY = 40.0  # characters
_LEADING = 2.0
_CONTEXT = 80  # characters before a date that may say how the event stands to it


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date expression; offsets count code points into the sentence."""

    start: int
    end: int
    text: str
    day: date | None
    """First day of what is meant; null where it cannot be told."""
    precision: DatePrecision
    historical: bool = False
    """Over 31 days before publication: background, not news."""
    future: bool = False
    """After the publication day, or told as a plan."""
    reporting: bool = False
    """The day of a statement ("said on Monday"), which need not be the event's."""
    relation: str = "on"
    """'on', 'in', 'since', 'until', 'before' or 'after'."""


def find_dates(sentence: str, published: datetime | None, lede_day: date | None = None) -> list[DateSpan]:
    """Return the date expressions of a sentence in order.

    Args:
        sentence: the text; offsets count into it.
        published: publication time; its own zone says which day it was. Without it only full dates resolve.
        lede_day: the day of the article's main event, which "a day earlier" counts from.
    """
    today = published.date() if published else None
    spans: list[DateSpan] = []
    story = lede_day or today
    for name, match in _matches(sentence[:_LONGEST_SENTENCE]):
        resolved = resolve(name, match, today, story)
        if resolved:
            spans.append(_span(sentence, match, resolved, today))
            if resolved.day and resolved.precision == 1:
                story = resolved.day
    return spans


def _matches(sentence: str) -> list[tuple[str, re.Match[str]]]:
    """Return what looks like a date, in order; of forms that overlap, the one that stands first in `PATTERNS`."""
    if not HINT.search(sentence):
        return []
    taken = bytearray(len(sentence))
    for match in NAMES.finditer(sentence):
        taken[match.start() : match.end()] = b"\1" * len(match.group())
    found: list[tuple[str, re.Match[str]]] = []
    for name, pattern in PATTERNS.items():
        for match in pattern.finditer(sentence):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append((name, match))
    return sorted(found, key=lambda item: item[1].start())


def _span(sentence: str, match: re.Match[str], resolved: Resolved, today: date | None) -> DateSpan:
    start, end = match.span()
    before = sentence[max(0, start - _CONTEXT) : start]
    relation = resolved.relation or next((name for name, pattern in RELATIONS.items() if pattern.search(before)), "on")
    day, future = resolved.day, resolved.future
    if _is_bare_weekday(match) and PLANNED.search(before) and day is not None:
        day, future = day + timedelta(days=7), True
    last = resolved.last or day
    historical = resolved.historical or (
        today is not None and last is not None and last < today - timedelta(days=_NEWS_DAYS)
    )
    return DateSpan(
        start,
        end,
        sentence[start:end],
        day,
        resolved.precision,
        historical=historical,
        future=future or (today is not None and day is not None and day > today),
        reporting=not sentence.startswith("earlier", start)
        and bool(REPORTED_BEFORE.search(before) or REPORTED_AFTER.match(sentence, end)),
        relation=relation,
    )


def _is_bare_weekday(match: re.Match[str]) -> bool:
    """Tell whether a match is a bare weekday, which a plan moves to the week after."""
    groups = match.groupdict()
    return bool(groups.get("weekday")) and not groups.get("lead")


def event_day(spans: Sequence[DateSpan], published: datetime | None, anchor: int | None = None) -> DateSpan | None:
    """Return the date of an event, or null if the sentence names none.

    Args:
        spans: the sentence's dates.
        published: publication time; plans after it are no event's date.
        anchor: offset of the event's trigger; the date nearest to it is taken, one after it before one before it.
    """
    dated = [span for span in spans if span.day is not None and not span.future]
    if published is not None:
        dated = [span for span in dated if span.day is not None and span.day <= published.date()]
    if not dated:
        return None
    told = [span for span in dated if not span.reporting]
    if not told:
        return None
    plain = [span for span in told if span.relation not in {"until", "before"}] or told
    plain = [span for span in plain if not _is_dateline(span, published)] or plain
    if anchor is None:
        recent = [span for span in plain if not span.historical] or plain
        return min(recent, key=lambda span: (span.relation in _BOUNDS, span.start))
    return min(plain, key=lambda span: _distance(span, anchor))


def _is_dateline(span: DateSpan, published: datetime | None) -> bool:
    """Tell whether a date is the publication's own, written out: a header that ran into the sentence."""
    return published is not None and span.day == published.date() and str(published.year) in span.text


def _distance(span: DateSpan, anchor: int) -> float:
    """Return how far a date is from an event's trigger: dates follow their verb more often than they lead it."""
    far = span.start - anchor if span.start >= anchor else (anchor - span.end) * _LEADING
    return far + (_BOUND_PENALTY if span.relation in _BOUNDS else 0)
