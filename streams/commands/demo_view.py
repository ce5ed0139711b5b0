"""What `streams demo` shows: events by region, and how far each stage has come."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from streams.commands.console import safe
from streams.commands.tail import parties, toll
from streams.contracts import Event

_STAGES = ("normalise", "extract", "publish")


@dataclass(slots=True)
class Counts:
    """What the worker's /metrics tell, as far as the demo shows it."""

    stages: dict[str, Counter[str]] = field(default_factory=lambda: {stage: Counter() for stage in _STAGES})
    dead: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls, exposition: str) -> Counts:
        """Read the text format of Prometheus."""
        counts = cls()
        for family in text_string_to_metric_families(exposition):
            for sample in family.samples:
                labels, number = sample.labels, int(sample.value)
                if sample.name == "streams_messages_processed_total":
                    counts.stages[labels["stage"]][labels["outcome"]] += number
                elif sample.name == "streams_dead_letters_total":
                    counts.dead[labels["reason"]] += number
                elif sample.name == "streams_duplicates_total":
                    counts.duplicates[labels["kind"]] += number
        return counts


@dataclass(slots=True)
class View:
    """The state of the demo, and its picture."""

    where: dict[str, str]
    total: int
    published: int = 0
    counts: Counts = field(default_factory=Counts)
    events: dict[str, tuple[str, Event]] = field(default_factory=dict)
    revisions: int = 0
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def has_seen(self, revisions: int) -> None:
        """Wait until so many revisions have been taken."""
        async with self._more:
            await self._more.wait_for(lambda: self.revisions >= revisions)

    async def take(self, region: str, event: Event) -> None:
        """Keep the newest revision of each event."""
        self.revisions += 1
        known = self.events.get(event.event_id)
        if known is None or event.revision >= known[1].revision:
            self.events[event.event_id] = (region, event)
        async with self._more:
            self._more.notify_all()

    def picture(self, rows: int | None = None) -> RenderableType:
        """Draw everything; `rows` bounds the list of events (the newest are shown)."""
        return Group(self._head(), Text(), self._stages(), Text(), self._events(rows))

    def _head(self) -> RenderableType:
        lines = [f"{name:<9} {value}" for name, value in self.where.items()]
        return Text("\n".join([*lines, f"{'feed':<9} {self.published} of {self.total} raw messages published"]))

    def _stages(self) -> RenderableType:
        table = Table(box=None, pad_edge=False, title="stages", title_justify="left", title_style="bold")
        for column in ("stage", "messages", "outcomes"):
            table.add_column(column, justify="right" if column == "messages" else "left")
        for stage, outcomes in self.counts.stages.items():
            shown = ", ".join(f"{name} {count}" for name, count in outcomes.most_common() if count)
            table.add_row(stage, str(outcomes.total()), shown)
        for title, counter in (("dead letters", self.counts.dead), ("duplicates", self.counts.duplicates)):
            shown = ", ".join(f"{name} {count}" for name, count in counter.most_common() if count)
            table.add_row(title, str(counter.total()), shown)
        return table

    def _events(self, rows: int | None) -> RenderableType:
        ordered = sorted(self.events.values(), key=lambda item: (item[0], str(item[1].event_date), item[1].event_id))
        if rows is not None and len(ordered) > rows:
            newest = sorted(self.events.values(), key=lambda item: str(item[1].last_seen))[-rows:]
            ordered = [item for item in ordered if item in newest]
        regions = len({region for region, _ in self.events.values()})
        title = f"{len(self.events)} events in {regions} regions, {self.revisions} revisions published"
        table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
        for column in ("region", "date", "what", "where", "who > to whom", "killed", "injured", "sources", "rev"):
            right = column in {"killed", "injured", "sources", "rev"}
            table.add_column(column, justify="right" if right else "left", no_wrap=True, overflow="ellipsis")
        for region, event in ordered:
            cells = (
                region, str(event.event_date or "?"), event.sub_event_type.value, safe(event.location, 24) or "?",
                safe(parties(event), 40), toll(event.fatalities), toll(event.injured), str(event.sources),
                str(event.revision),
            )  # fmt: skip
            table.add_row(*(Text(cell) for cell in cells))
        return table
