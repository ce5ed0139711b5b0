"""Parties named in a text: armed groups, state forces, civilians; runs of words that name one are one mention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from streams.contracts.coding import Actor, ActorKind
from streams.extraction.lexicons import read_lexicon
from streams.extraction.words import Hit, PhraseTable, Words

CIVILIANS = "civilians"
"""The side of people who bear no arms."""
_LONGEST_LINK = 4  # words between a member and the group: "belonging to the so-called"
MILITANTS = "militants"
"""The side of armed people whose group the words do not tell."""


@dataclass(frozen=True, slots=True)
class ActorWord:
    """A row of actors.tsv."""

    word: str
    canonical: str | None
    kind: ActorKind | None
    side: str
    name: str


@dataclass(frozen=True, slots=True)
class ActorMention:
    """A party as a text names it.

    Attributes:
        first: Index of its first word.
        last: Index after its last word.
        start: Offset of the name in the text.
        end: Offset after the name.
        actor: Its coded form.
        side: The camp, for telling who fights whom.
        word: What kind of word names it: 'name', 'state', 'adj', 'head', 'voice' or 'civil'.
    """

    first: int
    last: int
    start: int
    end: int
    actor: Actor
    side: str
    word: str

    @property
    def armed(self) -> bool:
        """Whether the party can fight."""
        return self.word in {"name", "state", "adj", "head"}


@lru_cache(maxsize=1)
def _table() -> PhraseTable[ActorWord]:
    lexicon = read_lexicon("actors.tsv")
    rows = [
        (
            row["pattern"],
            ActorWord(
                row["word"],
                None if row["canonical"] == "-" else row["canonical"],
                None if row["kind"] == "-" else ActorKind(row["kind"]),
                row["side"],
                row["name"],
            ),
        )
        for row in lexicon.rows
    ]
    return PhraseTable(rows, lexicon.classes)


def find_actors(words: Words, first: int, last: int) -> list[ActorMention]:
    """Return the parties named in words[first:last], in order.

    Adjacent words join to one mention: "Syrian regime helicopters", "Daesh militants". The name is the shortest form
    that says who ("Daesh"), with the head where the rest is an adjective ("Russian jets").
    """
    mentions: list[ActorMention] = []
    run: list[Hit[ActorWord]] = []
    for hit in _table().scan(words, first, last):
        if run and (hit.first != run[-1].last or not _joins(run, hit, words)):
            mentions.extend(_mention(run, words))
            run = []
        run.append(hit)
    if run:
        mentions.extend(_mention(run, words))
    return _of_a_group(mentions, words)


def _of_a_group(mentions: list[ActorMention], words: Words) -> list[ActorMention]:
    """Read "fighters from Jaish al-Islam", "units of the SDF" as the group named."""
    joined: list[ActorMention] = []
    for mention in mentions:
        before = joined[-1] if joined else None
        vague = before is not None and before.side in {"", MILITANTS}
        if (before is not None and _is_abbreviation(words, before, mention)) or (
            before is not None and vague and mention.word == "name" and _belongs(words, before.last, mention.first)
        ):
            joined[-1] = replace(mention, first=before.first)
        else:
            joined.append(mention)
    return joined


def _is_abbreviation(words: Words, before: ActorMention, mention: ActorMention) -> bool:
    """Whether a mention is the short form of the one before it: "Syrian Democratic Forces (SDF)"."""
    between = words.text[words.ends[before.last - 1] : mention.start]
    return before.side == mention.side and mention.word == "name" and between.strip() == "("


def _belongs(words: Words, last: int, first: int) -> bool:
    between = words.keys[last:first]
    return 0 < len(between) <= _LONGEST_LINK and between[0] in {"of", "from", "belonging", "affiliated", "linked"}


def _joins(run: Sequence[Hit[ActorWord]], hit: Hit[ActorWord], words: Words) -> bool:
    before, after = run[-1].payload, hit.payload
    if words.text[words.ends[run[-1].last - 1] : words.starts[hit.first]].strip(" -"):
        return False
    if after.word in {"head", "state"}:
        return before.word in {"adj", "name", "state", "head"}
    if after.word in {"name", "adj"}:
        return before.word == "adj" or (before.word == "name" and after.side in {before.side, MILITANTS})
    return False


def _mention(run: list[Hit[ActorWord]], words: Words) -> list[ActorMention]:
    told = [hit for hit in run if hit.payload.word != "head"]
    if not told:
        return [_plain_head(run, words)]
    best = max(told, key=_telling)
    payload = best.payload
    # "Russian jets" needs its head; "Daesh militants" does not. Leading adjectives narrow a name ("Syrian regime").
    first = min((hit.first for hit in told if hit.first <= best.first), default=best.first)
    if payload.word == "name":
        first = best.first
    last = run[-1].last if payload.word == "adj" else best.last
    start, end = words.starts[first], words.ends[last - 1]
    name = payload.name if payload.name and last == best.last else _bare(words.text[start:end])
    actor = Actor(name=name, canonical=payload.canonical, kind=payload.kind)
    word = "name" if payload.word == "adj" and len(run) > 1 else payload.word
    return [ActorMention(run[0].first, run[-1].last, start, end, actor, payload.side, word)]


def _bare(name: str) -> str:
    if ")" in name and "(" not in name:  # "the Islamic State (IS) group"
        name = name.partition(")")[0]
    return name.partition(" (")[0].removesuffix("'s").removesuffix("\u2019s")


def _telling(hit: Hit[ActorWord]) -> tuple[int, int]:
    payload = hit.payload
    rank = {"voice": 4, "name": 3, "state": 2, "civil": 2, "adj": 1}[payload.word]
    return (rank if payload.side != MILITANTS else 0), -hit.first


def _plain_head(run: list[Hit[ActorWord]], words: Words) -> ActorMention:
    start, end = words.starts[run[0].first], words.ends[run[-1].last - 1]
    return ActorMention(run[0].first, run[-1].last, start, end, Actor(name=words.text[start:end]), "", "head")
