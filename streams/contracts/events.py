"""Events: what alerting consumers program against, on `events.<region>`, keyed by `event_id`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from streams.contracts.articles import Origin
from streams.contracts.base import Contract, Instant
from streams.contracts.coding import Coding


class Evidence(Contract):
    """Why an event is believed: one article's best sentence for it."""

    article_id: str
    url: str | None = None
    source: str
    published_at: Instant | None = None
    sentence: str
    start: int = Field(ge=0, description="Offset into Article.text, in code points.")
    end: int = Field(ge=0)


class Trace(Contract):
    """Which code and rules made the event."""

    version: str = Field(description="Version of the streams distribution.")
    rules: tuple[str, ...] = ()


class Identity(Contract):
    """Which event, and which telling of it."""

    event_id: str = Field(description="Stable for the life of the event. Deduplicate on (event_id, revision).")
    revision: int = Field(ge=1)
    status: Literal["active", "retracted"] = "active"
    schema_: Literal["conflict-event/1"] = Field("conflict-event/1", alias="schema")


class Event(Coding, Identity):
    """One event as all articles so far tell it. A higher revision replaces a lower one."""

    evidence: tuple[Evidence, ...] = Field((), description="One entry an article, newest 20.")
    articles: int = Field(ge=0, description="Articles that report it.")
    sources: int = Field(ge=0, description="Independent outlets; near-duplicates count once.")
    first_seen: Instant | None = None
    last_seen: Instant | None = None
    confidence: float = Field(ge=0, le=1)
    changed: tuple[str, ...] = Field((), description="Slots that differ from the revision before; empty in revision 1.")
    trace: Trace


class Duplicate(Contract):
    """A verdict on `articles.duplicates`: this article says nothing new."""

    article_id: str
    of: str = Field(description="The article_id that it repeats.")
    kind: Literal["exact", "duplicate", "update"]
    similarity: float = Field(ge=0, le=1)
    region: str | None = Field(None, description="Null for an exact copy, which is found before regions are told.")
    source: str
    url: str | None = None
    origin: Origin | None = Field(None, description="Coordinates of the raw message that was dropped.")
