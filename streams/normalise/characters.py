"""Characters: whatever a scraper sends becomes text that JSON, UTF-8 and people can read.

What leaves here has no control character but the newline, no lone surrogate, no zero-width or
bidirectional control, and no mojibake that ftfy knows.
"""

from __future__ import annotations

import re
import unicodedata

import ftfy

_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Cc but newline; soft hyphen; zero-width characters and joiners; marks, embeddings, overrides and isolates of
# direction; byte-order mark; interlinear and tag characters; the noncharacters at the end of the first plane.
_INVISIBLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff"
    r"\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_SPACE_RUNS = re.compile(r" {2,}")
# A right single quote that went through Windows-1252 and lost its last byte.
_BROKEN_APOSTROPHE = re.compile("(?<=[^\\W\\d_])(?:[\x95\u2022]_|_)(?=(?:s|t|re|ve|ll|d|m)\\b)")
_BROKEN_DASH = re.compile("(?<=\\s)(?:[\x95\u2022]_|_)(?=\\s)")
_FTFY = ftfy.TextFixerConfig(unescape_html=False, uncurl_quotes=False, explain=False)


def encodable(value: str) -> str:
    """Return the value without lone surrogates (each becomes U+FFFD), so that UTF-8 can carry it."""
    return _SURROGATES.sub("\ufffd", value)


def clean(value: str) -> str:
    """Return the value with its encoding mended, one kind of line break and of space, and nothing invisible."""
    text = encodable(value)
    text = _BROKEN_DASH.sub("\u2013", _BROKEN_APOSTROPHE.sub("\u2019", text))
    if not text.isascii():
        text = ftfy.fix_text(text, _FTFY)
    text = _SPACES.sub(" ", _LINE_BREAKS.sub("\n", text))
    text = _INVISIBLE.sub("", encodable(text))
    return unicodedata.normalize("NFC", text)


def one_line(value: str) -> str:
    """Return the cleaned value on one line, trimmed."""
    return _SPACE_RUNS.sub(" ", clean(value).replace("\n", " ")).strip()


def squeeze(value: str) -> str:
    """Return the value with runs of blanks made one."""
    return _SPACE_RUNS.sub(" ", value)
