"""The fingerprint: equal for exact copies, and only for them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dedup import fingerprint

STORY = "At least 12 people were killed, and 30 wounded, in al-Bab on Friday. Rescuers said: \u201cit's a market.\u201d"


def test_it_is_32_hexadecimal_characters():
    assert re.fullmatch("[0-9a-f]{32}", fingerprint("Market hit", STORY))


def test_it_is_the_same_in_every_release():
    assert fingerprint("", "One shell fell in Darayya.") == "743f124edc7d09b2c0073ae320003937"


@pytest.mark.parametrize(
    "again",
    [
        STORY.upper(),
        STORY.replace(" ", "\n\n  "),
        STORY.replace(",", "").replace(".", ""),
        STORY.replace("\u201c", '"').replace("\u201d", '"').replace("'", "\u2019"),
        STORY.replace("al-Bab", "Al Bab"),
        STORY.replace("Friday", "\uff26riday"),
    ],
    ids=["case", "wrapping", "punctuation", "quotes", "hyphen", "full width"],
)
def test_a_recrawl_in_another_dress_is_the_same_article(again):
    assert fingerprint("", again) == fingerprint("", STORY)


def test_thousands_may_be_written_with_a_comma():
    assert fingerprint("", "9,500 left the city") == fingerprint("", "9500 left the city")


@pytest.mark.parametrize(
    ("one", "other"),
    [("12 killed", "13 killed"), ("1, 23 and 4", "12, 3 and 4"), ("52 killed in Homs", "52 killed in Hama")],
)
def test_another_fact_is_another_article(one, other):
    assert fingerprint("", one) != fingerprint("", other)


def test_another_headline_over_the_same_text_changes_nothing():
    assert fingerprint("Twelve dead in market", STORY) == fingerprint("Al-Bab: market hit", STORY)


def test_the_headline_counts_where_there_is_no_text():
    assert fingerprint("Twelve dead in market", "") != fingerprint("Al-Bab: market hit", " \n")


@given(st.text())
def test_any_text_has_a_fingerprint_and_folding_it_twice_changes_nothing(text):
    assert fingerprint("", text) == fingerprint("", f"  {text}.\n")
