"""Which parties of a sentence take part in it, and are not only cited or a country named as a place."""

from __future__ import annotations

from streams.extraction.actors import ActorMention
from streams.extraction.cues import cue
from streams.extraction.reading import Passage


def acting_parties(passage: Passage) -> list[ActorMention]:
    """Return the parties that may act or suffer in a sentence, in order."""
    return [a for a in passage.actors if not _cited(passage, a) and not _is_site(passage, a)]


def _cited(passage: Passage, actor: ActorMention) -> bool:
    """Whether a mention only says who speaks: an adjective alone ("Syrian television") or the subject of "said"."""
    if actor.word == "voice":
        return True
    if actor.word == "adj":
        after = passage.keys(actor.last, actor.last + 3)
        return cue("act-noun").isdisjoint(after)
    behind = passage.keys(actor.last, actor.last + 1)
    if _spoken_for(passage, actor) or not cue("spokesperson-after").isdisjoint(behind):
        return True
    if behind and behind[0] in cue("speech") and behind[0] != "claimed":  # a group claims its attacks
        return True
    # "opposition forces on Sunday claimed that Russian jets ...": the subject of a verb of saying with a clause.
    after = passage.keys(actor.last, actor.last + 5)
    return any(word in cue("speech") and after[i + 1 : i + 2] == ["that"] for i, word in enumerate(after))


def _spoken_for(passage: Passage, actor: ActorMention) -> bool:
    """Whether a party only has a speaker here: "a source in the YPG", "a spokesman for the army"."""
    before = passage.keys(actor.first - 4, actor.first)
    speaker = next((i for i, word in enumerate(before) if word in cue("spokesperson-before")), None)
    return speaker is not None and not cue("spokesperson-link").isdisjoint(before[speaker + 1 :])


def _is_site(passage: Passage, actor: ActorMention) -> bool:
    """Whether a country's name is a place here: "the border with Turkey", "in Russia"."""
    return actor.word == "state" and not cue("site").isdisjoint(passage.keys(actor.first - 1, actor.first))
