"""When a candidate happened, and its final type once its parties are known."""

from __future__ import annotations

from streams.contracts.coding import ActorKind, EventType, SubEventType
from streams.extraction.actors import CIVILIANS, ActorMention
from streams.extraction.candidates import TAKINGS, Candidate
from streams.extraction.cues import cue
from streams.extraction.event_dates import DateSpan, event_day

_FORCE = frozenset([EventType.VIOLENCE_AGAINST_CIVILIANS, EventType.PROTESTS, EventType.BATTLES])


def date_of(candidate: Candidate) -> DateSpan | None:
    """Return when a candidate happened by its own sentence, or None."""
    passage = candidate.passage
    offset = passage.sentence.start
    spans = passage.dates
    if candidate.region is not None:
        low, high = candidate.region
        spans = [span for span in spans if low <= offset + span.start < high] or spans
    return event_day(spans, passage.reading.published, candidate.anchor - offset)


def settle_type(candidate: Candidate) -> None:
    """Settle what the parties decide: who took territory, whether an attack was a fight, who detained whom."""
    agent, patient = candidate.actor1, candidate.actor2
    if patient is not None and patient.side == "protesters" and candidate.family in _FORCE:
        if candidate.sub_event_type is SubEventType.PEACEFUL_PROTEST:
            return
        deadly = candidate.casualties.fatalities is not None or candidate.weapon == "firearms"
        kind = SubEventType.EXCESSIVE_FORCE if deadly else SubEventType.PROTEST_INTERVENTION
        candidate.sub_event_type, candidate.weak = kind, False
        candidate.rules.append("force-against-protesters")
        return
    if agent is not None and agent.side == "rioters" and candidate.violent:
        candidate.sub_event_type, candidate.weak = SubEventType.MOB_VIOLENCE, False
        candidate.rules.append("mob")
        return
    if candidate.sub_event_type in TAKINGS and agent is not None:
        state = agent.side in cue("state-side") or agent.actor.kind is ActorKind.STATE_FORCES
        candidate.sub_event_type = SubEventType.GOVERNMENT_REGAINS if state else SubEventType.NON_STATE_OVERTAKES
        candidate.rules.append("territory-by-side")
    elif candidate.weak and candidate.sub_event_type is SubEventType.ATTACK:
        if agent is not None and agent.side in cue("air-power-side") and "vague-assault" in candidate.rules:
            candidate.sub_event_type, candidate.weak = SubEventType.AIR_STRIKE, False
            candidate.rules.append("strike-by-air-power")
        elif patient is not None and patient.armed and patient.side != CIVILIANS:
            candidate.sub_event_type = SubEventType.ARMED_CLASH
            candidate.rules.append("fighters-attacked")
    elif candidate.sub_event_type is SubEventType.ABDUCTION and _is_state(agent):
        candidate.sub_event_type = SubEventType.ARRESTS
        candidate.rules.append("detained-by-state")


def _is_state(agent: ActorMention | None) -> bool:
    return agent is not None and agent.actor.kind is ActorKind.STATE_FORCES
