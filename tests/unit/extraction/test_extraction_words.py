"""Word patterns: classes, options, gaps, capitals."""

from __future__ import annotations

import pytest

from streams.extraction.words import PhraseTable, Words


def found(table: PhraseTable[str], text: str) -> list[tuple[str, str]]:
    words = Words(text)
    return [
        (hit.payload, text[words.starts[hit.first] : words.ends[hit.last - 1]])
        for hit in table.scan(words, 0, len(words))
    ]


def test_the_longest_pattern_at_a_word_wins() -> None:
    table = PhraseTable([("air", "short"), ("air strike|strikes", "long")])
    assert found(table, "Air strikes, not air power") == [("long", "Air strikes"), ("short", "air")]


def test_a_gap_takes_up_to_so_many_words() -> None:
    table = PhraseTable([("fired _2 rockets", "rockets")])
    assert found(table, "fired two big rockets") == [("rockets", "fired two big rockets")]
    assert found(table, "fired two very big rockets") == []


def test_optional_items_and_classes() -> None:
    table = PhraseTable([("(heavy) @fight", "fight")], {"fight": "clashes|fighting"})
    assert found(table, "heavy clashes and fighting") == [("fight", "heavy clashes"), ("fight", "fighting")]


def test_a_short_name_in_capitals_is_no_common_word() -> None:
    table = PhraseTable([("US", "country"), ("IS", "group")])
    assert found(table, "It is said that IS told us of the U.S. plan") == [("group", "IS"), ("country", "U.S.")]


def test_a_pattern_cannot_begin_with_a_gap() -> None:
    with pytest.raises(ValueError, match="gap"):
        PhraseTable([("_2 rockets", "x")])


def test_an_unknown_class_is_an_error() -> None:
    with pytest.raises(ValueError, match="class"):
        PhraseTable([("@nothing", "x")])
