"""The life of a worker: look before starting, run, drain, stop; and what it tells of itself meanwhile."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import warnings
from typing import Any, NoReturn

import structlog

from streams import cluster, embedded
from streams.app import build_app
from streams.delivery import Delivery, make_producer
from streams.metrics import Metrics
from streams.settings import Settings
from streams.topics import Catalogue
from streams.web import WebServer

log = structlog.get_logger(__name__)

EXIT_OK = 0
EXIT_FATAL = 70  # EX_SOFTWARE: the worker gave up rather than lose a message
DRAIN_SECONDS = 8.0
PRODUCER_SECONDS = 2.0
LAG_SECONDS = 2.0


def leave_at_once() -> NoReturn:
    """End the process as kill -9 would: nothing more is committed, and what was is proven by the broker's acks."""
    logging.shutdown()
    os._exit(EXIT_FATAL)


class StartError(Exception):
    """The worker refuses to start; the message is one line and says what to do."""


async def check_topics(settings: Settings, catalogue: Catalogue) -> None:
    """Compare the cluster with the catalogue.

    Raises:
        StartError: a topic is missing, or has another number of partitions: keys would land beside their state.
        ClusterError: no broker answers.
    """
    blocking = [d for d in await cluster.plan(settings.bootstrap_servers, catalogue) if d.blocks_worker]
    if not blocking:
        return
    first = blocking[0]
    more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
    if first.kind == "missing":
        raise StartError(f"topic {first.topic.name} is missing{more}: run `streams topics apply`")
    raise StartError(f"topic {first.topic.name} {first.text}{more}: set STREAMS_PARTITIONS to match, or recreate it")


class Worker:
    """One worker process. `run` returns its exit code."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings = settings
        self.metrics = Metrics()
        self._stop = asyncio.Event()
        self._fatal: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._producer = make_producer(settings)
        delivery = Delivery(
            settings,
            catalogue,
            self.metrics,
            self._producer,
            generation=lambda: self.app.consumer_generation_id,
            fail=self._fail,
        )
        self.app: Any = build_app(settings, catalogue, delivery)
        self.app.on_partitions_revoked.connect(self._on_revoked)

    def ready(self) -> bool:
        """Whether partitions are assigned and state is recovered."""
        app = self.app
        return bool(app.started and not app.rebalancing and app.tables.recovery.completed.is_set())

    async def run(self) -> int:
        """Serve until SIGTERM or SIGINT (then drain), or until something fails for good."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        web = WebServer(
            self._settings.web_host, self._settings.web_port, self.metrics.registry, self.ready, self._before_scrape
        ).start()
        log.info("worker starting", name=self._settings.worker_name, metrics=f"http://{web.host}:{web.port}/metrics")
        await self._producer.start()
        watching = asyncio.create_task(self._watch_lag())
        try:
            return await self._serve()
        finally:
            watching.cancel()
            await asyncio.wait({asyncio.create_task(self._producer.stop())}, timeout=PRODUCER_SECONDS)
            web.stop()

    async def _serve(self) -> int:
        starting = asyncio.create_task(self.app.start())
        ends = [asyncio.create_task(self._stop.wait()), asyncio.create_task(self.app.wait_until_stopped()), self._fatal]
        await asyncio.wait([starting, *ends], return_when=asyncio.FIRST_COMPLETED)
        if starting.done() and starting.exception() is None:
            log.info("worker ready")
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        failure = self._failure(starting)
        if failure:
            log.critical("worker stops", reason=failure)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that the app is configured already: this is meant to come late
                self.app.conf.stream_wait_empty = False  # what is in hand stays uncommitted, for the next start
        else:
            log.info("worker draining")
        stopping = asyncio.create_task(self.app.stop())
        await asyncio.wait({stopping}, timeout=DRAIN_SECONDS)
        if not stopping.done():  # the broker may be away; Faust would wait for it, and swallows a cancellation
            log.critical("worker could not drain in time", seconds=DRAIN_SECONDS)
            leave_at_once()
        for task in (starting, *ends):
            task.cancel()
        log.info("worker stopped")
        return EXIT_FATAL if failure else EXIT_OK

    def _failure(self, starting: asyncio.Task[Any]) -> str | None:
        if self._fatal.done():
            return self._fatal.result()
        error = self.app.crash_reason or (starting.exception() if starting.done() else None)
        return f"{type(error).__name__}: {error}" if error else None

    async def _fail(self, reason: str) -> None:
        """End the worker. Never returns: the agent that calls holds messages that must not be acked."""
        if not self._fatal.done():
            self._fatal.set_result(reason)
        await asyncio.Event().wait()

    async def _on_revoked(self, *_arguments: Any, **_options: Any) -> None:
        self.metrics.rebalances.inc()

    def _before_scrape(self) -> None:
        self.metrics.ready.set(self.ready())

    async def _watch_lag(self) -> None:
        """Keep the lag gauge: end offset less committed offset, for each partition of our inputs that we hold."""
        shown: set[tuple[str, str]] = set()
        while True:
            await asyncio.sleep(LAG_SECONDS)
            if not self.ready():
                continue
            try:
                lags = await self._lags()
            except Exception as error:  # noqa: BLE001  (a gauge must not end the worker)
                log.warning("lag unknown", error=f"{type(error).__name__}: {error}")
                continue
            for labels in shown - lags.keys():
                self.metrics.lag.remove(*labels)
            for labels, lag in lags.items():
                self.metrics.lag.labels(*labels).set(lag)
            shown = set(lags)

    async def _lags(self) -> dict[tuple[str, str], int]:
        consumer = self.app.consumer
        changelogs = self.app.tables.changelog_topics
        partitions = [tp for tp in consumer.assignment() if tp.topic not in changelogs]
        ends = await consumer.highwaters(*partitions) if partitions else {}
        committed = consumer._committed_offset  # noqa: SLF001  (asking the broker each time would be the other way)
        return {
            (tp.topic, str(tp.partition)): max(0, end - (committed.get((tp.topic, tp.partition)) or 0))
            for tp, end in ends.items()
        }


async def run_worker(settings: Settings, catalogue: Catalogue) -> int:
    """Check the topics, then run a worker; return its exit code.

    Raises:
        StartError, ClusterError: it refuses to start.
    """
    if settings.broker == "embedded":
        embedded.install_backoff()
    await check_topics(settings, catalogue)
    logging.disable(logging.DEBUG)  # Faust builds its debug records even where nobody reads them: a fifth of its time
    worker = Worker(settings, catalogue)
    gc.freeze()  # gazetteer and lexicons live as long as the worker: collections need not look at them
    return await worker.run()
