"""What stock Faust loses, and that the mends keep it.

Each defect has two tests: one with Faust's own functions, which shows the loss, and one with the mend. When a new
version of Faust turns a test "stock Faust ..." red, it has mended that defect itself and ours can go.

Faust's real Consumer, Recovery and drain loop run here against a broker in memory that answers like aiokafka: what is
slow in reality takes a number of turns of the event loop, so that every run interleaves the same way.
"""

import asyncio
from importlib.metadata import version
from types import SimpleNamespace

import faust
import pytest
from faust.events import Event
from faust.streams import _CStreamIterator
from faust.transport.consumer import ThreadDelegateConsumer
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from streams import faust_mends

SOURCE = TP("source", 0)
CHANGELOG = TP("app-table-changelog", 0)
GENERATION = 7
END = 300  # of the log of SOURCE


async def turns(count):
    for _ in range(count):
        await asyncio.sleep(0)


class BrokerInMemory:
    """What the consumer's thread (aiokafka) does: positions, committed offsets, fetches."""

    def __init__(self, committed, position):
        self.committed = committed
        self.position = {SOURCE: position, CHANGELOG: 5}
        self.seek_under_way = False
        self.late = 0  # turns that the first fetch takes to hand over what it has taken

    async def seek_to_committed(self):
        # As AIOKafkaConsumer.seek_to_committed: no seek where the offset is None or 0.
        self.seek_under_way = True
        await turns(60)
        for tp, offset in self.committed.items():
            if offset:
                self.position[tp] = offset
        return dict(self.committed)

    async def seek_to_beginning(self, *partitions):
        await turns(60)
        for partition in partitions:
            self.position[TP(*partition)] = 0

    async def seek_wait(self, partitions):
        self.position.update(partitions)

    async def commit(self, offsets):
        self.committed.update(offsets)
        return True

    async def fetch(self, consumer, active):
        taken = self.take(active) if self.late else {}
        # A fetch under way answers when its time is over; here, once the flow is stopped or the seek has begun.
        while consumer.flow_active and not self.seek_under_way:  # noqa: ASYNC110 - turns, not time
            await asyncio.sleep(0)
        await turns(5 + self.late)
        self.late = 0
        return taken or self.take(active)

    def take(self, active):
        if SOURCE not in active:
            return {}
        first, self.position[SOURCE] = self.position[SOURCE], END
        return {SOURCE: list(range(first, END))}


class ConsumerOverMemory(ThreadDelegateConsumer):
    """Faust's Consumer without the thread."""

    def _new_consumer_thread(self):
        return None

    def add_dependency(self, service):
        return service

    def assignment(self):
        return {SOURCE, CHANGELOG}

    def highwater(self, _tp):
        return END

    async def _getmany(self, active_partitions, timeout):  # noqa: ARG002, ASYNC109 - Faust's signature
        return await self._thread.fetch(self, active_partitions)

    def _new_topicpartition(self, topic, partition):
        return TP(topic, partition)

    async def create_topic(self, *_args, **_options):
        raise NotImplementedError

    def _to_message(self, tp, record):
        return message(record, tp)


def message(offset, tp=SOURCE, generation=GENERATION):
    message = ConsumerMessage(
        tp.topic, tp.partition, offset, 0.0, 0, [], b"key", b"value", None, tp=tp, generation_id=generation
    )
    message.incref()
    return message


@pytest.fixture(autouse=True)
def _leave_faust_as_it_was():
    names = {
        (faust_mends.Recovery, "on_recovery_completed"),
        (faust_mends.Consumer, "_wait_next_records"),
        (faust_mends.Consumer, "_new_offset"),
        (faust_mends.Consumer, "perform_seek"),
        (faust_mends.Consumer, "ack"),
    }
    before = {(owner, name): getattr(owner, name) for owner, name in names}
    faust_mends.uninstall()
    yield
    for (owner, name), function in before.items():
        setattr(owner, name, function)


