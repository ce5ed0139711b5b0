"""The topic catalogue: every topic's name, key, value, partitions and retention, as code.

`streams topics plan|apply` compares it with the cluster; workers refuse to start where the two differ;
the AsyncAPI document is written from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from streams.regions import region_codes
from streams.settings import Settings

FINGERPRINTS_TABLE = "fingerprints"
REGIONS_TABLE = "regions"

_MAX_RAW_MESSAGE_BYTES = 1_048_588
"""Kafka's default. What the raw topic takes must fit into a dead letter; what is over MAX_RAW_BYTES becomes one."""
_MAX_MESSAGE_BYTES = 2_097_152
"""Twice Kafka's default: a raw message of just under 1 MiB plus `dlq.*` headers must fit into the dead-letter topic."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic as it should be on the cluster."""

    name: str
    key: str
    value: str
    purpose: str
    partitions: int
    replication_factor: int
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All topics of one installation."""

    raw: TopicSpec
    normalised: TopicSpec
    mentions: TopicSpec
    duplicates: TopicSpec
    dead: TopicSpec
    events: Mapping[str, TopicSpec]
    changelogs: Mapping[str, TopicSpec]

    def __iter__(self) -> Iterator[TopicSpec]:
        yield from (self.raw, self.normalised, self.mentions, self.duplicates, self.dead)
        yield from self.events.values()
        yield from self.changelogs.values()


def _retention(days: float) -> str:
    return str(int(timedelta(days=days).total_seconds() * 1000))


def build_catalogue(settings: Settings) -> Catalogue:
    """Return the catalogue for these settings.

    Raises:
        UnknownCountryError: a configured country has no ISO 3166-2 regions.
    """
    common = {"max.message.bytes": str(_MAX_MESSAGE_BYTES)}
    if settings.replication_factor > 1:  # what is acknowledged must survive the loss of a broker
        common["min.insync.replicas"] = str(settings.replication_factor - 1)

    def spec(  # noqa: PLR0913, PLR0917  (the columns of the table below)
        name: str, key: str, value: str, days: float, purpose: str, partitions: int = 1, **config: str
    ) -> TopicSpec:
        return TopicSpec(
            name=settings.topic_prefix + name,
            key=key,
            value=value,
            purpose=purpose,
            partitions=partitions,
            replication_factor=settings.replication_factor,
            config={
                **common,
                "cleanup.policy": "delete",
                "retention.ms": _retention(days),
                **{option.replace("_", "."): setting for option, setting in config.items()},
            },
        )

    pipeline = settings.partitions
    return Catalogue(
        # The broker's clock dates arrivals: no scraper's wrong clock moves the windows, and replays keep it.
        raw=spec(
            "articles.raw", "any (canonical URL advised)", "RawArticle", 7, "Articles as scraped.",
            pipeline, message_timestamp_type="LogAppendTime", max_message_bytes=str(_MAX_RAW_MESSAGE_BYTES),
        ),
        normalised=spec(
            "articles.normalised", "content fingerprint", "Article", 3, "Clean articles; copies share a partition.",
            pipeline,
        ),
        mentions=spec(
            "mentions", "region code", "Mentions", 3, "What one article says of one region.",
            pipeline,
        ),
        duplicates=spec("articles.duplicates", "article_id", "Duplicate", 7, "Articles that repeat others, and which."),
        dead=spec(
            "articles.dead", "original key", "original bytes", 30, "Messages that could not be processed, and why.",
        ),
        events={
            region: spec(
                f"events.{region}", "event_id", "Event", 30, f"Events in region {region}.",
                settings.event_partitions, cleanup_policy="compact,delete",
            )
            for region in region_codes(settings.countries)
        },
        changelogs={
            table: TopicSpec(
                name=f"{settings.group_id}-{table}-changelog",
                key="table key",
                value="table entry",
                purpose=f"State of table {table}; read back on recovery.",
                partitions=pipeline,
                replication_factor=settings.replication_factor,
                config={**common, "cleanup.policy": "compact"},
            )
            for table in (FINGERPRINTS_TABLE, REGIONS_TABLE)
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observed:
    """One topic as the cluster has it. `config` holds at least the options that the catalogue sets, where known."""

    partitions: int
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What separates the cluster from the catalogue in one topic."""

    topic: TopicSpec
    kind: str  # "missing", "partitions" or "config"
    text: str

    @property
    def blocks_worker(self) -> bool:
        """Whether a worker must refuse to start: keys would land on other partitions than the state they need."""
        return self.kind in {"missing", "partitions"}


def differences(catalogue: Catalogue, cluster: Mapping[str, Observed]) -> list[Difference]:
    """Compare the catalogue with the cluster's topics; an empty list means that they agree."""
    found: list[Difference] = []
    for topic in catalogue:
        seen = cluster.get(topic.name)
        if seen is None:
            found.append(Difference(topic, "missing", f"create with {topic.partitions} partition(s)"))
            continue
        if seen.partitions != topic.partitions:
            text = f"has {seen.partitions} partition(s), the catalogue says {topic.partitions}"
            found.append(Difference(topic, "partitions", text))
        for option, value in topic.config.items():
            actual = seen.config.get(option)
            if actual is not None and not _same(actual, value):
                found.append(Difference(topic, "config", f"{option}: {actual} -> {value}"))
    return found


def _same(actual: str, wanted: str) -> bool:
    """Compare option values; lists such as cleanup.policy have no order."""
    return set(actual.split(",")) == set(wanted.split(","))
