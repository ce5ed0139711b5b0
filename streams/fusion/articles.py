"""The articles of a region: which came already, and what a new one repeats or corrects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from streams.contracts import Duplicate, Sketch
from streams.dedup import ArrivalQueue, NearIndex, Similarity
from streams.fusion.facts import Fact, facts_of, tells_news

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.contracts import Mentions
    from streams.fusion.settings import FusionSettings


@dataclass(frozen=True, slots=True)
class Known:
    """An article that was taken in."""

    article_id: str
    root: str
    """First article of its cluster of near-duplicates."""
    facts: tuple[Fact, ...]
    number: int
    """How many messages the region had taken in, this one included."""
    seen: int
    """The region's clock when it came, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a new article is to those before it."""

    kind: Literal["new", "duplicate", "update"]
    root: str
    """First article of the cluster of near-duplicates that it belongs to."""
    facts: tuple[Fact, ...]
    """What is known through it. A duplicate stands for what it repeats, or copies of copies could drift day by day."""
    audit: Duplicate | None
    """The record for `articles.duplicates`; None for a new article."""


def key_of(message: Mentions) -> str:
    """Return the key of an article's version."""
    return f"{message.article_id}/{message.fingerprint}"


class Articles:
    """Articles by version, with the near-duplicate index over those within the window."""

    def __init__(self, settings: FusionSettings) -> None:
        self._known: dict[str, Known] = {}
        self._latest: dict[str, str] = {}
        self._near = NearIndex()
        self._in_window = ArrivalQueue(settings.near_window, 0)
        self._kept = ArrivalQueue(settings.near_window, settings.replay_reach)
        self.number = 0
        """How many messages the region has taken in."""
        self.clock = 0
        """The latest of the region's clock that an article came at, in milliseconds."""

    def load(self, entries: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Take in table entries by version, in any order."""
        for key, entry in sorted(entries, key=lambda item: int(item[1]["number"])):
            facts = tuple((digest, day) for digest, day in entry["facts"])
            known = Known(entry["article_id"], entry["root"], facts, entry["number"], entry["seen"])
            self._hold(key, known, Sketch(minhash=entry["minhash"], shingles=entry["shingles"]))

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def __len__(self) -> int:
        return len(self._known)

    def expire(self, now: int) -> list[str]:
        """Forget what left the window before the next message, which comes at `now`; return the keys to delete."""
        for _, key in self._in_window.due(self.number + 1, now):
            self._near.discard(key)
            article_id = self._known[key].article_id
            if self._latest.get(article_id) == key:
                del self._latest[article_id]
        gone = [key for _, key in self._kept.due(self.number + 1, now)]
        for key in gone:
            del self._known[key]
        return gone

    def judge(self, message: Mentions) -> Verdict:
        """Tell whether a message repeats or corrects an article within the window."""
        facts = facts_of(message.mentions)
        earlier = self._latest.get(message.article_id)
        if earlier:  # the same URL with another text: always a version of that article, whatever else it resembles
            known = self._known[earlier]
            alike = self._near.compare(earlier, message.sketch)
            news = tells_news(facts, known.facts, alike.jaccard) or tells_news(known.facts, facts, alike.jaccard)
            return _verdict(message, facts if news else None, known, alike)
        hits = [(self._known[key], alike) for key, alike in self._near.near(message.sketch)]
        for known, alike in hits:
            if not tells_news(facts, known.facts, alike.jaccard):
                return _verdict(message, None, known, alike)
        if hits:
            return _verdict(message, facts, *hits[0])
        return Verdict("new", message.article_id, facts, None)

    def remember(self, message: Mentions, verdict: Verdict, now: int) -> dict[str, Any]:
        """Take in a message, and return its table entry."""
        known = Known(message.article_id, verdict.root, verdict.facts, self.number + 1, now)
        self._hold(key_of(message), known, message.sketch)
        return {
            "article_id": known.article_id,
            "root": known.root,
            "facts": [list(fact) for fact in known.facts],
            "number": known.number,
            "seen": known.seen,
            "minhash": message.sketch.minhash,
            "shingles": message.sketch.shingles,
        }

    def _hold(self, key: str, known: Known, sketch: Sketch) -> None:
        self._known[key] = known
        self._latest[known.article_id] = key
        self._near.add(key, sketch)
        self._in_window.push(key, known.number, known.seen)
        self._kept.push(key, known.number, known.seen)
        self.number = max(self.number, known.number)
        self.clock = max(self.clock, known.seen)


def _verdict(message: Mentions, news: tuple[Fact, ...] | None, known: Known, alike: Similarity) -> Verdict:
    """Return the verdict that a message updates `known` by `news`, or with None, that it repeats it."""
    kind: Literal["duplicate", "update"] = "duplicate" if news is None else "update"
    audit = Duplicate(
        article_id=message.article_id,
        of=known.article_id,
        kind=kind,
        similarity=round(alike.jaccard, 3),
        region=message.region,
        source=message.source,
        url=message.url,
        origin=message.origin,
    )
    return Verdict(kind, known.root, known.facts if news is None else news, audit)
