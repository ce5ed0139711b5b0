"""Reading JSON lines from a file or standard input, byte for byte."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from streams.commands.errors import CommandError


def lines(file: str) -> Iterator[bytes]:
    """Yield the non-blank lines of a file, or of standard input for '-', without their line ends.

    Raises:
        CommandError: the file can't be read.
    """
    if file == "-":
        yield from (line.rstrip(b"\r\n") for line in sys.stdin.buffer if line.strip())
        return
    try:
        with Path(file).open("rb") as stream:
            yield from (line.rstrip(b"\r\n") for line in stream if line.strip())
    except OSError as error:
        raise CommandError(f"cannot read {file}: {error.strerror or error}") from None


def make_folder(folder: Path) -> None:
    """Make a folder to write to, if it is not there.

    Raises:
        CommandError: it can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"cannot write to {folder}: {error.strerror or error}") from None
