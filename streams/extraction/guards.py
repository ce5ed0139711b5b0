"""Conditions that an ambiguous trigger needs before it speaks of an event (column `guard` of triggers.tsv)."""

from __future__ import annotations

from collections.abc import Callable

from streams.contracts.coding import EventType, SubEventType
from streams.extraction.actors import ActorMention
from streams.extraction.cues import cue
from streams.extraction.reading import Passage
from streams.extraction.triggers import Signal

Guard = Callable[[Passage, Signal], bool]


def passes(passage: Passage, signal: Signal) -> bool:
    """Whether a trigger's guard, if it has one, is satisfied.

    Raises:
        KeyError: triggers.tsv names a guard that does not exist.
    """
    if _is_adjective(passage, signal) or _is_aside(passage, signal):
        return False
    name = signal.trigger.guard
    return name is None or GUARDS[name](passage, signal)


def _is_adjective(passage: Passage, signal: Signal) -> bool:
    """Whether a participle only describes: "the liberated villages", "a besieged town"."""
    if signal.trigger.voice != "verb" or not passage.words.keys[signal.first].endswith("ed"):
        return False
    return not cue("article").isdisjoint(passage.keys(signal.first - 1, signal.first))


def _is_aside(passage: Passage, signal: Signal) -> bool:
    """Whether a relative clause only recalls: "the town which fell to rebels", "people who were evacuated".

    A recent date in the clause makes it news again.
    """
    if signal.family not in _RECALLED or signal.sub_event_type is SubEventType.ARMED_CLASH:
        return False
    clause = passage.clause_of(signal.first)
    opening = next(at for at in range(passage.first, passage.last) if passage.clause_of(at) == clause)
    if passage.words.keys[opening] not in cue("relative") or signal.first - opening > _ASIDE:
        return False
    if not cue("speech").isdisjoint(passage.keys(opening, signal.first)):
        return False  # the main clause goes on: "a group which tracks the war said the army seized ..."
    return not any(
        passage.clause_of(passage.index_in(span.start)) == clause and not span.historical for span in passage.dates
    )


_ASIDE = 12  # words; a relative clause without commas ends somewhere
_RECALLED = frozenset([EventType.BATTLES, EventType.STRATEGIC])


def _near(passage: Passage, signal: Signal, before: int, after: int) -> list[str]:
    return passage.keys(signal.first - before, signal.first) + passage.keys(signal.last, signal.last + after)


def _within(passage: Passage, signal: Signal, words: frozenset[str], before: int, after: int) -> bool:
    return not words.isdisjoint(_near(passage, signal, before, after))


def armed_near(passage: Passage, signal: Signal, before: int, after: int) -> ActorMention | None:
    """Return an armed party named near a trigger, the one before it first."""
    ahead = [a for a in passage.actors if a.armed and signal.first - before <= a.last <= signal.first]
    if ahead:
        return ahead[-1]
    behind = [a for a in passage.actors if a.armed and signal.last <= a.first < signal.last + after]
    return behind[0] if behind else None


def _has_toll(passage: Passage) -> bool:
    return any(other.trigger.signal == "toll" for other in passage.signals)


def _raid_from_the_air(passage: Passage, signal: Signal) -> bool:
    return not _within(passage, signal, cue("ground-raid"), 2, 1)


def _not_lost(passage: Passage, signal: Signal) -> bool:
    return not _within(passage, signal, cue("aircraft-lost"), 4, 5)


def _not_thing(passage: Passage, signal: Signal) -> bool:
    after = passage.keys(signal.last, signal.last + 2)
    before = passage.keys(signal.first - 2, signal.first)
    if signal.trigger.signal == "means" and not cue("lost-arms").isdisjoint(
        passage.keys(signal.first - 6, signal.first)
    ):
        return False  # "destroying their vehicles and mortar shells"
    return cue("not-act-after").isdisjoint(after[:1]) and cue("not-act-before").isdisjoint(before[-1:])


