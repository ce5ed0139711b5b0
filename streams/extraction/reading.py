"""What the rules look at: an article's words, sentences, parties, figures and dates, each found once."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import date, datetime
from functools import cached_property

from streams.contracts.articles import Article
from streams.extraction.actors import ActorMention, find_actors
from streams.extraction.event_dates import DateSpan, find_dates
from streams.extraction.quantities import CasualtySpan, casualty_spans
from streams.extraction.sentences import Sentence, split_sentences
from streams.extraction.triggers import Signal, find_signals
from streams.extraction.words import Words
from streams.places import Gazetteer, Location, PlaceMention, Resolver

_CLAUSE_WORDS = frozenset(
    [
        "after",
        "when",
        "while",
        "whether",
        "as",
        "which",
        "who",
        "whom",
        "where",
        "although",
        "though",
        "but",
        "before",
        "because",
    ]
)
LONGEST_READ = 400_000
"""Characters of a text that are read: some hundred articles' length, so that a hostile one stays below two seconds."""
_SCENE = frozenset(["in", "near", "named", "distance"])
"""Relations of a place to its sentence that speak of the scene and not of those who comment on it."""
_LEDE = 5
"""Sentences among which the lede is sought."""
_CLAUSE_MARKS = frozenset(',;:\u2013\u2014"\u201c\u201d')


class Passage:
    """One sentence of an article with all that is found in it; offsets are the article's unless said otherwise."""

    def __init__(self, reading: Reading, index: int, sentence: Sentence) -> None:
        self.reading = reading
        self.index = index
        self.sentence = sentence
        self.words = reading.words
        self.first, self.last = reading.words.range_of(sentence.start, sentence.end)

    @property
    def text(self) -> str:
        """The sentence."""
        return self.reading.text[self.sentence.start : self.sentence.end]

    @cached_property
    def signals(self) -> list[Signal]:
        """Trigger words, before guards and modality."""
        return find_signals(self.words, self.first, self.last)

    @cached_property
    def actors(self) -> list[ActorMention]:
        """Parties named, those that are part of a place name or an outlet's name left out."""
        return find_actors(self.words, self.first, self.last)

    @cached_property
    def casualties(self) -> list[CasualtySpan]:
        """Figures of people killed, hurt, captured, displaced; offsets count into the sentence."""
        return casualty_spans(self.text)

    @cached_property
    def dates(self) -> list[DateSpan]:
        """Date expressions; offsets count into the sentence."""
        return find_dates(self.text, self.reading.published, self.reading.lede_day)

    @cached_property
    def places(self) -> list[PlaceMention]:
        """Place names in the sentence."""
        return self.reading.places_between(self.sentence.start, self.sentence.end)

    @cached_property
    def clauses(self) -> list[int]:
        """The number of the clause that each word of the sentence stands in."""
        numbers: list[int] = []
        clause = 0
        text, words = self.reading.text, self.words
        for at in range(self.first, self.last):
            gap = text[words.ends[at - 1] : words.starts[at]] if at > self.first else ""
            if numbers and (words.keys[at] in _CLAUSE_WORDS or not _CLAUSE_MARKS.isdisjoint(gap)):
                clause += 1
            numbers.append(clause)
        return numbers

    def clause_of(self, word: int) -> int:
        """Return the number of the clause that holds a word (by its index in the article)."""
        return self.clauses[min(max(word, self.first), self.last - 1) - self.first]

    def distance(self, one: int, other: int) -> int:
        """Return how far apart two words stand, a clause boundary counting as several words."""
        return abs(one - other) + 6 * abs(self.clause_of(one) - self.clause_of(other))

    def keys(self, first: int, last: int) -> list[str]:
        """Return the word keys of a range of words, kept within the sentence."""
        return self.words.keys[max(first, self.first) : min(last, self.last)]

    def index_in(self, offset: int) -> int:
        """Return the index of the word at an offset into the sentence."""
        return min(self.words.index_at(self.sentence.start + offset), self.last - 1)


class Reading:
    """An article laid open."""

    def __init__(self, article: Article, gazetteer: Gazetteer) -> None:
        self.text = article.text[:LONGEST_READ]
        self.published: datetime | None = article.published_at
        self.words = Words(self.text)
        self.resolver = Resolver(gazetteer, self.text, article.title)
        self.passages = [
            Passage(self, index, sentence) for index, sentence in enumerate(split_sentences(self.text, article.title))
        ]
        self.title = article.title
        self._ends = [passage.sentence.end for passage in self.passages]
        self._mentions = self.resolver.mentions
        self._mention_starts = [mention.start for mention in self._mentions]

    @cached_property
    def lede_day(self) -> date | None:
        """The day that the first sentences tell: "Monday's attack" later in the article means it."""
        for passage in self.passages[:_LEDE]:
            if all(signal.trigger.signal == "means" for signal in passage.signals):
                continue  # a caption or a dateline
            for span in find_dates(passage.text, self.published):
                told = span.day and span.precision == 1 and span.relation == "on"
                if told and not span.historical and not span.future:
                    return span.day
        return None

    @cached_property
    def country(self) -> str | None:
        """The country that most places of the article lie in (ISO 3166-1): where its events are to be expected."""
        counts = Counter(m.place.country for m in self._mentions if m.place is not None and m.relation in _SCENE)
        return min(counts, key=lambda country: (-counts[country], country), default=None)

    def nation(self, country: str) -> Location | None:
        """Return a country as the article names it first, or None where it does not."""
        for mention in self._mentions:
            place = mention.place
            if place is not None and place.kind == "country" and place.country == country:
                return Location(
                    mention.text, place, country, None, None, None, 3, "scene.country", mention.start, mention.end
                )
        return None

    def passage_at(self, offset: int) -> Passage | None:
        """Return the sentence that holds an offset, or None for an offset between sentences or outside the text."""
        index = bisect_left(self._ends, offset + 1)
        passage = self.passages[index] if index < len(self.passages) else None
        return passage if passage is not None and passage.sentence.start <= offset else None

    def places_between(self, start: int, end: int) -> list[PlaceMention]:
        """Return the place names that begin in text[start:end]."""
        low, high = bisect_left(self._mention_starts, start), bisect_left(self._mention_starts, end)
        return self._mentions[low:high]
