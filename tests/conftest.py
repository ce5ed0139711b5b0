"""One suite, three brokers: the option ``--broker``, the broker of the session, and names of its own for each test."""

import re
import shutil
import uuid
from collections.abc import Iterator

import pytest
from brokers import Broker, BrokerError, Namespace, blocking, broker_for, delete_topics, resolve_apache

from streams.embedded import EmbeddedBrokerError

NEEDS_KAFKA = "needs real Kafka (two workers, failover or broker faults): run pytest --broker apache"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--broker",
        default="embedded",
        metavar="embedded|apache|HOST:PORT",
        help="Kafka to test on: the embedded broker (default), a real Apache Kafka started for the session (needs Java "
        "17 and Maven), or one that runs already.",
    )


def pytest_configure(config: pytest.Config) -> None:
    choice = config.getoption("--broker")
    if choice not in {"embedded", "apache"} and not re.fullmatch(r"[^:\s]+:\d+", choice):
        raise pytest.UsageError(f"--broker is embedded, apache or HOST:PORT, not {choice!r}")
    if choice == "apache":
        # Here and not in the fixture: the first time Maven downloads, and no test's timeout should count that.
        try:
            resolve_apache()
        except BrokerError as error:
            width = shutil.get_terminal_size().columns
            raise pytest.UsageError(f"\n{'=' * width}\nNO REAL KAFKA, NOTHING TESTED: {error}\n{'=' * width}") from None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--broker") == "embedded":
        for item in items:
            if item.get_closest_marker("apache"):
                item.add_marker(pytest.mark.skip(reason=NEEDS_KAFKA))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.getreports("skipped") if NEEDS_KAFKA in str(report.longrepr)]
    if skipped:
        tests = "1 test needs" if len(skipped) == 1 else f"{len(skipped)} tests need"
        terminalreporter.write_line(f"{tests} real Kafka: run pytest --broker apache", yellow=True)


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """The broker of this session, running: `.bootstrap`, `.kind`, and (if ours) `.stop()`, `.kill()`, `.restart()`."""
    broker = broker_for(request.config.getoption("--broker"))
    try:
        try:
            broker.start()
        except (BrokerError, EmbeddedBrokerError) as error:
            pytest.exit(f"no broker to test on: {error}", returncode=4)
        yield broker
    finally:
        broker.close()


@pytest.fixture
def namespace(request: pytest.FixtureRequest) -> Iterator[Namespace]:
    """Topic prefix and app id of this test alone; its topics are deleted after it."""
    namespace = Namespace(f"t{uuid.uuid4().hex[:10]}")
    yield namespace
    if "broker" in request.fixturenames:
        broker = request.getfixturevalue("broker")
        broker.start()  # in case the test left it stopped
        blocking(delete_topics(broker.bootstrap, namespace.app_id))
