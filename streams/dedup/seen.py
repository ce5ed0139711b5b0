"""Exact copies: which fingerprints came lately, and in which message.

The agent asks `recall` of each article, sends the outputs of those not recalled, awaits the acks, and only then
writes what `remember` returns. An entry in the table thus proves that its outputs are out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from streams.dedup.windows import ArrivalQueue, span_millis, to_millis

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from streams.contracts import Article, Origin

REPLAY_REACH = 20_000
"""Entries kept whatever their age: more than one partition passes between two commits."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The first article that had a fingerprint."""

    article_id: str
    origin: tuple[str, int, int] | None
    """Topic, partition and offset of its raw message; None outside Kafka."""
    at: int
    """When it came, in milliseconds on the clock of the stream."""
    number: int
    """How many came before it."""

    def is_message(self, article: Article) -> bool:
        """Tell whether `article` comes from the very same raw message: a replay, and no second copy."""
        return self.origin is not None and self.origin == _coordinates(article.origin)


class SeenWindow:
    """Fingerprints seen within a window of ingest time. One for each partition; not thread safe."""

    def __init__(self, window: timedelta, reach: int = REPLAY_REACH) -> None:
        """Recall copies for `window`, and replays for the last `reach` articles in any case."""
        self._window_ms = span_millis(window)
        self._queue = ArrivalQueue(window, reach)
        self._seen: dict[str, Seen] = {}
        self._clock = 0
        self._number = 0

    @classmethod
    def load(cls, window: timedelta, entries: Iterable[tuple[str, dict[str, Any]]], reach: int = REPLAY_REACH) -> Self:
        """Rebuild the window from the table's entries, in any order."""
        made = cls(window, reach)
        read = sorted(((key, _decode(entry)) for key, entry in entries), key=lambda item: item[1].number)
        for key, seen in read:
            made._hold(key, seen)
        return made

    def __len__(self) -> int:
        return len(self._seen)

    def recall(self, article: Article) -> Seen | None:
        """Return the earlier article with this fingerprint, if it is within the window or the very same message.

        Judged by the article's own time and not by the clock of the stream: a copy that is replayed after the clock
        has moved on is still a copy.
        """
        seen = self._seen.get(article.fingerprint)
        if seen is None or seen.is_message(article):
            return seen
        at = to_millis(article.ingested_at) if article.ingested_at else self._clock
        return seen if at - seen.at <= self._window_ms else None

    def remember(self, article: Article) -> tuple[tuple[str, dict[str, Any] | None], ...]:
        """Take in an article that `recall` did not know.

        Returns:
            Table writes in order: deletes (None) of what left the window, then the article's entry.
        """
        now = self._now(article)
        number = self._number + 1
        gone = [key for due, key in self._queue.due(number, now) if self._forget(key, due)]
        seen = Seen(article.article_id, _coordinates(article.origin), now, number)
        self._hold(article.fingerprint, seen)
        return (*((key, None) for key in gone if key != article.fingerprint), (article.fingerprint, _encode(seen)))

    def _now(self, article: Article) -> int:
        return max(self._clock, to_millis(article.ingested_at) if article.ingested_at else 0)

    def _hold(self, key: str, seen: Seen) -> None:
        self._seen[key] = seen
        self._queue.push(key, seen.number, seen.at)
        self._clock = max(self._clock, seen.at)
        self._number = max(self._number, seen.number)

    def _forget(self, key: str, number: int) -> bool:
        # A fingerprint that came again after the window has a later entry, and that one stays.
        if self._seen[key].number != number:
            return False
        del self._seen[key]
        return True


def _coordinates(origin: Origin | None) -> tuple[str, int, int] | None:
    return (origin.topic, origin.partition, origin.offset) if origin else None


def _encode(seen: Seen) -> dict[str, Any]:
    origin = list(seen.origin) if seen.origin else None
    return {"article_id": seen.article_id, "origin": origin, "at": seen.at, "number": seen.number}


def _decode(entry: dict[str, Any]) -> Seen:
    origin = entry["origin"]
    coordinates = (str(origin[0]), int(origin[1]), int(origin[2])) if origin else None
    return Seen(entry["article_id"], coordinates, entry["at"], entry["number"])
