# ruff: noqa: RUF001  (dashes and quotation marks as the press prints them)
"""Datelines: the place, day and agency that a wire report opens with ("BEIRUT, April 8 (Reuters) - ").

A place is cut only where its form makes it a dateline: signed by an agency, in capitals before a dash, in
brackets, or a bureau's city. "Aleppo was quiet" and "Aleppo-based" are story.
"""

from __future__ import annotations

import re

from streams.normalise.lexicon import agencies, any_of, words

_PLACE = r"[A-Z][\w'’.-]+(?:\s(?:[a-z]{2,3}\s)?[A-Z][\w'’.-]+){0,2}"
_SIGNED = rf"[\[(/]\s?{agencies()}(?:\s?[,/]\s?{agencies()}){{0,2}}\s?[\])/]\s{{0,2}}"
_WHEN = r"(?:,?\s[A-Z][a-z]{2,8}\.?\s\d{1,2})?,?\.?\s{0,2}"
_DATELINE = re.compile(
    rf"{_PLACE}(?:\s?[,/]\s?{_PLACE}){{0,2}}{_WHEN}"
    rf"(?:{_SIGNED}[-–—:.]{{1,3}}\s{{0,3}}|{agencies()}\s?[-–—:]{{1,2}}\s{{1,3}}(?=[\"“A-Z0-9]))"
)
_CAPITAL_PLACE = r"[A-Z][A-Z'’.-]{2,}(?:\s[A-Z][A-Z'’.-]{2,}){0,2}"
_DATELINE_SIGNED = re.compile(
    rf"{_CAPITAL_PLACE}(?:\s?[,/]\s?(?:{_CAPITAL_PLACE}|{_PLACE})){{0,2}}{_WHEN}{_SIGNED}(?=[\"“A-Z0-9])"
)
_DATELINE_DASH = re.compile(
    rf"(?:{_CAPITAL_PLACE}(?:\s?[,/]\s?(?:{_CAPITAL_PLACE}|{_PLACE})){{0,2}}(?:,?\s[A-Z][a-z]{{2,8}}\.?\s\d{{1,2}})?)"
    r"\s{0,2}(?:[—–]|-{1,2}(?=\s)|\s-{1,2})\s{0,3}(?=[\"“A-Z0-9])"
)
_BUREAU = any_of(words("bureaus"))
_BUREAU_BARE = re.compile(
    rf"{_BUREAU}(?:\s?[,/]\s?(?:{_BUREAU}|{_PLACE}))?\s+(?=[\"“]?[A-Z0-9][a-z0-9]*\b)(?!{_CAPITAL_PLACE})"
)
_BUREAU_DASH = re.compile(
    rf"(?i:{_BUREAU})(?:\s?[,/\s]\s?(?i:{_BUREAU})){{0,2}}\s{{0,2}}[-–—]{{1,2}}\s{{1,3}}"
    rf"(?!(?i:{_BUREAU})\b)(?=[\"“A-Z0-9])"  # "Homs - Hama road" is a road
)
_IN_BRACKETS = re.compile(
    rf"[\[(/]\s?(?:{agencies()}(?:\s?[,/]\s?{agencies()}){{0,2}}\s?[\])/][.,]?|(?i:{_BUREAU})\s?[\])](?=\s?[-–—:]))"
    r"\s?[-–—:]{0,2}\s{0,3}(?=[\"“A-Z0-9])"
)
_BUREAU_COLON = re.compile(
    rf"{_BUREAU}(?:\s?[,/]\s?{_PLACE})?\s?:\s{{1,3}}(?=[\"“A-Z0-9])|{agencies()}/(?i:{_BUREAU})\s(?=[A-Z])"
)


def dateline_end(text: str, *, bare: bool) -> int:
    """Return where the dateline ends that the text starts with, 0 if it has none.

    Args:
        text: the beginning of a story.
        bare: whether a bureau in capitals is enough, as in feeds that have lost the dash; only below a headline or
            a date line, where a dateline is due.
    """
    for pattern in (_DATELINE, _DATELINE_SIGNED, _DATELINE_DASH, _BUREAU_DASH, _IN_BRACKETS, _BUREAU_COLON):
        match = pattern.match(text)
        if match and "\n" not in match[0].rstrip():
            return match.end()
    match = _BUREAU_BARE.match(text) if bare else None
    return match.end() if match else 0
