"""Reading our own messages back: what another stage wrote, with a clear reason where it can't be read."""

from __future__ import annotations

from typing import TypeVar

import orjson
from pydantic import ValidationError

from streams.contracts import Reason, Rejected
from streams.contracts.base import Contract

T = TypeVar("T", bound=Contract)


def read(contract: type[T], payload: bytes | None) -> T:
    """Decode a message of one of our own topics.

    Raises:
        Rejected: no payload, no JSON, or JSON of another shape. The detail names fields, never their values.
    """
    if not payload:
        raise Rejected(Reason.UNDECODABLE, "no payload")
    try:
        return contract.decode(payload)
    except orjson.JSONDecodeError as error:
        raise Rejected(Reason.UNDECODABLE, str(error)) from None
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(str(part) for part in item["loc"]) for item in error.errors()})[:10])
        raise Rejected(Reason.WRONG_SHAPE, f"{contract.__name__}: {fields}") from None
