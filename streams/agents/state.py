"""State in memory, rebuilt from a table: what the two stateful stages keep between messages.

A stage's state falls into parts that know nothing of each other (a partition, a region), told by the first segment
of the table's keys: "3/9f86...", "sy-hl/e/...". Each part is rebuilt when first needed after a start or a rebalance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import orjson

from streams.messages import StateError, StateView, Write

T = TypeVar("T")

Entries = Iterable[tuple[str, Any]]
"""Table entries: key and decoded JSON value."""


class Parts(Generic[T]):
    """The parts of a stage's state, by the first segment of their keys.

    A part may run ahead of the table within a batch: its changes reach the table only once the batch's outputs are
    acknowledged. If that fails the worker stops; if the batch is cut short, `reset` drops the lead.

    Args:
        state: the table.
        load: makes a part from its name and its entries (any order).
    """

    def __init__(self, state: StateView, load: Callable[[str, Entries], T]) -> None:
        self._state, self._load = state, load
        self.reset()

    def reset(self) -> None:
        """Forget all parts; the table is read again when next needed."""
        self._parts: dict[str, T] = {}
        self._unread: dict[str, list[tuple[str, bytes]]] | None = None

    def part(self, name: str) -> T:
        """Return a part as of the last message that was processed.

        Raises:
            StateError: its entries are not of the form that this version writes.
        """
        if name not in self._parts:
            entries = ((key, orjson.loads(value)) for key, value in self._entries().pop(name, ()))
            try:
                self._parts[name] = self._load(name, entries)
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise StateError(f"state of {name!r} can't be read by this version ({type(error).__name__})") from error
        return self._parts[name]

    def _entries(self) -> dict[str, list[tuple[str, bytes]]]:
        if self._unread is None:
            self._unread = defaultdict(list)
            for key, value in self._state.items():
                self._unread[key.split("/", 1)[0]].append((key, value))
        return self._unread


def write(key: str, entry: object | None) -> Write:
    """Return the table write for a JSON-able entry; None deletes it."""
    return Write(key, None if entry is None else orjson.dumps(entry))
