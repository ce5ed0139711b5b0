"""What the pipeline relies on in a broker, on whichever broker the session runs."""

import asyncio
import sys
import time

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import MessageSizeTooLargeError, for_code
from brokers import admin, consumer, lag, partitions_of, produce, read_all, wait_for

SENT_MS = int(time.time() * 1000) - 3_600_000  # an hour ago: what is older than the retention is soon deleted


@pytest.fixture
async def topic(broker, namespace):
    """A topic of two partitions."""
    return await _create(broker, namespace.topic("articles"), 2)


async def _create(broker, name, partitions=1, **config):
    async with admin(broker.bootstrap) as client:
        options = {option.replace("_", "."): value for option, value in config.items()}
        answer = await client.create_topics([NewTopic(name, partitions, 1, topic_configs=options)])
    assert [error[1] for error in answer.topic_errors] == [0]
    return name


async def _options(broker, topic):
    async with admin(broker.bootstrap) as client:
        (answer,) = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {entry[0]: entry[1] for entry in answer.resources[0][4]}


async def test_a_record_comes_back_with_its_key_value_headers_and_time(broker, topic):
    headers = (("ce_id", b"1"), ("dlq.reason", b"\x00\xff"), ("dlq.reason", b"again"), ("empty", b""))
    sent = (b"sy-hl", '{"text": "حلب"}'.encode(), headers)

    await produce(broker.bootstrap, topic, [sent], timestamp_ms=SENT_MS)

    (record,) = await read_all(broker.bootstrap, topic)
    assert (record.key, record.value, record.headers) == sent
    assert record.timestamp == SENT_MS


async def test_a_record_without_key_or_value_comes_back_without(broker, topic):
    await produce(broker.bootstrap, topic, [(None, b"no key", ()), (b"tombstone", None, ())], partition=0)

    assert [(r.key, r.value) for r in await read_all(broker.bootstrap, topic)] == [
        (None, b"no key"),
        (b"tombstone", None),
    ]


async def test_a_topic_can_have_the_brokers_time_of_arrival(broker, namespace):
    topic = await _create(broker, namespace.topic("raw"), message_timestamp_type="LogAppendTime")
    before = int(time.time() * 1000)

    await produce(broker.bootstrap, topic, [(b"k", b"v", ())], timestamp_ms=SENT_MS)

    (record,) = await read_all(broker.bootstrap, topic)
    assert record.timestamp_type == 1
    assert before - 1000 <= record.timestamp <= int(time.time() * 1000) + 1000


async def test_records_of_one_partition_keep_their_order(broker, topic):
    values = [b"%d" % number for number in range(3000)]

    await produce(broker.bootstrap, topic, [(b"key", value, ()) for value in values], partition=1)

    records = await read_all(broker.bootstrap, topic)
    assert [r.value for r in records] == values
    assert [r.offset for r in records] == list(range(3000))


async def test_a_consumer_that_waits_gets_what_arrives_later_in_order(broker, topic):
    async with consumer(broker.bootstrap, topic, group_id=f"{topic}-g", max_poll_records=7) as reader:
        seen = []

        async def read(count):
            async with asyncio.timeout(20):
                while len(seen) < count:
                    seen.extend(r.value for batch in (await reader.getmany(timeout_ms=50)).values() for r in batch)

        for first in range(0, 500, 50):
            waiting = asyncio.create_task(read(first + 50))
            numbers = range(first, first + 50)
            await produce(broker.bootstrap, topic, [(b"key", b"%d" % n, ()) for n in numbers], partition=0)
            await waiting

    assert seen == [b"%d" % n for n in range(500)]


async def test_a_topic_is_made_with_the_partitions_and_options_asked_for(broker, namespace):
    topic = await _create(
        broker,
        namespace.topic("events.sy-hl"),
        3,
        cleanup_policy="compact,delete",
        retention_ms="2592000000",
        max_message_bytes="2097152",
    )

    assert [p.partition for p in await partitions_of(broker.bootstrap, topic)] == [0, 1, 2]
    options = await _options(broker, topic)
    assert set(options["cleanup.policy"].split(",")) == {"compact", "delete"}
    assert (options["retention.ms"], options["max.message.bytes"]) == ("2592000000", "2097152")


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (NewTopic("articles", 2, 1), "TopicAlreadyExistsError"),
        (NewTopic("copies", 1, 3), "InvalidReplicationFactorError"),
        (NewTopic("option", 1, 1, topic_configs={"retention": "soon"}), "InvalidConfigurationError"),
    ],
    ids=["exists", "copies", "option"],
)
async def test_a_topic_that_cannot_be_made_says_why(broker, namespace, topic, asked, error):
    named = NewTopic(namespace.topic(asked.name), asked.num_partitions, asked.replication_factor)
    named.topic_configs = asked.topic_configs
    async with admin(broker.bootstrap) as client:
        answer = await client.create_topics([named])

    assert [for_code(failed[1]).__name__ for failed in answer.topic_errors] == [error]


async def test_a_deleted_topic_is_gone_and_a_missing_one_is_not_made_by_looking(broker, topic):
    async with admin(broker.bootstrap) as client:
        await client.delete_topics([topic])

        async def gone():
            return topic not in await client.list_topics()

        await wait_for(gone, 10)

        with pytest.raises(LookupError):
            await partitions_of(broker.bootstrap, topic)
        assert await gone()


