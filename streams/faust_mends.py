"""Mends of four defects of faust-streaming 0.15.3, each of which loses messages.

They show when a worker is killed, restarted or rebalanced, never in steady running. With the mends in place it then
reads again whatever it had not committed, and skips nothing.

Each mend replaces internal functions of Faust, so `install` refuses any other version. When Faust is upgraded, the
tests of this module say which defects the new version still has: each shows the loss with the stock functions, too.
"""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from faust.tables.recovery import Recovery
from faust.transport.consumer import Consumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, ensure_aiokafka_TP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faust.types import TP, Message

SUPPORTED_FAUST = "0.15.3"
"""The only version of faust-streaming whose internals these functions replace."""

_stock_on_recovery_completed = Recovery.on_recovery_completed
_stock_wait_next_records = Consumer._wait_next_records  # noqa: SLF001
_stock_new_offset = Consumer._new_offset  # noqa: SLF001
_stock_perform_seek = Consumer.perform_seek
_stock_verify_event_path = AIOKafkaConsumerThread.verify_event_path
_stock_ack = Consumer.ack


class UnsupportedFaustError(RuntimeError):
    """The installed faust-streaming is not the version that the mends were written for."""


def install() -> None:
    """Put the mends in place; a second call changes nothing.

    Raises:
        UnsupportedFaustError: another version of faust-streaming than `SUPPORTED_FAUST` is installed.
    """
    found = version("faust-streaming")
    if found != SUPPORTED_FAUST:
        raise UnsupportedFaustError(
            f"the Faust mends are written for faust-streaming {SUPPORTED_FAUST}, but {found} is installed: "
            f"install {SUPPORTED_FAUST}, or check each mend against the new version"
        )
    mend_recovery_race()
    mend_commit_past_in_flight()
    mend_rewind_without_commit()
    mend_ack_of_skipped()
    mend_watchdog_crash()


def uninstall() -> None:
    """Put Faust's own functions back. Only the tests, which show what is lost without the mends, need it."""
    Recovery.on_recovery_completed = _stock_on_recovery_completed  # type: ignore[method-assign]
    Consumer._wait_next_records = _stock_wait_next_records  # type: ignore[method-assign]  # noqa: SLF001
    Consumer._new_offset = _stock_new_offset  # type: ignore[method-assign]  # noqa: SLF001
    Consumer.perform_seek = _stock_perform_seek  # type: ignore[method-assign]
    Consumer.ack = _stock_ack  # type: ignore[method-assign]
    AIOKafkaConsumerThread.verify_event_path = _stock_verify_event_path  # type: ignore[method-assign]


def mend_recovery_race() -> None:
    """Let the streams start only after they stand at their committed offsets (upstream issue #596, open).

    Lost without it: when the tables are recovered, stock Faust opens the stream partitions first and seeks them to the
    committed offsets afterwards, while the fetch that read the changelogs still runs. That fetch or the next one
    delivers stream records from the wrong position, and then the stream queues are cleared: what was delivered and
    cleared is skipped for good. Apps without tables are not hit.
    """
    Recovery.on_recovery_completed = _on_recovery_completed  # type: ignore[method-assign]
    Consumer._wait_next_records = _wait_next_records  # type: ignore[method-assign]  # noqa: SLF001


def mend_commit_past_in_flight() -> None:
    """Never commit past a message that an agent still works on (upstream issue #606, pull request 707 open).

    Lost without it: stock Faust commits the first run of acked offsets, though a message before that run may still be
    in flight: with 2585 in flight and 2586 to 2589 acked it commits 2590, and a crash then skips 2585.
    """
    Consumer._new_offset = _new_offset  # type: ignore[method-assign]  # noqa: SLF001


def mend_rewind_without_commit() -> None:
    """Rewind partitions that have no committed offset yet, too (no upstream issue).

    Lost without it: after a rebalance or a recovery, what was fetched but not processed is dropped and each partition
    is sought back to its committed offset. A partition with none, or with offset 0, stays where the dropped fetch left
    it, so its first records are skipped. The mend takes it back to its beginning, where a partition without an offset
    starts (`consumer_auto_offset_reset="earliest"`); under any other setting it leaves the stock behaviour.
    """
    Consumer.perform_seek = _perform_seek  # type: ignore[method-assign]


def mend_ack_of_skipped() -> None:
    """Do not count a message as done that no agent has seen (no upstream issue).

    Lost without it: a stream skips what a rebalance has overtaken, to get it again afterwards; but the pure Python
    stream iterator acks what it skips, and the offset may be committed. The compiled iterator, which comes with
    Faust's wheels, does not: this is for installations without it (built without a compiler, or `NO_CYTHON` set).
    """
    Consumer.ack = _ack  # type: ignore[method-assign]


def mend_watchdog_crash() -> None:
    """Keep Faust's watchdog from ending the worker (no upstream issue).

    Without it: the watchdog asks aiokafka for the position of every partition, and just after a rebalance some have
    none yet. aiokafka asserts that they do, the consumer thread crashes, and the worker stops with exit code 70. The
    watchdog only writes log lines, and looks again in a few seconds.
    """
    AIOKafkaConsumerThread.verify_event_path = _verify_event_path  # type: ignore[method-assign]


