"""Where a candidate happened, by its own sentence."""

from __future__ import annotations

from streams.contracts.coding import EventType
from streams.extraction.candidates import TAKINGS, Candidate
from streams.extraction.cues import cue
from streams.extraction.reading import Passage
from streams.extraction.rows import EVENT_PLACE, by_province, by_toll
from streams.places import Location

_ABROAD_REACH = 8  # words between an act and the place abroad where it happened
_OBJECT_REACH = 14  # words between a taking and the place taken
_STATIC = frozenset([EventType.EXPLOSIONS, EventType.VIOLENCE_AGAINST_CIVILIANS])
"""Families that do not move: a place come from or gone to is not theirs."""
_NOT_TAKEN = frozenset(["distance", "government", "venue", "dateline"])
"""Relations of a place to its sentence that what was taken cannot have."""


def place(candidate: Candidate) -> list[Candidate]:
    """Locate a candidate. One that is told of several provinces at once becomes one candidate for each."""
    passage = candidate.passage
    resolver = passage.reading.resolver
    start, end = candidate.region or (passage.sentence.start, passage.sentence.end)
    candidate.location = _taken_place(candidate) or resolver.locate(start, end, candidate.anchor)
    if candidate.location is not None and _is_no_target(passage, candidate.location):
        candidate.location = _another_place(passage, candidate.location, start, end)
    if candidate.location is not None and _is_abroad(candidate, candidate.location):
        candidate.location = None
    candidate.location = _own_country(candidate, start, end) or candidate.location
    location, sentence = candidate.location, passage.sentence
    if location is not None and (location.start >= sentence.end or _is_elsewhere(candidate, location, start, end)):
        location = candidate.location = None  # what comes later places it only if nothing before does
    candidate.own_place = location is not None and sentence.start <= location.start < sentence.end
    if location is None or location.admin1 is None:
        return [candidate]
    counted = candidate.casualties.fatalities is not None or candidate.casualties.injured is not None
    return by_toll(candidate) if counted else by_province(candidate, location)


def _is_elsewhere(candidate: Candidate, location: Location, start: int, end: int) -> bool:
    """Whether a place of the sentence is another clause's, or one that people came from or were going to."""
    sentence = candidate.passage.sentence
    if not sentence.start <= location.start < sentence.end:
        return False
    if not start <= location.start < end:
        return True
    if candidate.family not in _STATIC:
        return False
    return any(m.start == location.start and m.relation in {"from", "to"} for m in candidate.passage.places)


def _is_no_target(passage: Passage, location: Location) -> bool:
    """Whether a place is where the shooters sat ("positioned in Douma"), or a trigger word mistaken for one."""
    home = passage.reading.passage_at(location.start)
    if home is None:
        return False
    word = passage.words.index_at(location.start)
    if any(
        signal.first == word or (signal.trigger.signal == "means" and signal.first < word < signal.last)
        for signal in home.signals
    ):
        return True
    return home is passage and not cue("positioned").isdisjoint(passage.keys(word - 3, word))


def _is_abroad(candidate: Candidate, location: Location) -> bool:
    """Whether a place abroad is no scene: nothing beside the act puts it there ("told reporters in New York")."""
    passage, reading = candidate.passage, candidate.passage.reading
    if location.country is None or reading.country in {None, location.country}:
        return False
    mention = next((m for m in reading.places_between(location.start, location.end)), None)
    if mention is None or mention.relation not in {"in", "near", "distance"}:
        return True
    word = passage.words.index_at(mention.start)
    if cue("scene").isdisjoint(passage.words.keys[max(word - 4, 0) : word]):
        return True
    return not any(abs(signal.first - word) <= _ABROAD_REACH for signal in candidate.signals)


def _own_country(candidate: Candidate, start: int, end: int) -> Location | None:
    """Return the country that the sentence names as the scene, where its place would come from other sentences.

    "Killed in northern Syria" says less than the village named two sentences on, but it may be another event: merging
    brings the two together if they agree.
    """
    passage, location = candidate.passage, candidate.location
    if location is not None and start <= location.start < end:
        return None
    for mention in passage.places:
        place = mention.place
        if place is None or place.kind != "country" or place.country != passage.reading.country:
            continue
        if mention.relation == "in" and start <= mention.start < end:
            return Location(
                mention.text, place, place.country, None, None, None, 3, "scene.country", mention.start, mention.end
            )
    return None


def _another_place(passage: Passage, location: Location, start: int, end: int) -> Location | None:
    """Return the first place of the sentence that may be the target."""
    resolver = passage.reading.resolver
    for mention in passage.places:
        if mention.start == location.start or not start <= mention.start < end or mention.relation not in EVENT_PLACE:
            continue
        other = resolver.locate(mention.start, mention.end, mention.start)
        if other is not None and other.start == mention.start and not _is_no_target(passage, other):
            return other
    return None


def _taken_place(candidate: Candidate) -> Location | None:
    """Return the place that stands behind the taking as its object: "captured the villages of A and B near C"."""
    passage = candidate.passage
    taking = next((s for s in candidate.signals if s.sub_event_type in TAKINGS and s.trigger.voice == "verb"), None)
    if taking is None or not cue("be").isdisjoint(passage.keys(taking.first - 3, taking.first)):
        return None
    after = (m for m in passage.places if m.start >= passage.words.starts[taking.first])
    mention = next((m for m in after if m.relation not in _NOT_TAKEN), None)
    if mention is None or passage.words.index_at(mention.start) - taking.last > _OBJECT_REACH:
        return None
    location = passage.reading.resolver.locate(mention.start, mention.end, mention.start)
    return location if location is not None and location.start == mention.start else None
