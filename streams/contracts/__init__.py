"""The contracts: every value that crosses a topic, as a typed model."""

from streams.contracts.articles import MAX_RAW_BYTES, Article, Origin, PublishedFrom, RawArticle
from streams.contracts.coding import Actor, ActorKind, Coding, EventType, Quantity, SubEventType
from streams.contracts.events import Duplicate, Event, Evidence, Trace
from streams.contracts.mentions import Mention, Mentions, Sketch
from streams.contracts.rejection import Reason, Rejected

__all__ = [
    "MAX_RAW_BYTES",
    "Actor",
    "ActorKind",
    "Article",
    "Coding",
    "Duplicate",
    "Event",
    "EventType",
    "Evidence",
    "Mention",
    "Mentions",
    "Origin",
    "PublishedFrom",
    "Quantity",
    "RawArticle",
    "Reason",
    "Rejected",
    "Sketch",
    "SubEventType",
    "Trace",
]
