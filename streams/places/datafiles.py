"""Reads the package's tables: tab-separated, '#' comment lines, then one header line."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of `data/<name>` by column name; trailing empty columns may be left out."""
    text = (files("streams.places") / "data" / name).read_text(encoding="utf-8")
    yield from parse(text)


def parse(text: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table's text by column name."""
    header: list[str] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = cells
            continue
        yield dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=False))
