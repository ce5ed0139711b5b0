"""A JSON Schema for each contract, generated from its model.

A schema says what a reader must accept: fields that are not required may be missing from a message of an older
version, and unknown ones belong to a newer version. What we write ourselves has every field, null where not known.
"""

from __future__ import annotations

from typing import Any

import orjson
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from streams.contracts.articles import Article, RawArticle
from streams.contracts.base import Contract
from streams.contracts.events import Duplicate, Event
from streams.contracts.examples import EXAMPLES
from streams.contracts.mentions import Mentions

CONTRACTS_VERSION = "1.0.0"
"""Raise the middle number when a field or value is added, the first when one is removed or changes its meaning."""

CONTRACTS: tuple[type[Contract], ...] = (RawArticle, Article, Mentions, Event, Duplicate)


class Schemas(GenerateJsonSchema):
    """Pydantic's schemas, without titles made out of field names: they say nothing that the name doesn't."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """No field gets a title."""
        return False

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """Add what a type can't say: a raw article needs a body or a page."""
        made = super().model_schema(schema)
        if schema["cls"] is RawArticle:
            made["anyOf"] = [
                {"required": [name], "properties": {name: {"type": "string", "minLength": 1}}}
                for name in ("body", "html")
            ]
        return made


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return one JSON Schema (2020-12) for each contract, by the contract's name."""
    return {contract.__name__: _schema(contract) for contract in CONTRACTS}


def _schema(contract: type[Contract]) -> dict[str, Any]:
    body = contract.model_json_schema(by_alias=True, mode="validation", schema_generator=Schemas)
    head = {
        "$schema": Schemas.schema_dialect,
        "$id": f"urn:streams:contract:{contract.__name__}:{CONTRACTS_VERSION.partition('.')[0]}",
        "title": body.pop("title"),
        "description": body.pop("description"),
    }
    definitions = {"$defs": body.pop("$defs")} if "$defs" in body else {}
    return {**head, **body, "examples": [example(contract)], **definitions}


def example(contract: type[Contract]) -> dict[str, Any]:
    """Return an example as it stands on the wire; a scraper leaves out what it doesn't know, we write null."""
    plain: dict[str, Any] = orjson.loads(EXAMPLES[contract].encode())
    if contract is RawArticle:
        return {name: value for name, value in plain.items() if value is not None}
    return plain
