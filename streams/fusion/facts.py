"""Facts: what two versions of one report may differ in, small enough to keep for each article.

What counts as a fact is chosen so that small doubts of the extraction on two nearly equal texts make no news: a
mention with a toll is known by its type and tolls, one without by its type, place and the numbers of its sentence.
Facts are counted, so that a round-up that adds a second "two people were killed" does tell news.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from streams.fusion.profile import TOLLS, place_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.contracts import Mention

Fact = tuple[str, int | None]
"""A digest of what a mention tells, and the day it tells it of (proleptic ordinal)."""

SAME_TEXT = 0.85
"""From this Jaccard on two texts are one but for furniture: a day's difference then only comes from their datelines."""

_NUMBER = re.compile(r"\d+(?:,\d{3})*")


def facts_of(mentions: Iterable[Mention]) -> tuple[Fact, ...]:
    """Return the facts of an article's mentions in a fixed order, equal ones as often as they are told."""
    return tuple(sorted((_fact(mention) for mention in mentions), key=lambda fact: (fact[0], fact[1] or 0)))


def tells_news(new: Iterable[Fact], known: Iterable[Fact], jaccard: float) -> bool:
    """Tell whether some of the `new` facts are not among the `known` ones, or not as often.

    Args:
        new: facts of the article at hand.
        known: facts of a near-duplicate.
        jaccard: how near; the same text may shift "yesterday" by a day, a merely similar one may not.
    """
    left: dict[str, list[int | None]] = {}
    for digest, day in known:
        left.setdefault(digest, []).append(day)
    slack = 1 if jaccard >= SAME_TEXT else 0
    return not all(_strike_out(left.get(digest, []), day, slack) for digest, day in new)


def _strike_out(days: list[int | None], day: int | None, slack: int) -> bool:
    """Take the nearest day that may be the same from `days`; an unknown one may be any. False where there is none."""
    apart = [0 if day == other else 1 if day is None or other is None else abs(day - other) for other in days]
    nearest = min(range(len(days)), key=apart.__getitem__, default=None)
    if nearest is None or (apart[nearest] > slack and day is not None and days[nearest] is not None):
        return False
    del days[nearest]
    return True


def _fact(mention: Mention) -> Fact:
    tolls = [getattr(mention, slot) for slot in TOLLS]
    told: tuple[object, ...] = tuple((toll.low, toll.best, toll.high) if toll else None for toll in tolls)
    if not any(told):
        told = (_place(mention), *sorted({number.replace(",", "") for number in _NUMBER.findall(mention.sentence)}))
    digest = hashlib.blake2b(repr((mention.sub_event_type.value, told)).encode("utf-8", "surrogatepass"), digest_size=6)
    return digest.hexdigest(), mention.event_date.toordinal() if mention.event_date else None


def _place(mention: Mention) -> object:
    """Return a place in a form that does not depend on its spelling, where the gazetteer knew it."""
    if mention.latitude is not None and mention.longitude is not None:
        return round(mention.latitude, 1), round(mention.longitude, 1)
    return place_name(mention.location or mention.admin1 or "")
