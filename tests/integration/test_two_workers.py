"""Several workers in one group on a real Kafka: they share the work, and whatever one of them suffers loses nothing.

With four partitions the order in which articles meet is not fixed, so ids and the number of revisions may differ from
an undisturbed run's; what is told in the end may not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from brokers import Broker, Namespace, wait_for, wait_until
from feed import PLACES, Told, told_offline
from pipeline import Pipeline, WorkerProcess

pytestmark = pytest.mark.apache

PARTITIONS = 4
LAG = re.compile(r'^streams_consumer_lag_messages\{partition="(\d+)",topic="([^"]+)"\} ', re.MULTILINE)
PROCESSED = re.compile(r"^streams_messages_processed_total\{[^}]*\} ([\d.]+)$", re.MULTILINE)


def story(number: int, outlet: int = 0) -> bytes:
    """Return one of two outlets' accounts of air raid `number`: no other comes near it in both place and time."""
    place, published = PLACES[number % len(PLACES)], date(2014, 1, 8) + timedelta(days=7 * number)
    killed, day = 3 + number % 40, f"{published - timedelta(days=1):%A}"
    told = (
        f"Government warplanes bombed the city of {place} on {day}, killing {killed} civilians, medics said.",
        f"At least one air raid hit {place} on {day}. The raid killed {killed} civilians, according to residents.",
    )
    filler = " ".join(f"{word}{number}x{outlet}" for word in ("market", "bakery", "school", "bridge", "clinic", "mill"))
    return orjson.dumps(
        {
            "source": f"outlet-{outlet}",
            "url": f"https://outlet-{outlet}.example/{number}",
            "published_at": f"{published}T12:00:00Z",
            "body": f"{told[outlet]}\n\nPeople there call the places that were hit {filler}.",
        }
    )


def stories(count: int) -> list[bytes]:
    """Return raw messages of which any order tells the same: stories, second accounts, exact copies, broken ones."""
    messages = []
    for number in range(count):
        messages.append(story(number))
        if number % 3 == 2:
            messages.append(story(number - 2, outlet=1))
        if number % 5 == 4:
            messages.append(story(number - 4))
        if number % 8 == 7:
            messages.append(b'{"source": "broken", "url": %d}' % number)
    return messages


@pytest.fixture
def wide(broker: Broker, namespace: Namespace, tmp_path: Path) -> Iterator[Pipeline]:
    """An installation with four partitions; batches are small, so that there is a mid-stream to be disturbed in."""
    pipeline = Pipeline(broker, namespace, tmp_path, partitions=PARTITIONS, batch_size=5)
    pipeline.apply_topics()
    yield pipeline
    pipeline.close()


def start(pipeline: Pipeline, name: str) -> WorkerProcess:
    """Start a worker with a name of its own."""
    return pipeline.start(STREAMS_INSTANCE=f"{pipeline.settings.app_id}-{name}")


def held(worker: WorkerProcess) -> set[tuple[str, int]]:
    """Return the partitions whose lag the worker tells."""
    return {(topic, int(partition)) for partition, topic in LAG.findall(worker.get("/metrics"))}


def all_inputs(pipeline: Pipeline) -> set[tuple[str, int]]:
    inputs = (pipeline.catalogue.raw, pipeline.catalogue.normalised, pipeline.catalogue.mentions)
    return {(topic.name, partition) for topic in inputs for partition in range(PARTITIONS)}


def share(pipeline: Pipeline, *workers: WorkerProcess) -> list[set[tuple[str, int]]]:
    """Wait until the workers are ready and have all partitions between them, each some; return who has which."""
    shares: list[set[tuple[str, int]]] = []

    def settled() -> bool:
        if not all(worker.ready() for worker in workers):
            return False
        shares[:] = [held(worker) for worker in workers]
        return all(shares) and set().union(*shares) == all_inputs(pipeline) and sum(map(len, shares)) == 3 * PARTITIONS

    wait_until(settled, 60, f"{len(workers)} workers do not share the partitions: {shares}")
    return shares


async def so_far(pipeline: Pipeline, count: int) -> None:
    """Wait until some articles have been normalised."""

    async def reached() -> bool:
        return len(await pipeline.records(pipeline.catalogue.normalised.name)) >= count

    await wait_for(reached, 60, f"{count} articles are not normalised")


