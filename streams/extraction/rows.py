"""Rows of places in one sentence: one event in each province, or one for each place with dead of its own."""

from __future__ import annotations

from dataclasses import replace

from streams.extraction.candidates import Candidate
from streams.extraction.cues import cue
from streams.extraction.quantities import Casualties, tally
from streams.extraction.reading import Passage
from streams.places import Location, PlaceMention

EVENT_PLACE = frozenset(["in", "near", "named"])
"""Relations of a place to its sentence that an event's own place has."""
_KNOWN = frozenset(["admin1", "region", "city", "town"])
"""Kinds of places whose province is sure; villages of one row lie together, whatever namesakes they have."""
_LONGEST_LINK = 10  # words between two places of a row
_TOLL_REACH = 14  # words between a figure and the place that it belongs to


def by_province(candidate: Candidate, here: Location) -> list[Candidate]:
    """Return a candidate, and a twin of it in each further province of the row that its place stands in."""
    others = _other_provinces(candidate.passage, here)
    if not others:
        return [candidate]
    candidate.rules.append("one-event-per-province")
    return [candidate, *(_at(candidate, location) for location in others)]


def _other_provinces(passage: Passage, here: Location) -> list[Location]:
    """Return the places of further provinces in the row that a place stands in: "in Idlib, in Hama and in Latakia"."""
    index = next((i for i, m in enumerate(passage.places) if m.start == here.start), None)
    if index is None:
        return []
    seen = {here.admin1}
    others: list[Location] = []
    for mention in _row(passage, index):
        admin1 = mention.place.admin1 if mention.place is not None and mention.place.kind in _KNOWN else None
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


def by_toll(candidate: Candidate) -> list[Candidate]:
    """Part a candidate whose sentence gives each of several places its own dead: "12 in Jasim and four in Nawa"."""
    passage = candidate.passage
    dead = [span for span in candidate.spans if span.role == "fatalities" and not span.figure.subset and not span.toll]
    if len(dead) < 2 or any(span.figure.quantity.qualifier == "vague" for span in dead):  # noqa: PLR2004
        return [candidate]
    offset = passage.sentence.start
    dead.sort(key=lambda span: span.figure.start)
    ends = [*(offset + span.figure.start for span in dead[1:]), passage.sentence.end]
    parts: list[Candidate] = []
    for span, end in zip(dead, ends, strict=True):
        begin = offset + span.figure.start
        mention = next((m for m in passage.places if begin <= m.start < end and m.relation in EVENT_PLACE), None)
        if mention is None or passage.words.index_at(mention.start) - passage.words.index_at(begin) > _TOLL_REACH:
            return [candidate]
        location = passage.reading.resolver.locate(mention.start, mention.end, mention.start)
        if location is None:
            return [candidate]
        part = _at(candidate, location)
        part.spans = [other for other in candidate.spans if begin <= offset + other.figure.start < end]
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
