"""A dead letter keeps key, bytes and headers, says why it is one, and can be replayed; too many stop the worker."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams import __version__
from streams.contracts import Reason
from streams.dead_letters import DeadLetter, DeadLetterLimit, DeadLetterLimitError, attempts_of, make_dead_letter
from streams.messages import Headers, Output, Record

# CI machines are slow and shared: only a hung test is too slow.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ORIGINAL: Headers = (("traceparent", b"00-ab-cd-01"), ("x", b"1"), ("x", b"2"), ("bytes", b"\xff\x00"))

HEADERS = st.lists(
    st.tuples(st.text(max_size=8).filter(lambda name: not name.startswith("dlq.")), st.binary(max_size=8)), max_size=5
).map(tuple)


def raw(
    headers: Headers = ORIGINAL, key: bytes | None = b"https://a.example/1", value: bytes | None = b"\xff{"
) -> Record:
    return Record("articles.raw", 3, 4711, key, value, headers)


def letter(record: Record, exception: str = "ValueError in f (m.py:1)", reason: Reason = Reason.UNEXPECTED) -> Output:
    return make_dead_letter(record, topic="articles.dead", stage="normalise", reason=reason, exception=exception)


def consumed(output: Output, offset: int = 0) -> Record:
    return Record(output.topic, 0, offset, output.key, output.value, output.headers)


def info(output: Output) -> dict[str, str]:
    return dict(DeadLetter.read(consumed(output)).info)


@settings(UNHURRIED)
@given(HEADERS, st.none() | st.binary(max_size=20), st.none() | st.binary(max_size=20))
def test_key_bytes_and_original_headers_are_untouched(headers, key, value):
    dead = letter(raw(headers, key, value))
    assert (dead.topic, dead.key, dead.value) == ("articles.dead", key, value)
    assert tuple(header for header in dead.headers if not header[0].startswith("dlq.")) == headers


@pytest.mark.parametrize("reason", Reason)
def test_headers_say_why_where_and_by_which_version(reason):
    assert info(letter(raw(), reason=reason)) == {
        "dlq.reason": reason.value,
        "dlq.stage": "normalise",
        "dlq.origin.topic": "articles.raw",
        "dlq.origin.partition": "3",
        "dlq.origin.offset": "4711",
        "dlq.exception": "ValueError in f (m.py:1)",
        "dlq.attempts": "1",
        "dlq.version": __version__,
    }


def test_reasons_are_a_closed_set():
    assert {reason.value for reason in Reason} == {
        "undecodable", "wrong_shape", "missing_source", "missing_body", "too_large", "empty_text", "unexpected",
    }  # fmt: skip


def test_the_exception_is_cut_to_500_characters():
    assert info(letter(raw(), exception="é" * 900))["dlq.exception"] == "é" * 500


def test_an_exception_that_is_no_unicode_text_still_makes_a_letter():
    assert info(letter(raw(), exception="half a pair: \ud83d"))["dlq.exception"].startswith("half a pair")


def test_a_message_that_fails_again_after_a_replay_shows_the_latest_failure_once():
    again = DeadLetter.read(consumed(letter(raw()))).replay()
    second = letter(Record(again.topic, 1, 5000, again.key, again.value, again.headers), exception="second")
    names = [name for name, _ in second.headers]
    assert len([name for name in names if name.startswith("dlq.")]) == 8
    assert info(second)["dlq.attempts"] == "2"
    assert info(second)["dlq.exception"] == "second"
    assert info(second)["dlq.origin.offset"] == "5000"


def test_a_replay_is_the_original_message_for_its_original_topic():
    replayed = DeadLetter.read(consumed(letter(raw()))).replay()
    assert (replayed.topic, replayed.key, replayed.value) == ("articles.raw", raw().key, raw().value)
    assert replayed.headers == (*ORIGINAL, ("dlq.attempts", b"1"))


@settings(UNHURRIED)
@given(st.integers(1, 20))
def test_attempts_count_on_through_replays(times):
    record = raw()
    for _ in range(times):
        dead = letter(record)
        replayed = DeadLetter.read(consumed(dead)).replay()
        record = Record(replayed.topic, 0, 0, replayed.key, replayed.value, replayed.headers)
    assert attempts_of(record.headers) == times
    assert tuple(header for header in record.headers if header[0] != "dlq.attempts") == ORIGINAL


@pytest.mark.parametrize("headers", [(), (("dlq.origin.topic", b""),), (("dlq.reason", b"unexpected"),)])
def test_what_does_not_say_where_it_came_from_cannot_be_replayed(headers):
    assert DeadLetter.read(Record("articles.dead", 0, 0, None, b"x", headers)).replay() is None


@pytest.mark.parametrize(
    ("value", "attempts"), [(b"3", 3), (b"0", 0), (b"-2", 0), (b"", 0), (b"many", 0), (b"\xff", 0), (b"9" * 5000, 0)]
)
def test_a_count_of_attempts_that_is_no_number_counts_as_none(value, attempts):
    assert attempts_of((("dlq.attempts", value),)) == attempts


def test_the_last_count_of_attempts_counts():
    assert attempts_of((("dlq.attempts", b"7"), ("dlq.attempts", b"2"))) == 2


def feed(limit: DeadLetterLimit, pattern: str) -> None:
    for mark in pattern:
        limit.record(dead=mark == "x", stage="normalise")


def test_so_many_dead_letters_in_a_row_stop_the_worker_and_not_one_fewer():
    limit = DeadLetterLimit(consecutive=3, ratio=1, window=1000)
    feed(limit, "xx")
    with pytest.raises(DeadLetterLimitError, match="stage normalise: 3 dead letters in a row"):
        feed(limit, "x")


def test_one_good_message_starts_the_row_anew():
    feed(DeadLetterLimit(consecutive=3, ratio=1, window=1000), "xx.xx.xx.xx")


def test_too_large_a_share_stops_the_worker_once_the_window_is_full():
    limit = DeadLetterLimit(consecutive=100, ratio=0.5, window=10)
    feed(limit, "xx.xx.xx.")
    with pytest.raises(DeadLetterLimitError, match="7 dead letters in the last 10 messages"):
        feed(limit, "x")


def test_a_share_at_the_ratio_is_not_yet_above_it():
    limit = DeadLetterLimit(consecutive=100, ratio=0.5, window=10)
    feed(limit, "x." * 50)
    with pytest.raises(DeadLetterLimitError):
        feed(limit, "xx")


def test_no_share_is_taken_before_the_window_is_full():
    feed(DeadLetterLimit(consecutive=100, ratio=0.1, window=10), "xxxxxxxxx")


def test_what_has_left_the_window_no_longer_counts():
    limit = DeadLetterLimit(consecutive=100, ratio=0.5, window=10)
    feed(limit, "xxxxx....." + "." * 10 + "xxxxx")


def test_a_ratio_just_below_one_stops_a_stream_that_is_all_dead():
    with pytest.raises(DeadLetterLimitError):
        feed(DeadLetterLimit(consecutive=100, ratio=0.99, window=10), "x" * 11)


@settings(UNHURRIED)
@given(st.text("x.", max_size=60), st.integers(1, 8), st.sampled_from([0.2, 0.5, 0.8]), st.integers(1, 12))
def test_the_limit_is_what_its_description_says(pattern, consecutive, ratio, window):
    limit = DeadLetterLimit(consecutive, ratio, window)
    for seen in range(1, len(pattern) + 1):
        recent = pattern[:seen][-window:]
        in_a_row = seen - len(pattern[:seen].rstrip("x"))
        too_many = in_a_row >= consecutive or (seen >= window and recent.count("x") > ratio * window)
        if too_many:
            with pytest.raises(DeadLetterLimitError):
                feed(limit, pattern[seen - 1])
            return
        feed(limit, pattern[seen - 1])
