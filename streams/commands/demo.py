"""`streams demo`: everything on one machine, nothing to set up: broker, topics, worker, sample feed, live table."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.request import urlopen

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.live import Live

from streams import cluster
from streams.commands.console import errors, output, safe
from streams.commands.demo_view import Counts, View
from streams.commands.errors import CommandError
from streams.commands.files import lines
from streams.commands.kafka import catalogue_of, consumer, execute, partitions_of, to_record
from streams.commands.publish import publish_lines
from streams.contracts import Event
from streams.embedded import EmbeddedBroker, EmbeddedBrokerError, ParentWatch, install_backoff
from streams.reading import read
from streams.samples import sample_feed
from streams.settings import Settings, load_settings
from streams.topics import Catalogue

START_SECONDS = 60.0
STOP_SECONDS = 12.0
_REFRESH_SECONDS = 0.5


def demo_command(
    once: Annotated[bool, typer.Option("--once", help="End with a summary when the feed has drained.")] = False,
    feed: Annotated[
        str | None, typer.Option(help="Raw articles to publish, one JSON object a line; default: samples.")
    ] = None,
    rate: Annotated[float, typer.Option(help="Messages a second; 0 is as fast as it goes.", min=0)] = 4.0,
) -> None:
    """Start an embedded broker, topics, a worker and a sample feed; show a live table. Ctrl-C cleans up."""
    messages = list(lines(feed)) if feed else sample_feed()
    install_backoff()
    with tempfile.TemporaryDirectory(prefix="streams-demo-") as folder:
        try:
            with EmbeddedBroker() as broker:
                settings = load_settings().model_copy(
                    update={
                        "bootstrap_servers": broker.bootstrap, "broker": "embedded",
                        "topic_prefix": "", "app_id": "demo",
                        "partitions": 1, "event_partitions": 1, "replication_factor": 1,
                        "web_host": "127.0.0.1", "web_port": _free_port(), "data_dir": Path(folder),
                    }
                )  # fmt: skip
                execute(_demo(settings, messages, once=once, rate=0 if once else rate))
        except EmbeddedBrokerError as error:
            raise CommandError(str(error)) from None


async def _demo(settings: Settings, messages: list[bytes], *, once: bool, rate: float) -> None:
    catalogue = catalogue_of(settings)
    base = f"http://{settings.web_host}:{settings.web_port}"
    where = {
        "broker": settings.bootstrap_servers,
        "metrics": f"{base}/metrics   (also /healthz, /readyz)",
        "try": f"STREAMS_BOOTSTRAP_SERVERS={settings.bootstrap_servers} streams tail --since 1h",
    }
    view = View(where, len(messages))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await cluster.apply(settings.bootstrap_servers, catalogue)
    async with _worker(settings) as worker:
        await _until_ready(base, worker, stop)
        tasks = [
            asyncio.create_task(_publish(settings, messages, rate, view)),
            asyncio.create_task(_watch_events(settings, catalogue, view)),
            asyncio.create_task(_watch_metrics(base, view)),
        ]
        ends: list[asyncio.Task[Any]] = [asyncio.create_task(stop.wait()), asyncio.create_task(worker.process.wait())]
        if once:
            ends.append(asyncio.create_task(_drained(settings, catalogue, tasks[0], view)))
        try:
            await _show(view, [*tasks, *ends], live=output.is_terminal and not once)
        finally:
            for task in (*tasks, *ends):
                task.cancel()
            await asyncio.gather(*tasks, *ends, return_exceptions=True)
        if worker.process.returncode is not None and not stop.is_set():
            raise CommandError(f"the worker ended with code {worker.process.returncode}:\n{worker.last_words()}")
    output.print(view.picture())
    if view.counts.dead["unexpected"]:
        raise CommandError("some messages failed in a way that nobody foresaw: see the dead letters above")


async def _show(view: View, tasks: list[asyncio.Task[Any]], *, live: bool) -> None:
    """Draw until one of the ends is reached or a task fails; the feed may end before."""
    ends = tasks[3:]  # after the feed and the two watches: Ctrl-C, the worker's end, the feed drained
    with (
        Live(view.picture(20), console=output, refresh_per_second=4, transient=True)
        if live
        else contextlib.nullcontext() as screen
    ):
        while not any(end.done() for end in ends):
            await asyncio.wait(ends, timeout=_REFRESH_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if any(end.done() for end in ends[:2]):
                return  # Ctrl-C or the worker's end: what the others then run into is no news
            for task in tasks:
                if task.done():
                    task.result()
            if screen is not None:
                screen.update(view.picture(max(5, output.height - 18)))


async def _publish(settings: Settings, messages: list[bytes], rate: float, view: View) -> None:
    if not rate:
        view.published = await publish_lines(settings, messages)
        return
    for message in messages:
        view.published += await publish_lines(settings, [message])
        await asyncio.sleep(1 / rate)


async def _watch_events(settings: Settings, catalogue: Catalogue, view: View) -> None:
    regions = {topic.name: region for region, topic in catalogue.events.items()}
    async with consumer(settings, await partitions_of(settings, regions)) as client:
        while True:
            for messages in (await client.getmany(timeout_ms=300)).values():
                for message in messages:
                    if message.value is not None:
                        await view.take(regions[message.topic], read(Event, to_record(message).value))


async def _watch_metrics(base: str, view: View) -> None:
    while True:
        view.counts = Counts.read(await asyncio.to_thread(_get, f"{base}/metrics"))
        await asyncio.sleep(_REFRESH_SECONDS)


async def _drained(settings: Settings, catalogue: Catalogue, feed: asyncio.Task[None], view: View) -> None:
    """Wait until the feed is out and every stage has committed all that the one before it sent."""
    await asyncio.shield(feed)
    group = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, group_id=settings.group_id, enable_auto_commit=False
    )
    await group.start()
    try:
        for topic in (catalogue.raw, catalogue.normalised, catalogue.mentions):
            partition = TopicPartition(topic.name, 0)
            while True:
                end = (await group.end_offsets([partition]))[partition]
                if end == ((await group.committed(partition)) or 0):
                    break
                await asyncio.sleep(0.2)
        ends = await group.end_offsets([TopicPartition(topic.name, 0) for topic in catalogue.events.values()])
    finally:
        await group.stop()
    await view.has_seen(sum(ends.values()))
    await asyncio.sleep(2 * _REFRESH_SECONDS)  # one more look at the metrics


class _Worker:
    """The demo's worker process and its log."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self._log = process, log

    def last_words(self) -> str:
        """Return the end of its log, made safe."""
        return "\n".join(safe(line, 300) for line in self._log.read_text("utf-8", "replace").splitlines()[-8:])


