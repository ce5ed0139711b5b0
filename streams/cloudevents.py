"""CloudEvents in binary mode: the headers of every record that we publish (CloudEvents 1.0, Kafka protocol binding)."""

from __future__ import annotations

from datetime import datetime

from streams.contracts.base import rfc3339
from streams.messages import Headers


def cloud_event(kind: str, identity: str, source: str, at: datetime | None) -> Headers:
    """Return the headers of one record. The same arguments give the same headers: there is no clock in here.

    Args:
        kind: `ce_type`, e.g. "streams.event".
        identity: `ce_id`; with `ce_source` it identifies the record, so a repeated one is known for a repetition.
        source: `ce_source`, a URI reference such as "/streams/publish/sy-hl".
        at: `ce_time`; left out if None.
    """
    time = (("ce_time", rfc3339(at).encode()),) if at else ()
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", identity.encode()),
        ("ce_type", kind.encode()),
        ("ce_source", source.encode()),
        *time,
        ("content-type", b"application/json"),
    )
