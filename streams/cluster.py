"""The cluster as an administrator sees it: which topics there are, and how to make those that are missing.

Nothing here ever deletes a topic or changes a partition count: both lose or misplace data.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, KafkaError, for_code

from streams.topics import Catalogue, Difference, Observed, TopicSpec, differences

_ALREADY_EXISTS = 36
_REQUEST_TIMEOUT_MS = 15_000


class ClusterError(Exception):
    """The cluster can't be reached, or refuses; the message is one line."""


@asynccontextmanager
async def admin(bootstrap_servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Open an admin client.

    Raises:
        ClusterError: no broker answers.
    """
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=_REQUEST_TIMEOUT_MS)
    try:
        await client.start()
    except (KafkaConnectionError, OSError):
        await client.close()
        raise ClusterError(f"no broker answers at {bootstrap_servers}") from None
    except (KafkaError, ValueError) as error:
        await client.close()
        raise ClusterError(f"cannot use the broker at {bootstrap_servers}: {_one_line(error)}") from None
    try:
        yield client
    except KafkaError as error:
        raise ClusterError(f"the broker at {bootstrap_servers} refused: {_one_line(error)}") from None
    finally:
        await client.close()


async def observe(client: AIOKafkaAdminClient, catalogue: Catalogue) -> dict[str, Observed]:
    """Return the catalogue's topics as the cluster has them; those it lacks are left out."""
    # All topics are asked for: some brokers create a topic that is asked for by name.
    found = {topic["topic"]: len(topic["partitions"]) for topic in await client.describe_topics()}
    wanted = [topic for topic in catalogue if topic.name in found]
    configs = await _configs(client, wanted)
    return {topic.name: Observed(found[topic.name], configs.get(topic.name, {})) for topic in wanted}


async def _configs(client: AIOKafkaAdminClient, topics: Sequence[TopicSpec]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name, dict(topic.config)) for topic in topics]
    configs: dict[str, dict[str, str]] = {}
    if not resources:
        return configs
    for response in await client.describe_configs(resources):
        for code, _message, _kind, name, entries in response.resources:
            if code:
                raise for_code(code)(f"describing {name}")
            configs[name] = {entry[0]: entry[1] for entry in entries if entry[1] is not None}
    return configs


async def plan(bootstrap_servers: str, catalogue: Catalogue) -> list[Difference]:
    """Return what separates the cluster from the catalogue.

    Raises:
        ClusterError: the cluster can't be reached or refuses.
    """
    async with admin(bootstrap_servers) as client:
        return differences(catalogue, await observe(client, catalogue))


async def apply(bootstrap_servers: str, catalogue: Catalogue) -> tuple[list[Difference], list[Difference]]:
    """Create missing topics and set differing options; leave partition counts alone. Idempotent.

    Returns:
        The differences that were mended, and those that were left (partition counts: changing one would part keys
        from the state they need).

    Raises:
        ClusterError: the cluster can't be reached or refuses.
    """
    async with admin(bootstrap_servers) as client:
        found = differences(catalogue, await observe(client, catalogue))
        await _create(client, [difference.topic for difference in found if difference.kind == "missing"])
        changed = {difference.topic.name: difference.topic for difference in found if difference.kind == "config"}
        await _configure(client, list(changed.values()))
        left = differences(catalogue, await observe(client, catalogue))
    return [difference for difference in found if difference not in left], left


async def _create(client: AIOKafkaAdminClient, topics: Sequence[TopicSpec]) -> None:
    if not topics:
        return
    response = await client.create_topics(
        [NewTopic(t.name, t.partitions, t.replication_factor, topic_configs=dict(t.config)) for t in topics]
    )
    for name, code, *message in response.topic_errors:
        if code and code != _ALREADY_EXISTS:
            raise ClusterError(f"cannot create {name}: {message[0] if message else for_code(code).__name__}")


async def _configure(client: AIOKafkaAdminClient, topics: Sequence[TopicSpec]) -> None:
    if not topics:
        return
    # AlterConfigs replaces a topic's overrides: those that the catalogue doesn't speak of are kept.
    kept = await _overrides(client, topics)
    resources = [
        ConfigResource(ConfigResourceType.TOPIC, topic.name, {**kept.get(topic.name, {}), **topic.config})
        for topic in topics
    ]
    for response in await client.alter_configs(resources):
        for code, message, _kind, name in response.resources:
            if code:
                raise ClusterError(f"cannot configure {name}: {message or for_code(code).__name__}")


async def _overrides(client: AIOKafkaAdminClient, topics: Sequence[TopicSpec]) -> Mapping[str, Mapping[str, str]]:
    """Return the options that are set on the topics themselves (not defaults, not sensitive)."""
    topic_source = 1  # DescribeConfigs v1+: DYNAMIC_TOPIC_CONFIG
    overrides: dict[str, dict[str, str]] = {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    for response in await client.describe_configs(resources):
        for _code, _message, _kind, name, entries in response.resources:
            overrides[name] = {
                entry[0]: entry[1] for entry in entries if entry[3] == topic_source and entry[1] is not None
            }
    return overrides


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
