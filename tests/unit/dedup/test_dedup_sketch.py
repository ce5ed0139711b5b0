"""Sketches: near texts have near sketches, and a sketch outlives the process that made it."""

from __future__ import annotations

import base64

import pytest

from streams.contracts import Sketch
from streams.dedup import similarity, sketch

WORDS = [f"{stem}{ending}" for stem in ("mar", "ten", "lop", "siv", "dur", "kel") for ending in map(str, range(40))]
LONG = " ".join(WORDS)
BRIEF = "Two people were hurt when a mortar bomb fell on a school yard in the old city on Sunday morning."


def test_a_text_resembles_itself_in_full():
    alike = similarity(sketch(LONG), sketch(LONG.upper()))
    assert (alike.jaccard, alike.containment) == (1.0, 1.0)


def test_texts_without_common_words_do_not_resemble():
    alike = similarity(sketch(LONG), sketch(BRIEF))
    assert alike.jaccard < 0.05


def test_jaccard_estimates_the_share_of_common_shingles():
    # 120 of 240 words in common: 118 of 238 + 118 - 118 triples
    alike = similarity(sketch(LONG), sketch(" ".join(WORDS[:120])))
    assert alike.jaccard == pytest.approx(118 / 238, abs=0.12)


def test_a_cut_off_copy_is_contained():
    assert similarity(sketch(LONG), sketch(" ".join(WORDS[:120]))).containment > 0.85


def test_one_changed_number_leaves_a_brief_near():
    assert similarity(sketch(BRIEF), sketch(BRIEF.replace("Two", "Three"))).jaccard > 0.7


def test_a_brief_and_itself_with_one_more_sentence_stay_comparable_across_the_limit_of_short_texts():
    text = " ".join(WORDS[:48])
    assert similarity(sketch(text), sketch(f"{text} and three more")).containment > 0.75


def test_a_text_without_words_resembles_nothing_not_even_another():
    empty = sketch("... !")
    assert empty.shingles == 0
    assert similarity(empty, sketch("")).jaccard == 0.0


def test_one_word_is_a_text():
    assert sketch("Shelling").shingles == 1


def test_the_minima_are_the_same_in_every_process_and_release():
    minima = base64.b64decode(sketch("one two three four").minhash)
    assert (len(minima), minima[:8].hex()) == (512, "1fcad3688d0dc2c4")


@pytest.mark.parametrize("minhash", ["", "AAAA", "not base64!"])
def test_what_is_no_sketch_is_refused(minhash):
    with pytest.raises(ValueError, match=r"minima|base64"):
        similarity(Sketch(minhash=minhash, shingles=3), sketch(LONG))
