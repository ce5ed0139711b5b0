"""Regions: the closed list of region codes, made from configuration and ISO 3166-2, never from data."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from importlib.resources import files

WORLD = "world"
"""Places outside the configured countries."""
UNLOCATED = "unlocated"
"""Events with no place at all."""


class UnknownCountryError(ValueError):
    """A configured country that ISO 3166-1 does not know, or that has no ISO 3166-2 regions."""


@lru_cache(maxsize=1)
def _first_level_regions() -> dict[str, tuple[str, ...]]:
    """Return the region codes of each country, in lower case and sorted, by the country's upper-case code."""
    regions: dict[str, list[str]] = defaultdict(list)
    for line in (files("streams") / "data" / "regions.tsv").read_text("utf-8").splitlines()[2:]:
        country, region = line.split("\t")
        regions[country].append(region)
    return {country: tuple(codes) for country, codes in regions.items()}


@lru_cache(maxsize=8)
def region_codes(countries: tuple[str, ...]) -> tuple[str, ...]:
    """Return all region codes for the countries, sorted, then each country, then the two catch-alls.

    Args:
        countries: ISO 3166-1 alpha-2 codes in upper case.

    Raises:
        UnknownCountryError: a code has no first-level regions in ISO 3166-2 (data/regions.tsv).
    """
    found = {country: _first_level_regions().get(country, ()) for country in countries}
    for country, codes in found.items():
        if not codes:
            raise UnknownCountryError(f"no ISO 3166-2 regions are known for country {country!r}")
    return (
        *(code for codes in found.values() for code in codes),
        *(country.lower() for country in found),
        WORLD,
        UNLOCATED,
    )


def region_of(country: str | None, admin1: str | None, countries: tuple[str, ...]) -> str:
    """Return the region code that an event belongs to: always one of `region_codes(countries)`.

    Args:
        country: ISO 3166-1 alpha-2 code of the place, or None.
        admin1: ISO 3166-2 code, or a bare country code where only that can be told, or None.
        countries: the configured countries.
    """
    known = region_codes(countries)
    if admin1 and admin1.lower() in known:
        return admin1.lower()
    nation = country or (admin1[:2] if admin1 else None)
    if nation is None:
        return UNLOCATED
    return nation.lower() if nation.upper() in countries else WORLD
