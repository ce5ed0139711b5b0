"""What every contract shares: strictness, wire encoding, the reference types.

The wire is JSON in UTF-8 (orjson). Unknown fields are tolerated on the way in, so that a newer producer
does not break an older consumer; on the way out the field order is the order of declaration, so that the same value
(instants in the same offset, too) always gives the same bytes: the guarantee in README.md rests on it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Self

import orjson
from pydantic import BaseModel, ConfigDict, PlainSerializer


def rfc3339(value: datetime) -> str:
    """Write an instant as RFC 3339 with an offset; a naive one is taken as UTC.

    Fractions are cut to the millisecond, Kafka's resolution, and left out when zero then.
    """
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    spec = "milliseconds" if aware.microsecond >= 1000 else "seconds"  # noqa: PLR2004  (microseconds in one)
    return aware.isoformat(timespec=spec).replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]
"""An instant with an offset: a `datetime` in Python, an RFC 3339 string on the wire."""


class Contract(BaseModel):
    """A value that crosses a topic: immutable, tolerant of unknown fields, one JSON form."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    def encode(self) -> bytes:
        """Return the value as UTF-8 JSON. Equal values give equal bytes."""
        return orjson.dumps(self.model_dump(mode="json", by_alias=True))

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a value from UTF-8 JSON.

        Raises:
            pydantic.ValidationError: the JSON lacks a required field or has one of the wrong type.
            orjson.JSONDecodeError: the bytes are not UTF-8 JSON.
        """
        return cls.model_validate(orjson.loads(payload))
