"""One example of each contract, for the schemas and the AsyncAPI document: the same small story all the way through.

Places, outlets and events are made up of real names and invented facts.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from streams.contracts.articles import Article, Origin, PublishedFrom, RawArticle
from streams.contracts.base import Contract
from streams.contracts.coding import Actor, ActorKind, EventType, Quantity, SubEventType
from streams.contracts.events import Duplicate, Event, Evidence, Trace
from streams.contracts.mentions import Mention, Mentions, Sketch

_SENTENCE = "Two air strikes on the vegetable market of Saraqib killed at least 12 people on Tuesday."
_URL = "https://news.example/syria/saraqib-market"
_COPY_URL = "https://mirror.example/2017/02/saraqib"
_PUBLISHED = datetime(2017, 2, 7, 16, 30, tzinfo=UTC)
_INGESTED = datetime(2017, 2, 7, 16, 42, 5, 118_000, tzinfo=UTC)
_ARTICLE_ID = "a5c3e1f0b7d92846a5c3e1f0b7d92846"
_FINGERPRINT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
_ORIGIN = Origin(topic="articles.raw", partition=2, offset=10_417)

RAW_ARTICLE = RawArticle(
    id="saraqib-market",
    source="news.example",
    url=f"{_URL}?utm_source=feed",
    title="Market hit in Saraqib",
    body=_SENTENCE,
    published_at="Tue, 07 Feb 2017 16:30:00 GMT",
    fetched_at="2017-02-07T16:41:58Z",
    language="en",
)

ARTICLE = Article(
    article_id=_ARTICLE_ID,
    url=_URL,
    source="news.example",
    title="Market hit in Saraqib",
    text=_SENTENCE,
    published_at=_PUBLISHED,
    published_from=PublishedFrom.METADATA,
    fingerprint=_FINGERPRINT,
    origin=_ORIGIN,
    fetched_at=datetime(2017, 2, 7, 16, 41, 58, tzinfo=UTC),
    ingested_at=_INGESTED,
)

_MENTION = Mention(
    event_type=EventType.EXPLOSIONS,
    sub_event_type=SubEventType.AIR_STRIKE,
    plover="ASSAULT",
    plover_mode="aerial",
    cameo="195",
    country="SY",
    admin1="SY-ID",
    location="Saraqib",
    latitude=35.86,
    longitude=36.80,
    geo_precision=1,
    event_date=date(2017, 2, 7),
    date_precision=1,
    actor2=Actor(name="people", kind=ActorKind.CIVILIANS),
    fatalities=Quantity(low=12, best=12, qualifier="at_least", text="at least 12 people"),
    weapon="air strike",
    sentence=_SENTENCE,
    start=0,
    end=len(_SENTENCE),
    rules=("trigger:air-strike", "place:in"),
)

MENTIONS = Mentions(
    region="sy-id",
    article_id=_ARTICLE_ID,
    fingerprint=_FINGERPRINT,
    url=_URL,
    source="news.example",
    published_at=_PUBLISHED,
    ingested_at=_INGESTED,
    origin=_ORIGIN,
    sketch=Sketch(minhash="AAAA" * 170 + "AA==", shingles=14),
    mentions=(_MENTION,),
)

EVENT = Event(
    **_MENTION.model_dump(exclude={"sentence", "start", "end", "rules"}),
    event_id="e-7b1d90c2aa4f4d1c",
    revision=2,
    evidence=(
        Evidence(
            article_id=_ARTICLE_ID,
            url=_URL,
            source="news.example",
            published_at=_PUBLISHED,
            sentence=_SENTENCE,
            start=0,
            end=len(_SENTENCE),
        ),
    ),
    articles=3,
    sources=2,
    first_seen=datetime(2017, 2, 7, 15, 9, 41, tzinfo=UTC),
    last_seen=_INGESTED,
    confidence=0.8,
    changed=("fatalities", "sources"),
    trace=Trace(version="0.1.0", rules=_MENTION.rules),
)

DUPLICATE = Duplicate(
    article_id="19f2b6c4d8e07a3519f2b6c4d8e07a35",
    of=_ARTICLE_ID,
    kind="exact",
    similarity=1.0,
    source="mirror.example",
    url=_COPY_URL,
    origin=Origin(topic="articles.raw", partition=0, offset=9_902),
)

EXAMPLES: dict[type[Contract], Contract] = {
    type(example): example for example in (RAW_ARTICLE, ARTICLE, MENTIONS, EVENT, DUPLICATE)
}
