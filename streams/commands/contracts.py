"""`streams contracts`: JSON Schemas and the AsyncAPI document, generated from the models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streams.commands.console import errors
from streams.commands.errors import CommandError
from streams.commands.files import make_folder
from streams.commands.kafka import catalogue_of
from streams.contracts import export
from streams.settings import Settings


def contracts_command(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("deploy/contracts"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if the files are not current.")] = False,
) -> None:
    """Write JSON Schemas and the AsyncAPI document of the default topic catalogue."""
    catalogue = catalogue_of(Settings.model_construct())
    if check:
        stale = export.stale(out, catalogue)
        if stale:
            raise CommandError(f"not current: {', '.join(stale)}; run `streams contracts`")
        return
    make_folder(out)
    written = export.write(out, catalogue)
    errors.print(f"{len(written)} files in {out}", markup=False)
