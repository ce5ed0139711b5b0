"""publish: the mentions of a region in, new events and revisions out. State: that region's articles and live events."""

from __future__ import annotations

from collections.abc import Mapping

from streams.agents.outputs import duplicate_output, event_output
from streams.agents.state import Parts, write
from streams.contracts import Mentions, Reason, Rejected
from streams.fusion import Region
from streams.messages import PublishedEvent, Record, Result
from streams.reading import read


class Publish:
    """Recognise near-duplicate articles, fuse the mentions of one event, publish what a consumer would care about."""

    name = "publish"

    def __init__(self, live: Parts[Region], to: Mapping[str, str], duplicates: str) -> None:
        self._live, self._to, self._duplicates = live, to, duplicates

    def process(self, record: Record) -> Result:
        """Return the revisions that one article's mentions lead to; a replay gives nothing.

        Raises:
            Rejected: the bytes are no Mentions, or their region is not configured.
        """
        message = read(Mentions, record.value)
        topic = self._to.get(message.region)
        if topic is None:
            raise Rejected(Reason.WRONG_SHAPE, f"region {message.region!r} is not configured")
        step = self._live.part(message.region).step(message)
        outputs = [event_output(event, message.region, topic) for event in step.events]
        if step.verdict:
            outputs.append(duplicate_output(step.verdict, self._duplicates, message.ingested_at))
        return Result(
            step.outcome,
            outputs=tuple(outputs),
            writes=tuple(write(key, entry) for key, entry in step.writes),
            events=tuple(PublishedEvent(message.region, e.event_type.value, e.revision) for e in step.events),
            duplicate=step.verdict.kind if step.verdict else None,
        )

    def reset(self) -> None:
        """Forget the regions in memory; they are rebuilt from the table."""
        self._live.reset()
