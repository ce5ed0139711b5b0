"""Short ways to say what an article says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from streams.contracts import Actor, ActorKind, Mention, Mentions, Quantity, SubEventType
from streams.dedup import fingerprint, sketch

START = datetime(2016, 12, 17, 8, tzinfo=UTC)
DAY = date(2016, 12, 16)
MANBIJ = {"location": "Manbij", "latitude": 36.528, "longitude": 37.955, "geo_precision": 1}
AL_BAB = {"location": "al-Bab", "latitude": 36.371, "longitude": 37.516, "geo_precision": 1}
NO_COORDINATES = {"latitude": None, "longitude": None}
PROVINCE = {"location": "Aleppo province", "geo_precision": 3, **NO_COORDINATES}
ARMY = Actor(name="the army", canonical="Syrian Armed Forces", kind=ActorKind.STATE_FORCES)
REBELS = Actor(name="rebels", canonical="Opposition rebels", kind=ActorKind.REBEL_GROUP)
BACKGROUND = " ".join(f"background{number} of the long story number{number}" for number in range(40))


def toll(told: int | str | None) -> Quantity | None:
    """16 is sixteen, "16+" at least sixteen, "16-20" a range."""
    if told is None or isinstance(told, int):
        return None if told is None else Quantity(low=told, best=told, high=told, text=str(told))
    if told.endswith("+"):
        least = int(told[:-1])
        return Quantity(low=least, best=least, high=None, qualifier="at_least", text=f"at least {least}")
    low, high = map(int, told.split("-"))
    return Quantity(low=low, best=low, high=high, qualifier="range", text=told)


def mention(
    kind: SubEventType = SubEventType.SHELLING, dead: int | str | None = None, hurt: int | str | None = None, **slots
) -> Mention:
    slots = {
        "country": "SY",
        "admin1": "SY-HL",
        "event_date": DAY,
        "date_precision": 1,
        "sentence": f"Told: {dead} dead, {hurt} hurt.",
        "start": 0,
        "end": 9,
        **MANBIJ,
        **slots,
    }
    return Mention(event_type=kind.event_type, sub_event_type=kind, fatalities=toll(dead), injured=toll(hurt), **slots)


def message(
    article_id: str, *mentions: Mention, source: str | None = None, text: str | None = None, hours: float = 0, **slots
) -> Mentions:
    """An article with a text of its own unless told otherwise, from an outlet of its own likewise."""
    text = text or " ".join(f"{article_id}{number}" for number in range(80))
    return Mentions(
        region="sy-hl",
        article_id=article_id,
        fingerprint=fingerprint("", text),
        source=source or f"outlet-{article_id}",
        ingested_at=START + timedelta(hours=hours),
        sketch=sketch(text),
        mentions=mentions,
        **slots,
    )
