"""Language: the scraper's word where it is an ISO 639-1 code, else py3langid's."""

from __future__ import annotations

from functools import cache
from typing import Any

from streams.normalise.lexicon import words

_SAMPLE = 1_000  # characters: py3langid gains nothing from more
UNDETERMINED = "und"  # ISO 639-2: no letters to tell a language by


def detect(text: str, given: str | None = None) -> str:
    """Return the ISO 639-1 code of the text's language; never raises.

    Args:
        text: the clean text; its first 1,000 characters decide.
        given: what the scraper says, e.g. `en` or `ar-SY`; taken if it is a code.

    Returns:
        The code, or `und` where the text has no letters.
    """
    code = (given or "").strip().lower().replace("_", "-").split("-")[0]
    if code in _codes():
        return code
    sample = text[:_SAMPLE]
    if not any(char.isalpha() for char in sample):
        return UNDETERMINED
    return str(_identifier().classify(sample)[0])


@cache
def _codes() -> frozenset[str]:
    return frozenset(words("languages"))


@cache
def _identifier() -> Any:
    """Load the model on first use: it takes memory that a process without articles need not give."""
    import py3langid  # noqa: PLC0415

    return py3langid
