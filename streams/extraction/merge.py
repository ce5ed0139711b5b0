"""One event once per article: headline, lede and detail come together; totals of parts told elsewhere go."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from streams.contracts.coding import EventType, Quantity, SubEventType
from streams.extraction.actors import MILITANTS, ActorMention
from streams.extraction.candidates import Candidate
from streams.extraction.cues import cue
from streams.extraction.quantities import Casualties
from streams.places import Location

_SAME_TYPE = 4  # how well two candidates of one sub-event type fit
_SAME_PLACE = 3  # how well two candidates of one place fit
_SAME_TOLL = 3  # one toll told twice weighs nearly as much
_SAME_STORY = 0.7  # a second figure down to this share of the first is a variant of it; a smaller one a part
_PART_OF = 0.4  # two sources differ by more than that only where they count different things
_WIDE = frozenset(["country", "admin1", "region"])
_ONE_HANDED = frozenset([SubEventType.AIR_STRIKE, SubEventType.SHELLING])
_TAKINGS = frozenset([SubEventType.GOVERNMENT_REGAINS, SubEventType.NON_STATE_OVERTAKES])


def merge(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Fold the candidates of an article, in the order of its text, into its distinct events."""
    events: list[Candidate] = []
    for candidate in candidates:
        host = _host(events, candidate)
        if host is None:
            events.append(candidate)
        else:
            _fold(host, candidate)
    return events


def _host(events: Sequence[Candidate], candidate: Candidate) -> Candidate | None:
    """Return the event that a candidate speaks of again: the best fitting, the latest among equals."""
    best: tuple[int, int, Candidate] | None = None
    for order, event in enumerate(events):
        fit = _fit(event, candidate)
        if fit > 0 and (best is None or (fit, order) > best[:2]):
            best = (fit, order, event)
    return best[2] if best else None


def _fit(event: Candidate, candidate: Candidate) -> int:
    """Return how well two candidates agree, 0 where they are different events."""
    kind = _kind_fit(event, candidate)
    if kind == 0 or not _days_agree(event, candidate) or not _sides_agree(event, candidate):
        return 0
    if candidate.fresh and _firm(event.casualties.fatalities) and _is_other_toll(event, candidate):
        return 0
    place = _place_fit(event.location, candidate.location, own=candidate.own_place)
    untold = candidate.casualties.fatalities is None and candidate.casualties.injured is None
    elsewhere = candidate.own_place and _provinces_differ(event, candidate)
    if place == 0 and candidate.anaphoric and (untold or not candidate.own_place) and not elsewhere:
        place = 1
    if place == 0 and _same_toll(event, candidate) and not _provinces_differ(event, candidate):
        place = 1  # "near Palmyra", then "in the Tadmur region", with one toll
    if place == 0 or not _tolls_agree(event, candidate, same_place=place > 1):
        return 0
    if kind < _SAME_TYPE and event.family is EventType.BATTLES and not _one_battle(event, candidate, place):
        return 0
    return kind + place + (_SAME_TOLL if _same_toll(event, candidate) else 0)


def _is_other_toll(event: Candidate, candidate: Candidate) -> bool:
    return _firm(candidate.casualties.fatalities) is not None and not _same_toll(event, candidate)


def _same_toll(event: Candidate, candidate: Candidate) -> bool:
    one, other = _firm(event.casualties.fatalities), _firm(candidate.casualties.fatalities)
    return one is not None and other is not None and one.low == other.low and bool(one.low)


def _provinces_differ(event: Candidate, candidate: Candidate) -> bool:
    one, other = event.location, candidate.location
    return one is not None and other is not None and _differ(one.admin1 or one.country, other.admin1 or other.country)


def _one_battle(event: Candidate, candidate: Candidate, place: int) -> bool:
    """Whether a fight and the taking of a place are one event: at that very place, with no toll apart."""
    takings = [c for c in (event, candidate) if c.sub_event_type in _TAKINGS]
    if not takings:
        return True
    if event.weak or candidate.weak:
        return candidate.anaphoric and takings != [candidate]
    fights = [c for c in (event, candidate) if c not in takings]
    told_apart = any(c.casualties.fatalities is not None and not c.anaphoric for c in fights)
    exact = all(c.location is not None and c.location.precision == 1 for c in (event, candidate))
    return place > 1 and (not told_apart or (exact and place == _SAME_PLACE))


