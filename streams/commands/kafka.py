"""Reading and writing topics from the command line, on plain aiokafka clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from streams import cluster
from streams.commands.errors import CommandError
from streams.delivery import MAX_REQUEST_BYTES
from streams.messages import Record
from streams.regions import UnknownCountryError
from streams.settings import Settings
from streams.topics import Catalogue, build_catalogue

T = TypeVar("T")

_POLL_MS = 500


def execute(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine; what Kafka refuses becomes one clear line.

    Raises:
        CommandError: the cluster can't be reached or refuses.
    """
    try:
        return asyncio.run(work)
    except cluster.ClusterError as error:
        raise CommandError(str(error)) from None
    except KafkaError as error:
        raise CommandError(f"Kafka refused: {' '.join(str(error).split())}") from None


def catalogue_of(settings: Settings) -> Catalogue:
    """Build the catalogue.

    Raises:
        CommandError: a configured country is not known.
    """
    try:
        return build_catalogue(settings)
    except UnknownCountryError as error:
        raise CommandError(f"STREAMS_COUNTRIES: {error}") from None


def to_record(message: ConsumerRecord) -> Record:
    """Turn an aiokafka record into ours."""
    at = datetime.fromtimestamp(message.timestamp / 1000, UTC) if message.timestamp >= 0 else None
    headers = tuple(message.headers)
    return Record(message.topic, message.partition, message.offset, message.key, message.value, headers, at)


async def partitions_of(settings: Settings, topics: Iterable[str]) -> list[TopicPartition]:
    """Return all partitions of the topics.

    Raises:
        CommandError: a topic does not exist.
    """
    async with cluster.admin(settings.bootstrap_servers) as client:
        found = {topic["topic"]: topic["partitions"] for topic in await client.describe_topics()}
    missing = [topic for topic in topics if topic not in found]
    if missing:
        raise CommandError(f"no topic {missing[0]} at {settings.bootstrap_servers}: run `streams topics apply`")
    return [TopicPartition(topic, part["partition"]) for topic in topics for part in found[topic]]


@asynccontextmanager
async def consumer(settings: Settings, partitions: list[TopicPartition]) -> AsyncIterator[AIOKafkaConsumer]:
    """Open a consumer of given partitions, without a group, from their beginning."""
    client = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await client.start()
    try:
        client.assign(partitions)
        yield client
    finally:
        await client.stop()


async def read_to_end(settings: Settings, topics: Iterable[str]) -> AsyncIterator[Record]:
    """Yield what the topics hold now, partition by partition in order, then end."""
    partitions = await partitions_of(settings, list(topics))
    async with consumer(settings, partitions) as client:
        ends = await client.end_offsets(partitions)
        await client.seek_to_beginning(*partitions)
        while [tp for tp in partitions if await client.position(tp) < ends[tp]]:
            for messages in (await client.getmany(timeout_ms=_POLL_MS)).values():
                for message in messages:
                    if message.offset < ends[TopicPartition(message.topic, message.partition)]:
                        yield to_record(message)


@asynccontextmanager
async def producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    """Open an idempotent producer."""
    client = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        enable_idempotence=True,
        linger_ms=settings.linger_ms,
        max_request_size=MAX_REQUEST_BYTES,
    )
    await client.start()
    try:
        yield client
    finally:
        await client.stop()
