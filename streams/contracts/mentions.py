"""Mentions: what one article says of one region, on `mentions`, keyed by the region code."""

from __future__ import annotations

from pydantic import Field

from streams.contracts.articles import Origin
from streams.contracts.base import Contract, Instant
from streams.contracts.coding import Coding


class Mention(Coding):
    """One event as one article tells it, with the sentence it rests on."""

    sentence: str = Field(description="The evidence: text[start:end] of the article.")
    start: int = Field(ge=0, description="Offset of the sentence into Article.text, in code points.")
    end: int = Field(ge=0)
    rules: tuple[str, ...] = Field((), description="Names of the rules that made it, in order of use.")


class Sketch(Contract):
    """A MinHash of an article's word shingles: enough to tell a near-duplicate without its text."""

    minhash: str = Field(description="128 unsigned 32-bit little-endian integers, base64.")
    shingles: int = Field(ge=0, description="Number of distinct shingles: turns Jaccard into containment.")


class Mentions(Contract):
    """All mentions of one region in one version of one article."""

    region: str = Field(description="Region code: 'sy-hl', 'sy', 'world' or 'unlocated'.")
    article_id: str
    fingerprint: str = Field(description="Tells one version of the article from the next.")
    url: str | None = None
    source: str
    published_at: Instant | None = None
    ingested_at: Instant | None = None
    origin: Origin | None = None
    sketch: Sketch
    mentions: tuple[Mention, ...]