@pytest.fixture
async def app():
    async def nothing(*_args, **_options):
        pass

    app = faust.App("app", broker="kafka://127.0.0.1:1", store="memory://", consumer_auto_offset_reset="earliest")
    app.Table("table", key_type=bytes, value_type=bytes)
    app.consumer_generation_id = GENERATION
    app.topics._acking_topics.add(SOURCE.topic)
    app.producer = SimpleNamespace(flush=nothing)
    app._fetcher = SimpleNamespace(maybe_start=nothing)
    app.on_rebalance_start()
    return app


def consumer_of(app, *, committed=None, position=0, callback=None):
    app.consumer = ConsumerOverMemory(app.transport, callback or app.topics.on_message, None, None)
    app.consumer._thread = BrokerInMemory({SOURCE: committed, CHANGELOG: None}, position)
    app.consumer._committed_offset[SOURCE] = committed
    return app.consumer


class TestCommitPastInFlight:
    """Upstream #606."""

    @staticmethod
    async def committed_with(app, *, in_flight, acked, committed=None, gap=None, generation=GENERATION):  # noqa: PLR0913
        consumer = consumer_of(app, committed=committed)
        if gap:
            await consumer._add_gap(SOURCE, *gap)
        working = [message(offset, generation=generation) for offset in in_flight]
        done = [message(offset) for offset in acked]
        for each in working + done:
            consumer.track_message(each)
        for each in done:
            each.ack(consumer)
        await consumer.commit()
        return consumer._thread.committed[SOURCE]

    async def test_stock_faust_commits_past_a_message_in_flight(self, app):
        assert await self.committed_with(app, in_flight=[2585], acked=[2586, 2587, 2588, 2589]) == 2590

    async def test_nothing_is_committed_past_a_message_in_flight(self, app):
        faust_mends.mend_commit_past_in_flight()
        assert await self.committed_with(app, in_flight=[2585], acked=[2586, 2587, 2588, 2589]) is None

    async def test_what_was_acked_before_the_message_in_flight_is_committed(self, app):
        faust_mends.mend_commit_past_in_flight()
        assert await self.committed_with(app, in_flight=[12], acked=[13, 10, 11, 14], committed=10) == 12

    async def test_what_was_held_back_is_committed_once_the_message_is_done(self, app):
        faust_mends.mend_commit_past_in_flight()
        consumer = consumer_of(app, committed=10)
        messages = [message(offset) for offset in (10, 11, 12)]
        for each in messages:
            consumer.track_message(each)
        for each in messages[1:]:
            each.ack(consumer)
        await consumer.commit()
        assert consumer._thread.committed[SOURCE] == 10

        messages[0].ack(consumer)
        await consumer.commit()
        assert consumer._thread.committed[SOURCE] == 13

    async def test_stock_faust_commits_a_message_in_flight_after_a_gap_in_the_offsets(self, app):
        # Transaction markers and compaction leave gaps; Faust notes them up to and including the next message.
        got = await self.committed_with(app, in_flight=[10], acked=[4, 11], committed=4, gap=(5, 10))
        assert got == 12

    async def test_a_gap_in_the_offsets_does_not_carry_over_a_message_in_flight(self, app):
        faust_mends.mend_commit_past_in_flight()
        assert await self.committed_with(app, in_flight=[10], acked=[4, 11], committed=4, gap=(5, 10)) == 5

    async def test_a_gap_in_the_offsets_does_not_stop_the_commits(self, app):
        faust_mends.mend_commit_past_in_flight()
        assert await self.committed_with(app, in_flight=[11], acked=[4, 10, 12], committed=4, gap=(5, 10)) == 11

    async def test_a_message_in_flight_holds_only_its_own_partition(self, app):
        faust_mends.mend_commit_past_in_flight()
        consumer = consumer_of(app)
        working, done = message(3, TP("source", 1)), message(4)
        for each in (working, done):
            consumer.track_message(each)
        done.ack(consumer)
        await consumer.commit()
        assert consumer._thread.committed[SOURCE] == 5

    async def test_messages_dropped_by_an_earlier_rebalance_do_not_hold_the_commits(self, app):
        faust_mends.mend_commit_past_in_flight()
        got = await self.committed_with(app, in_flight=[10], acked=[10, 11], committed=10, generation=GENERATION - 1)
        assert got == 12


