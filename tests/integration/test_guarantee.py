"""A consumer that keeps (event_id, revision) sees the same set, whatever crashes and however often the feed comes."""

import sys
from pathlib import Path

import pytest
from brokers import wait_for
from feed import feed, told_offline
from pipeline import Pipeline

CRASHING = str(Path(__file__).parents[1] / "crashing_worker.py")


async def test_over_kafka_the_same_events_come_out_as_without(pipeline: Pipeline):
    messages = feed(40)
    pipeline.start().wait_ready()
    await pipeline.publish(messages)
    await pipeline.drain()
    told = await pipeline.told()
    assert told == told_offline(messages)
    assert len(told) > 25
    assert any(revision > 1 for _, revision in told)


async def test_the_same_articles_twice_change_nothing_and_are_known_for_copies(pipeline: Pipeline):
    messages = feed(40)
    pipeline.start().wait_ready()
    await pipeline.publish(messages)
    await pipeline.drain()
    before = await pipeline.told()
    await pipeline.publish(messages)
    await pipeline.drain()
    assert await pipeline.told() == before
    copies = [record for record in await pipeline.duplicates() if b'"kind":"exact"' in record.value]
    assert len(copies) == sum(b'"body"' in message for message in messages)


async def test_a_restart_reads_its_state_back(pipeline: Pipeline):
    messages = feed(40)
    worker = pipeline.start().wait_ready()
    await pipeline.publish(messages[:20])
    await pipeline.drain()
    assert worker.stop() == 0
    pipeline.start().wait_ready()
    await pipeline.publish(messages)
    await pipeline.drain()
    assert await pipeline.told() == told_offline(messages)


async def test_what_is_published_while_no_worker_runs_is_processed_later(pipeline: Pipeline):
    messages = feed(20)
    await pipeline.publish(messages)
    pipeline.start().wait_ready()
    await pipeline.drain()
    assert await pipeline.told() == told_offline(messages)


@pytest.mark.parametrize("stage", ["extract", "publish"])
@pytest.mark.parametrize("point", ["outputs", "changelog", "table"])
async def test_a_crash_inside_delivery_changes_nothing(pipeline: Pipeline, stage: str, point: str):
    messages = feed(60)
    await pipeline.publish(messages)
    small = {"STREAMS_BATCH_SIZE": "7"}
    worker = pipeline.start([sys.executable, CRASHING, stage, point, "3"], **small)
    assert worker.wait(60) == -9, worker.log.read_text()
    pipeline.start(**small).wait_ready()
    await pipeline.drain()
    assert await pipeline.told() == told_offline(messages)
    letters = {dict(record.headers)["dlq.origin.offset"] for record in await pipeline.dead()}  # some come twice
    assert len(letters) == sum(b'"body"' not in message for message in messages)


@pytest.mark.parametrize(
    "at", [pytest.param(0.05, marks=pytest.mark.apache), 0.3, pytest.param(0.6, marks=pytest.mark.apache), 0.9]
)
async def test_kill_9_in_mid_stream_changes_nothing(pipeline: Pipeline, at: float):
    messages = feed(120)
    slow = {"STREAMS_BATCH_SIZE": "5"}
    worker = pipeline.start(**slow).wait_ready()
    await pipeline.publish(messages)

    async def so_far() -> bool:
        return len(await pipeline.records(pipeline.catalogue.normalised.name)) >= at * len(messages) * 8 / 9

    await wait_for(so_far, 60, "nothing is normalised")
    worker.kill()
    pipeline.start(**slow).wait_ready()
    await pipeline.drain()
    assert await pipeline.told() == told_offline(messages)
