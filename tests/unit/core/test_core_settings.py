"""Settings come from STREAMS_* variables; what cannot work is said in one line that shows no value."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from streams.settings import Settings, SettingsError, load_settings

Load = Callable[..., Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Load settings from an environment of nothing but the given variables."""
    for name in [name for name in os.environ if name.upper().startswith("STREAMS_")]:
        monkeypatch.delenv(name)

    def loaded(**variables: Any) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(f"STREAMS_{name}", value)
        load_settings.cache_clear()
        return load_settings()

    yield loaded
    load_settings.cache_clear()


def test_without_variables_the_defaults_serve_one_machine(load):
    settings = load()
    assert settings.bootstrap_servers == "localhost:9092"
    assert settings.countries == ("SY",)
    assert settings.replication_factor == 1
    assert settings.web_host == "127.0.0.1"


def test_a_variable_sets_each_field(load):
    settings = load(PARTITIONS="12", LOG_FORMAT="json", BATCH_WAIT="0.2", BROKER="embedded", DATA_DIR="state")
    assert settings.partitions == 12
    assert settings.log_format == "json"
    assert settings.batch_wait == 0.2
    assert settings.broker == "embedded"
    assert settings.data_dir.name == "state"


@pytest.mark.parametrize(
    ("written", "countries"),
    [("SY", ("SY",)), ("sy", ("SY",)), ("SY,IQ", ("SY", "IQ")), (" sy , iq ,", ("SY", "IQ"))],
)
def test_countries_are_written_with_commas_in_any_case(load, written, countries):
    assert load(COUNTRIES=written).countries == countries


def test_windows_are_spans_of_hours(load):
    settings = load(EXACT_WINDOW_HOURS="1.5", NEAR_WINDOW_HOURS="2", EVENT_WINDOW_HOURS="24")
    assert settings.exact_window == timedelta(minutes=90)
    assert settings.near_window == timedelta(hours=2)
    assert settings.event_window == timedelta(days=1)


SECRET = "hunter2"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PARTITIONS", SECRET),
        ("PARTITIONS", "0"),
        ("PARTITIONS", "1001"),
        ("PARTITIONS", "2.5"),
        ("EVENT_PARTITIONS", "-1"),
        ("REPLICATION_FACTOR", "99"),
        ("APP_ID", f"{SECRET} with blanks"),
        ("APP_ID", ""),
        ("TOPIC_PREFIX", f"{SECRET}/"),
        ("WEB_PORT", "65536"),
        ("BROKER", SECRET),
        ("LOG_LEVEL", SECRET),
        ("BATCH_SIZE", "0"),
        ("BATCH_WAIT", "0"),
        ("COMMIT_INTERVAL", "nan"),
        ("EXACT_WINDOW_HOURS", "-1"),
        ("EVENT_WINDOW_HOURS", SECRET),
        ("DEAD_LETTER_MAX_RATIO", "1.01"),
        ("DEAD_LETTER_WINDOW", "9"),
        ("COUNTRIES", ","),
        ("COUNTRIES", ""),
    ],
)
def test_a_value_that_cannot_work_is_one_line_that_names_the_variable_and_not_the_value(load, variable, value):
    with pytest.raises(SettingsError) as caught:
        load(**{variable: value})
    message = str(caught.value)
    assert f"STREAMS_{variable}" in message
    assert "\n" not in message
    assert SECRET not in message
    assert caught.value.__suppress_context__, "a traceback of the cause would show the value"


@pytest.mark.parametrize("value", ["inf", "1e300"])
def test_a_window_without_end_is_refused(load, value):
    with pytest.raises(SettingsError):
        load(EXACT_WINDOW_HOURS=value)


def test_all_wrong_variables_are_named_at_once(load):
    with pytest.raises(SettingsError) as caught:
        load(PARTITIONS="x", WEB_PORT="y")
    assert "STREAMS_PARTITIONS" in str(caught.value)
    assert "STREAMS_WEB_PORT" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_do_not_change_once_they_are_loaded(load):
    with pytest.raises(ValueError, match="frozen"):
        load().partitions = 2


def test_a_worker_keeps_its_name_over_a_restart(load):
    assert load(WEB_PORT="7000").worker_name == load(WEB_PORT="7000").worker_name


def test_two_workers_of_one_host_have_different_names(load):
    assert load(WEB_PORT="7000").worker_name != load(WEB_PORT="7001").worker_name


def test_a_worker_bears_the_name_that_it_was_given(load):
    assert load(INSTANCE="worker-a").worker_name == "worker-a"


def test_every_setting_says_what_it_is_for():
    undescribed = {name for name, field in Settings.model_fields.items() if not field.description}
    assert undescribed <= {"log_level", "log_format"}