class TestRewindWithoutCommit:
    @staticmethod
    async def position_after_seek(app, committed):
        consumer = consumer_of(app, committed=committed, position=40)
        consumer._read_offset[SOURCE] = 39
        await consumer.perform_seek()
        return consumer._thread.position[SOURCE]

    @pytest.mark.parametrize("committed", [None, 0])
    async def test_stock_faust_leaves_a_partition_without_commit_where_it_stood(self, app, committed):
        assert await self.position_after_seek(app, committed) == 40

    @pytest.mark.parametrize("committed", [None, 0])
    async def test_a_partition_without_commit_is_read_from_its_beginning(self, app, committed):
        faust_mends.mend_rewind_without_commit()
        assert await self.position_after_seek(app, committed) == 0
        assert app.consumer._read_offset[SOURCE] is None  # or the drain loop drops offset 0 as read before

    async def test_a_partition_with_a_commit_is_read_from_there(self, app):
        faust_mends.mend_rewind_without_commit()
        assert await self.position_after_seek(app, 30) == 30

    async def test_changelogs_are_left_to_the_recovery(self, app):
        faust_mends.mend_rewind_without_commit()
        await self.position_after_seek(app, None)
        assert app.consumer._thread.position[CHANGELOG] == 5

    async def test_an_app_that_starts_at_the_latest_is_not_taken_back(self, app):
        faust_mends.mend_rewind_without_commit()
        app.conf.consumer_auto_offset_reset = "latest"
        assert await self.position_after_seek(app, None) == 40


