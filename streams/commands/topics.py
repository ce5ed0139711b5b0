"""`streams topics plan|apply`: the catalogue against the cluster."""

from __future__ import annotations

import typer
from rich.table import Table

from streams import cluster
from streams.commands.console import errors, output
from streams.commands.errors import CommandError
from streams.commands.kafka import catalogue_of, execute
from streams.settings import load_settings
from streams.topics import Difference

app = typer.Typer(no_args_is_help=True, help="The topic catalogue against the cluster; never deletes.")


def _show(differences: list[Difference], title: str) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in ("topic", "what", "difference"):
        table.add_column(column, overflow="fold")
    for difference in differences:
        table.add_row(difference.topic.name, difference.kind, difference.text)
    output.print(table)


@app.command()
def plan() -> None:
    """Show what separates the cluster from the catalogue. Exit code 1 if anything does."""
    settings = load_settings()
    catalogue = catalogue_of(settings)
    found = execute(cluster.plan(settings.bootstrap_servers, catalogue))
    if not found:
        errors.print(f"{len(list(catalogue))} topics, all as the catalogue says")
        return
    _show(found, "to do")
    raise typer.Exit(1)


@app.command()
def apply() -> None:
    """Create missing topics and set differing options. Idempotent; never deletes or repartitions."""
    settings = load_settings()
    catalogue = catalogue_of(settings)
    mended, left = execute(cluster.apply(settings.bootstrap_servers, catalogue))
    if mended:
        _show(mended, "done")
    if left:
        _show(left, "left alone")
        raise CommandError("some differences are never mended by themselves (see above): recreate those topics by hand")
    errors.print(f"{len(list(catalogue))} topics, all as the catalogue says")