def final(told: Told) -> Counter[bytes]:
    """Return what each event's last revision tells (type, place, date, tolls, how many articles), not its identity."""
    last: dict[str, dict] = {}
    for (event_id, revision), content in sorted(told.items(), key=lambda item: item[0]):
        event = orjson.loads(content)
        assert event["revision"] == revision
        last[event_id] = event
    slots = ("event_type", "sub_event_type", "admin1", "location", "event_date", "fatalities", "injured", "articles")
    return Counter(orjson.dumps([event[slot] for slot in slots]) for event in last.values())


async def assert_nothing_lost(pipeline: Pipeline, messages: list[bytes]) -> None:
    """Every raw message is accounted for, and what is told in the end is what an undisturbed run tells."""
    await pipeline.drain()
    told = await pipeline.told()
    evidence = {e["article_id"] for content in told.values() for e in orjson.loads(content)["evidence"]}
    verdicts = {orjson.loads(record.value)["article_id"] for record in await pipeline.duplicates()}
    letters = {
        (dict(record.headers)["dlq.origin.partition"], dict(record.headers)["dlq.origin.offset"])
        for record in await pipeline.dead()
    }
    normalised = {
        orjson.loads(r.value)["article_id"] for r in await pipeline.records(pipeline.catalogue.normalised.name)
    }
    sound = [message for message in messages if b'"body"' in message]
    assert len(letters) == len(messages) - len(sound)
    assert normalised == evidence | verdicts  # there is no article without an event
    assert len(normalised) == len({orjson.loads(message)["url"] for message in sound})
    assert final(told) == final(told_offline(messages))


async def test_two_workers_share_the_partitions_and_tell_the_same(wide: Pipeline):
    messages = stories(75)
    first, second = start(wide, "a"), start(wide, "b")
    one, other = share(wide, first, second)
    assert not one & other
    await wide.publish(messages)
    await assert_nothing_lost(wide, messages)
    for worker in (first, second):
        assert sum(map(float, PROCESSED.findall(worker.get("/metrics")))) > 0


async def test_when_one_is_killed_in_mid_stream_the_other_takes_over(wide: Pipeline):
    messages = stories(100)
    first, second = start(wide, "a"), start(wide, "b")
    share(wide, first, second)
    await wide.publish(messages)
    await so_far(wide, 40)
    first.kill()
    assert any(await wide.lags())  # in mid-stream, then
    await assert_nothing_lost(wide, messages)
    share(wide, second)


async def test_one_leaves_in_good_order_and_a_third_joins(wide: Pipeline):
    messages = stories(100)
    first, second = start(wide, "a"), start(wide, "b")
    share(wide, first, second)
    await wide.publish(messages[:80])
    await so_far(wide, 20)
    assert first.stop() == 0
    third = start(wide, "c")
    await wide.publish(messages[80:])
    await assert_nothing_lost(wide, messages)
    share(wide, second, third)


async def test_a_worker_killed_and_started_again_under_its_name_takes_its_share_back(wide: Pipeline):
    messages = stories(100)
    first, second = start(wide, "a"), start(wide, "b")
    share(wide, first, second)
    await wide.publish(messages)
    await so_far(wide, 40)
    first.kill()
    assert any(await wide.lags())
    again = start(wide, "a")
    await assert_nothing_lost(wide, messages)
    share(wide, again, second)


async def test_a_restart_of_the_broker_in_mid_stream_loses_nothing(wide: Pipeline):
    messages = stories(100)
    first, second = start(wide, "a"), start(wide, "b")
    share(wide, first, second)
    await wide.publish(messages)
    await so_far(wide, 40)
    assert any(await wide.lags())
    wide.broker.restart()
    await assert_nothing_lost(wide, messages)
    assert first.ready()
    assert second.ready()


async def test_a_worker_that_holds_messages_stops_even_if_the_broker_is_away(wide: Pipeline):
    messages = stories(100)
    worker = start(wide, "a").wait_ready()
    await wide.publish(messages)
    await so_far(wide, 20)
    wide.broker.kill()
    wait_until(lambda: "Unable connect" in worker.log.read_text(), 20)
    worker.stop()
