"""`streams worker`: run the pipeline against a Kafka cluster."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from typing import Annotated

import typer

from streams.cluster import ClusterError
from streams.commands.errors import CommandError
from streams.commands.kafka import catalogue_of
from streams.logs import configure_logging
from streams.settings import Settings, load_settings

_POLL_SECONDS = 0.1


def worker_command(
    processes: Annotated[int, typer.Option(help="Worker processes; the n-th uses STREAMS_WEB_PORT + n.", min=1)] = 1,
) -> None:
    """Run a worker until SIGTERM or Ctrl-C; it drains, commits and leaves. Exit code 70: it stopped by itself."""
    from streams.worker import StartError, run_worker  # noqa: PLC0415  (Faust is slow to import)

    settings = load_settings()
    if processes > 1:
        raise typer.Exit(_run_processes(settings, processes))
    configure_logging(settings)
    try:
        code = asyncio.run(run_worker(settings, catalogue_of(settings)))
    except (StartError, ClusterError) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"cannot start: {error.strerror or error}") from None
    raise typer.Exit(code)


def _run_processes(settings: Settings, count: int) -> int:
    """Run workers side by side. If one ends, the others are told to; the first exit code that is not 0 is returned."""
    workers = []
    for index in range(count):
        own = {"STREAMS_WEB_PORT": str(settings.web_port + index if settings.web_port else 0)}
        if settings.instance:
            own["STREAMS_INSTANCE"] = f"{settings.instance}-{index}"
        workers.append(subprocess.Popen([sys.executable, "-m", "streams", "worker"], env={**os.environ, **own}))

    def stop(*_signal: object) -> None:
        for worker in workers:
            if worker.poll() is None:
                worker.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(worker.poll() is None for worker in workers):
        time.sleep(_POLL_SECONDS)
    stop()
    codes = [worker.wait() for worker in workers]
    return next((code for code in codes if code), 0)
