"""`streams publish`: raw articles from a file into `articles.raw`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import orjson
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from rich.progress import Progress

from streams.commands.console import errors
from streams.commands.errors import CommandError
from streams.commands.files import lines
from streams.commands.kafka import catalogue_of, execute, partitions_of, producer
from streams.commands.offline import File
from streams.settings import Settings, load_settings


def key_of(line: bytes) -> bytes | None:
    """Return the key of a raw message: its URL, else its id, else none (also for what is no JSON object)."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    key = (value.get("url") or value.get("id")) if isinstance(value, dict) else None
    return str(key).encode("utf-8", "replace") if key else None


async def publish_lines(settings: Settings, messages: Iterable[bytes], progress: Progress | None = None) -> int:
    """Publish messages byte for byte, in order; return how many the broker has acknowledged.

    Raises:
        CommandError: the topic is missing, or the broker refused a message (the first such, by number).
    """
    topic = catalogue_of(settings).raw.name
    await partitions_of(settings, [topic])
    task = progress.add_task("publishing", total=None) if progress else None
    pending: list[asyncio.Future[object]] = []
    done = 0

    async def settle() -> None:
        nonlocal done
        for future in pending:
            done += 1
            try:
                await future
            except KafkaError as error:
                raise CommandError(f"message {done}: {' '.join(str(error).split())}") from None
        pending.clear()

    async with producer(settings) as client:
        for number, message in enumerate(messages, start=1):
            try:
                pending.append(await client.send(topic, value=message, key=key_of(message)))
            except MessageSizeTooLargeError:
                raise CommandError(f"message {number}: {len(message)} bytes, more than Kafka takes") from None
            if progress and task is not None:
                progress.update(task, advance=1)
            if len(pending) >= 1000:  # noqa: PLR2004  (bounds memory; any number would do)
                await settle()
        await settle()
    return done


def publish_command(file: File) -> None:
    """Publish raw articles into articles.raw, byte for byte, keyed by URL."""
    settings = load_settings()
    with Progress(console=errors, disable=not errors.is_terminal, transient=True) as progress:
        count = execute(publish_lines(settings, lines(file), progress))
    errors.print(f"{count} messages published to {catalogue_of(settings).raw.name}", markup=False)
