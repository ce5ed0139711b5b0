"""`streams tail`: follow events as a table or as JSON."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from json import dumps, loads
from typing import Annotated

import typer

from streams.commands.console import errors, safe
from streams.commands.errors import USAGE, CommandError
from streams.commands.kafka import catalogue_of, consumer, execute, partitions_of, to_record
from streams.contracts import Coding, Event, Quantity, Rejected
from streams.messages import Record
from streams.reading import read
from streams.settings import Settings, load_settings
from streams.topics import Catalogue

_SPAN = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_POLL_MS = 300


def parse_since(text: str, now: datetime) -> datetime:
    """Read '15m', '6h', '2d' before now, or an ISO 8601 instant (UTC where it has no offset).

    Raises:
        CommandError: it is neither.
    """
    try:
        if match := _SPAN.fullmatch(text):
            return now - timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise CommandError(f"--since {text!r}: say 15m, 6h, 2d or 2017-03-10T06:00Z", USAGE) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def toll(quantity: Quantity | None) -> str:
    """Write a toll briefly: '52', '52+', '30-40', '~30'; empty if there is none."""
    if quantity is None:
        return ""
    low, best, high = quantity.low, quantity.best, quantity.high
    if high is None:
        return f"{low}+"
    if best is not None and quantity.qualifier in {"approx", "vague"}:
        return f"~{best}"
    return str(low) if low == high else f"{low}-{high}"


def parties(coding: Coding, arrow: str = ">") -> str:
    """Write who did it and to whom, as the article names them; '?' where it does not."""
    names = [actor.name if actor else "?" for actor in (coding.actor1, coding.actor2)]
    return f"{names[0]} {arrow} {names[1]}"


def event_row(event: Event) -> tuple[str, ...]:
    """Return the cells of an event, made safe for a terminal."""
    return (
        safe(event.admin1 or event.country, 6) or "?",
        f"r{event.revision}" if event.status == "active" else f"r{event.revision} RETRACTED",
        str(event.event_date or "?"),
        event.sub_event_type.value,
        safe(event.location, 28) or "?",
        safe(parties(event), 44),
        toll(event.fatalities),
        toll(event.injured),
        str(event.sources),
        safe(event.event_id, 40),
    )


_FORMAT = "{:<6} {:<4} {:<10} {:<34} {:<28} {:<44} {:>6} {:>7} {:>3}  {}"
_HEADER = ("REGION", "REV", "DATE", "WHAT", "WHERE", "WHO", "KILLED", "INJURED", "SRC", "EVENT")


def wanted(types: list[str], min_fatalities: int) -> Callable[[Event], bool]:
    """Return the filter that the options ask for; types match event types and sub-event types, in any case."""
    names = {name.casefold() for name in types}

    def keep(event: Event) -> bool:
        if names and not names & {event.event_type.value.casefold(), event.sub_event_type.value.casefold()}:
            return False
        if min_fatalities <= 0:
            return True
        killed = event.fatalities
        return killed is not None and max(killed.best or 0, killed.low or 0) >= min_fatalities

    return keep


def _topics(catalogue: Catalogue, regions: list[str]) -> list[str]:
    unknown = [region for region in regions if region.lower() not in catalogue.events]
    if unknown:
        raise CommandError(f"no region {unknown[0]!r}; there are {', '.join(catalogue.events)}", USAGE)
    chosen = [region.lower() for region in regions] or list(catalogue.events)
    return [catalogue.events[region].name for region in chosen]


async def _follow(
    settings: Settings, topics: list[str], since: datetime | None, once: bool, show: Callable[[Record], None]
) -> None:
    partitions = await partitions_of(settings, topics)
    async with consumer(settings, partitions) as client:
        ends = await client.end_offsets(partitions)
        if since is None:
            await (client.seek_to_beginning if once else client.seek_to_end)(*partitions)
        else:
            found = await client.offsets_for_times(dict.fromkeys(partitions, int(since.timestamp() * 1000)))
            for partition in partitions:
                at = found.get(partition)
                client.seek(partition, at.offset if at else ends[partition])
        while not once or [tp for tp in partitions if await client.position(tp) < ends[tp]]:
            for messages in (await client.getmany(timeout_ms=_POLL_MS)).values():
                for message in messages:
                    show(to_record(message))


def tail_command(
    regions: Annotated[list[str] | None, typer.Argument(help="Region codes, e.g. sy-hl sy-id; all if none.")] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="Event or sub-event type; may repeat.")] = None,
    min_fatalities: Annotated[int, typer.Option(help="Least number killed.", min=0)] = 0,
    since: Annotated[str | None, typer.Option(help="Start there: 15m, 6h, 2d or an ISO 8601 instant.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Show what there is, then end.")] = False,
) -> None:
    """Follow events as they are published: new ones, or with --since or --once earlier ones too."""
    settings = load_settings()
    start = parse_since(since, datetime.now(UTC)) if since else None
    topics = _topics(catalogue_of(settings), regions or [])
    keep = wanted(types or [], min_fatalities)
    shown = 0

    def show(record: Record) -> None:
        nonlocal shown
        if record.value is None:
            return  # a tombstone: the event has been retracted before
        try:
            event = read(Event, record.value)
        except Rejected as rejected:
            errors.print(f"{record.topic} {record.partition}:{record.offset}: {rejected}", style="red", markup=False)
            return
        if not keep(event):
            return
        shown += 1
        if json:
            print(dumps(loads(record.value)))  # in ASCII: a terminal must not see control characters of an article
        else:
            if shown == 1:
                print(_FORMAT.format(*_HEADER))
            print(_FORMAT.format(*event_row(event)))
        sys.stdout.flush()

    execute(_follow(settings, topics, start, once, show))
    if not shown:
        errors.print("no events")
