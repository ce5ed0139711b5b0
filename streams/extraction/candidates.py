"""An event in the making: what the rules fill in before it becomes a mention."""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.contracts.coding import EventType, SubEventType
from streams.extraction.actors import ActorMention
from streams.extraction.event_dates import DateSpan
from streams.extraction.quantities import Casualties, CasualtySpan
from streams.extraction.reading import Passage
from streams.extraction.triggers import Signal
from streams.places import Location

VIOLENT = frozenset([EventType.BATTLES, EventType.EXPLOSIONS, EventType.VIOLENCE_AGAINST_CIVILIANS])

TAKINGS = frozenset([SubEventType.GOVERNMENT_REGAINS, SubEventType.NON_STATE_OVERTAKES])
"""The types that tell of territory changing hands by force."""


@dataclass(slots=True)
class Candidate:
    """An event that a sentence speaks of.

    Attributes:
        passage: The sentence.
        sub_event_type: What it is, so far.
        signals: The triggers that speak of it, the one that founded it first.
        weak: Whether its type is only the default of a vague word ("attack", "killed").
        anaphoric: Whether it points back to an event told before ("the attack", "the strikes").
        fresh: Whether it brings up an event of its own ("an attack", "another raid").
        mixed: Whether it tells air strikes and shelling in one breath, which later sentences may tell apart.
        region: The part of the article that tells it: its sentence, or its clauses where others tell something else.
        own_place: Whether a sentence that tells it names its place, rather than the sentences around.
        guessed_place: Whether neither its sentence nor those before tell its place: any later place may be it.
        row: Index of the sentence that told it in a row with others, each with its own place and dead.
        rules: Names of the rules that made it, in order of use.
    """

    passage: Passage
    sub_event_type: SubEventType
    signals: list[Signal]
    weak: bool = False
    anaphoric: bool = False
    fresh: bool = False
    mixed: bool = False
    rules: list[str] = field(default_factory=list)
    region: tuple[int, int] | None = None
    weapon: str | None = None
    spans: list[CasualtySpan] = field(default_factory=list)
    casualties: Casualties = field(default_factory=Casualties)
    location: Location | None = None
    own_place: bool = False
    guessed_place: bool = False
    row: int | None = None
    date: DateSpan | None = None
    actor1: ActorMention | None = None
    actor2: ActorMention | None = None
    attribution: str | None = None

    @property
    def family(self) -> EventType:
        """Its ACLED event type."""
        return self.sub_event_type.event_type

    @property
    def violent(self) -> bool:
        """Whether it is violence rather than protest or a strategic development."""
        return self.family in VIOLENT

    @property
    def counted(self) -> bool:
        """Whether it tells of people killed, hurt, captured or displaced, be it only "dozens"."""
        tolls = self.casualties
        return any(q is not None for q in (tolls.fatalities, tolls.injured, tolls.captured, tolls.displaced))

    @property
    def part(self) -> bool:
        """Whether its dead are told as a part of others ("ten of the dead")."""
        dead = [span for span in self.spans if span.role == "fatalities"]
        return bool(dead) and all(span.figure.subset for span in dead)

    @property
    def anchor(self) -> int:
        """Offset of its first trigger in the article."""
        return self.passage.words.starts[self.signals[0].first]
