"""A round-up goes in as scrapers send it; each region's topic comes out with what it tells of that region."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import orjson
import pytest
from aiokafka import ConsumerRecord
from brokers import Broker, Namespace, blocking, delete_topics, produce
from pipeline import Pipeline

SCHEMA = Path(__file__).parents[2] / "deploy" / "contracts" / "Event.schema.json"
CHECKER = jsonschema.Draft202012Validator.FORMAT_CHECKER
URL = "https://wharf.example/2017/03/11/day"
TITLE = "PHOTOS + Day in Syria: Rebels Leave Aleppo Suburb"
DUMP = (
    'string(300) "[{"id":"40711","sort":"9001","contenttypeid":"7","pic":"/2017/03/11/wharf_0113_4x3.jpg",'
    '"title":"PHOTOS: Zeppelin Festival Opens in Lattakia, 33 Killed in Quneitra Blast"} ,'
    '{"id":"40712","sort":"9002","contenttypeid":"7","pic":"/2017/03/11/wharf_0114_4x3.mp4",'
    '"title":"VIDEO: Quokkalore Convoy Shelled on Daraa Highway"} ]"'
)
ROUND_UP = f"""{TITLE}

{TITLE}
Sat Mar 11, 2017 16:20:05

Wharf News - Syria

Fighting went on in five provinces on Saturday.

In Aleppo more than 6,200 people have been evacuated from the besieged district of Hanano since Friday, the Red \
Crescent said.

Another 212 wounded were evacuated on the same buses, it added.

In Idlib government warplanes bombed the town of Saraqib on Saturday, killing nine civilians, residents said.

In Homs at least 44 ISIL fighters were killed on Saturday in an attack of the Syrian army near the ancient city of \
Palmyra.

Earlier on Saturday Syrian warplanes killed 91 ISIL militants in the eastern countryside of Homs.

State television said that over 60 ISIL militants were killed in an air raid on Sukhnah.

Another 31 ISIL militants were killed in an air raid on Qaryatayn, the television added.

In Raqqa the Syrian Democratic Forces captured the villages of Karama, Hamrat and Jarwah from ISIL on Saturday, \
killing 12 militants.

In Hama militants fired missiles at the town of Salamiyah on Saturday, wounding five residents.



"""
RAW = orjson.dumps(
    {
        "source": "wharf-news",
        "url": URL,
        "title": TITLE,
        "published_at": "2017-03-11T16:20:05Z",
        "body": ROUND_UP + DUMP,
    }
)
TRACEPARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass(frozen=True)
class Published:
    """What the run of this module left on the broker."""

    records: dict[str, list[ConsumerRecord]]  # by topic, without the test's prefix
    events: dict[str, list[ConsumerRecord]]  # by region

    def told(self, region: str) -> list[dict]:
        return [orjson.loads(record.value) for record in self.events.get(region, [])]


@pytest.fixture(scope="module")
def published(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The round-up, through the pipeline once; all tests below look at that one run."""
    namespace = Namespace(f"t{uuid.uuid4().hex[:10]}")
    pipeline = Pipeline(broker, namespace, tmp_path_factory.mktemp("seed"))
    try:
        pipeline.apply_topics()
        pipeline.start().wait_ready()
        raw = [(URL.encode(), RAW, [("traceparent", TRACEPARENT), ("scraper", b"wharf-1")])]
        blocking(produce(broker.bootstrap, pipeline.catalogue.raw.name, raw))
        blocking(pipeline.drain())
        prefix = namespace.topic_prefix
        records = {t.name.removeprefix(prefix): blocking(pipeline.records(t.name)) for t in pipeline.catalogue}
        events = {name.removeprefix("events."): found for name, found in records.items() if name.startswith("events.")}
        yield Published(records, {region: found for region, found in events.items() if found})
    finally:
        pipeline.close()
        blocking(delete_topics(broker.bootstrap, namespace.app_id))


def test_events_come_out_on_the_topics_of_its_five_regions_and_on_no_other(published: Published):
    assert set(published.events) == {"sy-hl", "sy-id", "sy-hi", "sy-ra", "sy-hm"}
    assert published.records["articles.dead"] == []
    assert published.records["articles.duplicates"] == []


def test_each_region_gets_its_own_events_only(published: Published):
    for region in published.events:
        assert {event["admin1"] for event in published.told(region)} == {region.upper()}


def test_the_toll_near_palmyra_has_its_bound_and_its_place_is_only_near(published: Published):
    (event,) = [event for event in published.told("sy-hi") if event["location"] == "Palmyra"]
    assert event["event_type"] == "Battles"
    toll = event["fatalities"]
    assert (toll["low"], toll["best"], toll["high"], toll["qualifier"]) == (44, 44, None, "at_least")
    assert event["geo_precision"] == 2
    assert event["event_date"] == "2017-03-11"


