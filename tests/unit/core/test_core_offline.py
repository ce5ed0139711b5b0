"""The whole pipeline without Kafka: the stages as they are, wired by function calls."""

import orjson
import pytest

from streams.contracts import Duplicate, Event, Reason
from streams.contracts.base import Contract
from streams.dead_letters import DeadLetterLimitError
from streams.messages import Output, Result
from streams.offline import OfflinePipeline
from streams.settings import Settings

RAID = (
    "An air strike by government warplanes killed 12 people in Saraqib, in the province of Idlib, on Tuesday.\n\n"
    "Rescue workers said that the bombs had hit a street of shops shortly before noon and that many shops burned."
)
RAID_RETOLD = "Warplanes bombed Saraqib in Idlib province on Tuesday, killing 12 people, a monitoring group reported."
NO_EVENT = "The harvest of olives was better this year than last, farmers told a meeting on agriculture."


class Pipeline:
    """The pipeline, and all that came out of it."""

    def __init__(self, **settings: object) -> None:
        self.out: list[Output] = []
        self.results: list[Result] = []
        self._pipeline = OfflinePipeline(Settings.model_construct(**settings), self.out.append)

    def feed(self, *messages: bytes | dict) -> "Pipeline":
        for message in messages:
            self.results += self._pipeline.feed(message if isinstance(message, bytes) else orjson.dumps(message))
        return self

    def values(self, prefix: str, contract: type[Contract]) -> list:
        return [contract.decode(output.value) for output in self.out if output.topic.startswith(prefix)]

    def outcomes(self) -> list[str]:
        return [result.outcome for result in self.results]


def raw(body: str = RAID, source: str = "sana", page: str = "raid", **slots: object) -> dict:
    values = {"source": source, "url": f"https://{source}.example/{page}", "title": "News of the day", "body": body}
    return values | {"published_at": "2017-02-07T18:00:00Z"} | slots


def test_a_raw_article_comes_out_as_an_event_in_its_region():
    pipeline = Pipeline().feed(raw())
    (event,) = pipeline.values("events.", Event)
    (output,) = pipeline.out
    assert output.topic == "events.sy-id"
    assert (event.sub_event_type.value, event.admin1, event.fatalities.best) == ("Air/drone strike", "SY-ID", 12)
    assert str(event.event_date) == "2017-02-07"
    assert event.evidence[0].sentence in RAID


def test_an_exact_copy_is_told_as_one_and_changes_nothing():
    pipeline = Pipeline().feed(raw(), raw(source="mirror"))
    (verdict,) = pipeline.values("articles.duplicates", Duplicate)
    assert (verdict.kind, verdict.source, verdict.of) == (
        "exact",
        "mirror",
        pipeline.values("events.", Event)[0].evidence[0].article_id,
    )
    assert len(pipeline.values("events.", Event)) == 1


def test_another_outlets_report_of_it_corroborates_the_event():
    first, second = Pipeline().feed(raw(), raw(RAID_RETOLD, source="wire", page="9")).values("events.", Event)
    assert (second.event_id, second.revision) == (first.event_id, 2)
    assert (first.sources, second.sources) == (1, 2)


def test_an_article_without_events_leaves_nothing():
    pipeline = Pipeline().feed(raw(NO_EVENT))
    assert (pipeline.out, pipeline.outcomes()) == ([], ["normalised", "eventless"])


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"\xff\xfe", Reason.UNDECODABLE),
        (b"[]", Reason.WRONG_SHAPE),
        ({"body": RAID}, Reason.MISSING_SOURCE),
        ({"source": "sana"}, Reason.MISSING_BODY),
        ({"source": "sana", "body": "a" * 900_001}, Reason.TOO_LARGE),
        ({"source": "sana", "html": "<html><head><title></title></head><body></body></html>"}, Reason.EMPTY_TEXT),
    ],
    ids=lambda value: value.name if isinstance(value, Reason) else "",
)
def test_a_broken_message_is_a_dead_letter_and_the_next_goes_on(message, reason):
    pipeline = Pipeline().feed(message, raw())
    letter, event = pipeline.out
    assert letter.topic == "articles.dead"
    assert letter.value == (message if isinstance(message, bytes) else orjson.dumps(message))
    assert dict(letter.headers)["dlq.reason"] == reason.value.encode()
    assert event.topic == "events.sy-id"


def test_the_same_feed_gives_the_same_messages_byte_for_byte():
    feed = [raw(), raw(source="mirror"), b"{", raw(RAID_RETOLD, source="wire", page="9"), raw(NO_EVENT, page="olives")]
    assert Pipeline().feed(*feed).out == Pipeline().feed(*feed).out


def test_the_same_feed_twice_gives_no_event_twice():
    feed = [raw(), raw(RAID_RETOLD, source="wire", page="9")]
    once, twice = Pipeline().feed(*feed), Pipeline().feed(*feed, *feed)
    assert twice.values("events.", Event) == once.values("events.", Event)
    assert [verdict.kind for verdict in twice.values("articles.duplicates", Duplicate)] == ["exact", "exact"]


def test_too_many_dead_letters_end_it():
    with pytest.raises(DeadLetterLimitError, match="normalise"):
        Pipeline(dead_letter_max_consecutive=3).feed(b"1", b"2", b"3", b"4")


def test_topics_bear_the_prefix():
    assert {output.topic for output in Pipeline(topic_prefix="t.").feed(raw(), b"{").out} == {
        "t.events.sy-id",
        "t.articles.dead",
    }
