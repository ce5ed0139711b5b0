"""The contracts as documents: a JSON Schema for each, and one AsyncAPI document over all topics.

Both are generated from the models and the topic catalogue, never kept by hand; the files under deploy/contracts/ are
what `write` makes with the default settings, and a test holds them current.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from streams.contracts.asyncapi import CatalogueLike, asyncapi
from streams.contracts.schemas import json_schemas

__all__ = ["ASYNCAPI_FILE", "asyncapi", "documents", "json_schemas", "stale", "write"]

ASYNCAPI_FILE = "asyncapi.json"


def documents(catalogue: CatalogueLike) -> dict[str, bytes]:
    """Return every document by its file name, as UTF-8 JSON for people: indented, with a newline at the end."""
    made = {f"{name}.schema.json": schema for name, schema in json_schemas().items()}
    made[ASYNCAPI_FILE] = asyncapi(catalogue)
    return {
        name: orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        for name, document in made.items()
    }


def write(directory: Path, catalogue: CatalogueLike) -> list[Path]:
    """Write all documents into a directory, which is made if need be; return their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in documents(catalogue).items():
        path = directory / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def stale(directory: Path, catalogue: CatalogueLike) -> list[str]:
    """Return the names of files that `write` would change or add, and of JSON files that it would not make; sorted."""
    wanted = documents(catalogue)
    there = {path.name: path.read_bytes() for path in directory.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