def test_two_air_raids_are_two_events_and_their_sum_is_no_third(published: Published):
    raids = [event for event in published.told("sy-hi") if event["sub_event_type"] == "Air/drone strike"]
    assert {(event["location"], event["fatalities"]["best"]) for event in raids} == {("Sukhnah", 60), ("Qaryatayn", 31)}
    assert {event["actor2"]["name"] for event in raids} == {"ISIL"}
    tolls = [event["fatalities"]["best"] for event in published.told("sy-hi") if event["fatalities"]]
    assert sorted(tolls) == [31, 44, 60]


def test_villages_that_the_sdf_takes_are_territory_overtaken(published: Published):
    (event,) = [event for event in published.told("sy-ra") if "overtakes territory" in event["sub_event_type"]]
    assert event["actor1"]["name"] == "Syrian Democratic Forces"
    assert event["location"] in {"Karama", "Hamrat", "Jarwah"}
    assert event["fatalities"]["best"] == 12


def test_missiles_at_a_town_in_hama_are_a_missile_attack_with_its_injured(published: Published):
    (event,) = published.told("sy-hm")
    assert event["sub_event_type"] == "Shelling/artillery/missile attack"
    assert event["location"] == "Salamiyah"
    assert event["injured"]["best"] == 5
    assert event["fatalities"] is None


def test_an_evacuation_displaces_and_injures_nobody(published: Published):
    told = published.told("sy-hl")
    displaced = [event["displaced"] for event in told if event["displaced"]]
    assert [(quantity["low"], quantity["qualifier"]) for quantity in displaced if quantity["low"] > 5000] == [
        (6200, "at_least")
    ]
    assert [event["injured"] for event in told] == [None] * len(told)


def test_the_dump_at_the_end_leaves_no_trace(published: Published):
    words = re.compile(r"[a-z0-9_]+", re.IGNORECASE)
    inside = {word.lower() for word in words.findall(DUMP)}
    elsewhere = {word.lower() for word in words.findall(ROUND_UP + RAW[:200].decode())}
    keys = {"id", "title", "string", "in", "on", "opens"}  # of any JSON, or short enough for a hash or number
    telling = {word for word in inside - elsewhere - keys if len(word) > 3}
    assert {"zeppelin", "quokkalore", "contenttypeid", "40711", "wharf_0113_4x3", "lattakia", "daraa"} <= telling

    def traces(records: list[ConsumerRecord]) -> set[str]:
        held = b" ".join(part or b"" for r in records for part in (r.key, r.value, *(value for _, value in r.headers)))
        return {word.lower() for word in words.findall(held.decode())} & telling

    (raw,) = published.records["articles.raw"]
    assert traces([raw]) == telling
    left = {topic: traces(records) for topic, records in published.records.items() if topic != "articles.raw"}
    assert not {topic: found for topic, found in left.items() if found}
    assert sum(map(len, published.records.values())) > 10


def test_the_title_that_is_printed_twice_is_kept_once_and_without_its_marker(published: Published):
    (record,) = published.records["articles.normalised"]
    article = orjson.loads(record.value)
    assert article["title"] == "Day in Syria: Rebels Leave Aleppo Suburb"
    assert "Rebels Leave" not in article["text"]


def test_the_key_of_an_event_is_its_id(published: Published):
    for record in all_events(published):
        assert record.key.decode() == orjson.loads(record.value)["event_id"]


def test_events_keep_to_the_published_schema(published: Published):
    validator = jsonschema.Draft202012Validator(orjson.loads(SCHEMA.read_bytes()), format_checker=CHECKER)
    for record in all_events(published):
        validator.validate(orjson.loads(record.value))


def test_headers_are_cloudevents_in_binary_mode(published: Published):
    identities = set()
    for region, records in published.events.items():
        for record in records:
            headers = dict(record.headers)
            event = orjson.loads(record.value)
            assert headers["ce_id"].decode() == f"{event['event_id']}/{event['revision']}"
            assert headers["ce_type"] == b"streams.event"
            assert headers["ce_source"].decode() == f"/streams/publish/{region}"
            assert headers["ce_specversion"] == b"1.0"
            assert headers["content-type"] == b"application/json"
            assert headers["ce_time"].decode() == event["last_seen"]
            identities.add((headers["ce_source"], headers["ce_id"]))
    assert len(identities) == len(all_events(published))


def test_the_trace_context_of_the_raw_message_arrives_on_every_event(published: Published):
    for record in all_events(published):
        assert [value for name, value in record.headers if name == "traceparent"] == [TRACEPARENT]
        assert "scraper" not in dict(record.headers)


def test_evidence_points_into_the_clean_text(published: Published):
    (article,) = [orjson.loads(record.value) for record in published.records["articles.normalised"]]
    for record in all_events(published):
        (evidence,) = orjson.loads(record.value)["evidence"]
        assert evidence["article_id"] == article["article_id"]
        assert evidence["url"] == URL
        assert article["text"][evidence["start"] : evidence["end"]] == evidence["sentence"]


def all_events(published: Published) -> list[ConsumerRecord]:
    found = [record for records in published.events.values() for record in records]
    assert len(found) >= 7
    return found