async def test_a_record_over_the_topics_limit_is_refused_and_one_below_it_is_kept(broker, namespace):
    normal = await _create(broker, namespace.topic("normal"))
    wide = await _create(broker, namespace.topic("wide"), max_message_bytes="2097152")
    over = [(b"k", b"x" * 1_100_000, ())]

    with pytest.raises(MessageSizeTooLargeError):
        await produce(broker.bootstrap, normal, over)
    await produce(broker.bootstrap, wide, over)

    assert await read_all(broker.bootstrap, normal) == []
    assert [len(r.value) for r in await read_all(broker.bootstrap, wide)] == [1_100_000]


async def test_a_groups_lag_is_the_end_less_what_it_has_committed(broker, topic):
    group = f"{topic}-g"
    await produce(broker.bootstrap, topic, [(b"k", b"%d" % n, ()) for n in range(10)], partition=0)
    await produce(broker.bootstrap, topic, [(b"k", b"%d" % n, ()) for n in range(4)], partition=1)

    async with consumer(broker.bootstrap, topic, group_id=group) as reader:
        await reader.commit({TopicPartition(topic, 0): 7})

    assert await lag(broker.bootstrap, group, topic) == {0: 3, 1: 4}


async def test_a_group_goes_on_where_it_committed(broker, topic):
    group = f"{topic}-g"
    await produce(broker.bootstrap, topic, [(b"k", b"%d" % n, ()) for n in range(10)], partition=0)
    async with consumer(broker.bootstrap, topic, group_id=group) as reader:
        await reader.commit({TopicPartition(topic, 0): 7})

    async with consumer(broker.bootstrap, topic, group_id=group) as reader:
        record = await asyncio.wait_for(reader.getone(), 20)

    assert record.value == b"7"


async def test_offsets_are_found_by_time(broker, topic):
    for minute in range(3):
        await produce(broker.bootstrap, topic, [(b"k", b"v", ())], partition=0, timestamp_ms=SENT_MS + minute * 60_000)

    partition = TopicPartition(topic, 0)
    async with consumer(broker.bootstrap) as reader:
        within = await reader.offsets_for_times({partition: SENT_MS + 1})
        after = await reader.offsets_for_times({partition: SENT_MS + 600_000})

    assert within[partition].offset == 1
    assert after[partition] is None


async def test_records_and_committed_offsets_outlive_a_restart_of_the_broker(broker, topic):
    address, group = broker.bootstrap, f"{topic}-g"
    await produce(address, topic, [(b"k", b"%d" % n, ()) for n in range(100)], partition=0)
    async with consumer(address, topic, group_id=group) as reader:
        await reader.commit({TopicPartition(topic, 0): 60})

    await asyncio.to_thread(broker.restart)

    assert broker.bootstrap == address
    assert len(await read_all(address, topic)) == 100
    assert (await lag(address, group, topic))[0] == 40


@pytest.mark.apache
async def test_what_was_acknowledged_outlives_a_kill_of_the_broker(broker, topic):
    await produce(broker.bootstrap, topic, [(b"k", b"%d" % n, ()) for n in range(100)], partition=0)

    await asyncio.to_thread(broker.kill)
    await asyncio.to_thread(broker.start)

    assert len(await read_all(broker.bootstrap, topic)) == 100


async def test_compaction_leaves_the_last_record_of_a_key(broker, namespace):
    topic = await _create(
        broker,
        namespace.topic("compacted"),
        cleanup_policy="compact",
        segment_ms="200",
        min_cleanable_dirty_ratio="0.01",
    )

    async def one_is_left():
        # A segment is closed by the append that follows it, and the open one is never compacted.
        await produce(broker.bootstrap, topic, [(b"tick", b"", ())])
        return [r.value for r in await read_all(broker.bootstrap, topic) if r.key == b"event"] == [b"9"]

    await produce(broker.bootstrap, topic, [(b"event", b"%d" % n, ()) for n in range(10)])

    await wait_for(one_is_left, 60)


MEMBER = """
import asyncio, sys
from aiokafka import AIOKafkaConsumer

async def main(bootstrap, topic, group):
    member = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=group, session_timeout_ms=2000, heartbeat_interval_ms=300
    )
    await member.start()
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.apache
async def test_a_dead_members_partitions_go_to_the_other_member(broker, topic):
    group = f"{topic}-g"
    timing = {"session_timeout_ms": 2000, "heartbeat_interval_ms": 300}
    async with consumer(broker.bootstrap, topic, group_id=group, **timing) as survivor:
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", MEMBER, broker.bootstrap, topic, group)
        try:
            await wait_for(lambda: len(survivor.assignment()) == 1, 20)
        finally:
            other.kill()
            await other.wait()

        await wait_for(lambda: len(survivor.assignment()) == 2, 20)


async def test_a_consumer_that_waits_leaves_the_processor_alone(broker, topic):
    async with consumer(broker.bootstrap, topic, group_id=f"{topic}-g") as reader:
        waiting = asyncio.create_task(reader.getone())
        await wait_for(reader.assignment, 10)
        began, used = time.monotonic(), time.process_time()

        await wait_for(lambda: time.monotonic() - began > 1.5, 10)

        share = (time.process_time() - used) / (time.monotonic() - began)
        await produce(broker.bootstrap, topic, [(b"k", b"at last", ())])
        assert (await asyncio.wait_for(waiting, 10)).value == b"at last"
    assert share < 0.2
