"""Reads the words around a name: how the text relates to the place, and what narrows or widens it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from streams.places.cues import Cues, cues
from streams.places.tokens import Token

_REACH = 9
_BREAKS = frozenset('.;:?!\n\r"”“()[]|')


class Surroundings(NamedTuple):
    """What the words before and after a name say.

    Attributes:
        relation: 'in', 'near', 'distance', 'from', 'to'; 'list' when it joins the name before; 'named' with no cue.
        modifiers: Narrowing and widening words, in the order of the text.
        cued: Whether a preposition of place or a word such as 'town' stands at the name.
    """

    relation: str
    modifiers: tuple[str, ...]
    cued: bool


@lru_cache(maxsize=1)
def _measures() -> re.Pattern[str]:
    units = "|".join(sorted(cues().role["measure"]))
    return re.compile(rf"\d\s*(?:{units})\b", re.IGNORECASE)


class Reader:
    """Reads the surroundings of names in one text."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self.lower = [token.word.lower() for token in tokens]
        self._cues: Cues = cues()
        self._measure = _measures()

    def read(self, first: int, last: int) -> Surroundings:
        """Return the surroundings of the name made of tokens first..last."""
        relation, before = self._before(first)
        after = self._after(last)
        cued = relation in {"in", "near", "distance", "from", "to"} or bool(
            self._cues.narrowing.intersection(before) or self._cues.nouns_after.intersection(after)
        )
        return Surroundings(relation, (*before, *after), cued)

    def _before(self, first: int) -> tuple[str, list[str]]:
        """Walk left from a name to the word that leads to it; return the relation and the narrowing words passed."""
        role = self._cues.role
        modifiers: list[str] = []
        after_of = False
        for j in range(first - 1, max(-1, first - 1 - _REACH), -1):
            word = self.lower[j]
            gap = self._gap(j)
            if gap == "," or (word in role["join"] and word != "to"):
                return ("list" if j == first - 1 and gap != "." else "named"), modifiers
            if gap == ".":
                break
            relation = self._leading(word, j, after_of=after_of)
            if relation:
                if word in role["direction"]:
                    modifiers.insert(0, word)
                return relation, modifiers
            if word == "of":
                after_of = True
            elif word in self._cues.narrowing or (after_of and word in role["site"]):
                modifiers.insert(0, word)
                after_of = False
            elif word not in role["filler"] and not word.isdigit():
                break
        return "named", modifiers

    def _gap(self, j: int) -> str:
        """Return what stands after word j: '.' where a sentence or bracket ends, ',' for a comma, else ''."""
        gap = self._text[self._tokens[j].end : self._tokens[j + 1].start]
        if gap in {" ", "-"}:
            return ""
        return "." if any(c in _BREAKS for c in gap) else "," if "," in gap else ""

    def _leading(self, word: str, j: int, *, after_of: bool) -> str:
        """Return the relation that a word makes, or '' when the walk goes on.

        Args:
            word: Word j in lower case.
            j: Its index.
            after_of: Whether 'of' stands after it, as in 'north of X'.
        """
        role = self._cues.role
        if word == "of":
            return "from" if j and self.lower[j - 1] in role["out"] else ""
        if word in role["direction"]:
            if not after_of:
                return ""
            return "distance" if self._measured(j) else "near"
        return self._preposition(word, j)

    def _preposition(self, word: str, j: int) -> str:
        role = self._cues.role
        if word == "to" and j and self.lower[j - 1] in role["near_to"]:
            return "near"
        if word == "from" and j and self.lower[j - 1] in role["measure"]:
            return "distance"
        for name in ("near", "in", "from", "to"):
            if word in role[name]:
                return name
        return ""

    def _measured(self, j: int) -> bool:
        """Tell whether a distance stands before a direction: '25 km to the east', '30 miles north'."""
        first = max(0, j - 4)
        return self._measure.search(self._text, self._tokens[first].start, self._tokens[j].start) is not None

    def _after(self, last: int) -> list[str]:
        """Return the narrowing words after a name up to the noun they end in: "Raqqa's eastern districts"."""
        modifiers: list[str] = []
        for j in range(last + 1, min(last + 5, len(self._tokens))):
            if self._gap(j - 1):
                break
            word = self.lower[j]
            if word in self._cues.passing_after:
                modifiers.append(word)
                continue
            if word in self._cues.nouns_after:
                return [m for m in (*modifiers, word) if m not in self._cues.role["filler"]]
            break
        return []
