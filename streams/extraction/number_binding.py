"""Gives each figure of a sentence to the word that says what happened to the people it counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from streams.extraction.number_groups import Group, linked
from streams.extraction.number_nouns import is_plural, noun_class
from streams.extraction.number_reading import Tokens, load
from streams.extraction.number_triggers import (
    ACTIVES,
    AFTER,
    BE,
    BETWEEN,
    PARTICIPLES,
    Trigger,
    words_of,
)

_DATA = load("number_roles.toml")
_TOLL_LINKS = frozenset(_DATA["toll"]["links"].split())
_BOUNDARIES = words_of("boundaries")
_PREPOSITIONS = words_of("prepositions")
_SAYING = words_of("saying")
_CLAUSE_ENDS = words_of("clause_ends")
_COMPANY = words_of("company")
_OWN = words_of("possessives")
_PARTS = words_of("parts")
_REFLEXIVES = words_of("reflexives")
_DESCRIBING = words_of("describing")
_NEAR_LEADS = words_of("near_leads")
_FILLERS = _PARTS | BETWEEN | {",", "(", ")", "-", "\u2013", "\u2014", "and", "of", "more"}
_WINDOW = 40  # tokens back to a subject
_DEFINITE_WINDOW = 12  # the same for "the commander"
_TOLL_WINDOW = 25  # tokens on from "death toll" to its figure
_DESCRIPTION = 7  # tokens of "mostly women and children"
_NEAR, _NEAR_REDUCED = 8, 6  # tokens between a figure and the participle that belongs to it
_SPEECH = 7  # tokens from a source to its "said"
_LEAD = 3  # tokens before a noun that may hold the "and" of a second subject

_ORDER = (("toll",), ("passive", "subject"), ("active", "of"), ("reduced", "after"), ("noun",))
"""Surest constructions first: a figure that one has taken is lost to the rest."""


def bind(tokens: Tokens, groups: Sequence[Group], triggers: Sequence[Trigger]) -> list[tuple[Group, Trigger]]:
    """Return the groups that something happened to, each with its trigger, in order of the sentence."""
    return _Binding(tokens, groups, triggers).bind()


class _Binding:
    """The figures of one sentence and their owners; each figure has at most one."""

    def __init__(self, tokens: Tokens, groups: Sequence[Group], triggers: Sequence[Trigger]) -> None:
        self._tokens = tokens
        self._words = tokens.lower
        self._groups = groups
        self._triggers = triggers
        self._indexes = {trigger.index for trigger in triggers}
        self._verbs = {trigger.index for trigger in triggers if trigger.form in {"active", "reduced"}}
        self._firsts = [group.first for group in groups]
        self._stops = [group.stop for group in groups]
        self._inside = {index for group in groups for index in range(group.first, group.stop)}
        self._owner: dict[int, Trigger] = {}

    def bind(self) -> list[tuple[Group, Trigger]]:
        for forms in _ORDER:
            for trigger in self._triggers:
                if trigger.form not in forms:
                    continue
                number = self._find(trigger)
                if number is not None and number not in self._owner:
                    self._owner[number] = trigger
        for number, trigger in sorted(self._owner.items()):
            self._extend(number, trigger)
        self._accompany()
        owned = sorted(self._owner.items())
        return [(self._groups[number], trigger) for number, trigger in owned if not self._describes(number, trigger)]

    def _find(self, trigger: Trigger) -> int | None:
        if trigger.form == "toll":
            return self._toll(trigger)
        if trigger.form in {"passive", "subject"}:
            return self._subject(trigger)
        if trigger.form in {"active", "of"}:
            return self._object(trigger)
        if trigger.form == "noun":
            return self._holding(trigger.index)
        number = self._object(trigger) if trigger.form == "reduced" else None
        return number if number is not None else self._adjacent(trigger)

    def _fits(self, number: int, trigger: Trigger) -> bool:
        span = self._groups[number].span
        if self._groups[number].thing or number in self._owner:
            return False
        if trigger.nouns:
            return span.noun in trigger.nouns
        return not trigger.strict or (span.people and span.noun is not None)

    def _holding(self, index: int) -> int | None:
        """Return the group that holds a token: the "12 deaths" of its noun."""
        number = bisect_right(self._firsts, index) - 1
        return number if number >= 0 and index < self._stops[number] and self._fits_noun(number) else None

    def _fits_noun(self, number: int) -> bool:
        return not self._groups[number].thing and number not in self._owner

    def _starting(self, index: int) -> int | None:
        number = bisect_left(self._firsts, index)
        return number if number < len(self._firsts) and self._firsts[number] == index else None

    def _word(self, index: int) -> str:
        return self._words[index] if 0 <= index < len(self._words) else ""

    def _object(self, trigger: Trigger) -> int | None:
        """Find the figure just after "killed", "killing himself and", "deaths of"."""
        index = trigger.after
        while self._starting(index) is None and (
            self._word(index) in BETWEEN or self._word(index) in _REFLEXIVES or self._word(index) == ":"
        ):
            index += 1
        if self._word(index) == "and" and self._word(index - 1) in _REFLEXIVES:
            index += 1
        number = self._starting(index)
        if number is None or not self._fits(number, trigger):
            return None
        return None if self._has_rival(number, trigger) else number

    def _has_rival(self, number: int, trigger: Trigger) -> bool:
        """Tell whether a figure belongs to its own participle: "5 killed 12 wounded". Evacuated wounded do not."""
        stop = self._stops[number]
        rival = PARTICIPLES.get(self._word(stop)) or AFTER.get(self._word(stop))
        if rival is None or stop not in self._indexes or trigger.form == "of":
            return False
        return not (trigger.role in {"displaced", "captured"} and rival == "injured")

    def _adjacent(self, trigger: Trigger) -> int | None:
        """Find the figure just before "killed", "dead"; its parts may stand between."""
        number, edge = bisect_right(self._stops, trigger.edge) - 1, trigger.edge
        while number >= 0:
            group = self._groups[number]
            between = self._words[group.stop : edge]
            if not _described(between) and not _FILLERS.issuperset(between):
                return self._near(number, edge, trigger)
            if not group.span.subset or group.partitive or not number:
                break
            edge, number = group.first, number - 1
        if number < 0 or not self._fits(number, trigger) or self._groups[number].definite:
            return None
        return number

    def _near(self, number: int, edge: int, trigger: Trigger) -> int | None:
        """Allow "40 people in Aleppo killed": no verb and no other trigger between."""
        group = self._groups[number]
        between = self._words[group.stop : edge]
        limit = _NEAR_REDUCED if trigger.form == "reduced" else _NEAR
        if len(between) > limit or not between or between[0] not in _NEAR_LEADS:
            return None
        if group.definite or group.span.noun is None or not group.span.people or not self._fits(number, trigger):
            return None
        verbs = (_BOUNDARIES, BE, PARTICIPLES, ACTIVES)
        return None if any(word in known for word in between for known in verbs) else number

    def _subject(self, trigger: Trigger) -> int | None:
        """Find the figure that is the subject of "were killed", "died"."""
        edge = trigger.edge
        last = bisect_left(self._firsts, edge) - 1
        for number in range(last, -1, -1):
            group = self._groups[number]
            if group.stop > edge:  # the verb ends the group itself: "35 cases of suffocation"
                return number if self._fits(number, trigger) and not group.definite else None
            if edge - group.stop > _WINDOW or number in self._owner or self._blocked(group, edge, trigger):
                return None
            if self._passed_over(number, edge):
                continue
            of_other_verb = group.first - 1 in self._verbs
            return number if self._fits(number, trigger) and not of_other_verb else None
        return None

    def _passed_over(self, number: int, edge: int) -> bool:
        """Tell whether a group before a verb is no subject: a part, a thing, "from one family", "the town's mayor"."""
        group = self._groups[number]
        if group.thing or (group.span.subset and not group.partitive and number):
            return True
        if self._word(group.first - 1) in _PREPOSITIONS and not self._joined(group):
            return True
        return group.definite and edge - group.stop > _DEFINITE_WINDOW

    def _blocked(self, group: Group, edge: int, trigger: Trigger) -> bool:
        """Tell whether something between figure and verb says that another noun is the subject."""
        evacuated = trigger.role in {"displaced", "captured"}
        for index in range(group.stop, edge):
            word = self._words[index]
            adjective = index == group.stop and evacuated and PARTICIPLES.get(word) == "injured"
            if word in _BOUNDARIES or (index in self._indexes and not adjective):
                return True
            if index not in self._inside and noun_class(word, word) == "people" and is_plural(word):
                lead = self._words[max(index - _LEAD, group.stop) : index]
                second = ("and" in lead or "," in lead) and _OWN.isdisjoint(lead)
                if second and _PARTS.isdisjoint(self._words[group.stop : index]):
                    return True
        return False

    def _toll(self, trigger: Trigger) -> int | None:
        """Find the figure of "the death toll from the raids has risen to 40"."""
        for number in range(bisect_left(self._firsts, trigger.after), len(self._groups)):
            group = self._groups[number]
            if group.first > trigger.after + _TOLL_WINDOW or ";" in self._words[trigger.after : group.first]:
                return None
            told = self._word(group.first - 1) in _TOLL_LINKS or group.first == trigger.after
            if told and not group.thing and not group.span.subset and self._word(group.stop) != "to":
                return number
        return None

    def _extend(self, number: int, trigger: Trigger) -> None:
        """Give the other items of a list the same role: "seven soldiers and three officers were killed"."""
        group = self._groups[number]
        backward = trigger.form not in {"active", "of", "toll"} and group.stop <= trigger.index + 1
        step = -1 if backward else 1
        while 0 <= number + step < len(self._groups):
            following = number + step
            if not self._fits(following, trigger) or not self._listed(*sorted((number, following))):
                return
            if self._speaks(following):
                return
            elided = self._groups[following].span.noun is None and self._groups[number].span.noun is None
            if elided and not backward:
                return
            if not self._groups[following].span.subset:
                self._owner[following] = trigger
            number = following

    def _speaks(self, number: int) -> bool:
        """Tell whether a group is a source: "killing six, a doctor at the hospital said"."""
        stop = self._stops[number]
        for word in self._words[stop : stop + _SPEECH]:
            if word in _SAYING:
                return True
            if word in _CLAUSE_ENDS:
                return False
        return False

    def _listed(self, left: int, right: int) -> bool:
        """Tell whether two groups stand in one list; feeds often lose its commas ("a boy a girl and two women")."""
        one, other = self._groups[left], self._groups[right]
        bare = one.stop == other.first and one.span.noun is not None and other.span.noun is not None
        if not bare and not linked(self._tokens, one, other):
            return False
        return not any(
            index in self._indexes or self._words[index] in BE or self._words[index] in _BOUNDARIES - {"as"}
            for index in range(one.stop, other.first)
        )

    def _accompany(self) -> None:
        """Give "along with eight IS members" the role of the figure before it."""
        for number, group in enumerate(self._groups):
            if number and self._joined(group) and group.span.people and group.span.noun:
                trigger = next((self._owner[n] for n in range(number - 1, -1, -1) if n in self._owner), None)
                if trigger and self._fits(number, trigger):
                    self._owner[number] = trigger

    def _joined(self, group: Group) -> bool:
        return self._word(group.first - 1) == "with" and self._word(group.first - 2) in _COMPANY

    def _describes(self, number: int, trigger: Trigger) -> bool:
        """Tell whether a part only describes a total of another role: 35 evacuated, "among them 12 wounded"."""
        group = self._groups[number]
        if not group.span.subset or group.partitive:
            return False
        for parent in range(number - 1, -1, -1):
            if not self._groups[parent].thing and not self._groups[parent].span.subset:
                owner = self._owner.get(parent)
                return owner is not None and owner.role != trigger.role
        return False


def _described(between: Sequence[str]) -> bool:
    """Tell whether the words after a figure only describe it: "10 people, mostly schoolchildren, killed"."""
    words = between[1:] if between[:1] == [","] else between
    return bool(words) and words[0] in _DESCRIBING and len(words) <= _DESCRIPTION
