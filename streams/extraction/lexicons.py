"""Reads the package's data files: tab-separated rows under comment lines, with `@name` rows for word classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A data file: its rows by column name, and its word classes."""

    rows: tuple[dict[str, str], ...]
    classes: dict[str, str] = field(default_factory=dict)


def read_lexicon(name: str) -> Lexicon:
    """Read streams/extraction/data/<name>.

    Lines that begin with '#' are comments. A line `@name<TAB>a|b|c` defines a word class, which may name earlier
    classes. The first other line names the columns; missing trailing cells are empty.

    Raises:
        ValueError: a row has more cells than there are columns.
    """
    columns: list[str] = []
    rows: list[dict[str, str]] = []
    classes: dict[str, str] = {}
    for line in (files("streams.extraction") / "data" / name).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if cells[0].startswith("@") and len(cells) == 2 and cells[0][1:].isidentifier():  # noqa: PLR2004
            classes[cells[0][1:]] = _resolve(cells[1], classes)
        elif not columns:
            columns = cells
        elif len(cells) > len(columns):
            raise ValueError(f"{name}: too many cells: {line!r}")
        else:
            rows.append(dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=True)))
    return Lexicon(tuple(rows), classes)


def _resolve(words: str, classes: dict[str, str]) -> str:
    return "|".join(classes[word[1:]] if word.startswith("@") else word for word in words.split("|"))
