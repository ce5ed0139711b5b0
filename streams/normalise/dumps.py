"""Dumps: JSON and PHP structures that a broken template prints into the story.

A dump is found by how it opens and ends where its brackets close. One that is cut off, or whose quotes the
feed has lost, ends with the last piece of structure that follows closely.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.normalise.draft import Draft

_OPENING = re.compile(
    r"""
      string\s?\(\d{1,9}\)\s{0,3}["“”']                        # var_dump of a string
    | (?:array|object)\s?\([\w\\]{1,60}\)\s?(?:\#\d{1,9}\s?\(\d{1,9}\)\s?)?\{   # var_dump of an array, an object
    | \bArray\s{0,40}\(\s{0,40}(?:\[\w{1,40}\]\s{0,3}=>|\))     # print_r
    | \b[\w\\]{1,60}\sObject\s{0,40}\(\s{0,40}\[                # print_r of an object
    | \barray\s{0,5}\(\s{0,40}(?:['"]?\w{1,40}['"]?)\s{0,3}=>   # var_export
    | \ba:\d{1,7}:\{[is]:                                       # serialize()
    | \[\s{0,20}\{\s{0,20}\\?["“”]\w{1,40}\\?["“”]\s{0,3}:      # JSON list of objects
    | \{\s{0,20}\\?["“”][@\w]{1,40}\\?["“”]\s{0,3}:             # JSON object
    """,
    re.VERBOSE,
)
_PIECE = re.compile(
    r"""
      "(?:[^"\\\n]|\\.){0,2000}"          # a string, so that brackets inside it do not count
    | (?P<open>[\[{(])
    | (?P<close>[\]})])
    """,
    re.VERBOSE | re.DOTALL,
)
_STRUCTURE = re.compile(
    r"""\\?["“”']\s{0,3}(?::|=>|,)\s{0,3}\\?["“”'\[{\d]|=>|[\]}]\s{0,3},\s{0,3}[\[{"]|\}\s{0,3}\]"""
)
_QUOTE = re.compile(r"""["“”']""")
_AFTER_QUOTE = re.compile(r"\s{0,5}(?=[\[{])")
_BRACE = re.compile(r"\{")
_BRACKET = re.compile(r"[\[{(]")
_GAP = 600  # characters between two pieces of structure: a headline or a summary, not a story
_MOST_PIECES = 60_000
_MOST_DUMPS = 200
_CLOSING = re.compile(r"""[^\n]{0,200}?["\]})]+(?=\s|$)""")
_CLOSED = re.compile(r"""\s?["'”;,)]{0,4}""")


def remove_dumps(draft: Draft) -> Draft:
    """Cut every dump, a paragraph break in its place."""
    text, position = draft.text, 0
    kept: list[str] = []
    lost: list[str] = []
    closing = True
    while len(lost) < _MOST_DUMPS and (opening := _OPENING.search(text, position)):
        # After one dump that never closes, no other is tried to its end: the scan must stay linear.
        balanced = _balanced_end(text, opening.start()) if closing else None
        closing = closing and balanced is not None
        end = balanced or _chained_end(text, opening.end())
        kept.append(text[position : opening.start()])
        lost.append(text[opening.start() : end])
        position = end
    if not lost:
        return draft
    return draft.rewritten("dump", "\n\n".join([*kept, text[position:]]), lost)


def _balanced_end(text: str, start: int) -> int | None:
    """Return where the brackets close that open after `start`, with quotes and semicolons; None if they do not."""
    opening = _first_bracket(text, start)
    if opening is None:
        return None
    depth = 0
    for count, piece in enumerate(_PIECE.finditer(text, opening)):
        if count > _MOST_PIECES:
            return None
        depth += bool(piece["open"]) - bool(piece["close"])
        if depth <= 0 and piece["close"]:
            closed = _CLOSED.match(text, piece.end())
            return closed.end() if closed and closed[0].strip() else piece.end()
    return None


def _first_bracket(text: str, start: int) -> int | None:
    """Return where the structure's own first bracket is: not the one around a length or a class name."""
    match: re.Match[str] | None
    if text.startswith("string", start):
        quote = _QUOTE.search(text, start)
        match = _AFTER_QUOTE.match(text, quote.end()) if quote else None
        return match.end() if match else None
    brace = _BRACE.search(text, start, start + 160) if text.startswith(("array", "object", "a:"), start) else None
    match = brace if brace and "=>" not in text[start : brace.start()] else _BRACKET.search(text, start)
    return match.start() if match else None


def _chained_end(text: str, start: int) -> int:
    """Return where a dump ends that does not close: with its last close-following piece of structure.

    What follows that piece to the end of its line belongs to it, if the text ends there or a bracket closes it.
    """
    last = start
    while piece := _STRUCTURE.search(text, last, last + _GAP):
        last = piece.end()
    line_end = text.find("\n", last)
    line_end = len(text) if line_end < 0 else line_end
    closing = _CLOSING.match(text, last)
    if closing and closing.end() <= line_end:
        return closing.end()
    return line_end if line_end - last <= _GAP else last
