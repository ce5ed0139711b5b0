"""The near-duplicate index: which articles in the window share most of their text with a new one.

Locality-sensitive hashing: 128 minima in 32 bands of 4. Two texts with Jaccard j share a band with probability
1 - (1 - j**4)**32: .87 at .5, over .999 at .7, .25 at .3. What shares a band is then verified on all minima.

What a query answers depends only on the sketches held and the order they were added in, not on those discarded
before: an index rebuilt from a table answers as the one that was lost.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from streams.dedup.sketches import PERMUTATIONS, Similarity, similarity_of, slots

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable

    from streams.contracts import Sketch

BANDS = 32
ROWS = PERMUTATIONS // BANDS
MIN_JACCARD = 0.5
MIN_CONTAINMENT = 0.75
HOT_BAND = 64
"""Newest members of one band that a query looks at: boilerplate shared by thousands must not cost thousands."""
MAX_VERIFIED = 64
"""Candidates that a query compares in full, those sharing most bands first."""

_MIX = 0x9E3779B97F4A7C15  # odd, 2**64 / golden ratio: spreads the second half of a band over the first
_MASK = (1 << 61) - 1


class _Held(NamedTuple):
    key: str
    minima: array[int]
    shingles: int


class NearIndex:
    """Sketches by key, with a search for those near to a new one."""

    def __init__(self) -> None:
        self._held: dict[int, _Held] = {}
        self._serials: dict[str, int] = {}
        self._next = 0
        # A band's value leads to one serial, or to several in the order of arrival; most lead to one.
        self._bands: list[dict[int, int | dict[int, None]]] = [{} for _ in range(BANDS)]

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: str) -> bool:
        return key in self._serials

    def add(self, key: str, sketched: Sketch) -> None:
        """Hold `sketched` under `key`, in place of what the key held. A text without words is never near anything."""
        self.discard(key)
        minima = slots(sketched)
        serial = self._next
        self._next += 1
        self._serials[key] = serial
        self._held[serial] = _Held(key, minima, sketched.shingles)
        if not sketched.shingles:
            return
        for band, value in zip(self._bands, _band_values(minima), strict=True):
            members = band.get(value)
            if members is None:
                band[value] = serial
            elif isinstance(members, int):
                band[value] = {members: None, serial: None}
            else:
                members[serial] = None

    def discard(self, key: str) -> None:
        """Forget `key`, if it is held, and free its memory."""
        serial = self._serials.pop(key, None)
        if serial is None:
            return
        held = self._held.pop(serial)
        if not held.shingles:
            return
        for band, value in zip(self._bands, _band_values(held.minima), strict=True):
            members = band[value]
            if isinstance(members, int):
                del band[value]
                continue
            del members[serial]
            if len(members) == 1:
                band[value] = next(iter(members))

    def compare(self, key: str, sketched: Sketch) -> Similarity:
        """Estimate how much the text under `key` shares with `sketched`.

        Raises:
            KeyError: `key` is not held.
        """
        held = self._held[self._serials[key]]
        return similarity_of(held.minima, held.shingles, slots(sketched), sketched.shingles)

    def near(self, sketched: Sketch) -> list[tuple[str, Similarity]]:
        """Return what is near to `sketched`: Jaccard >= .5 or containment >= .75.

        Returns:
            Keys and similarities, the highest Jaccard first, then containment, then the key in text order.
        """
        if not sketched.shingles:
            return []
        minima = slots(sketched)
        verified = []
        for serial in self._candidates(_band_values(minima)):
            held = self._held[serial]
            alike = similarity_of(minima, sketched.shingles, held.minima, held.shingles)
            if alike.jaccard >= MIN_JACCARD or alike.containment >= MIN_CONTAINMENT:
                verified.append((held.key, alike))
        return sorted(verified, key=lambda hit: (-hit[1].jaccard, -hit[1].containment, hit[0]))

    def _candidates(self, values: Iterable[int]) -> list[int]:
        shared: Counter[int] = Counter()
        for band, value in zip(self._bands, values, strict=True):
            members = band.get(value)
            if members is None:
                continue
            shared.update((members,) if isinstance(members, int) else islice(reversed(members), HOT_BAND))
        if len(shared) <= MAX_VERIFIED:
            return list(shared)
        return sorted(shared, key=lambda serial: (-shared[serial], -serial))[:MAX_VERIFIED]


def _band_values(minima: array[int]) -> list[int]:
    """Return one number a band. Two different bands of four minima hardly ever meet in one: they are verified."""
    return [
        ((a << 32 | b) ^ ((c << 32 | d) * _MIX)) & _MASK
        for a, b, c, d in zip(minima[0::ROWS], minima[1::ROWS], minima[2::ROWS], minima[3::ROWS], strict=True)
    ]
