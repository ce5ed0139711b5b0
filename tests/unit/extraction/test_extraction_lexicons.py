"""The data files hold together: what a column names exists, every type has its codes, no row stands twice."""

from __future__ import annotations

from collections import Counter

import pytest

from streams.contracts import ActorKind, SubEventType
from streams.extraction.crosswalk import codes
from streams.extraction.cues import cue
from streams.extraction.guards import GUARDS
from streams.extraction.lexicons import read_lexicon

FILES = ["triggers.tsv", "actors.tsv", "modality.tsv", "cues.tsv", "sources.tsv", "crosswalk.tsv"]


@pytest.mark.parametrize("kind", list(SubEventType))
def test_every_sub_event_type_has_codes_of_other_ontologies(kind: SubEventType) -> None:
    assert codes(kind).plover
    assert codes(kind).cameo


def test_every_guard_that_a_trigger_names_exists_and_every_guard_is_used() -> None:
    named = {row["guard"] for row in read_lexicon("triggers.tsv").rows} - {"", "-"}
    assert named == set(GUARDS)


def test_triggers_name_signals_and_voices_that_the_rules_know() -> None:
    rows = read_lexicon("triggers.tsv").rows
    assert {row["signal"] for row in rows} <= {"event", "means", "assault", "blast", "toll"}
    voices = {"verb", "noun", "mutual", "none", "move", "agree", "leave", "protest", "fall", "loss", "-"}
    assert {row["voice"] for row in rows} <= voices


def test_actor_words_are_of_known_kinds() -> None:
    rows = read_lexicon("actors.tsv").rows
    assert {row["word"] for row in rows} <= {"name", "adj", "head", "state", "voice", "civil"}
    assert {row["kind"] for row in rows} - {"-"} <= {kind.value for kind in ActorKind}


def test_modal_words_have_a_reading_and_a_reach() -> None:
    rows = read_lexicon("modality.tsv").rows
    readings = {"denied", "planned", "hypothetical", "called-for", "habitual", "background", "factual", "caption"}
    assert {row["reading"] for row in rows} <= readings
    assert {row["reach"] for row in rows} <= {"before", "near", "clause", "sentence"}


@pytest.mark.parametrize("name", FILES)
def test_no_row_stands_twice(name: str) -> None:
    rows = Counter(tuple(row.items()) for row in read_lexicon(name).rows)
    assert [row for row, times in rows.items() if times > 1] == []


def test_cue_sets_have_names_of_their_own() -> None:
    names = [row["cue"] for row in read_lexicon("cues.tsv").rows]
    assert len(names) == len(set(names))


def test_an_unknown_cue_set_is_an_error() -> None:
    with pytest.raises(KeyError):
        cue("no such set")
