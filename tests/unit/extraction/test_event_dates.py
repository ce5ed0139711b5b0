"""When: date expressions against the publication time."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.extraction.event_dates import event_day, find_dates

WEDNESDAY = datetime(2017, 3, 8, 12, tzinfo=UTC)


def days(sentence, published=WEDNESDAY, **more):
    return [
        (span.day.isoformat() if span.day else None, span.precision) for span in find_dates(sentence, published, **more)
    ]


def chosen(sentence, anchor=None, published=WEDNESDAY):
    found = event_day(find_dates(sentence, published), published, None if anchor is None else sentence.index(anchor))
    return found and found.day.isoformat()


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("A raid hit the town on Monday.", "2017-03-06"),
        ("A raid hit the town on Wednesday.", "2017-03-08"),
        ("A raid hit the town last Wednesday.", "2017-03-01"),
        ("A raid hit the town late Thursday night.", "2017-03-02"),
        ("Mondays raid hit the town.", "2017-03-06"),
        ("It happened today.", "2017-03-08"),
        ("It happened earlier today.", "2017-03-08"),
        ("It happened yesterday.", "2017-03-07"),
        ("It happened overnight.", "2017-03-07"),
        ("It happened overnight into Tuesday.", "2017-03-06"),
        ("It happened two days ago.", "2017-03-06"),
        ("It happened in the past 24 hours.", "2017-03-07"),
        ("It happened on March 5.", "2017-03-05"),
        ("It happened on 5 March 2017.", "2017-03-05"),
        ("It happened on the 5th of March.", "2017-03-05"),
        ("Sun 05 Mar 2017", "2017-03-05"),
        ("Logged as 2017-03-05 there.", "2017-03-05"),
        ("Logged as 05/03/2017 there.", "2017-03-05"),
        ("Logged as 02/28/2017 there.", "2017-02-28"),
    ],
)
def test_a_day_is_resolved_against_publication(sentence, day):
    assert days(sentence) == [(day, 1)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("They advanced last week.", ("2017-02-27", 2)),
        ("They advanced this week.", ("2017-03-06", 2)),
        ("Weekend raids hit the town.", ("2017-03-04", 2)),
        ("They advanced in the first week of March.", ("2017-03-01", 2)),
        ("They advanced last month.", ("2017-02-01", 3)),
        ("They advanced in early March.", ("2017-03-01", 3)),
        ("They advanced in late February.", ("2017-02-21", 3)),
        ("They advanced in December.", ("2016-12-01", 3)),
    ],
)
def test_a_period_is_told_by_its_first_day_and_its_precision(sentence, expected):
    assert days(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence",
    ["since 2011", "in 2013", "last year", "six years ago", "in May 2016", "on July 4", "in August", "on January 5"],
)
def test_what_is_over_a_month_old_is_history(sentence):
    assert [span.historical for span in find_dates(f"It happened {sentence}.", WEDNESDAY)] == [True]


@pytest.mark.parametrize("sentence", ["next Monday", "tomorrow", "on March 20", "next week"])
def test_what_lies_ahead_is_marked_and_is_no_events_day(sentence):
    spans = find_dates(f"The truce starts {sentence}.", WEDNESDAY)
    assert ([span.future for span in spans], event_day(spans, WEDNESDAY)) == ([True], None)


def test_a_planned_weekday_is_the_coming_one():
    assert days("The two sides will meet again on Friday.") == [("2017-03-10", 1)]


@pytest.mark.parametrize(
    "sentence", ["Black Friday sales", "he may 5 times march on", "June 31", "2016-13-45", "30:12"]
)
def test_what_only_looks_like_a_date_is_left_alone(sentence):
    assert days(sentence) == []


def test_a_day_earlier_counts_from_the_ledes_day():
    assert days("A day earlier the town was hit.", lede_day=date(2017, 3, 6)) == [("2017-03-05", 1)]


def test_a_day_earlier_counts_from_the_sentences_own_day_first():
    assert days("On Monday shells fell, and the previous day too.") == [("2017-03-06", 1), ("2017-03-05", 1)]


def test_publication_is_read_in_its_own_zone():
    late = datetime(2017, 3, 9, 0, 30, tzinfo=timezone(timedelta(hours=3)))
    assert days("It happened today.", late) == [("2017-03-09", 1)]


def test_without_publication_only_full_dates_resolve():
    assert days("On Monday, and again on 5 March 2017.", None) == [(None, 1), ("2017-03-05", 1)]


def test_the_day_of_a_statement_is_not_the_events():
    assert chosen("Shells hit the market, a monitor said on Tuesday.") is None
    assert chosen("Shells hit the market on Monday, a monitor said on Tuesday.") == "2017-03-06"
    assert chosen("A monitor on Tuesday said that shells hit the market on Monday.") == "2017-03-06"


def test_the_date_nearest_to_the_trigger_is_the_events():
    sentence = "Shells fell on Monday and gunmen seized the mill on Tuesday."
    assert (chosen(sentence, "fell"), chosen(sentence, "seized")) == ("2017-03-06", "2017-03-07")


def test_a_bound_yields_to_the_day_itself():
    assert chosen("Since Thursday the town has been shelled, and on Monday it fell.", "shelled") == "2017-03-06"


def test_a_header_date_yields_to_the_sentences_own():
    assert chosen("8 March 2017 Raids hit the town on Monday.") == "2017-03-06"


_WORDS = st.sampled_from(
    [
        *[
            "on",
            "Monday",
            "last",
            "next",
            "March",
            "5",
            "2017",
            "31",
            "June",
            "the",
            "past",
            "24",
            "hours",
            "ago",
            "week",
        ],
        *[
            "a",
            "day",
            "earlier",
            "said",
            "overnight",
            "since",
            "-",
            "/",
            "2016-12-17",
            "weekend",
            "early",
            "of",
            "will",
        ],
    ]
)


@given(
    st.one_of(st.text(max_size=150), st.lists(_WORDS, max_size=20).map(" ".join)),
    st.one_of(st.none(), st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31))),  # noqa: DTZ001
)
def test_any_text_at_any_time_gives_spans_inside_the_sentence(sentence, published):
    spans = find_dates(sentence, published)
    assert all(sentence[span.start : span.end] == span.text for span in spans)
    found = event_day(spans, published, 0)
    assert found is None or (found in spans and found.day is not None)
