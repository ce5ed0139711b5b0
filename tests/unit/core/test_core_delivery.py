"""Delivery: outputs acknowledged, then state, then the offset; whatever goes wrong, what is not out is not acked."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from streams.contracts import Reason, Rejected
from streams.delivery import MAX_OUTPUT_BYTES, Delivery, record_of
from streams.messages import Output, PublishedEvent, Record, Result, Write
from streams.metrics import Metrics
from streams.runner import CONSUMED_AT
from streams.settings import Settings
from streams.topics import build_catalogue


class Stopped(Exception):  # noqa: N818
    """Ends `serve`, as the end of the worker would."""


@dataclass
class World:
    """A broker, a table and a stream that note everything that happens to them, in order."""

    log: list[tuple[str, Any]] = field(default_factory=list)
    refuse: Callable[[str, dict], BaseException | None] = lambda _topic, _message: None
    table: dict[str, bytes] = field(default_factory=dict)
    name: str = "regions"
    topic: str = "app-regions-changelog"
    limit: int = MAX_OUTPUT_BYTES
    generation: int = 1

    # the producer

    async def send(self, topic: str, **message: Any) -> asyncio.Future:
        if len(message["value"] or b"") > self.limit:
            raise MessageSizeTooLargeError("larger than max_request_size")
        self.log.append(("sent", topic))
        return asyncio.ensure_future(self._acknowledge(topic, message))

    async def _acknowledge(self, topic: str, message: dict) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        if error := self.refuse(topic, message):
            raise error
        self.log.append(("acknowledged", (topic, message["key"], message["value"])))

    # the table

    def __len__(self) -> int:
        return len(self.table)

    def items(self) -> Iterator[tuple[str, bytes]]:
        return iter(list(self.table.items()))

    def apply(self, _partition: int, change: Write) -> None:
        self.log.append(("applied", change.key))
        if change.value is None:
            self.table.pop(change.key, None)
        else:
            self.table[change.key] = change.value

    # the stream

    def stream(self, *batches: list[Any]) -> Any:
        async def take(_size: int, within: float) -> AsyncIterator[list[Any]]:
            for batch in batches:
                self.log.append(("batch", len(batch)))
                yield batch

        async def ack(event: Any) -> None:
            self.log.append(("acked", event.message.offset))

        return SimpleNamespace(noack_take=take, ack=ack)

    # what happened

    def happened(self, kind: str) -> list[Any]:
        return [what for how, what in self.log if how == kind]

    def out(self, topic: str) -> list[bytes]:
        return [value for where, _, value in self.happened("acknowledged") if where == topic]


class Counting:
    """A stage that remembers offsets ahead of its table, and does what the message says."""

    name = "publish"

    def __init__(self, world: World) -> None:
        self._world = world
        self.reset()

    def reset(self) -> None:
        self._seen = {key for key, _ in self._world.items()}
        self._world.log.append(("reset", None))

    def process(self, record: Record) -> Result:
        if record.value in self._seen:
            return Result("replay")
        name = record.value.decode()
        self._seen.add(name)
        if name == "bug":
            raise ZeroDivisionError(name)
        if name == "bad":
            raise Rejected(Reason.WRONG_SHAPE)
        value = b"x" * MAX_OUTPUT_BYTES if name == "huge" else f"{name} of {len(self._seen)}".encode()
        event = PublishedEvent("sy-hl", "Battles", 1)
        return Result("published", (Output("out", b"k", value),), (Write(name, b"1"),), (event,))


def event(name: str, offset: int = 0, headers: Any = ((CONSUMED_AT, b"1.5"),)) -> Any:
    return SimpleNamespace(
        message=SimpleNamespace(
            topic="mentions", partition=0, offset=offset, key=b"k", value=name.encode(), headers=headers, timestamp=1.5
        )
    )


def events(*names: str) -> list[Any]:
    return [event(name, offset) for offset, name in enumerate(names)]


@pytest.fixture
def world() -> World:
    return World()


async def serve(world: World, *batches: list[Any], metrics: Metrics | None = None, **settings: Any) -> str | None:
    """Serve the batches; return why the worker failed, or None."""
    failures = []

    async def fail(reason: str) -> None:
        failures.append(reason)
        raise Stopped

    delivery = Delivery(
        Settings.model_construct(**settings),
        build_catalogue(Settings.model_construct()),
        metrics or Metrics(),
        world,
        generation=lambda: world.generation,
        fail=fail,
    )
    try:
        await delivery.serve(world.stream(*batches), Counting(world), world)
    except Stopped:
        return failures[0]
    return None


async def test_outputs_are_acknowledged_before_state_is_written_and_state_before_offsets_are_acked(world):
    assert await serve(world, events("a", "b")) is None
    order = [
        kind if kind != "acknowledged" else what[0]
        for kind, what in world.log
        if kind in {"acknowledged", "applied", "acked"}
    ]
    assert order == ["out", "out", world.topic, world.topic, "applied", "applied", "acked", "acked"]


async def test_nothing_is_written_to_the_changelog_before_the_last_output_is_acknowledged(world):
    await serve(world, events("a", "b", "c"))
    last_output = max(i for i, (kind, what) in enumerate(world.log) if kind == "acknowledged" and what[0] == "out")
    assert world.log.index(("sent", world.topic)) > last_output


async def test_an_output_that_the_broker_refuses_stops_the_worker_with_nothing_written_or_acked(world):
    world.refuse = lambda topic, _: KafkaTimeoutError() if topic == "out" else None
    assert "KafkaTimeoutError" in await serve(world, events("a"))
    assert (world.happened("applied"), world.happened("acked"), world.table) == ([], [], {})


async def test_a_changelog_record_that_the_broker_refuses_stops_the_worker_with_nothing_acked(world):
    world.refuse = lambda topic, _: KafkaTimeoutError() if topic == world.topic else None
    assert await serve(world, events("a", "b"))
    assert (world.happened("applied"), world.happened("acked")) == ([], [])


async def test_a_message_that_cannot_be_processed_goes_to_the_dead_letters_and_the_others_on_their_way(world):
    assert await serve(world, events("a", "bad", "b")) is None
    assert world.out("articles.dead") == [b"bad"]
    assert len(world.out("out")) == 2
    assert world.happened("acked") == [0, 1, 2]


async def test_after_an_unexpected_exception_the_stage_goes_on_from_its_table(world):
    assert await serve(world, events("a", "bug", "b")) is None
    assert world.out("articles.dead") == [b"bug"]
    assert world.out("out") == [b"a of 1", b"b of 2"]
    assert world.happened("acked") == [0, 1, 2]


async def test_the_dead_letter_limit_stops_the_worker_and_nothing_of_the_batch_is_sent_or_acked(world):
    reason = await serve(world, events("a", "bad", "bad", "bad"), dead_letter_max_consecutive=3)
    assert "dead-letter limit" in reason
    assert "\n" not in reason
    assert (world.happened("sent"), world.happened("acked")) == ([], [])


async def test_a_new_generation_of_the_group_starts_from_the_table(world):
    async def rebalance(_size: int, within: float) -> AsyncIterator[list[Any]]:
        yield events("a")
        world.generation += 1
        world.table.clear()
        yield events("a")

    stream = world.stream()
    stream.noack_take = rebalance
    world.stream = lambda *_: stream
    assert await serve(world) is None
    assert world.out("out") == [b"a of 1", b"a of 1"]


async def test_an_output_that_is_too_large_becomes_a_dead_letter(world):
    assert await serve(world, events("a", "huge", "b")) is None
    assert world.out("articles.dead") == [b"huge"]
    assert "huge" not in world.table
    assert world.happened("acked") == [0, 1, 2]


async def test_a_stage_forgets_a_message_whose_output_was_too_large(world):
    await serve(world, events("a", "huge", "b"))
    assert world.out("out") == [b"a of 1", b"b of 2"]


async def test_a_time_of_consumption_that_is_no_number_does_no_harm(world):
    assert await serve(world, [event("a", headers=((CONSUMED_AT, b"yesterday"),))]) is None
    assert world.happened("acked") == [0]


async def test_what_was_done_is_counted_by_outcome_reason_region_and_type(world):
    metrics = Metrics()
    await serve(world, events("a", "bad", "b"), metrics=metrics)
    count = metrics.registry.get_sample_value
    stage = {"stage": "publish"}
    assert count("streams_messages_consumed_total", stage) == 3
    assert count("streams_messages_in_progress", stage) == 0
    assert count("streams_messages_processed_total", stage | {"outcome": "published"}) == 2
    assert count("streams_messages_processed_total", stage | {"outcome": "dead"}) == 1
    assert count("streams_dead_letters_total", stage | {"reason": "wrong_shape"}) == 1
    labels = {"region": "sy-hl", "event_type": "Battles", "revision": "first"}
    assert count("streams_events_total", labels) == 2
    assert count("streams_publication_latency_seconds_count") == 2
    assert count("streams_state_entries", {"table": "regions"}) == 2


@pytest.mark.parametrize(("headers", "kept"), [((), None), (((CONSUMED_AT, b"12.5"),), b"12.5")])
async def test_the_first_stage_notes_when_a_message_was_consumed_and_later_ones_keep_it(world, headers, kept):
    sent: list[Any] = []
    world.refuse = lambda topic, message: sent.extend(message["headers"]) if topic == "out" else None
    before = time.time()
    await serve(world, [event("a", headers=headers)])
    ((name, value),) = sent
    assert name == CONSUMED_AT
    assert value == kept or (kept is None and before <= float(value) <= time.time())


@pytest.mark.parametrize("raw", [None, [], ()])
def test_a_message_without_headers_has_none(raw):
    assert record_of(event("a", headers=raw)).headers == ()


def test_headers_keep_order_and_repetitions():
    headers = [("a", b"1"), ("b", b"\xff"), ("a", b"")]
    assert record_of(event("a", headers=headers)).headers == tuple(headers)


def test_a_records_timestamp_is_kept_to_the_millisecond():
    one = event("a")
    one.message.timestamp = 1_486_486_925.118
    assert record_of(one).timestamp.isoformat() == "2017-02-07T17:02:05.118000+00:00"
    one.message.timestamp = -0.001
    assert record_of(one).timestamp is None


def test_a_null_header_value_stays_null():
    assert record_of(event("a", headers=[("a", None)])).headers == (("a", None),)
