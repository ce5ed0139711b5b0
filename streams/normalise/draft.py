"""The draft: an article while the rules work on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple


class Cut(NamedTuple):
    """What a rule took out: the proof that nothing of the story went with it."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Title and text so far, the date lines found, and everything cut."""

    title: str
    text: str
    date_lines: tuple[str, ...] = ()
    cuts: tuple[Cut, ...] = ()

    def cut(self, rule: str, start: int, end: int, *, instead: str = "") -> Draft:
        """Return the draft without `text[start:end]`, the loss noted under the rule's name."""
        return replace(
            self,
            text=self.text[:start] + instead + self.text[end:],
            cuts=(*self.cuts, Cut(rule, self.text[start:end])),
        )

    def rewritten(self, rule: str, text: str, lost: list[str]) -> Draft:
        """Return the draft with another text, and what that lost noted under the rule's name."""
        return replace(self, text=text, cuts=(*self.cuts, *(Cut(rule, part) for part in lost)))

    def dated(self, line: str) -> Draft:
        """Return the draft with one more date line."""
        return replace(self, date_lines=(*self.date_lines, line))
