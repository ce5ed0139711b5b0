"""Dead letters: a message that cannot be processed keeps its key, bytes and headers, and says why in `dlq.*` headers.

Nothing is dropped in silence, and nothing is diverted without end: a limit stops the worker when a whole stream
turns bad, since then the fault is ours (a broken release, a changed contract) and it is better to stop and mend it
than to divert everything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from streams import __version__
from streams.contracts import Reason
from streams.messages import Headers, Output, Record
from streams.settings import Settings

PREFIX = "dlq."
OWN_PREFIXES = (PREFIX, "streams-")
REASON, STAGE, EXCEPTION = "dlq.reason", "dlq.stage", "dlq.exception"
ORIGIN_TOPIC, ORIGIN_PARTITION, ORIGIN_OFFSET = "dlq.origin.topic", "dlq.origin.partition", "dlq.origin.offset"
ATTEMPTS, VERSION = "dlq.attempts", "dlq.version"

_MAX_EXCEPTION_CHARS = 500


def attempts_of(headers: Headers) -> int:
    """Return how often the message has been dead-lettered before (0 for one that comes for the first time)."""
    for name, value in reversed(headers):
        if name == ATTEMPTS:
            try:
                return max(0, int(value or b"0"))
            except (ValueError, TypeError):
                return 0
    return 0


def make_dead_letter(record: Record, *, topic: str, stage: str, reason: Reason, exception: str) -> Output:
    """Return the dead letter of a message: original key, value and headers, with `dlq.*` headers renewed.

    Args:
        record: the message as it came.
        topic: where dead letters go.
        stage: which stage gave up.
        reason: why, from the closed set.
        exception: for people; cut to 500 characters, never article text.
    """
    kept = tuple((name, value) for name, value in record.headers if not name.startswith(PREFIX))
    added: dict[str, str] = {
        REASON: reason.value,
        STAGE: stage,
        ORIGIN_TOPIC: record.topic,
        ORIGIN_PARTITION: str(record.partition),
        ORIGIN_OFFSET: str(record.offset),
        EXCEPTION: exception[:_MAX_EXCEPTION_CHARS],
        ATTEMPTS: str(attempts_of(record.headers) + 1),
        VERSION: __version__,
    }
    headers = (*kept, *((name, value.encode("utf-8", "replace")) for name, value in added.items()))
    return Output(topic=topic, key=record.key, value=record.value, headers=headers)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter as it is listed, shown and replayed."""

    record: Record
    info: Mapping[str, str]

    @classmethod
    def read(cls, record: Record) -> DeadLetter:
        """Split the `dlq.*` headers from the original ones."""
        info = {n: (v or b"").decode("utf-8", "replace") for n, v in record.headers if n.startswith(PREFIX)}
        return cls(record, info)

    def replay(self) -> Output | None:
        """Return the original message for its original topic, or None if the headers don't say which.

        Of our own headers only `dlq.attempts` stays, so that a second failure is seen to be one.
        """
        topic = self.info.get(ORIGIN_TOPIC)
        if not topic:
            return None
        kept = tuple((n, v) for n, v in self.record.headers if n == ATTEMPTS or not n.startswith(OWN_PREFIXES))
        return Output(topic=topic, key=self.record.key, value=self.record.value, headers=kept)


class DeadLetterLimitError(Exception):
    """Too many dead letters: the worker stops, with this message, rather than divert the stream."""


class DeadLetterLimit:
    """Watches one stage. Not thread safe; memory bounded by `window`.

    Args:
        consecutive: dead letters in a row that are one too many.
        ratio: share of dead letters (above 0, below 1) among the last `window` that is one too many; judged once
            `window` messages have been seen.
        window: number of messages over which the ratio is taken.
    """

    def __init__(self, consecutive: int, ratio: float, window: int) -> None:
        self._consecutive = consecutive
        self._ratio = ratio
        self._recent: deque[bool] = deque(maxlen=window)
        self._window = window
        self._dead = 0
        self._in_a_row = 0

    @classmethod
    def of(cls, settings: Settings) -> DeadLetterLimit:
        """Return the limit that the settings ask for."""
        return cls(settings.dead_letter_max_consecutive, settings.dead_letter_max_ratio, settings.dead_letter_window)

    def record(self, *, dead: bool, stage: str) -> None:
        """Take note of one message.

        Raises:
            DeadLetterLimitError: the limit is reached.
        """
        if len(self._recent) == self._window:
            self._dead -= self._recent[0]
        self._recent.append(dead)
        self._dead += dead
        self._in_a_row = self._in_a_row + 1 if dead else 0
        if self._in_a_row >= self._consecutive:
            raise DeadLetterLimitError(f"stage {stage}: {self._in_a_row} dead letters in a row")
        if len(self._recent) == self._window and self._dead > self._ratio * self._window:
            raise DeadLetterLimitError(f"stage {stage}: {self._dead} dead letters in the last {self._window} messages")
