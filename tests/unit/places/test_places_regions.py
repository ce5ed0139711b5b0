"""Which region's topic a place belongs to."""

import pytest

from streams.places import region_code


@pytest.mark.parametrize(
    ("country", "admin1", "region"),
    [
        ("SY", "SY-HL", "sy-hl"),
        ("SY", None, "sy"),
        ("SY", "SY", "sy"),
        (None, "SY-ID", "sy-id"),
        ("IQ", "IQ-NI", "world"),
        ("TR", None, "world"),
        (None, None, "unlocated"),
    ],
)
def test_a_place_maps_to_one_of_the_configured_regions(country, admin1, region):
    assert region_code(country, admin1, ("SY",)) == region


def test_a_second_country_has_regions_of_its_own():
    assert region_code("IQ", "IQ-NI", ("SY", "IQ")) == "iq-ni"
