"""From an article to its events: the ordered rules, and the mentions that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from streams.contracts.articles import Article
from streams.contracts.coding import SubEventType
from streams.contracts.mentions import Mention
from streams.extraction.attribution import attribution
from streams.extraction.candidates import Candidate
from streams.extraction.context import dated_by_lede, placed_by_context, same_actor, told_enough, typed_by_row
from streams.extraction.crosswalk import codes
from streams.extraction.merge import merge
from streams.extraction.placing import place
from streams.extraction.proposals import propose
from streams.extraction.reading import Reading
from streams.extraction.roles import assign_roles
from streams.extraction.settling import date_of, settle_type
from streams.extraction.tolls import assign_casualties
from streams.extraction.totals import without_parts, without_totals, without_war_tolls
from streams.places import Gazetteer, load_gazetteer

MAX_MENTIONS = 200
"""Most events that one article may give; a text that tells more is not news."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A step from candidates to events; its name shows in the trace of what it drops or changes."""

    name: str
    apply: Callable[[list[Candidate]], list[Candidate]]


def _each(action: Callable[[Candidate], None]) -> Callable[[list[Candidate]], list[Candidate]]:
    def apply(candidates: list[Candidate]) -> list[Candidate]:
        for candidate in candidates:
            action(candidate)
        return candidates

    return apply


def _dated(candidates: list[Candidate]) -> list[Candidate]:
    """Date candidates; what happened long ago or is yet to come is not news."""
    kept = []
    for candidate in candidates:
        span = date_of(candidate)
        if span is not None and (span.historical or span.future):
            continue
        if span is not None and span.relation == "since" and not candidate.counted:
            continue  # "strikes have intensified since the truce collapsed": a state of things
        candidate.date = span
        kept.append(candidate)
    return kept


def _placed(candidates: list[Candidate]) -> list[Candidate]:
    return [one for candidate in candidates for one in place(candidate)]


def _cited(candidate: Candidate) -> None:
    candidate.attribution = attribution(candidate.passage)


SENTENCE_RULES: tuple[Rule, ...] = (
    Rule("roles", _each(assign_roles)),
    Rule("types-by-parties", _each(settle_type)),
    Rule("toll-of-a-war", without_war_tolls),
    Rule("dated", _dated),
    Rule("placed", _placed),
    Rule("attributed", _each(_cited)),
)
"""What happens to the candidates of one sentence, in this order, after they are proposed and have their tolls."""

ARTICLE_RULES: tuple[Rule, ...] = (
    Rule("placed-by-context", placed_by_context),
    Rule("told-again", merge),
    Rule("means-of-its-row", typed_by_row),
    Rule("same-actor-goes-on", same_actor),
    Rule("told-enough", told_enough),
    Rule("sum-of-parts", without_totals),
    Rule("part-of-total", without_parts),
    Rule("dated-by-lede", _each(dated_by_lede)),
)
"""What happens to the candidates of an article, in this order."""


class Coder:
    """Codes the conflict events of articles. Holds no state between articles; safe to share between threads."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def code(self, article: Article) -> list[Mention]:
        """Return the events that an article tells, each once, in the order of their evidence.

        Deterministic; linear in the length of the text, of which LONGEST_READ characters are read; at most
        MAX_MENTIONS.
        """
        reading = Reading(article, self._gazetteer)
        candidates: list[Candidate] = []
        for passage in reading.passages:
            proposed = propose(passage)
            assign_casualties(passage, proposed)
            candidates.extend(_run(SENTENCE_RULES, proposed))
            if len(candidates) >= 2 * MAX_MENTIONS:
                break
        events = _run(ARTICLE_RULES, candidates)
        events.sort(key=lambda event: (event.passage.sentence.start, event.anchor))
        return [_mention(event) for event in events[:MAX_MENTIONS]]


def _run(rules: Iterable[Rule], candidates: list[Candidate]) -> list[Candidate]:
    for rule in rules:
        if not candidates:
            return candidates
        candidates = rule.apply(candidates)
    return candidates


def _mention(event: Candidate) -> Mention:
    kind: SubEventType = event.sub_event_type
    crosswalk = codes(kind)
    location, span = event.location, event.date
    sentence = event.passage.sentence
    tolls = event.casualties
    day = span.day if span is not None else None
    return Mention(
        event_type=kind.event_type,
        sub_event_type=kind,
        plover=crosswalk.plover,
        plover_mode=crosswalk.plover_mode,
        cameo=crosswalk.cameo,
        country=location.country if location else None,
        admin1=(location.admin1 or location.country) if location else None,
        location=location.name if location else None,
        latitude=location.latitude if location else None,
        longitude=location.longitude if location else None,
        geo_precision=location.precision if location else None,
        event_date=day,
        date_precision=span.precision if span is not None and day is not None else None,
        actor1=event.actor1.actor if event.actor1 else None,
        actor2=event.actor2.actor if event.actor2 else None,
        fatalities=tolls.fatalities,
        injured=tolls.injured,
        captured=tolls.captured,
        displaced=tolls.displaced,
        weapon=event.weapon,
        attribution=event.attribution,
        sentence=event.passage.text,
        start=sentence.start,
        end=sentence.end,
        rules=tuple(dict.fromkeys(event.rules)),
    )


@lru_cache(maxsize=8)
def load_coder(countries: tuple[str, ...] = ("SY",)) -> Coder:
    """Return the coder for these home countries (ISO 3166-1 alpha-2), from a cache after the first call."""
    return Coder(load_gazetteer(countries))
