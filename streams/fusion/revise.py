"""Revising: what a mention makes of an event, and whether consumers must hear of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from streams.contracts import Coding, Event, Trace
from streams.dedup import from_millis
from streams.fusion.merge import merge
from streams.fusion.profile import TOLLS, Profile, actor_key, place_name, profile_of
from streams.fusion.reports import Applied, LiveEvent, Report, carry_over, coding_of, evidence_of

if TYPE_CHECKING:
    from streams.contracts import Actor, Evidence, Mentions, Quantity
    from streams.fusion.merge import Merged
    from streams.fusion.settings import FusionSettings

_PLAIN = (
    "event_type",
    "sub_event_type",
    "country",
    "admin1",
    "latitude",
    "longitude",
    "geo_precision",
    "event_date",
    "date_precision",
)
"""Slots whose every change consumers hear of."""
_MAX_RULES = 24


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mention as it comes in: of which message, which cluster, when."""

    message: Mentions
    index: int
    """Place of the mention in its message."""
    root: str
    """First article of the cluster of near-duplicates that the message belongs to."""
    number: int
    """How many messages the region has taken in, this one included."""
    now: int
    """The region's clock, in milliseconds."""
    at: int
    """Ingest time of the message, in milliseconds; the clock where the message has none."""


@dataclass(frozen=True, slots=True)
class Current:
    """A live event with what follows from its state."""

    state: LiveEvent
    merged: Merged
    profile: Profile

    @classmethod
    def of(cls, state: LiveEvent) -> Current:
        """Work out what follows from a state."""
        merged = merge(state.reports, state.faded)
        return cls(state, merged, profile_of(merged.said))


def event_id(message: Mentions, index: int, attempt: int = 0) -> str:
    """Return the id of an event that a mention founds; `attempt` is above 0 where the id is taken."""
    founder = "\x1f".join(map(str, (message.region, message.article_id, message.fingerprint, index, attempt)))
    return "e-" + hashlib.blake2b(founder.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def found(arrival: Arrival, new_id: str) -> Current:
    """Return the event that a mention founds, at revision 1."""
    return Current.of(
        LiveEvent(
            event_id=new_id,
            revision=1,
            changed=(),
            touched=arrival.now,
            first_seen=arrival.at,
            last_seen=arrival.at,
            articles=1,
            reports=(_report(arrival),),
            faded=(),
            evidence=(_evidence(arrival),),
            rules=_rules(arrival, ("fusion:founded",)),
            applied=_applied(arrival),
        )
    )


def take_in(event: Current, arrival: Arrival, why: tuple[str, ...], settings: FusionSettings) -> Current:
    """Return the event after one more mention, at the next revision if something changed that consumers care about.

    It replaces the earlier word of its article or cluster of near-duplicates, but for what it leaves untold.

    Args:
        event: the event so far.
        arrival: the mention.
        why: the rules that led it here.
        settings: how many reports and pieces of evidence are kept.
    """
    state, report, piece = event.state, _report(arrival), _evidence(arrival)
    article_id = report.article_id
    counted = {old.article_id for old in state.reports} | {old.article_id for old in state.evidence}
    standing = []
    for old in state.reports:
        if old.root == report.root or old.article_id == article_id:
            report = replace(report, said=carry_over(report.said, old.said))
        else:
            standing.append(old)
    reports = (*standing, report)
    outdated, reports = reports[: -settings.max_reports], reports[-settings.max_reports :]
    evidence = (*(old for old in state.evidence if old.article_id != article_id), piece)
    after = Current.of(
        replace(
            state,
            touched=arrival.now,
            first_seen=min(state.first_seen, arrival.at),
            last_seen=max(state.last_seen, arrival.at),
            articles=state.articles + (article_id not in counted),
            reports=reports,
            faded=tuple(sorted({*state.faded, *(old.source for old in outdated)})),
            evidence=evidence[-settings.max_evidence :],
            rules=_rules(arrival, why),
            applied=_applied(arrival),
        )
    )
    changed = changes(event.merged, after.merged)
    if not changed:
        return after
    return replace(after, state=replace(after.state, revision=state.revision + 1, changed=changed))


def changes(before: Merged, after: Merged) -> tuple[str, ...]:
    """Return the slots, in the order of the contract, whose change is worth a revision.

    Another spelling of the same place or actor, another wording of the same number, weapon, attribution and the
    count of articles are not.
    """
    old, new = _significant(before), _significant(after)
    return tuple(slot for slot, value in new.items() if value != old[slot])


def publish(event: Current, version: str) -> Event:
    """Return the event as consumers see it. The same state and version give the same bytes."""
    state, merged = event.state, event.merged
    return Event(
        **{slot: getattr(merged.said, slot) for slot in Coding.model_fields},
        event_id=state.event_id,
        revision=state.revision,
        evidence=state.evidence,
        articles=state.articles,
        sources=merged.sources,
        first_seen=from_millis(state.first_seen) if state.first_seen else None,
        last_seen=from_millis(state.last_seen) if state.last_seen else None,
        confidence=merged.confidence,
        changed=state.changed,
        trace=Trace(version=version, rules=state.rules),
    )


def _significant(merged: Merged) -> dict[str, Any]:
    said = merged.said
    values: dict[str, Any] = {slot: getattr(said, slot) for slot in _PLAIN}
    values["location"] = place_name(said.location or "")
    values["actor1"], values["actor2"] = _actor(said.actor1), _actor(said.actor2)
    values |= {slot: _toll(getattr(said, slot)) for slot in TOLLS}
    ordered = {slot: values[slot] for slot in Coding.model_fields if slot in values}
    return {**ordered, "sources": merged.sources}


def _actor(actor: Actor | None) -> tuple[object, ...] | None:
    return (actor_key(actor), actor.kind) if actor else None


def _toll(toll: Quantity | None) -> tuple[object, ...] | None:
    return (toll.low, toll.best, toll.high) if toll else None


def _report(arrival: Arrival) -> Report:
    message = arrival.message
    said = coding_of(message.mentions[arrival.index])
    return Report(arrival.root, message.article_id, message.source, arrival.at, said)


def _evidence(arrival: Arrival) -> Evidence:
    return evidence_of(arrival.message, arrival.message.mentions[arrival.index])


def _rules(arrival: Arrival, why: tuple[str, ...]) -> tuple[str, ...]:
    told = arrival.message.mentions[arrival.index].rules
    return (*told[: _MAX_RULES - len(why)], *why)


def _applied(arrival: Arrival) -> Applied:
    return Applied(arrival.message.article_id, arrival.message.fingerprint, arrival.index, arrival.number)
