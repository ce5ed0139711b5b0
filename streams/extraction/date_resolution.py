"""Turns one matched date expression into a day: calendar arithmetic against publication and the story's own day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from streams.contracts.coding import DatePrecision
from streams.extraction.date_patterns import LEXICON, MONTHS, WEEKDAYS

_DAYS: dict[str, int] = LEXICON["days"]
_RELATIVE: dict[str, int] = LEXICON["relative_days"]
_NUMBERS: dict[str, int] = LEXICON["numbers"]
_AHEAD = timedelta(days=31)  # a date without year this near ahead is a plan, else it is last year's
_WEEK = 7
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Resolved:
    """A day with its precision; `last` is the last day of a period."""

    day: date | None
    precision: DatePrecision = 1
    last: date | None = None
    historical: bool = False
    future: bool = False
    relation: str | None = None


def resolve(name: str, match: re.Match[str], today: date | None, story: date | None) -> Resolved | None:
    """Resolve a match of the form `name`; null if it is no date after all (day 31 of June).

    Args:
        name: key of `date_patterns.PATTERNS`.
        match: the match of that pattern.
        today: the day of publication.
        story: the day that "a day earlier" counts from.
    """
    groups = {key: value.lower() for key, value in match.groupdict().items() if value}
    try:
        if name == "words":
            return _words(" ".join(groups["words"].split()), today, story)
        if name in _READERS:
            return _READERS[name](groups, today)
        return _period(name, groups, today, story)
    except (ValueError, OverflowError):  # no such day, or beyond the calendar
        return None


def _numeric(groups: dict[str, str], today: date | None) -> Resolved:
    day, month, year = int(groups["day"]), int(groups["m"]), int(groups["year"])
    if "sep" not in groups:
        return Resolved(date(year, month, day))
    if month > 12:  # noqa: PLR2004  (month first, the American way)
        return Resolved(date(year, day, month))
    european = date(year, month, day)
    if day <= 12 and today and european > today:  # noqa: PLR2004
        return Resolved(date(year, day, month))
    return Resolved(european)


def _day_of_month(groups: dict[str, str], today: date | None) -> Resolved:
    day, month = int(groups["day"]), MONTHS[groups["month"]]
    if "year" in groups:
        return Resolved(date(int(groups["year"]), month, day))
    if today is None:
        return Resolved(None)
    found = date(today.year, month, day)
    if found > today + _AHEAD:
        found = date(today.year - 1, month, day)
    return Resolved(found)


def _month(groups: dict[str, str], today: date | None) -> Resolved:
    month = MONTHS[groups["month"]]
    if "year" in groups:
        year = int(groups["year"])
    elif today is None:
        return Resolved(None, 3)
    else:
        year = today.year if month <= today.month - (groups.get("lead") == "last") else today.year - 1
    if "week" in groups:
        first = date(year, month, LEXICON["weeks"][groups["week"]])
        return Resolved(first, 2, first + timedelta(days=6), relation="in")
    first = date(year, month, LEXICON["parts"].get(" ".join(groups.get("part", "").split()), 1))
    relation = groups.get("lead") if groups.get("lead") in {"since", "until", "before", "after"} else "in"
    return Resolved(first, 3, date(year, month, monthrange(year, month)[1]), relation=relation)


def _year(groups: dict[str, str], today: date | None) -> Resolved:
    year = int(groups["year"])
    relation = groups["lead"] if groups["lead"] in {"since", "until", "before", "after"} else "in"
    current = today is not None and year == today.year
    return Resolved(None if current else date(year, 1, 1), 3, date(year, 12, 31), relation=relation)


def _weekday(groups: dict[str, str], today: date | None) -> Resolved:
    if today is None:
        return Resolved(None)
    back = (today.weekday() - WEEKDAYS[groups["weekday"]]) % _WEEK
    lead = groups.get("lead")
    if lead in {"next", "coming", "following"}:
        return Resolved(today + timedelta(days=_WEEK - back), future=True)
    if back == 0 and lead in {"last", "past", "previous"}:
        back = _WEEK
    day = today - timedelta(days=back)
    if "into" in groups:  # "overnight into Sunday" began on Saturday
        day -= timedelta(days=1)
    return Resolved(day)


def _words(words: str, today: date | None, story: date | None) -> Resolved:
    if words in _RELATIVE:
        return Resolved(story + timedelta(days=_RELATIVE[words]) if story else None)
    return Resolved(today + timedelta(days=_DAYS[words]) if today else None)


def _period(name: str, groups: dict[str, str], today: date | None, story: date | None) -> Resolved:
    """Resolve "the past 24 hours", "two weeks ago", "last month", "weekend"."""
    unit = groups.get("unit") or groups["unit2"]
    text = groups.get("number") or groups.get("number2") or ""
    number = int(text) if text.isdecimal() else _NUMBERS.get(text, 0)
    lead = groups.get("lead") or groups.get("lead2", "")
    if today is None:
        return Resolved(None, 1 if unit in {"hour", "day", "night"} else 2 if unit.startswith("week") else 3)
    if name == "ago":
        base = today if lead == "ago" else (story or today)
        return _ago(number, unit, base, later=lead == "later")
    if number:
        return _past(number, unit, today)
    return _calendar(lead or "this", unit, today, rolling=name == "past")


def _ago(number: int, unit: str, base: date, *, later: bool) -> Resolved:
    if unit == "year":
        return Resolved(_months_back(base, 12 * max(number, 1)), 3, historical=not later)
    if unit == "month":
        first = _months_back(base, max(number, 1))
        return Resolved(first, 3, base - timedelta(days=28 * max(number, 1)), historical=number != 1)
    if not number:  # "days ago", "hours earlier"
        return Resolved(None, 1 if unit == "hour" else 2)
    days = {"hour": number // 24, "day": number, "night": number}.get(unit, number * _WEEK)
    precision: DatePrecision = 2 if unit.startswith("week") else 1
    return Resolved(base + timedelta(days=days if later else -days), precision)


def _past(number: int, unit: str, today: date) -> Resolved:
    """Return the first day of "the past 24 hours", "the last three days"."""
    if unit == "year":
        return Resolved(_months_back(today, 12 * number), 3, today, historical=True)
    if unit == "month":
        return Resolved(_months_back(today, number), 3, today, historical=number > 1)
    if unit == "hour":
        days = -(-number // 24)
    elif unit in {"day", "night"}:
        days = max(number - 1, 1)  # "the past two days" are yesterday and today
    else:
        days = number * _WEEK
    return Resolved(today - timedelta(days=days), 1 if days <= 3 else 2, today, relation="in")  # noqa: PLR2004


def _calendar(lead: str, unit: str, today: date, *, rolling: bool) -> Resolved:
    """Return the first day of "last week", "this month", "the past year", "the weekend"."""
    back, ahead = lead in {"last", "past", "previous"}, lead == "next"
    if unit in {"hour", "day", "night"}:
        return Resolved(today - timedelta(days=int(back)), future=ahead)
    if unit == "weekend":
        return _weekend(today, ahead=ahead)
    if unit == "week":
        if rolling or lead == "past":
            return Resolved(today - timedelta(days=_WEEK), 2, today)
        monday = today - timedelta(days=today.weekday() + _WEEK * (back - ahead))
        return Resolved(monday, 2, monday + timedelta(days=6), future=ahead)
    if unit == "year":
        return Resolved(date(today.year - 1, 1, 1) if back else None, 3, historical=back, future=ahead)
    first = _months_back(today, back - ahead)
    return Resolved(first, 3, date(first.year, first.month, monthrange(first.year, first.month)[1]), future=ahead)


def _weekend(today: date, *, ahead: bool) -> Resolved:
    saturday = today - timedelta(days=(today.weekday() - _SATURDAY) % _WEEK)
    if ahead:
        saturday += timedelta(days=_WEEK)
    return Resolved(saturday, 2, saturday + timedelta(days=1), future=ahead)


def _months_back(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` before a day's own."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


_READERS: dict[str, Callable[[dict[str, str], date | None], Resolved]] = {
    "iso": _numeric,
    "numeric": _numeric,
    "day_month": _day_of_month,
    "month_day": _day_of_month,
    "month": _month,
    "week_of": _month,
    "year": _year,
    "weekday": _weekday,
    "possessive": _weekday,
}
