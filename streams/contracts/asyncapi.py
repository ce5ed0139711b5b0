"""The AsyncAPI 3.0 document: topics, keys, headers, payloads, and who sends what; from models and topic catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from streams.contracts.articles import MAX_RAW_BYTES, Article, RawArticle
from streams.contracts.base import Contract
from streams.contracts.events import Duplicate, Event
from streams.contracts.mentions import Mentions
from streams.contracts.rejection import Reason
from streams.contracts.schemas import CONTRACTS, CONTRACTS_VERSION, Schemas, example

_KAFKA_BINDING = "0.5.0"


class TopicLike(Protocol):
    """What the document needs to know of a topic (`streams.topics.TopicSpec` has it)."""

    @property
    def name(self) -> str:
        """Name on the cluster."""

    @property
    def key(self) -> str:
        """What the key is, in words."""

    @property
    def purpose(self) -> str:
        """What it is for."""

    @property
    def partitions(self) -> int:
        """Number of partitions."""

    @property
    def replication_factor(self) -> int:
        """Copies of each partition."""

    @property
    def config(self) -> Mapping[str, str]:
        """Kafka's topic options."""


class CatalogueLike(Protocol):
    """What the document needs to know of the catalogue (`streams.topics.Catalogue` has it)."""

    @property
    def raw(self) -> TopicLike:
        """`articles.raw`."""

    @property
    def normalised(self) -> TopicLike:
        """`articles.normalised`."""

    @property
    def mentions(self) -> TopicLike:
        """`mentions`."""

    @property
    def duplicates(self) -> TopicLike:
        """`articles.duplicates`."""

    @property
    def dead(self) -> TopicLike:
        """`articles.dead`."""

    @property
    def events(self) -> Mapping[str, TopicLike]:
        """`events.<region>`, by region code."""


@dataclass(frozen=True, slots=True)
class _Channel:
    """A topic, or the topics of all regions, with the messages on it."""

    id: str
    contract: type[Contract] | None
    ce_type: str | None
    stages: str  # where the messages come from, for ce_source


# The names are ours to keep: links into the published document use them.
_RAW = _Channel("articlesRaw", RawArticle, None, "")
_NORMALISED = _Channel("articlesNormalised", Article, "streams.article", "/streams/normalise")
_MENTIONS = _Channel("mentions", Mentions, "streams.mentions", "/streams/extract")
_EVENTS = _Channel("events", Event, "streams.event", "/streams/publish/<region>")
_DUPLICATES = _Channel("articlesDuplicates", Duplicate, "streams.duplicate", "/streams/dedup")
_DEAD = _Channel("articlesDead", None, None, "")
_CHANNELS = (_RAW, _NORMALISED, _MENTIONS, _EVENTS, _DUPLICATES, _DEAD)

# Who does what: (role, "receive" or "send", channel, who is at the other end).
_OPERATIONS: tuple[tuple[str, str, _Channel, str], ...] = (
    ("normalise", "receive", _RAW, "Scrapers publish here."),
    ("normalise", "send", _NORMALISED, "Clean articles, for the extract stage."),
    ("normalise", "send", _DEAD, "Raw messages that are no article."),
    ("extract", "receive", _NORMALISED, "From the normalise stage."),
    ("extract", "send", _MENTIONS, "One message for each region that an article speaks of, for the publish stage."),
    ("extract", "send", _DUPLICATES, "Verdicts on exact copies."),
    ("extract", "send", _DEAD, "Articles on which the stage failed."),
    ("publish", "receive", _MENTIONS, "From the extract stage."),
    ("publish", "send", _EVENTS, "Alerting consumers subscribe here: to the regions that they watch."),
    ("publish", "send", _DUPLICATES, "Verdicts on near-duplicates and updates."),
    ("publish", "send", _DEAD, "Mentions on which the stage failed."),
    ("replay", "receive", _DEAD, "`streams dead-letters` lists and shows them."),
    ("replay", "send", _RAW, "A replayed message goes back to the topic that its `dlq.origin.topic` names."),
)


