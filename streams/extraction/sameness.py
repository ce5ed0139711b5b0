"""Whether two candidates speak of one event: type, place, day, parties and toll must agree."""

from __future__ import annotations

from streams.contracts.coding import EventType, Quantity, SubEventType
from streams.extraction.actors import MILITANTS
from streams.extraction.candidates import TAKINGS, Candidate
from streams.places import Location

_SAME_TYPE = 4  # how well two candidates of one sub-event type fit
_SAME_PLACE = 3  # how well two candidates of one place fit
_SAME_TOLL = 3  # one toll told twice weighs nearly as much
_SAME_STORY = 0.7  # a second figure down to this share of the first is a variant of it; a smaller one a part
_PART_OF = 0.4  # two sources differ by more than that only where they count different things
_WIDE = frozenset(["country", "admin1", "region"])
_BOMBS = frozenset([SubEventType.REMOTE_EXPLOSIVE, SubEventType.SUICIDE_BOMB])
"""A car bomb is often told before it is known that its driver died in it."""
_ALLIES = frozenset(["regime", "russia"])
"""Sides that news often names for one another's air strikes."""


def fit(event: Candidate, candidate: Candidate) -> int:
    """Return how well two candidates agree, 0 where they are different events."""
    kind = _kind_fit(event, candidate)
    if kind == 0 or not days_agree(event, candidate) or not _sides_agree(event, candidate):
        return 0
    if candidate.fresh and firm(event.casualties.fatalities) and _is_other_toll(event, candidate):
        return 0
    place = place_fit(event.location, candidate.location, own=candidate.own_place)
    untold = candidate.casualties.fatalities is None and candidate.casualties.injured is None
    if event.guessed_place and candidate.own_place:
        place = max(place, 1)
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
    return firm(candidate.casualties.fatalities) is not None and not _same_toll(event, candidate)


def _same_toll(event: Candidate, candidate: Candidate) -> bool:
    one, other = firm(event.casualties.fatalities), firm(candidate.casualties.fatalities)
    return one is not None and other is not None and one.low == other.low and bool(one.low)


def _provinces_differ(event: Candidate, candidate: Candidate) -> bool:
    one, other = event.location, candidate.location
    return one is not None and other is not None and differ(one.admin1 or one.country, other.admin1 or other.country)


def _one_battle(event: Candidate, candidate: Candidate, place: int) -> bool:
    """Whether a fight and the taking of a place are one event: at that very place, with no toll apart."""
    takings = [c for c in (event, candidate) if c.sub_event_type in TAKINGS]
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
        bombs = {event.sub_event_type, candidate.sub_event_type} == _BOMBS
        return 2 if candidate.anaphoric or bombs else 0
    if event.family is EventType.STRATEGIC:
        return 0
    return 2


def days_agree(event: Candidate, candidate: Candidate) -> bool:
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
    return one.side == other.side or MILITANTS in {one.side, other.side} or {one.side, other.side} == _ALLIES


def place_fit(one: Location | None, other: Location | None, *, own: bool) -> int:
    """Return 3 for the same place, 2 where one is unknown, 1 where one may lie in the other, 0 for two places."""
    if one is None or other is None:
        return 2
    if not own:
        return 2 if not differ(one.admin1, other.admin1) else 0
    if differ(one.country, other.country) or differ(one.admin1, other.admin1):
        return 0
    if _folded(one.name) == _folded(other.name) or (one.place is not None and one.place == other.place):
        return _SAME_PLACE
    wide = not one.admin1 or not other.admin1
    return 1 if wide or holds(one, other) or holds(other, one) else 0


def differ(one: str | None, other: str | None) -> bool:
    """Whether two codes are known and unlike."""
    return bool(one and other and one != other)


def _folded(name: str) -> str:
    return "".join(c for c in name.casefold().removeprefix("al-").removeprefix("the ") if c.isalnum())


def holds(area: Location, location: Location) -> bool:
    """Whether an area may hold a location of the same province: a province, its capital, or the city of a district."""
    place = area.place
    if area.precision >= 3 or place is None:  # noqa: PLR2004  (ACLED's scale)
        return area.precision >= 3  # noqa: PLR2004
    if place.kind in _WIDE:
        return True
    if location.place is not None and location.place.within:
        return _folded(location.place.within) == _folded(place.name)
    return place.kind == "city"


def firm(quantity: Quantity | None) -> Quantity | None:
    """Return a figure if it gives a number ("at least 12", not "dozens"), else None."""
    return quantity if quantity is not None and quantity.qualifier != "vague" and quantity.low is not None else None


def _tolls_agree(event: Candidate, candidate: Candidate, *, same_place: bool) -> bool:
    """Whether two tellings may be of one toll: equal, or the later one an update or another source's figure."""
    update = (candidate.weak and not candidate.own_place) or any(span.toll for span in candidate.spans)
    for role in ("fatalities", "injured"):
        one, other = firm(getattr(event.casualties, role)), firm(getattr(candidate.casualties, role))
        if one is None or other is None or one.low == other.low:
            continue
        if event.mixed and role == "fatalities":
            return False
        if update or candidate.anaphoric:
            continue
        # A smaller toll of the same teller is a part; a larger one at the same place an update.
        share = (other.low or 0) / max(one.low or 0, 1)
        smaller = share < (_PART_OF if two_sources(event, candidate) else _SAME_STORY)
        if smaller or not same_place:
            return False
    return True


def two_sources(event: Candidate, candidate: Candidate) -> bool:
    """Whether two named sources stand behind two tellings."""
    one, other = event.attribution, candidate.attribution
    return bool(one and other and one != other)


def least(quantity: Quantity | None) -> int:
    """Return the lower bound of a figure, 0 for none."""
    return (quantity.low or 0) if quantity is not None else 0
