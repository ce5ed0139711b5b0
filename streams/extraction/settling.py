"""Where and when a candidate happened, and its final type once its parties are known."""

from __future__ import annotations

from dataclasses import replace

from streams.contracts.coding import ActorKind, SubEventType
from streams.extraction.actors import CIVILIANS, ActorMention
from streams.extraction.candidates import Candidate
from streams.extraction.cues import cue
from streams.extraction.event_dates import DateSpan, event_day
from streams.extraction.quantities import Casualties, tally
from streams.extraction.reading import Passage
from streams.places import Location, PlaceMention

_LONGEST_LINK = 10  # words between two places of a row
_OBJECT_REACH = 14  # words between a taking and the place taken
_NOT_TAKEN = frozenset(["distance", "government", "venue", "dateline"])
"""Relations of a place to its sentence that what was taken cannot have."""
_EVENT_PLACE = frozenset(["in", "near", "named"])
_TERRITORY = frozenset([SubEventType.GOVERNMENT_REGAINS, SubEventType.NON_STATE_OVERTAKES])
_AIR_POWERS = frozenset(["coalition", "israel"])
"""Powers that strike in this war from the air alone; what their strikes hit, the words need not say how."""
_STATE_SIDES = frozenset(["regime", "russia", "iraq"])


def place(candidate: Candidate) -> list[Candidate]:
    """Locate a candidate. One that is told of several provinces at once becomes one candidate for each."""
    passage = candidate.passage
    resolver = passage.reading.resolver
    start, end = candidate.region or (passage.sentence.start, passage.sentence.end)
    candidate.location = _taken_place(candidate) or resolver.locate(start, end, candidate.anchor)
    if candidate.location is not None and _is_no_target(passage, candidate.location):
        candidate.location = _another_place(passage, candidate.location, start, end)
    if candidate.location is not None and _is_aside(passage, candidate.location):
        candidate.location = None
    candidate.location = _own_country(candidate, start, end) or candidate.location
    location, sentence = candidate.location, passage.sentence
    if location is not None and location.start >= sentence.end:
        location = candidate.location = None  # what comes later places it only if nothing before does
    candidate.own_place = location is not None and sentence.start <= location.start < sentence.end
    if candidate.location is None or candidate.location.admin1 is None:
        return [candidate]
    if candidate.casualties.fatalities or candidate.casualties.injured:
        return _by_toll(candidate)
    others = _other_provinces(passage, candidate.location)
    if not others:
        return [candidate]
    candidate.rules.append("one-event-per-province")
    return [candidate, *(_at(candidate, location) for location in others)]


def _is_no_target(passage: Passage, location: Location) -> bool:
    """Whether a place is where the shooters sat ("positioned in Douma"), or a trigger word mistaken for one."""
    home = passage.reading.passage_at(location.start)
    if home is None:
        return False
    word = passage.words.index_at(location.start)
    if any(signal.first <= word < signal.last for signal in home.signals):
        return True
    return home is passage and not cue("positioned").isdisjoint(passage.keys(word - 3, word))


def _is_aside(passage: Passage, location: Location) -> bool:
    """Whether a place abroad is no scene of violence: nothing puts the event there ("he said", "New York", "Moscow")."""
    reading = passage.reading
    if location.country is None or reading.country in {None, location.country}:
        return False
    mention = next((m for m in reading.places_between(location.start, location.end)), None)
    if mention is None or mention.relation not in {"in", "near", "distance"}:
        return True
    word = passage.words.index_at(mention.start)
    return cue("scene").isdisjoint(passage.words.keys[max(word - 4, 0) : word])


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
        if mention.start == location.start or not start <= mention.start < end or mention.relation not in _EVENT_PLACE:
            continue
        other = resolver.locate(mention.start, mention.end, mention.start)
        if other is not None and other.start == mention.start and not _is_no_target(passage, other):
            return other
    return None


