"""The command line as users meet it: exit codes, one clear line for an error, nothing harmful on a terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from brokers import Broker, Namespace, admin, blocking, delete_topics, produce, wait_until
from feed import article, feed, identity_of, told_offline
from pipeline import Pipeline

from streams.contracts.examples import EVENT

COMMAND_SECONDS = 60
NOWHERE = "127.0.0.1:1"
PROJECT = Path(__file__).parents[2]
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnitaehc\x00"
SECRET = "hunter2"


def clean_environment(**variables: str) -> dict[str, str]:
    return {**{n: v for n, v in os.environ.items() if not n.startswith("STREAMS_")}, **variables}


def streams(
    *arguments: str | Path, environment: dict[str, str] | None = None, stdin: bytes = b"", folder: Path = PROJECT
) -> subprocess.CompletedProcess[bytes]:
    """Run `streams ...` to its end; by default with no setting at all."""
    return subprocess.run(
        [sys.executable, "-m", "streams", *map(str, arguments)],
        env=clean_environment(**(environment or {})),
        input=stdin,
        capture_output=True,
        cwd=folder,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def together(*commands: str, **options: object) -> list[subprocess.CompletedProcess[bytes]]:
    """Run commands that do not disturb each other side by side; most of a command is the start of Python."""
    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(lambda command: streams(*command.split(), **options), commands))


def complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the one line of a command that failed: anything more, and the test fails."""
    assert done.returncode not in {0, 70}
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("streams: ")
    return line


def control_characters(text: str) -> list[str]:
    return [c for c in text if unicodedata.category(c)[0] == "C" and c != "\n"]


# --- topics -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bare(broker: Broker, namespace: Namespace, tmp_path: Path) -> Pipeline:
    """An installation whose topics nobody has made."""
    return Pipeline(broker, namespace, tmp_path)


async def describe(pipeline: Pipeline) -> dict[str, int]:
    """Return the partition count of each topic in the pipeline's namespace."""
    async with admin(pipeline.broker.bootstrap) as client:
        return {
            topic["topic"]: len(topic["partitions"])
            for topic in await client.describe_topics()
            if topic["topic"].startswith(pipeline.settings.app_id)
        }


async def options(pipeline: Pipeline, topic: str) -> dict[str, str]:
    async with admin(pipeline.broker.bootstrap) as client:
        (response,) = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    ((_code, _message, _kind, _name, entries),) = response.resources
    return {entry[0]: entry[1] for entry in entries}


async def set_options(pipeline: Pipeline, topic: str, configs: dict[str, str]) -> None:
    async with admin(pipeline.broker.bootstrap) as client:
        await client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs)])


def test_topics_are_planned_applied_and_then_as_the_catalogue_says(bare: Pipeline):
    names = {topic.name for topic in bare.catalogue}
    planned = streams("topics", "plan", environment=bare.environment)
    assert planned.returncode == 1
    rows = {line.split()[0]: line for line in planned.stdout.decode().splitlines() if line.strip()}
    assert names <= rows.keys()
    assert all("missing" in rows[name] for name in names)
    assert blocking(describe(bare)) == {}

    applied = streams("topics", "apply", environment=bare.environment)
    assert applied.returncode == 0, applied.stderr
    assert all(name in applied.stdout.decode() for name in names)
    assert blocking(describe(bare)) == {topic.name: topic.partitions for topic in bare.catalogue}

    for again in together("topics apply", "topics plan", environment=bare.environment):
        assert (again.returncode, again.stdout) == (0, b""), again.stderr
        assert f"{len(names)} topics, all as the catalogue says" in again.stderr.decode()


async def test_another_partition_count_is_reported_and_left_alone(bare: Pipeline):
    name = bare.catalogue.mentions.name
    async with admin(bare.broker.bootstrap) as client:
        await client.create_topics([NewTopic(name, 3, 1)])
    done = streams("topics", "apply", environment=bare.environment)
    assert done.returncode == 1
    assert f"{name}  partitions  has 3 partition(s), the catalogue says 1" in " ".join(
        line.rstrip() for line in done.stdout.decode().splitlines()
    ).replace("   ", "  ")
    assert "recreate those topics by hand" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert (await describe(bare))[name] == 3


