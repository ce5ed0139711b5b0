"""The forms in which English news writes dates, as patterns built from `data/date_lexicon.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from streams.extraction.number_reading import load

LEXICON = load("date_lexicon.toml")
MONTHS: dict[str, int] = {
    name.lower(): number for number, names in enumerate(LEXICON["months"], start=1) for name in names
}
WEEKDAYS: dict[str, int] = {name.lower(): number for number, name in enumerate(LEXICON["weekdays"])}


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_names = [name for names in LEXICON["months"] for name in names]
_MONTH = "(?P<month>" + _any([*_names, *(name.upper() for name in _names)]) + r")(?![^\W\d_])"
_WEEKDAY = "(?P<weekday>" + _any([*LEXICON["weekdays"], *(name.upper() for name in LEXICON["weekdays"])]) + ")"
_LEAD = r"(?:(?:" + _any([*LEXICON["weekdays"], *LEXICON["weekdays_short"]]) + r"),?\s{1,3})?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMBER = r"(?P<number>\d{1,3}|" + _any(LEXICON["numbers"]) + ")"
_UNIT = r"(?P<unit>hour|day|night|week|weekend|month|year)s?"
_GAP = r"\s{1,3}"

_FORMS = {
    "iso": r"(?<!\d)" + _YEAR + r"-(?P<m>\d\d)-" + r"(?P<day>\d\d)(?!\d)",
    "numeric": r"(?<![\d/.])(?P<day>\d{1,2})(?P<sep>[/.])(?P<m>\d{1,2})(?P=sep)" + _YEAR + r"(?!/)",
    "day_month": r"(?<![\w.])" + _LEAD + _DAY + _GAP + r"(?:of\s{1,3})?" + _MONTH + rf"(?:\.?,?{_GAP}{_YEAR})?",
    "month_day": rf"\b{_LEAD}{_MONTH}\.?{_GAP}{_DAY}(?![\w:])(?:,?{_GAP}{_YEAR})?",
    "week_of": rf"(?i:the{_GAP}(?P<week>{_any(LEXICON['weeks'])}){_GAP}week{_GAP}of){_GAP}{_MONTH}(?:,?{_GAP}{_YEAR})?",
    "month": (
        rf"(?:\b(?i:(?P<part>{_any(LEXICON['parts'])}))[\s-]{{1,3}}"
        rf"|\b(?i:(?P<lead>{_any(LEXICON['leads']['month'])}))(?:{_GAP}in)?{_GAP}(?:the{_GAP})?)"
        rf"{_MONTH}(?:,?{_GAP}{_YEAR})?"
    ),
    "year": rf"\b(?i:(?P<lead>{_any(LEXICON['leads']['year'])}))[\s-]{{1,3}}{_YEAR}(?![\w%-])",
    "weekday": (
        rf"(?:\b(?i:(?P<lead>last|next|this|past|previous|following|coming)){_GAP})?"
        rf"(?:\b(?i:(?P<night>overnight)){_GAP}(?:(?i:on|(?P<into>into|to)){_GAP})?)?\b{_WEEKDAY}(?![^\W\d_])"
        r"(?:'s|\u2019s)?"
    ),
    "possessive": rf"\b{_WEEKDAY}s\b",
    "words": rf"\b(?i:(?P<words>{_any([*LEXICON['days'], *LEXICON['relative_days']])}))\b",
    "past": (
        rf"\b(?i:the{_GAP}(?P<lead>past|last|previous){_GAP}(?:{_NUMBER}{_GAP})?{_UNIT})\b"
        rf"|\b(?i:(?P<lead2>past|last){_GAP}(?P<number2>\d{{1,3}}){_GAP}(?P<unit2>hour|day|week|month)s)\b"
    ),
    "ago": rf"\b(?i:(?:{_NUMBER}{_GAP}(?:of{_GAP})?)?{_UNIT}{_GAP}(?P<lead>ago|earlier|before|later))\b",
    "calendar": rf"\b(?i:(?:earlier{_GAP}|later{_GAP})?(?P<lead>last|this|next|past){_GAP}{_UNIT})\b",
    "weekend": r"\b(?i:(?:the\s{1,3})?(?P<unit>weekend))\b",
}
PATTERNS: dict[str, re.Pattern[str]] = {name: re.compile(form) for name, form in _FORMS.items()}
"""Named forms, in order of precedence: an earlier form owns the words that it matched."""

HINT = re.compile(
    r"\d|(?i:day|night|week|month|year|\bago\b|morning|afternoon|evening|tomorrow|earlier)|"
    + _any([*_names, *(n.upper() for n in _names)])
)
"""What every date expression holds: a sentence without it has no date."""

NAMES = re.compile(_any(LEXICON["names"]))


def _before(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + _any(words) + r")(?:\s{1,3}(?:early|late|the|dawn))?\s{1,3}$", re.IGNORECASE)


RELATIONS: dict[str, re.Pattern[str]] = {name: _before(words) for name, words in LEXICON["relations"].items()}
REPORTED_BEFORE = re.compile(
    r"\b(?:" + _any(LEXICON["reporting"]["before"]) + r")(?:\s{1,3}(?!that\b|earlier\b)[\w.-]{1,20}){0,2}?"
    r"(?:\s{1,3}(?:on|early|late|in))*\s{1,3}$",
    re.IGNORECASE,
)
REPORTED_AFTER = re.compile(r"\s{1,3}(?:also\s{1,3})?(?:" + _any(LEXICON["reporting"]["after"]) + r")\b")
PLANNED = re.compile(r"\b(?:" + _any(LEXICON["reporting"]["plans"]) + r")\b[^.;]{0,60}$", re.IGNORECASE)
