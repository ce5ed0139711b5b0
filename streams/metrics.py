"""The metric catalogue: every metric's name, type, labels and meaning, in one place.

A metric that is not in here does not exist. Base units (seconds, bytes), `_total` on counters, labels from closed
sets only (stages, outcomes, reasons, regions, event types, topics and partitions of ours).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from streams import __version__
from streams.contracts import Reason
from streams.messages import Outcome

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


@dataclass(frozen=True, slots=True)
class MetricDef:
    """One line of the catalogue."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = field(default=_FAST)


CATALOGUE: tuple[MetricDef, ...] = (
    MetricDef("streams_messages_consumed_total", "counter", "Messages taken in by a stage.", ("stage",)),
    MetricDef(
        "streams_messages_processed_total",
        "counter",
        "Messages that a stage has finished (outputs acknowledged, state written), by outcome.",
        ("stage", "outcome"),
    ),
    MetricDef("streams_messages_in_progress", "gauge", "Messages taken in and not yet finished.", ("stage",)),
    MetricDef("streams_message_processing_seconds", "histogram", "Time a stage computes on one message.", ("stage",)),
    MetricDef(
        "streams_batch_settling_seconds",
        "histogram",
        "Time from the last computation of a batch until outputs and state are acknowledged.",
        ("stage",),
    ),
    MetricDef(
        "streams_last_processed_timestamp_seconds", "gauge", "When a stage last finished a message (Unix).", ("stage",)
    ),
    MetricDef("streams_dead_letters_total", "counter", "Dead letters, by reason.", ("stage", "reason")),
    MetricDef("streams_duplicates_total", "counter", "Articles that repeat another, by kind.", ("kind",)),
    MetricDef(
        "streams_events_total",
        "counter",
        "Events published; revision is 'first' or 'later'.",
        ("region", "event_type", "revision"),
    ),
    MetricDef(
        "streams_publication_latency_seconds",
        "histogram",
        "Time from the consumption of a raw article to the acknowledgement of an event that it led to.",
        (),
        _SLOW,
    ),
    MetricDef(
        "streams_consumer_lag_messages",
        "gauge",
        "Messages in a partition that have not been committed by the group yet.",
        ("topic", "partition"),
    ),
    MetricDef("streams_state_entries", "gauge", "Entries in a state table.", ("table",)),
    MetricDef("streams_rebalances_total", "counter", "Rebalances of the consumer group that this worker saw."),
    MetricDef("streams_ready", "gauge", "1 once partitions are assigned and state is recovered, else 0."),
    MetricDef("streams_build_info", "gauge", "Always 1; the version is a label.", ("version",)),
)


STAGE_OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    "normalise": ("normalised",),
    "extract": ("extracted", "eventless", "unserved", "duplicate", "replay"),
    "publish": ("published", "update", "absorbed", "duplicate", "empty", "replay"),
}
"""What may become of a message in each stage, besides a dead letter."""


class Metrics:
    """The catalogue as live metrics of one process, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        made = {definition.name: self._make(definition) for definition in CATALOGUE}
        self.consumed: Counter = made["streams_messages_consumed_total"]
        self.processed: Counter = made["streams_messages_processed_total"]
        self.in_progress: Gauge = made["streams_messages_in_progress"]
        self.processing: Histogram = made["streams_message_processing_seconds"]
        self.settling: Histogram = made["streams_batch_settling_seconds"]
        self.last_processed: Gauge = made["streams_last_processed_timestamp_seconds"]
        self.dead_letters: Counter = made["streams_dead_letters_total"]
        self.duplicates: Counter = made["streams_duplicates_total"]
        self.events: Counter = made["streams_events_total"]
        self.latency: Histogram = made["streams_publication_latency_seconds"]
        self.lag: Gauge = made["streams_consumer_lag_messages"]
        self.state_entries: Gauge = made["streams_state_entries"]
        self.rebalances: Counter = made["streams_rebalances_total"]
        self.ready: Gauge = made["streams_ready"]
        made["streams_build_info"].labels(version=__version__).set(1)
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Make the series of closed label sets, so that `increase` sees their first increment."""
        for stage, outcomes in STAGE_OUTCOMES.items():
            self.consumed.labels(stage)
            self.in_progress.labels(stage)
            for outcome in (*outcomes, "dead"):
                self.processed.labels(stage, outcome)
            for reason in Reason:
                self.dead_letters.labels(stage, reason.value)
        for kind in ("exact", "duplicate", "update"):
            self.duplicates.labels(kind)

    def _make(self, definition: MetricDef) -> Any:
        """Create one metric; typed loosely, since the catalogue decides its class."""
        if definition.kind == "counter":
            return Counter(definition.name, definition.help, definition.labels, registry=self.registry)
        if definition.kind == "gauge":
            return Gauge(definition.name, definition.help, definition.labels, registry=self.registry)
        return Histogram(
            definition.name, definition.help, definition.labels, buckets=definition.buckets, registry=self.registry
        )
