"""Which of a sentence's figures belong to which of its events."""

from __future__ import annotations

from collections.abc import Sequence

from streams.contracts.coding import EventType, SubEventType
from streams.extraction.candidates import Candidate
from streams.extraction.quantities import CasualtySpan, tally
from streams.extraction.reading import Passage

_KINDS = {
    "fatalities": frozenset([EventType.BATTLES, EventType.EXPLOSIONS, EventType.VIOLENCE_AGAINST_CIVILIANS]),
    "injured": frozenset([EventType.BATTLES, EventType.EXPLOSIONS, EventType.VIOLENCE_AGAINST_CIVILIANS]),
}


def assign_casualties(passage: Passage, candidates: Sequence[Candidate]) -> None:
    """Give each figure to the event whose trigger stands nearest; the dead go to violence where there is any."""
    if not candidates:
        return
    for span in passage.casualties:
        owner = _owner(passage, span, candidates)
        if owner is not None:
            owner.spans.append(span)
    for candidate in candidates:
        candidate.casualties = tally(candidate.spans)


def _owner(passage: Passage, span: CasualtySpan, candidates: Sequence[Candidate]) -> Candidate | None:
    fitting = [c for c in candidates if _fits(span, c)]
    at = passage.index_in(span.trigger)
    return min(
        fitting,
        key=lambda c: min(passage.distance(signal.first, at) for signal in c.signals),
        default=None,
    )


def _fits(span: CasualtySpan, candidate: Candidate) -> bool:
    if span.role in _KINDS:
        if candidate.sub_event_type is SubEventType.DISRUPTED_WEAPONS_USE:
            return True  # the crew of an aircraft shot down
        return candidate.family in _KINDS[span.role] or candidate.family in {EventType.PROTESTS, EventType.RIOTS}
    if span.role == "displaced":
        return candidate.family is EventType.STRATEGIC
    return True
