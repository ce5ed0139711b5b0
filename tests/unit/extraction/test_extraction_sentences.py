"""Sentences keep their offsets, abbreviations and paragraphs."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from streams.extraction.sentences import LONGEST_SENTENCE, split_sentences


def sentences(text: str, title: str = "") -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, title)]


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert sentences("Lt. Gen. Haddad spoke in the U.S. on Sunday. He left.") == [
        "Lt. Gen. Haddad spoke in the U.S. on Sunday.",
        "He left.",
    ]


def test_a_paragraph_ends_a_sentence_without_a_full_stop() -> None:
    assert sentences("Raids on Homs\n\nTwo people died.") == ["Raids on Homs", "Two people died."]


def test_a_title_repeated_at_the_start_is_a_sentence_of_its_own() -> None:
    assert sentences("Raids kill two Two people died on Sunday.", "Raids kill two") == [
        "Raids kill two",
        "Two people died on Sunday.",
    ]


def test_sentences_of_one_quotation_are_separate_evidence() -> None:
    assert sentences('"The raid was heavy. Six people died" he said.') == [
        '"The raid was heavy.',
        'Six people died" he said.',
    ]


@given(st.text(alphabet=st.sampled_from('ab. \n"?!A1'), max_size=200))
def test_no_word_is_lost_and_none_told_twice(text: str) -> None:
    spans = split_sentences(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert "".join(text.split()) == "".join("".join(text[s.start : s.end].split()) for s in spans)


def test_an_endless_sentence_is_cut_between_words() -> None:
    pieces = sentences("word " * 2_000)
    assert all(len(piece) <= LONGEST_SENTENCE for piece in pieces)
    assert {word for piece in pieces for word in piece.split()} == {"word"}