@asynccontextmanager
async def _worker(settings: Settings) -> AsyncIterator[_Worker]:
    """Run `streams worker` in a process of its own, as in production; end it in the end."""
    log = settings.data_dir / "worker.log"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STREAMS_")}
    own = {
        f"STREAMS_{name.upper()}": ",".join(value) if isinstance(value, list) else str(value)
        for name, value in settings.model_dump(mode="json").items()
    }
    with log.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "streams",
            "worker",
            env={**inherited, **own},
            stdout=sink,
            stderr=sink,
            start_new_session=True,  # Ctrl-C is for the demo, which then stops the worker in order
        )
    watch = ParentWatch(process.pid)
    try:
        yield _Worker(process, log)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        watch.dismiss()


async def _until_ready(base: str, worker: _Worker, stop: asyncio.Event) -> None:
    errors.print("starting broker and worker ...")
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while not stop.is_set():
        if worker.process.returncode is not None:
            raise CommandError(f"the worker did not start:\n{worker.last_words()}")
        with contextlib.suppress(OSError):
            await asyncio.to_thread(_get, f"{base}/readyz")
            return
        if asyncio.get_running_loop().time() > deadline:
            raise CommandError(f"the worker is not ready after {START_SECONDS:.0f} s:\n{worker.last_words()}")
        await asyncio.sleep(0.2)


def _get(url: str) -> str:
    with urlopen(url, timeout=10) as response:  # noqa: S310  (our own worker, on loopback)
        return str(response.read().decode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
