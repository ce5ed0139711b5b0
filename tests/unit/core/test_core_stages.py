"""The three stages as agents run them: what comes out of a message, and what of a message that comes again.

Delivery (streams.delivery) sends a batch's outputs, awaits their acks, and only then writes the batch's state, in
order. A crash therefore leaves some prefix of the writes, and the messages come again from some earlier one on. The
last part of this module holds that against any sequence of messages, batches and crashes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.agents.extract import Extract
from streams.agents.normalise import Normalise
from streams.agents.publish import Publish
from streams.agents.state import Parts, write
from streams.contracts import Article, Duplicate, Event, Mention, Mentions, Origin, Quantity, Reason, Rejected
from streams.dedup import SeenWindow, fingerprint, sketch
from streams.fusion import FusionSettings, Region
from streams.messages import MemoryState, Output, Record, Result, Stage
from streams.regions import region_codes
from streams.runner import run

# CI machines are slow and shared: only a hung test is too slow.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

START = datetime(2017, 2, 7, 12, tzinfo=UTC)
WINDOW = timedelta(hours=6)
COUNTRIES = ("SY",)
TOPICS = {region: f"events.{region}" for region in region_codes(COUNTRIES)}


class PlainCoder:
    """Finds an armed clash in every word that is a Syrian ISO 3166-2 code; the number after it is the toll."""

    def code(self, article: Article) -> list[Mention]:
        words = article.text.split()
        return [
            Mention(
                event_type="Battles",
                sub_event_type="Armed clash",
                country="SY",
                admin1=word,
                location=word,
                event_date=date(2017, 2, 7),
                date_precision=1,
                geo_precision=3,
                fatalities=Quantity(low=int(toll), best=int(toll), high=int(toll), text=toll),
                sentence=article.text,
                start=0,
                end=len(article.text),
                rules=("plain",),
            )
            for word, toll in pairwise(words)
            if word.startswith("SY-")
        ]

    def serves(self, language: str) -> bool:
        return language == "en"


def make_extract(state: MemoryState, coder: object = None, window: timedelta = WINDOW) -> Extract:
    def load(_partition: str, entries: Iterable[tuple[str, dict]]) -> SeenWindow:
        return SeenWindow.load(window, ((key.split("/", 1)[1], entry) for key, entry in entries))

    return Extract(Parts(state, load), coder or PlainCoder(), COUNTRIES, "mentions", "articles.duplicates")


def make_publish(state: MemoryState) -> Publish:
    def load(code: str, entries: Iterable[tuple[str, dict]]) -> Region:
        return Region.load(code, FusionSettings(), "0.1.0", entries)

    return Publish(Parts(state, load), TOPICS, "articles.duplicates")


def article(text: str = "clash in SY-HL 5 dead", offset: int = 0, minutes: float = 0, **slots: object) -> Article:
    source = str(slots.pop("source", "sana"))
    values = {
        "article_id": f"a-{source}-{offset}",
        "url": f"https://{source}.example/{offset}",
        "source": source,
        "text": text,
        "fingerprint": fingerprint("", text),
        "origin": Origin(topic="articles.raw", partition=0, offset=offset),
        "ingested_at": START + timedelta(minutes=minutes),
    }
    return Article(**(values | slots))


def normalised(value: Article, partition: int = 0, offset: int = 0) -> Record:
    return Record("articles.normalised", partition, offset, value.fingerprint.encode(), value.encode())


def settle(state: MemoryState, result: Result) -> Result:
    for change in result.writes:
        state.apply(change)
    return result


def values(result: Result, topic: str, contract: type) -> list:
    return [contract.decode(output.value) for output in result.outputs if output.topic == topic]


# normalise


def raw(value: bytes | dict, offset: int = 7) -> Record:
    payload = value if isinstance(value, bytes) else orjson.dumps(value)
    return Record("articles.raw", 1, offset, b"any", payload, (), START)


BODY = "Warplanes bombed the market of Saraqib in Idlib on Tuesday morning.\n\nTwelve people were killed there."


def test_a_raw_article_becomes_an_article_keyed_by_its_fingerprint():
    result = Normalise("articles.normalised").process(raw({"source": "sana", "body": BODY, "title": "Market bombed"}))
    (output,) = result.outputs
    made = Article.decode(output.value)
    assert (result.outcome, output.topic, output.key) == (
        "normalised",
        "articles.normalised",
        made.fingerprint.encode(),
    )
    assert made.text.split() == BODY.split()


def test_an_article_knows_the_message_that_it_comes_from_and_when_that_came():
    (output,) = Normalise("t").process(raw({"source": "sana", "body": BODY}, offset=99)).outputs
    made = Article.decode(output.value)
    assert made.origin == Origin(topic="articles.raw", partition=1, offset=99)
    assert made.ingested_at == START


def test_copies_of_two_outlets_have_one_key():
    stage = Normalise("t")
    first, second = (
        stage.process(raw({"source": source, "url": f"https://{source}.example/x", "body": BODY})) for source in "ab"
    )
    assert first.outputs[0].key == second.outputs[0].key
    assert first.outputs[0].value != second.outputs[0].value


def test_the_same_message_gives_the_same_bytes_again():
    record = raw({"source": "sana", "html": f"<html><body><article><p>{BODY}</p></article></body></html>"})
    assert Normalise("t").process(record) == Normalise("t").process(record)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\xfe{}", Reason.UNDECODABLE),
        (b"{", Reason.UNDECODABLE),
        (None, Reason.UNDECODABLE),
        (b"[1, 2]", Reason.WRONG_SHAPE),
        (orjson.dumps({"source": "sana", "body": ["a"]}), Reason.WRONG_SHAPE),
        (orjson.dumps({"body": BODY}), Reason.MISSING_SOURCE),
        (orjson.dumps({"source": " ", "body": BODY}), Reason.MISSING_SOURCE),
        (orjson.dumps({"source": "sana", "title": "only"}), Reason.MISSING_BODY),
        (orjson.dumps({"source": "sana", "body": "x" * 900_000}), Reason.TOO_LARGE),
        (orjson.dumps({"source": "sana", "html": "<script>var x = 1;</script>"}), Reason.EMPTY_TEXT),
    ],
    ids=lambda value: value.name if isinstance(value, Reason) else "",
)
def test_what_is_no_article_becomes_a_dead_letter_of_its_reason(payload, reason):
    record = Record("articles.raw", 0, 0, b"k", payload, (("h", b"1"),))
    result = run(Normalise("t"), record, "articles.dead")
    (letter,) = result.outputs
    assert result.dead is reason
    assert (letter.topic, letter.key, letter.value, letter.headers[0]) == ("articles.dead", b"k", payload, ("h", b"1"))


# extract


def test_an_article_gives_one_message_for_each_region_keyed_by_it():
    result = make_extract(MemoryState()).process(normalised(article("SY-HL 5 SY-ID 7 SY-HL 9")))
    assert result.outcome == "extracted"
    assert [output.key for output in result.outputs] == [b"sy-hl", b"sy-id"]
    assert [[m.fatalities.best for m in found.mentions] for found in values(result, "mentions", Mentions)] == [
        [5, 9],
        [7],
    ]


def test_the_sketch_is_that_of_the_whole_text():
    text = "one two three four SY-HL 5 and five six seven SY-ID 7"
    found = values(make_extract(MemoryState()).process(normalised(article(text))), "mentions", Mentions)
    assert [message.sketch for message in found] == [sketch(text)] * 2


@pytest.mark.parametrize(("language", "outcome"), [("en", "eventless"), ("ar", "unserved")])
def test_an_article_without_events_goes_nowhere_but_is_remembered(language, outcome):
    state = MemoryState()
    result = settle(state, make_extract(state).process(normalised(article("nothing happened", language=language))))
    assert (result.outcome, result.outputs) == (outcome, ())
    copy = make_extract(state).process(normalised(article("nothing happened", offset=1)))
    assert copy.outcome == "duplicate"


def test_the_same_raw_message_again_is_a_replay_and_gives_nothing():
    state = MemoryState()
    stage = make_extract(state)
    settle(state, stage.process(normalised(article())))
    again = stage.process(normalised(article(), offset=5))
    assert again == Result("replay")


def test_another_raw_message_with_the_same_text_is_an_exact_copy_of_the_first():
    state = MemoryState()
    stage = make_extract(state)
    settle(state, stage.process(normalised(article(offset=3))))
    result = stage.process(normalised(article(offset=8, source="mirror", minutes=10)))
    assert (result.outcome, result.duplicate, result.writes) == ("duplicate", "exact", ())
    (verdict,) = values(result, "articles.duplicates", Duplicate)
    assert (verdict.article_id, verdict.of, verdict.kind) == ("a-mirror-8", "a-sana-3", "exact")
    assert (verdict.similarity, verdict.region, verdict.source) == (1.0, None, "mirror")
    assert verdict.origin == Origin(topic="articles.raw", partition=0, offset=8)
    assert dict(result.outputs[0].headers)["ce_time"] == b"2017-02-07T12:10:00Z"


def test_a_re_crawl_of_the_same_page_is_a_copy_too():
    state = MemoryState()
    stage = make_extract(state)
    page = {"article_id": "a-page", "url": "https://sana.example/page"}
    settle(state, stage.process(normalised(article(**page))))
    (verdict,) = values(stage.process(normalised(article(offset=1, **page))), "articles.duplicates", Duplicate)
    assert (verdict.article_id, verdict.of) == ("a-page", "a-page")


def test_without_coordinates_a_second_article_is_a_copy_and_no_replay():
    state = MemoryState()
    stage = make_extract(state)
    settle(state, stage.process(normalised(article(origin=None))))
    assert stage.process(normalised(article(origin=None))).outcome == "duplicate"


@pytest.mark.parametrize(("hours", "outcome"), [(5.9, "duplicate"), (6, "duplicate"), (6.001, "extracted")])
def test_a_copy_is_one_up_to_a_window_of_ingest_time_after_the_first(hours, outcome):
    state = MemoryState()
    settle(state, make_extract(state).process(normalised(article())))
    late = normalised(article(offset=1, minutes=60 * hours))
    assert make_extract(state).process(late).outcome == outcome


def test_the_window_is_of_ingest_time_not_of_publication():
    state = MemoryState()
    old = datetime(1999, 1, 1, tzinfo=UTC)
    settle(state, make_extract(state).process(normalised(article(published_at=old))))
    copy = article(offset=1, minutes=1, published_at=old + timedelta(days=3000))
    assert make_extract(state).process(normalised(copy)).outcome == "duplicate"


def test_a_text_that_returns_after_the_window_is_the_first_of_a_new_one():
    state = MemoryState()
    stage = make_extract(state)
    settle(state, stage.process(normalised(article())))
    settle(state, stage.process(normalised(article(offset=1, minutes=7 * 60))))
    (verdict,) = values(stage.process(normalised(article(offset=2, minutes=8 * 60))), "articles.duplicates", Duplicate)
    assert verdict.of == "a-sana-1"


def test_within_a_batch_a_copy_is_known_before_the_state_is_written():
    stage = make_extract(MemoryState())
    assert stage.process(normalised(article())).outcome == "extracted"
    assert stage.process(normalised(article(offset=1))).outcome == "duplicate"


def test_reset_forgets_what_has_not_been_written():
    stage = make_extract(MemoryState())
    first = stage.process(normalised(article()))
    stage.reset()
    assert stage.process(normalised(article())) == first


def test_state_of_a_partition_is_written_under_its_number_and_known_there_alone():
    state = MemoryState()
    stage = make_extract(state)
    result = settle(state, stage.process(normalised(article(), partition=3)))
    assert {change.key.split("/")[0] for change in result.writes} == {"3"}
    assert stage.process(normalised(article(offset=1), partition=4)).outcome == "extracted"


def test_the_entry_of_the_article_itself_is_the_last_of_its_writes():
    state = MemoryState()
    stage = make_extract(state)
    for offset in range(5):
        text = f"clash number {offset} in SY-HL 5"
        result = settle(state, stage.process(normalised(article(text, offset, minutes=offset * 500))))
        assert result.writes[-1].key == f"0/{fingerprint('', text)}"
        assert result.writes[-1].value is not None


def test_bytes_that_are_no_article_are_rejected_and_leave_no_trace():
    stage = make_extract(MemoryState())
    with pytest.raises(Rejected):
        stage.process(Record("articles.normalised", 0, 0, b"k", b'{"source": 1}'))


def test_a_copy_that_is_replayed_after_the_clock_jumped_past_the_window_is_still_a_copy():
    state = MemoryState()
    stage = make_extract(state)
    batch = [article(), article(offset=1, minutes=30), article("SY-ID 7", offset=2, minutes=60 * 10)]
    before = [settle(state, stage.process(normalised(one))) for one in batch]
    after = [make_extract(state).process(normalised(one)) for one in batch]
    assert [result.outcome for result in before] == ["extracted", "duplicate", "extracted"]
    assert [result.outcome for result in after] == ["replay", "duplicate", "replay"]


# publish


def mentions(
    text: str = "fierce clash at SY-HL 5 dead", offset: int = 0, minutes: float = 0, **slots: object
) -> Mentions:
    told = article(text, offset, minutes, **slots)
    result = make_extract(MemoryState()).process(normalised(told))
    (message, *_) = values(result, "mentions", Mentions)
    return message


def in_region(message: Mentions, offset: int = 0) -> Record:
    return Record("mentions", 0, offset, message.region.encode(), message.encode())


def test_a_new_event_goes_to_the_topic_of_its_region_at_revision_one():
    result = make_publish(MemoryState()).process(in_region(mentions()))
    (event,) = values(result, "events.sy-hl", Event)
    assert (result.outcome, event.revision, event.status) == ("published", 1, "active")
    assert (event.fatalities.best, event.articles, event.sources) == (5, 1, 1)
    assert result.outputs[0].key == event.event_id.encode()
    assert [(e.region, e.event_type, e.revision) for e in result.events] == [("sy-hl", "Battles", 1)]


def test_mentions_that_were_taken_in_before_are_a_replay_and_give_nothing():
    state = MemoryState()
    settle(state, make_publish(state).process(in_region(mentions())))
    assert make_publish(state).process(in_region(mentions(), offset=9)) == Result("replay")


def test_an_article_that_hardly_differs_is_told_on_the_duplicates_topic():
    words = " ".join(f"word{n}" for n in range(60))
    state = MemoryState()
    stage = make_publish(state)
    settle(state, stage.process(in_region(mentions(f"SY-HL 5 {words}"))))
    result = stage.process(in_region(mentions(f"SY-HL 5 {words} end", offset=1, source="mirror", minutes=5)))
    (verdict,) = values(result, "articles.duplicates", Duplicate)
    assert (result.outcome, result.duplicate, verdict.kind) == ("duplicate", "duplicate", "duplicate")
    assert (verdict.of, verdict.region) == ("a-sana-0", "sy-hl")
    assert values(result, "events.sy-hl", Event) == []


def test_a_second_outlet_raises_the_revision_of_the_same_event():
    state = MemoryState()
    stage = make_publish(state)
    first = settle(state, stage.process(in_region(mentions("rebels stormed a post near SY-HL 5 dead"))))
    second = stage.process(in_region(mentions("army says it lost SY-HL 5 men today", offset=1, source="b", minutes=5)))
    (told,), (retold,) = (values(result, "events.sy-hl", Event) for result in (first, second))
    assert (retold.event_id, retold.revision, retold.sources) == (told.event_id, 2, 2)


def test_mentions_of_a_region_that_is_not_configured_are_rejected():
    with pytest.raises(Rejected) as caught:
        make_publish(MemoryState()).process(in_region(mentions().model_copy(update={"region": "iq-ni"})))
    assert caught.value.reason is Reason.WRONG_SHAPE


def test_regions_keep_their_state_apart():
    state = MemoryState()
    stage = make_publish(state)
    for message in (mentions("SY-HL 5 dead"), mentions("SY-ID 7 dead", offset=1)):
        result = settle(state, stage.process(in_region(message)))
        assert {change.key.split("/")[0] for change in result.writes} == {message.region}


# an exception that nobody foresaw, in each stage


class Failing:
    """Stands for any collaborator; quotes the article when it fails."""

    def __getattr__(self, _name: str) -> Callable[..., object]:
        return self._fail

    def _fail(self, *_arguments: object, **_options: object) -> object:
        raise ZeroDivisionError("clash in SY-HL 5 dead")


def failing_stages(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Stage, Record]]:
    monkeypatch.setattr("streams.agents.normalise.normalise", Failing().anything)
    headers = (("traceparent", b"00-ab"), ("x", b"\xff"))

    def record(topic: str, value: bytes) -> Record:
        return Record(topic, 2, 17, b"the key", value, headers, START)

    return {
        "normalise": (Normalise("t"), record("articles.raw", orjson.dumps({"source": "sana", "body": BODY}))),
        "extract": (make_extract(MemoryState(), coder=Failing()), record("articles.normalised", article().encode())),
        "publish": (Publish(Failing(), TOPICS, "d"), record("mentions", mentions().encode())),
    }


@pytest.mark.parametrize("name", ["normalise", "extract", "publish"])
def test_an_unexpected_exception_in_any_stage_gives_a_dead_letter(monkeypatch, name):
    stage, record = failing_stages(monkeypatch)[name]
    result = run(stage, record, "articles.dead")
    (letter,) = result.outputs
    told = {key: value.decode() for key, value in letter.headers if key.startswith("dlq.")}
    assert (result.outcome, result.dead, result.writes) == ("dead", Reason.UNEXPECTED, ())
    assert (letter.topic, letter.key, letter.value) == ("articles.dead", record.key, record.value)
    assert letter.headers[: len(record.headers)] == record.headers
    assert (told["dlq.reason"], told["dlq.stage"], told["dlq.attempts"]) == ("unexpected", name, "1")
    assert (told["dlq.origin.topic"], told["dlq.origin.partition"], told["dlq.origin.offset"]) == (
        record.topic,
        "2",
        "17",
    )
    assert told["dlq.exception"].startswith("ZeroDivisionError in Failing._fail")
    assert "SY-HL" not in told["dlq.exception"]


def test_after_an_unexpected_exception_and_a_reset_the_stage_works_on():
    class Flaky(PlainCoder):
        failed = False

        def code(self, article: Article) -> list[Mention]:
            if not self.failed:
                self.failed = True
                raise ZeroDivisionError
            return super().code(article)

    stage = make_extract(MemoryState(), coder=Flaky())
    assert run(stage, normalised(article()), "articles.dead").dead is Reason.UNEXPECTED
    stage.reset()
    assert run(stage, normalised(article()), "articles.dead").outcome == "extracted"


# state in parts


def test_a_part_is_loaded_once_with_the_entries_of_its_name():
    state = MemoryState({"a/1": b"1", "b/1": b"2", "a/2/x": b"[3]"})
    loads = []

    def load(name: str, entries: Iterable[tuple[str, object]]) -> str:
        loads.append((name, sorted(entries)))
        return name

    parts = Parts(state, load)
    assert [parts.part(name) for name in ("a", "c", "a", "b")] == ["a", "c", "a", "b"]
    assert loads == [("a", [("a/1", 1), ("a/2/x", [3])]), ("c", []), ("b", [("b/1", 2)])]


def test_after_a_reset_the_table_is_read_again():
    state = MemoryState()
    parts = Parts(state, lambda _name, entries: dict(entries))
    assert parts.part("a") == {}
    state.apply(write("a/1", {"x": 1}))
    assert parts.part("a") == {}
    parts.reset()
    assert parts.part("a") == {"a/1": {"x": 1}}


def test_a_table_write_is_json_or_a_delete():
    assert write("k", {"a": [1, None]}).value == b'{"a":[1,null]}'
    assert write("k", None).value is None


# crashes


@dataclass(frozen=True)
class Crash:
    """A batch that does not finish: what was sent and written by then, and how far back the broker starts again."""

    after: int  # messages that are done before it
    batch: int
    sent: int
    written: int
    back: int


CRASHES = st.lists(
    st.builds(Crash, st.integers(0, 4), st.integers(1, 6), st.integers(0, 9), st.integers(0, 12), st.integers(0, 4)),
    max_size=4,
)


def delivered(make: Callable[[MemoryState], Stage], records: list[Record], crashes: list[Crash]) -> set[Output]:
    """Return every distinct message that went out, through crashes and to the end."""
    state, out, position = MemoryState(), set(), 0
    stage = make(state)

    def pass_on(until: int) -> None:
        for record in records[position:until]:
            out.update(settle(state, run(stage, record, "articles.dead")).outputs)

    for crash in crashes:
        pass_on(position + crash.after)
        position = min(position + crash.after, len(records))
        results = [run(stage, record, "articles.dead") for record in records[position : position + crash.batch]]
        outputs = [output for result in results for output in result.outputs]
        # State is written only once all outputs of the batch are acknowledged.
        written = crash.written if crash.sent >= len(outputs) else 0
        out.update(outputs[: crash.sent])
        for change in [change for result in results for change in result.writes][:written]:
            state.apply(change)
        position = max(0, position - crash.back)
        stage = make(state)
    pass_on(len(records))
    return out


TEXTS = [
    "rebels stormed a post near SY-HL 5 dead",
    "army says it lost SY-HL 5 men and SY-ID 7 others",
    "army says it lost SY-HL 6 men and SY-ID 7 others",
    "nothing happened anywhere today",
    "SY-HL 5 SY-HL 5 SY-HL 9 SY-RA 2 " + " ".join(f"word{n}" for n in range(40)),
    "SY-HL 5 SY-HL 5 SY-HL 9 SY-RA 2 " + " ".join(f"word{n}" for n in range(40)) + " end",
]


@st.composite
def arrivals(draw: st.DrawFn) -> list[Article]:
    """Articles as they arrive, copies and near-copies among them, the clock never far enough to pass a window."""
    told, minutes = [], 0
    for offset in range(draw(st.integers(1, 9))):
        minutes += draw(st.sampled_from([0, 1, 20]))
        source = draw(st.sampled_from(["sana", "mirror", "wire"]))
        told.append(article(draw(st.sampled_from(TEXTS)), offset, minutes, source=source))
    return told


@settings(UNHURRIED, max_examples=150)
@given(arrivals(), CRASHES)
def test_through_any_crashes_the_extract_stage_sends_the_same_messages(told, crashes):
    records = [normalised(one, offset=offset) for offset, one in enumerate(told)]
    assert delivered(make_extract, records, crashes) == delivered(make_extract, records, [])


@settings(UNHURRIED, max_examples=150)
@given(arrivals(), CRASHES)
def test_through_any_crashes_the_publish_stage_sends_the_same_messages(told, crashes):
    records = publish_records(told)
    assert delivered(make_publish, records, crashes) == delivered(make_publish, records, [])


def publish_records(told: list[Article]) -> list[Record]:
    stage = make_extract(MemoryState())
    found = [message for one in told for message in values(stage.process(normalised(one)), "mentions", Mentions)]
    return [in_region(message, offset) for offset, message in enumerate(found)]


@settings(UNHURRIED, max_examples=100)
@given(arrivals(), CRASHES)
def test_one_event_at_one_revision_has_one_form(told, crashes):
    forms: dict[tuple[str, int], set[bytes]] = {}
    for output in delivered(make_publish, publish_records(told), crashes):
        if output.topic.startswith("events."):
            event = Event.decode(output.value)
            forms.setdefault((event.event_id, event.revision), set()).add(output.value)
    assert all(len(form) == 1 for form in forms.values())


@settings(UNHURRIED, max_examples=100)
@given(arrivals())
def test_revisions_of_an_event_follow_each_other_without_a_gap(told):
    state, revisions = MemoryState(), {}
    stage = make_publish(state)
    for record in publish_records(told):
        for output in settle(state, stage.process(record)).outputs:
            if output.topic.startswith("events."):
                event = Event.decode(output.value)
                assert event.revision == revisions.get(event.event_id, 0) + 1
                revisions[event.event_id] = event.revision


@settings(UNHURRIED, max_examples=100)
@given(arrivals(), st.sampled_from(["extract", "publish"]))
def test_for_every_prefix_of_the_writes_the_batch_gives_the_same_messages_again(told, name):
    if name == "extract":
        make, records = make_extract, [normalised(one, offset=offset) for offset, one in enumerate(told)]
    else:
        make, records = make_publish, publish_records(told)
    stage = make(MemoryState())
    results = [stage.process(record) for record in records]
    outputs = {output for result in results for output in result.outputs}
    changes = [change for result in results for change in result.writes]
    for length in range(len(changes) + 1):
        state = MemoryState()
        for change in changes[:length]:
            state.apply(change)
        stage = make(state)
        again = {output for record in records for output in settle(state, stage.process(record)).outputs}
        assert again <= outputs
        if length == 0:
            assert again == outputs
