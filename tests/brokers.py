"""The brokers that the tests run on, and what integration tests say to them.

`pytest` starts the embedded broker, `pytest --broker apache` a real Apache Kafka (KRaft, one node; Java 17 and Maven
needed), `pytest --broker HOST:PORT` uses one that runs already.
"""

import asyncio
import contextlib
import hashlib
import inspect
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import RecordMetadata

from streams.embedded import EmbeddedBroker, ParentWatch, answers, end_process, install_backoff

APACHE = Path(__file__).with_name("apache")
LIBRARIES = APACHE / "target" / "lib"
RESOLVED = APACHE / "target" / "resolved"

RESOLVE_SECONDS = 900
START_SECONDS = 60
STOP_SECONDS = 20

T = TypeVar("T")
Headers: TypeAlias = Sequence[tuple[str, bytes]]


class BrokerError(Exception):
    """A broker for the tests cannot be had; the message says why and what to do."""


# --- Apache Kafka -----------------------------------------------------------------------------------------------------


def java() -> str:
    """The Java to run Kafka with: JAVA_HOME's, or the first on the path; 17 or later."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if program is None:
        raise BrokerError("--broker apache needs Java 17 or later (no java found): apt install openjdk-17-jre-headless")
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < 17:
        raise BrokerError(f"--broker apache needs Java 17 or later; {program} is {told.splitlines()[:1]}")
    return program


def resolve_apache() -> None:
    """Fetches Kafka's server from Maven Central into tests/apache/target/, once for each version of the pom.

    Raises:
        BrokerError: no Java, no Maven, or Maven could not fetch it.
    """
    java()
    pom = APACHE / "pom.xml"
    wanted = hashlib.sha256(pom.read_bytes()).hexdigest()
    if RESOLVED.is_file() and RESOLVED.read_text() == wanted:
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerError("--broker apache needs Maven (no mvn found), once, to fetch Kafka: apt install maven")
    shutil.rmtree(LIBRARIES, ignore_errors=True)
    command = [maven, "--batch-mode", "--quiet", "--file", str(pom), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={LIBRARIES}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=RESOLVE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise BrokerError(f"Maven has not fetched Apache Kafka within {RESOLVE_SECONDS} s") from None
    if done.returncode != 0:
        reason = next((line for line in done.stdout.splitlines() if "ERROR" in line), "it gave no reason")
        raise BrokerError(f"Maven could not fetch Apache Kafka: {reason}")
    RESOLVED.write_text(wanted)


class ApacheKafka:
    """A real Kafka on free loopback ports, with its data in a temporary directory until `close`."""

    kind = "apache"

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="streams-kafka-"))
        self._properties = self._directory / "server.properties"
        self._log = self._directory / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: ParentWatch | None = None
        port, controller = free_port(), free_port()
        self.bootstrap = f"127.0.0.1:{port}"
        self._properties.write_text(
            (APACHE / "server.properties").read_text()
            + f"listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n"
            + f"controller.quorum.voters=1@127.0.0.1:{controller}\n"
            + f"log.dirs={self._directory / 'data'}\n"
        )

    def start(self) -> str:
        """Starts Kafka, formatting its directory the first time; returns when it answers a metadata request."""
        if self._process is not None and self._process.poll() is None:
            return self.bootstrap
        resolve_apache()
        if not (self._directory / "data").exists():
            cluster = "c3RyZWFtcy10ZXN0cy0wMQ"  # any 16 bytes in base64
            self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self._properties)).wait(
                START_SECONDS
            )
        self._process = self._java("kafka.Kafka", str(self._properties))
        self._watch = ParentWatch(self._process.pid, self._directory)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = self._log.read_text(errors="replace")[-2000:]
                self.kill()
                raise BrokerError(f"Apache Kafka did not start; the end of its log:\n{tail}")
            time.sleep(0.05)
        return self.bootstrap

    def stop(self) -> None:
        """Stops Kafka in good order (SIGTERM)."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kills Kafka at once (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Starts Kafka again, after `kill` or in good order, on its port and with its data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stops Kafka and removes its data."""
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _java(self, *command: str) -> subprocess.Popen[bytes]:
        options = ["-Xmx512m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
        options += [f"-Dlog4j2.configurationFile={APACHE / 'log4j2.properties'}", "-cp", f"{LIBRARIES}/*"]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [java(), *options, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        host, _, port = self.bootstrap.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            return False
        return answers(self.bootstrap)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            end_process(self._process, how, STOP_SECONDS)
            self._process = None
        if self._watch is not None:
            self._watch.dismiss()
            self._watch = None


# --- The other two ----------------------------------------------------------------------------------------------------


class Embedded:
    """The broker of `streams demo`, with data that outlives a restart. For one worker at a time."""

    kind = "embedded"

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="streams-tests-"))
        self._broker = EmbeddedBroker(self._directory, port=free_port())

    @property
    def bootstrap(self) -> str:
        return self._broker.bootstrap

    def start(self) -> str:
        install_backoff(0.02)  # pytest's own consumers; a worker has STREAMS_BROKER=embedded
        return self._broker.start()

    def stop(self) -> None:
        self._broker.stop()

    def kill(self) -> None:
        """Kills the broker at once. Unlike Kafka's, its records of the last second may be gone."""
        self._broker.kill()

    def restart(self) -> None:
        self._broker.stop()
        self._broker.start()

    def close(self) -> None:
        self._broker.stop()
        shutil.rmtree(self._directory, ignore_errors=True)


