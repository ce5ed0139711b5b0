"""From bytes to a raw article: what is accepted, what is refused and why."""

import json

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts import MAX_RAW_BYTES, RawArticle, Reason, Rejected
from streams.normalise import read_raw

STORY = "Shells fell on two villages east of Hama on Sunday."


def reason_for(payload):
    with pytest.raises(Rejected) as caught:
        read_raw(payload)
    return caught.value.reason


def test_a_message_with_source_and_body_is_read():
    raw = read_raw(orjson.dumps({"source": "orontes", "body": STORY, "unknown": [1]}))
    assert (raw.source, raw.body, raw.html) == ("orontes", STORY, None)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        b"",
        b"  \n",
        b"not json",
        b"\xff\xfe",
        b'{"source": "a", "body": "\xc3\x28"}',
        b'{"source": NaN}',
        b"{" * 50_000,
    ],
    ids=["tombstone", "empty", "blank", "words", "binary", "bad utf-8", "nan", "deep"],
)
def test_what_is_not_json_in_utf8_is_undecodable(payload):
    assert reason_for(payload) is Reason.UNDECODABLE


@pytest.mark.parametrize(
    "record",
    [
        [],
        "text",
        7,
        None,
        {"source": 7, "body": STORY},
        {"source": "a", "body": ["x"]},
        {"source": "a", "body": STORY, "title": {"en": "x"}},
        {"source": "a", "body": STORY, "id": True},
        {"source": "a", "body": STORY, "published_at": [2017]},
    ],
)
def test_json_of_another_shape_is_told_apart(record):
    assert reason_for(orjson.dumps(record)) is Reason.WRONG_SHAPE


@pytest.mark.parametrize("source", [None, "", " \t\n"])
def test_a_blank_source_is_a_missing_source(source):
    assert reason_for(orjson.dumps({"source": source, "body": STORY})) is Reason.MISSING_SOURCE


@pytest.mark.parametrize("fields", [{}, {"body": None}, {"body": "  "}, {"body": "", "html": "\n"}])
def test_neither_body_nor_html_is_a_missing_body(fields):
    assert reason_for(orjson.dumps({"source": "a", **fields})) is Reason.MISSING_BODY


def test_size_is_judged_before_anything_else():
    assert reason_for(b"x" * (MAX_RAW_BYTES + 1)) is Reason.TOO_LARGE
    assert reason_for(b"x" * MAX_RAW_BYTES) is Reason.UNDECODABLE


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (1491646920, "1491646920"),
        (1491646920.0, "1491646920"),
        (1491646920.5, "1491646920.5"),
        (-1, "-1"),
        ("x", "x"),
        (None, None),
    ],
)
def test_numbers_are_taken_for_id_and_times(given, read):
    raw = read_raw(
        orjson.dumps({"source": "a", "body": STORY, "id": given, "published_at": given, "fetched_at": given})
    )
    assert (raw.id, raw.published_at, raw.fetched_at) == (read, read, read)


def test_a_number_of_absurd_length_does_not_pass_for_an_id():
    payload = b'{"source": "\\ud800", "body": "x", "id": 1' + b"0" * 4_000 + b"}"
    assert reason_for(payload) is Reason.WRONG_SHAPE


def test_half_a_surrogate_pair_is_repaired():
    raw = read_raw(b'{"source": "a", "body": "Smoke over the town \\ud83d"}')
    assert raw.body == "Smoke over the town \ufffd"


def test_a_byte_order_mark_is_no_reason_to_refuse():
    assert read_raw(b"\xef\xbb\xbf" + orjson.dumps({"source": "a", "body": STORY})).body == STORY


@pytest.mark.parametrize(
    "payload",
    [
        b'{"source": "a", "body": 5, "title": "secret words"}',
        b'{"source": "a", "body": "secret words',
        b'{"source": "\\ud800", "body": "secret words',
        b'{"source": "", "body": "secret words"}',
    ],
)
def test_the_detail_never_quotes_the_article(payload):
    with pytest.raises(Rejected) as caught:
        read_raw(payload)
    assert "secret" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(st.sampled_from(sorted(RawArticle.model_fields)), JSON)


def wire(value):
    """Write the value as JSON, lone surrogates and all."""
    return json.dumps(value).encode()


@settings(deadline=None)
@given(st.binary(max_size=200) | FIELDS.map(wire))
def test_any_bytes_are_either_read_or_rejected(payload):
    try:
        raw = read_raw(payload)
    except Rejected:
        return
    assert raw.source.strip()
    assert raw.encode()