def _taken_place(candidate: Candidate) -> Location | None:
    """Return the place that stands behind the taking as its object: "captured the villages of A and B near C"."""
    passage = candidate.passage
    taking = next((s for s in candidate.signals if s.sub_event_type in _TERRITORY and s.trigger.voice == "verb"), None)
    if taking is None or not cue("be").isdisjoint(passage.keys(taking.first - 3, taking.first)):
        return None
    after = (m for m in passage.places if m.start >= passage.words.starts[taking.first])
    mention = next((m for m in after if m.relation not in _NOT_TAKEN), None)
    if mention is None or passage.words.index_at(mention.start) - taking.last > _OBJECT_REACH:
        return None
    location = passage.reading.resolver.locate(mention.start, mention.end, mention.start)
    return location if location is not None and location.start == mention.start else None


def _other_provinces(passage: Passage, here: Location) -> list[Location]:
    """Return the places of further provinces in the row that a place stands in: "in Idlib, in Hama and in Latakia"."""
    index = next((i for i, m in enumerate(passage.places) if m.start == here.start), None)
    if index is None:
        return []
    seen = {here.admin1}
    others: list[Location] = []
    for mention in _row(passage, index):
        admin1 = mention.place.admin1 if mention.place is not None else None
        if admin1 is None or admin1 in seen:
            continue
        location = passage.reading.resolver.locate(mention.start, mention.end, mention.start)
        if location is not None and location.admin1 == admin1:
            seen.add(admin1)
            others.append(location)
    return others


def _row(passage: Passage, index: int) -> list[PlaceMention]:
    """Return the places that stand in one row with the one at an index, itself left out."""
    places = passage.places
    row: list[PlaceMention] = []
    for steps in (range(index - 1, -1, -1), range(index + 1, len(places))):
        near = places[index]
        for i in steps:
            if not _in_one_row(passage, *sorted((near, places[i]), key=lambda m: m.start)):
                break
            near = places[i]
            row.append(near)
    return row


def _in_one_row(passage: Passage, one: PlaceMention, other: PlaceMention) -> bool:
    if one.relation != other.relation and not {one.relation, other.relation} <= {"in", "named"}:
        return False
    between = passage.reading.text[one.end : other.start]
    words = [word.lower() for word in between.replace(",", " ").split()]
    return len(words) <= _LONGEST_LINK and all(word in cue("row") for word in words)


def _by_toll(candidate: Candidate) -> list[Candidate]:
    """Part a candidate whose sentence gives each of several places its own dead: "12 in Jasim and four in Nawa"."""
    passage = candidate.passage
    dead = [span for span in candidate.spans if span.role == "fatalities" and not span.figure.subset and not span.toll]
    if len(dead) < 2 or any(span.figure.quantity.qualifier == "vague" for span in dead):  # noqa: PLR2004
        return [candidate]
    offset = passage.sentence.start
    ends = [*(offset + span.start for span in dead[1:]), passage.sentence.end]
    parts: list[Candidate] = []
    for span, end in zip(dead, ends, strict=True):
        begin = offset + span.start
        mention = next((m for m in passage.places if begin <= m.start < end and m.relation in _EVENT_PLACE), None)
        if mention is None or passage.words.index_at(mention.start) - passage.words.index_at(begin) > _OBJECT_REACH:
            return [candidate]
        location = passage.reading.resolver.locate(mention.start, mention.end, mention.start)
        if location is None:
            return [candidate]
        part = _at(candidate, location)
        part.spans = [other for other in candidate.spans if begin <= offset + other.start < end]
        part.casualties = tally(part.spans)
        part.row = passage.index
        part.rules.append("a-toll-for-each-place")
        parts.append(part)
    names = {part.location.name for part in parts if part.location is not None}
    return parts if len(names) == len(parts) else [candidate]


def _at(candidate: Candidate, location: Location) -> Candidate:
    twin = replace(
        candidate, location=location, own_place=True, rules=list(candidate.rules), signals=list(candidate.signals)
    )
    twin.spans, twin.casualties = [], Casualties()
    return twin


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
    if candidate.sub_event_type in _TERRITORY and agent is not None:
        state = agent.side in _STATE_SIDES or agent.actor.kind is ActorKind.STATE_FORCES
        candidate.sub_event_type = SubEventType.GOVERNMENT_REGAINS if state else SubEventType.NON_STATE_OVERTAKES
        candidate.rules.append("territory-by-side")
    elif candidate.weak and candidate.sub_event_type is SubEventType.ATTACK:
        if agent is not None and agent.side in _AIR_POWERS and "vague-assault" in candidate.rules:
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
