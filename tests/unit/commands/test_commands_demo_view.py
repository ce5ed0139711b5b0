"""What the demo shows of a worker's metrics and of events."""

from __future__ import annotations

import asyncio

from prometheus_client import generate_latest
from rich.console import Console

from streams.commands.demo_view import Counts, View
from streams.contracts import Event
from streams.contracts.examples import EVENT
from streams.metrics import Metrics


def event(**changes: object) -> Event:
    return EVENT.model_copy(update=changes)


def shown(view: View, rows: int | None = None) -> str:
    console = Console(width=200, record=True, force_terminal=False)
    with console.capture() as capture:
        console.print(view.picture(rows))
    return capture.get()


async def test_counts_are_those_of_the_metrics():
    metrics = Metrics()
    metrics.processed.labels("normalise", "normalised").inc(5)
    metrics.processed.labels("extract", "duplicate").inc(2)
    metrics.dead_letters.labels("normalise", "too_large").inc()
    metrics.duplicates.labels("exact").inc(2)
    counts = Counts.read(generate_latest(metrics.registry).decode())
    assert counts.stages["normalise"]["normalised"] == 5
    assert counts.stages["extract"]["duplicate"] == 2
    assert counts.dead["too_large"] == 1
    assert counts.duplicates.total() == 2


async def test_the_newest_revision_of_an_event_is_kept_in_whatever_order_they_come():
    view = View({}, 3)
    for revision in (1, 3, 2):
        await view.take("sy-id", event(revision=revision))
    ((region, kept),) = view.events.values()
    assert (region, kept.revision) == ("sy-id", 3)
    assert view.revisions == 3


async def test_one_can_wait_until_revisions_have_been_seen():
    view = View({}, 1)
    waiting = asyncio.create_task(view.has_seen(2))
    await view.take("sy-id", event(revision=1))
    await asyncio.sleep(0)
    assert not waiting.done()
    await view.take("sy-id", event(revision=2))
    await asyncio.wait_for(waiting, 5)


async def test_the_picture_tells_where_how_far_and_what():
    view = View({"broker": "127.0.0.1:9", "metrics": "http://127.0.0.1:8/metrics"}, 40, published=12)
    await view.take("sy-id", EVENT)
    picture = shown(view)
    for words in (
        "127.0.0.1:9",
        "/metrics",
        "12 of 40",
        "1 events in 1 regions",
        "Air/drone strike",
        "Saraqib",
        "sy-id",
    ):
        assert words in picture


async def test_a_bounded_picture_shows_the_events_heard_of_last():
    view = View({}, 9)
    for number in range(9):
        seen = EVENT.last_seen.replace(minute=number)
        await view.take("sy-id", event(event_id=f"e{number}", location=f"Town{number}", last_seen=seen))
    picture = shown(view, 3)
    assert [number for number in range(9) if f"Town{number}" in picture] == [6, 7, 8]
    assert "9 events" in picture


async def test_a_place_with_escapes_or_markup_is_shown_as_text():
    view = View({}, 1)
    await view.take("sy-id", event(location="[red]Sara\x1b[2Jqib"))
    picture = shown(view)
    assert "\x1b" not in picture
    assert "[red]Sara" in picture
