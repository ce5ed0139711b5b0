"""`streams normalise`, `extract` and `batch`: the pure stages on files, no Kafka needed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated

import orjson
import typer
from rich.progress import track

from streams import __version__
from streams.commands.console import errors
from streams.commands.errors import CommandError
from streams.commands.files import lines, make_folder
from streams.commands.kafka import catalogue_of
from streams.commands.tail import parties
from streams.contracts import Article, Mention, RawArticle, Rejected, Sketch
from streams.dead_letters import EXCEPTION, REASON, STAGE, DeadLetterLimitError
from streams.dedup import sketch
from streams.extraction import load_coder
from streams.fusion import FusionSettings, Region
from streams.messages import Output
from streams.normalise import normalise, read_raw
from streams.offline import OfflinePipeline
from streams.routing import route
from streams.settings import load_settings

File = Annotated[str, typer.Argument(metavar="FILE|-", help="Raw articles, one JSON object a line; - reads stdin.")]


def _articles(file: str) -> Iterator[tuple[int, RawArticle | None, Article | Rejected]]:
    """Yield line number, the raw article where it could be read, and the Article or why there is none."""
    for number, line in enumerate(lines(file), start=1):
        raw = None
        try:
            raw = read_raw(line)
            yield number, raw, normalise(raw)
        except Rejected as rejected:
            yield number, raw, rejected


def _print(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))


def normalise_command(file: File) -> None:
    """Clean raw articles: one Article a line, or {"line", "reason", "detail"} for one that would be a dead letter."""
    for number, _raw, result in _articles(file):
        if isinstance(result, Rejected):
            _print({"line": number, "reason": result.reason.value, "detail": result.detail})
        else:
            _print(result.model_dump(mode="json", by_alias=True))


def extract_command(
    file: File,
    explain: Annotated[bool, typer.Option("--explain", help="Show rules and evidence in words, not JSON.")] = False,
) -> None:
    """Extract event mentions: one JSON object a line in the Event format, with `article_id` (the raw `id` if given)."""
    settings = load_settings()
    catalogue_of(settings)  # complains of a country that is none
    countries = settings.countries
    coder = load_coder(countries)
    for number, raw, result in _articles(file):
        if isinstance(result, Rejected):
            errors.print(f"line {number}: {result}", style="yellow", markup=False)
            continue
        unit = raw.id if raw is not None and raw.id else result.article_id
        shingles = sketch(result.text)
        for mention in coder.code(result):
            if explain:
                _explain(unit, result, mention)
            else:
                _print({"article_id": unit, **as_event(result, mention, shingles, countries)})


def as_event(article: Article, mention: Mention, shingles: Sketch, countries: tuple[str, ...]) -> dict[str, object]:
    """Return a mention in the Event format: what it would be published as if nothing else told of it."""
    (message,) = route(article, [mention], shingles, countries)
    (event,) = Region(message.region, FusionSettings(), __version__).step(message).events
    return event.model_dump(mode="json", by_alias=True)


def _explain(unit: str, article: Article, mention: Mention) -> None:
    def toll(name: str) -> str | None:
        quantity = getattr(mention, name)
        return f"{name} {quantity.low}/{quantity.best}/{quantity.high} ({quantity.text!r})" if quantity else None

    where = f"{mention.location or '?'} [{mention.admin1 or '?'}, precision {mention.geo_precision or '?'}]"
    tolls = [text for text in map(toll, ("fatalities", "injured", "captured", "displaced")) if text]
    print(f"{unit}  {mention.event_type.value} / {mention.sub_event_type.value}")
    print(f"  who    {parties(mention, '->')}")
    print(f"  where  {where}")
    print(f"  when   {mention.event_date or '?'} (precision {mention.date_precision or '?'})")
    for text in tolls:
        print(f"  toll   {text}")
    print(f"  cited  {mention.attribution or '-'}")
    print(f"  rules  {', '.join(mention.rules)}")
    print(f"  because {json.dumps(article.text[mention.start : mention.end], ensure_ascii=False)}")


def batch_command(
    file: File,
    out: Annotated[Path, typer.Option("--out", help="Folder for events.<region>.jsonl, duplicates.jsonl, dead.jsonl.")],
) -> None:
    """Run the whole pipeline in memory, for backfills and trials: same functions, same ids as over Kafka.

    Windows move with the articles' `fetched_at` (ISO 8601) where they have it, else they stand still.
    """
    settings = load_settings()
    catalogue_of(settings)
    make_folder(out)
    outcomes: Counter[str] = Counter()
    with ExitStack() as stack:
        writer = BatchWriter(out, stack)
        pipeline = OfflinePipeline(settings, writer.write)
        writer.names = {
            **{topic.name: f"events.{region}.jsonl" for region, topic in pipeline.catalogue.events.items()},
            pipeline.catalogue.duplicates.name: "duplicates.jsonl",
            pipeline.catalogue.dead.name: "dead.jsonl",
        }
        try:
            for line in track(lines(file), "articles", total=None, console=errors, disable=not errors.is_terminal):
                outcomes.update(result.outcome for result in pipeline.feed(line, arrival_of(line)))
        except DeadLetterLimitError as error:
            raise CommandError(f"stopped: {error}") from None
    summary = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
    errors.print(f"{summary or 'no articles'}; {writer.count} messages in {out}", markup=False)


def arrival_of(line: bytes) -> datetime | None:
    """Return a raw message's `fetched_at` as the time of its arrival, if it has one in ISO 8601."""
    try:
        fetched = orjson.loads(line)["fetched_at"]
        at = datetime.fromisoformat(fetched)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class BatchWriter:
    """Writes outputs to one file a topic, opened when first needed."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._files: dict[str, IO[bytes]] = {}
        self.names: dict[str, str] = {}
        self.count = 0

    def write(self, output: Output) -> None:
        """Append one message as a line of JSON; a dead letter as its reason with the original bytes as text."""
        name = self.names[output.topic]
        if name not in self._files:
            self._files[name] = self._stack.enter_context((self._folder / name).open("wb"))
        value = dead_line(output) if name == "dead.jsonl" else output.value or b""
        self._files[name].write(value + b"\n")
        self.count += 1


def dead_line(output: Output) -> bytes:
    """Return a dead letter as one line of JSON."""
    headers = {key: (value or b"").decode("utf-8", "replace") for key, value in output.headers}
    return orjson.dumps(
        {
            "reason": headers.get(REASON),
            "stage": headers.get(STAGE),
            "exception": headers.get(EXCEPTION),
            "value": (output.value or b"").decode("utf-8", "backslashreplace"),
        }
    )
