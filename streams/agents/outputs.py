"""The messages that the stages send: topic, key, bytes and CloudEvents headers of each contract."""

from __future__ import annotations

from datetime import datetime

from streams.cloudevents import cloud_event
from streams.contracts import Article, Duplicate, Event, Mentions, Origin
from streams.messages import Output


def article_output(article: Article, topic: str) -> Output:
    """An Article, keyed by its fingerprint."""
    identity = f"{article.article_id}/{article.fingerprint}/{_place(article.origin)}"
    headers = cloud_event("streams.article", identity, "/streams/normalise", article.ingested_at)
    return Output(topic, article.fingerprint.encode(), article.encode(), headers)


def mentions_output(message: Mentions, topic: str) -> Output:
    """One article's mentions in a region, keyed by the region's code."""
    identity = f"{message.region}/{message.article_id}/{message.fingerprint}"
    headers = cloud_event("streams.mentions", identity, "/streams/extract", message.ingested_at)
    return Output(topic, message.region.encode(), message.encode(), headers)


def event_output(event: Event, region: str, topic: str) -> Output:
    """A revision of an event, keyed by the event's id."""
    identity = f"{event.event_id}/{event.revision}"
    headers = cloud_event("streams.event", identity, f"/streams/publish/{region}", event.last_seen)
    return Output(topic, event.event_id.encode(), event.encode(), headers)


def duplicate_output(verdict: Duplicate, topic: str, at: datetime | None) -> Output:
    """A verdict, keyed by the id of the article that repeats another."""
    identity = f"{verdict.kind}/{verdict.region or ''}/{verdict.article_id}/{_place(verdict.origin)}"
    headers = cloud_event("streams.duplicate", identity, "/streams/dedup", at)
    return Output(topic, verdict.article_id.encode(), verdict.encode(), headers)


def _place(origin: Origin | None) -> str:
    """Tell one copy of an article from the next."""
    return f"{origin.topic}:{origin.partition}:{origin.offset}" if origin else ""
