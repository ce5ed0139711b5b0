"""A deterministic feed of raw articles with known events, and what the pipeline makes of it without Kafka."""

from __future__ import annotations

import orjson

from streams.messages import Output
from streams.offline import OfflinePipeline
from streams.settings import Settings

PLACES = ("Aleppo", "Idlib", "Homs", "Hama", "Raqqa", "Daraa", "Latakia", "Palmyra", "Douma", "Manbij")
DAYS = ("Monday", "Tuesday", "Wednesday")
REPORTERS = ("monitors", "residents", "medics", "activists")


def article(number: int) -> bytes:
    """Return raw article `number`: an air raid of its own, told by one of five outlets; every seventh is an update."""
    teller = number - 5 if number % 7 == 6 and number >= 5 else number
    place, day = PLACES[teller % len(PLACES)], DAYS[teller % len(DAYS)]
    killed = 3 + teller * 3 % 50 + (number - teller)
    filler = " ".join(f"{word}{teller}" for word in ("market", "bakery", "school", "bridge", "clinic", "orchard"))
    return orjson.dumps(
        {
            "source": f"outlet-{teller % 5}",
            "url": f"https://news.example/story/{teller}",
            "title": f"Air raid on {place}",
            "published_at": f"2017-03-{9 + teller % 10:02d}T12:00:00Z",
            "body": (
                f"Government warplanes bombed the city of {place} on {day}, killing {killed} civilians and wounding "
                f"{killed + 4} others, {REPORTERS[teller % 4]} said.\n\n"
                f"The raid hit places that residents call {filler}, according to a first account from the scene."
            ),
        }
    )


def feed(count: int) -> list[bytes]:
    """Return the first `count` articles, with every ninth broken on purpose."""
    return [b"{broken on purpose %d" % n if n % 9 == 8 else article(n) for n in range(count)]


Told = dict[tuple[str, int], bytes]
"""What a consumer keeps: (event_id, revision) -> the event, without the times that tell when we heard of it."""


def identity_of(value: bytes) -> tuple[tuple[str, int], bytes]:
    """Return the key and the timeless content of an event on the wire."""
    event = orjson.loads(value)
    for clock in ("first_seen", "last_seen"):
        event.pop(clock)
    return (event["event_id"], event["revision"]), orjson.dumps(event)


def told_offline(messages: list[bytes], **settings: object) -> Told:
    """Return what the pipeline publishes for the messages in this order, undisturbed."""
    events: list[bytes] = []

    def keep(output: Output) -> None:
        if output.topic.startswith("events."):
            events.append(output.value or b"")

    pipeline = OfflinePipeline(Settings(**settings), keep)
    for message in messages:
        pipeline.feed(message)
    return dict(identity_of(value) for value in events)
