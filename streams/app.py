"""The whole way of an article, on one screen: topics, tables, agents.

articles.raw -> normalise -> articles.normalised -> extract -> mentions -> publish -> events.<region>
|                                  |                      |
+----------------------> articles.dead <------------------+
+-> articles.duplicates
"""

from __future__ import annotations

from typing import Any

import faust

from streams.changelog import ChangelogTable
from streams.delivery import Delivery
from streams.faust_app import make_faust_app
from streams.settings import Settings
from streams.stages import build_stages
from streams.topics import FINGERPRINTS_TABLE, REGIONS_TABLE, Catalogue, TopicSpec


def build_app(settings: Settings, catalogue: Catalogue, delivery: Delivery) -> faust.App:
    """Return the Faust app of one worker; `streams.worker` runs it."""
    app = make_faust_app(settings)

    def topic(spec: TopicSpec) -> Any:
        # Raw: what Faust could not decode would stall the agent without a word.
        return app.topic(spec.name, partitions=spec.partitions, key_serializer="raw", value_serializer="raw")

    def table(name: str) -> ChangelogTable:
        return ChangelogTable(app.Table(name, partitions=settings.partitions, key_type=bytes, value_type=bytes))

    fingerprints = table(FINGERPRINTS_TABLE)  # extract: which texts have been seen
    regions = table(REGIONS_TABLE)  # publish: article sketches and live events of each region
    stages = build_stages(settings, catalogue, fingerprints, regions)

    @app.agent(topic(catalogue.raw), name="normalise")
    async def normalise(raw_articles: Any) -> None:
        await delivery.serve(raw_articles, stages.normalise)

    @app.agent(topic(catalogue.normalised), name="extract")
    async def extract(articles: Any) -> None:
        await delivery.serve(articles, stages.extract, fingerprints)

    @app.agent(topic(catalogue.mentions), name="publish")
    async def publish(mentions: Any) -> None:
        await delivery.serve(mentions, stages.publish, regions)

    return app
