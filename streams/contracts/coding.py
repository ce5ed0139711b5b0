"""The coded slots that a mention and an event share: what, who, where, when, how many, says who."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from streams.contracts.base import Contract


class EventType(StrEnum):
    """ACLED's six event types (ACLED codebook 2023, table 1)."""

    BATTLES = "Battles"
    EXPLOSIONS = "Explosions/Remote violence"
    VIOLENCE_AGAINST_CIVILIANS = "Violence against civilians"
    PROTESTS = "Protests"
    RIOTS = "Riots"
    STRATEGIC = "Strategic developments"


class SubEventType(StrEnum):
    """ACLED's 25 sub-event types, in the order of its codebook."""

    ARMED_CLASH = "Armed clash"
    GOVERNMENT_REGAINS = "Government regains territory"
    NON_STATE_OVERTAKES = "Non-state actor overtakes territory"
    CHEMICAL_WEAPON = "Chemical weapon"
    AIR_STRIKE = "Air/drone strike"
    SUICIDE_BOMB = "Suicide bomb"
    SHELLING = "Shelling/artillery/missile attack"
    REMOTE_EXPLOSIVE = "Remote explosive/landmine/IED"
    GRENADE = "Grenade"
    SEXUAL_VIOLENCE = "Sexual violence"
    ATTACK = "Attack"
    ABDUCTION = "Abduction/forced disappearance"
    PEACEFUL_PROTEST = "Peaceful protest"
    PROTEST_INTERVENTION = "Protest with intervention"
    EXCESSIVE_FORCE = "Excessive force against protesters"
    VIOLENT_DEMONSTRATION = "Violent demonstration"
    MOB_VIOLENCE = "Mob violence"
    AGREEMENT = "Agreement"
    ARRESTS = "Arrests"
    CHANGE_TO_GROUP = "Change to group/activity"
    DISRUPTED_WEAPONS_USE = "Disrupted weapons use"
    BASE_ESTABLISHED = "Headquarters or base established"
    LOOTING = "Looting/property destruction"
    NON_VIOLENT_TRANSFER = "Non-violent transfer of territory"
    OTHER = "Other"

    @property
    def event_type(self) -> EventType:
        """The ACLED event type that this sub-event type belongs to."""
        return _EVENT_TYPE[self]


_SUB_EVENT_TYPES_OF = {
    EventType.BATTLES: 3,
    EventType.EXPLOSIONS: 6,
    EventType.VIOLENCE_AGAINST_CIVILIANS: 3,
    EventType.PROTESTS: 3,
    EventType.RIOTS: 2,
    EventType.STRATEGIC: 8,
}
_EVENT_TYPE = dict(zip(SubEventType, (kind for kind, n in _SUB_EVENT_TYPES_OF.items() for _ in range(n)), strict=True))


class ActorKind(StrEnum):
    """ACLED's eight actor types."""

    STATE_FORCES = "State forces"
    REBEL_GROUP = "Rebel group"
    POLITICAL_MILITIA = "Political militia"
    IDENTITY_MILITIA = "Identity militia"
    RIOTERS = "Rioters"
    PROTESTERS = "Protesters"
    CIVILIANS = "Civilians"
    EXTERNAL_FORCES = "External/other forces"


class Actor(Contract):
    """A party to an event."""

    name: str = Field(description="As written, the shortest clear form.")
    canonical: str | None = Field(None, description="Canonical name from the actor lexicon.")
    kind: ActorKind | None = None


Qualifier = Literal["exact", "at_least", "at_most", "approx", "range", "vague"]


class Quantity(Contract):
    """A number of people as a text tells it. `low <= best <= high` where they are known."""

    low: int | None = Field(None, ge=0)
    best: int | None = Field(None, ge=0)
    high: int | None = Field(None, ge=0)
    qualifier: Qualifier = "exact"
    text: str = Field("", description="The words that it was read from.")


GeoPrecision = Literal[1, 2, 3]
DatePrecision = Literal[1, 2, 3]


class Coding(Contract):
    """Who did what to whom, where, when, with how many victims, according to whom."""

    event_type: EventType
    sub_event_type: SubEventType
    plover: str | None = Field(None, description="PLOVER event type, from the crosswalk.")
    plover_mode: str | None = Field(None, description="PLOVER mode, from the crosswalk.")
    cameo: str | None = Field(None, description="CAMEO code, from the crosswalk.")
    country: str | None = Field(None, description="ISO 3166-1 alpha-2 code.")
    admin1: str | None = Field(
        None,
        description="ISO 3166-2 code; the country's code where only the country can be told; null with no place.",
    )
    location: str | None = Field(None, description="Place name as written.")
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    geo_precision: GeoPrecision | None = Field(
        None, description="ACLED's scale: 1 the place itself, 2 near it or part of an area, 3 the province only."
    )
    event_date: date | None = None
    date_precision: DatePrecision | None = Field(None, description="ACLED's scale: 1 day, 2 week, 3 month.")
    actor1: Actor | None = Field(None, description="Who did it.")
    actor2: Actor | None = Field(None, description="To whom, or the other side.")
    fatalities: Quantity | None = None
    injured: Quantity | None = None
    captured: Quantity | None = None
    displaced: Quantity | None = None
    weapon: str | None = None
    attribution: str | None = Field(None, description="Who is cited for it.")
    modality: Literal["asserted"] = "asserted"
