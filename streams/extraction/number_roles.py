"""Reads the tolls of a sentence: each figure with what happened to the people that it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from streams.contracts.coding import Quantity
from streams.extraction.number_binding import bind
from streams.extraction.number_groups import QuantitySpan, find_groups
from streams.extraction.number_reading import Tokens, load
from streams.extraction.number_triggers import Role, find_triggers

_DATA = load("number_roles.toml")
_IN_TOTAL = frozenset(_DATA["toll"]["after"])
_NONE_BOTH = frozenset(_DATA["none"]["both"])
_NONE_DEAD = frozenset(_DATA["none"]["dead_only"])
_NONE_STARTS = frozenset(phrase.split()[0] for phrase in _NONE_BOTH | _NONE_DEAD)
_UNKNOWN = frozenset(_DATA["none"]["unknown"])
_LONGEST_NONE = 5  # tokens of "without causing any casualties"


@dataclass(frozen=True, slots=True)
class CasualtySpan:
    """A figure with its role: what happened to the people that it counts.

    `start` and `end` cover figure and trigger word; `trigger` is the offset of the trigger word itself
    ("killed"), to tell which event of a sentence it belongs to.
    """

    start: int
    end: int
    role: Role
    figure: QuantitySpan
    trigger: int
    toll: bool = False
    """A running total ("death toll rose to 40"): replaces the sentence's other figures of its role."""


def casualty_spans(sentence: str) -> list[CasualtySpan]:
    """Return every figure of a sentence that has a role, in order of their offsets."""
    tokens = Tokens(sentence)
    found = list(_none_spans(tokens, sentence))
    groups = find_groups(tokens, sentence)
    triggers = list(find_triggers(tokens, groups)) if groups else []
    for group, trigger in bind(tokens, groups, triggers):
        start, end = tokens.starts[trigger.index], tokens.ends[trigger.index]
        toll = trigger.form == "toll" or bool(tokens.begins_with(group.stop, _IN_TOTAL))
        figure = group.span
        found.append(
            CasualtySpan(min(figure.start, start), max(figure.end, end), trigger.role, figure, start, toll=toll)
        )
    return sorted(found, key=lambda span: (span.figure.start, span.trigger, span.role))


def _none_spans(tokens: Tokens, sentence: str) -> Iterator[CasualtySpan]:
    """Read "no casualties", "no one was hurt" as the figure 0, unless nothing is known yet."""
    for index, word in enumerate(tokens.lower):
        if word not in _NONE_STARTS or tokens.begins_with(index, _UNKNOWN):
            continue
        roles: tuple[Role, ...] = ("fatalities", "injured")
        length = tokens.begins_with(index, _NONE_BOTH, _LONGEST_NONE)
        if not length:
            length, roles = tokens.begins_with(index, _NONE_DEAD, _LONGEST_NONE), ("fatalities",)
        if length:
            start, end = tokens.starts[index], tokens.ends[index + length - 1]
            zero = Quantity(low=0, best=0, high=0, text=sentence[start:end])
            figure = QuantitySpan(start, end, zero, None, people=True, subset=False)
            for role in roles:
                yield CasualtySpan(start, end, role, figure, start)
