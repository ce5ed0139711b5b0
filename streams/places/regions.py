"""Which region's topic an event belongs to."""

from __future__ import annotations

WORLD = "world"
"""Region of every place outside the configured countries."""
UNLOCATED = "unlocated"
"""Region of an event with no place at all."""


def region_code(country: str | None, admin1: str | None, countries: tuple[str, ...]) -> str:
    """Return the region code of a place: 'sy-hl', 'sy', 'world' or 'unlocated'.

    Args:
        country: ISO 3166-1 alpha-2 code, or None.
        admin1: ISO 3166-2 code, or None; a bare country code counts as none, as in the coded events.
        countries: The countries that have topics of their own, upper case.
    """
    if country is None and admin1:
        country = admin1.partition("-")[0]
    if not country:
        return UNLOCATED
    if country.upper() not in countries:
        return WORLD
    if admin1 and admin1.upper().startswith(f"{country.upper()}-"):
        return admin1.lower()
    return country.lower()