async def test_an_option_that_differs_is_shown_and_mended_and_others_are_kept(pipeline: Pipeline):
    topic = pipeline.catalogue.duplicates
    name, wanted = topic.name, topic.config["retention.ms"]
    await set_options(pipeline, name, {**topic.config, "retention.ms": "1234567", "segment.ms": "7654321"})
    planned = streams("topics", "plan", environment=pipeline.environment)
    assert planned.returncode == 1
    assert f"retention.ms: 1234567 -> {wanted}" in planned.stdout.decode()
    assert (await options(pipeline, name))["retention.ms"] == "1234567"
    applied = streams("topics", "apply", environment=pipeline.environment)
    assert applied.returncode == 0, applied.stderr
    after = await options(pipeline, name)
    assert after["retention.ms"] == wanted
    assert after["segment.ms"] == "7654321"


async def test_a_topic_that_the_catalogue_does_not_know_is_never_touched(bare: Pipeline):
    foreign = bare.settings.topic_prefix + "events.xx-yy"
    async with admin(bare.broker.bootstrap) as client:
        await client.create_topics([NewTopic(foreign, 2, 1, topic_configs={"retention.ms": "1234567"})])
    done = streams("topics", "apply", environment=bare.environment)
    assert done.returncode == 0, done.stderr
    assert foreign not in done.stdout.decode()
    assert streams("topics", "plan", environment=bare.environment).returncode == 0
    assert (await describe(bare))[foreign] == 2
    assert (await options(bare, foreign))["retention.ms"] == "1234567"


# --- publish ----------------------------------------------------------------------------------------------------------


