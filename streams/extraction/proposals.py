"""Which events a sentence speaks of: from its trigger words to candidates."""

from __future__ import annotations

from collections.abc import Sequence

from streams.contracts.coding import EventType, SubEventType
from streams.extraction.absorption import absorbed
from streams.extraction.candidates import VIOLENT, Candidate
from streams.extraction.cues import cue
from streams.extraction.guards import passes
from streams.extraction.modality import modal_cues, unreal
from streams.extraction.reading import Passage
from streams.extraction.triggers import Signal

_MEANS_REACH = 16
"""How far, in words and clause boundaries, a weapon may stand from the act that it types."""
_SAME_ACT_REACH = 14
"""How far a vague act may stand from a named one and still be it."""
_CARRIER_REACH = 12
"""How far the aircraft or the gas may stand from the strike."""
_CROWDS = frozenset([EventType.PROTESTS, EventType.RIOTS])
_FAR = 10_000
_DEFINITE = frozenset(["the", "this", "that", "these", "those", "such", "its", "their", "both"])


def propose(passage: Passage) -> list[Candidate]:
    """Return the events that a sentence asserts, at most one of each sub-event type."""
    if not passage.signals:
        return []
    cues = modal_cues(passage)
    real = [s for s in passage.signals if passes(passage, s) and unreal(passage, s, cues) is None]
    told = [s for s in real if s.trigger.signal != "means"]
    if not told:
        return []
    means = [s for s in passage.signals if s.trigger.signal == "means" and s.family in VIOLENT and passes(passage, s)]
    candidates = _named_acts(passage, real)
    candidates = _vague_acts(passage, real, means, candidates)
    candidates = _killings(passage, real, means, candidates)
    _settle_means(passage, means, candidates)
    for candidate in candidates:
        acts = [s for s in candidate.signals if s.trigger.signal != "means"] or candidate.signals
        opening = min(acts, key=lambda s: s.first)
        candidate.anaphoric = _points_back(passage, opening)
        candidate.fresh = not candidate.anaphoric and _brings_up(passage, opening)
    kept = absorbed(candidates)
    _share_out(passage, kept, [s for s in passage.signals if s.trigger.signal == "event" and s not in real])
    return kept


def _share_out(passage: Passage, candidates: Sequence[Candidate], unreal_acts: Sequence[Signal]) -> None:
    """Give each of several acts the clauses that speak of it, so that it takes its place and day from these alone."""
    owners: dict[int, Candidate | None] = {passage.clause_of(s.first): None for s in unreal_acts}
    owners.update({passage.clause_of(s.first): c for c in reversed(candidates) for s in c.signals})
    if len(owners) < 2 or len(set(map(id, owners.values()))) < 2:  # noqa: PLR2004
        return
    starts, ends = passage.words.starts, passage.words.ends
    for candidate in candidates:
        clauses = [clause for clause, owner in owners.items() if owner is candidate]
        if not clauses:
            continue
        others = [clause for clause in owners if clause not in clauses]
        low = max((c + 1 for c in others if c < min(clauses)), default=0)
        high = min((c for c in others if c > min(clauses)), default=len(passage.clauses))
        told = [at for at in range(passage.first, passage.last) if low <= passage.clause_of(at) < high]
        if told:
            candidate.region = (starts[told[0]], ends[told[-1]])


def _founded(passage: Passage, signal: Signal, kind: SubEventType, rule: str, *, weak: bool = False) -> Candidate:
    return Candidate(passage, kind, [signal], weak=weak, rules=[rule], weapon=signal.trigger.weapon)


def _points_back(passage: Passage, signal: Signal) -> bool:
    """Whether a noun for the act is definite ("the attack", "Monday's strikes") and so speaks of one told before."""
    if signal.trigger.voice not in {"noun", "mutual"}:
        participle = passage.words.keys[signal.first].endswith("ed")  # "the besieged town" points to no event
        return not participle and not _DEFINITE.isdisjoint(passage.keys(signal.first - 1, signal.first))
    # "The most intense air strikes" opens a sentence; within one, "in the south air strikes" is no noun phrase.
    reach = 3 if signal.first - 3 <= passage.first else 2
    before = passage.keys(signal.first - reach, signal.first)
    return not _DEFINITE.isdisjoint(before) or _owned_by_day(passage, signal)


def _owned_by_day(passage: Passage, signal: Signal) -> bool:
    """Whether a day owns the act: "Monday's strikes", in feeds without apostrophes "Mondays strikes"."""
    words = passage.words
    return any(
        words.keys[at] in cue("weekday") and words.text[words.starts[at] : words.ends[at]].endswith("s")
        for at in range(max(signal.first - 2, passage.first), signal.first)
    )


def _brings_up(passage: Passage, signal: Signal) -> bool:
    """Whether a noun for the act is indefinite and so speaks of an event of its own ("an attack", "another raid")."""
    return signal.trigger.voice == "noun" and not cue("indefinite").isdisjoint(
        passage.keys(signal.first - 3, signal.first)
    )


