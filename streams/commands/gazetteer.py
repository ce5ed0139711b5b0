"""`streams gazetteer`: how a place name resolves."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from streams.commands.console import output
from streams.commands.errors import CommandError
from streams.places import load_gazetteer
from streams.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="How place names resolve.")


@app.callback()
def gazetteer() -> None:
    """How place names resolve."""


@app.command()
def lookup(name: Annotated[str, typer.Argument(help="A place name, in any romanisation.")]) -> None:
    """Show the places that a name may mean, likeliest first."""
    places = load_gazetteer(load_settings().countries).lookup(name)
    if not places:
        raise CommandError(f"no place is known by {name!r}")
    table = Table(box=None, pad_edge=False)
    for column in ("name", "kind", "country", "admin1", "latitude", "longitude"):
        table.add_column(column)
    for place in places:
        where = [f"{value:.4f}" if value is not None else "?" for value in (place.latitude, place.longitude)]
        table.add_row(place.name, place.kind, place.country, place.admin1 or "-", *where)
    output.print(table)
