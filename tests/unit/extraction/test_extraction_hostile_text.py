"""The coder on text that is no news: it never raises, stays bounded and linear."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts import Article, Mention
from streams.extraction import load_coder
from streams.extraction.coder import MAX_MENTIONS
from streams.extraction.sentences import LONGEST_SENTENCE

PUBLISHED = datetime(2016, 10, 14, tzinfo=UTC)


def code(text: str, title: str = "") -> list[Mention]:
    article = Article(article_id="a", source="s", title=title, text=text, published_at=PUBLISHED, fingerprint="f")
    return load_coder(("SY",)).code(article)


WORDS = st.sampled_from(
    [
        "air strikes",
        "killed",
        "12",
        "people",
        "in",
        "Aleppo",
        "by",
        "ISIL",
        "and",
        "the",
        "on",
        "Monday",
        ".",
        ",",
        "\n\n",
        '"',
        "clashes",
        "captured",
        "town",
        "of",
        "near",
        "Homs",
        "which",
        "army",
        "will",
        "not",
        "dozens",
        "-",
        "\u2019",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join)))
def test_any_text_is_coded_without_an_error_and_with_true_offsets(text: str) -> None:
    for mention in code(text, title=text[:20]):
        assert text[mention.start : mention.end] == mention.sentence


@pytest.mark.parametrize(
    "text",
    [
        "x" * 900_000,
        "7" * 900_000,
        '"' * 900_000,
        "a." * 450_000,
        "killed in an air strike on Aleppo and " * 23_000,
    ],
    ids=["no-spaces", "digits", "quotes", "abbreviations", "one-sentence"],
)
def test_a_huge_text_is_coded_in_bounded_time(text: str) -> None:
    code("Clashes erupted in Homs on Monday.")  # lexicons are loaded once, before
    start = time.process_time()
    mentions = code(text)
    assert time.process_time() - start < 10  # seconds; a slow machine's allowance over the 2 s that it should take
    assert len(mentions) <= MAX_MENTIONS
    assert all(len(mention.sentence) <= LONGEST_SENTENCE for mention in mentions)
