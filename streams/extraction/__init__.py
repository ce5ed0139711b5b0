"""Extraction: from an article to coded, placed, dated, counted and attributed conflict events."""

from streams.extraction.coder import Coder, load_coder

SERVED_LANGUAGES = frozenset({"en"})
"""Languages that there are lexicons and rules for (ISO 639-1); articles in others are counted and passed over."""

__all__ = ["SERVED_LANGUAGES", "Coder", "load_coder"]
