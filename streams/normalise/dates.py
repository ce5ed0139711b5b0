# ruff: noqa: RUF001  (dashes and quotation marks as the press prints them)
"""Dates: when an article was published, from metadata or from the date line that the page prints.

Nothing here reads a clock: what is believable is judged by the fetch and by fixed bounds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from streams.normalise.lexicon import any_of, rows, words

if TYPE_CHECKING:
    from collections.abc import Iterator

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(days=2)
"""How far a publication may lie after its own fetch: a day of zones and a day of careless clocks."""

_LONGEST_SPAN = 120  # characters: a longer "date" is something else
_MONTH_OF = {name.casefold(): int(number) for number, name in rows("months")}
_OFFSET_OF = {name.casefold(): int(minutes) for name, minutes in rows("zones")}
_MONTH = any_of(_MONTH_OF)
_WEEKDAY = any_of(words("weekdays"))
_ZONE = any_of(name for name, _ in rows("zones"))
_YEAR = r"(?:19|20)\d\d"
_CLOCK_AFTER = rf"""
    (?:,|T|\s)?\s{{0,2}}(?:(?:at|@|-|–|\|)\s?)?(?:(?P<zone_before>{_ZONE})\s)?
    (?: (?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{{1,9}})?)?(?:\s?(?P<half>[ap])\.?m\b\.?)?
      | (?P<hour12>\d{{1,2}})\s?(?P<half12>[ap])\.?m\b\.?
      | (?<=at\s)(?P<hour4>[01]\d|2[0-3])(?P<minute4>[0-5]\d)(?!\d) )
    (?:\s?\(?(?:(?P<zone>{_ZONE})\b(?!\s?[+-]\d)|(?:(?:GMT|UTC)\s?)?(?P<offset>[+-]\d\d:?\d\d)(?!\d)|(?:GMT|UTC)\s?(?P<hours>[+-]\d\d?)(?![\d:]))\)?)?
