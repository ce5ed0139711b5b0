"""The fingerprint: equal for exact copies, whatever outlet, letter case or punctuation they come in."""

from __future__ import annotations

import hashlib
import re

from streams.dedup.folding import words

FINGERPRINT_CHARS = 32
"""Length of a fingerprint: 128 bits in hexadecimal. A collision is not to be expected below 10**18 articles."""

_BETWEEN_NUMBERS = re.compile(r" (?<=\d )(?=\d)")


def fingerprint(title: str, text: str) -> str:
    """Return the fingerprint of a clean article.

    The words are hashed without what parts them, so that a re-crawl with another wrapping, case or punctuation
    is the same article; only between two numbers the gap counts ("1, 23" is not "12, 3"). Headlines are rewritten
    by desks that copy the rest, so the title counts only where there is no text.

    Args:
        title: the headline, cleaned.
        text: the clean text, furniture already removed by the normalise stage.

    Returns:
        32 lower-case hexadecimal characters (BLAKE2b, 128 bits).
    """
    told = " ".join(words(text)) or " ".join(words(title))
    heard = _BETWEEN_NUMBERS.sub("|", told).replace(" ", "")
    return hashlib.blake2b(heard.encode("utf-8", "surrogatepass"), digest_size=FINGERPRINT_CHARS // 2).hexdigest()