class External:
    """A broker that runs already and is not ours to stop."""

    kind = "external"

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def start(self) -> str:
        if not answers(self.bootstrap):
            raise BrokerError(f"no Kafka broker answers at {self.bootstrap}")
        return self.bootstrap

    def stop(self) -> None:
        pytest.skip(f"the broker at {self.bootstrap} is not ours to stop: run pytest --broker apache")

    kill = restart = stop

    def close(self) -> None:
        """Leaves it running."""


Broker: TypeAlias = ApacheKafka | Embedded | External


def broker_for(choice: str) -> Broker:
    """The broker for a value of the option ``--broker``, not yet started."""
    match choice:
        case "embedded":
            return Embedded()
        case "apache":
            return ApacheKafka()
        case _:
            return External(choice)


# --- What tests say to a broker ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Namespace:
    """Names of a test's own on a broker that all tests share."""

    app_id: str

    @property
    def topic_prefix(self) -> str:
        return f"{self.app_id}."

    def topic(self, name: str) -> str:
        return self.topic_prefix + name

    def environment(self, broker: Broker) -> dict[str, str]:
        """The variables that make a `streams` process work on this broker under these names."""
        return {
            "STREAMS_BOOTSTRAP_SERVERS": broker.bootstrap,
            "STREAMS_BROKER": "embedded" if broker.kind == "embedded" else "kafka",
            "STREAMS_APP_ID": self.app_id,
            "STREAMS_TOPIC_PREFIX": self.topic_prefix,
        }