def _kind_fit(event: Candidate, candidate: Candidate) -> int:
    if event.sub_event_type is candidate.sub_event_type:
        return _SAME_TYPE
    if candidate.violent and event.violent and (candidate.weak or event.weak):
        return 2
    if event.family is not candidate.family:
        return 0
    if event.family is EventType.EXPLOSIONS:
        return 2 if candidate.anaphoric else 0
    if event.family is EventType.STRATEGIC:
        return 0
    return 2


def _days_agree(event: Candidate, candidate: Candidate) -> bool:
    """Whether two candidates may be of one day; what is undated and no echo is of about the lede's day."""
    one, other = (c.date.day if c.date is not None else None for c in (event, candidate))
    if one is not None and other is not None:
        return one == other
    told, lede = one or other, event.passage.reading.lede_day
    if told is None or lede is None or candidate.anaphoric:
        return True
    return abs((told - lede).days) <= 1


def _sides_agree(event: Candidate, candidate: Candidate) -> bool:
    if event.family is EventType.BATTLES:
        return True
    one, other = event.actor1, candidate.actor1
    if one is None or other is None or not one.side or not other.side:
        return True
    return (
        one.side == other.side or MILITANTS in {one.side, other.side} or {one.side, other.side} == {"regime", "russia"}
    )


def _place_fit(one: Location | None, other: Location | None, *, own: bool) -> int:
    """Return 3 for the same place, 2 where one is unknown, 1 where one may lie in the other, 0 for two places."""
    if one is None or other is None:
        return 2
    if not own:
        return 2 if not _differ(one.admin1, other.admin1) else 0
    if _differ(one.country, other.country) or _differ(one.admin1, other.admin1):
        return 0
    if _folded(one.name) == _folded(other.name) or (one.place is not None and one.place == other.place):
        return _SAME_PLACE
    wide = not one.admin1 or not other.admin1
    return 1 if wide or _holds(one, other) or _holds(other, one) else 0


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


def _folded(name: str) -> str:
    return "".join(c for c in name.casefold().removeprefix("al-").removeprefix("the ") if c.isalnum())


def _holds(area: Location, location: Location) -> bool:
    """Whether an area may hold a location of the same province: a province, its capital, or the city of a district."""
    place = area.place
    if area.precision >= 3 or place is None:  # noqa: PLR2004  (ACLED's scale)
        return area.precision >= 3  # noqa: PLR2004
    if place.kind in _WIDE:
        return True
    if location.place is not None and location.place.within:
        return _folded(location.place.within) == _folded(place.name)
    return place.kind == "city"


def _firm(quantity: Quantity | None) -> Quantity | None:
    return quantity if quantity is not None and quantity.qualifier != "vague" and quantity.low is not None else None


def _tolls_agree(event: Candidate, candidate: Candidate, *, same_place: bool) -> bool:
    """Whether two tellings may be of one toll: equal, or the later one an update or another source's figure."""
    update = (candidate.weak and not candidate.own_place) or any(span.toll for span in candidate.spans)
    for role in ("fatalities", "injured"):
        one, other = _firm(getattr(event.casualties, role)), _firm(getattr(candidate.casualties, role))
        if one is None or other is None or one.low == other.low:
            continue
        if event.mixed and role == "fatalities":
            return False
        if update or candidate.anaphoric:
            continue
        # A smaller toll of the same teller is a part; a larger one at the same place an update.
        share = (other.low or 0) / max(one.low or 0, 1)
        smaller = share < (_PART_OF if _two_sources(event, candidate) else _SAME_STORY)
        if smaller or not same_place:
            return False
    return True


def _two_sources(event: Candidate, candidate: Candidate) -> bool:
    one, other = event.attribution, candidate.attribution
    return bool(one and other and one != other)


