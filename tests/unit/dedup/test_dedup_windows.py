"""Windows: what is older than the window is told once, in a fixed order, and leaves no memory behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.dedup import ArrivalQueue, ExpiryQueue, from_millis, to_millis

SECOND = timedelta(seconds=1)


def test_a_key_falls_due_only_after_its_window():
    queue = ExpiryQueue(SECOND)
    queue.push("a", 5_000)
    assert queue.due(6_000) == []
    assert queue.due(6_001) == ["a"]
    assert queue.due(60_000) == []


def test_the_latest_touch_counts():
    queue = ExpiryQueue(SECOND)
    queue.push("a", 1_000)
    queue.push("a", 5_000)
    assert queue.due(5_500) == []
    assert queue.due(6_001) == ["a"]


def test_the_oldest_fall_due_first_and_equals_in_order_of_their_keys():
    queue = ExpiryQueue(SECOND)
    for key, at in [("c", 2), ("b", 1), ("a", 2)]:
        queue.push(key, at)
    assert queue.due(10_000) == ["b", "a", "c"]


def test_a_discarded_key_never_falls_due():
    queue = ExpiryQueue(SECOND)
    queue.push("a", 1)
    queue.discard("a")
    assert queue.due(10_000) == []


def test_touching_one_key_for_ever_takes_no_memory():
    queue = ExpiryQueue(SECOND)
    for at in range(10_000):
        queue.push("a", at)
    assert (len(queue), len(queue._heap) < 100) == (1, True)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 5_000)), max_size=80), st.integers(0, 9_000))
def test_what_falls_due_depends_only_on_the_latest_touches(touches, now):
    lived, rebuilt = ExpiryQueue(SECOND), ExpiryQueue(SECOND)
    latest = {}
    for key, at in touches:
        lived.push(key, at)
        latest[key] = at
    for key in sorted(latest, reverse=True):
        rebuilt.push(key, latest[key])
    expected = [key for key, at in sorted(latest.items(), key=lambda item: item[::-1]) if at < now - 1_000]
    assert lived.due(now) == rebuilt.due(now) == expected


def test_arrivals_leave_after_the_window():
    queue = ArrivalQueue(SECOND, reach=0)
    queue.push("a", 1, 0)
    queue.push("b", 2, 900)
    assert queue.due(3, 1_000) == []
    assert queue.due(3, 1_001) == [(1, "a")]


def test_the_last_arrivals_stay_whatever_the_clock_says():
    queue = ArrivalQueue(SECOND, reach=2)
    for number, key in enumerate("abcd", start=1):
        queue.push(key, number, 0)
    assert queue.due(5, 10**9) == [(1, "a"), (2, "b")]


def test_instants_go_to_milliseconds_and_back():
    instant = datetime(2016, 12, 17, 8, 30, 0, 123_000, tzinfo=UTC)
    assert from_millis(to_millis(instant)) == instant
    assert to_millis(instant.replace(tzinfo=None)) == to_millis(instant)
