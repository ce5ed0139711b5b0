"""Who did it, and to whom: the parties of an event, from the order of the words around its triggers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from streams.contracts.coding import EventType
from streams.extraction.actors import MILITANTS, ActorMention
from streams.extraction.candidates import TAKINGS, Candidate
from streams.extraction.cues import cue
from streams.extraction.parties import acting_parties
from streams.extraction.reading import Passage
from streams.extraction.triggers import Signal

Parties = tuple[ActorMention | None, ActorMention | None]

_BY_REACH = 8
_OBJECT_REACH = 12
_COORDINATED = 14  # words between a pronoun and the second verb that it rules
_PRONOUN_REACH = 5  # words between a party and the pronoun for it
_KILLINGS_READ = 4  # a sentence that tells of more is no sentence
_MEMBER_REACH = 4  # "14 fighters from the group Jaish al-Islam"


def assign_roles(candidate: Candidate) -> None:
    """Fill actor1 and actor2 of a candidate from its own sentence; each stays None where the words do not tell."""
    passage = candidate.passage
    actors = acting_parties(passage)
    victim = _victim(candidate, actors)
    agent, patient = _acting(candidate, actors, victim)
    agent = agent or _carrying_out(candidate, actors) or _blamed(passage, actors)
    if agent is None and candidate.violent:
        agent = _arms(candidate.signals, actors, victim) or _killer(passage, actors, victim)
    if agent is None and candidate.family is EventType.BATTLES and victim is not None and patient is not victim:
        agent = patient  # "18 jihadists were killed in clashes with Kurdish fighters"
    if agent is None and candidate.sub_event_type in TAKINGS:
        agent = _claimant(passage, patient)
    if victim is not None and victim is not agent and not _names_better(patient, victim, agent):
        patient = victim
    if agent is not None and patient is not None and agent.actor.name == patient.actor.name:
        patient = None
    candidate.actor1, candidate.actor2 = agent, patient


def _claimant(passage: Passage, patient: ActorMention | None) -> ActorMention | None:
    """Return the armed party that tells of a taking without an agent: "the army said villages had been retaken"."""
    return next((a for a in passage.actors if a.word == "name" and a.side and a is not patient), None)


def _acting(candidate: Candidate, actors: Sequence[ActorMention], victim: ActorMention | None) -> Parties:
    """Return who acts on whom by the first triggers that tell."""
    agent: ActorMention | None = None
    patient: ActorMention | None = None
    for signal in candidate.signals:
        one, other = _parties(candidate.passage, signal, actors)
        if agent is None and one is not None and one is not victim and (one.armed or not candidate.violent):
            agent = one
        if patient is None and other is not None and other is not agent:
            patient = other
    return agent, patient


def _names_better(patient: ActorMention | None, victim: ActorMention, agent: ActorMention | None) -> bool:
    """Whether the target says whose the dead are: "pounded bases of the Nusra Front, leaving militants dead"."""
    if patient is None or patient is agent:
        return False
    return victim.side in {"", MILITANTS} and patient.word == "name" and patient.side not in {"", MILITANTS}


def _carrying_out(candidate: Candidate, actors: Sequence[ActorMention]) -> ActorMention | None:
    """Return the subject of "carried out air strikes", "launched a rocket attack"."""
    passage, signal = candidate.passage, candidate.signals[0]
    if signal.trigger.voice != "noun" or cue("light-verb").isdisjoint(passage.keys(signal.first - 6, signal.first)):
        return None
    light = (at for at in range(max(signal.first - 6, passage.first), signal.first) if _is_light(passage, at))
    subject = _pronoun_subject(passage, next(light, signal.first)) or _before(passage, signal.first, actors)
    return subject if subject is not None and subject.armed else None


def _is_light(passage: Passage, word: int) -> bool:
    return passage.words.keys[word] in cue("light-verb")


def _victim(candidate: Candidate, actors: Sequence[ActorMention]) -> ActorMention | None:
    """Return the party that the dead or hurt of this event belong to: the counted noun of its first figure."""
    passage = candidate.passage
    for span in sorted(candidate.spans, key=lambda s: (s.role != "fatalities", s.figure.subset, s.start)):
        if span.role not in {"fatalities", "injured", "captured"}:
            continue
        first = passage.index_in(span.figure.start)
        last = passage.words.index_at(passage.sentence.start + span.figure.end)
        near = [
            a
            for a in actors
            if a.first < last + 2
            and a.last > first
            and passage.clause_of(a.first) == passage.clause_of(first)
            and not any(_owns(passage, a, s) for s in candidate.signals if s.trigger.voice == "noun")
        ]
        if not near and not cue("link").isdisjoint(passage.keys(last, last + 1)):
            near = [a for a in actors if last < a.first < last + _MEMBER_REACH and a.word == "name"]
        if near:
            return near[0]
    return None


def _parties(passage: Passage, signal: Signal, actors: Sequence[ActorMention]) -> Parties:
    voice = signal.trigger.voice
    if voice == "noun" and "between" in passage.keys(signal.last, signal.last + 2):
        voice = "mutual"
    if voice == "fall":
        return _after(signal.last, actors, _BY_REACH), None
    if voice == "loss":
        return None, _before(passage, signal.first, actors)
    read = _VOICES.get(voice)
    return read(passage, signal, actors) if read is not None else (None, None)


def _mutual(passage: Passage, signal: Signal, actors: Sequence[ActorMention]) -> Parties:
    after = [a for a in actors if signal.last <= a.first <= signal.last + 16]
    follow = passage.keys(signal.last, signal.last + 4)
    if "between" in follow and len(after) > 1:
        return after[0], after[1]
    before = _before(passage, signal.first, actors)
    return before or (after[1] if len(after) > 1 else None), after[0] if after else None


def _nominal(passage: Passage, signal: Signal, actors: Sequence[ActorMention]) -> Parties:
    owner = next((a for a in reversed(actors) if a.armed and _owns(passage, a, signal)), None)
    by = _introduced(passage, signal.last, actors, cue("by"), _BY_REACH * 2)
    agent = owner or by
    target = _introduced(passage, signal.last, actors, cue("on"), _OBJECT_REACH)
    return agent, target if target is not agent else None


def _owns(passage: Passage, actor: ActorMention, signal: Signal) -> bool:
    """Whether a party stands right before the noun for its act: "ISIL's suicide attack", "regime and Russian raids"."""
    if not signal.first - 3 <= actor.last <= signal.first + 1:
        return False
    return cue("not-owner").isdisjoint(passage.keys(actor.last, signal.first))


def _verbal(passage: Passage, signal: Signal, actors: Sequence[ActorMention]) -> Parties:
    before = _pronoun_subject(passage, signal.first) or _before(passage, signal.first, actors)
    after = _after(signal.last, actors, _OBJECT_REACH)
    by = _introduced(passage, signal.last, actors, cue("by"), _BY_REACH)
    passive = not cue("be").isdisjoint(passage.keys(signal.first - 3, signal.first))
    if passive or (by is not None and passage.keys(signal.last, signal.last + 1) == ["by"]):
        return by, before
    return before, after


_VOICES: dict[str, Callable[[Passage, Signal, Sequence[ActorMention]], Parties]] = {
    "mutual": _mutual,
    "noun": _nominal,
    "none": _nominal,
    "verb": _verbal,
    "move": _verbal,
    "agree": _verbal,
    "leave": _verbal,
    "protest": _verbal,
}
"""How to read the parties around a trigger, by its voice (see the header of triggers.tsv)."""


def _before(passage: Passage, at: int, actors: Sequence[ActorMention]) -> ActorMention | None:
    """Return the subject before a word: the first party of its clause, or of the nearest clause that has one.

    A party behind a preposition is none; one whose camp is told goes before a bare "troops".
    """
    ahead = [a for a in actors if a.last <= at and not _in_phrase(passage, a)]
    if not ahead:
        return None
    clause = passage.clause_of(ahead[-1].first)
    same = [a for a in ahead if passage.clause_of(a.first) == clause]
    return next((a for a in same if a.armed and a.side), same[-1])


def _pronoun_subject(passage: Passage, verb: int) -> ActorMention | None:
    """Return whom "they" means in "the rebels said they had shot down a jet and captured its pilot".

    It is the party named last before the pronoun, one that only speaks included.
    """
    at = verb - 1
    if passage.keys(at, verb) == ["and"]:
        start = max(passage.first, at - _COORDINATED)
        at = next((i for i in range(at, start, -1) if passage.words.keys[i] in cue("pronoun")), at)
    while at > passage.first and passage.words.keys[at] in cue("auxiliary"):
        at -= 1
    if at <= passage.first or passage.words.keys[at] not in cue("pronoun"):
        return None
    ahead = [a for a in passage.actors if a.last <= at and a.word in {"name", "state"} and a.side]
    return ahead[-1] if ahead and at - ahead[-1].last <= _PRONOUN_REACH else None


def _in_phrase(passage: Passage, actor: ActorMention) -> bool:
    return not cue("preposition").isdisjoint(passage.keys(actor.first - 2, actor.first))


def _after(at: int, actors: Sequence[ActorMention], reach: int) -> ActorMention | None:
    return next((a for a in actors if at <= a.first < at + reach), None)


def _introduced(
    passage: Passage, at: int, actors: Sequence[ActorMention], words: frozenset[str], reach: int
) -> ActorMention | None:
    """Return the first party after a word that stands behind one of some prepositions."""
    for actor in actors:
        if at <= actor.first < at + reach and not words.isdisjoint(passage.keys(max(at, actor.first - 3), actor.first)):
            return actor
    return None


def _blamed(passage: Passage, actors: Sequence[ActorMention]) -> ActorMention | None:
    for at in range(passage.first, passage.last):
        word = passage.words.keys[at]
        if word in cue("blame"):
            return _after(at + 1, [a for a in actors if a.armed], 6)
    return _introduced(passage, passage.first, [a for a in actors if a.armed], cue("by"), len(passage.words))


def _killer(passage: Passage, actors: Sequence[ActorMention], victim: ActorMention | None) -> ActorMention | None:
    """Return the armed subject of an active "killed": "the army killed nine rebels in an air raid"."""
    killings = (s for s in passage.signals if passage.words.keys[s.first] in cue("killing-verb"))
    for signal in islice(killings, _KILLINGS_READ):
        subject, _ = _verbal(passage, signal, actors)
        same = subject is not None and passage.clause_of(subject.first) == passage.clause_of(signal.first)
        if same and subject is not victim and subject is not None and subject.armed and subject.side:
            return subject
    return None


def _arms(
    signals: Sequence[Signal], actors: Sequence[ActorMention], victim: ActorMention | None
) -> ActorMention | None:
    """Return the party whose arms the sentence names: "regime helicopters", "Russian jets"."""
    return next(
        (a for a in actors if a is not victim and a.armed for s in signals if a.first <= s.first < a.last), None
    )
