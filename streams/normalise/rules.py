"""The order in which a story is cleaned: this list is the processing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from streams.normalise import characters, dumps, head, headlines, markup, paragraphs, passages, tail

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.normalise.draft import Draft


class Rule(NamedTuple):
    """One step of cleaning, with the name that its cuts carry."""

    name: str
    apply: Callable[[Draft], Draft]


def _strip_markup(draft: Draft) -> Draft:
    text = markup.strip(draft.text)
    # Entities decode to anything, also to what the first cleaning took out.
    return draft if text == draft.text else replace(draft, text=characters.clean(text))


def _clean_title(draft: Draft) -> Draft:
    return replace(draft, title=headlines.clean_title(draft.title))


RULES: tuple[Rule, ...] = (
    Rule("markup", _strip_markup),
    Rule("dumps", dumps.remove_dumps),
    Rule("title", _clean_title),
    Rule("layout", paragraphs.lay_out),
    Rule("title-from-body", passages.adopt_title),
    Rule("menu", passages.drop_menu),
    Rule("related-lists", paragraphs.drop_related_lists),
    Rule("furniture-lines", paragraphs.drop_furniture_lines),
    Rule("date-lines", passages.take_date_lines),
    Rule("head", head.peel),
    Rule("tail", tail.trim),
    Rule("tags", passages.remove_tags),
    Rule("controls", passages.remove_controls),
    Rule("credits", passages.remove_credits),
    Rule("glued-sentences", paragraphs.part_glued_sentences),
    Rule("repeats", paragraphs.drop_repeated_paragraphs),
    Rule("layout", paragraphs.lay_out),
)


def clean(draft: Draft) -> Draft:
    """Run every rule, in order. A story of nothing but its headline keeps that as its text."""
    for rule in RULES:
        draft = rule.apply(draft)
    if not any(char.isalnum() for char in draft.text) and any(
        cut.rule in {"head-title", "title-from-body"} for cut in draft.cuts
    ):
        draft = replace(draft, text=draft.title)
    return draft
