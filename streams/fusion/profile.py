"""Profiles: the slots of a coding in the form in which two of them are compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from streams.dedup.folding import words

if TYPE_CHECKING:
    from streams.contracts import Actor, ActorKind, Coding, Quantity, SubEventType

TOLLS = ("fatalities", "injured", "captured", "displaced")
PROVINCE_ONLY = 3
"""ACLED's geo precision of a place told as a part of the country."""

_SLACK_DAYS = {1: 0, 2: 7, 3: 31, None: 0}
"""How far off a date may be by its precision: a day, somewhere in a week, in a month."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A mention, or an event, as matching sees it."""

    sub_event_type: SubEventType
    day: int | None
    """Proleptic ordinal of the date."""
    slack: int
    """Days that the date may be off."""
    country: str | None
    admin1: str | None
    """ISO 3166-2 code; None where only the country is known."""
    place: str | None
    """Folded name of a place below the province; None where only the province or less is known."""
    latitude: float | None
    longitude: float | None
    actor1: tuple[str, ActorKind | None] | None
    actor2: tuple[str, ActorKind | None] | None
    tolls: tuple[Quantity | None, ...]
    """In the order of TOLLS."""


def profile_of(said: Coding) -> Profile:
    """Return the profile of a mention or of a merged coding."""
    vague = said.geo_precision == PROVINCE_ONLY
    place = place_name(said.location) if said.location and not vague else None
    return Profile(
        sub_event_type=said.sub_event_type,
        day=said.event_date.toordinal() if said.event_date else None,
        slack=_SLACK_DAYS[said.date_precision],
        country=said.country,
        admin1=said.admin1 if said.admin1 and "-" in said.admin1 else None,
        place=place,
        latitude=said.latitude if place else None,
        longitude=said.longitude if place else None,
        actor1=_named(said.actor1),
        actor2=_named(said.actor2),
        tolls=(said.fatalities, said.injured, said.captured, said.displaced),
    )


@lru_cache(maxsize=16_384)
def place_name(name: str) -> str:
    """Fold a place name: letter case, hyphens and apostrophes are a matter of transliteration."""
    return " ".join(words(name))


def actor_key(actor: Actor) -> str:
    """Return what two namings of one actor have in common: the canonical name, or the folded one as written."""
    return actor.canonical or place_name(actor.name)


def bounds(told: Quantity) -> tuple[int, float]:
    """Return the least and the most that a number allows; an open end is infinite."""
    low = told.low if told.low is not None else told.best or 0
    return low, float("inf") if told.high is None else max(low, told.high)


def _named(actor: Actor | None) -> tuple[str, ActorKind | None] | None:
    return (actor_key(actor), actor.kind) if actor else None
