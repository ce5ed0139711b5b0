"""Which words of a text are places, and how the text relates to them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.places import load_gazetteer

GAZETTEER = load_gazetteer()


def found(text):
    return {mention.text: mention for mention in GAZETTEER.scan(text)}


def test_a_mention_gives_the_name_as_written_at_its_offsets():
    text = "Jets struck al-Mayadin again."
    (mention,) = GAZETTEER.scan(text)
    assert text[mention.start : mention.end] == mention.text == "al-Mayadin"


@pytest.mark.parametrize(
    ("text", "name", "relation"),
    [
        ("Mortar rounds landed in Idlib.", "Idlib", "in"),
        ("Two died near Palmyra.", "Palmyra", "near"),
        ("Troops massed outside Manbij.", "Manbij", "near"),
        ("It lies close to Azaz.", "Azaz", "near"),
        ("A convoy was hit 25 km east of Raqqa.", "Raqqa", "distance"),
        ("A convoy was hit east of Raqqa.", "Raqqa", "near"),
        ("Families fled from Aleppo.", "Aleppo", "from"),
        ("Families fled from the city of Aleppo.", "Aleppo", "from"),
        ("The buses headed to Jarablus.", "Jarablus", "to"),
        ("They took the villages of Kafr Naya and Mayer.", "Mayer", "in"),
        ("BEIRUT (Reuters) - Jets struck.", "BEIRUT", "dateline"),
        ("Beirut, SANA - Jets struck.", "Beirut", "dateline"),
        ("DAMASCUS, (SANA) - An army unit advanced.", "DAMASCUS", "dateline"),
        ("Damascus said the truce held.", "Damascus", "government"),
        ("Ankara accused the group of the blast.", "Ankara", "government"),
        ("a deal between Moscow and Washington", "Moscow", "government"),
        ("He told reporters in Beirut that it failed.", "Beirut", "venue"),
        ("The talks in Geneva collapsed.", "Geneva", "venue"),
    ],
)
def test_the_words_around_a_name_give_its_relation(text, name, relation):
    assert found(text)[name].relation == relation


@pytest.mark.parametrize(
    "text",
    [
        "Fighters of the Islamic State in Iraq and Syria advanced.",
        "Activists of Raqqa is Being Slaughtered Silently wrote of it.",
        "The Aleppo Media Centre filmed it.",
        "A commander of the Army of Homs spoke.",
        "Syrian and Kurdish officers met.",
        "The Tishrin newspaper wrote of it.",
        "Governor Talal Barazi spoke.",
        "Rebels hit back and took a bath.",
        "IS said it was a hit.",
        "Boko Haram fighters fled.",
    ],
)
def test_groups_people_papers_and_common_words_are_no_places(text):
    assert GAZETTEER.scan(text) == []


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("Shells hit Syrias Aleppo on Monday.", "Aleppo", "Aleppo"),
        ("Raids struck Raqqas eastern districts.", "Raqqas", "Raqqa"),
        ("Raids struck Raqqa's eastern districts.", "Raqqa", "Raqqa"),
        ("Jets bombed Maarat alNuman.", "Maarat alNuman", "Maarat al-Numan"),
        ("AIR STRIKES HIT KHAN SHEIKHOUN", "KHAN SHEIKHOUN", "Khan Sheikhoun"),
        ("Mines went off at the T4 airbase.", "T4 airbase", "T4 Air Base"),
    ],
)
def test_damaged_spellings_still_match(text, name, place):
    assert found(text)[name].place.name == place


def test_a_country_that_only_owns_a_place_is_not_a_mention_of_its_own():
    assert list(found("A blast shook Syria's Homs.")) == ["Homs"]


def test_lower_case_words_are_no_places():
    assert GAZETTEER.scan("they hit the harem and the mare in nice weather") == []


def test_villages_that_the_gazetteer_does_not_know_are_taken_as_written():
    mentions = found("The SDF took the villages of Zarqulan, Um Dhiyab and Qatrabeen west of Raqqa.")
    assert list(mentions) == ["Zarqulan", "Um Dhiyab", "Qatrabeen", "Raqqa"]
    assert mentions["Um Dhiyab"].candidates == ()


def test_a_name_before_a_place_noun_is_taken_as_written():
    assert "al-Qartabeen" in found("A shell hit the al-Qartabeen neighbourhood in Aleppo.")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("Aleppo Raqqa al-Bab of in, .'\n()Tal İ"), max_size=120))
def test_any_text_is_scanned_into_ordered_mentions_that_match_their_offsets(text):
    mentions = GAZETTEER.scan(text)
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
