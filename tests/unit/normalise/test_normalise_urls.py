"""URLs: a page has one form, however it was linked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.normalise.urls import canonical_url, identity

PAGE = "https://orontes.example/news/17"


@pytest.mark.parametrize(
    "twin",
    [
        PAGE,
        f"{PAGE}/",
        f"  {PAGE}\n",
        f"{PAGE}#comments",
        "HTTPS://Orontes.Example/news/17",
        "https://orontes.example:443/news/17",
        "https://orontes.example/news/old/../17",
        "https://orontes.example//news/./17",
        "https://orontes.example/n%65ws/17",
        f"{PAGE}?utm_source=feed&utm_medium=rss&fbclid=1",
        f"{PAGE}/amp",
        f"{PAGE}/amp/",
        f"{PAGE}?amp=1",
        "https://m.orontes.example/news/17",
        "https://amp.orontes.example/news/17",
        "https://user:secret@orontes.example/news/17",
        "https://www.google.com/amp/s/orontes.example/news/17/amp",
        "https://orontes-example.cdn.ampproject.org/c/s/orontes.example/news/17",
    ],
)
def test_every_link_to_a_page_has_the_same_canonical_form(twin):
    assert canonical_url(twin) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PAGE, "https://orontes.example/news/18"),
        ("https://orontes.example/?p=17", "https://orontes.example/?p=18"),
        ("https://en.orontes.example/a", "https://ar.orontes.example/a"),
        ("https://orontes.example:8443/a", "https://orontes.example/a"),
    ],
)
def test_different_pages_stay_apart(one, other):
    assert canonical_url(one) != canonical_url(other)


def test_query_parameters_that_choose_the_page_are_kept_in_order_of_name():
    assert canonical_url("https://orontes.example/read?b=2&a=1&utm_id=3") == "https://orontes.example/read?a=1&b=2"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "  ",
        "orontes",
        "ftp://orontes.example/a",
        "javascript:alert(1)",
        "http://",
        "http://[::1",
        "http://a b.example/",
        "https://orontes.example:99999/",
        "https://localhost/a",
        "https://orontes.example/" + "a" * 3_000,
        "https://\ud800.example/",
    ],
)
def test_what_is_no_public_web_address_is_none(url):
    assert canonical_url(url) is None


def test_scheme_and_www_do_not_make_another_article():
    assert identity("http://www.orontes.example/a") == identity("https://orontes.example/a")


@settings(deadline=None)
@given(
    st.text(max_size=80) | st.text(alphabet="htps:/.?&=#%@[]amp1w", max_size=60).map("http://orontes.example/".__add__)
)
def test_the_canonical_form_of_a_canonical_form_is_itself(url):
    once = canonical_url(url)
    assert once is None or canonical_url(once) == once