async def test_publish_sends_a_file_byte_for_byte_keyed_by_url(pipeline: Pipeline, tmp_path: Path):
    messages = [article(0), b"no json at all", b'{"id": 7, "body": "x"}', b'\xff{"url": 1}']
    file = tmp_path / "articles.jsonl"
    file.write_bytes(messages[0] + b"\n\n" + messages[1] + b"\r\n" + b"\n".join(messages[2:]))
    done = streams("publish", file, environment=pipeline.environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr.decode().strip() == f"4 messages published to {pipeline.catalogue.raw.name}"
    records = await pipeline.records(pipeline.catalogue.raw.name)
    assert [record.value for record in records] == messages
    assert [record.key for record in records] == [b"https://news.example/story/0", None, b"7", None]


async def test_publish_reads_standard_input(pipeline: Pipeline):
    done = streams("publish", "-", environment=pipeline.environment, stdin=article(0) + b"\n" + article(1))
    assert done.returncode == 0, done.stderr
    assert [record.value for record in await pipeline.records(pipeline.catalogue.raw.name)] == [article(0), article(1)]


def test_publish_of_what_is_no_file_is_one_clear_line(pipeline: Pipeline, tmp_path: Path):
    line = complaint(streams("publish", tmp_path / "none.jsonl", environment=pipeline.environment))
    assert "none.jsonl: No such file or directory" in line


def test_publish_of_a_message_that_kafka_refuses_names_its_line(pipeline: Pipeline, tmp_path: Path):
    file = tmp_path / "articles.jsonl"
    file.write_bytes(article(0) + b"\n" + b"x" * 3_000_000 + b"\n")
    assert "message 2: 3000000 bytes" in complaint(streams("publish", file, environment=pipeline.environment))


def test_without_topics_a_command_says_how_to_make_them(bare: Pipeline):
    for done in together("publish -", "tail --once", "worker", environment=bare.environment, stdin=article(0)):
        assert "streams topics apply" in complaint(done)
    assert blocking(describe(bare)) == {}


def test_without_a_broker_a_command_says_so_in_one_line():
    environment = {"STREAMS_BOOTSTRAP_SERVERS": NOWHERE}
    commands = ("topics plan", "topics apply", "publish -", "tail --once", "dead-letters replay --all")
    for done in together(*commands, environment=environment, stdin=article(0)):
        assert f"no broker answers at {NOWHERE}" in complaint(done)


# --- tail, on one run of the pipeline ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fed:
    """An installation that has published events, and those events."""

    pipeline: Pipeline
    events: list[dict]

    def tail(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return streams("tail", "--once", *arguments, environment=self.pipeline.environment)

    def tails(self, *commands: str) -> list[subprocess.CompletedProcess[bytes]]:
        return together(*(f"tail --once {command}" for command in commands), environment=self.pipeline.environment)


@pytest.fixture(scope="module")
def fed(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fed]:
    """Twenty articles and one that means harm, through a worker that is then stopped."""
    namespace = Namespace(f"t{uuid.uuid4().hex[:10]}")
    pipeline = Pipeline(broker, namespace, tmp_path_factory.mktemp("cli"))
    hostile = orjson.loads(article(2))
    hostile |= {"url": "https://harm.example/1", "title": ESCAPES + "Raid", "source": "harm" + ESCAPES}
    hostile["body"] = f"Warplanes{ESCAPES} bombed Jisr{ESCAPES} al-Shughur on Monday, killing 77 fighters{ESCAPES}."
    try:
        pipeline.apply_topics()
        worker = pipeline.start().wait_ready()
        blocking(pipeline.publish([*feed(20), orjson.dumps(hostile), ESCAPES.encode()]))
        blocking(pipeline.drain())
        assert worker.stop() == 0
        records = [record for found in blocking(pipeline.event_records()).values() for record in found]
        yield Fed(pipeline, [orjson.loads(record.value) for record in records])
    finally:
        pipeline.close()
        blocking(delete_topics(broker.bootstrap, namespace.app_id))


def lines_of(done: subprocess.CompletedProcess[bytes]) -> list[dict]:
    assert done.returncode == 0, done.stderr
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def revisions(events: list[dict]) -> list[tuple[str, int]]:
    return sorted((event["event_id"], event["revision"]) for event in events)


def test_tail_once_shows_every_event_as_json_and_ends(fed: Fed):
    shown = lines_of(fed.tail("--json"))
    assert revisions(shown) == revisions(fed.events)
    assert len(shown) > 15


def test_tail_takes_regions_in_any_case(fed: Fed):
    shown = lines_of(fed.tail("--json", "SY-ID", "sy-hl"))
    assert revisions(shown) == revisions([e for e in fed.events if e["admin1"] in {"SY-ID", "SY-HL"}])
    assert {event["admin1"] for event in shown} == {"SY-ID", "SY-HL"}


def test_tail_filters_by_least_number_killed(fed: Fed):
    shown = lines_of(fed.tail("--json", "--min-fatalities", "30"))
    assert revisions(shown) == revisions([e for e in fed.events if e["fatalities"]["best"] >= 30])
    assert 0 < len(shown) < len(fed.events)


def test_tail_filters_by_event_type_and_sub_event_type(fed: Fed):
    both = lines_of(fed.tail("--json", "--type", "air/drone strike", "--type", "Protests"))
    assert revisions(both) == revisions([e for e in fed.events if e["sub_event_type"] == "Air/drone strike"])
    assert len(both) > 15


def test_tail_says_that_it_found_nothing(fed: Fed):
    unasked, future = fed.tails("--json --type Riots", "--json --since 2199-01-01")
    for done in (unasked, future):
        assert (done.returncode, done.stdout) == (0, b"")
        assert done.stderr.decode().strip() == "no events"


def test_tail_starts_where_it_is_told(fed: Fed):
    assert revisions(lines_of(fed.tail("--json", "--since", "1h"))) == revisions(fed.events)


def test_tail_as_a_table_has_a_line_for_each_event(fed: Fed):
    done = fed.tail("sy-hl")
    assert done.returncode == 0
    header, *rows = done.stdout.decode().splitlines()
    assert header.split()[:4] == ["REGION", "REV", "DATE", "WHAT"]
    told = {event["event_id"]: event for event in fed.events if event["admin1"] == "SY-HL"}
    assert {row.split()[-1] for row in rows} == told.keys()
    for row in rows:
        event = told[row.split()[-1]]
        assert event["location"] in row
        assert event["sub_event_type"] in row
        assert str(event["fatalities"]["best"]) in row.split()


def test_tail_of_an_unknown_region_or_time_is_one_clear_line(fed: Fed):
    region, time = fed.tails("sy-xx", "--since yesterday")
    assert "no region 'sy-xx'; there are sy-" in complaint(region)
    assert "--since 'yesterday': say 15m" in complaint(time)


def test_escapes_in_an_article_never_reach_the_terminal(fed: Fed):
    assert any(event["fatalities"]["best"] == 77 for event in fed.events)
    for shown in fed.tails("sy-id", "--json sy-id"):
        assert b" 77 " in shown.stdout or b'"best":77' in shown.stdout
        assert control_characters(shown.stdout.decode()) == []
    listed = streams("dead-letters", "list", environment=fed.pipeline.environment)
    place = [line.split()[0] for line in listed.stdout.decode().splitlines() if " undecodable " in line][-1]
    shown = streams("dead-letters", "show", place, environment=fed.pipeline.environment)
    assert "owned" in shown.stdout.decode()
    assert control_characters(shown.stdout.decode()) == []


def test_escapes_in_a_forged_event_never_reach_the_terminal(pipeline: Pipeline):
    event = EVENT.model_dump(mode="json", by_alias=True)
    event |= {"location": f"Sara{ESCAPES}qib", "event_id": f"e-{ESCAPES}", "admin1": ESCAPES}
    event["actor1"] = {"name": f"army{ESCAPES}"}
    records = [(b"k", orjson.dumps(event), []), (b"k", f"{ESCAPES} nonsense".encode(), []), (b"k", None, [])]
    blocking(produce(pipeline.broker.bootstrap, pipeline.catalogue.events["sy-id"].name, records))
    done = streams("tail", "--once", environment=pipeline.environment)
    assert done.returncode == 0
    assert "Sara" in done.stdout.decode()
    assert control_characters(done.stdout.decode()) == []
    assert control_characters(done.stderr.decode()) == []


# --- doctor -----------------------------------------------------------------------------------------------------------


def findings(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    """Return what doctor finds wrong, each with its remedy, as one line; without any there was nothing wrong."""
    assert b"Traceback" not in done.stderr
    looked_at = re.split(r"^(?=ok  |BAD )", done.stdout.decode(), flags=re.MULTILINE)[1:]
    assert len(looked_at) > 4
    bad = [" ".join(finding.split()) for finding in looked_at if finding.startswith("BAD")]
    assert all(" -> " in finding for finding in bad)
    assert done.returncode == (1 if bad else 0)
    return bad


def test_doctor_finds_nothing_wrong_with_a_healthy_installation(pipeline: Pipeline):
    done = streams("doctor", environment={**pipeline.environment, "STREAMS_WEB_PORT": "0"})
    assert findings(done) == []
    assert f"answers at {pipeline.broker.bootstrap}" in done.stdout.decode()
    assert f"{len(list(pipeline.catalogue))}, all as the catalogue says" in done.stdout.decode()


async def test_doctor_names_topics_that_are_missing_or_differ_and_the_remedy(bare: Pipeline):
    async with admin(bare.broker.bootstrap) as client:
        await client.create_topics([NewTopic(bare.catalogue.raw.name, 2, 1)])
    bad = findings(streams("doctor", environment={**bare.environment, "STREAMS_WEB_PORT": "0"}))
    (missing,) = [line for line in bad if " missing" in line]
    assert f"{len(list(bare.catalogue)) - 1} missing" in missing
    assert "streams topics apply" in missing
    (partitions,) = [line for line in bad if "partition(s)" in line]
    assert "has 2 partition(s), the catalogue says 1" in partitions
    assert "STREAMS_PARTITIONS" in partitions


def test_doctor_names_a_broker_that_is_away_a_misspelt_variable_and_prints_no_value_of_it():
    done = streams(
        "doctor",
        environment={
            "STREAMS_BOOTSTRAP_SERVERS": NOWHERE,
            "STREAMS_WEB_PORT": "0",
            "STREAMS_SASL_PASSWORD": SECRET,
            "KAFKA_PASSWORD": SECRET,
        },
    )
    bad = findings(done)
    assert any(f"no broker answers at {NOWHERE}" in line and "STREAMS_BOOTSTRAP_SERVERS" in line for line in bad)
    assert any("STREAMS_SASL_PASSWORD is no setting" in line for line in bad)
    assert len(bad) == 2
    assert SECRET.encode() not in done.stdout + done.stderr


def test_values_that_cannot_be_used_are_named_by_their_variables_and_never_printed():
    variables = ("STREAMS_PARTITIONS", "STREAMS_BROKER", "STREAMS_TOPIC_PREFIX")
    doctor, tail = together("doctor", "tail --once", environment=dict.fromkeys(variables, f"{SECRET} {SECRET}"))
    (bad,) = findings(doctor)
    line = complaint(tail)
    for variable in variables:
        assert variable in bad
        assert variable in line
    assert SECRET not in bad + line


def test_doctor_knows_no_such_country():
    environment = {"STREAMS_COUNTRIES": "SY,XX", "STREAMS_BOOTSTRAP_SERVERS": NOWHERE, "STREAMS_WEB_PORT": "0"}
    doctor, plan = together("doctor", "topics plan", environment=environment)
    assert any("regions" in line and "XX" in line for line in findings(doctor))
    assert "XX" in complaint(plan)


def test_without_kafka_too_an_unknown_country_is_one_clear_line(tmp_path: Path):
    commands = ("extract -", f"batch - --out {tmp_path / 'out'}")
    for done in together(*commands, environment={"STREAMS_COUNTRIES": "XX"}, stdin=article(0)):
        assert "XX" in complaint(done)


# --- contracts --------------------------------------------------------------------------------------------------------


def test_contracts_are_current_and_a_changed_or_missing_file_is_named(tmp_path: Path):
    current, missing = together("contracts --check", f"contracts --check --out {tmp_path}")
    assert current.returncode == 0, current.stderr
    assert "Event.schema.json" in complaint(missing)
    assert streams("contracts", "--out", tmp_path).returncode == 0
    committed = {path.name: path.read_bytes() for path in (PROJECT / "deploy" / "contracts").iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == committed
    (tmp_path / "asyncapi.json").write_text("{}")
    line = complaint(streams("contracts", "--check", "--out", tmp_path))
    assert "asyncapi.json" in line
    assert "Event.schema.json" not in line


# --- without Kafka ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of raw articles: the feed with a later version, an exact copy and three broken messages."""
    file = tmp_path_factory.mktemp("small") / "articles.jsonl"
    file.write_bytes(b"\n".join([*feed(20), article(0), b"[]"]) + b"\n")
    return file


def test_normalise_gives_articles_or_the_reason_why_not(small: Path):
    shown = lines_of(streams("normalise", small))
    assert len(shown) == len(small.read_bytes().splitlines())
    reasons = {told["line"]: told["reason"] for told in shown if "reason" in told}
    assert reasons.keys() == {9, 18, 22}
    assert reasons[22] == "wrong_shape"
    first = shown[0]
    assert first["title"] == "Air raid on Aleppo"
    assert first["published_at"] == "2017-03-09T12:00:00Z"
    assert shown[20]["fingerprint"] == first["fingerprint"]


def test_extract_gives_mentions_in_the_event_format_by_the_scrapers_own_id(tmp_path: Path):
    file = tmp_path / "articles.jsonl"
    own = orjson.loads(article(3)) | {"id": "own-id"}
    file.write_bytes(orjson.dumps(own) + b"\nnonsense\n" + article(4))
    done = streams("extract", file)
    first, second = lines_of(done)
    assert first["article_id"] == "own-id"
    assert (first["admin1"], first["fatalities"]["best"], first["injured"]["best"]) == ("SY-HM", 12, 16)
    assert second["article_id"] == second["evidence"][0]["article_id"]
    assert first.keys() - {"article_id"} == EVENT.model_dump(mode="json", by_alias=True).keys()
    assert "line 2: undecodable" in done.stderr.decode()


def test_extract_explain_shows_rule_and_evidence_in_words():
    done = streams("extract", "--explain", "-", stdin=article(3))
    assert done.returncode == 0
    shown = done.stdout.decode()
    for words in ("Explosions/Remote violence / Air/drone strike", "Hama [SY-HM", "fatalities 12/12/12", "rules  "):
        assert words in shown
    assert 'because "Government warplanes bombed the city of Hama' in shown


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path):
    for done in together("normalise none.jsonl", "extract none.jsonl", "batch none.jsonl --out out", folder=tmp_path):
        assert "cannot read none.jsonl" in complaint(done)


def test_a_folder_that_cannot_be_written_is_one_clear_line(small: Path, tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    out = tmp_path / "file" / "out"
    for done in together(f"batch {small} --out {out}", f"contracts --out {out}"):
        assert str(out) in complaint(done)


def test_a_reader_that_leaves_early_is_no_cause_for_complaint(small: Path):
    with subprocess.Popen(
        [sys.executable, "-m", "streams", "normalise", "-"],
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=PROJECT,
    ) as process:
        process.stdout.close()
        _, complaints = process.communicate(small.read_bytes() * 20, timeout=COMMAND_SECONDS)
    assert process.returncode in {0, 1}
    assert complaints == b""


def test_batch_tells_what_the_pipeline_tells_and_accounts_for_every_message(small: Path, tmp_path: Path):
    for done in together(f"batch {small} --out {tmp_path / 'once'}", f"batch {small} --out {tmp_path / 'twice'}"):
        assert done.returncode == 0, done.stderr
    written = {path.name: path.read_bytes() for path in (tmp_path / "once").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (tmp_path / "twice").iterdir()}

    messages = small.read_bytes().splitlines()
    dead = [orjson.loads(line) for line in written.pop("dead.jsonl").splitlines()]
    assert [letter["value"].encode() for letter in dead] == [messages[8], messages[17], messages[21]]
    assert {letter["stage"] for letter in dead} == {"normalise"}
    copies = [orjson.loads(line) for line in written.pop("duplicates.jsonl").splitlines()]
    (exact,) = [copy for copy in copies if copy["kind"] == "exact"]
    assert (exact["article_id"], exact["similarity"]) == (exact["of"], 1.0)

    told = {name: content.splitlines() for name, content in written.items()}
    assert dict(identity_of(event) for events in told.values() for event in events) == told_offline(messages)
    for name, events in told.items():
        assert {f"events.{orjson.loads(event)['admin1'].lower()}.jsonl" for event in events} == {name}
    assert sum(map(len, told.values())) > 15


# --- the demo ---------------------------------------------------------------------------------------------------------

IN_DEMO = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes in /proc")


class Demo:
    """A `streams demo` with a temporary folder of its own; its processes are known by a variable that they inherit."""

    def __init__(self, folder: Path, *arguments: str, **variables: str) -> None:
        self.folder = folder / "tmp"
        self.folder.mkdir()
        self._mark = f"DEMO_MARK={uuid.uuid4().hex}"
        name, value = self._mark.split("=")
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streams", "demo", *arguments],
                env=clean_environment(TMPDIR=str(self.folder), **{name: value}, **variables),
                stdout=out,
                stderr=err,
                cwd=folder,
                start_new_session=True,  # so that a signal to its group is Ctrl-C in a terminal
            )
        self._out, self._err = folder / "out", folder / "err"

    def processes(self) -> list[str]:
        """Return the command lines of the demo and all that it has started, as far as they run."""
        found = []
        for process in Path("/proc").iterdir():
            try:
                if self._mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found

    def broker_started(self) -> bool:
        return any("noida-db" in line for line in self.processes())

    def worker_ready(self) -> bool:
        assert self.process.poll() is None, self._err.read_text()
        return any("worker ready" in log.read_text() for log in self.folder.glob("streams-demo-*/worker.log"))

    def wait(self) -> tuple[int, str, str]:
        """Wait for its end; return exit code, standard output and standard error."""
        code = self.process.wait(COMMAND_SECONDS)
        return code, self._out.read_text(), self._err.read_text()

    def assert_nothing_left(self) -> None:
        wait_until(lambda: not self.processes(), 10, "processes of the demo live on")
        assert list(self.folder.iterdir()) == []

    def end(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    demos = []

    def start(*arguments: str, **variables: str) -> Demo:
        demos.append(Demo(tmp_path, *arguments, **variables))
        return demos[-1]

    yield start
    for demo in demos:
        demo.end()


@IN_DEMO
def test_demo_once_shows_a_summary_and_leaves_nothing_behind(start_demo):
    demo = start_demo("--once")
    wait_until(demo.worker_ready, 60)
    running = " ".join(demo.processes())
    assert "noida-db" in running
    assert "streams worker" in running
    code, shown, talk = demo.wait()
    assert code == 0, talk
    assert "raw messages published" in shown
    assert "/metrics" in shown
    for what in ("normalise", "extract", "publish", "dead letters", "duplicates", "sy-hl", "sy-id", "events in"):
        assert what in shown
    assert "Traceback" not in shown + talk
    demo.assert_nothing_left()


@IN_DEMO
@pytest.mark.parametrize("moment", ["while it starts", "while it runs"])
def test_ctrl_c_on_the_demo_cleans_up(start_demo, moment: str):
    demo = start_demo()
    started = (
        (lambda: any("noida-db" in line for line in demo.processes())) if "starts" in moment else demo.worker_ready
    )
    wait_until(started, 60)
    os.killpg(demo.process.pid, signal.SIGINT)
    code, shown, talk = demo.wait()
    assert code in {0, 130}
    assert "Traceback" not in shown + talk
    demo.assert_nothing_left()


@IN_DEMO
def test_demo_takes_a_feed_of_ones_own_and_no_setting_of_an_installation(start_demo, small: Path):
    own = {"STREAMS_TOPIC_PREFIX": "mine.", "STREAMS_EVENT_PARTITIONS": "2", "STREAMS_APP_ID": "mine"}
    demo = start_demo("--once", "--feed", str(small), **own)
    code, shown, talk = demo.wait()
    assert code == 0, talk
    assert "22 of 22 raw messages published" in shown
    assert re.search(r"^dead letters +3 ", shown, re.MULTILINE)
    demo.assert_nothing_left()
