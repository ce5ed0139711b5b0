"""`streams doctor`: broker, topics, versions, settings: what is wrong and how to mend it. Secrets never print."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import platform
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import typer

from streams import __version__, cluster
from streams.commands.console import output, safe
from streams.regions import UnknownCountryError, region_codes
from streams.settings import Settings, SettingsError, load_settings
from streams.topics import build_catalogue


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    ok: bool
    what: str
    detail: str
    remedy: str = ""


def _versions() -> Iterator[Finding]:
    from streams.faust_mends import SUPPORTED_FAUST  # noqa: PLC0415  (Faust is slow to import)

    yield Finding(True, "streams", f"{__version__} on Python {platform.python_version()}")
    for name in ("faust-streaming", "aiokafka", "rensa"):
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(False, name, "not installed", "pip install streams")
            continue
        exact = name != "faust-streaming" or version == SUPPORTED_FAUST
        yield Finding(exact, name, version, "" if exact else f"pip install faust-streaming=={SUPPORTED_FAUST}")
    try:
        yield Finding(True, "noida-db", f"{importlib.metadata.version('noida-db')} (embedded broker)")
    except importlib.metadata.PackageNotFoundError:
        yield Finding(True, "noida-db", "not installed: `streams demo` needs it", "pip install 'streams[demo]'")


def _settings(settings: Settings) -> Iterator[Finding]:
    defaults = Settings.model_construct()
    changed = {
        name: getattr(settings, name)
        for name in Settings.model_fields
        if getattr(settings, name) != getattr(defaults, name)
    }
    shown = ", ".join(f"STREAMS_{name.upper()}={value}" for name, value in changed.items())
    yield Finding(True, "settings", shown or "all defaults")
    known = {f"STREAMS_{name.upper()}" for name in Settings.model_fields}
    for name in sorted(name for name in os.environ if name.startswith("STREAMS_") and name not in known):
        yield Finding(False, "settings", f"{name} is no setting", "look for a misspelling; README.md lists them")
    try:
        yield Finding(True, "regions", f"{len(region_codes(settings.countries))} for {','.join(settings.countries)}")
    except UnknownCountryError as error:
        yield Finding(False, "regions", str(error), "set STREAMS_COUNTRIES to ISO 3166-1 alpha-2 codes")


def _port(settings: Settings) -> Finding:
    with socket.socket() as probe:
        try:
            probe.bind((settings.web_host, settings.web_port))
        except OSError as error:
            return Finding(
                True,
                "web port",
                f"{settings.web_host}:{settings.web_port} is taken ({error.strerror}): by a running worker?",
                "for a second worker on this host set STREAMS_WEB_PORT",
            )
    return Finding(True, "web port", f"{settings.web_host}:{settings.web_port} is free")


async def _cluster(settings: Settings) -> list[Finding]:
    try:
        catalogue = build_catalogue(settings)
        found = await cluster.plan(settings.bootstrap_servers, catalogue)
    except UnknownCountryError:
        return []
    except cluster.ClusterError as error:
        return [Finding(False, "broker", str(error), "start Kafka, or set STREAMS_BOOTSTRAP_SERVERS")]
    findings = [Finding(True, "broker", f"answers at {settings.bootstrap_servers}")]
    missing = [difference.topic.name for difference in found if difference.kind == "missing"]
    if missing:
        text = f"{len(missing)} missing, among them {missing[0]}"
        findings.append(Finding(False, "topics", text, "streams topics apply"))
    for difference in found:
        if difference.kind == "partitions":
            remedy = "set STREAMS_PARTITIONS to the cluster's count, or recreate the topic"
            findings.append(Finding(False, "topics", f"{difference.topic.name} {difference.text}", remedy))
        elif difference.kind == "config":
            text = f"{difference.topic.name} {difference.text}"
            findings.append(Finding(False, "topics", text, "streams topics apply"))
    if len(findings) == 1:
        findings.append(Finding(True, "topics", f"{len(list(catalogue))}, all as the catalogue says"))
    return findings


def doctor_command() -> None:
    """Say what is wrong with versions, settings, broker or topics, and how to mend it. Exit code 1 if anything is."""
    findings = list(_versions())
    try:
        settings = load_settings()
    except SettingsError as error:
        findings.append(Finding(False, "settings", str(error), "correct the variable"))
    else:
        findings += [*_settings(settings), _port(settings), *asyncio.run(_cluster(settings))]
    for finding in findings:
        mark = "[green]ok  [/]" if finding.ok else "[red]BAD [/]"
        output.print(f"{mark} {finding.what:<16}", end="")
        output.print(safe(finding.detail, 500), markup=False, highlight=False)
        if finding.remedy:
            output.print(f"                      -> {finding.remedy}", markup=False, highlight=False)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
