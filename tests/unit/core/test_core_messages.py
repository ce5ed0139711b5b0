"""Messages, their CloudEvents headers, and reading our own messages back."""

import json
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.agents.outputs import article_output, duplicate_output, event_output, mentions_output
from streams.cloudevents import cloud_event
from streams.contracts import Article, Event, Mentions, Reason, Rejected
from streams.contracts.examples import ARTICLE, DUPLICATE, EVENT, MENTIONS
from streams.messages import MemoryState, Output, Record, Result, Write
from streams.reading import read

# CI machines are slow and shared: only a hung test is too slow.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

AT = datetime(2017, 2, 7, 16, 42, 5, tzinfo=UTC)


def test_the_last_value_of_a_header_counts():
    record = Record("t", 0, 0, None, None, (("a", b"1"), ("b", b"2"), ("a", b"3")))
    assert (record.header("a"), record.header("b"), record.header("c")) == (b"3", b"2", None)


def test_headers_are_added_to_every_output_and_change_nothing_else():
    result = Result("ok", outputs=(Output("a", b"k", b"v", (("x", b"1"),)), Output("b", None, None)), duplicate="exact")
    more = result.with_headers((("y", b"2"),))
    assert [output.headers for output in more.outputs] == [(("x", b"1"), ("y", b"2")), (("y", b"2"),)]
    assert (more.outcome, more.duplicate, more.outputs[0].value) == ("ok", "exact", b"v")
    assert result.outputs[1].headers == ()


def test_memory_state_takes_writes_in_order_and_forgets_what_is_deleted():
    state = MemoryState()
    for change in (Write("a", b"1"), Write("b", b"2"), Write("a", None), Write("gone", None), Write("b", b"3")):
        state.apply(change)
    assert dict(state.items()) == {"b": b"3"}


def test_cloud_event_headers_are_those_of_the_kafka_binding_in_binary_mode():
    assert dict(cloud_event("streams.event", "e-1/2", "/streams/publish/sy-hl", AT)) == {
        "ce_specversion": b"1.0",
        "ce_id": b"e-1/2",
        "ce_type": b"streams.event",
        "ce_source": b"/streams/publish/sy-hl",
        "ce_time": b"2017-02-07T16:42:05Z",
        "content-type": b"application/json",
    }


def test_an_unknown_time_is_left_out():
    assert "ce_time" not in dict(cloud_event("t", "i", "/s", None))


@settings(UNHURRIED)
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_the_same_arguments_give_the_same_headers(identity):
    assert cloud_event("t", identity, "/s", AT) == cloud_event("t", identity, "/s", AT)


def test_an_article_is_keyed_by_its_fingerprint():
    assert article_output(ARTICLE, "t").key == ARTICLE.fingerprint.encode()


def test_mentions_are_keyed_by_their_region():
    assert mentions_output(MENTIONS, "t").key == b"sy-id"


def test_an_event_is_keyed_by_its_id_and_identified_by_id_and_revision():
    output = event_output(EVENT, "sy-id", "events.sy-id")
    assert output.key == EVENT.event_id.encode()
    assert dict(output.headers)["ce_id"] == f"{EVENT.event_id}/{EVENT.revision}".encode()
    assert dict(output.headers)["ce_source"] == b"/streams/publish/sy-id"


def test_a_duplicate_is_keyed_by_the_article_that_repeats():
    assert duplicate_output(DUPLICATE, "t", AT).key == DUPLICATE.article_id.encode()


@pytest.mark.parametrize(
    "output",
    [
        article_output(ARTICLE, "t"),
        mentions_output(MENTIONS, "t"),
        event_output(EVENT, "sy-id", "t"),
        duplicate_output(DUPLICATE, "t", AT),
    ],
    ids=lambda output: dict(output.headers)["ce_type"].decode(),
)
def test_values_are_json_and_header_values_are_utf_8(output):
    assert isinstance(orjson.loads(output.value), dict)
    assert all(value.decode("utf-8") for _, value in output.headers)
    assert dict(output.headers)["content-type"] == b"application/json"


def test_verdicts_on_two_copies_of_one_page_have_different_ids():
    origin = DUPLICATE.origin
    again = DUPLICATE.model_copy(update={"origin": origin.model_copy(update={"offset": origin.offset + 1})})
    ids = {dict(duplicate_output(verdict, "t", AT).headers)["ce_id"] for verdict in (DUPLICATE, again)}
    assert len(ids) == 2


def test_our_own_messages_are_read_back():
    assert read(Article, ARTICLE.encode()) == ARTICLE
    assert read(Mentions, MENTIONS.encode()) == MENTIONS
    assert read(Event, EVENT.encode()) == EVENT


@pytest.mark.parametrize("payload", [None, b"", b"{", b"\xff\xfe", b'"\xff"', b"[" * 100_000, b"NaN"])
def test_what_is_no_json_is_undecodable(payload):
    with pytest.raises(Rejected) as caught:
        read(Article, payload)
    assert caught.value.reason is Reason.UNDECODABLE


@pytest.mark.parametrize("payload", [b"null", b"1", b'"text"', b"[]", b"{}", b'{"source": 1}'])
def test_json_of_another_shape_has_the_wrong_shape(payload):
    with pytest.raises(Rejected) as caught:
        read(Article, payload)
    assert caught.value.reason is Reason.WRONG_SHAPE


SECRET = "a sentence of the article"


@pytest.mark.parametrize(
    "change", [{"source": [SECRET]}, {"published_at": SECRET}, {"origin": {"topic": "t", "partition": SECRET}}]
)
def test_the_detail_names_fields_and_never_their_values(change):
    with pytest.raises(Rejected) as caught:
        read(Article, json.dumps(orjson.loads(ARTICLE.encode()) | change).encode())
    assert next(iter(change)) in caught.value.detail
    assert SECRET not in str(caught.value)
    assert "\n" not in caught.value.detail


@settings(UNHURRIED)
@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_whatever_the_bytes_nothing_but_a_rejection_comes_out(payload):
    with pytest.raises(Rejected):
        read(Article, payload)