def _gas_used(passage: Passage, signal: Signal) -> bool:
    return _within(passage, signal, cue("gas"), 8, 8) and not _within(passage, signal, cue("fuel"), 1, 1)


def _mine_hurts(passage: Passage, signal: Signal) -> bool:
    return _has_toll(passage) or _within(passage, signal, cue("explode"), 8, 8)


def _fighting_now(passage: Passage, signal: Signal) -> bool:
    if not cue("group-noun").isdisjoint(passage.keys(signal.first - 1, signal.first)):
        return False
    if not cue("cause").isdisjoint(passage.keys(signal.last, signal.last + 2)):
        return False
    return _has_toll(passage) or _within(passage, signal, cue("going-on"), 4, 4)


def _armed_object(passage: Passage, signal: Signal) -> bool:
    if not cue("group-noun").isdisjoint(passage.keys(signal.first - 1, signal.first)):
        return False
    return any(a.armed and signal.first - 1 < a.first <= signal.last + 7 for a in passage.actors)


def _offensive_now(passage: Passage, signal: Signal) -> bool:
    return _has_toll(passage) and not _within(passage, signal, cue("cause"), 0, 1)


def _armed_actor(passage: Passage, signal: Signal) -> bool:
    return armed_near(passage, signal, 8, 6) is not None


def _armed_before(passage: Passage, signal: Signal) -> bool:
    return any(a.armed and a.last <= signal.first for a in passage.actors)


def _armed_advance(passage: Passage, signal: Signal) -> bool:
    if armed_near(passage, signal, 6, 4) is None:
        return False
    return names_place(passage, signal.last, signal.last + 9) and _within(passage, signal, cue("into"), 0, 6)


def _armed_enters(passage: Passage, signal: Signal) -> bool:
    before = [a for a in passage.actors if a.last <= signal.first and a.first >= signal.first - 8]
    fighters = bool(before) and before[-1].word in {"name", "head"}
    return fighters and names_place(passage, signal.last, signal.last + 8)


def _deadly_operation(passage: Passage, _signal: Signal) -> bool:
    return _toll_told(passage, _signal)


def _deal_made(passage: Passage, signal: Signal) -> bool:
    """Whether a deal is struck; declaring "the end of the truce" is none."""
    return cue("deal-over").isdisjoint(passage.keys(signal.first - 2, signal.last + 4))


def names_place(passage: Passage, first: int, last: int) -> bool:
    """Whether words[first:last] of a passage name a place or a kind of place."""
    if not cue("place-noun").isdisjoint(passage.keys(first, last)):
        return True
    starts = passage.words.starts
    last = min(last, passage.last)
    if first >= last:
        return False
    return any(starts[first] <= place.start < passage.words.ends[last - 1] for place in passage.places)


def _takes_place(passage: Passage, signal: Signal) -> bool:
    """A capture needs a place as its object, not people, arms or a seat."""
    after = passage.keys(signal.last, signal.last + 12)
    stop = next((i for i, word in enumerate(after) if word in cue("object-end")), len(after))
    taken = after[:stop]
    if not cue("movable").isdisjoint(taken[:6]):
        return False
    if names_place(passage, signal.last, signal.last + stop):
        return True
    passive = not cue("be").isdisjoint(passage.keys(signal.first - 3, signal.first))
    if not passive and after[:1] and after[0] in cue("link"):
        return names_place(passage, signal.first - 2, signal.first)  # "Jarabulus, liberated from ISIL this week"
    return passive and names_place(passage, signal.first - 10, signal.first)


def _takes_place_near(passage: Passage, signal: Signal) -> bool:
    after = passage.keys(signal.last, signal.last + 5)
    return after[:1] != ["part"] and not cue("place-noun").isdisjoint(after)  # "took part in"


def _falls_to_actor(passage: Passage, signal: Signal) -> bool:
    return any(a.armed and signal.last <= a.first <= signal.last + 4 for a in passage.actors) or (
        passage.keys(signal.last, signal.last + 2) == ["the", "hands"]
    )


