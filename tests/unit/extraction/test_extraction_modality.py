"""Denied, planned, hypothetical, habitual and old events are recognised; what only looks so is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.contracts import Article
from streams.extraction import load_coder

PUBLISHED = datetime(2016, 10, 14, 12, tzinfo=UTC)


def count(text: str) -> int:
    article = Article(article_id="a", source="wire", text=text, published_at=PUBLISHED, fingerprint="f")
    return len(load_coder(("SY",)).code(article))


@pytest.mark.parametrize(
    "sentence",
    [
        "Moscow denied bombing the hospital in Aleppo.",
        "No one was killed in Homs.",
        "The army failed to capture the town of Morek.",
        "The group vowed to attack Damascus.",
        "The coalition is preparing to storm Raqqa.",
        "Jets could strike Idlib again.",
        "Residents fear an assault on Idlib.",
        "He urged rebels to stop shelling Latakia.",
        "Civilians in Douma are often killed in air strikes.",
        "Rebels captured the city of Idlib in March 2015.",
        "The truce would halt air strikes on Aleppo.",
        "Last year air strikes on Hama killed 40 people.",
        "People fled fighting in Raqqa.",
        "Smoke rises after an air strike on Saraqib, Syria October 3, 2016.",
        "Turkey is determined to push on and capture al-Bab.",
        "The village, which was captured by rebels, lies near Hama.",
    ],
)
def test_what_is_not_asserted_as_news_is_left_out(sentence: str) -> None:
    assert count(sentence) == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "The army managed to capture the town of Morek.",
        "Rebels continued to shell Latakia on Thursday, killing two people.",
        "The minister condemned an air strike on Idlib that killed nine people on Thursday.",
        "Rebels, who want to take the city, shelled Hama on Thursday and killed three people.",
        "The town of Morek was captured by rebels on Thursday.",
    ],
)
def test_what_did_happen_is_kept_whatever_surrounds_it(sentence: str) -> None:
    assert count(sentence) == 1
