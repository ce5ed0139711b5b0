"""Delivery: how a stage's results reach Kafka so that nothing is lost, and a repetition changes nothing.

For each batch of messages, in this order:

1. the stage computes (its state in memory moves on);
2. all outputs are sent, and all acknowledgements awaited;
3. all state writes go to the table's changelog, in order, and all acknowledgements are awaited;
4. the table takes the writes, and the offsets are acked.

A crash between any two steps replays the batch. What is in the changelog proves that its outputs are out, so such a
message may be dropped; any other gives the same ids and the same bytes again. The changelog holds the writes of one
partition in the order of processing, and of it any prefix is a state that an undisturbed run passes through.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from streams.contracts import Reason
from streams.dead_letters import DeadLetterLimit, DeadLetterLimitError
from streams.messages import Headers, Output, Record, Result, Stage, Write
from streams.metrics import Metrics
from streams.runner import CONSUMED_AT, dead, run
from streams.settings import Settings

log = structlog.get_logger(__name__)

MAX_REQUEST_BYTES = 2_000_000
"""Largest message that we send: a little below `max.message.bytes` of the topics, so that it is refused here first."""


class ChangelogTable:
    """A Faust table whose writes we send ourselves: in order, as raw bytes, with every acknowledgement awaited.

    Faust's own `table[key] = value` leaves the changelog record in a buffer, and the source offset may be committed
    before it is out. Recovery, standby and assignment stay Faust's.
    """

    def __init__(self, table: Any) -> None:
        self._table = table
        self.name = str(table.name)
        self.topic = str(table.changelog_topic.get_topic_name())

    def __len__(self) -> int:
        return len(self._table.data.data)

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Return all entries. Not to be called while Faust recovers the table; agents do not run then."""
        return ((key.decode(), value) for key, value in list(self._table.data.data.items()))

    def apply(self, partition: int, write: Write) -> None:
        """Take a write whose changelog record has been acknowledged."""
        store, key = self._table.data, write.key.encode()
        if write.value is None:
            store.data.pop(key, None)
            store._key_partition.pop(key, None)  # noqa: SLF001
        else:
            store.data[key] = write.value
            store._key_partition[key] = partition  # noqa: SLF001  (Faust drops a revoked partition's keys by it)


class Producer(Protocol):
    """What is needed of AIOKafkaProducer."""

    async def send(self, topic: str, **message: Any) -> asyncio.Future[Any]:
        """Put a message into the buffer; the future is done when the broker has acknowledged it."""


