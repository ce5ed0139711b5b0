"""The metric catalogue follows Prometheus' naming rules, and nothing is counted that it doesn't name."""

import re

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from streams.contracts import EventType, Reason
from streams.metrics import CATALOGUE, MetricDef, Metrics
from streams.regions import region_codes

BASE_UNITS = ("seconds", "bytes", "ratio")
# Plain counts of things: a gauge of them has no unit but their name.
COUNTED = ("messages", "entries", "info", "ready", "in_progress")
# Every label, and the closed set that its values come from.
LABELS = {
    "stage": 3,
    "outcome": 12,
    "reason": len(Reason),
    "kind": 3,
    "region": 30,
    "event_type": len(EventType),
    "revision": 2,
    "topic": 3,
    "partition": 100,
    "table": 2,
    "version": 1,
}

each_metric = pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)


@each_metric
def test_a_name_is_in_snake_case_and_bears_the_prefix(metric: MetricDef):
    assert re.fullmatch(r"streams(_[a-z][a-z0-9]*)+", metric.name)


@each_metric
def test_total_ends_the_names_of_counters_and_of_nothing_else(metric: MetricDef):
    assert metric.name.endswith("_total") == (metric.kind == "counter")


@each_metric
def test_a_name_ends_in_a_base_unit_or_in_what_is_counted(metric: MetricDef):
    stem = metric.name.removesuffix("_total")
    assert not re.search(r"_(milliseconds|ms|minutes|hours|kilobytes|megabytes|percent)(_|$)", stem)
    if metric.kind == "histogram":
        assert stem.endswith(BASE_UNITS)
    if metric.kind == "gauge":
        assert stem.endswith(BASE_UNITS + COUNTED)


@each_metric
def test_reserved_suffixes_are_left_to_the_types_that_own_them(metric: MetricDef):
    assert not metric.name.endswith(("_count", "_sum", "_bucket", "_created"))


@each_metric
def test_a_metric_says_in_a_sentence_what_it_means(metric: MetricDef):
    assert len(metric.help) > 15
    assert metric.help.endswith(".")


@each_metric
def test_labels_come_from_closed_sets_and_do_not_repeat_in_the_name(metric: MetricDef):
    assert set(metric.labels) <= LABELS.keys()
    assert len(set(metric.labels)) == len(metric.labels)
    assert not {"le", "quantile", "job", "instance"} & set(metric.labels)


@each_metric
def test_a_worker_has_at_most_a_few_hundred_series_of_a_metric(metric: MetricDef):
    series = 1
    for label in metric.labels:
        series *= LABELS[label]
    assert series <= 400


@each_metric
def test_buckets_rise_and_there_are_few_of_them(metric: MetricDef):
    assert list(metric.buckets) == sorted(set(metric.buckets))
    assert len(metric.buckets) <= 16


def test_names_are_unique():
    names = [metric.name for metric in CATALOGUE]
    assert len(set(names)) == len(names)


def test_default_regions_are_as_many_as_the_label_allows():
    assert len(region_codes(("SY",))) <= LABELS["region"]


def families(metrics: Metrics) -> dict[str, str]:
    text = generate_latest(metrics.registry).decode()
    return {family.name: family.type for family in text_string_to_metric_families(text)}


def test_the_page_shows_the_catalogue_and_nothing_else():
    shown = {name: kind for name, kind in families(Metrics()).items() if not name.endswith("_created")}
    assert shown == {metric.name.removesuffix("_total"): metric.kind for metric in CATALOGUE}


def test_the_page_tells_the_version():
    assert b'streams_build_info{version="' in generate_latest(Metrics().registry)


def test_a_metric_takes_the_labels_that_the_catalogue_gives_it():
    metrics = Metrics()
    metrics.events.labels("sy-hl", EventType.BATTLES.value, "first").inc()
    metrics.dead_letters.labels("extract", Reason.UNEXPECTED.value).inc()
    page = generate_latest(metrics.registry).decode()
    assert 'streams_events_total{event_type="Battles",region="sy-hl",revision="first"} 1.0' in page
    assert 'streams_dead_letters_total{reason="unexpected",stage="extract"} 1.0' in page


def test_two_workers_in_one_process_do_not_share_a_registry():
    one, other = Metrics(), Metrics()
    one.rebalances.inc()
    assert other.registry.get_sample_value("streams_rebalances_total") == 0.0


def test_a_registry_of_the_callers_is_used():
    registry = CollectorRegistry()
    assert Metrics(registry).registry is registry


def test_dead_letters_are_shown_at_zero_before_the_first_one():
    sample = {"stage": "normalise", "reason": "undecodable"}
    assert Metrics().registry.get_sample_value("streams_dead_letters_total", sample) == 0.0
