"""The normalise stage as a whole: a raw article in, a clean article out."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from streams.contracts import Origin, PublishedFrom, RawArticle, Reason, Rejected
from streams.dedup import fingerprint
from streams.normalise import normalise

ROUND_UP = """VIDEO + Syria in the Last Day: Convoys Leave Eastern Districts

VIDEO + Syria in the Last Day: Convoys Leave Eastern Districts
Sat Apr 8, 2017 14:58:33

The army said that the last buses had left the eastern districts by dawn.

Orontes - Syria

In Aleppo rescuers counted over 2,000 people who boarded buses at Ramouseh.

“Nobody was left behind,” a medic said.

In Homs at least 12 fighters were killed near Palmyra. \n
In Raqqa the SDF entered two villages north of the city.


string(212) "[{"id":"18","pic":"/2017/4/8/a_4x3.jpg","title":"Convoy {HD}"} ,{"id":"19","title":"VIDEO: Talks"} ]\""""
STORY = "Shells fell on two villages east of Hama on Sunday, killing three farmers."
FETCHED = "2017-04-09T06:00:00Z"
INGESTED = datetime(2017, 4, 9, 7, tzinfo=UTC)


def article(body=STORY, *, origin=None, ingested_at=None, **fields):
    return normalise(RawArticle(source="orontes", body=body, **fields), origin=origin, ingested_at=ingested_at)


def test_a_round_up_keeps_its_sections_and_loses_everything_around_them():
    clean = article(ROUND_UP.replace("Orontes - Syria", "Alalam - Syria"))
    assert clean.title == "Syria in the Last Day: Convoys Leave Eastern Districts"
    assert clean.published_at == datetime(2017, 4, 8, 14, 58, 33, tzinfo=UTC)
    assert clean.published_from is PublishedFrom.TEXT
    assert clean.text.split("\n\n") == [
        "The army said that the last buses had left the eastern districts by dawn.",
        "In Aleppo rescuers counted over 2,000 people who boarded buses at Ramouseh.",
        "“Nobody was left behind,” a medic said.",
        "In Homs at least 12 fighters were killed near Palmyra.",
        "In Raqqa the SDF entered two villages north of the city.",
    ]


def test_metadata_outranks_the_date_line_and_that_the_fetch():
    body = f"8 April 2017\n\n{STORY}"
    fields = {"published_at": "2017-04-07T10:00:00Z", "fetched_at": FETCHED}
    witnesses = [
        article(body, **fields),
        article(body, fetched_at=FETCHED),
        article(STORY, fetched_at=FETCHED),
        article(STORY, ingested_at=INGESTED),
        article(STORY),
    ]
    assert [(found.published_from, found.published_at and found.published_at.day) for found in witnesses] == [
        (PublishedFrom.METADATA, 7),
        (PublishedFrom.TEXT, 8),
        (PublishedFrom.FETCHED, 9),
        (PublishedFrom.FETCHED, 9),
        (None, None),
    ]


def test_a_witness_from_the_future_is_passed_over_for_the_next():
    body = f"8 April 2017\n\n{STORY}"
    assert article(body, published_at="2031-01-01", fetched_at=FETCHED).published_from is PublishedFrom.TEXT
    assert article(body, published_at="2017-04-30", ingested_at=INGESTED).published_from is PublishedFrom.TEXT
    assert article("8 May 2017\n\n" + STORY, ingested_at=INGESTED).published_from is PublishedFrom.FETCHED


def test_a_fetch_after_the_arrival_is_not_believed():
    assert article(fetched_at="2019-01-01", ingested_at=INGESTED).fetched_at is None


def test_the_id_rests_on_source_and_canonical_url():
    one = article(url="https://m.orontes.example/a/?utm_source=x#top", id="1")
    two = article("Another text of the same page, corrected.", url="http://www.orontes.example/a", id="2")
    assert one.article_id == two.article_id
    assert one.article_id != normalise(RawArticle(source="other", body=STORY, url=one.url)).article_id


def test_without_a_valid_url_the_id_rests_on_the_fingerprint():
    one = article(url="javascript:void(0)")
    two = normalise(RawArticle(source="other", body=f"{STORY.upper()}  "))
    assert one.url is None
    assert one.fingerprint == fingerprint(one.title, one.text)
    assert one.article_id == two.article_id
    assert one.article_id != article("Another text altogether, with no address.").article_id


def test_an_id_is_short_and_says_what_it_identifies():
    assert article().article_id.startswith("a-")
    assert len(article().article_id) == 26


