"""Turns a mention and its settled place into a location: what 'near', 'northern', 'countryside of' do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.places.cues import cues
from streams.places.model import Location, Place, PlaceMention

if TYPE_CHECKING:
    from streams.places.gazetteer import Gazetteer

ITSELF, PART, PROVINCE = 1, 2, 3
_AROUND = frozenset({"near", "distance"})


def meant_place(mention: PlaceMention, gazetteer: Gazetteer) -> Place | None:
    """Return the place that a mention means once its words are read: Rif Dimashq for 'near Damascus'."""
    place = mention.place
    if place is None or place.kind != "city":
        return place
    role = cues().role
    modifiers = set(mention.modifier.split())
    outside = mention.relation in _AROUND or modifiers & (role["wide"] | role["outer"])
    return (gazetteer.surroundings(place) or place) if outside else place


def location_of(mention: PlaceMention, gazetteer: Gazetteer, rule: str) -> Location:
    """Return where a mention lies, with ACLED's geo-precision.

    1 is the place itself; 2 near it, or a part of an area; 3 the province (or only the country) as a whole.
    """
    place = meant_place(mention, gazetteer)
    if place is None:
        return _unlisted(mention, rule)
    role = cues().role
    modifiers = set(mention.modifier.split())
    partly = mention.relation in _AROUND or bool(modifiers & (role["direction"] | role["wide"]))
    if place.kind == "admin1":
        precision = PART if partly else PROVINCE
    elif place.kind == "country":
        precision = PROVINCE
    elif place.kind == "region":
        precision = PART
    else:
        precision = PART if partly or modifiers & role["area"] else ITSELF
    return _at(mention, place, precision, rule)


def _at(mention: PlaceMention, place: Place, precision: int, rule: str) -> Location:
    return Location(
        name=mention.text,
        place=place,
        country=place.country,
        admin1=place.admin1,
        latitude=place.latitude,
        longitude=place.longitude,
        precision=precision,
        rule=rule,
        start=mention.start,
        end=mention.end,
    )


def _unlisted(mention: PlaceMention, rule: str) -> Location:
    """Place a village that the gazetteer does not know by the known place it is said to lie at."""
    anchor = mention.anchor
    if anchor is None:
        return Location(mention.text, None, None, None, None, None, PROVINCE, rule, mention.start, mention.end)
    exact = anchor.kind not in {"admin1", "country", "region"}
    return Location(
        name=mention.text,
        place=None,
        country=anchor.country,
        admin1=anchor.admin1,
        latitude=anchor.latitude if exact else None,
        longitude=anchor.longitude if exact else None,
        precision=PART if exact else PROVINCE,
        rule=rule,
        start=mention.start,
        end=mention.end,
    )