def _fold(event: Candidate, candidate: Candidate) -> None:
    """Take over what a second telling adds."""
    better = _evidence_rank(candidate) > _evidence_rank(event)
    if event.weak and not candidate.weak:
        event.sub_event_type, event.weak, event.weapon = candidate.sub_event_type, False, candidate.weapon
    if candidate.sub_event_type is SubEventType.CHEMICAL_WEAPON and event.family is EventType.EXPLOSIONS:
        event.sub_event_type = candidate.sub_event_type
    if candidate.family is EventType.BATTLES and event.sub_event_type is SubEventType.ARMED_CLASH:
        event.sub_event_type = candidate.sub_event_type
    event.location = _settled_place(event, candidate)
    event.own_place = event.own_place or candidate.own_place
    event.row = candidate.row if event.row is None else event.row
    event.date = event.date if event.date is not None and event.date.day is not None else candidate.date
    event.actor1 = _clearer(event.actor1, candidate.actor1)
    event.actor2 = _clearer(event.actor2, candidate.actor2)
    event.weapon = event.weapon or candidate.weapon
    event.casualties = _joined(event, candidate)
    event.attribution = event.attribution or candidate.attribution
    for rule in (*candidate.rules, "told-again"):
        if rule not in event.rules:
            event.rules.append(rule)
    if better:
        event.passage, event.signals = candidate.passage, candidate.signals


def _clearer(one: ActorMention | None, other: ActorMention | None) -> ActorMention | None:
    """Return the first party told, unless only the second says whose it is ("jets", then "Russian jets")."""
    if one is None or (not one.side and other is not None and other.side):
        return other
    return one


def _evidence_rank(candidate: Candidate) -> int:
    return (
        2 * (candidate.own_place)
        + 2 * (candidate.casualties.fatalities is not None or candidate.casualties.injured is not None)
        + (candidate.actor1 is not None)
        + (not candidate.weak)
        - 2 * candidate.anaphoric
        - 3 * (candidate.passage.text == candidate.passage.reading.title)
    )


def _settled_place(event: Candidate, candidate: Candidate) -> Location | None:
    one, other = event.location, candidate.location
    if event.own_place and not candidate.own_place and one is not None:
        return one
    if candidate.own_place and not event.own_place and other is not None and (other.admin1 or not (one and one.admin1)):
        return other
    return _finer(one, other)


def _finer(one: Location | None, other: Location | None) -> Location | None:
    if one is None or other is None:
        return one or other
    if one.admin1 is None and other.admin1 is not None:
        return other
    if one.admin1 == other.admin1 and _holds(one, other) and not _holds(other, one):
        return other
    return one


def _joined(event: Candidate, candidate: Candidate) -> Casualties:
    one, other = event.casualties, candidate.casualties
    differ = _two_sources(event, candidate)
    return Casualties(
        fatalities=_reconciled(one.fatalities, other.fatalities, differ=differ),
        injured=_reconciled(one.injured, other.injured, differ=differ),
        captured=one.captured or other.captured,
        displaced=one.displaced or other.displaced,
    )


def _reconciled(one: Quantity | None, other: Quantity | None, *, differ: bool) -> Quantity | None:
    """Two tellings of one toll: the firm one, or what two sources that differ span, or the one told first."""
    if one is None or other is None:
        return one or other
    if _firm(one) is None or _firm(other) is None:
        return one if _firm(one) else other
    if one.low == other.low or not differ:
        return one
    low, high = sorted([one.low or 0, other.low or 0])
    return replace_quantity(one, other, low, high)


def replace_quantity(one: Quantity, other: Quantity, low: int, high: int) -> Quantity:
    """Return the span of two tolls of one event that two sources give."""
    return Quantity(low=low, best=one.best, high=high, qualifier="range", text=f"{one.text} / {other.text}")


_ECHO = 3  # sentences over which one actor's acts go on without being named again


def same_actor(events: Sequence[Candidate]) -> list[Candidate]:
    """Give an act without an actor that of the same act told just before: raids here, then "raids on" there."""
    for before, event in pairwise(events):
        near = 0 < event.passage.index - before.passage.index <= _ECHO
        if near and event.actor1 is None and event.sub_event_type is before.sub_event_type in _ONE_HANDED:
            event.actor1 = before.actor1
            if before.actor1 is not None:
                event.rules.append("same-actor-goes-on")
    return list(events)