class TestRecoveryRace:
    """Upstream #596."""

    @staticmethod
    async def processed_after_recovery(app, *, position=100, late=0):
        """The offsets that an agent gets when a recovery completes while a fetch is under way.

        The fetch reads the changelogs; or, with `late`, it began before the rebalance and hands over stream records
        so many turns of the event loop after it was told to stop.
        """
        queue = app.FlowControlQueue(maxsize=1_000, clear_on_resume=True)
        consumer = consumer_of(app, committed=100, position=position, callback=queue.put)
        consumer._thread.late = late
        recovery = app.tables.recovery
        recovery._generation_id = GENERATION
        consumer._set_active_tps({SOURCE, CHANGELOG})
        if not late:
            consumer.pause_partitions({SOURCE})  # as a recovery does while it reads the changelogs
        app.flow_control.resume()
        consumer.resume_flow()

        drain = asyncio.ensure_future(consumer._drain_messages(SimpleNamespace(_stopped=asyncio.Event())))
        await turns(10)
        consumer.pause_partitions({SOURCE})
        completion = asyncio.ensure_future(recovery.on_recovery_completed(GENERATION))
        processed = []
        for _ in range(5_000):
            await asyncio.sleep(0)
            if completion.done() and not queue.empty():  # the agent's part
                processed.append(queue.get_nowait().offset)
        await completion
        drain.cancel()
        await asyncio.gather(drain, return_exceptions=True)
        return processed

    async def test_stock_faust_skips_messages_when_its_tables_are_recovered(self, app):
        processed = await self.processed_after_recovery(app)
        assert END - 1 in processed
        assert set(range(100, END)) - set(processed)

    async def test_every_message_from_the_committed_offset_is_processed_after_a_recovery(self, app):
        faust_mends.mend_recovery_race()
        assert await self.processed_after_recovery(app) == list(range(100, END))
        assert app.tables.recovery.completed.is_set()
        assert not app.rebalancing

    async def test_stock_faust_skips_messages_when_an_older_fetch_answers_after_the_recovery(self, app):
        processed = await self.processed_after_recovery(app, position=250, late=150)
        assert set(range(100, END)) - set(processed)

    async def test_what_an_older_fetch_answers_is_dropped_and_read_again(self, app):
        faust_mends.mend_recovery_race()
        assert await self.processed_after_recovery(app, position=250, late=150) == list(range(100, END))

    @staticmethod
    async def fetched_while_a_partition_opens(app):
        consumer = consumer_of(app, committed=100, position=100)
        consumer._set_active_tps({SOURCE, CHANGELOG})
        consumer.pause_partitions({SOURCE})
        fetch = asyncio.ensure_future(consumer._wait_next_records(timeout=1.0))
        await turns(5)
        consumer.resume_partitions({SOURCE})
        consumer._thread.seek_under_way = True  # lets the fetch answer
        records, _active = await fetch
        return records

    async def test_stock_faust_reads_a_partition_that_opens_while_a_fetch_is_under_way(self, app):
        assert SOURCE in await self.fetched_while_a_partition_opens(app)

    async def test_a_partition_that_opens_does_not_join_the_fetch_under_way(self, app):
        faust_mends.mend_recovery_race()
        assert SOURCE not in await self.fetched_while_a_partition_opens(app)

    async def test_a_consumer_that_has_nothing_to_fetch_stops_at_once(self, app):
        faust_mends.mend_recovery_race()
        consumer = consumer_of(app)
        consumer._set_active_tps(set())
        idle = asyncio.ensure_future(consumer._wait_next_records(timeout=1.0))
        await turns(5)
        assert not idle.done()
        consumer.stop_flow()
        await turns(20)
        assert idle.done()
        await consumer.wait_for_stopped_flow()

    async def test_standby_tables_are_read_on_from_what_they_have_applied(self, app):
        faust_mends.mend_recovery_race()
        consumer = consumer_of(app, committed=100)
        recovery = app.tables.recovery
        recovery.add_standby(app.tables["table"], CHANGELOG)
        recovery.standby_offsets[CHANGELOG] = 3
        await recovery.on_recovery_completed(GENERATION)
        assert consumer._thread.position[CHANGELOG] == 3

    async def test_a_seek_that_does_not_end_crashes_the_recovery_instead_of_leaving_it_idle(self, app):
        faust_mends.mend_recovery_race()
        app.conf.broker_request_timeout = 0.0
        consumer_of(app, committed=100)
        with pytest.raises(TimeoutError):
            await app.tables.recovery.on_recovery_completed(GENERATION)
        assert not app.tables.recovery.completed.is_set()

    async def test_an_index_that_fails_to_build_crashes_the_recovery(self, app):
        async def rebuild():
            raise LookupError

        faust_mends.mend_recovery_race()
        app.tables["table"].on_recover(rebuild)
        consumer_of(app, committed=100)
        with pytest.raises(LookupError):
            await app.tables.recovery.on_recovery_completed(GENERATION)

    async def test_a_recovery_overtaken_by_a_rebalance_opens_nothing(self, app):
        faust_mends.mend_recovery_race()
        consumer = consumer_of(app, committed=100)
        consumer._set_active_tps({SOURCE, CHANGELOG})
        consumer.pause_partitions({SOURCE})
        await app.tables.recovery.on_recovery_completed(GENERATION - 1)
        assert SOURCE not in consumer._get_active_partitions()
        assert not app.tables.recovery.completed.is_set()


