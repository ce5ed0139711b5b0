"""Names that stand for something else: a government, a group, a dateline, the venue of a statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from streams.places.cues import cues, romanised

if TYPE_CHECKING:
    from streams.places.model import PlaceMention
    from streams.places.tokens import Token

_LOCATIVE = frozenset({"in", "near", "distance", "from", "to"})
_DASH = re.compile(r"\s*(?:[-–—:]|--)\s*\S|[-–—]\s")  # noqa: RUF001
_SENTENCE_END = '.!?\n"”)]'
_REACH = 7
_WELL_KNOWN = 50_000


class Site(NamedTuple):
    """Where a name stands among the words of a text: words first..last."""

    text: str
    tokens: list[Token]
    first: int
    last: int


def standing(site: Site, mention: PlaceMention, *, home: bool) -> str:
    """Return 'organisation', 'dateline', 'government' or 'venue' for a name that stands for one, else ''.

    Args:
        site: Where the name stands.
        mention: The name, its relation not yet settled when it joins a list.
        home: Whether its country is one of the home countries, whose capital is more often a place than a government.
    """
    text, tokens, first, last = site
    role = cues().role
    following = [token.word.lower() for token in tokens[last + 1 : last + 3]]
    preceding = [token.word.lower() for token in tokens[max(0, first - _REACH) : first] if not token.article]
    if _is_organisation(site, well_known=mention.candidates[0].weight >= _WELL_KNOWN or mention.relation in _LOCATIVE):
        return "organisation"
    key = romanised(mention.text)
    if _is_dateline(text, tokens, last, mention):
        return "dateline"
    if mention.relation in _LOCATIVE:
        return "venue" if _is_venue(key, preceding, mention) else ""
    place = mention.place
    if place is None or (place.kind != "country" and key not in role["seat"]) or mention.modifier:
        return ""
    if place.kind == "country":
        return "government"
    acts = bool(following) and following[0] in role["government_verb"]
    addressed = bool(preceding) and preceding[-1] in role["government_preposition"]
    abroad = not home and not role["happening"].intersection(following)
    return "government" if acts or addressed or abroad else ""


def _is_organisation(site: Site, *, well_known: bool) -> bool:
    """Tell whether the words around a name make it a group's or a person's: 'Army of Homs', 'Ansari said'."""
    text, tokens, first, last = site
    role = cues().role
    i = first - 1
    while i >= 0 and tokens[i].article:
        i -= 1
    if i >= 0 and tokens[i].capital and tokens[i].word.lower() in role["organisation_prefix"]:
        return text[tokens[i].end : tokens[i + 1].start] == " "
    after = tokens[last + 1 : last + 3]
    if after and after[0].word.lower() == "based" and text[tokens[last].end : after[0].start] == "-":
        return True
    if not after or text[tokens[last].end : after[0].start] != " ":
        return False
    word = after[0].word.lower()
    if word in role["speaking"] and not well_known:
        return True  # a person's name: places this small do not speak
    if word in role["organisation_noun"]:
        return after[0].capital or word in role["office"]
    return (
        len(after) > 1
        and after[0].capital
        and word in role["organisation_adjective"]
        and after[1].capital
        and after[1].word.lower() in role["organisation_noun"]
    )


def _is_dateline(text: str, tokens: list[Token], last: int, mention: PlaceMention) -> bool:
    role = cues().role
    if mention.relation in _LOCATIVE and not mention.text.isupper():
        return False
    end = tokens[last].end
    if cues().agencies.match(text, end):
        return True
    before = text[max(0, mention.start - _REACH) : mention.start].rstrip(" ")
    opens = not before.strip() or before[-1] in _SENTENCE_END
    if not opens and not mention.text.isupper() and not before[-4:].strip().isdigit():
        return False
    if opens and _DASH.match(text, end):
        return True
    return (
        romanised(mention.text) in role["bureau"]
        and not mention.modifier
        and last + 1 < len(tokens)
        and text[end : tokens[last + 1].start] in {" ", ", "}
        and tokens[last + 1].capital
        and not text[tokens[last + 1].start : tokens[last + 1].end].isupper()
    )


def _is_venue(key: str, preceding: list[str], mention: PlaceMention) -> bool:
    role = cues().role
    if mention.relation not in {"in", "from", "to"}:
        return False
    near = preceding[-5:]
    if role["speech"].intersection(near):
        return True
    return key in role["venue"] and mention.relation == "in" and bool(role["talks"].intersection(preceding))