def test_furniture_does_not_change_the_fingerprint():
    dressed = article(
        f"Shells hit farms near Hama AFP Sunday 9 Apr 2017 {STORY} -AFP", title="Shells hit farms near Hama"
    )
    assert dressed.fingerprint == article(title="Shells hit farms near Hama").fingerprint


def test_the_coordinates_of_the_message_pass_through():
    origin = Origin(topic="articles.raw", partition=1, offset=2)
    clean = article(origin=origin, ingested_at=INGESTED)
    assert (clean.origin, clean.ingested_at) == (origin, INGESTED)


@pytest.mark.parametrize("body", ["!!!", '{"id": 1}', "8 April 2017", "Share\n\nTweet", "<p>\u200b</p>", "\x00\x01"])
def test_a_body_of_nothing_but_furniture_is_empty(body):
    with pytest.raises(Rejected) as caught:
        article(body)
    assert caught.value.reason is Reason.EMPTY_TEXT


def test_a_source_of_invisible_characters_is_missing():
    with pytest.raises(Rejected) as caught:
        normalise(RawArticle(source="\u200b \x00", body=STORY))
    assert caught.value.reason is Reason.MISSING_SOURCE


@pytest.mark.parametrize(
    ("given", "text", "language"),
    [
        ("en", STORY, "en"),
        ("EN-gb", STORY, "en"),
        ("english", STORY, "en"),
        (None, "قال مسعفون إن تسعة أشخاص قتلوا في غارة على سوق المدينة يوم الاثنين.", "ar"),
        (None, "Neun Menschen starben am Montag bei einem Angriff auf den Markt der Stadt.", "de"),
        (None, "12 34 56", "und"),
        ("xx", "12 34 56", "und"),
    ],
)
def test_the_language_is_the_given_code_or_detected(given, text, language):
    assert article(text, language=given).language == language


PAGE = """<!DOCTYPE html><html><head><title>Shells hit farms near Hama | Orontes Post</title>
<meta property="article:published_time" content="2017-04-09T09:12:00+03:00"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<article><h1>Shells hit farms near Hama</h1><div class="share"><a>Share</a><a>Tweet</a></div>
<p>Shells fell on two villages east of Hama on Sunday, killing three farmers.</p>
<h2>In Raqqa</h2><p>Fighters took two hamlets north of the city, a commander told reporters by phone.</p>
<ul><li>Four of them died in the fighting.</li></ul><p>Read also: <a href="/x">Talks resume</a></p></article>
<footer><p>Copyright 2017 Orontes Post</p></footer></body></html>"""


@pytest.mark.parametrize("field", ["html", "body"])
def test_a_page_gives_its_story_headings_title_and_time(field):
    clean = normalise(RawArticle.model_validate({"source": "orontes", field: PAGE}))
    assert clean.title == "Shells hit farms near Hama"
    assert clean.published_at == datetime(2017, 4, 9, 6, 12, tzinfo=UTC)
    assert clean.published_from is PublishedFrom.METADATA
    assert clean.text.split("\n\n") == [
        "Shells fell on two villages east of Hama on Sunday, killing three farmers.",
        "In Raqqa",
        "Fighters took two hamlets north of the city, a commander told reporters by phone.",
        "Four of them died in the fighting.",
    ]


def test_a_short_page_keeps_its_paragraphs():
    page = "<html><body><article><p>{}</p><p>{}</p></article></body></html>"
    clean = normalise(RawArticle(source="orontes", html=page.format(STORY, "The dead were taken to Salamiyah.")))
    assert clean.text == f"{STORY}\n\nThe dead were taken to Salamiyah."


def test_a_fragment_of_html_is_read_too():
    assert normalise(RawArticle(source="orontes", html=f"<p>{STORY}</p>")).text == STORY


def test_html_is_used_only_where_there_is_no_body():
    assert article(html=PAGE).text == STORY


def test_another_process_gives_the_same_bytes():
    raw = RawArticle(source="orontes", body=ROUND_UP, url="https://orontes.example/a")
    code = (
        "import sys; from streams.contracts import RawArticle; from streams.normalise import normalise; "
        "sys.stdout.buffer.write(normalise(RawArticle.decode(sys.stdin.buffer.read())).encode())"
    )
    other = subprocess.run([sys.executable, "-c", code], input=raw.encode(), capture_output=True, check=True)
    assert other.stdout == normalise(raw).encode()