def typed_by_row(events: Sequence[Candidate]) -> list[Candidate]:
    """Give a vague killing the means of its neighbours: told in one row with them, or as "another five people".

    "Eleven were killed in Saraqib and a man died in Ariha": if the first is known as an air strike, so is the second.
    """
    for index, event in enumerate(events):
        if not event.weak or event.sub_event_type is not SubEventType.ATTACK:
            continue
        kin = [e for e in events if e.row is not None and e.row == event.row and not e.weak]
        if not kin and index and _goes_on(event):
            kin = [events[index - 1]]
        if kin and kin[0].family is EventType.EXPLOSIONS:
            event.sub_event_type, event.weak, event.weapon = kin[0].sub_event_type, False, kin[0].weapon
            event.actor1 = event.actor1 or kin[0].actor1
            event.rules.append("means-of-its-row")
    return list(events)


def _goes_on(event: Candidate) -> bool:
    first = event.passage.first
    return not cue("goes-on").isdisjoint(event.passage.keys(first, first + 2))


_WAR = 5_000
"""No single event of this kind of news kills so many: such a figure is a war's."""
_EXODUS = 500_000
"""Nor does one event drive out so many."""


def without_war_tolls(events: Sequence[Candidate]) -> list[Candidate]:
    """Drop events whose toll is that of a whole war ("the conflict has killed 400,000")."""
    return [
        event
        for event in events
        if _least(event.casualties.fatalities) < _WAR and _least(event.casualties.displaced) < _EXODUS
    ]


def _least(quantity: Quantity | None) -> int:
    return (quantity.low or 0) if quantity is not None else 0


def without_totals(events: Sequence[Candidate]) -> list[Candidate]:
    """Tell a toll that is the sum of others of the article once: as its parts, or whole if all are of one place.

    "Raids on the province killed 25", then 11 here and 14 there: two events. "Shelling of the town killed ten",
    then three at noon and seven at dusk: one event, for an event is a place, a type and a day.
    """
    kept = list(events)
    for event in events:
        toll = _least(_firm(event.casualties.fatalities))
        parts = [other for other in kept if other is not event and _may_be_part(event, other, toll)]
        chosen = _adding_up(parts, toll) if event in kept else []
        if not chosen:
            continue
        if all(_is_retelling(event, part) for part in chosen):
            kept = [other for other in kept if other not in chosen]
        else:
            kept.remove(event)
    return kept


def _is_retelling(event: Candidate, part: Candidate) -> bool:
    same_kind = event.sub_event_type is part.sub_event_type and _days_agree(event, part)
    return same_kind and _place_fit(event.location, part.location, own=part.own_place) > 1


def without_parts(events: Sequence[Candidate]) -> list[Candidate]:
    """Fold an event that tells only some of another's dead ("ten of the dead came in ...") into that one."""
    kept: list[Candidate] = []
    for event in events:
        toll = _firm(event.casualties.fatalities)
        whole = next((w for w in kept if event.part and toll and _is_whole(w, event)), None)
        if whole is None:
            kept.append(event)
        else:
            whole.location = _finer(whole.location, event.location)
            whole.rules.append("told-in-part")
    return kept


def _is_whole(whole: Candidate, part: Candidate) -> bool:
    return whole.violent and _may_be_part(whole, part, _least(_firm(whole.casualties.fatalities)))


def _may_be_part(total: Candidate, part: Candidate, toll: int) -> bool:
    if not part.violent or not 0 < _least(_firm(part.casualties.fatalities)) < toll:
        return False
    one, other = total.location, part.location
    return one is None or other is None or not _differ(one.admin1, other.admin1)


def _adding_up(parts: Sequence[Candidate], total: int) -> list[Candidate]:
    """Return two or more of the parts (of the first twelve) whose dead add up to the total, or none."""
    reachable: dict[int, list[Candidate]] = {0: []}
    for part in parts[:12]:
        dead = _least(_firm(part.casualties.fatalities))
        for value, chosen in list(reachable.items()):
            if value + dead <= total and len(chosen) >= len(reachable.get(value + dead, [])):
                reachable[value + dead] = [*chosen, part]
    chosen = reachable.get(total, [])
    return chosen if len(chosen) > 1 else []
