"""Whatever a stage does with a message, it comes back as a result: an agent must not raise."""

from typing import NoReturn

import pytest

from streams.contracts import Reason, Rejected
from streams.messages import Output, Record, Result, Write
from streams.runner import CARRIED_HEADERS, run

TEXT = "Warplanes bombed a bakery in Tadif"


class Scripted:
    """A stage that does as it is told."""

    name = "extract"

    def __init__(self, outcome: Result | BaseException) -> None:
        self._outcome = outcome

    def process(self, _record: Record) -> Result:
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome

    def reset(self) -> None:
        pass


class Broken:
    """A stage that fails deep down, with the article's text in the exception, its cause and its notes."""

    name = "publish"

    def process(self, record: Record) -> Result:
        try:
            self._deeper(record.value.decode())
        except ValueError as error:
            raise RuntimeError(f"while reading {record.value!r}") from error

    def _deeper(self, text: str) -> NoReturn:
        error = ValueError(text)
        error.add_note(text)
        raise error

    def reset(self) -> None:
        pass


RECORD = Record("mentions", 2, 99, b"sy-hl", TEXT.encode(), (("x", b"1"), ("traceparent", b"00-ab")))


def dlq(result: Result) -> dict[str, str]:
    (letter,) = result.outputs
    return {name: value.decode() for name, value in letter.headers if name.startswith("dlq.")}


def test_a_result_passes_as_it_is_where_nothing_is_carried():
    result = Result("extracted", outputs=(Output("t", b"k", b"v", (("a", b"1"),)),), writes=(Write("w", b"1"),))
    assert run(Scripted(result), Record("t", 0, 0, None, b""), "dead") == result


def test_trace_context_is_carried_to_every_output():
    carried = (("traceparent", b"00-ab"), ("tracestate", b"s"))
    assert {name for name, _ in carried} == CARRIED_HEADERS
    record = Record("t", 0, 0, None, b"", (("secret", b"no"), *carried, ("ce_id", b"old")))
    outputs = (Output("a", None, b"1", (("ce_id", b"new"),)), Output("b", None, b"2"))
    result = run(Scripted(Result("ok", outputs=outputs)), record, "dead")
    assert [output.headers for output in result.outputs] == [(("ce_id", b"new"), *carried), carried]


@pytest.mark.parametrize("reason", Reason)
def test_a_rejected_message_becomes_a_dead_letter_of_its_reason(reason):
    result = run(Scripted(Rejected(reason, "field 'x'")), RECORD, "articles.dead")
    assert (result.outcome, result.dead, result.writes, result.events) == ("dead", reason, (), ())
    assert dlq(result)["dlq.reason"] == reason.value
    assert dlq(result)["dlq.stage"] == "extract"
    assert dlq(result)["dlq.exception"] == "field 'x'"


@pytest.mark.parametrize(
    "error",
    [ValueError(TEXT), KeyError(TEXT), RecursionError(), MemoryError(), AssertionError(), OSError(5, TEXT)],
    ids=repr,
)
def test_an_unforeseen_exception_becomes_a_dead_letter_too(error):
    result = run(Scripted(error), RECORD, "articles.dead")
    assert result.dead is Reason.UNEXPECTED
    assert dlq(result)["dlq.reason"] == "unexpected"
    assert dlq(result)["dlq.exception"].startswith(type(error).__name__)


def test_its_dead_letter_says_where_it_came_from_and_how_often():
    found = dlq(run(Broken(), RECORD, "articles.dead"))
    assert found["dlq.stage"] == "publish"
    assert (found["dlq.origin.topic"], found["dlq.origin.partition"], found["dlq.origin.offset"]) == (
        "mentions",
        "2",
        "99",
    )
    assert found["dlq.attempts"] == "1"


def test_its_dead_letter_leaves_key_bytes_and_headers_untouched():
    (letter,) = run(Broken(), RECORD, "articles.dead").outputs
    assert (letter.topic, letter.key, letter.value) == ("articles.dead", RECORD.key, RECORD.value)
    assert tuple(header for header in letter.headers if not header[0].startswith("dlq.")) == RECORD.headers


def test_the_exception_names_type_function_and_line_but_holds_no_text_of_the_article():
    exception = dlq(run(Broken(), RECORD, "articles.dead"))["dlq.exception"]
    assert exception.startswith("RuntimeError in Broken.process (test_core_runner.py:")
    for word in TEXT.split():
        assert len(word) < 4 or word not in exception


def test_a_stage_that_is_told_to_stop_stops():
    for error in (KeyboardInterrupt(), SystemExit(1)):
        with pytest.raises(type(error)):
            run(Scripted(error), RECORD, "articles.dead")


class PanicException(BaseException):
    """What a panic in a Rust extension (orjson, rensa, sentencex, ahocorasick) looks like: no Exception."""


def test_a_panic_in_a_rust_extension_becomes_a_dead_letter():
    assert run(Scripted(PanicException(TEXT)), RECORD, "articles.dead").dead is Reason.UNEXPECTED
