"""From bytes off the wire to a `RawArticle`, or a reason why not."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import orjson
from pydantic import ValidationError

from streams.contracts import MAX_RAW_BYTES, RawArticle, Reason, Rejected
from streams.normalise.characters import encodable

_TEXT_FIELDS = ("source", "body", "html", "url", "title", "language")
_SCALAR_FIELDS = ("id", "published_at", "fetched_at")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_NUMBER = 40


def read_raw(payload: bytes | None) -> RawArticle:
    """Read a raw article from its JSON.

    Half of a surrogate pair (what a scraper leaves that cuts strings by UTF-16 units) is repaired; anything
    else that is not JSON in UTF-8 is refused. Numbers are taken for `id` and the two times.

    Raises:
        Rejected: UNDECODABLE (also for a tombstone), WRONG_SHAPE, MISSING_SOURCE, MISSING_BODY or TOO_LARGE.
            The detail names fields and types, never their content.
    """
    if payload is None or not payload.strip():
        raise Rejected(Reason.UNDECODABLE, "empty message")
    if len(payload) > MAX_RAW_BYTES:
        raise Rejected(Reason.TOO_LARGE, f"{len(payload)} bytes, at most {MAX_RAW_BYTES} are accepted")
    record = _load(payload.removeprefix(_BYTE_ORDER_MARK))
    if not isinstance(record, dict):
        raise Rejected(Reason.WRONG_SHAPE, f"JSON {_kind(record)}, expected an object")
    fields = {name: _text(name, record.get(name)) for name in _TEXT_FIELDS}
    fields |= {name: _scalar(name, record.get(name)) for name in _SCALAR_FIELDS}
    if not (fields["source"] or "").strip():
        raise Rejected(Reason.MISSING_SOURCE, "field 'source' is missing or blank")
    if not (fields["body"] or "").strip() and not (fields["html"] or "").strip():
        raise Rejected(Reason.MISSING_BODY, "fields 'body' and 'html' are missing or blank")
    try:
        return RawArticle.model_validate(fields)
    except ValidationError as error:
        names = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
        raise Rejected(Reason.WRONG_SHAPE, f"invalid: {names}") from None


def _load(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        if b"\\ud" not in payload and b"\\uD" not in payload:
            raise Rejected(Reason.UNDECODABLE, _position(error)) from None
    try:
        # The standard library reads lone surrogates, which orjson refuses with the whole message.
        return json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Rejected(Reason.UNDECODABLE, _position(error)) from None


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


def _position(error: Exception) -> str:
    """Say where decoding failed; the error's own words may quote the payload."""
    offset = getattr(error, "pos", None)
    return "not JSON in UTF-8" if offset is None else f"not JSON in UTF-8 (at character {offset})"


def _text(name: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Rejected(Reason.WRONG_SHAPE, f"field '{name}' is a JSON {_kind(value)}, expected a string")
    return encodable(value)


def _scalar(name: str, value: object) -> str | None:
    """Read a field where scrapers also send numbers: a row's key, seconds or milliseconds of the epoch."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _text(name, value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)  # noqa: PLR2004  (exact)
    if abs(value) >= 10**_LONGEST_NUMBER:
        raise Rejected(Reason.WRONG_SHAPE, f"field '{name}' is a number of over {_LONGEST_NUMBER} digits")
    return str(value)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    names: dict[type, str] = {str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
