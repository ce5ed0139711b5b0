"""Tables: state in memory with a changelog topic under it, read back by Faust on recovery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streams.messages import Write


class ChangelogTable:
    """A Faust table whose writes we send ourselves: in order, as raw bytes, with every acknowledgement awaited.

    Faust's own `table[key] = value` leaves the changelog record in a buffer, and the source offset may be committed
    before it is out. Recovery, standby and assignment stay Faust's.
    """

    def __init__(self, table: Any) -> None:
        self._table = table
        self.name = str(table.name)
        self.topic = str(table.changelog_topic.get_topic_name())

    def __len__(self) -> int:
        return len(self._table.data.data)

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Return all entries. Not to be called while Faust recovers the table; agents do not run then."""
        return ((key.decode(), value) for key, value in list(self._table.data.data.items()))

    def apply(self, partition: int, write: Write) -> None:
        """Take a write whose changelog record has been acknowledged."""
        store, key = self._table.data, write.key.encode()
        if write.value is None:
            store.data.pop(key, None)
            store._key_partition.pop(key, None)  # noqa: SLF001
        else:
            store.data[key] = write.value
            store._key_partition[key] = partition  # noqa: SLF001  (Faust drops a revoked partition's keys by it)
