"""Where an event happened: the rules from the sentence outwards."""

import time

import pytest

from streams.places import Resolver, load_gazetteer

GAZETTEER = load_gazetteer()


def locate(text, sentence=None, word=None, title=""):
    sentence = sentence or text
    start = text.index(sentence)
    anchor = text.index(word, start) if word else None
    return Resolver(GAZETTEER, text, title).locate(start, start + len(sentence), anchor)


@pytest.mark.parametrize(
    ("text", "admin1", "precision"),
    [
        ("Five people died in Saraqib.", "SY-ID", 1),
        ("Five people died near Palmyra.", "SY-HI", 2),
        ("Five people died 25 km east of Raqqa.", "SY-RA", 2),
        ("Five people died in Homs province.", "SY-HI", 3),
        ("Five people died in the province of Homs.", "SY-HI", 3),
        ("Five people died in northern Idlib.", "SY-ID", 2),
        ("Five people died in the countryside of Hama.", "SY-HM", 2),
        ("Five people died in Eastern Ghouta.", "SY-RD", 2),
        ("Five people died in Damascus.", "SY-DI", 1),
        ("Five people died in the Damascus countryside.", "SY-RD", 3),
        ("Five people died near Damascus.", "SY-RD", 2),
        ("Five people died in the Damascus suburb of Harasta.", "SY-RD", 1),
        ("Five people died in Mosul.", "IQ-NI", 1),
        ("Five people died in Iraq.", None, 3),
    ],
)
def test_the_sentence_s_own_place_counts_first(text, admin1, precision):
    location = locate(text)
    assert (location.admin1, location.precision) == (admin1, precision)


def test_a_country_alone_gives_the_country():
    assert locate("Dozens were killed in Syria last night.").country == "SY"


def test_the_most_specific_place_gives_the_name():
    assert locate("Shells hit the Sukkari district of Aleppo.").name == "Sukkari"


def test_the_place_after_the_trigger_word_wins_over_one_far_off():
    text = "Raids killed two in Binnish while shelling wounded five around the town of Saraqib."
    assert locate(text, word="killed").name == "Binnish"
    assert locate(text, word="shelling").name == "Saraqib"


def test_the_place_that_another_owns_is_the_event_s_place():
    assert locate("A bomber struck a market in Baghdad's Sadr City.").name == "Sadr City"
    assert locate("Militants shelled Aleppos al-Hamdaniyeh district.").name == "al-Hamdaniyeh"


def test_a_direction_from_a_city_is_near_it():
    location = locate("Clashes 25km northwest of the city of Palmyra killed 12.")
    assert (location.admin1, location.precision) == ("SY-HI", 2)


def test_districts_of_one_name_are_told_apart_by_their_city():
    assert locate("A car bomb went off in the Zahra district of Homs.").admin1 == "SY-HI"
    assert locate("Rockets fell on the Zahra district of Aleppo.").admin1 == "SY-HL"


def test_an_unknown_village_takes_the_governorate_of_the_place_it_lies_at():
    location = locate("The SDF took the village of Zarqulan 53km to the west of Raqqa city.")
    assert (location.name, location.admin1, location.precision, location.place) == ("Zarqulan", "SY-RA", 2, None)


def test_an_unknown_village_takes_the_governorate_of_its_section():
    text = "In Aleppo rebels shelled Nubl.\n\nIn Hama the army advanced.\n\nIt took the village of Zarqulan."
    assert locate(text, "It took the village of Zarqulan.").admin1 == "SY-HM"


def test_a_sentence_without_a_place_takes_that_of_the_sentence_before():
    text = "Warplanes bombed Atarib on Monday. At least six civilians were killed."
    location = locate(text, "At least six civilians were killed.")
    assert (location.name, location.rule) == ("Atarib", "place.previous-sentence")


def test_the_town_points_back_at_a_town_and_not_at_the_province():
    text = "Warplanes bombed Atarib in Aleppo province. Six people in the town were killed."
    assert locate(text, "Six people in the town were killed.").name == "Atarib"


def test_a_section_heading_places_what_has_no_place_of_its_own():
    text = "Raqqa\nA mine killed two men.\n\nIdlib\nFighting went on. Shells fell. Rain fell. A raid killed four."
    assert locate("Round-up\n" + text, "A mine killed two men.").admin1 == "SY-RA"
    assert locate("Round-up\n" + text, "A raid killed four.").admin1 == "SY-ID"


def test_the_title_places_what_the_text_does_not():
    assert locate("Four people were killed.", title="Blast in Tartus kills four").admin1 == "SY-TA"


def test_a_dateline_a_venue_and_a_government_place_nothing():
    text = "BEIRUT (Reuters) - Six people were killed, Moscow said after talks in Geneva."
    assert locate(text) is None


def test_an_origin_gives_way_to_the_place_reached():
    assert locate("Buses moved from Aleppo to Kafraya.").admin1 == "SY-ID"


def test_a_list_gives_all_its_places():
    text = "The army took the towns of Khan Tuman, Zitan and al-Khalidiyah in Aleppo province."
    resolver = Resolver(GAZETTEER, text)
    assert [place.name for place in resolver.locate_all(0, len(text))] == ["Khan Tuman", "Zitan", "al-Khalidiyah"]


def test_an_article_without_places_has_none():
    assert locate("Nothing was said about where it was.") is None


def test_offsets_count_code_points():
    text = "😀 Raids hit Manbij."
    location = locate(text)
    assert text[location.start : location.end] == "Manbij"


@pytest.mark.parametrize(
    "phrase", ["Aleppo ", "Zahra Homs ", "villages of Qartab, ", "Damascus - ", "In Idlib. ", "the town. "]
)
def test_hostile_repetition_costs_no_more_than_a_little_over_its_length(phrase):
    def seconds(copies):
        text = phrase * copies
        begun = time.process_time()
        Resolver(GAZETTEER, text).locate(0, len(text))
        return time.process_time() - begun

    seconds(100)
    assert seconds(8_000) < 20 * seconds(1_000) + 0.5
