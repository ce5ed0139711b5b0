"""Articles: as a scraper sends them, and as everything after the normalise stage knows them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from streams.contracts.base import Contract, Instant

MAX_RAW_BYTES = 900_000
"""Largest raw message accepted: Kafka refuses 1 MiB by default, and headers need room."""


class RawArticle(Contract):
    """What a scraper publishes to `articles.raw`. Only `source` and one of `body`, `html` are required."""

    source: str = Field(
        min_length=1, description="Outlet or feed, e.g. 'sana'. Copies of one outlet never corroborate."
    )
    body: str | None = Field(None, description="Plain text of the article.")
    html: str | None = Field(None, description="The page as fetched; used where there is no body.")
    id: str | None = Field(None, description="The scraper's own id, if it has one.")
    url: str | None = Field(None, description="Where the article was found.")
    title: str | None = Field(None, description="Headline.")
    published_at: str | None = Field(None, description="Publication time in any common form; RFC 3339 advised.")
    fetched_at: str | None = Field(None, description="When the scraper fetched it; RFC 3339 advised.")
    language: str | None = Field(None, description="ISO 639-1 code, if known.")


class Origin(Contract):
    """The Kafka coordinates of a raw message: what tells a replay from a second copy."""

    topic: str
    partition: int = Field(ge=0)
    offset: int = Field(ge=0)


class PublishedFrom(StrEnum):
    """Which witness the publication time rests on, best first."""

    METADATA = "metadata"
    TEXT = "text"
    FETCHED = "fetched"


class Article(Contract):
    """A clean article on `articles.normalised`, keyed by `fingerprint`."""

    article_id: str = Field(description="From source and canonical URL, or from the fingerprint where there is no URL.")
    url: str | None = Field(None, description="Canonical URL.")
    source: str
    title: str = Field("", description="Headline, cleaned; empty if there is none.")
    text: str = Field(description="Clean paragraphs, separated by one blank line. Evidence offsets count into it.")
    published_at: Instant | None = Field(None, description="Publication time; null if nothing tells it.")
    published_from: PublishedFrom | None = Field(None, description="What `published_at` rests on.")
    language: str = Field("en", description="ISO 639-1 code, detected where not given.")
    fingerprint: str = Field(description="Hash of the folded text: equal for exact copies, whatever their source.")
    origin: Origin | None = Field(None, description="The raw message; null outside Kafka.")
    fetched_at: Instant | None = None
    ingested_at: Instant | None = Field(
        None, description="Arrival in `articles.raw` (the record's timestamp): drives windows."
    )
