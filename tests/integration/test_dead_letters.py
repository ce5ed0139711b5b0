"""What cannot be processed: why, with everything that it came with, and its way back."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from aiokafka import ConsumerRecord
from brokers import Broker, Namespace, blocking, delete_topics, produce, wait_for
from feed import article
from pipeline import Pipeline

from streams import __version__
from streams.contracts import Reason

FAULTY = """
import sys
from streams.agents.extract import Extract
from streams.agents.normalise import Normalise

def breaking(kind, word):
    process = kind.process
    def faulty(self, record):
        if word in (record.value or b""):
            raise RuntimeError("the text of the article")
        return process(self, record)
    kind.process = faulty

breaking(Normalise, b"kaboom-normalise")
breaking(Extract, b"kaboom-extract")
sys.argv = ["streams", "worker"]
from streams.cli import main
main()
"""
COMMAND_SECONDS = 30


def telling(word: str, **fields: object) -> bytes:
    """Return a sound raw article that speaks of one event and holds a word to know it by."""
    body = f"Government warplanes bombed the town of Saraqib on Monday, killing 7 civilians, medics of {word} said."
    told = {"source": "outlet", "url": f"https://news.example/{word}", "published_at": "2017-03-10T08:00:00Z"}
    return orjson.dumps({**told, "body": body, **fields})


HEADERS = [("via", b"first"), ("via", b"second"), ("none", None), ("empty", b""), ("bytes", b"\xff\x00\x1b[31m")]
"""What the messages carry besides: a repeated name, a null, an empty and a binary value."""
FORGED = [("dlq.origin.topic", b"elsewhere"), ("dlq.reason", b"fine"), ("dlq.attempts", b"many"), ("kept", b"1")]

BROKEN: dict[str, tuple[Reason, bytes | None]] = {
    "not-utf-8": (Reason.UNDECODABLE, b'{"source": "outlet", "body": "a caf\xe9 was shelled"}'),
    "not-json": (Reason.UNDECODABLE, b"<html>502 Bad Gateway</html>"),
    "cut-short": (Reason.UNDECODABLE, telling("cut")[:-20]),
    "tombstone": (Reason.UNDECODABLE, None),
    "array": (Reason.WRONG_SHAPE, b'[{"source": "outlet", "body": "text"}]'),
    "wrong-type": (Reason.WRONG_SHAPE, b'{"source": "outlet", "body": ["text"]}'),
    "no-source": (Reason.MISSING_SOURCE, b'{"body": "Shelling hit the town."}'),
    "no-body": (Reason.MISSING_BODY, b'{"source": "outlet", "title": "Shelling hits town"}'),
    "over-900000-bytes": (Reason.TOO_LARGE, telling("large", title="x" * 900_000)),
    "nearly-1-mib": (Reason.TOO_LARGE, telling("larger", title="x" * 1_040_000)),
    "empty-after-cleaning": (
        Reason.EMPTY_TEXT,
        b'{"source": "outlet", "html": "<html><script>var shelling = 1;</script><style>p {}</style></html>"}',
    ),
    "raises": (Reason.UNEXPECTED, telling("kaboom-normalise")),
    "hostile": (Reason.UNDECODABLE, b"\x1b]0;owned\x07\x1b[2J \xc2\x9b31m \xe2\x80\xae txet {"),
}


def headers_on(broker: Broker) -> list[tuple[str, bytes | None]]:
    """Return HEADERS as the broker keeps them in articles.raw.

    The embedded one rewrites batches of topics with message.timestamp.type=LogAppendTime, and drops all but the last of
    a repeated name in doing so.
    """
    return HEADERS[1:] if broker.kind == "embedded" else HEADERS


def original_headers(letter: ConsumerRecord) -> list[tuple[str, bytes | None]]:
    return [header for header in letter.headers if not header[0].startswith("dlq.")]


def command(pipeline: Pipeline, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run `streams ...` to its end on the pipeline's broker and topics."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("STREAMS_")}
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        env={**outside, **pipeline.environment},
        capture_output=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


@dataclass(frozen=True)
class Letters:
    """What the run of this module left: its pipeline (no worker runs any more) and its dead letters."""

    pipeline: Pipeline
    all: list[ConsumerRecord]

    def of(self, case: str) -> ConsumerRecord:
        (letter,) = [record for record in self.all if record.key == case.encode()]
        return letter

    def in_extract(self) -> ConsumerRecord:
        (letter,) = [record for record in self.all if dict(record.headers)["dlq.stage"] == b"extract"]
        return letter


@pytest.fixture(scope="module")
def letters(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Letters]:
    """Every kind of broken message among sound ones, through a worker with two faulty stages; then it is stopped."""
    namespace = Namespace(f"t{uuid.uuid4().hex[:10]}")
    pipeline = Pipeline(broker, namespace, tmp_path_factory.mktemp("letters"))
    messages = [(case.encode(), value, HEADERS) for case, (_, value) in BROKEN.items()]
    messages.insert(0, (None, article(1), []))
    messages += [
        (b"extract", telling("kaboom-extract"), HEADERS),
        (None, article(2), []),
        (b"forged", b"nonsense", FORGED),
    ]
    try:
        pipeline.apply_topics()
        worker = pipeline.start([sys.executable, "-c", FAULTY]).wait_ready()
        blocking(produce(broker.bootstrap, pipeline.catalogue.raw.name, messages))
        blocking(pipeline.drain())
        assert worker.stop() == 0
        yield Letters(pipeline, blocking(pipeline.dead()))
    finally:
        pipeline.close()
        blocking(delete_topics(broker.bootstrap, namespace.app_id))


def test_nothing_sound_is_diverted_and_nothing_broken_is_lost(letters: Letters):
    assert len(letters.all) == len(BROKEN) + 2  # one in extract, one forged
    pipeline = letters.pipeline
    sound = blocking(pipeline.records(pipeline.catalogue.events["sy-id"].name))
    sound += blocking(pipeline.records(pipeline.catalogue.events["sy-hi"].name))
    assert len(sound) == 2


@pytest.mark.parametrize("case", BROKEN)
def test_the_reason_is_told(letters: Letters, case: str):
    reason, _ = BROKEN[case]
    assert dict(letters.of(case).headers)["dlq.reason"].decode() == reason.value


def test_every_reason_of_the_closed_set_has_been_seen(letters: Letters):
    assert {dict(record.headers)["dlq.reason"].decode() for record in letters.all} == {str(reason) for reason in Reason}


@pytest.mark.parametrize("case", BROKEN)
def test_key_bytes_and_headers_stay_as_they_came(letters: Letters, case: str):
    letter = letters.of(case)
    assert letter.value == BROKEN[case][1]
    assert original_headers(letter) == headers_on(letters.pipeline.broker)


def test_dlq_headers_say_where_it_came_from_how_often_and_who_gave_up(letters: Letters):
    raw = {record.key: record for record in blocking(letters.pipeline.records(letters.pipeline.catalogue.raw.name))}
    for case in BROKEN:
        told = {name: value.decode() for name, value in letters.of(case).headers if name.startswith("dlq.")}
        assert told.pop("dlq.exception") != ""
        assert told == {
            "dlq.reason": BROKEN[case][0].value,
            "dlq.stage": "normalise",
            "dlq.origin.topic": letters.pipeline.catalogue.raw.name,
            "dlq.origin.partition": "0",
            "dlq.origin.offset": str(raw[case.encode()].offset),
            "dlq.attempts": "1",
            "dlq.version": __version__,
        }


def test_dlq_headers_never_quote_the_article(letters: Letters):
    for record in letters.all:
        detail = dict(record.headers)["dlq.exception"]
        for words in (b"the text of the article", b"caf", b"502", b"Shelling", b"shelling", b"owned", b"Saraqib"):
            assert words not in detail


def test_a_letter_of_a_later_stage_holds_the_message_of_that_stage(letters: Letters):
    letter = letters.in_extract()
    headers = dict(letter.headers)
    assert headers["dlq.origin.topic"].decode() == letters.pipeline.catalogue.normalised.name
    assert headers["dlq.reason"] == b"unexpected"
    assert headers["dlq.exception"].startswith(b"RuntimeError in ")
    (original,) = [
        record
        for record in blocking(letters.pipeline.records(letters.pipeline.catalogue.normalised.name))
        if b"kaboom-extract" in record.value
    ]
    assert (letter.key, letter.value) == (original.key, original.value)
    assert letter.headers[: len(original.headers)] == original.headers


def test_list_shows_where_why_and_from_where(letters: Letters):
    done = command(letters.pipeline, "dead-letters", "list")
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode()
    for case, (reason, value) in BROKEN.items():
        letter = letters.of(case)
        (line,) = [line for line in shown.splitlines() if line.split()[:1] == [f"0:{letter.offset}"]]
        assert reason.value in line
        assert "normalise" in line
        assert str(len(value or b"")) in line.split()
    counts = done.stderr.decode()
    assert "6 undecodable" in counts
    assert "2 too_large" in counts


def test_list_takes_reasons_and_a_stage(letters: Letters):
    done = command(letters.pipeline, "dead-letters", "list", "--reason", "unexpected", "--stage", "extract")
    assert done.returncode == 0
    lines = [line for line in done.stdout.decode().splitlines() if line[:1].isdigit()]
    assert [line.split()[0] for line in lines] == [f"0:{letters.in_extract().offset}"]


def test_show_raw_gives_the_original_bytes_and_nothing_else(letters: Letters):
    for case in ("hostile", "nearly-1-mib"):
        done = command(letters.pipeline, "dead-letters", "show", "--raw", f"0:{letters.of(case).offset}")
        assert done.returncode == 0, done.stderr
        assert done.stdout == BROKEN[case][1]


def test_show_lets_no_control_character_through_to_the_terminal(letters: Letters):
    done = command(letters.pipeline, "dead-letters", "show", f"0:{letters.of('hostile').offset}")
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode()
    assert "owned" in shown
    assert "dlq.reason: undecodable" in shown
    assert "key: hostile" in shown
    assert [c for c in shown if unicodedata.category(c)[0] == "C" and c != "\n"] == []


def test_show_of_a_place_without_a_letter_is_one_clear_line(letters: Letters):
    done = command(letters.pipeline, "dead-letters", "show", "0:999")
    assert done.returncode == 2
    assert done.stderr.decode().strip() == "streams: no dead letter at 0:999"
    assert done.stdout == b""


def test_a_replay_must_say_which(letters: Letters):
    done = command(letters.pipeline, "dead-letters", "replay")
    assert done.returncode == 2
    assert "say which" in done.stderr.decode()


async def test_a_replay_sends_only_the_chosen_back_as_they_came_but_for_the_count(letters: Letters):
    raw = letters.pipeline.catalogue.raw.name
    before = len(await letters.pipeline.records(raw))
    done = command(letters.pipeline, "dead-letters", "replay", "--reason", "missing_source", "--reason", "missing_body")
    assert done.returncode == 0, done.stderr
    assert "2 dead letters sent back" in done.stderr.decode()
    sent = (await letters.pipeline.records(raw))[before:]
    assert [(record.key, record.value) for record in sent] == [
        (case.encode(), BROKEN[case][1]) for case in ("no-source", "no-body")
    ]
    for record in sent:
        assert list(record.headers) == [*headers_on(letters.pipeline.broker), ("dlq.attempts", b"1")]
    assert len(await letters.pipeline.dead()) == len(letters.all)


async def test_a_replay_of_one_place_sends_that_one(letters: Letters):
    normalised = letters.pipeline.catalogue.normalised.name
    before = len(await letters.pipeline.records(normalised))
    done = command(letters.pipeline, "dead-letters", "replay", f"0:{letters.in_extract().offset}")
    assert done.returncode == 0, done.stderr
    (record,) = (await letters.pipeline.records(normalised))[before:]
    assert (record.key, record.value) == (letters.in_extract().key, letters.in_extract().value)
    names = [name for name, _ in record.headers]
    assert "ce_id" in names
    assert [name for name in names if name.startswith(("dlq.", "streams-"))] == ["dlq.attempts"]


async def test_once_the_fault_is_gone_a_replay_brings_the_article_through(pipeline: Pipeline):
    faulty = pipeline.start([sys.executable, "-c", FAULTY]).wait_ready()
    await pipeline.publish([telling("kaboom-normalise"), telling("kaboom-extract", source="other"), b"nonsense"])
    await pipeline.drain()
    assert faulty.stop() == 0
    events = pipeline.catalogue.events["sy-id"].name
    assert await pipeline.records(events) == []
    done = command(pipeline, "dead-letters", "replay", "--reason", "unexpected")
    assert done.returncode == 0, done.stderr
    assert "2 dead letters sent back" in done.stderr.decode()
    pipeline.start().wait_ready()
    await pipeline.drain()
    told = [orjson.loads(record.value) for record in await pipeline.records(events)]
    assert {event["fatalities"]["best"] for event in told} == {7}
    accounted = {evidence["url"] for event in told for evidence in event["evidence"]}
    accounted |= {orjson.loads(record.value)["url"] for record in await pipeline.duplicates()}
    assert accounted == {"https://news.example/kaboom-normalise", "https://news.example/kaboom-extract"}
    assert len(await pipeline.dead()) == 3


async def test_a_second_failure_counts_up_and_keeps_what_the_first_kept(pipeline: Pipeline):
    pipeline.start([sys.executable, "-c", FAULTY]).wait_ready()
    broken = [(b"a", BROKEN["array"][1], HEADERS), (b"b", telling("kaboom-normalise"), HEADERS)]
    await produce(pipeline.broker.bootstrap, pipeline.catalogue.raw.name, broken)
    for attempt in (1, 2):
        await pipeline.drain()
        letters = (await pipeline.dead())[-2:]
        assert {record.key: dict(record.headers)["dlq.attempts"] for record in letters} == {
            b"a": b"%d" % attempt,
            b"b": b"%d" % attempt,
        }
        for record, (key, value, _) in zip(letters, broken, strict=True):
            assert (record.key, record.value) == (key, value)
            assert original_headers(record) == headers_on(pipeline.broker)
        if attempt == 1:
            places = [f"{record.partition}:{record.offset}" for record in letters]
            assert command(pipeline, "dead-letters", "replay", *places).returncode == 0


async def test_a_letter_whose_headers_name_no_topic_of_ours_is_not_sent_anywhere(pipeline: Pipeline):
    elsewhere = pipeline.catalogue.duplicates.name
    forged = [
        (b"k", b"{}", [("dlq.origin.topic", elsewhere.encode()), ("dlq.reason", b"unexpected")]),
        (b"k", b"{}", [("dlq.reason", b"unexpected")]),
        (b"k", b"{}", []),
    ]
    await produce(pipeline.broker.bootstrap, pipeline.catalogue.dead.name, forged)
    done = command(pipeline, "dead-letters", "replay", "--all")
    assert done.returncode == 1
    assert "3 not sent back" in done.stderr.decode()
    assert await pipeline.duplicates() == []
    listed = command(pipeline, "dead-letters", "list")
    assert listed.returncode == 0, listed.stderr


def test_forged_dlq_headers_of_a_raw_message_are_not_believed(letters: Letters):
    letter = letters.of("forged")
    headers = dict(letter.headers)
    assert headers["dlq.origin.topic"].decode() == letters.pipeline.catalogue.raw.name
    assert headers["dlq.reason"] == b"undecodable"
    assert headers["dlq.attempts"] == b"1"
    assert len([name for name, _ in letter.headers if name.startswith("dlq.")]) == 8
    assert headers["kept"] == b"1"


def test_markup_in_a_letter_is_shown_as_the_text_that_it_is(pipeline: Pipeline):
    detail = "[/red] [bold] :bomb:"
    headers = [("dlq.reason", b"unexpected"), ("dlq.exception", detail.encode())]
    blocking(produce(pipeline.broker.bootstrap, pipeline.catalogue.dead.name, [(b"k", b"{}", headers)]))
    done = command(pipeline, "dead-letters", "list")
    assert done.returncode == 0, done.stderr
    assert detail in done.stdout.decode()


async def test_the_largest_message_that_the_topic_takes_does_not_stop_the_worker(pipeline: Pipeline):
    worker = pipeline.start().wait_ready()
    raw = pipeline.catalogue.raw
    largest = int(raw.config["max.message.bytes"]) - 1000
    await produce(pipeline.broker.bootstrap, raw.name, [(b"huge", b"x" * largest, []), (None, article(1), [])])

    async def drained() -> bool:
        return worker.ready() and not any(await pipeline.lags())

    await wait_for(drained, 30)
    (letter,) = await pipeline.dead()
    assert dict(letter.headers)["dlq.reason"] == b"too_large"


def test_no_dead_letters_is_said_and_no_fault(pipeline: Pipeline):
    done = command(pipeline, "dead-letters", "list")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode().strip() == "no dead letters"


def test_without_its_topic_the_command_says_what_to_do(broker: Broker, namespace: Namespace, tmp_path: Path):
    done = command(Pipeline(broker, namespace, tmp_path), "dead-letters", "list")
    assert done.returncode == 1
    assert "streams topics apply" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
