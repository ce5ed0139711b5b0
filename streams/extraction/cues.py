"""Word sets that rules and guards look for, read from cues.tsv."""

from __future__ import annotations

from functools import lru_cache

from streams.extraction.lexicons import read_lexicon


@lru_cache(maxsize=1)
def _cues() -> dict[str, frozenset[str]]:
    return {row["cue"]: frozenset(row["words"].split("|")) for row in read_lexicon("cues.tsv").rows}


def cue(name: str) -> frozenset[str]:
    """Return a word set of cues.tsv.

    Raises:
        KeyError: there is none of that name.
    """
    return _cues()[name]
