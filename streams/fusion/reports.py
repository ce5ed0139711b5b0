"""What is remembered of a live event: each article's word, its evidence, and the last mention taken in.

Everything here is immutable and has one JSON form, the entry in the state table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from streams.contracts import Coding, Evidence

if TYPE_CHECKING:
    from streams.contracts import Mention, Mentions

_PLACE = ("country", "admin1", "location", "latitude", "longitude", "geo_precision")
_DATE = ("event_date", "date_precision")
_TOLD_OR_NOT = ("actor1", "actor2", "fatalities", "injured", "captured", "displaced", "weapon", "attribution")
_NOT_PRECISE = 4
_SLOTS = tuple(name for name in Coding.model_fields if name != "modality")


class Applied(NamedTuple):
    """The last mention that an event took in. After a crash it tells what of a message was already done."""

    article_id: str
    fingerprint: str
    mention: int
    """Index of the mention in its message."""
    number: int
    """How many messages the region had taken in, this one included."""


@dataclass(frozen=True, slots=True)
class Report:
    """One article's word on an event."""

    root: str
    """First article of its cluster of near-duplicates: all of them are one witness."""
    article_id: str
    source: str
    at: int
    """Ingest time in milliseconds."""
    said: Coding

    def to_entry(self) -> dict[str, Any]:
        """Return the JSON form."""
        said = self.said.model_dump(mode="json", exclude_none=True, exclude={"modality"})
        entry = {"article_id": self.article_id, "source": self.source, "at": self.at, "said": said}
        return entry if self.root == self.article_id else {"root": self.root, **entry}

    @classmethod
    def from_entry(cls, entry: dict[str, Any]) -> Self:
        """Read the JSON form."""
        article_id = entry["article_id"]
        said = Coding.model_validate(entry["said"])
        return cls(entry.get("root", article_id), article_id, entry["source"], entry["at"], said)


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event that is still open to reports."""

    event_id: str
    revision: int
    changed: tuple[str, ...]
    """Slots that the last published revision changed."""
    touched: int
    """The region's clock at the last mention, in milliseconds: drives the window."""
    first_seen: int
    """Earliest ingest time of a report, in milliseconds."""
    last_seen: int
    articles: int
    reports: tuple[Report, ...]
    """In order of arrival; one a cluster and article."""
    faded: tuple[str, ...]
    """Outlets of reports too old to be kept, sorted."""
    evidence: tuple[Evidence, ...]
    """In order of arrival; one an article."""
    rules: tuple[str, ...]
    """Extraction rules of the last mention, then why fusion put it here."""
    applied: Applied

    def to_entry(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "revision": self.revision,
            "changed": list(self.changed),
            "touched": self.touched,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "articles": self.articles,
            "reports": [report.to_entry() for report in self.reports],
            "faded": list(self.faded),
            "evidence": [piece.model_dump(mode="json", exclude_none=True) for piece in self.evidence],
            "rules": list(self.rules),
            "applied": list(self.applied),
        }

    @classmethod
    def from_entry(cls, event_id: str, entry: dict[str, Any]) -> Self:
        """Read the JSON form."""
        return cls(
            event_id=event_id,
            revision=entry["revision"],
            changed=tuple(entry["changed"]),
            touched=entry["touched"],
            first_seen=entry["first_seen"],
            last_seen=entry["last_seen"],
            articles=entry["articles"],
            reports=tuple(Report.from_entry(report) for report in entry["reports"]),
            faded=tuple(entry["faded"]),
            evidence=tuple(Evidence.model_validate(piece) for piece in entry["evidence"]),
            rules=tuple(entry["rules"]),
            applied=Applied(*entry["applied"]),
        )


def coding_of(mention: Mention) -> Coding:
    """Return the coded slots of a mention without its sentence."""
    return Coding.model_construct(**{name: getattr(mention, name) for name in _SLOTS}, modality="asserted")


def carry_over(new: Coding, old: Coding) -> Coding:
    """Return a newer word of one witness with what it leaves untold taken from the older one.

    A place or date told less precisely than before is not taken back, nor is a toll that is no longer told.
    """
    slots = [slot for slot in _TOLD_OR_NOT if getattr(new, slot) is None]
    if (new.geo_precision or _NOT_PRECISE) > (old.geo_precision or _NOT_PRECISE):
        slots += _PLACE
    if new.event_date is None or (new.date_precision or _NOT_PRECISE) > (old.date_precision or _NOT_PRECISE):
        slots += _DATE
    return new.model_copy(update={slot: getattr(old, slot) for slot in slots})


def evidence_of(message: Mentions, mention: Mention) -> Evidence:
    """Return the evidence that a mention is, its time in milliseconds: that is how it comes back from the table."""
    published_at = message.published_at
    if published_at is not None:
        published_at = published_at.replace(microsecond=published_at.microsecond // 1000 * 1000)
    return Evidence(
        article_id=message.article_id,
        url=message.url,
        source=message.source,
        published_at=published_at,
        sentence=mention.sentence,
        start=mention.start,
        end=mention.end,
    )
