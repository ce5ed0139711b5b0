"""The word lists of this package: TSV files in `data/`, read once."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of `data/<name>.tsv`, without its header line (which starts with `#`)."""
    content = (files("streams.normalise") / "data" / f"{name}.tsv").read_text(encoding="utf-8")
    lines = content.splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the first column of `data/<name>.tsv`."""
    return tuple(row[0] for row in rows(name))


def any_of(phrases: Iterable[str]) -> str:
    """Return a regular expression for any of the phrases, longest first; a space stands for up to three."""
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s{1,3}") for phrase in ordered) + ")"


@cache
def agencies(kind: str | None = None) -> str:
    """Return the expression for the names of `agencies.tsv`, of one kind or all, as whole words."""
    return rf"\b{any_of(name for name, its_kind in rows('agencies') if kind in (None, its_kind))}\b"