async def produce(
    bootstrap: str,
    topic: str,
    records: Iterable[tuple[bytes | None, bytes | None, Headers]],
    *,
    partition: int | None = None,
    timestamp_ms: int | None = None,
) -> list[RecordMetadata]:
    """Sends (key, value, headers) in order and waits until the broker has acknowledged them all."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=10_000_000) as producer:
        sent = [
            await producer.send(
                topic, value, key=key, headers=list(headers), partition=partition, timestamp_ms=timestamp_ms
            )
            for key, value, headers in records
        ]
        return list(await asyncio.gather(*sent))


async def read_all(
    bootstrap: str, topic: str, *, deadline: float = 20, isolation_level: str = "read_committed"
) -> list[ConsumerRecord]:
    """Everything in the topic from the beginning to its end offsets of now, by partition and offset."""
    partitions = await partitions_of(bootstrap, topic)
    # Requests queue behind a waiting fetch: a short one keeps the questions about offsets quick.
    options = {"isolation_level": isolation_level, "fetch_max_wait_ms": 20}
    async with consumer(bootstrap, **options) as reader, asyncio.timeout(deadline):
        reader.assign(partitions)
        await reader.seek_to_beginning(*partitions)
        ends = await reader.end_offsets(partitions)
        records: list[ConsumerRecord] = []
        while [p for p in partitions if await reader.position(p) < ends[p]]:
            for batch in (await reader.getmany(timeout_ms=100)).values():
                records += batch
    return sorted((r for r in records if r.offset < ends[TopicPartition(topic, r.partition)]), key=_place)


def _place(record: ConsumerRecord) -> tuple[int, int]:
    return record.partition, record.offset


async def partitions_of(bootstrap: str, topic: str) -> list[TopicPartition]:
    """The topic's partitions, in order. A LookupError if there is none such: the embedded broker would make one."""
    async with admin(bootstrap) as client:
        if topic not in await client.list_topics():
            raise LookupError(f"no topic {topic}")
        (described,) = await client.describe_topics([topic])
    return sorted(TopicPartition(topic, partition["partition"]) for partition in described["partitions"])


async def lag(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    """Records between the group's committed offset (none: 0) and the end, by partition."""
    partitions = await partitions_of(bootstrap, topic)
    async with admin(bootstrap) as client, consumer(bootstrap) as reader:
        committed = await client.list_consumer_group_offsets(group)
        ends = await reader.end_offsets(partitions)
    return {p.partition: ends[p] - (max(committed[p].offset, 0) if p in committed else 0) for p in partitions}


@contextlib.asynccontextmanager
async def admin(bootstrap: str):
    """An admin client, started and closed."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def consumer(bootstrap: str, *topics: str, **options: Any):
    """A consumer from the earliest record on, started and stopped; it commits only when told."""
    reader = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        **{
            "auto_offset_reset": "earliest",
            "enable_auto_commit": False,
            "max_partition_fetch_bytes": 10_000_000,
            **options,
        },
    )
    await reader.start()
    try:
        yield reader
    finally:
        await reader.stop()


async def delete_topics(bootstrap: str, prefix: str) -> None:
    """Deletes every topic whose name starts with this."""
    async with admin(bootstrap) as client:
        if names := [name for name in await client.list_topics() if name.startswith(prefix)]:
            await client.delete_topics(names)


async def wait_for(condition: Callable[[], T | Awaitable[T]], deadline: float, what: str = "") -> T:
    """Asks again and again until the condition (a function or coroutine function) holds, and returns what it said.

    Raises:
        AssertionError: it did not hold within `deadline` seconds.
    """
    until = time.monotonic() + deadline
    while True:
        said = condition()
        if inspect.isawaitable(said):
            said = await said
        if said:
            return said
        assert time.monotonic() < until, f"not within {deadline} s: {what or inspect.getsource(condition).strip()}"
        await asyncio.sleep(0.05)


def wait_until(condition: Callable[[], T], deadline: float, what: str = "") -> T:
    """`wait_for` where there is no event loop, for tests of whole processes."""
    return blocking(wait_for(condition, deadline, what))


def blocking(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end from plain code, whatever event loop the caller may be in."""
    outcome: list[T | BaseException] = []

    def run() -> None:
        try:
            outcome.append(asyncio.run(work))
        except BaseException as error:  # noqa: BLE001 - handed to the caller
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    (said,) = outcome
    if isinstance(said, BaseException):
        raise said
    return said


def free_port() -> int:
    """A free loopback port below those that the kernel hands to outgoing connections.

    A client that keeps trying a stopped broker's port among those ends up connected to itself, and the broker cannot
    come back.
    """
    for port in random.SystemRandom().sample(range(15_000, 30_000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise BrokerError("no free port on 127.0.0.1")