def _abducts(passage: Passage, signal: Signal) -> bool:
    return "by" not in passage.keys(signal.first, signal.last)  # "arms seized by fighters"


def _toll_told(passage: Passage, _signal: Signal) -> bool:
    return any(span.role == "fatalities" for span in passage.casualties)


def _protest_now(passage: Passage, signal: Signal) -> bool:
    return not _within(passage, signal, cue("protest-background"), 5, 5)


def _weapons_thing(passage: Passage, signal: Signal) -> bool:
    return not cue("explosive-thing").isdisjoint(passage.keys(signal.first - 3, signal.last))


def _aircraft_lost(passage: Passage, signal: Signal) -> bool:
    return not cue("aircraft").isdisjoint(passage.keys(signal.first, signal.last))


def _hands_place(passage: Passage, signal: Signal) -> bool:
    taken = passage.keys(signal.first, signal.last + 6)
    return cue("movable").isdisjoint(taken) and names_place(passage, signal.first, signal.last + 6)


def _moves_people(passage: Passage, signal: Signal) -> bool:
    """Whether people are moved out of a place; the hurt pulled from a ruin are not."""
    if _within(passage, signal, cue("rubble"), 8, 10):
        return False
    if any(span.role == "displaced" for span in passage.casualties):
        return True
    near = any(signal.first - 10 <= a.first <= signal.last + 10 for a in passage.actors)
    return near or _within(passage, signal, cue("moved-people"), 10, 10)


def _moves_out(passage: Passage, signal: Signal) -> bool:
    """Whether people leave a place unhurt; "the blast left 12 people dead" is no departure."""
    return not _has_toll(passage) and _moves_people(passage, signal)


def _deploys_forces(passage: Passage, signal: Signal) -> bool:
    passive = not cue("be").isdisjoint(passage.keys(signal.first - 2, signal.first))
    return not passive and _within(passage, signal, cue("forces"), 0, 5)


def _forces_withdraw(passage: Passage, signal: Signal) -> bool:
    """Whether armed people go; survivors are pulled from rubble too."""
    if _within(passage, signal, cue("rubble"), 4, 6):
        return False
    before = [a for a in passage.actors if signal.first - 8 <= a.last <= signal.first]
    return bool(before) and before[-1].word in {"name", "head"}


def _moves_counted_people(passage: Passage, _signal: Signal) -> bool:
    return any(span.role == "displaced" and span.figure.quantity.qualifier != "vague" for span in passage.casualties)


def _not_plan(passage: Passage, signal: Signal) -> bool:
    return cue("not-act-after").isdisjoint(passage.keys(signal.last, signal.last + 1))


GUARDS: dict[str, Guard] = {
    "abducts": _abducts,
    "aircraft-lost": _aircraft_lost,
    "armed-actor": _armed_actor,
    "armed-advance": _armed_advance,
    "armed-destroyer": _armed_before,
    "armed-enters": _armed_enters,
    "armed-object": _armed_object,
    "deadly-operation": _deadly_operation,
    "falls-to-actor": _falls_to_actor,
    "fighting-now": _fighting_now,
    "gas-used": _gas_used,
    "hands-place": _hands_place,
    "mine-hurts": _mine_hurts,
    "deal-made": _deal_made,
    "deploys-forces": _deploys_forces,
    "forces-withdraw": _forces_withdraw,
    "moves-out": _moves_out,
    "moves-people": _moves_people,
    "moves-people-count": _moves_counted_people,
    "not-lost": _not_lost,
    "not-plan": _not_plan,
    "not-thing": _not_thing,
    "offensive-now": _offensive_now,
    "protest-now": _protest_now,
    "raid-from-the-air": _raid_from_the_air,
    "takes-place": _takes_place,
    "takes-place-near": _takes_place_near,
    "toll-told": _toll_told,
    "weapons-thing": _weapons_thing,
}
"""Every guard by the name that triggers.tsv gives it."""