def make_producer(settings: Settings) -> AIOKafkaProducer:
    """Return our producer: idempotent, acknowledged by all in-sync replicas, in order whatever is retried."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        client_id=settings.worker_name,
        enable_idempotence=True,
        acks="all",
        linger_ms=settings.linger_ms,
        max_batch_size=131_072,
        max_request_size=MAX_REQUEST_BYTES,
        # A batch is retried in place for so long: partitions keep their order through a broker's restart.
        request_timeout_ms=int(settings.send_timeout * 1000),
    )


class Delivery:
    """Runs stages over Faust streams. One for a worker; each stage runs in its own agent.

    Args:
        settings: batch sizes, limits and time-outs.
        metrics: where everything is counted.
        dead_topic: where dead letters go.
        producer: see `make_producer`.
        generation: number of the group's generation, as this worker knows it: state is re-read when it changes.
        fail: ends the worker, offsets uncommitted, and never returns; called with one line of why.
    """

    def __init__(  # noqa: PLR0913
        self,
        settings: Settings,
        metrics: Metrics,
        dead_topic: str,
        producer: Producer,
        *,
        generation: Callable[[], int],
        fail: Callable[[str], Awaitable[None]],
    ) -> None:
        self._settings, self._metrics, self._dead_topic = settings, metrics, dead_topic
        self._producer, self._generation, self._fail = producer, generation, fail

    async def serve(self, stream: Any, stage: Stage, table: ChangelogTable | None = None) -> None:
        """Take the stream's messages through the stage until the worker stops. Lets no exception out."""
        limit = DeadLetterLimit(
            self._settings.dead_letter_max_consecutive,
            self._settings.dead_letter_max_ratio,
            self._settings.dead_letter_window,
        )
        generation = self._generation()
        events: Sequence[Any]
        async for events in batches(stream, self._settings):
            try:
                if generation != self._generation():
                    generation = self._generation()
                    stage.reset()
                await self._batch([record_of(event) for event in events], stage, table, limit)
            except DeadLetterLimitError as error:
                await self._fail(f"dead-letter limit: {error}; nothing of it is committed: mend the cause, start again")
            except Exception as error:
                log.exception("stage failed", stage=stage.name)
                await self._fail(f"stage {stage.name}: {type(error).__name__}: {error}")
            for event in events:
                await stream.ack(event)

    async def _batch(
        self, records: list[Record], stage: Stage, table: ChangelogTable | None, limit: DeadLetterLimit
    ) -> None:
        self._metrics.consumed.labels(stage.name).inc(len(records))
        self._metrics.in_progress.labels(stage.name).inc(len(records))
        while records:
            results = await self._compute(records, stage)
            for result in results:
                limit.record(dead=result.dead is not None, stage=stage.name)
            started = time.perf_counter()
            done = list(zip(records, results, strict=False))
            await self._settle(done, stage, table)
            self._metrics.settling.labels(stage.name).observe(time.perf_counter() - started)
            if results[-1].dead is Reason.UNEXPECTED:
                stage.reset()  # it may have stopped half-way through a change of its state
            self._count(done, stage, table)
            records = records[len(results) :]

    async def _compute(self, records: list[Record], stage: Stage) -> list[Result]:
        """Work on records until the last, or until one fails unexpectedly (its result is the last then)."""
        results: list[Result] = []
        for record in records:
            with self._metrics.processing.labels(stage.name).time():
                result = run(stage, record, self._dead_topic)
            if record.header(CONSUMED_AT) is None and result.dead is None:
                result = result.with_headers(((CONSUMED_AT, repr(time.time()).encode()),))
            results.append(result)
            if result.dead is Reason.UNEXPECTED:
                break
            await asyncio.sleep(0)  # other agents, heartbeats and health checks get their turn
        return results

    async def _settle(self, done: list[tuple[Record, Result]], stage: Stage, table: ChangelogTable | None) -> None:
        """Send outputs and await their acks, then writes and theirs, then let the table have them."""
        pending = []
        for index, (record, result) in enumerate(done):
            try:
                pending += [await self._send(output) for output in result.outputs]
            except MessageSizeTooLargeError as error:
                # Refused before it left: what was sent of this message is repeated in a replay, never missing.
                done[index] = (record, dead(stage.name, record, self._dead_topic, Reason.TOO_LARGE, str(error)))
                pending += [await self._send(output) for output in done[index][1].outputs]
        await asyncio.gather(*pending)
        if table is None:
            return
        writes = [(record.partition, write) for record, result in done for write in result.writes]
        await asyncio.gather(*[await self._write(table, partition, write) for partition, write in writes])
        for partition, write in writes:
            table.apply(partition, write)

    async def _send(self, output: Output) -> asyncio.Future[Any]:
        return await self._producer.send(output.topic, key=output.key, value=output.value, headers=list(output.headers))

    async def _write(self, table: ChangelogTable, partition: int, write: Write) -> asyncio.Future[Any]:
        return await self._producer.send(table.topic, key=write.key.encode(), value=write.value, partition=partition)

    def _count(self, done: list[tuple[Record, Result]], stage: Stage, table: ChangelogTable | None) -> None:
        metrics, now = self._metrics, time.time()
        for record, result in done:
            metrics.processed.labels(stage.name, result.outcome).inc()
            if result.dead is not None:
                metrics.dead_letters.labels(stage.name, result.dead.value).inc()
            if result.duplicate is not None:
                metrics.duplicates.labels(result.duplicate).inc()
            consumed_at = record.header(CONSUMED_AT)
            for event in result.events:
                revision = "first" if event.revision == 1 else "later"
                metrics.events.labels(event.region, event.event_type, revision).inc()
                if consumed_at is not None:
                    metrics.latency.observe(max(0.0, now - float(consumed_at)))
        metrics.in_progress.labels(stage.name).dec(len(done))
        metrics.last_processed.labels(stage.name).set(now)
        if table is not None:
            metrics.state_entries.labels(table.name).set(len(table))


def batches(stream: Any, settings: Settings) -> AsyncIterator[Sequence[Any]]:
    """Return the stream's events in batches whose acking is ours."""
    return stream.noack_take(settings.batch_size, within=settings.batch_wait)  # type: ignore[no-any-return]


def record_of(event: Any) -> Record:
    """Turn a Faust event into a Record."""
    message = event.message
    raw = message.headers or ()
    headers: Headers = tuple(
        (str(name), value or b"") for name, value in (raw.items() if isinstance(raw, dict) else raw)
    )
    at = message.timestamp
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=headers,
        timestamp=datetime.fromtimestamp(round(at * 1000) / 1000, UTC) if at is not None and at >= 0 else None,
    )
