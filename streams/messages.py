"""Messages as the stages see them: what comes in, what goes out, what is written to state. No Kafka in here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol

from streams.contracts import Reason

Headers = tuple[tuple[str, bytes | None], ...]
"""Record headers: names may repeat, values may be null."""

Outcome = Literal[
    "normalised", "extracted", "eventless", "unserved", "published", "update", "absorbed", "duplicate", "empty",
    "replay", "dead",
]  # fmt: skip
"""What may become of a message in a stage; a label of metrics, so the set is closed."""


@dataclass(frozen=True, slots=True)
class Record:
    """A message that was consumed."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp: datetime | None = None  # of the record: arrival, where the topic uses the broker's clock

    def __str__(self) -> str:
        return f"{self.topic} {self.partition}:{self.offset}"

    def header(self, name: str) -> bytes | None:
        """Return the last value of a header, or None."""
        return next((value for key, value in reversed(self.headers) if key == name), None)


@dataclass(frozen=True, slots=True)
class Output:
    """A message to send."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Write:
    """One change of a stage's state; `value` None deletes the entry. Writes take effect in order."""

    key: str
    value: bytes | None


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """What metrics need to know of an event that went out."""

    region: str
    event_type: str
    revision: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one message leads to: outputs to be acknowledged first, then writes, then the offset."""

    outcome: Outcome
    outputs: tuple[Output, ...] = ()
    writes: tuple[Write, ...] = ()
    events: tuple[PublishedEvent, ...] = ()
    duplicate: str | None = None  # kind of the verdict, if the article was found to repeat another
    dead: Reason | None = None
    detail: str = ""  # why it is dead, for people; never text of the article

    def with_headers(self, headers: Headers, besides: Collection[str] = ()) -> Result:
        """Return the same result with headers added to every output but those to the topics `besides`."""
        outputs = (
            output if output.topic in besides else replace(output, headers=(*output.headers, *headers))
            for output in self.outputs
        )
        return replace(self, outputs=tuple(outputs))


class StateError(Exception):
    """A table holds what this version cannot read: the worker must stop rather than start afresh."""


class StateView(Protocol):
    """A stage's table as it stands after the last completed batch: read only."""

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Return all entries, in any order."""


class Stage(Protocol):
    """One step of an article's way: pure but for state of its own that can be rebuilt from the table.

    `process` may change that state at once, ahead of the table: delivery guarantees that either the batch is
    completed, or `reset` is called before the next message.
    """

    name: str

    def process(self, record: Record) -> Result:
        """Work on one message.

        Raises:
            Rejected: the message can never be processed.
        """

    def reset(self) -> None:
        """Forget what is in memory; rebuild from the table when next needed."""


@dataclass(slots=True)
class MemoryState:
    """A table in memory, for `streams batch` and for tests."""

    entries: dict[str, bytes] = field(default_factory=dict)

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Return all entries."""
        return iter(list(self.entries.items()))

    def apply(self, write: Write) -> None:
        """Make a change."""
        if write.value is None:
            self.entries.pop(write.key, None)
        else:
            self.entries[write.key] = write.value
