"""Numbers that count nothing: years, days of the month, times, ages, prices, models, numbered things."""

from __future__ import annotations

from streams.extraction.number_reading import Reading, Tokens, load

_LABELS_DATA = load("number_lexicon.toml")["labels"]
_LABELS = frozenset(_LABELS_DATA["before"].split())
_LETTERS = frozenset(label for label in _LABELS if len(label) == 1)
_MONTHS = frozenset(_LABELS_DATA["months"].split())
_YEARS_AFTER = frozenset(_LABELS_DATA["years_after"].split()) | _MONTHS | {","}
_OPENING = "(\u2014\u2013,;:~"  # signs that a figure may touch: "(12 of them"
_CURRENCY = "%$\u20ac\u00a3\u00b0"
_YEARS = range(1900, 2101)
_YEAR_DIGITS = 4
_LAST_DAY = 31


def is_name_or_measure(tokens: Tokens, index: int) -> bool:
    """Tell whether digits are part of a name, a time, a price or a measure: "54km", "$30", "6:30", "T-72"."""
    if not tokens.texts[index][0].isdecimal():
        return index > 0 and tokens.lower[index - 1] == "no"  # "no one"
    if tokens.texts[index][0] == "0":  # "0742 PM", "09-09-2014"
        return True
    return _touches_before(tokens, index) or _touches_after(tokens, index + 1)


def _touches_before(tokens: Tokens, index: int) -> bool:
    if not tokens.glued(index):
        return False
    before = tokens.texts[index - 1]
    if tokens.glued(index - 1) and tokens.texts[index - 2][-1].isdecimal():  # "6:30"
        return True
    dash = before == "-" and not tokens.glued(index - 1)
    return before not in _OPENING and not dash


def _touches_after(tokens: Tokens, index: int) -> bool:
    if not tokens.glued(index):
        return False
    after = tokens.texts[index]
    if after[0].isalpha() or after in _CURRENCY:
        return True
    if after not in "/:-\u2013" or not tokens.glued(index + 1):
        return False
    dated = tokens.glued(index + 2) and tokens.texts[index + 2] == after  # "24-02-2015"
    return after in "/:" or dated or not tokens.texts[index + 1][0].isdecimal()


def is_date_or_label(tokens: Tokens, reading: Reading) -> bool:
    """Tell years, days of the month, ages and numbered things ("Resolution 2254") from counts."""
    number, value = reading.number, reading.best if reading.best is not None else reading.high
    if not tokens.lower[number][0].isdecimal() or value is None:
        return False
    before = tokens.texts[number - 1] if number else ""
    after = tokens.texts[reading.stop] if reading.stop < len(tokens) else ""
    if before.lower() in _LABELS and before not in _LETTERS:
        return True
    month = _is_month(before) or _is_month(after)
    return (value <= _LAST_DAY and month) or _is_year(tokens.lower[number], before, after, reading)


def _is_month(text: str) -> bool:
    return text[:1].isupper() and text.lower() in _MONTHS


def _is_year(text: str, before: str, after: str, reading: Reading) -> bool:
    """Tell "in 2016", "4 July, 2016", "2011-2016" and the credit "AFP 2016 Jane Doe" from "2016 people"."""
    if len(text) != _YEAR_DIGITS or not text.isdecimal() or int(text) not in _YEARS:
        return False
    if reading.qualifier == "range":
        return reading.high in _YEARS
    day_before = before.isdecimal() and int(before) <= _LAST_DAY
    credited = before.isupper() and len(before) > 1
    led_up_to = before.lower() in _YEARS_AFTER or day_before or credited
    return reading.qualifier == "exact" and (led_up_to or not after[:1].islower())
