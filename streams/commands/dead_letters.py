"""`streams dead-letters list|show|replay`: what could not be processed, why, and another try."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from streams.commands.console import errors, output, safe
from streams.commands.errors import USAGE, CommandError
from streams.commands.kafka import catalogue_of, execute, producer, read_to_end
from streams.contracts import Reason
from streams.dead_letters import (
    ATTEMPTS,
    EXCEPTION,
    ORIGIN_OFFSET,
    ORIGIN_PARTITION,
    ORIGIN_TOPIC,
    REASON,
    STAGE,
    DeadLetter,
)
from streams.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Messages that could not be processed: list, show, replay.")

ReasonOption = Annotated[list[Reason] | None, typer.Option("--reason", help="Only these reasons; may repeat.")]
StageOption = Annotated[str | None, typer.Option("--stage", help="Only this stage.")]


async def _letters(settings: Settings, reasons: list[Reason] | None, stage: str | None) -> list[DeadLetter]:
    topic = catalogue_of(settings).dead.name
    letters = [DeadLetter.read(record) async for record in read_to_end(settings, [topic])]
    wanted = {reason.value for reason in reasons or ()}
    return [
        letter
        for letter in letters
        if (not wanted or letter.info.get(REASON) in wanted) and (stage is None or letter.info.get(STAGE) == stage)
    ]


def position(letter: DeadLetter) -> str:
    """Return where a dead letter is, as 'partition:offset'."""
    return f"{letter.record.partition}:{letter.record.offset}"


def _origin(letter: DeadLetter) -> str:
    info = letter.info
    return f"{info.get(ORIGIN_TOPIC, '?')} {info.get(ORIGIN_PARTITION, '?')}:{info.get(ORIGIN_OFFSET, '?')}"


@app.command("list")
def list_command(reason: ReasonOption = None, stage: StageOption = None) -> None:
    """List dead letters: where, why, how often."""
    letters = execute(_letters(load_settings(), reason, stage))
    if not letters:
        errors.print("no dead letters")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("at", "time", "stage", "reason", "origin", "tries", "bytes", "detail"):
        table.add_column(column, overflow="fold", justify="right" if column in {"tries", "bytes"} else "left")
    for letter in letters:
        info, record = letter.info, letter.record
        time = record.timestamp.isoformat(timespec="seconds") if record.timestamp else "?"
        cells = (
            position(letter), time, safe(info.get(STAGE)), safe(info.get(REASON)), safe(_origin(letter)),
            safe(info.get(ATTEMPTS)), str(len(record.value or b"")), safe(info.get(EXCEPTION)),
        )  # fmt: skip
        table.add_row(*(Text(cell) for cell in cells))
    output.print(table)
    counts = Counter(letter.info.get(REASON, "?") for letter in letters)
    errors.print(", ".join(f"{count} {safe(name)}" for name, count in counts.most_common()), markup=False)


@app.command()
def show(
    at: Annotated[str, typer.Argument(help="Where, as the list shows it: partition:offset.")],
    raw: Annotated[bool, typer.Option("--raw", help="Only the original bytes, untouched, to standard output.")] = False,
) -> None:
    """Show one dead letter: headers and message (control characters are taken out; --raw leaves all)."""
    letters = execute(_letters(load_settings(), None, None))
    letter = next((letter for letter in letters if position(letter) == at), None)
    if letter is None:
        raise CommandError(f"no dead letter at {at}", USAGE)
    value = letter.record.value or b""
    if raw:
        sys.stdout.buffer.write(value)
        return
    for name, header in letter.record.headers:
        print(f"{safe(name)}: {safe((header or b'').decode('utf-8', 'replace'), 500)}")
    print(f"key: {safe((letter.record.key or b'').decode('utf-8', 'replace'))}")
    print()
    text = value.decode("utf-8", "backslashreplace")
    print("\n".join(safe(line, 2000) for line in text.splitlines()[:200]))


@app.command()
def replay(
    at: Annotated[list[str] | None, typer.Argument(help="Which, as partition:offset.")] = None,
    reason: ReasonOption = None,
    stage: StageOption = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Send dead letters back to the topic that they came from. The letters stay; a replay twice is harmless."""
    if not (at or reason or stage or everything):
        raise CommandError("say which: partition:offset, --reason, --stage or --all", USAGE)
    sent, skipped = execute(_replay(load_settings(), set(at or ()), reason, stage))
    errors.print(f"{sent} dead letters sent back")
    if skipped:
        raise CommandError(f"{skipped} not sent back: their headers name no topic that a stage reads")


async def _replay(settings: Settings, at: set[str], reason: list[Reason] | None, stage: str | None) -> tuple[int, int]:
    letters = await _letters(settings, reason, stage)
    missing = at - {position(letter) for letter in letters}
    if missing:
        raise CommandError(f"no dead letter at {min(missing)}", USAGE)
    catalogue = catalogue_of(settings)
    inputs = {catalogue.raw.name, catalogue.normalised.name, catalogue.mentions.name}
    pending = []
    skipped = 0
    async with producer(settings) as client:
        for letter in letters:
            if at and position(letter) not in at:
                continue
            message = letter.replay()
            if message is None or message.topic not in inputs:
                skipped += 1
                continue
            pending.append(
                await client.send(message.topic, value=message.value, key=message.key, headers=list(message.headers))
            )
        for future in pending:
            await future
    return len(pending), skipped
