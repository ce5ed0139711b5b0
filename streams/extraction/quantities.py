"""Counts of people in a sentence, and the tolls that they make up.

The policy ("at least 52", "dozens") is in `data/number_policy.toml`, nouns in `data/number_lexicon.toml`, the words
that bind a figure to the dead or the injured in `data/number_roles.toml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streams.contracts.coding import Qualifier, Quantity
from streams.extraction.number_groups import QuantitySpan, find_groups
from streams.extraction.number_reading import Tokens
from streams.extraction.number_roles import CasualtySpan, casualty_spans
from streams.extraction.number_triggers import Role

__all__ = [
    "Casualties",
    "CasualtySpan",
    "QuantitySpan",
    "Role",
    "casualties",
    "casualty_spans",
    "find_quantities",
    "tally",
    "total",
]

_RETOLD = 5  # a figure this large that stands twice in a sentence is one toll told twice


@dataclass(frozen=True, slots=True)
class Casualties:
    """What a sentence tells of people killed, injured, captured and displaced; null where it is silent."""

    fatalities: Quantity | None = None
    injured: Quantity | None = None
    captured: Quantity | None = None
    displaced: Quantity | None = None


def find_quantities(sentence: str) -> list[QuantitySpan]:
    """Return the counts of a sentence in order. Dates, ages, times and numbers in names are no counts."""
    return [group.span for group in find_groups(Tokens(sentence), sentence) if not group.definite]


def total(quantities: Sequence[Quantity]) -> Quantity:
    """Add up figures of separate groups ("seven soldiers and three officers", both sides' dead).

    A vague figure beside a firm one makes the sum a lower bound: "16 and several others" is at least 16.
    Nothing to add gives a quantity with no bounds.
    """
    firm = [quantity for quantity in quantities if quantity.qualifier != "vague"]
    added = firm or list(quantities)
    if len(added) <= 1 and len(added) == len(quantities):
        return added[0] if added else Quantity()
    text = " + ".join(quantity.text for quantity in quantities)
    low = sum(quantity.low or 0 for quantity in added)
    best = _sum([quantity.best for quantity in added])
    if firm and len(firm) < len(quantities):
        return Quantity(low=low, best=best if best is not None else low, high=None, qualifier="at_least", text=text)
    high = _sum([quantity.high for quantity in added])
    return Quantity(low=low, best=best, high=high, qualifier=_qualifier(added, high), text=text)


def _sum(bounds: list[int | None]) -> int | None:
    known = [bound for bound in bounds if bound is not None]
    return sum(known) if len(known) == len(bounds) else None


def _qualifier(added: Sequence[Quantity], high: int | None) -> Qualifier:
    kinds = {quantity.qualifier for quantity in added}
    if len(kinds) == 1:
        return kinds.pop()
    if high is None:
        return "at_least"
    return "approx" if kinds <= {"exact", "approx"} else "range"


def tally(spans: Sequence[CasualtySpan]) -> Casualties:
    """Add up any choice of `casualty_spans`, such as those of one event of a sentence.

    A running toll replaces the other figures of its role; parts of a total count only where no total is told.
    """
    return Casualties(
        fatalities=_tally(spans, "fatalities"),
        injured=_tally(spans, "injured"),
        captured=_tally(spans, "captured"),
        displaced=_tally(spans, "displaced"),
    )


def _tally(spans: Sequence[CasualtySpan], role: Role) -> Quantity | None:
    chosen = [span for span in spans if span.role == role]
    if not chosen:
        return None
    tolls = [span for span in chosen if span.toll]
    if tolls:
        return tolls[-1].figure.quantity
    chosen = [span for span in chosen if not span.figure.subset] or chosen
    figures: list[CasualtySpan] = []
    for span in chosen:
        if not any(_retold(span, other) for other in figures):
            figures.append(span)
    quantities = [span.figure.quantity for span in figures]
    return _sum_of_parts(quantities) or total(
        [quantity for quantity in quantities if quantity.high != 0] or quantities[:1]
    )


def _sum_of_parts(quantities: list[Quantity]) -> Quantity | None:
    """Return a figure that the others only break down: "19 were executed, 18 shot and one beheaded"."""
    whole, *parts = quantities
    if len(parts) > 1 and whole.best is not None and whole.best == _sum([part.best for part in parts]):
        return whole
    return None


def _retold(span: CasualtySpan, other: CasualtySpan) -> bool:
    """Tell whether two figures are one toll told twice, as a headline that runs into its first sentence does."""
    one, two = span.figure.quantity, other.figure.quantity
    if one.best is None or one.best != two.best or span.trigger == other.trigger:
        return False
    same_words = one.best > 1 or one.text.lower() == two.text.lower()
    return one.best >= _RETOLD or (span.figure.noun == other.figure.noun and same_words)


def casualties(sentence: str) -> Casualties:
    """Return the tolls of a whole sentence. Two events in it need `casualty_spans` and `tally`."""
    return tally(casualty_spans(sentence))
