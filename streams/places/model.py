"""What the package speaks of: a place on the map, its name in a text, and where an event happened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the gazetteer knows.

    Attributes:
        name: Preferred name.
        kind: 'country', 'admin1', 'region' (an area inside or across provinces: Ghouta, Qalamoun), 'city', 'town',
            'village', 'district' (of a city) or 'site' (dam, airbase, crossing, hospital, prison, camp, road).
        country: ISO 3166-1 alpha-2 code.
        admin1: ISO 3166-2 code ('SY-HL'); None for countries and for areas that straddle provinces.
        latitude: Degrees north (WGS 84), or None where not known.
        longitude: Degrees east, or None where not known.
        weight: Prominence, on the scale of a population; breaks ties between places of one name.
        within: The city that a district belongs to or the larger place that a site lies at; '' where none is told.
    """

    name: str
    kind: str
    country: str
    admin1: str | None
    latitude: float | None
    longitude: float | None
    weight: int
    within: str = ""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A name found in a text.

    Attributes:
        start: Offset of the name in the text, in code points.
        end: Offset after its last character.
        text: The name as written, `text[start:end]` of the article.
        candidates: Places of that name, best first, context considered; empty only for a place that the gazetteer
            does not know but the words name as one ("the village of Xyz").
        relation: 'in', 'near', 'distance' ("25 km east of Raqqa"), 'from' (origin), 'to' (destination), 'named' (no
            word leads to it), 'dateline', 'venue' (a statement or talks were made there), 'government' (a country or
            its capital standing for its government).
        modifier: Lower-case words that narrow or widen the name: 'northern', 'countryside', 'province', 'city', ...;
            several are joined by a space; '' where there are none.
        anchor: For a place not in the gazetteer: the known place that it is said to lie at, else None.
    """

    start: int
    end: int
    text: str
    candidates: tuple[Place, ...]
    relation: str
    modifier: str = ""
    anchor: Place | None = None

    @property
    def place(self) -> Place | None:
        """The best candidate."""
        return self.candidates[0] if self.candidates else None


@dataclass(frozen=True, slots=True)
class Location:
    """The resolved place of an event.

    Attributes:
        name: The place name as written in the text.
        place: The gazetteer's place, or None for a village that it does not know.
        country: ISO 3166-1 alpha-2 code.
        admin1: ISO 3166-2 code, or None where only the country can be told.
        latitude: Degrees north, or None.
        longitude: Degrees east, or None.
        precision: ACLED's geo-precision: 1 the place itself, 2 near it or a part of an area, 3 the province only.
        rule: Name of the rule that found it, for an event's trace.
        start: Offset of the name in the article's text, or -1 where it stands in the title only.
        end: Offset after its last character, or -1.
    """

    name: str
    place: Place | None
    country: str | None
    admin1: str | None
    latitude: float | None
    longitude: float | None
    precision: int
    rule: str = ""
    start: int = -1
    end: int = -1