def _named_acts(passage: Passage, real: Sequence[Signal]) -> list[Candidate]:
    """Words that name the act and its type: "air strike", "captured the town"."""
    candidates: list[Candidate] = []
    for signal in real:
        if signal.trigger.signal != "event":
            continue
        same = next((c for c in candidates if c.sub_event_type == signal.sub_event_type), None)
        if same:
            same.signals.append(signal)
        else:
            candidates.append(_founded(passage, signal, signal.sub_event_type, "named-act"))
    return candidates


def _vague_acts(
    passage: Passage, real: Sequence[Signal], means: Sequence[Signal], candidates: list[Candidate]
) -> list[Candidate]:
    """Vague acts take the type of a weapon beside them: "warplanes struck", "attacked with rocket shells"."""
    for signal in real:
        if signal.trigger.signal not in {"assault", "blast"}:
            continue
        near = _nearest(passage, signal, [m for c in candidates for m in c.signals if c.violent])
        weapon = _nearest(passage, signal, means)
        to_act, to_weapon = _gap(passage, signal, near), _gap(passage, signal, weapon)
        if near is not None and to_act <= min(_SAME_ACT_REACH, to_weapon):
            next(c for c in candidates if near in c.signals).signals.append(signal)
            continue
        gas = next((m for m in means if m.sub_event_type is SubEventType.CHEMICAL_WEAPON), None)
        if gas is not None and near is None:
            _join(candidates, _armed_with(passage, signal, gas, "means-of-assault"))
        elif weapon is not None and to_weapon <= _MEANS_REACH:
            _join(candidates, _armed_with(passage, signal, weapon, "means-of-assault"))
        elif near is None or signal.trigger.signal == "blast":
            rule = "explosion" if signal.trigger.signal == "blast" else "vague-assault"
            _join(candidates, _founded(passage, signal, signal.sub_event_type, rule, weak=True))
    return candidates


def _killings(
    passage: Passage, real: Sequence[Signal], means: Sequence[Signal], candidates: list[Candidate]
) -> list[Candidate]:
    """People killed or hurt by a weapon, or by means that the sentence leaves open."""
    if any(
        c.violent or c.family in _CROWDS or c.sub_event_type is SubEventType.DISRUPTED_WEAPONS_USE for c in candidates
    ):
        return candidates
    tolls = [s for s in real if s.trigger.signal == "toll"]
    if not tolls:
        return candidates
    for signal in tolls:
        weapon = _nearest(passage, signal, means)
        if weapon is not None and passage.distance(weapon.first, signal.first) <= _MEANS_REACH:
            _join(candidates, _armed_with(passage, signal, weapon, "means-of-killing"))
            return candidates
    hurt = any(span.role in {"fatalities", "injured"} for span in passage.casualties)
    moved = any(s.trigger.voice == "move" for c in candidates for s in c.signals)
    if (hurt and not moved) or (not candidates and any(_is_killing(passage, s) for s in tolls)):
        candidates.append(_founded(passage, tolls[0], SubEventType.ATTACK, "killing-alone", weak=True))
    return candidates


def _is_killing(passage: Passage, signal: Signal) -> bool:
    return passage.words.keys[signal.first] in cue("killing-verb")


def _settle_means(passage: Passage, means: Sequence[Signal], candidates: list[Candidate]) -> None:
    """Missiles fired by aircraft are an air strike; gas, whatever carried it, is a chemical weapon."""
    for candidate in candidates:
        if candidate.family is not EventType.EXPLOSIONS:
            continue
        near = [m for m in means if passage.distance(m.first, candidate.signals[0].first) <= _CARRIER_REACH]
        if candidate.sub_event_type is SubEventType.SHELLING and any(m.trigger.weapon == "aircraft" for m in near):
            candidate.sub_event_type = SubEventType.AIR_STRIKE
            candidate.rules.append("fired-from-aircraft")
        if any(m.sub_event_type is SubEventType.CHEMICAL_WEAPON for m in near):
            candidate.sub_event_type = SubEventType.CHEMICAL_WEAPON
            candidate.weapon = "chemical weapon"
            candidate.rules.append("gas-beside-strike")
    for index in range(len(candidates) - 1, 0, -1):
        same = next((c for c in candidates[:index] if c.sub_event_type is candidates[index].sub_event_type), None)
        if same is not None:
            same.signals.extend(candidates.pop(index).signals)


def _armed_with(passage: Passage, signal: Signal, weapon: Signal, rule: str) -> Candidate:
    candidate = _founded(passage, signal, weapon.sub_event_type, rule)
    candidate.signals.append(weapon)
    candidate.weapon = weapon.trigger.weapon
    return candidate


def _join(candidates: list[Candidate], new: Candidate) -> None:
    """Add a candidate, or its triggers to the one of its type."""
    same = next((c for c in candidates if c.sub_event_type == new.sub_event_type), None)
    if same is None:
        candidates.append(new)
        return
    same.signals.extend(new.signals)
    same.weak = same.weak and new.weak
    same.weapon = same.weapon or new.weapon


def _nearest(passage: Passage, signal: Signal, others: Sequence[Signal]) -> Signal | None:
    others = [other for other in others if other is not signal]
    return min(others, key=lambda other: passage.distance(other.first, signal.first), default=None)


def _gap(passage: Passage, signal: Signal, other: Signal | None) -> int:
    return _FAR if other is None else passage.distance(other.first, signal.first)
