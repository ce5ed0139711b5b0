"""Windows over ingest time: what leaves them is told, so that its table entry can be deleted."""

from __future__ import annotations

import heapq
from collections import deque
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_millis(instant: datetime) -> int:
    """Return an instant as milliseconds since 1970, Kafka's unit; a naive one is taken as UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MILLISECOND


def span_millis(span: timedelta) -> int:
    """Return a span of time in milliseconds."""
    return span // _MILLISECOND


def from_millis(millis: int) -> datetime:
    """Return milliseconds since 1970 as an instant in UTC."""
    return _EPOCH + millis * _MILLISECOND


class ExpiryQueue:
    """Keys with the time they were last touched, oldest first.

    Touching a key again only adds to the heap; what became stale is dropped when it comes to the top.
    """

    def __init__(self, window: timedelta) -> None:
        self._window = span_millis(window)
        self._latest: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._latest)

    def push(self, key: str, at: int) -> None:
        """Touch `key` at `at`, in milliseconds; the latest push of a key counts, even with an earlier time."""
        if self._latest.get(key) == at:
            return
        self._latest[key] = at
        heapq.heappush(self._heap, (at, key))
        if len(self._heap) > 2 * len(self._latest) + 64:  # mostly stale: keep the memory in proportion
            self._heap = [(at, key) for key, at in self._latest.items()]
            heapq.heapify(self._heap)

    def discard(self, key: str) -> None:
        """Forget `key`, if it is held."""
        self._latest.pop(key, None)

    def due(self, now: int) -> list[str]:
        """Remove and return the keys last touched more than the window before `now`, oldest first, then by key."""
        gone = []
        while self._heap and self._heap[0][0] < now - self._window:
            at, key = heapq.heappop(self._heap)
            if self._latest.get(key) == at:
                del self._latest[key]
                gone.append(key)
        return gone


class ArrivalQueue:
    """Keys in the order of arrival, kept for a window of time and, whatever the time, for a number of arrivals.

    The number is the reach of a replay. After a crash the broker hands out again what came since the last commit;
    each of these must still be recognised, even where the clock of the stream jumped past the window meanwhile.
    """

    def __init__(self, window: timedelta, reach: int) -> None:
        """Keep each key for `window`, and the last `reach` keys (1 or more) in any case."""
        self._window = span_millis(window)
        self._reach = reach
        self._arrivals: deque[tuple[int, int, str]] = deque()

    def __len__(self) -> int:
        return len(self._arrivals)

    def push(self, key: str, number: int, at: int) -> None:
        """Take in the arrival `number` at `at` milliseconds. Neither may be below that of the arrival before."""
        self._arrivals.append((number, at, key))

    def due(self, number: int, now: int) -> list[tuple[int, str]]:
        """Remove and return the arrivals (number, key) that arrival `number` at time `now` pushes out, oldest first."""
        gone = []
        while self._arrivals:
            arrived, at, key = self._arrivals[0]
            if at >= now - self._window or arrived >= number - self._reach:
                break
            gone.append((arrived, key))
            self._arrivals.popleft()
        return gone
