"""Exact copies: recalled within the window, told from replays, and known again after a restart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from streams.contracts import Article, Origin
from streams.dedup import SeenWindow, fingerprint

WINDOW = timedelta(hours=2)
START = datetime(2016, 12, 17, 8, tzinfo=UTC)


def article(text: str = "One shell fell.", offset: int = 0, hours: float = 0, article_id: str = "a") -> Article:
    return Article(
        article_id=article_id,
        source="north",
        text=text,
        fingerprint=fingerprint("", text),
        origin=Origin(topic="articles.raw", partition=0, offset=offset),
        ingested_at=START + timedelta(hours=hours),
    )


def test_a_new_text_is_not_recalled():
    window = SeenWindow(WINDOW)
    window.remember(article())
    assert window.recall(article("Two shells fell.", offset=1)) is None


def test_a_second_copy_is_told_of_which_article():
    window = SeenWindow(WINDOW)
    window.remember(article())
    seen = window.recall(article(offset=7, hours=1, article_id="b"))
    assert (seen.article_id, seen.is_message(article(offset=7))) == ("a", False)


def test_the_same_message_again_is_a_replay_and_no_copy():
    window = SeenWindow(WINDOW)
    window.remember(article(offset=7))
    assert window.recall(article(offset=7)).is_message(article(offset=7))


def test_outside_kafka_there_are_no_replays():
    window = SeenWindow(WINDOW)
    plain = article().model_copy(update={"origin": None})
    window.remember(plain)
    assert not window.recall(plain).is_message(plain)


def test_a_copy_after_the_window_is_new():
    window = SeenWindow(WINDOW)
    window.remember(article())
    assert window.recall(article(offset=1, hours=2.1)) is None


def test_a_replay_is_known_however_far_the_clock_has_run():
    window = SeenWindow(WINDOW)
    window.remember(article())
    window.remember(article("Two shells fell.", offset=1, hours=500))
    assert window.recall(article()).is_message(article())


def test_what_left_the_window_is_deleted_from_the_table_before_the_new_entry():
    window = SeenWindow(WINDOW, reach=1)
    window.remember(article())
    window.remember(article("Two shells fell.", offset=1, hours=1))
    writes = window.remember(article("Three shells fell.", offset=2, hours=4))
    assert [(key, entry is None) for key, entry in writes] == [
        (article().fingerprint, True),
        (article("Three shells fell.").fingerprint, False),
    ]
    assert len(window) == 2


def test_a_text_that_came_again_after_the_window_keeps_its_later_entry():
    window = SeenWindow(WINDOW, reach=1)
    window.remember(article())
    window.remember(article(offset=1, hours=3))
    writes = window.remember(article("Two shells fell.", offset=2, hours=4))
    assert [key for key, entry in writes if entry is None] == []
    assert window.recall(article(offset=3, hours=4)).at == window.recall(article(offset=1)).at


def test_a_window_rebuilt_from_the_table_goes_on_as_the_one_that_was_lost():
    lived, table = SeenWindow(WINDOW, reach=2), {}
    story = [article(f"{number} shells fell.", offset=number, hours=number) for number in range(8)]
    for number, told in enumerate(story):
        rebuilt = SeenWindow.load(WINDOW, [(key, json.loads(table[key])) for key in sorted(table)], reach=2)
        writes = lived.remember(told)
        assert rebuilt.remember(told) == writes
        assert [rebuilt.recall(earlier) for earlier in story] == [lived.recall(earlier) for earlier in story]
        for key, entry in writes:
            table[key] = json.dumps(entry)
            if entry is None:
                del table[key]
        assert len(table) == len(lived) <= 4, number
