"""Driving the real thing: topics, worker processes, the feed, and what comes out, under a test's own names."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from aiokafka import ConsumerRecord
from brokers import Broker, Namespace, blocking, free_port, lag, produce, read_all, wait_for, wait_until
from feed import Told, identity_of

from streams import cluster
from streams.settings import Settings
from streams.topics import Catalogue, build_catalogue

READY_SECONDS = 60
DRAIN_SECONDS = 90
STOP_SECONDS = 20


class WorkerProcess:
    """A `streams worker` (or a script that stands in for it) in a process of its own."""

    def __init__(self, environment: dict[str, str], folder: Path, command: list[str] | None = None) -> None:
        self.port = int(environment.setdefault("STREAMS_WEB_PORT", str(free_port())))
        self.log = folder / f"worker-{self.port}-{len(list(folder.iterdir()))}.log"
        with self.log.open("wb") as sink:
            self.process = subprocess.Popen(
                command or [sys.executable, "-m", "streams", "worker"],
                env={**os.environ, **environment},
                stdout=sink,
                stderr=sink,
            )

    def get(self, path: str) -> str:
        """GET from the worker's own port; raises URLError."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return response.read().decode()

    def ready(self) -> bool:
        assert self.process.poll() is None, f"worker ended with {self.process.returncode}:\n{self.log.read_text()}"
        try:
            return self.get("/readyz") == "ok\n"
        except (URLError, OSError):
            return False

    def wait_ready(self) -> WorkerProcess:
        wait_until(self.ready, READY_SECONDS, f"the worker is not ready:\n{self.log.read_text()}")
        return self

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        return self.process.wait(seconds)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """SIGKILL."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(STOP_SECONDS)


class Pipeline:
    """An installation of streams under a test's own names."""

    def __init__(self, broker: Broker, namespace: Namespace, folder: Path, **settings: object) -> None:
        self.broker, self._folder = broker, folder
        self.environment = {
            **namespace.environment(broker),
            "STREAMS_PARTITIONS": "1",
            "STREAMS_DATA_DIR": str(folder / "state"),
            "STREAMS_INSTANCE": f"{namespace.app_id}-worker",
            "STREAMS_SESSION_TIMEOUT": "6",
            "STREAMS_COMMIT_INTERVAL": "0.3",
            **{f"STREAMS_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.settings = Settings(**{k.removeprefix("STREAMS_").lower(): v for k, v in self.environment.items()})
        self.catalogue: Catalogue = build_catalogue(self.settings)
        self._workers: list[WorkerProcess] = []

    def apply_topics(self) -> None:
        blocking(cluster.apply(self.broker.bootstrap, self.catalogue))

    def start(self, command: list[str] | None = None, **environment: str) -> WorkerProcess:
        worker = WorkerProcess({**self.environment, **environment}, self._folder, command)
        self._workers.append(worker)
        return worker

    def close(self) -> None:
        for worker in self._workers:
            worker.kill()

    async def publish(self, messages: list[bytes]) -> None:
        await produce(self.broker.bootstrap, self.catalogue.raw.name, [(None, message, []) for message in messages])

    async def lags(self) -> list[int]:
        group, topics = self.settings.group_id, (self.catalogue.raw, self.catalogue.normalised, self.catalogue.mentions)
        return [sum((await lag(self.broker.bootstrap, group, topic.name)).values()) for topic in topics]

    async def drain(self) -> None:
        """Wait until each stage has committed all that it got; the order of looking makes one look enough."""

        async def drained() -> bool:
            return not any(await self.lags())

        await wait_for(drained, DRAIN_SECONDS, "the pipeline does not drain")

    async def records(self, topic: str) -> list[ConsumerRecord]:
        return await read_all(self.broker.bootstrap, topic)

    async def event_records(self) -> dict[str, list[ConsumerRecord]]:
        """All records of the region topics, by region."""
        found = {region: await self.records(topic.name) for region, topic in self.catalogue.events.items()}
        return {region: records for region, records in found.items() if records}

    async def told(self) -> Told:
        """What a consumer that keeps (event_id, revision) has in the end; a repetition must be the same to the byte."""
        copies: dict[tuple[str, int], set[bytes]] = defaultdict(set)
        told: Told = {}
        for records in (await self.event_records()).values():
            for record in records:
                key, content = identity_of(record.value)
                told[key] = content
                copies[key].add(record.value)
        different = [key for key, values in copies.items() if len(values) > 1]
        assert not different, f"published again with other bytes: {different}"
        return told

    async def dead(self) -> list[ConsumerRecord]:
        return await self.records(self.catalogue.dead.name)

    async def duplicates(self) -> list[ConsumerRecord]:
        return await self.records(self.catalogue.duplicates.name)