def _verify_event_path(self: AIOKafkaConsumerThread, now: float, tp: TP) -> None:
    """Replace `AIOKafkaConsumerThread.verify_event_path`: the stock look, if the partition can be looked at yet."""
    try:
        _stock_verify_event_path(self, now, tp)
    except (AssertionError, AttributeError):
        self.log.debug("No position yet: %s", tp)


async def _on_recovery_completed(self: Recovery, generation_id: int = 0) -> None:
    """Replace `Recovery.on_recovery_completed`: stop, seek, clear, open, go on; stock opens before it seeks."""
    app: Any = self.app
    consumer: Any = app.consumer
    self.log.info("Tables recovered")
    await app.on_rebalance_complete.send()
    self._set_recovery_ended()
    # Stock waits for these without looking at their exceptions.
    await asyncio.gather(
        *(
            table.on_recovery_completed(self.actives_for_table[table], self.standbys_for_table[table])
            for table in self.tables.values()
        )
    )
    assignment = consumer.assignment()
    if app.consumer_generation_id != generation_id:
        self.log.warning("Rebalanced again: generation %s, not %s", app.consumer_generation_id, generation_id)
        return

    consumer.stop_flow()
    await self._wait(consumer.wait_for_stopped_flow())
    if assignment:
        self.log.info("Seek stream partitions to committed offsets")
        # `_wait(timeout=)` takes a timeout for a stop: recovery ends silently, the worker hangs. `wait_for` crashes it.
        await self._wait(asyncio.wait_for(consumer.perform_seek(), app.conf.broker_request_timeout))
    if self.standby_tps:
        # The stop dropped what was fetched for standby tables: read on from what they have applied.
        await self._wait(self._seek_offsets(consumer, self.standby_tps, self.standby_offsets, "standby"))
    app.flow_control.resume()  # Clears the stream queues, which hold nothing yet.
    consumer.resume_partitions({tp for tp in assignment if not self._is_changelog_tp(tp)})
    self.completed.set()
    consumer.resume_flow()
    await app._fetcher.maybe_start()  # noqa: SLF001
    self.tables.on_actives_ready()
    if not app.assignor.assigned_standbys():
        self.tables.on_standbys_ready()
    app.on_rebalance_end()
    self.log.info("Worker ready")


async def _wait_next_records(self: Consumer, timeout: float) -> tuple[Mapping[TP, list[Any]] | None, set[TP] | None]:  # noqa: ASYNC109
    """Replace `Consumer._wait_next_records` so that `wait_for_stopped_flow` does wait for a fetch under way.

    Stock sets the event `not_waiting_next_records` where it should clear it. It also hands its live set of active
    partitions to the fetching thread, where partitions opened in the meantime join a fetch that began without them.
    """
    if not self.flow_active:
        await self.wait(self.can_resume_flow)  # type: ignore[arg-type]
    self.not_waiting_next_records.clear()
    try:
        if self.app.client_only:
            return await self._getmany(active_partitions=None, timeout=timeout), None
        active = self._get_active_partitions()
        if active:
            return await self._getmany(active_partitions=set(active), timeout=timeout), active
        # Nothing to fetch: look again in a second as stock does, or at once when the flow is stopped.
        await self.wait_first(self.suspend_flow.wait(), timeout=1.0)
        return None, None
    finally:
        self.not_waiting_next_records.set()


def _new_offset(self: Consumer, tp: TP) -> int | None:
    """Replace `Consumer._new_offset`: the stock answer over the acked offsets below the first message in flight."""
    generation = self.app.consumer_generation_id
    in_flight = [
        message.offset
        for message in list(self._unacked_messages)
        # Messages of an earlier generation were dropped by the rebalance and are delivered again.
        if message.tp == tp and not message.acked and message.generation_id == generation
    ]
    acked = self._acked[tp]
    if not in_flight or not acked:
        return _stock_new_offset(self, tp)
    first = min(in_flight)
    withheld = [offset for offset in acked if offset >= first]
    acked[:] = [offset for offset in acked if offset < first]
    try:
        return _stock_new_offset(self, tp)
    finally:
        acked.extend(withheld)


async def _perform_seek(self: Consumer) -> None:
    """Replace `Consumer.perform_seek`: the stock seek, then the partitions that it left where they stood."""
    await _stock_perform_seek(self)
    if self.app.conf.consumer_auto_offset_reset != "earliest":
        return
    # The stock seek has just noted the broker's answer here: None or 0 are the two that it does not seek to.
    left = [tp for tp in self.assignment() if not self._is_changelog_tp(tp) and not self._read_offset[tp]]
    if left:
        thread: Any = self._thread  # type: ignore[attr-defined]
        await thread.seek_to_beginning(*(ensure_aiokafka_TP(tp) for tp in left))
    for tp in left:
        self._read_offset[tp] = None


def _ack(self: Consumer, message: Message) -> bool:
    """Replace `Consumer.ack`: the stock one, save for messages that a stream has skipped (its own condition)."""
    overtaken = message.generation_id != self.app.consumer_generation_id or not self.app.flow_control.is_active()
    if overtaken and not message.tracked:
        return False
    return _stock_ack(self, message)
