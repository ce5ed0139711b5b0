"""Deduplication, pure: fingerprints of exact copies, sketches of near ones, and windows over both."""

from streams.dedup.fingerprints import fingerprint
from streams.dedup.near_index import NearIndex
from streams.dedup.seen import Seen, SeenWindow
from streams.dedup.sketches import Similarity, similarity, sketch
from streams.dedup.windows import ArrivalQueue, ExpiryQueue, from_millis, span_millis, to_millis

__all__ = [
    "ArrivalQueue",
    "ExpiryQueue",
    "NearIndex",
    "Seen",
    "SeenWindow",
    "Similarity",
    "fingerprint",
    "from_millis",
    "similarity",
    "sketch",
    "span_millis",
    "to_millis",
]
