"""Settings: every knob, from STREAMS_* environment variables, with units and a reason for its default."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SettingsError(Exception):
    """A setting that cannot work; the message is one line and names the variable."""


class Settings(BaseSettings):
    """All settings of worker and command line. `STREAMS_` + the upper-case name sets each."""

    model_config = SettingsConfigDict(env_prefix="STREAMS_", frozen=True, extra="ignore")

    bootstrap_servers: str = Field("localhost:9092", description="Kafka, as host:port,host:port.")
    app_id: str = Field(
        "streams", pattern=r"^[A-Za-z0-9._-]+$", description="Names the consumer group and the changelog topics."
    )
    topic_prefix: str = Field(
        "", pattern=r"^[A-Za-z0-9._-]*$", description="Put before every topic name and the group."
    )
    countries: Annotated[tuple[str, ...], NoDecode] = Field(
        ("SY",), description="ISO 3166-1 alpha-2 codes, comma-separated: their first-level regions get topics."
    )
    partitions: int = Field(
        4,
        ge=1,
        le=1000,
        description="Partitions of articles.raw, articles.normalised and mentions. 1 fixes the order of everything.",
    )
    event_partitions: int = Field(1, ge=1, le=100, description="Partitions of each region's topic.")
    replication_factor: int = Field(1, ge=1, le=10, description="Copies of each partition; 3 in production.")

    web_host: str = Field("127.0.0.1", description="Address of /metrics, /healthz and /readyz.")
    web_port: int = Field(6066, ge=0, le=65535, description="Their port; 0 picks a free one.")
    instance: str = Field(
        "",
        pattern=r"^[A-Za-z0-9._-]*$",
        description="Stable name of this worker (static group membership); default host-port.",
    )
    data_dir: Path = Field(Path(".streams"), description="Local state of the worker; one folder an instance below it.")
    broker: Literal["kafka", "embedded"] = Field(
        "kafka", description="'embedded' backs off on empty fetches: that broker has no long poll."
    )

    batch_size: int = Field(100, ge=1, le=10_000, description="Most messages between two waits for the broker's acks.")
    batch_wait: float = Field(0.05, gt=0, le=10, description="Seconds to wait for a batch to fill.")
    linger_ms: int = Field(5, ge=0, le=5000, description="Producer linger, milliseconds.")
    commit_interval: float = Field(1.0, gt=0, le=60, description="Seconds between offset commits.")
    session_timeout: float = Field(20.0, ge=6, le=80, description="Seconds until the group gives up on a dead worker.")
    send_timeout: float = Field(
        120.0, gt=0, le=3600, description="Seconds that outputs may stay unacknowledged before the worker stops."
    )

    exact_window_hours: float = Field(
        168.0, gt=0, le=8784, description="How long an exact copy is recognised, ingest time."
    )
    near_window_hours: float = Field(
        72.0, gt=0, le=8784, description="How long a near-duplicate is recognised, ingest time."
    )
    event_window_hours: float = Field(
        168.0, gt=0, le=8784, description="How long after its last mention an event stays live."
    )

    dead_letter_max_consecutive: int = Field(
        1000, ge=1, description="Dead letters in a row, in one stage, that stop the worker."
    )
    dead_letter_max_ratio: float = Field(
        0.8, gt=0, lt=1, description="Share of dead letters among the last `dead_letter_window` that stops the worker."
    )
    dead_letter_window: int = Field(2000, ge=10, description="Messages over which the ratio is taken, a stage.")

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["console", "json"] = Field("console", description="For people, or one JSON object a line.")

    @field_validator("countries", mode="before")
    @classmethod
    def _split_countries(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(dict.fromkeys(part.strip().upper() for part in value.split(",") if part.strip()))
        return value

    @model_validator(mode="after")
    def _countries_known(self) -> Self:
        if not self.countries:
            msg = "countries: name at least one, e.g. SY"
            raise ValueError(msg)
        return self

    @property
    def group_id(self) -> str:
        """Consumer group, and prefix of the changelog topics: installations on one cluster share neither."""
        return self.topic_prefix + self.app_id

    @property
    def worker_name(self) -> str:
        """Identity of this worker in its group: stable over restarts unless its port is left to chance."""
        return self.instance or f"{self.group_id}-{socket.gethostname()}-{self.web_port or f'pid{os.getpid()}'}"

    @property
    def exact_window(self) -> timedelta:
        """`exact_window_hours` as a span."""
        return timedelta(hours=self.exact_window_hours)

    @property
    def near_window(self) -> timedelta:
        """`near_window_hours` as a span."""
        return timedelta(hours=self.near_window_hours)

    @property
    def event_window(self) -> timedelta:
        """`event_window_hours` as a span."""
        return timedelta(hours=self.event_window_hours)


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a variable has a value that cannot be used; the message names it, never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"STREAMS_{'_'.join(str(part) for part in item['loc']).upper() or 'COUNTRIES'}: {item['msg']}"
            for item in error.errors(include_input=False)
        )
        raise SettingsError(wrong) from None
