"""An embedded Kafka broker for the demo and the default tests: no Docker, no JVM, nothing to set up.

The broker is noida-db 0.2.3, one small binary from PyPI (extra ``demo``) that speaks the Kafka protocol. It is for
trials on one machine, never for production. All that the rest of the program knows of it is in this module, so that
the choice can be changed here. What it does, tried with aiokafka 0.14 side by side with Apache Kafka 4.3:

**The same as Kafka**
    Records: key, value, null value, headers (repeated names, empty and null values) and the producer's timestamp
    (CreateTime) come back as sent; ``message.timestamp.type=LogAppendTime`` is honoured.
    Size: a batch over ``max.message.bytes`` (default 1,048,588 bytes) is refused with MessageSizeTooLarge; a topic may
    set more.
    Offsets: beginning, end, and by time; ``delete_records``.
    Retention: ``retention.ms`` is carried out within seconds, and by the records' own timestamps: what carries a
    CreateTime of 2016 goes at once.
    Compaction: of closed segments alone. Unless ``segment.ms`` or ``segment.bytes`` say otherwise that is never in the
    life of a demo, and every record of a compacted topic is still there.
    Topics: create, describe, alter, add partitions, delete; the same error codes (36 exists, 3 unknown, 38 replication
    factor, 40 config, 17 name); a config that is not Kafka's is refused.
    Groups: join, commit, list, describe, committed offsets, delete; idempotent producer; transactions.

**Otherwise than Kafka**
    Timestamps more than an hour ahead are taken; Kafka refuses them (InvalidTimestamp).
    Undeclared topics appear with one partition, and not only on a send: *describing* a topic creates it. List instead.
    No long poll: an empty fetch returns at once (see `install_backoff`).
    Disk: everything is in memory and written as one JSON file about once a second. SIGTERM loses nothing; SIGKILL of
    the broker loses what it acknowledged since. 100 MB of records take 5 s to stop and 2 s to start.
    Groups: session timeouts start at 6 s; a dead member is not evicted (the rebalance never ends), and two
    members that rebalance can go on for ever: one worker at a time.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.errors import KafkaError

if TYPE_CHECKING:
    from collections.abc import Callable

START_SECONDS = 15.0
"""How long the broker may take from its start to its first answer; it takes less than 0.1 s."""

STOP_SECONDS = 30.0
"""How long the broker may take to write its data and leave before it is killed."""

POLL_SECONDS = 0.02

_LISTENING = re.compile(r"^\s*kafka\s+(127\.0\.0\.1:\d+)\s*$", re.MULTILINE)
_FAILED = re.compile(r"^error: (.+)$", re.MULTILINE)

# Waits for end of file on its standard input, which the kernel sends when the parent is gone however it went. A line
# means that the parent has stopped the process itself. Not PR_SET_PDEATHSIG: that is Linux's alone, and fires when the
# *thread* that started the broker ends.
_WATCH = """
read -r _ && exit 0
kill -TERM "$1" 2>/dev/null
turns=0
while kill -0 "$1" 2>/dev/null && [ $turns -lt 50 ]; do sleep 0.1; turns=$((turns + 1)); done
kill -KILL "$1" 2>/dev/null
[ -z "$2" ] || rm -rf "$2"
"""


class EmbeddedBrokerError(Exception):
    """The embedded broker is not installed or did not start. The message is one line for the user."""


class ParentWatch:
    """Ends a child process, and removes its temporary directory, when this process dies without doing so itself."""

    def __init__(self, pid: int, directory: Path | None = None) -> None:
        self._shell = subprocess.Popen(  # noqa: S603 - a fixed script, and a pid and a directory of our own
            ["/bin/sh", "-c", _WATCH, "sh", str(pid), str(directory or "")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the program, which then stops the broker in order
        )

    def dismiss(self) -> None:
        """Stands the watch down: the child has been stopped."""
        with suppress(BrokenPipeError):
            self._shell.communicate(b"\n")


class EmbeddedBroker:
    """A broker on a free loopback port with its own data; a context manager.

    The calls block (well under a second); from a coroutine use ``asyncio.to_thread``. A broker that was stopped or
    killed can be started again and comes back on its port, with its data if it has a `data_dir` of its own.

    Args:
        data_dir: Where the data stays. Without one it is a temporary directory, removed by `stop`.
        port: 0 for a free port.
    """

    def __init__(self, data_dir: Path | None = None, port: int = 0) -> None:
        self._data_dir = data_dir
        self._port = port
        self._temporary: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: ParentWatch | None = None
        self._bootstrap = ""

    @property
    def bootstrap(self) -> str:
        """The address for clients, ``host:port``; known once the broker has started."""
        if not self._bootstrap:
            raise EmbeddedBrokerError("the embedded broker has not been started")
        return self._bootstrap

    @property
    def pid(self) -> int | None:
        """The broker's process, while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> str:
        """Starts the broker and returns its address, ``host:port``, once it answers a metadata request.

        Raises:
            EmbeddedBrokerError: noida-db is not installed, the port is taken, or nothing answers within START_SECONDS.
        """
        if self.pid is not None:
            return self.bootstrap
        deadline = time.monotonic() + START_SECONDS
        program = _program()
        if self._data_dir is None and self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="streams-broker-"))
        directory = self._temporary or self._data_dir or Path()
        try:
            log = self._launch(program, directory)
            self._bootstrap = self._listening(log, deadline)
            self._port = int(self._bootstrap.rpartition(":")[2])
            _wait(
                lambda: answers(self._bootstrap), deadline, f"the embedded broker at {self._bootstrap} does not answer"
            )
        except BaseException:
            self.stop()
            raise
        return self._bootstrap

    def stop(self) -> None:
        """Stops the broker: SIGTERM, so that it writes its data, and SIGKILL if it has not left after STOP_SECONDS."""
        self._end(signal.SIGTERM)
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def kill(self) -> None:
        """Kills the broker at once, as a power cut would. What it acknowledged in the last second may be lost."""
        self._end(signal.SIGKILL)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _launch(self, program: Path, directory: Path) -> Path:
        directory.mkdir(parents=True, exist_ok=True)
        log = directory / "broker.log"
        command = [str(program), "start", "--only", "kafka", "--host", "127.0.0.1"]
        command += ["--kafka-port", str(self._port), "--data-dir", str(directory / "data")]
        # Into a file, not a pipe that nobody empties; it also takes the loader's harmless notice about GLIBC_2.39.
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the program is the one that pip installed
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._watch = ParentWatch(self._process.pid, self._temporary)
        return log

    def _listening(self, log: Path, deadline: float) -> str:
        found: list[str] = []

        def announced() -> bool:
            found[:] = _LISTENING.findall(log.read_text(errors="replace"))
            return bool(found) or self.pid is None

        _wait(announced, deadline, f"the embedded broker has not started within {START_SECONDS:.0f} s")
        if self.pid is None:
            reasons = _FAILED.findall(log.read_text(errors="replace")) or ["it gave no reason"]
            raise EmbeddedBrokerError(f"the embedded broker (noida-db) did not start: {reasons[-1]}")
        return found[-1]

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            end_process(self._process, how, STOP_SECONDS)
            self._process = None
        if self._watch is not None:
            self._watch.dismiss()
            self._watch = None


