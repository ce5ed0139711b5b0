"""Whether what a trigger speaks of took place: denied, planned, hypothetical, habitual and old events are not news."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from streams.extraction.cues import cue
from streams.extraction.lexicons import read_lexicon
from streams.extraction.reading import Passage
from streams.extraction.triggers import Signal
from streams.extraction.words import Hit, PhraseTable

FACTUAL = "factual"
_COORDINATED = 16  # words over which one "to" rules two verbs


@dataclass(frozen=True, slots=True)
class ModalCue:
    """A row of modality.tsv; see its header."""

    reading: str
    reach: str
    words: int


@lru_cache(maxsize=1)
def _table() -> PhraseTable[ModalCue]:
    lexicon = read_lexicon("modality.tsv")
    rows = [(row["pattern"], ModalCue(row["reading"], row["reach"], int(row["words"] or 0))) for row in lexicon.rows]
    return PhraseTable(rows, lexicon.classes)


def modal_cues(passage: Passage) -> list[Hit[ModalCue]]:
    """Return the modal words of a sentence."""
    return list(_table().scan_all(passage.words, passage.first, passage.last))


def unreal(passage: Passage, signal: Signal, cues: list[Hit[ModalCue]]) -> str | None:
    """Return why a trigger's event is not asserted as news ('denied', 'planned', ...), or None if it is."""
    factual = any(hit.payload.reading == FACTUAL and _reaches(passage, hit, signal) for hit in cues)
    for hit in cues:
        if hit.payload.reading == FACTUAL or not _reaches(passage, hit, signal):
            continue
        if factual and hit.payload.reading in {"planned", "hypothetical"}:
            continue
        return hit.payload.reading
    if not factual and _is_bare_infinitive(passage, signal):
        return "planned"
    if signal.first == passage.first and signal.trigger.voice == "verb":
        return "notion" if passage.words.keys[signal.first].endswith("ing") else None
    return None


def _reaches(passage: Passage, hit: Hit[ModalCue], signal: Signal) -> bool:
    modal = hit.payload
    if modal.reach == "sentence":
        return True
    same = passage.clause_of(hit.first) == passage.clause_of(signal.first)
    if modal.reach == "clause":
        return same
    if modal.reach == "near" and signal.last <= hit.first:
        return same and hit.first - signal.last < modal.words
    return same and hit.last <= signal.first and signal.first - hit.last < modal.words


def _is_bare_infinitive(passage: Passage, signal: Signal) -> bool:
    """Whether the trigger is an infinitive of purpose: "to retake the town"."""
    before = passage.keys(signal.first - 1, signal.first)
    if signal.trigger.voice in {"noun", "mutual"} or before not in (["to"], ["and"]):
        return False
    if before == ["and"] and "to" not in passage.keys(signal.first - _COORDINATED, signal.first):
        return False  # "is determined to push ahead and capture the town"
    word = passage.words.keys[signal.first]
    return not word.endswith(("s", "ed", "ing")) and word not in cue("irregular-past")