class TestAckOfSkipped:
    @staticmethod
    async def acked_by_an_iterator(app, iterator):
        """Acked offsets once a stream has skipped 5, of the generation before, and yielded 6, 7 and 8."""
        consumer = consumer_of(app)
        app.flow_control.resume()
        topic = app.topic(SOURCE.topic, key_type=bytes, value_type=bytes)
        stream = topic.stream()
        for offset, generation in [(5, GENERATION - 1), (6, GENERATION), (7, GENERATION), (8, GENERATION)]:
            event = Event(app, b"key", b"value", None, message(offset, generation=generation))
            stream.channel.queue.put_nowait(event)
        values = getattr(stream, iterator)()
        for _ in range(3):
            await anext(values)
        await values.aclose()
        return consumer._acked[SOURCE]

    async def test_stock_faust_acks_what_its_python_iterator_skips(self, app):
        assert await self.acked_by_an_iterator(app, "_py_aiter") == [5, 6, 7, 8]

    @pytest.mark.parametrize(
        "iterator",
        [
            "_py_aiter",
            pytest.param(
                "_c_aiter", marks=pytest.mark.skipif(_CStreamIterator is None, reason="Faust without its compiled part")
            ),
        ],
    )
    async def test_what_a_stream_skips_is_not_acked(self, app, iterator):
        faust_mends.mend_ack_of_skipped()
        assert await self.acked_by_an_iterator(app, iterator) == [6, 7, 8]

    async def test_an_event_in_hand_is_acked_though_a_rebalance_has_begun(self, app):
        # The rebalance waits for it and commits it.
        faust_mends.mend_ack_of_skipped()
        consumer = consumer_of(app)
        in_hand = message(5)
        in_hand.tracked = True
        app.flow_control.suspend()
        assert in_hand.ack(consumer)
        assert consumer._acked[SOURCE] == [5]


class TestInstall:
    def test_a_second_install_changes_nothing(self):
        faust_mends.install()
        once = faust_mends.Consumer._new_offset, faust_mends.Recovery.on_recovery_completed
        faust_mends.install()
        assert (faust_mends.Consumer._new_offset, faust_mends.Recovery.on_recovery_completed) == once

    def test_all_mends_are_installed(self):
        faust_mends.install()
        replaced = (
            faust_mends.Recovery.on_recovery_completed,
            faust_mends.Consumer._wait_next_records,
            faust_mends.Consumer._new_offset,
            faust_mends.Consumer.perform_seek,
            faust_mends.Consumer.ack,
        )
        assert {function.__module__ for function in replaced} == {"streams.faust_mends"}

    def test_another_version_of_faust_is_refused_and_left_alone(self, monkeypatch):
        monkeypatch.setattr(faust_mends, "version", lambda _name: "0.16.0")
        with pytest.raises(faust_mends.UnsupportedFaustError, match=r"0\.15\.3.*0\.16\.0"):
            faust_mends.install()
        assert faust_mends.Consumer._new_offset.__module__ == "faust.transport.consumer"

    def test_the_mends_are_for_the_version_that_is_installed(self):
        assert version("faust-streaming") == faust_mends.SUPPORTED_FAUST


class PartitionWithoutPosition:
    """What aiokafka knows of a partition just after a rebalance: its end, and no position yet."""

    highwater = END

    @property
    def position(self):
        raise AssertionError("no position yet")


def watchdog():
    subscription = SimpleNamespace(assignment=SimpleNamespace(state_value=lambda _tp: PartitionWithoutPosition()))
    fetcher = SimpleNamespace(_subscriptions=SimpleNamespace(subscription=subscription))
    app = SimpleNamespace(monitor=object(), topics=SimpleNamespace(acks_enabled_for=lambda _topic: True))
    return SimpleNamespace(
        consumer=SimpleNamespace(app=app),
        time_started=0.0,
        log=SimpleNamespace(debug=lambda *_said: None),
        _verify_aiokafka_event_path=lambda _now, _tp: False,
        _ensure_consumer=lambda: SimpleNamespace(_fetcher=fetcher),
    )


def test_stock_faust_ends_the_worker_when_its_watchdog_looks_at_a_partition_without_position():
    with pytest.raises(AssertionError, match="no position yet"):
        faust_mends._stock_verify_event_path(watchdog(), 1.0, SOURCE)


def test_with_the_mend_the_watchdog_looks_again_later():
    assert faust_mends._verify_event_path(watchdog(), 1.0, SOURCE) is None
