"""Places that the gazetteer does not know but the text names as such: 'the villages of A and B', 'the X district'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.places.cues import cues
from streams.places.model import PlaceMention

if TYPE_CHECKING:
    from streams.places.surroundings import Reader
    from streams.places.tokens import Token

_LONGEST = 5


def unlisted(text: str, tokens: list[Token], reader: Reader, taken: set[int]) -> list[PlaceMention]:
    """Return mentions of places that no gazetteer entry covers, without candidates.

    Args:
        text: The text.
        tokens: Its words.
        reader: Reads what stands around a name.
        taken: Indexes of the words that known names cover; an unlisted name never overlaps one.
    """
    role = cues().role
    nouns = role["settlement"] | role["quarter"] | {"hill", "hills", "farms", "checkpoint", "area", "areas", "region"}
    found: list[PlaceMention] = []
    seen: set[int] = set(taken)
    lower = reader.lower
    for i, word in enumerate(lower):
        if word not in nouns or tokens[i].capital:
            continue
        first = i + 2 if i + 1 < len(lower) and lower[i + 1] == "of" else i + 1
        runs = _listed(text, tokens, first) if word not in {"capital", "stronghold"} and (first == i + 2) else []
        before = _run_before(text, tokens, i)
        if before:
            runs.append(before)
        for begin, end in runs:
            if seen.isdisjoint(range(begin, end + 1)) and not _is_plain(tokens, begin, end):
                seen.update(range(begin, end + 1))
                around = reader.read(begin, end)
                relation = "in" if around.relation in {"named", "list"} else around.relation
                start, stop = tokens[begin].start, tokens[end].end
                found.append(PlaceMention(start, stop, text[start:stop], (), relation, " ".join(around.modifiers)))
    return found


def _is_plain(tokens: list[Token], begin: int, end: int) -> bool:
    """Tell whether a run holds no name: a demonym or a common word alone."""
    known = cues()
    words = [token.word.lower() for token in tokens[begin : end + 1] if not token.article]
    return all(word in known.never or word in known.role["filler"] or word in known.role["direction"] for word in words)


def _listed(text: str, tokens: list[Token], first: int) -> list[tuple[int, int]]:
    """Return the capitalised runs of a list that begins at a word: 'A, B and C'."""
    runs: list[tuple[int, int]] = []
    j = first
    while j < len(tokens):
        run = _run_from(text, tokens, j)
        if run is None:
            break
        runs.append(run)
        after = run[1] + 1
        if after >= len(tokens):
            break
        gap = text[tokens[run[1]].end : tokens[after].start].strip()
        if gap not in {"", ","}:
            break
        if tokens[after].word.lower() == "and":
            j = after + 1
        elif gap == ",":
            j = after
        else:
            break
    return runs


def _run_from(text: str, tokens: list[Token], first: int) -> tuple[int, int] | None:
    j = first
    last = None
    while j < len(tokens) and j - first < _LONGEST:
        token = tokens[j]
        if j > first and text[tokens[j - 1].end : token.start] not in {" ", "-", ""}:
            break
        if not token.article:
            if not token.capital:
                break
            last = j
        j += 1
    return None if last is None else (first, last)


def _run_before(text: str, tokens: list[Token], noun: int) -> tuple[int, int] | None:
    """Return the capitalised run that ends right before a noun: 'Qaryat al-X neighbourhood'."""
    j = noun - 1
    first = None
    while j >= 0 and noun - j <= _LONGEST:
        token = tokens[j]
        if text[token.end : tokens[j + 1].start] not in {" ", "-", ""}:
            break
        if token.article:
            first = j if first is not None else None
        elif token.capital:
            first = j
        else:
            break
        j -= 1
    if first is None:
        return None
    opener = first == 0 or text[tokens[first].start - 2 : tokens[first].start - 1] in {".", "", "\n"}
    return None if opener and not tokens[first].article else (first, noun - 1)
