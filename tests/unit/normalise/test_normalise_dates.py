"""Dates: when an article was published, in the forms that feeds and pages use."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.normalise import dates

APRIL_8 = datetime(2017, 4, 8, tzinfo=UTC)
AFTERNOON = datetime(2017, 4, 8, 14, 22, tzinfo=UTC)
DAMASCUS = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    "line",
    [
        "8 April 2017",
        "08 Apr 2017",
        "8th of April, 2017",
        "Saturday 8 Apr 2017",
        "Sat Apr 8, 2017",
        "April 8 2017",
        "APRIL 8, 2017",
        "Apr 082017",
        "Apr 82017",
        "Sat. 8 April 2017",
        "2017-04-08",
        "2017/04/08",
        "08-04-2017",
        "08.04.2017",
        "8/4/17",
        "Date of publication 8 April 2017",
        "Last updated at Apr 082017",
        "الأحد 8 نيسان 2017",
        "٨ أبريل ٢٠١٧",
        "8.April.2017",
    ],
)
def test_a_day_is_read_in_every_common_form(line):
    assert dates.date_line(line) == APRIL_8


@pytest.mark.parametrize(
    "line",
    [
        "8 April 2017 14:22",
        "8 April 2017, 14:22:00",
        "8 April 2017 at 2:22 pm",
        "April 8, 2017 02:22PM",
        "8 April 2017 2:22 p.m. GMT",
        "Sat 08 Apr 2017 at 1422",
        "1422 08.04.2017",
        "14:22, 8 April 2017",
        "8 April 2017 KSA 17:22 - GMT 14:22",
        "8 April 2017 17:22 +0300",
        "8 April 2017 17:22 GMT+3",
        "8 April 2017 17:22 EEST",
        "2017-04-08T14:22:00Z",
    ],
)
def test_the_time_of_day_is_read_with_its_zone(line):
    assert dates.date_line(line) == AFTERNOON


@pytest.mark.parametrize(
    "line", ["", "Saturday", "April 2017", "8 April", "31 February 2017", "12 monkeys 2017", "8 April 1717"]
)
def test_what_names_no_day_is_no_date(line):
    assert dates.date_line(line) is None


def test_a_bare_hour_is_read_with_its_half_of_the_day():
    assert dates.date_line("8 April 2017, 2 pm") == datetime(2017, 4, 8, 14, tzinfo=UTC)


def test_an_ambiguous_day_and_month_are_read_day_first():
    assert dates.date_line("03/04/2017") == datetime(2017, 4, 3, tzinfo=UTC)


def test_month_first_is_read_where_day_first_is_impossible():
    assert dates.date_line("04/25/2017") == datetime(2017, 4, 25, tzinfo=UTC)


def test_month_first_is_read_where_day_first_lies_after_the_fetch():
    fetched = datetime(2017, 3, 5, tzinfo=UTC)
    assert dates.date_line("03/04/2017", fetched) == datetime(2017, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2017-04-08T14:22:00+03:00", datetime(2017, 4, 8, 14, 22, tzinfo=DAMASCUS)),
        ("Sat, 08 Apr 2017 17:22:00 +0300", AFTERNOON),
        ("2017-04-08", APRIL_8),
        ("20170408", APRIL_8),
        ("20170408142200", AFTERNOON),
        ("1491661320", AFTERNOON),
        ("1491661320000", AFTERNOON),
        ("1491661320000000", AFTERNOON),
        ("8 avril 2017", APRIL_8),
    ],
)
def test_metadata_is_read_in_machine_and_human_forms(value, instant):
    assert dates.instant(value) == instant


def test_a_given_offset_is_kept():
    found = dates.instant("2017-04-08T14:22:00+03:00")
    assert found is not None
    assert found.utcoffset() == timedelta(hours=3)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        "2 hours ago",
        "0",
        "12",
        "1989-12-31",
        "2100-01-01",
        "9999-12-31T23:59:59-12:00",
        "1e300",
        "x" * 500,
    ],
)
def test_relative_impossible_and_absurd_metadata_is_not_believed(value):
    assert dates.instant(value) is None


def test_a_publication_may_lie_two_days_after_the_fetch_and_no_more():
    assert dates.believable(APRIL_8, APRIL_8 - timedelta(days=2))
    assert not dates.believable(APRIL_8, APRIL_8 - timedelta(days=2, seconds=1))


@settings(deadline=None)
@given(st.text(alphabet="0123456789/.-: TZ+AprilMonGMTkas,", max_size=60) | st.text(max_size=60))
def test_no_text_makes_the_readers_fail(text):
    for found in (dates.instant(text), dates.date_line(text)):
        assert found is None or (found.tzinfo is not None and dates.EARLIEST <= found < dates.LATEST)


@settings(deadline=None)
@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40_000)))
def test_rfc_3339_is_read_back_exactly(since):
    moment = dates.EARLIEST + since
    assert dates.instant(moment.isoformat()) == moment
