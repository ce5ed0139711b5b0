"""Which of a sentence's candidates is part of another: the more telling type takes the vaguer ones in."""

from __future__ import annotations

from streams.contracts.coding import EventType, SubEventType
from streams.extraction.candidates import VIOLENT, Candidate
from streams.extraction.cues import cue
from streams.extraction.triggers import Signal

_TWIN_REACH = 5
"""Air strikes and shelling named side by side are one bombardment."""
_TWINS = (SubEventType.AIR_STRIKE, SubEventType.SHELLING)

# In one sentence the more telling type takes the others in (ACLED codebook: the means decides).
_ABSORBS: dict[SubEventType, frozenset[SubEventType]] = {
    SubEventType.CHEMICAL_WEAPON: frozenset(
        [
            SubEventType.AIR_STRIKE,
            SubEventType.SHELLING,
            SubEventType.ATTACK,
            SubEventType.REMOTE_EXPLOSIVE,
            SubEventType.LOOTING,
        ]
    ),
    SubEventType.SUICIDE_BOMB: frozenset([SubEventType.REMOTE_EXPLOSIVE, SubEventType.ATTACK, SubEventType.LOOTING]),
    SubEventType.AIR_STRIKE: frozenset([SubEventType.ATTACK, SubEventType.LOOTING]),
    SubEventType.SHELLING: frozenset([SubEventType.ATTACK, SubEventType.GRENADE, SubEventType.LOOTING]),
    SubEventType.REMOTE_EXPLOSIVE: frozenset([SubEventType.ATTACK, SubEventType.LOOTING]),
    SubEventType.ARMED_CLASH: frozenset([SubEventType.LOOTING]),
    SubEventType.NON_STATE_OVERTAKES: frozenset([SubEventType.ARMED_CLASH, SubEventType.NON_VIOLENT_TRANSFER]),
    SubEventType.GOVERNMENT_REGAINS: frozenset(
        [SubEventType.ARMED_CLASH, SubEventType.NON_STATE_OVERTAKES, SubEventType.NON_VIOLENT_TRANSFER]
    ),
    SubEventType.AGREEMENT: frozenset(
        [SubEventType.OTHER, SubEventType.CHANGE_TO_GROUP, SubEventType.NON_VIOLENT_TRANSFER]
    ),
    SubEventType.NON_VIOLENT_TRANSFER: frozenset([SubEventType.CHANGE_TO_GROUP, SubEventType.OTHER]),
    SubEventType.OTHER: frozenset([SubEventType.CHANGE_TO_GROUP]),
    SubEventType.PROTEST_INTERVENTION: frozenset([SubEventType.PEACEFUL_PROTEST]),
    SubEventType.VIOLENT_DEMONSTRATION: frozenset([SubEventType.PEACEFUL_PROTEST, SubEventType.LOOTING]),
}


def absorbed(candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates of a sentence that stand by themselves; the others' triggers go to their hosts."""
    kept: list[Candidate] = []
    violence = any(c.violent and not c.weak for c in candidates)
    for candidate in candidates:
        if violence and _is_backdrop(candidate):
            continue
        host = next((c for c in candidates if c is not candidate and _takes_in(c, candidate)), None)
        if host is None:
            kept.append(candidate)
        else:
            host.signals.extend(candidate.signals)
            host.mixed = host.mixed or {host.sub_event_type, candidate.sub_event_type} == set(_TWINS)
            host.rules.append("absorbs-" + candidate.sub_event_type.name.lower().replace("_", "-"))
    return kept


def _is_backdrop(candidate: Candidate) -> bool:
    """Whether people on the move only set the scene of violence: "a blast hit buses carrying people evacuated from"."""
    moving = candidate.signals[0].trigger.voice == "move"
    return moving and not any(span.role == "displaced" for span in candidate.passage.casualties)


def _is_vaguer(other: Candidate, host: Candidate) -> bool:
    """Whether a default type may give way: a raid is no part of a gun battle, an attack of unknown means may be."""
    if other.family not in VIOLENT or not host.violent:
        return False
    if host.weak and other.signals[0].first < host.signals[0].first:
        return False
    return other.family is not EventType.EXPLOSIONS or host.family is EventType.EXPLOSIONS


def _destroys(signal: Signal, candidate: Candidate) -> bool:
    """Whether arms were destroyed, by what the sentence names as the means, and not seized or defused."""
    return not cue("destroy").isdisjoint(candidate.passage.keys(signal.first, signal.last))


def _takes_in(host: Candidate, other: Candidate) -> bool:
    if other.sub_event_type in _ABSORBS.get(host.sub_event_type, frozenset()):
        return True
    if other.weak and _is_vaguer(other, host):
        return True
    if other.sub_event_type is SubEventType.DISRUPTED_WEAPONS_USE and host.family is EventType.EXPLOSIONS:
        return all(_destroys(signal, other) for signal in other.signals)
    if {host.sub_event_type, other.sub_event_type} == set(_TWINS):
        gaps = [min(abs(a.first - b.last), abs(b.first - a.last)) for a in host.signals for b in other.signals]
        return min(gaps) <= _TWIN_REACH and host.signals[0].first < other.signals[0].first
    return False
