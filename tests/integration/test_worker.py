"""The worker as ops meet it: when it refuses to start, what it tells of itself, how it stops."""

import contextlib
import sys
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from brokers import Broker, Namespace, produce, wait_until
from feed import feed
from pipeline import Pipeline

ANY_RAISE = """
import sys
from streams.agents.{stage} import {kind}
process = {kind}.process
def faulty(self, record):
    if b"{word}" in (record.value or b""):
        raise RuntimeError("the text of the article")
    return process(self, record)
{kind}.process = faulty
sys.argv = ["streams", "worker"]
from streams.cli import main
main()
"""


def test_it_refuses_to_start_without_its_topics(broker: Broker, namespace: Namespace, tmp_path):
    worker = Pipeline(broker, namespace, tmp_path).start()
    assert worker.wait(60) == 1
    line = worker.log.read_text().strip().splitlines()[-1]
    assert line.startswith("streams: topic ")
    assert "is missing" in line
    assert "streams topics apply" in line


def test_it_refuses_to_start_on_another_partition_count(pipeline: Pipeline):
    worker = pipeline.start(STREAMS_PARTITIONS="3")
    assert worker.wait(60) == 1
    said = worker.log.read_text()
    assert "has 1 partition(s), the catalogue says 3" in said.replace("\n", " ")
    assert "Traceback" not in said


def test_it_refuses_to_start_without_a_broker(broker: Broker, namespace: Namespace, tmp_path):
    worker = Pipeline(broker, namespace, tmp_path).start(STREAMS_BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert worker.wait(60) == 1
    said = worker.log.read_text()
    assert "no broker answers at 127.0.0.1:1" in said
    assert "Traceback" not in said


async def test_its_metrics_tell_what_became_of_every_message(pipeline: Pipeline):
    messages = feed(27)
    worker = pipeline.start().wait_ready()
    assert worker.get("/healthz") == "ok\n"
    await pipeline.publish([*messages, messages[0]])
    await pipeline.drain()

    shown = worker.get("/metrics")
    for line in (
        'streams_messages_consumed_total{stage="normalise"} 28.0',
        'streams_messages_processed_total{outcome="normalised",stage="normalise"} 25.0',
        'streams_messages_processed_total{outcome="dead",stage="normalise"} 3.0',
        'streams_messages_processed_total{outcome="duplicate",stage="extract"} 1.0',
        'streams_dead_letters_total{reason="undecodable",stage="normalise"} 3.0',
        'streams_duplicates_total{kind="exact"} 1.0',
        'streams_messages_in_progress{stage="publish"} 0.0',
        "streams_ready 1.0",
    ):
        assert line in shown
    assert 'streams_events_total{event_type="Explosions/Remote violence",region="sy-hl",revision="first"}' in shown
    assert "streams_publication_latency_seconds_count" in shown
    with pytest.raises(HTTPError):
        worker.get("/nothing")


def test_its_lag_gauge_shows_what_waits(pipeline: Pipeline):
    worker = pipeline.start().wait_ready()
    line = f'streams_consumer_lag_messages{{partition="0",topic="{pipeline.catalogue.raw.name}"}} 0.0'
    wait_until(lambda: line in worker.get("/metrics"), 20, "the lag gauge")


def test_sigterm_drains_and_exits_0(pipeline: Pipeline):
    assert pipeline.start().wait_ready().stop() == 0


@pytest.mark.parametrize(
    ("stage", "kind", "word"),
    [("normalise", "Normalise", "Homs"), ("extract", "Extract", "Homs"), ("publish", "Publish", "sy-hi")],
)
async def test_a_stage_that_raises_loses_only_the_message_and_that_to_the_dead_letters(
    pipeline: Pipeline, stage: str, kind: str, word: str
):
    messages = [message for message in feed(24) if b"body" in message]
    of_the_region = (b"Homs", b"Palmyra") if stage == "publish" else (b"Homs",)
    faulty = sum(any(place in message for place in of_the_region) for message in messages)
    pipeline.start([sys.executable, "-c", ANY_RAISE.format(stage=stage, kind=kind, word=word)]).wait_ready()
    await pipeline.publish(messages)
    await pipeline.drain()
    dead = await pipeline.dead()
    assert len(dead) == faulty > 0
    for record in dead:
        headers = dict(record.headers)
        assert headers["dlq.reason"] == b"unexpected"
        assert headers["dlq.stage"] == stage.encode()
        assert headers["dlq.exception"].startswith(b"RuntimeError in faulty")
        assert b"the text of the article" not in headers["dlq.exception"]
    regions = await pipeline.event_records()
    assert "sy-hi" not in regions or stage != "publish"
    assert {"sy-hl", "sy-id", "sy-hm", "sy-ra"} <= regions.keys()


async def test_the_dead_letter_limit_stops_it_with_nothing_of_the_batch_committed(pipeline: Pipeline):
    worker = pipeline.start(STREAMS_DEAD_LETTER_MAX_CONSECUTIVE="10", STREAMS_BATCH_SIZE="4").wait_ready()
    await produce(pipeline.broker.bootstrap, pipeline.catalogue.raw.name, [(None, b"nonsense", [])] * 30)
    assert worker.wait(30) == 70
    assert "10 dead letters in a row" in worker.log.read_text()
    lag_of_raw, *_ = await pipeline.lags()
    assert lag_of_raw >= 20


def test_a_second_port_user_gets_one_clear_line(pipeline: Pipeline):
    first = pipeline.start().wait_ready()
    second = pipeline.start(STREAMS_WEB_PORT=str(first.port), STREAMS_INSTANCE="other")
    assert second.wait(60) != 0
    assert "Traceback" not in second.log.read_text()


@pytest.mark.apache
def test_processes_run_side_by_side_and_end_together(broker: Broker, namespace: Namespace, tmp_path):
    pipeline = Pipeline(broker, namespace, tmp_path, partitions=2)
    pipeline.apply_topics()
    try:
        first = pipeline.start([sys.executable, "-m", "streams", "worker", "--processes", "2"]).wait_ready()

        def second_ready() -> bool:
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{first.port + 1}/readyz", timeout=10) as said:
                return said.status == 200
            return False

        wait_until(second_ready, 60, "the second process")
        assert first.stop() == 0
        with pytest.raises(URLError):
            urlopen(f"http://127.0.0.1:{first.port + 1}/readyz", timeout=10)
    finally:
        pipeline.close()
