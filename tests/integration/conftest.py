from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import Broker, Namespace
from pipeline import Pipeline


@pytest.fixture
def pipeline(broker: Broker, namespace: Namespace, tmp_path: Path) -> Iterator[Pipeline]:
    """An installation of this test's own, topics applied; its workers end with the test."""
    pipeline = Pipeline(broker, namespace, tmp_path)
    pipeline.apply_topics()
    yield pipeline
    pipeline.close()
