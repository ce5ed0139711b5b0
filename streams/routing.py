"""Routing: an article's mentions, grouped by the region they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from streams.contracts import Article, Mention, Mentions, Sketch
from streams.regions import region_of


def route(article: Article, mentions: Iterable[Mention], sketch: Sketch, countries: tuple[str, ...]) -> list[Mentions]:
    """Return one Mentions message for each region, in the order of the regions' codes.

    Args:
        article: where the mentions were found.
        mentions: all mentions of the article; they keep their order within a region.
        sketch: of the whole text: a near-copy is one in every region that it speaks of.
        countries: the configured countries.
    """
    by_region: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_region[region_of(mention.country, mention.admin1, countries)].append(mention)
    return [
        Mentions(
            region=region,
            article_id=article.article_id,
            fingerprint=article.fingerprint,
            url=article.url,
            source=article.source,
            published_at=article.published_at,
            ingested_at=article.ingested_at,
            origin=article.origin,
            sketch=sketch,
            mentions=tuple(found),
        )
        for region, found in sorted(by_region.items())
    ]
