"""The embedded broker: its life, its faults, and the back-off that stands in for its missing long poll."""

import asyncio
import importlib.util
import os
import signal
import subprocess
import sys
import time

import pytest
from aiokafka.consumer.fetcher import Fetcher
from brokers import blocking, free_port, produce, read_all, wait_until

from streams.embedded import EmbeddedBroker, EmbeddedBrokerError, answers, install_backoff


def test_a_started_broker_answers_at_its_address_and_a_stopped_one_is_gone():
    broker = EmbeddedBroker()

    address = broker.start()

    assert address == broker.bootstrap
    assert address.startswith("127.0.0.1:")
    assert answers(address)

    broker.stop()

    assert not answers(address)
    assert broker.pid is None


def test_leaving_the_context_stops_the_broker_and_removes_its_temporary_directory(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with EmbeddedBroker() as broker:
        address = broker.bootstrap
        assert [path.name.startswith("streams-broker-") for path in tmp_path.iterdir()] == [True]

    assert not answers(address)
    assert list(tmp_path.iterdir()) == []


def test_two_brokers_take_two_ports():
    with EmbeddedBroker() as one, EmbeddedBroker() as other:
        assert one.bootstrap != other.bootstrap


def test_starting_a_running_broker_again_changes_nothing():
    with EmbeddedBroker() as broker:
        address, pid = broker.bootstrap, broker.pid

        assert broker.start() == address
        assert broker.pid == pid


def test_stopping_twice_is_stopping_once():
    broker = EmbeddedBroker()
    broker.start()

    broker.stop()
    broker.stop()

    assert broker.pid is None


def test_a_broker_can_be_started_where_an_event_loop_runs():
    async def program():
        with EmbeddedBroker() as broker:
            return answers(broker.bootstrap)

    assert blocking(program())


def test_a_broker_with_a_directory_of_its_own_comes_back_with_its_records_on_its_port(tmp_path):
    broker = EmbeddedBroker(tmp_path / "broker", port=free_port())
    with broker:
        address = broker.bootstrap
        blocking(produce(address, "articles", [(b"k", b"v", ())]))

    with broker:
        assert broker.bootstrap == address
        assert [record.value for record in blocking(read_all(address, "articles"))] == [b"v"]


def test_a_killed_broker_can_be_started_again():
    with EmbeddedBroker(port=free_port()) as broker:
        address = broker.bootstrap

        broker.kill()
        assert not answers(address)

        assert broker.start() == address
        assert answers(address)


def test_the_broker_writes_nothing_to_the_programs_output(capfd):
    with EmbeddedBroker():
        pass

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_the_broker_dies_with_a_program_that_is_killed_and_leaves_no_directory(tmp_path, signum):
    code = (
        "import sys, threading; from streams.embedded import EmbeddedBroker; broker = EmbeddedBroker(); broker.start();"
        "print(broker.bootstrap, flush=True); threading.Event().wait()"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    address = program.stdout.readline().decode().strip()
    assert answers(address)

    program.send_signal(signum)
    program.communicate()

    wait_until(lambda: not answers(address), 10)
    wait_until(lambda: not list(tmp_path.iterdir()), 10)


def test_without_noida_db_one_line_says_what_to_install(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "noida_db" else found(name))

    with pytest.raises(EmbeddedBrokerError) as error:
        EmbeddedBroker().start()

    assert "pip install 'streams[demo]'" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with EmbeddedBroker(tmp_path / "first") as first:
        port = int(first.bootstrap.rpartition(":")[2])

        with pytest.raises(EmbeddedBrokerError, match=rf"port {port} is already in use") as error:
            EmbeddedBroker(port=port).start()

    assert "\n" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["first"]


def test_the_address_of_a_broker_that_never_started_is_an_error():
    with pytest.raises(EmbeddedBrokerError, match="has not been started"):
        _ = EmbeddedBroker().bootstrap


def test_nothing_answers_where_nothing_listens():
    assert not answers(f"127.0.0.1:{free_port()}")


# --- The back-off -----------------------------------------------------------------------------------------------------

WAIT = 0.5


@pytest.fixture
def fetch(monkeypatch):
    """Installs the back-off over a fetch that takes `fetch.seconds` and then says whether it brought records."""

    class Fetch:
        seconds = 0.0
        brings_records = False

        async def __call__(self):
            """One fetch: what it said, and how many seconds it took."""
            began = time.monotonic()
            said = await Fetcher._proc_fetch_request(None, None, None, None)
            return said, time.monotonic() - began

    fetch = Fetch()

    async def request(_fetcher, _assignment, _node_id, _request):
        await asyncio.sleep(fetch.seconds)
        return fetch.brings_records

    monkeypatch.setattr(Fetcher, "_proc_fetch_request", request)
    install_backoff(WAIT)
    return fetch


async def test_an_empty_fetch_is_followed_by_a_wait(fetch):
    said, seconds = await fetch()

    assert said is False
    assert seconds >= WAIT * 0.95


async def test_a_fetch_with_records_is_handed_on_at_once(fetch):
    fetch.brings_records = True

    said, seconds = await fetch()

    assert said is True
    assert seconds < WAIT / 2


async def test_a_broker_that_waits_by_itself_is_not_waited_for_again(fetch):
    fetch.seconds = WAIT

    _, seconds = await fetch()

    assert seconds < WAIT * 1.5


async def test_a_fetch_that_is_cancelled_while_it_waits_ends_quietly_as_the_fetcher_expects(fetch):
    task = asyncio.create_task(fetch())
    for _ in range(5):  # turns of the event loop: by then the fetch is done and the wait has begun
        await asyncio.sleep(0)

    task.cancel()

    said, seconds = await task
    assert said is False
    assert seconds < WAIT


async def test_installing_the_backoff_twice_waits_once(fetch):
    once = Fetcher._proc_fetch_request

    install_backoff(WAIT)

    assert Fetcher._proc_fetch_request is once
