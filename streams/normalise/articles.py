"""The normalise stage as one function: a raw article in, a clean article out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from streams.contracts import Article, Origin, PublishedFrom, RawArticle, Reason, Rejected
from streams.dedup import fingerprint
from streams.normalise import characters, dates, headlines, language, markup, rules, urls
from streams.normalise.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_ID_BYTES = 12


def normalise(raw: RawArticle, *, origin: Origin | None = None, ingested_at: datetime | None = None) -> Article:
    """Clean a raw article: title and paragraphs, publication time, canonical URL, language, identity.

    Pure: the same raw article gives the same article, whenever and wherever.

    Args:
        raw: as `read_raw` returns it.
        origin: the Kafka coordinates of the message, if it came over Kafka.
        ingested_at: the message's timestamp; bounds what publication times are believed.

    Raises:
        Rejected: MISSING_SOURCE for a source without a visible character, EMPTY_TEXT where nothing is left of the
            story after cleaning.
    """
    source = characters.one_line(raw.source)
    if not source:
        raise Rejected(Reason.MISSING_SOURCE, "field 'source' has no visible character")
    page_dates, draft = _first_draft(raw)
    draft = rules.clean(draft)
    if not any(char.isalnum() for char in draft.text):
        raise Rejected(Reason.EMPTY_TEXT, "nothing is left of the text after cleaning")
    url = urls.canonical_url(raw.url)
    print_ = fingerprint(draft.title, draft.text)
    arrived = dates.aware(ingested_at)
    bound = arrived if arrived and dates.believable(arrived, None) else None
    fetched_at = dates.instant(raw.fetched_at, bound)
    published_at, published_from = publication(
        (raw.published_at, *page_dates), draft.date_lines, fetched_at=fetched_at, ingested_at=bound
    )
    return Article(
        article_id=article_id(source, url, print_),
        url=url,
        source=source,
        title=draft.title,
        text=draft.text,
        published_at=published_at,
        published_from=published_from,
        language=language.detect(draft.text, raw.language),
        fingerprint=print_,
        origin=origin,
        fetched_at=fetched_at,
        ingested_at=arrived,
    )


def article_id(source: str, url: str | None, print_: str) -> str:
    """Return the article's id: from source and canonical URL or, without one, from the fingerprint."""
    identity = f"{source}\0{urls.identity(url)}" if url else f"\0{print_}"
    return "a-" + hashlib.blake2b(identity.encode("utf-8"), digest_size=_ID_BYTES).hexdigest()


def publication(
    metadata: Iterable[str | None],
    date_lines: Iterable[str],
    *,
    fetched_at: datetime | None,
    ingested_at: datetime | None,
) -> tuple[datetime | None, PublishedFrom | None]:
    """Return the publication time and the witness it rests on: metadata, the text's own date line, the fetch.

    A witness is passed over if it names no day, an impossible one, or one after the article was fetched.
    """
    seen = [moment for moment in (fetched_at, ingested_at) if moment]
    not_after = min(seen) if seen else None
    for value in metadata:
        found = dates.instant(value, not_after)
        if found:
            return found, PublishedFrom.METADATA
    for line in date_lines:
        found = dates.date_line(line, not_after)
        if found:
            return found, PublishedFrom.TEXT
    arrival = fetched_at or ingested_at
    return (arrival, PublishedFrom.FETCHED) if arrival else (None, None)


def _first_draft(raw: RawArticle) -> tuple[tuple[str, ...], Draft]:
    """Return the dates in the page's metadata, and title and text before any rule."""
    title = markup.strip(characters.one_line(raw.title or "")[: 4 * headlines.LONGEST_TITLE])
    body = characters.clean(raw.body or "")
    if body.strip() and not markup.looks_like_page(body):
        return (), Draft(headlines.without_source(characters.one_line(title), raw.source), body)
    page = markup.read_page(body if body.strip() else raw.html or "")
    title = headlines.without_source(characters.one_line(title or page.title), raw.source)
    return page.published, Draft(title, characters.clean(page.text))
