"""Dumps: JSON and PHP structures leave the story, the story stays."""

import pytest

from streams.normalise.draft import Draft
from streams.normalise.dumps import remove_dumps
from streams.normalise.paragraphs import lay_out

BEFORE = "The convoy left the town of Kafr Nabl at noon."
AFTER = "Monitors counted forty buses."
DUMPS = {
    "var_dump of a JSON string": 'string(64) "[{"id":"7","pic":"/2017/1.jpg","title":"Buses leave {again}"} ]"',
    "var_dump of a string": 'string(5) "buses"',
    "var_dump of an array": 'array(2) { [0]=> string(3) "a}b" ["k"]=> array(1) { ["x"]=> int(5) } }',
    "var_dump of an object": 'object(stdClass)#12 (1) { ["title"]=> string(5) "buses" }',
    "print_r": "Array ( [0] => Buses leave [more] => Array ( [id] => 5 ) )",
    "print_r of an object": "stdClass Object ( [id] => 7 [title] => Buses leave )",
    "var_export": "array ( 0 => 'x', 'title' => 'Buses leave', )",
    "serialize": 'a:2:{i:0;s:5:"buses";i:1;i:5;}',
    "JSON object": '{"@context":"https://schema.org","author":{"name":"R. Saleh"}}',
    "JSON list": '[{"id":1,"title":"Buses \\"leave\\""},{"id":2}]',
    "JSON over several lines": '[\n  {\n    "id": 1,\n    "title": "Buses leave"\n  }\n]',
}


def clean(text):
    return lay_out(remove_dumps(Draft("", text))).text


@pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
@pytest.mark.parametrize("glue", [" ", "\n\n"], ids=["in one line", "own paragraph"])
def test_a_dump_between_two_sentences_is_cut_and_nothing_else(dump, glue):
    assert clean(f"{BEFORE}{glue}{dump}{glue}{AFTER}") == f"{BEFORE}\n\n{AFTER}"


@pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
def test_a_dump_at_the_end_is_cut(dump):
    assert clean(f"{BEFORE}\n\n{dump}") == BEFORE


@pytest.mark.parametrize("length", [45, 60, 80, 110])
def test_a_dump_that_is_cut_off_is_cut_to_the_end(length):
    dump = (
        'string(928) "[{"id":"7","n":"36","title":"Buses leave the town"} ,{"id":"8","n":"37","title":"Talks go on"} ]"'
    )
    assert clean(f"{BEFORE}\n\n{dump[:length]}") == BEFORE


def test_what_was_cut_is_on_record():
    dump = DUMPS["JSON object"]
    assert [cut.text for cut in remove_dumps(Draft("", f"{BEFORE} {dump} {AFTER}")).cuts] == [dump]


@pytest.mark.parametrize(
    "story",
    [
        'The group (known as [the] Front) took an array of towns; "we won," it said [in Arabic].',
        "An array (of forces) met {sic} near the dam.",
        'He wrote: {"} and left.',
        "A string (of villages) fell.",
    ],
)
def test_brackets_and_quotes_of_prose_are_no_dump(story):
    assert clean(story) == story