"""
DATE = rf"""
    (?<![\w])
    (?:(?P<hour0>[01]?\d|2[0-3]):?(?P<minute0>[0-5]\d)(?:\s(?P<zone0>{_ZONE}))?,?\s)?
    (?:{_WEEKDAY}\.?(?:,\s?|\s{{1,2}}))?
    (?: (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?[\s\-./,]{{0,2}}(?:of\s)?(?P<m1>{_MONTH})[.,]?[\s\-./,]{{0,2}}(?P<y1>{_YEAR})
      | (?P<m2>{_MONTH})\.?[\s\-]{{1,2}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?[\s,]{{0,2}}(?P<y2>{_YEAR})
      | (?P<y3>{_YEAR})[-/.](?P<m3>\d{{1,2}})[-/.](?P<d3>\d{{1,2}})
      | (?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})(?:[-/.](?P<y4>{_YEAR})|[/.](?P<y5>[0-3]\d))
    )
    (?!\d)
    (?:{_CLOCK_AFTER})?
"""
"""Verbose, case-insensitive pattern of a date with day, month and year, and a time of day if there is one."""
UNNAMED_DATE = re.sub(r"\?P<\w+>", "?:", DATE)
"""The same without groups, for patterns that hold it twice."""
_DATE = re.compile(DATE, re.VERBOSE | re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d{1,19}(?:\.\d{1,9})?")
_EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def believable(instant: datetime, not_after: datetime | None) -> bool:
    """Tell whether an article may have been published then: 1990 to 2100, and not after it was fetched."""
    if not EARLIEST <= instant < LATEST:
        return False
    return not_after is None or instant <= not_after + TOLERANCE


def instant(value: str | None, not_after: datetime | None = None) -> datetime | None:
    """Read a whole metadata value as an instant; None if it is none, or not believable.

    Takes RFC 3339, RFC 2822, seconds, milliseconds, microseconds or nanoseconds of the epoch, compact digits and
    the forms of `DATE`; dateparser reads what is left, other languages too. Without a zone it is UTC.
    """
    text = (value or "").strip().translate(_EASTERN_DIGITS)
    if not text or len(text) > _LONGEST_SPAN:
        return None
    candidates = _whole(text)
    return next((found for found in candidates if believable(found, not_after)), None)


def date_line(text: str, not_after: datetime | None = None) -> datetime | None:
    """Read the first date in a date line that a page prints; None if it has none that is believable."""
    match = _DATE.search(text[:_LONGEST_SPAN].translate(_EASTERN_DIGITS))
    if not match:
        return None
    return next((found for found in _readings(match) if believable(found, not_after)), None)


def _whole(text: str) -> Iterator[datetime]:
    if _NUMBER.fullmatch(text):
        yield from _from_digits(text)
        return
    try:
        yield _utc_unless_told(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        match = _DATE.search(text)
        if match:
            yield from _readings(match)
        else:
            yield from _by_dateparser(text)


def _from_digits(text: str) -> Iterator[datetime]:
    for form, size in (("%Y%m%d", 8), ("%Y%m%d%H%M", 12), ("%Y%m%d%H%M%S", 14)):
        if len(text) == size and text.startswith(("19", "20")):
            try:
                yield datetime.strptime(text, form).replace(tzinfo=UTC)
            except ValueError:
                continue
    # Of the four units only one puts an instant between 1990 and 2100.
    for unit in (1, 1_000, 1_000_000, 1_000_000_000):
        seconds = float(text) / unit
        if EARLIEST.timestamp() <= seconds < LATEST.timestamp():
            milliseconds = round(seconds * 1_000)
            yield datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def _readings(match: re.Match[str]) -> Iterator[datetime]:
    """Yield the instants that a matched date may mean, likeliest first."""
    hour, minute, second, zone = _clock(match)
    for year, month, day in _days(match):
        try:
            yield _utc_unless_told(datetime(year, month, day, hour, minute, second, tzinfo=zone))
        except (ValueError, OverflowError):
            continue


def _days(match: re.Match[str]) -> Iterator[tuple[int, int, int]]:
    part = match.groupdict()
    if part["m1"]:
        yield int(part["y1"]), _month(part["m1"]), int(part["d1"])
    elif part["m2"]:
        yield int(part["y2"]), _month(part["m2"]), int(part["d2"])
    elif part["y3"]:
        yield int(part["y3"]), int(part["m3"]), int(part["d3"])
    else:
        # Day first, as all the world but the United States writes; month first where only that is possible
        # (day first fails as a date, or lies after the fetch).
        for first, second in product((0, 1), (0, 1)):
            if first != second:
                numbers = (int(part["a"]), int(part["b"]))
                yield int(part["y4"] or "20" + part["y5"]), numbers[second], numbers[first]


def _month(name: str) -> int:
    return _MONTH_OF[" ".join(name.casefold().split())]


def _clock(match: re.Match[str]) -> tuple[int, int, int, timezone]:
    part = match.groupdict()
    hour = int(part["hour"] or part["hour12"] or part["hour4"] or part["hour0"] or 0)
    minute = int(part["minute"] or part["minute4"] or part["minute0"] or 0)
    half = part["half"] or part["half12"]
    if half and 1 <= hour <= 12:  # noqa: PLR2004  (a clock face)
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    return hour, minute, int(part["second"] or 0), _zone(part)


def _zone(part: dict[str, str | None]) -> timezone:
    if part["offset"]:
        sign = -1 if part["offset"][0] == "-" else 1
        digits = part["offset"][1:].replace(":", "")
        return _fixed(sign * (int(digits[:2]) * 60 + int(digits[2:])))
    if part["hours"]:
        return _fixed(int(part["hours"]) * 60)
    name = part["zone"] or part["zone_before"] or part["zone0"]
    return _fixed(_OFFSET_OF[" ".join(name.casefold().split())]) if name else UTC


def _fixed(minutes: int) -> timezone:
    return UTC if minutes == 0 or abs(minutes) >= 24 * 60 else timezone(timedelta(minutes=minutes))


def _utc_unless_told(value: datetime) -> datetime:
    """Give a naive instant UTC, and an offset that RFC 3339 cannot write (seconds) its UTC form."""
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    offset = value.utcoffset() or timedelta(0)
    if offset == timedelta(0) or offset.seconds % 60 or offset.microseconds:
        return value.astimezone(UTC)
    return value


def aware(value: datetime | None) -> datetime | None:
    """Return the instant with an offset: UTC if it has none."""
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


@lru_cache(maxsize=4_096)
def _by_dateparser(text: str) -> tuple[datetime, ...]:
    """Read what our own grammar does not: other languages, odd orders. Absolute dates only: no clock."""
    import dateparser  # noqa: PLC0415  (slow to import, and rarely needed)

    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": "DMY",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "TIMEZONE": "UTC",
    }
    try:
        found = dateparser.parse(text, settings=settings)
        return (_utc_unless_told(found),) if found else ()
    except Exception:  # noqa: BLE001  (third-party parser on hostile input: a date is never worth an article)
        return ()
