"""The command line: `streams COMMAND`. Errors are one clear line and an exit code, no traceback."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from streams import __version__
from streams.commands import dead_letters, gazetteer, topics
from streams.commands.console import errors
from streams.commands.contracts import contracts_command
from streams.commands.demo import demo_command
from streams.commands.doctor import doctor_command
from streams.commands.errors import USAGE, CommandError
from streams.commands.offline import batch_command, extract_command, normalise_command
from streams.commands.publish import publish_command
from streams.commands.tail import tail_command
from streams.commands.worker import worker_command
from streams.settings import SettingsError

app = typer.Typer(
    name="streams",
    help="Raw conflict news in, coded events per region out. Settings come from STREAMS_* variables.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("demo")(demo_command)
app.command("worker")(worker_command)
app.command("publish")(publish_command)
app.command("tail")(tail_command)
app.command("normalise")(normalise_command)
app.command("extract")(extract_command)
app.command("batch")(batch_command)
app.add_typer(topics.app, name="topics")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(gazetteer.app, name="gazetteer")
app.command("contracts")(contracts_command)
app.command("doctor")(doctor_command)


def _version(value: bool) -> None:  # noqa: FBT001  (typer's callback)
    if value:
        print(__version__)  # noqa: T201
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,  # noqa: FBT002
) -> None:
    """Raw conflict news in, coded events per region out."""


def main() -> None:
    """Run the command line."""
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # commands say themselves what went wrong
    try:
        app()
    except CommandError as error:
        errors.print(f"streams: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.code)
    except SettingsError as error:
        errors.print(f"streams: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(USAGE)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone (`| head`); nothing more to say
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
