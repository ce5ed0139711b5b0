"""Who is cited for an event: "SOHR said", "according to state media"."""

from __future__ import annotations

from functools import lru_cache

from streams.extraction.cues import cue
from streams.extraction.lexicons import read_lexicon
from streams.extraction.reading import Passage
from streams.extraction.words import PhraseTable

_REACH = 7  # words between a source and its verb of saying


@lru_cache(maxsize=1)
def _table() -> PhraseTable[str]:
    lexicon = read_lexicon("sources.tsv")
    return PhraseTable(((row["pattern"], row["name"]) for row in lexicon.rows), lexicon.classes)


def attribution(passage: Passage) -> str | None:
    """Return who is cited in a sentence: the source nearest to a verb of saying, or None."""
    verbs = [at for at in range(passage.first, passage.last) if passage.words.keys[at] in cue("speech")]
    if not verbs:
        return None
    best: tuple[int, int, str] | None = None
    for hit in _table().scan(passage.words, passage.first, passage.last):
        gap = min(min(abs(hit.last - verb), abs(hit.first - verb)) for verb in verbs)
        if gap <= _REACH and (best is None or (gap, hit.first) < best[:2]):
            best = (gap, hit.first, hit.payload)
    return best[2] if best else None
