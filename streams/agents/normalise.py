"""normalise: raw bytes in, a clean Article out. Stateless."""

from __future__ import annotations

from streams.agents.outputs import article_output
from streams.contracts import Origin
from streams.messages import Record, Result
from streams.normalise import normalise, read_raw


class Normalise:
    """Decode, validate and clean one raw article; key it by its fingerprint, so that exact copies meet."""

    name = "normalise"

    def __init__(self, to: str) -> None:
        self._to = to

    def process(self, record: Record) -> Result:
        """Return the Article for `articles.normalised`.

        Raises:
            Rejected: the bytes are no raw article, or nothing is left of it once it is clean.
        """
        raw = read_raw(record.value)
        origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
        article = normalise(raw, origin=origin, ingested_at=record.timestamp)
        return Result("normalised", outputs=(article_output(article, self._to),))

    def reset(self) -> None:
        """Nothing is kept."""
