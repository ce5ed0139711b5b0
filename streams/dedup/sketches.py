"""Sketches: a MinHash of an article's word shingles, small enough to keep one for each article in the window."""

from __future__ import annotations

import base64
import sys
from array import array
from dataclasses import dataclass
from operator import eq
from typing import TYPE_CHECKING

from rensa import RMinHash

from streams.contracts import Sketch
from streams.dedup.folding import words

if TYPE_CHECKING:
    from collections.abc import Sequence

PERMUTATIONS = 128
SEED = 42
"""Part of the state: sketches made with another seed, or another release of rensa, cannot be compared."""

SHINGLE_WORDS = 3
SHORT_TEXT_WORDS = 50
"""Below this a text also gives its pairs of words: one changed word breaks three triples, too many of a brief's few."""


_SLOT_BYTES = 4


@dataclass(frozen=True, slots=True)
class Similarity:
    """How much two texts share. Both are estimates with a standard error of about .04 (128 permutations)."""

    jaccard: float
    """Shared shingles over all shingles of both, 0..1."""
    containment: float
    """Shared shingles over those of the shorter text, 0..1: a cut-off copy has a high one."""


def sketch(text: str) -> Sketch:
    """Return the sketch of a clean text; one without words has no shingles and resembles nothing."""
    shingles = _shingles(words(text))
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minhash.update(shingles)  # in any order: a minimum owes nothing to it
    return Sketch(minhash=_pack(minhash.digest()), shingles=len(shingles))


def similarity(a: Sketch, b: Sketch) -> Similarity:
    """Estimate how much two sketched texts share."""
    return similarity_of(slots(a), a.shingles, slots(b), b.shingles)


def similarity_of(a: array[int], a_shingles: int, b: array[int], b_shingles: int) -> Similarity:
    """Estimate the similarity from unpacked slots and the numbers of distinct shingles.

    Containment follows from Jaccard: with j = i / (a + b - i), the shared shingles are i = j * (a + b) / (1 + j).
    """
    if not a_shingles or not b_shingles:
        return Similarity(0.0, 0.0)
    jaccard = sum(map(eq, a, b)) / PERMUTATIONS
    shared = jaccard * (a_shingles + b_shingles) / (1 + jaccard)
    return Similarity(jaccard, min(1.0, shared / min(a_shingles, b_shingles)))


def slots(sketched: Sketch) -> array[int]:
    """Unpack the 128 minima of a sketch.

    Raises:
        ValueError: it does not hold 128 unsigned 32-bit integers in base64.
    """
    packed = base64.b64decode(sketched.minhash, validate=True)
    if len(packed) != PERMUTATIONS * _SLOT_BYTES:
        raise ValueError(f"a sketch holds {PERMUTATIONS} minima of {_SLOT_BYTES} bytes, this one {len(packed)} bytes")
    unpacked = array("I", packed)
    if sys.byteorder == "big":
        unpacked.byteswap()
    return unpacked


def _pack(digest: Sequence[int]) -> str:
    packed = array("I", digest)
    if sys.byteorder == "big":
        packed.byteswap()
    return base64.b64encode(packed.tobytes()).decode("ascii")


def _shingles(tokens: list[str]) -> set[str]:
    longest = min(SHINGLE_WORDS, len(tokens))
    shortest = longest if len(tokens) >= SHORT_TEXT_WORDS else min(2, longest)
    sizes = range(max(1, shortest), longest + 1)
    return {" ".join(run) for size in sizes for run in zip(*(tokens[skip:] for skip in range(size)), strict=False)}
