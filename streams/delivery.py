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
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaProducer

from streams.changelog import ChangelogTable
from streams.contracts import Reason
from streams.dead_letters import DeadLetterLimit, DeadLetterLimitError
from streams.messages import Headers, Output, Record, Result, Stage, Write
from streams.metrics import Metrics
from streams.runner import CONSUMED_AT, dead, run
from streams.settings import Settings
from streams.topics import Catalogue

log = structlog.get_logger(__name__)

MAX_REQUEST_BYTES = 2_000_000
"""Largest message that the producer takes: a little below `max.message.bytes` of the topics."""
MAX_OUTPUT_BYTES = 1_900_000
"""Largest output of a stage, headers included; a message that would lead to a larger one is a dead letter."""


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
        catalogue: says where articles come in, and where dead letters go.
        metrics: where everything is counted.
        producer: see `make_producer`.
        generation: number of the group's generation, as this worker knows it: state is re-read when it changes.
        fail: ends the worker, offsets uncommitted, and never returns; called with one line of why.
    """

    def __init__(  # noqa: PLR0913
        self,
        settings: Settings,
        catalogue: Catalogue,
        metrics: Metrics,
        producer: Producer,
        *,
        generation: Callable[[], int],
        fail: Callable[[str], Awaitable[None]],
    ) -> None:
        self._settings, self._metrics = settings, metrics
        self._raw_topic, self._dead_topic = catalogue.raw.name, catalogue.dead.name
        self._published = {topic.name for topic in (*catalogue.events.values(), catalogue.duplicates)}
        self._producer, self._generation, self._fail = producer, generation, fail

    async def serve(self, stream: Any, stage: Stage, table: ChangelogTable | None = None) -> None:
        """Take the stream's messages through the stage until the worker stops. Lets no exception out."""
        limit = DeadLetterLimit.of(self._settings)
        generation = self._generation()
        stage.reset()  # an agent that was started anew must not trust what the one before had in memory
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
            await self._send_outputs(done)
            if table is not None:
                await self._write_state(done, table)
            self._metrics.settling.labels(stage.name).observe(time.perf_counter() - started)
            if results[-1].dead in CUTTING:
                stage.reset()  # its state in memory has moved, or half moved, with nothing to show for it
            self._count(done, stage, table)
            records = records[len(results) :]

    async def _compute(self, records: list[Record], stage: Stage) -> list[Result]:
        """Work on records until the last, or until one leaves the stage's state in doubt (the last result then)."""
        results: list[Result] = []
        for record in records:
            with self._metrics.processing.labels(stage.name).time():
                result = run(stage, record, self._dead_topic)
            if result.dead is None:
                result = self._stamped(result, record)
                if any(size_of(output) > MAX_OUTPUT_BYTES for output in result.outputs):
                    detail = f"an output of more than {MAX_OUTPUT_BYTES} bytes"
                    result = dead(stage.name, record, self._dead_topic, Reason.TOO_LARGE, detail)
            results.append(result)
            if result.dead in CUTTING:
                break
            await asyncio.sleep(0)  # other agents, heartbeats and health checks get their turn
        return results

    def _stamped(self, result: Result, record: Record) -> Result:
        """Note on outputs to the inner topics when the raw message was consumed; what is published stays timeless."""
        stamp = ((CONSUMED_AT, repr(self._consumed_at(record)).encode()),)
        return result.with_headers(stamp, besides=self._published)

    async def _send_outputs(self, done: list[tuple[Record, Result]]) -> None:
        """Send all outputs, in order, and await the broker's acknowledgements."""
        await asyncio.gather(*[await self._send(output) for _record, result in done for output in result.outputs])

    async def _write_state(self, done: list[tuple[Record, Result]], table: ChangelogTable) -> None:
        """Send all writes, in order, await their acknowledgements, then let the table have them."""
        writes = [(record.partition, write) for record, result in done for write in result.writes]
        await asyncio.gather(*[await self._write(table, partition, write) for partition, write in writes])
        for partition, write in writes:
            table.apply(partition, write)

    async def _send(self, output: Output) -> asyncio.Future[Any]:
        # The client can't send a record with neither key nor value: the dead letter of such a one has an empty value.
        value = b"" if output.key is None and output.value is None else output.value
        return await self._producer.send(output.topic, key=output.key, value=value, headers=list(output.headers))

    async def _write(self, table: ChangelogTable, partition: int, write: Write) -> asyncio.Future[Any]:
        return await self._producer.send(table.topic, key=write.key.encode(), value=write.value, partition=partition)

    def _consumed_at(self, record: Record) -> float:
        """Return when the raw message was consumed (Unix seconds): now for a raw one, whatever its headers say."""
        told = record.header(CONSUMED_AT) if record.topic != self._raw_topic else None
        try:
            return float(told or b"")
        except ValueError:
            return time.time()

    def _count(self, done: list[tuple[Record, Result]], stage: Stage, table: ChangelogTable | None) -> None:
        metrics, now = self._metrics, time.time()
        for record, result in done:
            metrics.processed.labels(stage.name, result.outcome).inc()
            if result.dead is not None:
                metrics.dead_letters.labels(stage.name, result.dead.value).inc()
                say = log.error if result.dead is Reason.UNEXPECTED else log.info
                say("dead letter", stage=stage.name, reason=result.dead.value, origin=str(record), detail=result.detail)
            if result.duplicate is not None:
                metrics.duplicates.labels(result.duplicate).inc()
            for event in result.events:
                revision = "first" if event.revision == 1 else "later"
                metrics.events.labels(event.region, event.event_type, revision).inc()
                metrics.latency.observe(max(0.0, now - self._consumed_at(record)))
        metrics.in_progress.labels(stage.name).dec(len(done))
        metrics.last_processed.labels(stage.name).set(now)
        if table is not None:
            metrics.state_entries.labels(table.name).set(len(table))


CUTTING = frozenset({Reason.UNEXPECTED, Reason.TOO_LARGE})
"""Reasons of dead letters after which a stage's state in memory may be ahead of what will be sent."""


def size_of(output: Output) -> int:
    """Return the size of a message, a little rounded up for Kafka's own fields."""
    headers = sum(len(name) + len(value or b"") + 10 for name, value in output.headers)
    return len(output.key or b"") + len(output.value or b"") + headers + 100


def batches(stream: Any, settings: Settings) -> AsyncIterator[Sequence[Any]]:
    """Return the stream's events in batches whose acking is ours."""
    return stream.noack_take(settings.batch_size, within=settings.batch_wait)  # type: ignore[no-any-return]


def record_of(event: Any) -> Record:
    """Turn a Faust event into a Record."""
    message = event.message
    headers: Headers = tuple((str(name), value) for name, value in message.headers or ())
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
