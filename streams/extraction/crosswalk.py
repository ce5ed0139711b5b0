"""From a sub-event type to PLOVER and CAMEO codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from streams.contracts.coding import SubEventType
from streams.extraction.lexicons import read_lexicon


@dataclass(frozen=True, slots=True)
class Codes:
    """What other event ontologies call a sub-event type; None where they have nothing near."""

    plover: str | None
    plover_mode: str | None
    cameo: str | None


@lru_cache(maxsize=1)
def _table() -> dict[SubEventType, Codes]:
    return {
        SubEventType(row["sub_event_type"]): Codes(row["plover"] or None, row["mode"] or None, row["cameo"] or None)
        for row in read_lexicon("crosswalk.tsv").rows
    }


def codes(sub_event_type: SubEventType) -> Codes:
    """Return the codes of a sub-event type."""
    return _table()[sub_event_type]
