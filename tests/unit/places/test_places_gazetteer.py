"""What the gazetteer holds, and how a name is looked up."""

import re

import pytest

from streams.places import load_gazetteer
from streams.places.datafiles import parse, rows

GOVERNORATES = {"DI", "RD", "HL", "ID", "HI", "HM", "LA", "TA", "RA", "DY", "HA", "DR", "SU", "QU"}
KINDS = {"country", "admin1", "region", "city", "town", "village", "district", "site"}


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer()


def test_the_supplement_holds_at_least_600_syrian_places_in_all_governorates():
    entries = list(rows("syria.tsv"))
    assert len(entries) >= 600
    assert {row["admin1"] for row in entries if row["admin1"]} == {f"SY-{code}" for code in GOVERNORATES}


@pytest.mark.parametrize("table", ["syria.tsv", "neighbours.tsv", "world.tsv"])
def test_every_entry_has_a_known_kind_and_a_province_of_its_country(table):
    for row in rows(table):
        assert row["kind"] in KINDS, row
        assert re.fullmatch(r"[A-Z]{2}", row["country"]), row
        assert not row["admin1"] or row["admin1"].startswith(row["country"] + "-"), row


def test_syrian_coordinates_lie_in_syria():
    for row in rows("syria.tsv"):
        if row["latitude"]:
            assert 32.2 <= float(row["latitude"]) <= 37.4, row
            assert 35.5 <= float(row["longitude"]) <= 42.5, row


def test_no_place_is_entered_twice():
    keys = [(row["admin1"], row["name"], row["latitude"], row["longitude"]) for row in rows("syria.tsv")]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("table", ["syria.tsv", "neighbours.tsv", "world.tsv", "cues.tsv", "common_names.tsv"])
def test_every_table_says_what_it_is_and_where_its_facts_come_from(table):
    from importlib.resources import files

    head = (files("streams.places") / "data" / table).read_text(encoding="utf-8").splitlines()[0]
    assert head.startswith("# ")


@pytest.mark.parametrize(
    ("name", "admin1"),
    [
        ("ar-Raqqah", "SY-RA"),
        ("Dayr az-Zawr", "SY-DY"),
        ("Deir Ezzor", "SY-DY"),
        ("Ma'arrat al-Nu'man", "SY-ID"),
        ("Maarat alNuman", "SY-ID"),
        ("Kafranbel", "SY-ID"),
        ("Tal Bisah", "SY-HI"),
        ("Ain al-Arab", "SY-HL"),
        ("Jerablus", "SY-HL"),
        ("Albu Kamal", "SY-DY"),
        ("Altibni", "SY-DY"),
        ("Tishreen Dam", "SY-HL"),
        ("Shairat airbase", "SY-HI"),
        ("Hameimim", "SY-LA"),
        ("Eastern Ghouta", "SY-RD"),
        ("Moadamiya", "SY-RD"),
        ("Jabal al-Zawiyah", "SY-ID"),
        ("Nasib crossing", "SY-DR"),
        ("Khan Arnabeh", "SY-QU"),
        ("Sweida", "SY-SU"),
        ("Mosul", "IQ-NI"),
        ("Gaziantep", "TR-27"),
        ("Kilis", "TR-79"),
        ("Arsal", "LB-BH"),
        ("Michoacan", "MX-MIC"),
    ],
)
def test_a_name_is_found_in_any_romanisation(gazetteer, name, admin1):
    assert gazetteer.lookup(name)[0].admin1 == admin1


def test_home_places_come_before_namesakes_abroad(gazetteer):
    assert gazetteer.lookup("Palmyra")[0].country == "SY"


def test_a_shared_name_gives_every_place_of_that_name(gazetteer):
    assert {"SY-HL", "SY-HI"} <= {place.admin1 for place in gazetteer.lookup("Khalidiya")}


def test_the_capital_city_knows_the_province_around_it(gazetteer):
    damascus = gazetteer.lookup("Damascus")[0]
    assert damascus.admin1 == "SY-DI"
    assert gazetteer.surroundings(damascus).admin1 == "SY-RD"


def test_an_unknown_name_gives_nothing(gazetteer):
    assert gazetteer.lookup("Xyzzyville") == ()
    assert gazetteer.lookup("") == ()


def test_the_gazetteer_is_loaded_once():
    assert load_gazetteer() is load_gazetteer()


def test_another_home_country_moves_its_places_to_the_front():
    assert load_gazetteer(("LY",)).lookup("Tripoli")[0].country == "LY"
    assert load_gazetteer(("LB",)).lookup("Tripoli")[0].country == "LB"


def test_a_table_may_leave_out_its_last_columns():
    assert list(parse("# note\na\tb\tc\n1\t2\n")) == [{"a": "1", "b": "2", "c": ""}]