def end_process(process: subprocess.Popen[bytes], how: signal.Signals, seconds: float) -> None:
    """Send a process a signal and wait for its end; kill it where that takes longer than `seconds`."""
    process.send_signal(how)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(bootstrap: str) -> bool:
    """Whether a Kafka broker answers a metadata request at this address within 2 seconds. Blocks; fits any thread."""
    answered = False

    def ask() -> None:
        nonlocal answered
        answered = asyncio.run(_metadata(bootstrap))

    # A thread, for the caller may have an event loop running.
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return answered


async def _metadata(bootstrap: str) -> bool:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2000)
    try:
        async with asyncio.timeout(2):
            await client.start()
            return bool((await client.describe_cluster())["brokers"])
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()


def _program() -> Path:
    """The broker's own binary, rather than its Python wrapper: signals must reach it, and pids be its own."""
    spec = importlib.util.find_spec("noida_db")
    if spec is None or spec.origin is None:
        raise EmbeddedBrokerError("the embedded broker needs noida-db: pip install 'streams[demo]'")
    program = Path(spec.origin).with_name("noida-db")
    if not program.is_file():
        raise EmbeddedBrokerError(f"noida-db has no program for this platform ({program} is missing)")
    if not os.access(program, os.X_OK):
        program.chmod(0o755)
    return program


def _wait(condition: Callable[[], bool], deadline: float, complaint: str) -> None:
    while not condition():
        if time.monotonic() > deadline:
            raise EmbeddedBrokerError(complaint)
        time.sleep(POLL_SECONDS)


def install_backoff(wait: float = 0.1) -> None:
    """Makes aiokafka's consumers in this process wait after an empty fetch, as a broker with long poll would make them.

    noida-db answers an empty fetch at once, so that an idle consumer asks without end: 88 % of a core. After this it
    asks about ``1 / wait`` times a second, and a new record waits up to `wait` seconds. Only the pace changes: the wait
    comes after the response has been taken in, and none comes when that held records, so that nothing is lost or put
    in another order. A fetch that took `wait` seconds or more by itself, as an empty one does on Apache Kafka
    (``fetch_max_wait_ms``), is not held up; all the same, call this for the embedded broker only. Calling it again
    changes nothing.

    Args:
        wait: Seconds from one empty fetch to the next.
    """
    fetch = Fetcher._proc_fetch_request  # noqa: SLF001 - aiokafka has no hook here; pyproject.toml bounds its version
    if getattr(fetch, "backs_off", False):
        return

    async def fetch_then_wait(fetcher: Any, assignment: Any, node_id: Any, request: Any) -> bool:
        began = time.monotonic()
        new_records: bool = await fetch(fetcher, assignment, node_id, request)
        left = wait - (time.monotonic() - began)
        if not new_records and left > 0:
            # The fetcher awaits the tasks that it cancels (close, a rebalance) and relies on their taking it quietly.
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(left)
        return new_records

    fetch_then_wait.backs_off = True  # type: ignore[attr-defined]
    Fetcher._proc_fetch_request = fetch_then_wait  # noqa: SLF001
