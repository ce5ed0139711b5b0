"""One region: takes in messages in order, and tells what to publish and what to write.

The agent publishes a step's outputs, awaits their acknowledgement, and then writes the step's `writes` in order to
the state table, whose changelog is one partition. After a crash the table holds some prefix of all writes, and the
broker hands out again the messages from some earlier one on. What makes a replay give the same events, byte by byte:

- The article's entry is written last in its step. Where it is in the table, all of the message is done: a replay.
- Each mention writes its event's state once, with the mention's coordinates in it. Where only the first mentions of
  a message had been written, they are recognised by these and the work goes on with the next.
- No two mentions of one message join one event. All that the later mentions see of the earlier ones is that their
  events are taken, and that is known from the coordinates.
- Nothing depends on anything but the table and the message: no clock, no random, no order of sets.
- Entries are kept for the last `replay_reach` messages, whatever the time: replays that reach farther back
  (thousands of messages of one region after one commit) would be taken for new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from streams.dedup import ExpiryQueue, to_millis
from streams.fusion.articles import Articles, key_of
from streams.fusion.candidates import LiveIndex
from streams.fusion.match import match
from streams.fusion.profile import profile_of
from streams.fusion.reports import LiveEvent
from streams.fusion.revise import Arrival, Current, event_id, found, publish, take_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.contracts import Duplicate, Event, Mention, Mentions
    from streams.fusion.articles import Verdict
    from streams.fusion.settings import FusionSettings

Outcome = Literal["published", "update", "absorbed", "duplicate", "empty", "replay"]
Entry = dict[str, Any]
Write = tuple[str, Entry | None]


@dataclass(frozen=True, slots=True)
class Step:
    """What one message led to."""

    outcome: Outcome
    """published: events of a new article. update: events changed by a newer version of a report. absorbed: only
    state changed. duplicate: nothing new. empty: no mention. replay: this article was taken in before."""
    events: tuple[Event, ...] = ()
    """New events and revisions, in the order of their mentions."""
    verdict: Duplicate | None = None
    """The record for `articles.duplicates`."""
    writes: tuple[Write, ...] = ()
    """Table writes in order; None deletes the key."""


class Region:
    """The live state of one region. Not thread safe.

    A step either takes effect as a whole or, where it raises, not at all.
    """

    def __init__(self, code: str, settings: FusionSettings, version: str) -> None:
        """Start a region without a past; `version` goes into the trace of its events."""
        self._code = code
        self._settings = settings
        self._version = version
        self._articles = Articles(settings)
        self._events: dict[str, Current] = {}
        self._index = LiveIndex()
        self._expiry = ExpiryQueue(settings.event_window)
        self._clock = 0
        self._gone: list[str] = []
        self._interrupted: list[str] = []

    @classmethod
    def load(cls, code: str, settings: FusionSettings, version: str, entries: Iterable[tuple[str, Entry]]) -> Self:
        """Rebuild a region from its table entries, in any order; entries of other regions are passed over."""
        region = cls(code, settings, version)
        articles, events = f"{code}/a/", f"{code}/e/"
        versions = []
        for key, entry in entries:
            if key.startswith(articles):
                versions.append((key.removeprefix(articles), entry))
            elif key.startswith(events):
                region._hold(Current.of(LiveEvent.from_entry(key.removeprefix(events), entry)))
        region._articles.load(versions)
        states = [event.state for event in region._events.values()]
        region._clock = region._articles.clock
        region._interrupted = [state.event_id for state in states if state.applied.number > region._articles.number]
        return region

    def __len__(self) -> int:
        """Return the number of live events."""
        return len(self._events)

    def step(self, message: Mentions) -> Step:
        """Take in one message."""
        if key_of(message) in self._articles:
            return Step("replay")
        at = to_millis(message.ingested_at) if message.ingested_at else self._clock
        now = max(self._clock, at)
        self._expire(now)
        verdict = self._articles.judge(message)
        fused = [] if verdict.kind == "duplicate" else self._fuse(message, verdict.root, now, at)
        events = tuple(publish(event, self._version) for event in fused if self._is_news(event))
        outcome = _outcome(message, verdict, events)
        return Step(outcome, events, verdict.audit, tuple(self._commit(message, verdict, fused, now)))

    def _expire(self, now: int) -> None:
        """Forget what left its window. The deletes stay noted until a step succeeds, should this one raise."""
        self._gone += [f"{self._code}/a/{key}" for key in self._articles.expire(now)]
        for gone in self._expiry.due(now):
            event = self._events.pop(gone)
            self._index.discard(gone, event.profile, _roots(event))
            self._gone.append(f"{self._code}/e/{gone}")

    def _fuse(self, message: Mentions, root: str, now: int, at: int) -> list[Current]:
        """Return the events after each mention of the message that is not yet in the table; change nothing."""
        number = self._articles.number + 1
        done = self._done(message)
        taken = set(done.values())
        fused = []
        for index, mention in enumerate(message.mentions):
            if index in done:
                continue
            event = self._join(mention, Arrival(message, index, root, number, now, at), taken)
            taken.add(event.state.event_id)
            fused.append(event)
        return fused

    def _join(self, mention: Mention, arrival: Arrival, taken: set[str]) -> Current:
        """Return the live event that a mention belongs to, after it, or the one that it founds."""
        profile = profile_of(mention)
        best: tuple[tuple[float, int, int, str], Current, tuple[str, ...]] | None = None
        heard = self._index.heard(arrival.root)
        for candidate in self._index.candidates(profile) | heard:
            if candidate in taken:
                continue
            event = self._events[candidate]
            scored = match(profile, event.profile, self._settings.threshold, same_report=candidate in heard)
            if scored is None:
                continue
            rank = (scored.points, event.merged.sources, event.state.touched, candidate)
            if best is None or rank > best[0]:
                best = rank, event, (*scored.rules, f"fusion:score={scored.points:g}")
        if best:
            return take_in(best[1], arrival, best[2], self._settings)
        attempt = 0
        while (new_id := event_id(arrival.message, arrival.index, attempt)) in taken or new_id in self._events:
            if new_id not in taken:  # the same mention again, after its article left the window
                return take_in(self._events[new_id], arrival, ("fusion:same-mention",), self._settings)
            attempt += 1
        return found(arrival, new_id)

    def _done(self, message: Mentions) -> dict[int, str]:
        """Return the events of those mentions that a crash let into the table before the article's entry."""
        applied = [(event_id, self._events[event_id].state.applied) for event_id in self._interrupted]
        return {
            done.mention: event_id
            for event_id, done in applied
            if (done.article_id, done.fingerprint) == (message.article_id, message.fingerprint)
        }

    def _is_news(self, event: Current) -> bool:
        before = self._events.get(event.state.event_id)
        return before is None or before.state.revision != event.state.revision

    def _commit(self, message: Mentions, verdict: Verdict, fused: list[Current], now: int) -> Iterator[Write]:
        """Make the step's outcome the state; yield the writes that make it the table's."""
        yield from ((key, None) for key in self._gone)
        for event in fused:
            self._hold(event)
            yield f"{self._code}/e/{event.state.event_id}", event.state.to_entry()
        self._gone.clear()
        self._interrupted.clear()
        self._clock = now
        yield f"{self._code}/a/{key_of(message)}", self._articles.remember(message, verdict, now)

    def _hold(self, event: Current) -> None:
        held = self._events.get(event.state.event_id)
        if held:
            self._index.discard(held.state.event_id, held.profile, _roots(held))
        self._events[event.state.event_id] = event
        self._index.add(event.state.event_id, event.profile, _roots(event))
        self._expiry.push(event.state.event_id, event.state.touched)


def _outcome(message: Mentions, verdict: Verdict, events: tuple[Event, ...]) -> Outcome:
    if verdict.kind == "duplicate":
        return "duplicate"
    if not message.mentions:
        return "empty"
    if not events:
        return "absorbed"
    return "update" if verdict.kind == "update" else "published"


def _roots(event: Current) -> set[str]:
    return {report.root for report in event.state.reports}
