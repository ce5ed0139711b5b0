"""The sample feed of `streams demo`: raw messages in the manner of real scrapers, all written for this project."""

from __future__ import annotations

from importlib.resources import files

from streams.contracts import MAX_RAW_BYTES


def sample_feed() -> list[bytes]:
    """Return the raw messages in order, byte for byte: articles.jsonl, then two that no text file holds."""
    lines = (files(__package__) / "articles.jsonl").read_bytes().splitlines()
    return [*(line for line in lines if line.strip()), *_unspeakable()]


def _unspeakable() -> list[bytes]:
    """Bytes that are not UTF-8, and a message over the size limit."""
    not_utf8 = '{"source": "old-radio", "body": "Le café de la place a fermé."}'.encode("latin-1")
    too_large = b'{"source": "endless-blog", "body": "' + b"and so on " * (MAX_RAW_BYTES // 10) + b'"}'
    return [not_utf8, too_large]
