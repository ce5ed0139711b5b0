"""Lines in, keys and letters out: what the file commands are made of."""

from __future__ import annotations

import io
import sys
from contextlib import ExitStack
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.commands.errors import CommandError
from streams.commands.files import lines
from streams.commands.offline import BatchWriter, dead_line
from streams.commands.publish import key_of
from streams.contracts import Reason
from streams.dead_letters import make_dead_letter
from streams.messages import Output, Record


def letter(value: bytes | None) -> Output:
    record = Record("articles.raw", 0, 7, b"key", value, (("via", b"\xff"),))
    return make_dead_letter(
        record, topic="articles.dead", stage="normalise", reason=Reason.UNDECODABLE, exception="not JSON"
    )


def test_lines_keep_their_bytes_and_lose_only_their_ends(tmp_path: Path):
    file = tmp_path / "articles"
    file.write_bytes(b'{"a": 1}\r\n\n  \n\xff\xfe no utf-8 \nlast')
    assert list(lines(str(file))) == [b'{"a": 1}', b"\xff\xfe no utf-8 ", b"last"]


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\n\ntwo\n")))
    assert list(lines("-")) == [b"one", b"two"]


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path):
    with pytest.raises(CommandError, match="none: No such file"):
        list(lines(str(tmp_path / "none")))
    with pytest.raises(CommandError, match="Is a directory"):
        list(lines(str(tmp_path)))


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (b'{"url": "https://a.example/1", "id": "x"}', b"https://a.example/1"),
        (b'{"id": "x"}', b"x"),
        (b'{"url": "", "id": 7}', b"7"),
        (b'{"url": "https://a.example/\\u062d"}', "https://a.example/ح".encode()),
        (b'{"body": "text"}', None),
        (b"[1]", None),
        (b"nonsense", None),
        (b"", None),
    ],
)
def test_the_key_of_a_raw_message_is_its_url_else_its_id(line: bytes, key: bytes | None):
    assert key_of(line) == key


@given(
    st.binary()
    | st.builds(orjson.dumps, st.dictionaries(st.sampled_from(["url", "id"]), st.text() | st.integers(-9, 9)))
)
def test_a_key_can_be_asked_of_any_bytes(line: bytes):
    assert key_of(line) is None or isinstance(key_of(line), bytes)


def test_a_dead_letter_is_one_line_of_json_with_its_reason():
    told = orjson.loads(dead_line(letter(b'{"source": ')))
    assert told == {"reason": "undecodable", "stage": "normalise", "exception": "not JSON", "value": '{"source": '}


@given(st.none() | st.binary(max_size=40))
def test_a_dead_letter_of_any_bytes_is_one_line(value: bytes | None):
    line = dead_line(letter(value))
    assert b"\n" not in line
    assert isinstance(orjson.loads(line)["value"], str)


def test_bytes_that_are_no_text_stay_legible_in_a_dead_letter():
    assert orjson.loads(dead_line(letter(b"caf\xe9")))["value"] == "caf\\xe9"


def test_a_batch_writes_a_file_for_each_topic_and_only_when_needed(tmp_path: Path):
    with ExitStack() as stack:
        writer = BatchWriter(tmp_path, stack)
        writer.names = {"events.sy-hl": "events.sy-hl.jsonl", "articles.dead": "dead.jsonl", "events.sy-id": "unused"}
        for number in (1, 2):
            writer.write(Output("events.sy-hl", b"k", b'{"revision": %d}' % number))
        writer.write(letter(b"x"))
    assert writer.count == 3
    assert (tmp_path / "events.sy-hl.jsonl").read_bytes() == b'{"revision": 1}\n{"revision": 2}\n'
    assert orjson.loads((tmp_path / "dead.jsonl").read_bytes())["value"] == "x"
    assert {path.name for path in tmp_path.iterdir()} == {"events.sy-hl.jsonl", "dead.jsonl"}
