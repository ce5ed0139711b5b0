"""The contracts, as models, as JSON Schemas and as an AsyncAPI document, say one and the same thing."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from pydantic import ValidationError as ModelError

from streams.agents.outputs import article_output, duplicate_output, event_output, mentions_output
from streams.contracts import Article, Duplicate, Event, EventType, Mentions, RawArticle, Reason, SubEventType
from streams.contracts.base import Contract, rfc3339
from streams.contracts.coding import Actor, ActorKind, Quantity
from streams.contracts.examples import ARTICLE, DUPLICATE, EVENT, EXAMPLES, MENTIONS, RAW_ARTICLE
from streams.contracts.export import ASYNCAPI_FILE, asyncapi, documents, json_schemas, stale, write
from streams.dead_letters import make_dead_letter
from streams.messages import Headers, Record
from streams.runner import CARRIED_HEADERS
from streams.settings import Settings
from streams.topics import Catalogue, build_catalogue

# CI machines are slow and shared: only a hung test is too slow.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

COMMITTED = Path(__file__).parents[3] / "deploy" / "contracts"

SUB_EVENT_TYPES = {
    "Battles": ["Armed clash", "Government regains territory", "Non-state actor overtakes territory"],
    "Explosions/Remote violence": [
        "Chemical weapon",
        "Air/drone strike",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Grenade",
    ],
    "Violence against civilians": ["Sexual violence", "Attack", "Abduction/forced disappearance"],
    "Protests": ["Peaceful protest", "Protest with intervention", "Excessive force against protesters"],
    "Riots": ["Violent demonstration", "Mob violence"],
    "Strategic developments": [
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    ],
}


def catalogue_with(**settings: Any) -> Catalogue:
    """The catalogue of the default settings, whatever the environment says, but for those given."""
    return build_catalogue(Settings.model_construct(**settings))


@pytest.fixture
def catalogue() -> Catalogue:
    return catalogue_with()


SCHEMAS = json_schemas()
VALIDATORS = {contract: Draft202012Validator(SCHEMAS[contract.__name__]) for contract in EXAMPLES}


def validator(contract: type[Contract]) -> Draft202012Validator:
    return VALIDATORS[contract]


def wire(value: Contract) -> dict[str, Any]:
    return orjson.loads(value.encode())


# Values as the stages make them: instants to the millisecond, which is what Kafka and the wire can tell.
INSTANTS = st.none() | st.builds(
    lambda millis, zone: datetime(1990, 1, 1, tzinfo=zone) + timedelta(milliseconds=millis),
    st.integers(0, 10**12 * 4),
    st.sampled_from([UTC, timezone(timedelta(hours=3))]),
)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
COUNTS = st.none() | st.integers(0, 10**6)
QUANTITIES = st.none() | st.builds(Quantity, low=COUNTS, best=COUNTS, high=COUNTS, text=TEXT)
ACTORS = st.none() | st.builds(Actor, name=TEXT, kind=st.none() | st.sampled_from(ActorKind))
CODED = {
    "sub_event_type": st.sampled_from(SubEventType),
    "event_type": st.sampled_from(EventType),
    "event_date": st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    "latitude": st.none() | st.floats(-90, 90),
    "longitude": st.none() | st.floats(-180, 180),
    "geo_precision": st.sampled_from([None, 1, 2, 3]),
    "actor1": ACTORS,
    "actor2": ACTORS,
    "fatalities": QUANTITIES,
    "displaced": QUANTITIES,
    "location": st.none() | TEXT,
}


def altered(example: Contract, **slots: st.SearchStrategy[Any]) -> st.SearchStrategy[Contract]:
    return st.fixed_dictionaries(slots).map(lambda values: type(example).model_validate(dict(example) | values))


MENTION_VALUES = altered(MENTIONS.mentions[0], **CODED)
VALUES = st.one_of(
    altered(RAW_ARTICLE, source=TEXT.filter(bool), body=TEXT.filter(bool), title=st.none() | TEXT),
    altered(ARTICLE, title=TEXT, text=TEXT, published_at=INSTANTS, ingested_at=INSTANTS),
    altered(MENTIONS, mentions=st.lists(MENTION_VALUES, max_size=3).map(tuple), published_at=INSTANTS),
    altered(EVENT, **CODED, first_seen=INSTANTS, revision=st.integers(1, 10**6), confidence=st.floats(0, 1)),
    altered(DUPLICATE, similarity=st.floats(0, 1), region=st.none() | TEXT),
)


def test_committed_documents_are_current(catalogue):
    assert stale(COMMITTED, catalogue) == [], "run `streams contracts` and commit the result"


def test_written_documents_are_not_stale(catalogue, tmp_path):
    assert {path.name for path in write(tmp_path / "new", catalogue)} == set(documents(catalogue))
    assert stale(tmp_path / "new", catalogue) == []


def test_changed_missing_and_left_over_files_are_stale(catalogue, tmp_path):
    write(tmp_path, catalogue)
    (tmp_path / "Event.schema.json").write_text("{}\n")
    (tmp_path / "Article.schema.json").unlink()
    (tmp_path / "Forgotten.schema.json").write_text("{}\n")
    (tmp_path / "README.md").write_text("not ours")
    assert stale(tmp_path, catalogue) == ["Article.schema.json", "Event.schema.json", "Forgotten.schema.json"]


def test_documents_are_the_same_bytes_every_time(catalogue):
    assert documents(catalogue) == documents(catalogue)


@pytest.mark.parametrize("name", ["RawArticle", "Article", "Mentions", "Event", "Duplicate"])
def test_every_contract_has_a_schema_of_draft_2020_12_with_identity_title_and_description(name):
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("urn:streams:contract:")
    assert schema["title"] == name
    assert schema["description"]


def test_schema_identities_are_unique():
    assert len({schema["$id"] for schema in SCHEMAS.values()}) == len(SCHEMAS)


@pytest.mark.parametrize("contract", EXAMPLES, ids=lambda contract: contract.__name__)
def test_the_example_in_a_schema_validates_and_is_read_as_the_value_that_it_shows(contract):
    (shown,) = SCHEMAS[contract.__name__]["examples"]
    validator(contract).validate(shown)
    assert contract.decode(orjson.dumps(shown)) == EXAMPLES[contract]


def test_examples_tell_evidence_by_offsets_into_the_text():
    for witness in (*EVENT.evidence, *MENTIONS.mentions):
        assert ARTICLE.text[witness.start : witness.end] == witness.sentence


@settings(UNHURRIED)
@given(VALUES)
def test_what_we_write_validates_against_the_schema(value):
    validator(type(value)).validate(wire(value))


@settings(UNHURRIED)
@given(VALUES)
def test_a_value_survives_the_wire(value):
    assert type(value).decode(value.encode()) == value


@settings(UNHURRIED)
@given(VALUES)
def test_reading_and_writing_again_gives_the_same_bytes(value):
    assert type(value).decode(value.encode()).encode() == value.encode()


@settings(UNHURRIED)
@given(VALUES)
def test_what_we_write_has_every_field_that_the_schema_names(value):
    assert set(wire(value)) == set(SCHEMAS[type(value).__name__]["properties"])


@settings(UNHURRIED)
@given(VALUES, st.dictionaries(st.text("xyz", min_size=3), st.none() | st.integers() | TEXT, min_size=1))
def test_unknown_fields_are_tolerated_by_schema_and_model_and_change_nothing(value, extra):
    widened = {**extra, **wire(value)}
    validator(type(value)).validate(widened)
    assert type(value).decode(json.dumps(widened).encode()) == value


@pytest.mark.parametrize(
    ("contract", "field"),
    [
        (contract, field)
        for contract in EXAMPLES
        for field in SCHEMAS[contract.__name__]["required"]
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)  # fmt: skip
def test_a_missing_required_field_is_refused_by_schema_and_model(contract, field):
    lacking = {name: value for name, value in wire(EXAMPLES[contract]).items() if name != field}
    with pytest.raises(ValidationError):
        validator(contract).validate(lacking)
    with pytest.raises(ModelError):
        contract.decode(orjson.dumps(lacking))


@pytest.mark.parametrize(
    ("contract", "change"),
    [
        (Event, {"revision": 0}),
        (Event, {"event_type": "War"}),
        (Event, {"sub_event_type": "air strike"}),
        (Event, {"confidence": 1.5}),
        (Event, {"latitude": 91}),
        (Event, {"geo_precision": 4}),
        (Event, {"schema": "conflict-event/2"}),
        (Event, {"modality": "denied"}),
        (Event, {"fatalities": {"low": -1}}),
        (Mentions, {"mentions": None}),
        (Duplicate, {"kind": "similar"}),
        (RawArticle, {"source": ""}),
        (RawArticle, {"body": ["a", "b"]}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else str(value),
)
def test_a_wrong_value_is_refused_by_schema_and_model(contract, change):
    wrong = wire(EXAMPLES[contract]) | change
    with pytest.raises(ValidationError):
        validator(contract).validate(wrong)
    with pytest.raises(ModelError):
        contract.decode(orjson.dumps(wrong))


@pytest.mark.parametrize(
    ("raw", "accepted"),
    [
        ({"source": "a", "body": "x"}, True),
        ({"source": "a", "html": "<p>x</p>"}, True),
        ({"source": "a", "body": None, "html": "<p>x</p>"}, True),
        ({"source": "a"}, False),
        ({"source": "a", "title": "x"}, False),
        ({"source": "a", "body": ""}, False),
        ({"body": "x"}, False),
    ],
)
def test_the_schema_asks_a_raw_article_for_its_source_and_a_body_or_a_page(raw, accepted):
    assert validator(RawArticle).is_valid(raw) is accepted


def test_the_event_format_is_named_schema_on_the_wire_and_schema_underscore_in_python():
    assert wire(EVENT)["schema"] == "conflict-event/1"
    assert "schema_" not in wire(EVENT)
    assert EVENT.schema_ == "conflict-event/1"
    assert Event.decode(orjson.dumps({k: v for k, v in wire(EVENT).items() if k != "schema"})) == EVENT


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2016, 12, 17, 8, 5, tzinfo=UTC), "2016-12-17T08:05:00Z"),
        (datetime.fromisoformat("2016-12-17T08:05:00"), "2016-12-17T08:05:00Z"),
        (datetime(2016, 12, 17, 8, 5, 1, 250_000, tzinfo=UTC), "2016-12-17T08:05:01.250Z"),
        (datetime(2016, 12, 17, 8, 5, tzinfo=timezone(timedelta(hours=2))), "2016-12-17T08:05:00+02:00"),
    ],
)
def test_instants_are_written_in_rfc_3339_to_the_millisecond(at, written):
    assert rfc3339(at) == written


def test_an_instant_finer_than_a_millisecond_is_written_the_same_after_it_was_read_back():
    article = ARTICLE.model_copy(update={"published_at": datetime(2016, 12, 17, 8, 5, 1, 250, tzinfo=UTC)})
    assert Article.decode(article.encode()).encode() == article.encode()


def test_the_25_sub_event_types_fall_into_the_6_event_types():
    assert [kind.value for kind in EventType] == list(SUB_EVENT_TYPES)
    found: dict[str, list[str]] = {}
    for sub_event_type in SubEventType:
        found.setdefault(sub_event_type.event_type.value, []).append(sub_event_type.value)
    assert found == SUB_EVENT_TYPES
    assert sum(map(len, found.values())) == 25


# The AsyncAPI document.


def references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(document: Any, reference: str) -> Any:
    node = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def headers_schema(document: Any, message: str) -> Draft202012Validator:
    return Draft202012Validator(document["components"]["messages"][message]["headers"])


def as_object(headers: Headers) -> dict[str, str]:
    assert len({name for name, _ in headers}) == len(headers)
    return {name: value.decode() for name, value in headers}


def test_every_reference_in_the_document_leads_somewhere(catalogue):
    document = asyncapi(catalogue)
    found = list(references(document))
    assert len(found) > 40
    for reference in found:
        assert resolve(document, reference)


def test_the_document_is_committed_beside_the_schemas():
    assert orjson.loads((COMMITTED / ASYNCAPI_FILE).read_bytes())["asyncapi"] == "3.0.0"


def test_every_topic_that_others_may_use_has_a_channel_and_changelogs_have_none(catalogue):
    channels = asyncapi(catalogue)["channels"].values()
    regions = next(channel["parameters"]["region"]["enum"] for channel in channels if "parameters" in channel)
    addresses = {
        channel["address"].replace("{region}", region)
        for channel in channels
        for region in (regions if "parameters" in channel else [""])
    }
    changelogs = {topic.name for topic in catalogue.changelogs.values()}
    assert addresses == {topic.name for topic in catalogue} - changelogs


def test_addresses_bear_the_topic_prefix():
    document = asyncapi(catalogue_with(topic_prefix="test."))
    assert all(channel["address"].startswith("test.") for channel in document["channels"].values())
    assert document["channels"]["events"]["address"] == "test.events.{region}"


def test_channels_carry_partitions_and_configuration_of_the_catalogue():
    document = asyncapi(catalogue_with(partitions=7, replication_factor=3))
    kafka = document["channels"]["articlesRaw"]["bindings"]["kafka"]
    assert (kafka["partitions"], kafka["replicas"]) == (7, 3)
    assert kafka["topicConfiguration"]["retention.ms"] == 7 * 86_400_000
    assert document["channels"]["events"]["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == [
        "compact",
        "delete",
    ]


def test_every_message_says_what_its_key_is(catalogue):
    messages = asyncapi(catalogue)["components"]["messages"]
    keys = {name: message["bindings"]["kafka"]["key"]["description"] for name, message in messages.items()}
    assert keys == {
        "RawArticle": catalogue.raw.key,
        "Article": catalogue.normalised.key,
        "Mentions": catalogue.mentions.key,
        "Event": "event_id",
        "Duplicate": "article_id",
        "DeadLetter": "original key",
    }


@pytest.mark.parametrize(
    ("message", "headers"),
    [
        ("Article", article_output(ARTICLE, "t").headers),
        ("Mentions", mentions_output(MENTIONS, "t").headers),
        ("Event", event_output(EVENT, "sy-id", "t").headers),
        ("Duplicate", duplicate_output(DUPLICATE, "t", ARTICLE.ingested_at).headers),
        ("Duplicate", duplicate_output(DUPLICATE, "t", None).headers),
    ],
)
def test_the_headers_that_stages_send_are_those_that_the_document_promises(catalogue, message, headers):
    schema = headers_schema(asyncapi(catalogue), message)
    schema.validate(as_object(headers))
    for name in ("ce_id", "ce_type", "ce_source", "ce_specversion", "content-type"):
        with pytest.raises(ValidationError):
            schema.validate({key: value for key, value in as_object(headers).items() if key != name})


@pytest.mark.parametrize("message", ["Article", "Mentions", "Event", "Duplicate"])
def test_headers_that_stages_pass_on_are_in_the_document(catalogue, message):
    assert set(headers_schema(asyncapi(catalogue), message).schema["properties"]) >= CARRIED_HEADERS


@pytest.mark.parametrize("reason", Reason)
def test_the_headers_of_a_dead_letter_are_those_that_the_document_promises(catalogue, reason):
    record = Record("articles.raw", 3, 77, b"k", b"\xff")
    letter = make_dead_letter(record, topic="articles.dead", stage="normalise", reason=reason, exception="x" * 900)
    schema = headers_schema(asyncapi(catalogue), "DeadLetter")
    schema.validate(as_object(letter.headers))
    assert set(as_object(letter.headers)) == set(schema.schema["properties"])


def test_each_stage_receives_from_one_channel_and_all_can_send_dead_letters(catalogue):
    operations = asyncapi(catalogue)["operations"].values()
    for stage in ("normalise", "extract", "publish"):
        own = [operation for operation in operations if {"name": stage} in operation["tags"]]
        assert sum(operation["action"] == "receive" for operation in own) == 1
        assert {"$ref": "#/channels/articlesDead"} in [o["channel"] for o in own if o["action"] == "send"]


@pytest.mark.parametrize("contract", EXAMPLES, ids=lambda contract: contract.__name__)
def test_a_payload_in_the_document_is_described_as_in_its_schema(catalogue, contract):
    document = asyncapi(catalogue)
    assert document["components"]["messages"][contract.__name__]["payload"] == {
        "$ref": f"#/components/schemas/{contract.__name__}"
    }
    described = document["components"]["schemas"][contract.__name__]
    assert described["properties"].keys() == SCHEMAS[contract.__name__]["properties"].keys()
    whole = Draft202012Validator({"$ref": f"#/components/schemas/{contract.__name__}", **document})
    whole.validate(wire(EXAMPLES[contract]))
