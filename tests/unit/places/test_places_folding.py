"""Spellings of one name meet on one key; spellings of different names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.places.folding import plain_key, romanisation_key

SAME = [
    ("Raqqa", "Raqqah", "Raqa", "Rakka"),
    ("Hasaka", "Hasakah", "Hasakeh", "Hassakeh", "Ḩasakah"),
    ("Qamishli", "Kamishli", "Qamishly"),
    ("Douma", "Duma", "Dūmā", "Doumah"),
    ("Sheikhoun", "Shaykhun", "Sheikhun", "Cheikhoun"),
    ("Shughour", "Shughur", "Shoghour"),
    ("Hamdaniya", "Hamdaniyah", "Hamdaniyeh", "Hamdania"),
    ("Tel", "Tal", "Tall", "Tell"),
    ("Deir", "Dayr", "Der"),
    ("Daraya", "Darayaa", "Dareya"),
    ("Suruç", "Suruc"),
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda s: s[0])
def test_romanisations_of_one_name_share_a_key(spellings):
    assert len({romanisation_key(word) for word in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Homs", "Hama"), ("Douma", "Dummar"), ("Daraa", "Daraya"), ("Saada", "Sanaa")]
)
def test_different_names_keep_different_keys(one, other):
    assert romanisation_key(one) != romanisation_key(other)


def test_the_plain_key_keeps_vowels_and_drops_marks():
    assert plain_key("\u015eanl\u0131urfa") == "sanliurfa"
    assert plain_key("Ma'arrat") == "maarrat"
    assert plain_key("Raqqah") == "raqqah"


@given(st.text(max_size=40))
def test_any_text_folds_to_plain_letters_or_nothing_and_stays_so(word):
    key = plain_key(word)
    assert plain_key(key) == key
    assert all(c.isalnum() for c in romanisation_key(word))
