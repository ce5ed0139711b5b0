"""The near-duplicate index: finds what is near, forgets what left, and answers as the index it replaces did."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.dedup import NearIndex, sketch
from streams.dedup.near_index import HOT_BAND, MAX_VERIFIED

VOCABULARY = [f"w{number}" for number in range(2_000)]


def text(seed: int, words: int = 120) -> str:
    return " ".join(random.Random(seed).choices(VOCABULARY, k=words))  # noqa: S311


def edited(seed: int, changes: int) -> str:
    words = text(seed).split()
    for place in random.Random(seed + 1).sample(range(len(words)), changes):  # noqa: S311
        words[place] = "changed"
    return " ".join(words)


def index_of(texts: dict[str, str]) -> NearIndex:
    index = NearIndex()
    for key, content in texts.items():
        index.add(key, sketch(content))
    return index


def keys(index: NearIndex, content: str) -> list[str]:
    return [key for key, _ in index.near(sketch(content))]


def test_a_lightly_edited_text_is_found_among_others():
    index = index_of({f"other{seed}": text(seed) for seed in range(100, 200)} | {"original": text(1)})
    assert keys(index, edited(1, 4)) == ["original"]


def test_a_text_that_shares_a_paragraph_only_is_not_near():
    index = index_of({"other": f"{text(2, 200)} {text(3, 60)}"})
    assert keys(index, f"{text(4, 200)} {text(3, 60)}") == []


def test_a_cut_off_copy_is_near_by_containment():
    index = index_of({"whole": text(5)})
    found = index.near(sketch(" ".join(text(5).split()[:60])))
    assert [(key, alike.containment > 0.75) for key, alike in found] == [("whole", True)]


def test_the_nearest_comes_first_and_equals_in_order_of_their_keys():
    index = index_of({"b": text(6), "far": edited(6, 8), "a": text(6)})
    assert keys(index, text(6)) == ["a", "b", "far"]


def test_what_is_discarded_is_found_no_more_and_leaves_nothing_behind():
    index = index_of({"a": text(7), "b": text(7)})
    index.discard("a")
    index.discard("unknown")
    assert keys(index, text(7)) == ["b"]
    index.discard("b")
    assert (len(index), any(index._bands)) == (0, False)


def test_a_key_added_again_stands_for_its_new_text():
    index = index_of({"a": text(8)})
    index.add("a", sketch(text(9)))
    assert (keys(index, text(8)), keys(index, text(9))) == ([], ["a"])


def test_texts_without_words_are_near_to_nothing():
    index = index_of({"empty": "", "dots": "..."})
    assert keys(index, "") == []
    index.discard("empty")
    assert len(index) == 1


def test_boilerplate_carried_by_hundreds_is_searched_newest_first_and_not_to_the_end():
    crowd = {f"copy{number:03}": text(10) for number in range(HOT_BAND + 100)}
    found = keys(index_of(crowd), text(10))
    assert found == sorted(crowd)[-MAX_VERIFIED:]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=60), st.integers(0, 5))
def test_an_index_rebuilt_from_what_is_held_answers_as_the_one_that_lived_through_it_all(history, asked):
    lived, held = NearIndex(), {}
    for number, stays in history:
        key, content = f"k{number}", edited(number % 6, number % 5)
        if stays:
            held.pop(key, None)
            held[key] = content
            lived.add(key, sketch(content))
        else:
            held.pop(key, None)
            lived.discard(key)
    assert index_of(held).near(sketch(text(asked))) == lived.near(sketch(text(asked)))