def asyncapi(catalogue: CatalogueLike) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of an installation: its topics, keys, headers, payloads, and who sends what.

    The region topics are one channel with the region as its parameter, since they differ in nothing else; changelog
    topics are no interface and are left out.
    """
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "streams",
            "version": CONTRACTS_VERSION,
            "description": (
                "An event-driven stream processor for conflict news: raw articles in, coded events per region out.\n\n"
                "Delivery is at least once. A repeated message has the same key, id and bytes: deduplicate events on "
                "(`event_id`, `revision`), anything else on (`ce_source`, `ce_id`)."
            ),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {channel.id: body for channel, body in _channels(catalogue)},
        "operations": {f"{role}-{action}-{channel.id}": _operation(role, action, channel, note)
                       for role, action, channel, note in _OPERATIONS},
        "components": {
            "messages": {_message_name(channel): _message(channel, topic) for channel, topic in _topics(catalogue)},
            "schemas": _shared_schemas(),
        },
    }  # fmt: skip


def _topics(catalogue: CatalogueLike) -> Iterator[tuple[_Channel, TopicLike]]:
    any_region = next(iter(catalogue.events.values()))
    topics = catalogue.raw, catalogue.normalised, catalogue.mentions, any_region, catalogue.duplicates, catalogue.dead
    return zip(_CHANNELS, topics, strict=True)


def _channels(catalogue: CatalogueLike) -> Iterator[tuple[_Channel, dict[str, Any]]]:
    for channel, topic in _topics(catalogue):
        body: dict[str, Any] = {"address": topic.name, "description": topic.purpose}
        if channel is _EVENTS:
            regions = list(catalogue.events)
            body["address"] = topic.name.removesuffix(regions[0]) + "{region}"
            body["description"] = "Events in one region."
            body["parameters"] = {
                "region": {
                    "description": (
                        "ISO 3166-2 code in lower case; the country's code where only the country can be told; 'world' "
                        "for other countries, 'unlocated' for events with no place."
                    ),
                    "enum": regions,
                }
            }
        name = _message_name(channel)
        body["messages"] = {name: {"$ref": f"#/components/messages/{name}"}}
        body["bindings"] = {"kafka": _channel_binding(topic)}
        yield channel, body


def _channel_binding(topic: TopicLike) -> dict[str, Any]:
    config: dict[str, Any] = {
        option: value.split(",") if option == "cleanup.policy" else int(value) if value.isdigit() else value
        for option, value in topic.config.items()
    }
    return {
        "partitions": topic.partitions,
        "replicas": topic.replication_factor,
        "topicConfiguration": config,
        "bindingVersion": _KAFKA_BINDING,
    }


def _operation(role: str, action: str, channel: _Channel, note: str) -> dict[str, Any]:
    reference = f"#/channels/{channel.id}"
    return {
        "action": action,
        "channel": {"$ref": reference},
        "summary": note,
        "tags": [{"name": role}],
        "messages": [{"$ref": f"{reference}/messages/{_message_name(channel)}"}],
    }


def _message_name(channel: _Channel) -> str:
    return channel.contract.__name__ if channel.contract else "DeadLetter"


def _message(channel: _Channel, topic: TopicLike) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": _message_name(channel),
        "headers": _headers(channel),
        "bindings": {"kafka": {"key": _key(topic), "bindingVersion": _KAFKA_BINDING}},
    }
    if channel.contract is None:
        return message | {
            "title": "A message that could not be processed",
            "summary": "Key, value and headers as they came, and why in `dlq.*` headers.",
            "contentType": "application/octet-stream",
            "payload": {"description": "The original bytes, untouched: as a rule JSON, but nothing can be relied on."},
        }
    summary = (
        f"At most {MAX_RAW_BYTES:,} bytes." if channel is _RAW else (channel.contract.__doc__ or "").split("\n")[0]
    )
    return message | {
        "title": channel.contract.__name__,
        "summary": summary,
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{channel.contract.__name__}"},
        "examples": [{"payload": example(channel.contract)}],
    }


def _key(topic: TopicLike) -> dict[str, Any]:
    return {"type": "string", "description": topic.key}


_TEXT = {"type": "string"}
_TRACING: dict[str, Any] = {
    "traceparent": {**_TEXT, "description": "W3C trace context; passed through from the raw message."},
    "tracestate": {**_TEXT, "description": "W3C trace context; passed through from the raw message."},
}
_CONSUMED_AT: dict[str, Any] = {
    "streams-consumed-at": {
        **_TEXT,
        "description": "When the raw message was consumed, Unix seconds; for metrics alone.",
    }
}
_DLQ: dict[str, Any] = {
    "dlq.reason": {**_TEXT, "enum": [reason.value for reason in Reason]},
    "dlq.stage": {**_TEXT, "enum": ["normalise", "extract", "publish"]},
    "dlq.origin.topic": {**_TEXT, "description": "Where the message was read."},
    "dlq.origin.partition": {**_TEXT, "pattern": "^[0-9]+$"},
    "dlq.origin.offset": {**_TEXT, "pattern": "^[0-9]+$"},
    "dlq.exception": {**_TEXT, "maxLength": 500, "description": "For people; never text of an article."},
    "dlq.attempts": {
        **_TEXT,
        "pattern": "^[1-9][0-9]*$",
        "description": "How often it has come here, replays counted.",
    },
    "dlq.version": {**_TEXT, "description": "Version of the streams distribution that gave up on it."},
}


def _headers(channel: _Channel) -> dict[str, Any]:
    """Return the schema of a message's headers; their values are UTF-8 text. Other headers are tolerated."""
    if channel is _DEAD:
        return _headers_schema(_DLQ, _DLQ)
    if channel.ce_type is None:
        return _headers_schema(_TRACING, ())
    cloud_event: dict[str, Any] = {
        "ce_specversion": {**_TEXT, "const": "1.0"},
        "ce_id": {**_TEXT, "description": "With `ce_source` it tells a repetition."},
        "ce_type": {**_TEXT, "const": channel.ce_type},
        "ce_source": {**_TEXT, "description": channel.stages},
        "content-type": {**_TEXT, "const": "application/json"},
    }
    time = {"ce_time": {**_TEXT, "format": "date-time", "description": "Ingest time; left out where not known."}}
    inner = _CONSUMED_AT if channel.contract in {Article, Mentions} else {}
    return _headers_schema({**cloud_event, **time, **_TRACING, **inner}, cloud_event)


def _headers_schema(properties: Mapping[str, Any], required: Iterable[str]) -> dict[str, Any]:
    needed = list(required)
    return {"type": "object", "properties": dict(properties), **({"required": needed} if needed else {})}


def _shared_schemas() -> dict[str, Any]:
    """Return the schemas of all models by name: AsyncAPI's own schema format, a superset of JSON Schema draft 7."""
    models: list[tuple[type[BaseModel], Any]] = [(contract, "validation") for contract in CONTRACTS]
    _, document = models_json_schema(
        models, by_alias=True, ref_template="#/components/schemas/{model}", schema_generator=Schemas
    )
    schemas: dict[str, Any] = document["$defs"]
    return schemas
