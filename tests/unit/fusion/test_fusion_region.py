"""A region: what consumers hear of as articles come in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fusion_builders import AL_BAB, ARMY, BACKGROUND, DAY, PROVINCE, START, mention, message

from streams.contracts import SubEventType
from streams.fusion import FusionSettings, Region


@pytest.fixture
def region():
    return Region("sy-hl", FusionSettings(replay_reach=1), "1.2.3")


def story(toll: str) -> str:
    return f"Shells hit the market of the town and killed {toll}. {BACKGROUND}"


def test_a_first_report_founds_an_event(region):
    step = region.step(message("a", mention(dead=16, rules=("toll",))))
    (event,) = step.events
    assert step.outcome == "published"
    assert (event.revision, event.status, event.articles, event.sources, event.changed) == (1, "active", 1, 1, ())
    assert (event.fatalities.best, event.location, event.event_date) == (16, "Manbij", DAY)
    assert (event.first_seen, event.last_seen) == (START, START)
    assert event.trace.model_dump() == {"version": "1.2.3", "rules": ("toll", "fusion:founded")}


def test_the_id_comes_from_the_founding_mention_alone(region):
    again = Region("sy-hl", FusionSettings(), "9")
    again.step(message("before", mention(**AL_BAB)))
    first, second = region.step(message("a", mention(), mention(SubEventType.ABDUCTION))).events
    assert [
        event.event_id for event in again.step(message("a", mention(), mention(SubEventType.ABDUCTION))).events
    ] == [
        first.event_id,
        second.event_id,
    ]
    assert first.event_id.startswith("e-")
    assert len(first.event_id) == len("e-") + 20


def test_a_second_outlet_corroborates(region):
    (event,) = region.step(message("a", mention(dead=16))).events
    (revised,) = region.step(message("b", mention(dead=16), hours=2)).events
    assert (revised.event_id, revised.revision, revised.changed) == (event.event_id, 2, ("sources",))
    assert (revised.articles, revised.sources) == (2, 2)
    assert (revised.first_seen, revised.last_seen) == (START, START + timedelta(hours=2))
    assert [piece.article_id for piece in revised.evidence] == ["a", "b"]
    assert "fusion:figures-same" in revised.trace.rules


def test_the_same_outlet_with_nothing_new_is_only_noted(region):
    region.step(message("a", mention(dead=16), source="north"))
    step = region.step(message("b", mention(dead=16), source="north", hours=1))
    assert (step.outcome, step.events) == ("absorbed", ())
    assert len(step.writes) == 2
    (revised,) = region.step(message("c", mention(dead=16), hours=2)).events
    assert (revised.revision, revised.articles, revised.sources) == (2, 3, 2)


def test_a_toll_that_rises_gives_a_revision_each_time(region):
    tolls = [16, 18, "20+"]
    said = [region.step(message(str(n), mention(dead=dead), hours=n)).events[0] for n, dead in enumerate(tolls)]
    assert len({event.event_id for event in said}) == 1
    assert [event.revision for event in said] == [1, 2, 3]
    assert [(event.fatalities.low, event.fatalities.best, event.fatalities.high) for event in said] == [
        (16, 16, 16),
        (16, 18, 18),
        (16, 20, None),
    ]
    assert said[2].changed == ("fatalities", "sources")


def test_two_attacks_told_by_one_article_stay_two(region):
    step = region.step(message("a", mention(dead=4), mention(dead=4)))
    assert len({event.event_id for event in step.events}) == 2


def test_two_attacks_on_one_town_with_separate_tolls_find_their_own_reports(region):
    four, thirty = region.step(message("a", mention(dead=4), mention(dead=30))).events
    step = region.step(message("b", mention(dead=30), mention(dead=4)))
    assert [event.event_id for event in step.events] == [thirty.event_id, four.event_id]


class TestNearDuplicates:
    def test_a_copy_publishes_nothing_and_corroborates_nothing(self, region):
        region.step(message("a", mention(dead=16), text=story("16")))
        step = region.step(message("b", mention(dead=16), text=story("16") + " Copied.", hours=1, url="http://b/1"))
        assert (step.outcome, step.events) == ("duplicate", ())
        assert (step.verdict.article_id, step.verdict.of, step.verdict.kind) == ("b", "a", "duplicate")
        assert (step.verdict.region, step.verdict.source, step.verdict.url) == ("sy-hl", "outlet-b", "http://b/1")
        assert 0.9 < step.verdict.similarity <= 1
        (revised,) = region.step(message("c", mention(dead=16), hours=2)).events
        assert (revised.articles, revised.sources) == (2, 2)

    def test_a_copy_of_a_copy_is_found_where_the_original_is_too_far(self, region):
        region.step(message("a", mention(dead=16), text=story("16"), hours=0))
        region.step(message("b", mention(dead=16), text=story("16") + " Copied.", hours=71))
        step = region.step(message("c", mention(dead=16), text=story("16") + " Copied again.", hours=100))
        assert (step.outcome, step.verdict.of) == ("duplicate", "b")

    def test_a_copy_that_was_cut_off_tells_nothing_new(self, region):
        region.step(message("a", mention(dead=16), mention(**AL_BAB), text=story("16")))
        step = region.step(message("b", mention(dead=16), text=story("16") + " Copied."))
        assert step.outcome == "duplicate"

    def test_the_same_report_with_a_new_toll_replaces_the_earlier_word(self, region):
        region.step(message("a", mention(dead=16), text=story("16")))
        step = region.step(message("b", mention(dead=40), text=story("40"), hours=1))
        (revised,) = step.events
        assert (step.outcome, step.verdict.kind, revised.revision) == ("update", "update", 2)
        assert (revised.fatalities.low, revised.fatalities.best, revised.fatalities.high) == (40, 40, 40)
        assert (revised.articles, revised.sources, revised.changed) == (2, 1, ("fatalities",))

    def test_an_update_takes_nothing_back_by_leaving_it_out(self, region):
        region.step(message("a", mention(dead=16, hurt=30, actor1=ARMY), text=story("16")))
        placeless = mention(dead=40, **PROVINCE)
        (revised,) = region.step(message("b", placeless, text=story("40"), hours=1)).events
        assert (revised.changed, revised.location, revised.actor1) == (("fatalities",), "Manbij", ARMY)
        assert (revised.fatalities.best, revised.injured.best) == (40, 30)
        dateless = mention(dead=50, event_date=None, date_precision=None)
        (revised,) = region.step(message("b", dateless, text=story("50"), hours=2)).events
        assert (revised.changed, revised.event_date, revised.fatalities.best) == (("fatalities",), DAY, 50)

    def test_a_late_copy_of_the_first_version_takes_nothing_back(self, region):
        region.step(message("a", mention(dead=16), text=story("16")))
        region.step(message("a", mention(dead=40), text=story("40"), hours=1))
        step = region.step(message("c", mention(dead=16), text=story("16") + " Copied.", hours=2))
        assert (step.outcome, step.events) == ("duplicate", ())

    def test_another_text_under_the_same_id_is_a_new_version(self, region):
        region.step(message("a", mention(dead=16)))
        step = region.step(message("a", mention(dead=0), text=BACKGROUND, hours=1))
        (revised,) = step.events
        assert (step.verdict.kind, step.verdict.of) == ("update", "a")
        assert (revised.fatalities.best, revised.articles, revised.sources) == (0, 1, 1)
        assert [piece.sentence for piece in revised.evidence] == ["Told: 0 dead, None hurt."]

    def test_a_new_version_without_new_facts_is_a_duplicate(self, region):
        region.step(message("a", mention(dead=16), text=story("16")))
        step = region.step(message("a", mention(dead=16), text=story("16") + " Edited.", hours=1))
        assert (step.outcome, step.verdict.kind) == ("duplicate", "duplicate")

    def test_the_same_words_of_another_day_are_news_unless_the_text_is_the_very_same(self, region):
        tomorrow = mention(event_date=DAY + timedelta(days=1))
        region.step(message("a", mention(), text=story("many")))
        assert region.step(message("b", tomorrow, text=story("many") + " Copied.")).outcome == "duplicate"
        words = story("many").split()
        halved = " ".join([*words[: len(words) * 3 // 4], *(f"new{number}" for number in range(30))])
        step = region.step(message("c", tomorrow, text=halved))
        assert (step.verdict.kind, len(step.events)) == ("update", 1)

    def test_after_the_window_a_copy_is_an_article_like_any_other(self, region):
        region.step(message("a", mention(dead=16), text=story("16")))
        step = region.step(message("b", mention(dead=16), text=story("16") + " Copied.", hours=73))
        assert (step.outcome, step.verdict) == ("published", None)


class TestRevisions:
    @pytest.mark.parametrize(
        ("later", "changed"),
        [
            ({"hurt": 30}, ("injured",)),
            ({"actor1": ARMY}, ("actor1",)),
            ({"dead": 17}, ("fatalities",)),
            ({"kind": SubEventType.CHEMICAL_WEAPON}, ()),
            ({"weapon": "mortar", "attribution": "a medic"}, ()),
            ({"location": "MANBIJ"}, ()),
        ],
        ids=["injured", "actor", "toll", "type in the minority", "weapon", "spelling"],
    )
    def test_only_what_a_consumer_cares_about_is_published(self, region, later, changed):
        region.step(message("a", mention(dead=16)))
        region.step(message("b", mention(dead=16), source="south"))
        region.step(message("c", mention(dead=16), source="east"))
        step = region.step(message("d", mention(**{"dead": 16, **later}), source="south"))
        assert [event.changed for event in step.events] == ([changed] if changed else [])

    def test_a_more_precise_place_is_published_with_all_its_slots(self, region):
        region.step(message("a", mention(dead=16, **PROVINCE)))
        (revised,) = region.step(message("b", mention(dead=16))).events
        assert revised.changed == ("location", "latitude", "longitude", "geo_precision", "sources")


class TestWindows:
    def test_evidence_keeps_the_newest_pieces_and_the_counts_go_on(self):
        region = Region("sy-hl", FusionSettings(max_evidence=2, max_reports=3), "1")
        for number in range(6):
            (event,) = region.step(message(f"a{number}", mention(dead=16), hours=number)).events
        assert [piece.article_id for piece in event.evidence] == ["a4", "a5"]
        assert (event.articles, event.sources, event.revision) == (6, 6, 6)

    def test_an_event_takes_reports_until_its_window_has_passed_since_the_last(self, region):
        region.step(message("a", mention(dead=16)))
        assert region.step(message("b", mention(dead=16), hours=7 * 24)).events[0].revision == 2
        assert region.step(message("c", mention(dead=16), hours=14 * 24)).events[0].revision == 3
        assert region.step(message("d", mention(dead=16), hours=21 * 24 + 1)).events[0].revision == 1

    def test_what_left_its_window_is_deleted_first_and_the_memory_is_free(self, region):
        region.step(message("a", mention(dead=16)))
        region.step(message("b", hours=1))
        step = region.step(message("c", hours=400))
        deleted = [key.split("/")[1] for key, entry in step.writes if entry is None]
        assert deleted == ["a", "e"]
        assert [entry is None for _, entry in step.writes] == [True, True, False]
        assert len(region) == 0
        assert region._index._posted == {}

    def test_a_late_article_does_not_turn_the_clock_back(self, region):
        region.step(message("a", mention(dead=16), hours=100))
        step = region.step(message("b", mention(dead=16), hours=0))
        assert (step.events[0].revision, step.events[0].last_seen) == (2, START + timedelta(hours=100))
        assert step.events[0].first_seen == START

    def test_an_article_that_comes_again_after_its_window_finds_its_event(self, region):
        (first,) = region.step(message("a", mention(dead=16))).events
        region.step(message("b", hours=80))
        region.step(message("c", hours=80))
        assert region.step(message("a", mention(dead=16), hours=81)).outcome == "absorbed"
        (revised,) = region.step(message("d", mention(dead=16), hours=82)).events
        assert (revised.event_id, revised.articles) == (first.event_id, 2)


def test_an_article_without_mentions_is_remembered_all_the_same(region):
    assert region.step(message("a", text=story("16"))).outcome == "empty"
    assert region.step(message("a", text=story("16"))).outcome == "replay"
    assert region.step(message("b", text=story("16") + " Copied.")).outcome == "duplicate"


def test_a_message_that_cannot_be_taken_in_leaves_no_trace(region):
    region.step(message("a", mention(dead=16)))
    bad = message("b", mention(dead=18))
    bad = bad.model_copy(update={"sketch": bad.sketch.model_copy(update={"minhash": "AAAA"})})
    with pytest.raises(ValueError, match="minima"):
        region.step(bad)
    (revised,) = region.step(message("c", mention(dead=16))).events
    assert (revised.revision, revised.articles) == (2, 2)


def test_the_deletes_of_a_failed_step_are_made_up_for(region):
    region.step(message("a", mention(dead=16)))
    region.step(message("b"))
    bad = message("c", hours=400)
    with pytest.raises(ValueError, match="minima"):
        region.step(bad.model_copy(update={"sketch": bad.sketch.model_copy(update={"minhash": "AAAA"})}))
    assert sum(entry is None for _, entry in region.step(message("d", hours=400)).writes) == 2


def test_a_region_is_loaded_from_its_own_entries_alone(region):
    writes = region.step(message("a", mention(dead=16))).writes
    elsewhere = [(key.replace("sy-hl/", "sy-hm/"), entry) for key, entry in writes]
    assert len(Region.load("sy-hl", FusionSettings(), "1", elsewhere)) == 0
    assert (
        Region.load("sy-hl", FusionSettings(), "1", [*elsewhere, *writes]).step(message("a", mention(dead=16))).outcome
        == "replay"
    )
