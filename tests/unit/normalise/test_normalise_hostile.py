"""Hostile input: whatever comes, an article or a verdict within two seconds, and nothing but clean UTF-8."""

import re
import time
import tracemalloc

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts import MAX_RAW_BYTES, RawArticle, Rejected
from streams.normalise import normalise, read_raw

SECONDS = 2.0
MEGABYTES = 200
FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ufeff\ud800-\udfff]")
ROOM = 2_000  # bytes of the message besides the hostile field

PIECES = {
    "one word": "word ",
    "one letter": "a",
    "blank lines": " \n",
    "capitals": "Word ",
    "initials": "AB/",
    "digits": "1",
    "dates": "Sat Dec 17, 2016 14:58:33 ",
    "half dates": "12-",
    "months": "Jan ",
    "agencies": "(AFP) ",
    "agency lists": "(AFP/",
    "datelines": "BEIRUT, ",
    "labels": "VIDEO + ",
    "tags": "said. Tags Syria ",
    "related": "said. Related News ",
    "short links": "Get short URL Topic a(",
    "credits": "Reporting by ",
    "footers": "comment via ",
    "share bars": "share tweet ",
    "JSON openings": '[{"a":',
    "JSON objects": '{"a":"b"},',
    "PHP arrays": "array(1) { ",
    "print_r": "Array ( [0] => ",
    "PHP strings": 'string(9) "',
    "serialized": "a:1:{i:",
    "quotes": '"',
    "brackets": "((",
    "entities": "&amp;amp;lt;p&gt;",
    "ampersands": "&",
    "angle brackets": "<",
    "open tags": "<p ",
    "divs": "<div>",
    "scripts": "<script>",
    "comments": "<!--",
    "mojibake": "â€™",
    "accents": "e\u0301",
    "emoji": "\U0001f600",
    "zero width": "a\u200b",
    "bidi": "a\u202e",
    "NUL": "a\0",
    "escapes": "\x1b[31m",
    "Arabic": "سوريا ",
    "underscores": " _ ",
}
PAGES = {
    "deep divs": "<div>" * 100_000,
    "deep unknown elements": "<xx>" * 9_000,
    "open bold": "<b>" * 200_000,
    "nested tables": "<table><tr><td>" * 50_000,
    "short paragraphs": "<p>abc def.</p>" * 50_000,
    "links": '<a href="http://x.example/z">The army of five men</a> ' * 9_000,
    "line breaks": "The army of five men in Homs<br>" * 25_000,
    "a cell a line": "<tr><td>The army of five men in Homs</td></tr>" * 5_000,
    "attribute without end": '<p title="' + "a" * 800_000,
    "comments": "<p>The army</p>" + "<!-- x -->" * 80_000,
    "metadata": '<meta property="og:title" content="x">' * 19_000,
    "linked data": '<script type="application/ld+json">{"a":' + "[" * 400_000 + "</script><p>The army</p>",
    "entities": "<p>" + "&amp;" * 170_000 + "</p>",
    "NUL": "<p>\0\0\0" * 100_000,
}


@pytest.fixture(scope="module", autouse=True)
def _models_loaded():
    """Load what is loaded once a process, so that it counts against no case."""
    normalise(RawArticle(source="x", html="<html><body><p>The army took two hills on Monday.</p></body></html>"))


def fitting(text):
    """Cut a text so that its message is as large as a message may be."""
    size = len(orjson.dumps(text))
    return text if size < MAX_RAW_BYTES - ROOM else text[: int(len(text) * (MAX_RAW_BYTES - ROOM) / size)]


def outcome(**fields):
    """Return the article's wire form, or the verdict, having checked the processor time and the characters."""
    payload = orjson.dumps({"source": "x", **fields})
    started = time.process_time()
    try:
        article = normalise(read_raw(payload))
        wire = article.encode()
    except Rejected as rejected:
        return rejected.reason.value.encode()
    finally:
        elapsed = time.process_time() - started
        assert elapsed < SECONDS
    assert not FORBIDDEN.search(article.title + article.text + article.source)
    return wire


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_a_body_of_one_thing_only_is_settled_in_time(piece):
    assert outcome(body=fitting(piece * (MAX_RAW_BYTES // len(piece))))


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_a_story_around_it_survives(piece):
    middle = piece * (60_000 // len(piece))
    wire = outcome(body=f"The army took two hills on Monday.\n\n{middle} and so on.\n\nNine soldiers died.")
    assert b"The army took two hills on Monday." in wire


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_a_title_of_one_thing_only_is_settled_in_time(piece):
    assert outcome(title=piece * (60_000 // len(piece)), body="Nine soldiers died.")


@pytest.mark.parametrize("content", PAGES.values(), ids=PAGES)
def test_a_hostile_page_is_settled_in_time(content):
    page = "<html><head><title>Hills taken</title></head><body>" + fitting(content)
    assert outcome(html=page + "<p>The army took two hills on Monday, the governor said.</p>")


@pytest.mark.parametrize("piece", ["word ", "&amp;", "said. Tags Syria ", "سوريا ", '{"a":"b"},'])
def test_memory_stays_bounded(piece):
    raw = RawArticle(source="x", body=fitting(piece * (MAX_RAW_BYTES // len(piece))) + " Nine soldiers died.")
    tracemalloc.start()
    try:
        normalise(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTES * 1_000_000


TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)  # lone surrogates too
PATCHWORK = st.lists(st.sampled_from(sorted(PIECES.values())) | st.text(max_size=12), max_size=30).map("".join)


@settings(deadline=None, max_examples=200)
@given(body=TEXT | PATCHWORK, title=st.none() | TEXT | PATCHWORK, url=st.none() | TEXT, published=st.none() | TEXT)
def test_no_article_makes_the_stage_fail(body, title, url, published):
    raw = RawArticle.model_construct(
        source="x",
        body=body,
        html=None,
        id=None,
        url=url,
        title=title,
        published_at=published,
        fetched_at=published,
        language=title,
    )
    try:
        article = normalise(raw)
    except Rejected:
        return
    assert article.encode()
    assert article.text.strip() == article.text
    assert "\n\n\n" not in article.text


@settings(deadline=None, max_examples=60)
@given(PATCHWORK)
def test_no_page_makes_the_stage_fail(content):
    try:
        article = normalise(
            RawArticle(source="x", html=f"<html><body>{content}<p>Nine soldiers died.</p></body></html>")
        )
    except Rejected:
        return
    assert article.encode()


@settings(deadline=None, max_examples=100)
@given(PATCHWORK)
def test_the_first_sentence_of_a_story_is_never_lost(content):
    story = f"The army took two hills on Monday, the governor said. {content}"
    article = normalise(RawArticle(source="x", body=story))
    assert "The army took two hills on Monday, the governor said." in article.text
