"""README.md says what the code says: its tables are those of the catalogues."""

from pathlib import Path

import pytest

from streams.contracts import Reason
from streams.metrics import CATALOGUE
from streams.samples import sample_feed
from streams.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_listed_with_its_default_and_meaning(name):
    field = Settings.model_fields[name]
    default = ",".join(field.default) if isinstance(field.default, tuple) else str(field.default)
    shown = f"`{default}`" if default else ""
    assert f"| `STREAMS_{name.upper()}` | {shown} | {field.description} |" in README


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_is_listed_with_its_meaning(metric):
    assert f"| `{metric.name}` | {metric.kind} | {', '.join(metric.labels)} | {metric.help} |" in README


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_a_dead_letter_is_named(reason):
    assert f"`{reason.value}`" in README


def test_the_number_of_sample_articles_is_right():
    assert f"publishes {len(sample_feed())} sample articles" in README
