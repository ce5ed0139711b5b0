"""What an operator may turn: windows, the threshold of a match, and how much of an event is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionSettings:
    """Settings of one region. A change applies to what comes after it; events published stay as they are."""

    near_window: timedelta = timedelta(hours=72)
    """How long an article is looked for when a near-duplicate comes, in ingest time."""
    event_window: timedelta = timedelta(days=7)
    """How long an event stays open to further reports after the last one, in ingest time."""
    threshold: float = 7.0
    """Least score at which a mention joins a live event; match.py says what scores how much."""
    max_evidence: int = 20
    """Newest pieces of evidence that an event carries, one an article."""
    max_reports: int = 50
    """Newest reports whose figures count; of older ones only the number and the outlets are remembered."""
    replay_reach: int = 5_000
    """Messages that a crash may have the broker hand out again in one region: their entries outlive the window."""
