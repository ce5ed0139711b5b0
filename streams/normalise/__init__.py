"""Normalise, pure: from a scraper's message to a clean article with an honest date and a stable identity."""

from streams.normalise.articles import article_id, normalise
from streams.normalise.decode import read_raw
from streams.normalise.urls import canonical_url

__all__ = ["article_id", "canonical_url", "normalise", "read_raw"]
