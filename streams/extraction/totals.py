"""Tolls that are no events of their own: of a whole war, of several events together, of a part of one."""

from __future__ import annotations

from collections.abc import Sequence

from streams.extraction.candidates import Candidate
from streams.extraction.cues import cue
from streams.extraction.merge import finer
from streams.extraction.sameness import days_agree, differ, firm, holds, least, place_fit

_WAR = 5_000
"""No single event of this kind of news kills so many: such a figure is a war's."""
_LEDE = 2
"""Index of the last sentence that may sum up the article."""
_EXODUS = 500_000
"""Nor does one event drive out so many."""


def without_war_tolls(events: Sequence[Candidate]) -> list[Candidate]:
    """Drop events whose toll is that of a whole war ("the conflict has killed 400,000")."""
    return [
        event
        for event in events
        if least(event.casualties.fatalities) < _WAR and least(event.casualties.displaced) < _EXODUS
    ]


def without_totals(events: Sequence[Candidate]) -> list[Candidate]:
    """Tell a toll that is the sum of others of the article once: as its parts, or whole if all are of one place.

    "Raids on the province killed 25", then 11 here and 14 there: two events. "Shelling of the town killed ten",
    then three at noon and seven at dusk: one event, for an event is a place, a type and a day.
    """
    kept = list(events)
    for event in events:
        toll = least(firm(event.casualties.fatalities))
        parts = [other for other in kept if other is not event and _may_be_part(event, other, toll)]
        chosen = _adding_up(parts, toll) if event in kept else []
        if not chosen:
            continue
        if all(_is_retelling(event, part) for part in chosen):
            kept = [other for other in kept if other not in chosen]
        else:
            kept.remove(event)
            _hand_down(event, chosen)
    return kept


def _hand_down(total: Candidate, parts: Sequence[Candidate]) -> None:
    """Give the parts what only their sum told: who did it, and when."""
    for part in parts:
        if part.sub_event_type is total.sub_event_type:
            part.actor1 = part.actor1 or total.actor1
        part.date = part.date if part.date is not None and part.date.day is not None else total.date


def _is_retelling(event: Candidate, part: Candidate) -> bool:
    same_kind = event.sub_event_type is part.sub_event_type and days_agree(event, part)
    return same_kind and place_fit(event.location, part.location, own=part.own_place) > 1


def _goes_on(event: Candidate) -> bool:
    words = event.passage.keys(event.passage.first, event.passage.last)
    return not cue("goes-on").isdisjoint(words)


def without_parts(events: Sequence[Candidate]) -> list[Candidate]:
    """Fold an event that tells only some of another's dead ("ten of the dead came in ...") into that one.

    So is a smaller toll of the same place, day and type, unless the text brings it up as another event.
    """
    kept: list[Candidate] = []
    for event in events:
        toll = firm(event.casualties.fatalities)
        whole = next((w for w in kept if toll and _is_whole(w, event)), None)
        if whole is None:
            kept.append(event)
        else:
            whole.location = finer(whole.location, event.location)
            whole.rules.append("told-in-part")
    return kept


def _is_whole(whole: Candidate, part: Candidate) -> bool:
    retold = not part.fresh and not _goes_on(part) and _is_retelling(whole, part)
    if not part.part and not retold:
        return False
    return whole.violent and _may_be_part(whole, part, least(firm(whole.casualties.fatalities)))


def _may_be_part(total: Candidate, part: Candidate, toll: int) -> bool:
    if not part.violent or not 0 < least(firm(part.casualties.fatalities)) < toll:
        return False
    if not total.own_place and total.passage.index <= _LEDE:
        return True  # a summary whose place is only guessed from what follows
    one, other = total.location, part.location
    if one is None or other is None:
        return True
    if differ(one.admin1, other.admin1):
        return False
    wider = (
        one.admin1 is None or one.precision > 1 or holds(one, other) or place_fit(one, other, own=part.own_place) > 1
    )
    return wider or other.name in total.passage.text


def _adding_up(parts: Sequence[Candidate], total: int) -> list[Candidate]:
    """Return two or more of the parts (of the first twelve) whose dead add up to the total, or none."""
    reachable: dict[int, list[Candidate]] = {0: []}
    for part in parts[:12]:
        dead = least(firm(part.casualties.fatalities))
        for value, chosen in list(reachable.items()):
            if value + dead <= total and len(chosen) >= len(reachable.get(value + dead, [])):
                reachable[value + dead] = [*chosen, part]
    chosen = reachable.get(total, [])
    return chosen if len(chosen) > 1 else []
