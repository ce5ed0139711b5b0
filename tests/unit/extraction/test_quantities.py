"""Figures and what they count: the policy, the traps, the tolls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contracts.coding import Quantity
from streams.extraction.quantities import casualties, casualty_spans, find_quantities, tally, total

ROLES = ("fatalities", "injured", "captured", "displaced")


def bounds(quantity):
    return quantity and (quantity.low, quantity.best, quantity.high, quantity.qualifier)


def figure(sentence):
    """Bounds of the first figure of a sentence."""
    return bounds(find_quantities(sentence)[0].quantity)


def tolls(sentence):
    """Best figures by role; roles without figure left out."""
    found = casualties(sentence)
    return {role: getattr(found, role).best for role in ROLES if getattr(found, role) is not None}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("52 people died", (52, 52, 52, "exact")),
        ("at least 52 people died", (52, 52, None, "at_least")),
        ("Over 52 people died", (52, 52, None, "at_least")),
        ("more than 52 people died", (52, 52, None, "at_least")),
        ("no fewer than 52 people died", (52, 52, None, "at_least")),
        ("20+ fighters died", (20, 20, None, "at_least")),
        ("20 fighters or more died", (20, 20, 20, "exact")),
        ("some 30 people died", (27, 30, 33, "approx")),
        ("nearly two dozen people died", (21, 24, 27, "approx")),
        ("30 to 40 people died", (30, 30, 40, "range")),
        ("30-40 people died", (30, 30, 40, "range")),
        ("between thirty and forty people died", (30, 30, 40, "range")),
        ("two or three people died", (2, 2, 3, "range")),
        ("up to 30 people died", (0, None, 30, "at_most")),
        ("as many as 30 people died", (0, None, 30, "at_most")),
        ("several people died", (3, 3, 9, "vague")),
        ("dozens of people died", (12, 12, 99, "vague")),
        ("tens of people died", (10, 10, 99, "vague")),
        ("scores of people died", (10, 10, 99, "vague")),
        ("hundreds of people died", (100, 100, 999, "vague")),
        ("a large number of militants died", (3, 3, 99, "vague")),
        ("several dozen people died", (36, 36, 119, "vague")),
        ("hundreds of thousands of people fled", (100_000, 100_000, 999_999, "vague")),
    ],
)
def test_qualifiers_follow_the_policy(sentence, expected):
    assert figure(sentence) == expected


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Twenty-three", 23),
        ("twenty three", 23),
        ("a dozen", 12),
        ("half a dozen", 6),
        ("two dozen", 24),
        ("both", 2),
        ("one hundred and twenty", 120),
        ("two thousand five hundred", 2500),
        ("9,500", 9500),
        ("9500", 9500),
        ("9 000", 9000),
        ("1.5 million", 1_500_000),
        ("half a million", 500_000),
    ],
)
def test_words_and_digits_mean_the_same(words, value):
    assert find_quantities(f"{words} civilians left")[0].quantity.best == value


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2016 the town changed hands.",
        "The truce began on July 4.",
        "It was signed on 4 July 2016.",
        "The 21-02-2017 report named nobody.",
        "The blast came at 6:30 near the mosque.",
        "A raid hit the road 54km from the dam.",
        "Resolution 2254 calls for talks.",
        "They fired a 120mm round from a T-72 and flew an Su-24.",
        "The farm cost $30.",
        "It was the 46th raid.",
        "No one came.",
        "It was one of the bloodiest clashes.",
    ],
)
def test_dates_times_prices_and_names_are_no_counts(sentence):
    assert [span.quantity.text for span in find_quantities(sentence)] == []


@pytest.mark.parametrize(
    "sentence",
    ["Seven armoured vehicles burned.", "They took 60 villages.", "It lies 25 kilometers away.", "40 percent stayed."],
)
def test_things_are_counted_but_are_no_people(sentence):
    assert [span.people for span in find_quantities(sentence)] == [False]


def test_a_span_covers_qualifier_number_and_noun():
    sentence = "Shells killed at least 16 young men there."
    span = find_quantities(sentence)[0]
    assert (sentence[span.start : span.end], span.noun, span.quantity.text) == (
        "at least 16 young men",
        "men",
        "at least 16",
    )


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("16 people, including 12 children and a nurse, were killed", ["12", "a nurse"]),
        ("16 people were killed, among them four women", ["four"]),
        ("16 people were killed, 12 of them children", ["12"]),
        ("Fifteen of the dead were guards", ["Fifteen"]),
        ("Six farmers were among at least 22 people killed", ["Six"]),
        ("40 people, 25 civilians and 15 fighters, were killed", ["25", "15"]),
    ],
)
def test_parts_of_a_total_are_marked(sentence, parts):
    assert [span.quantity.text for span in find_quantities(sentence) if span.subset] == parts


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Air strikes killed 16 people and wounded 20.", {"fatalities": 16, "injured": 20}),
        ("16 people were killed and 20 others injured.", {"fatalities": 16, "injured": 20}),
        ("16 killed 20 wounded in shelling of the old city", {"fatalities": 16, "injured": 20}),
        ("The bomb left seven dead and nine wounded.", {"fatalities": 7, "injured": 9}),
        ("The blast claimed the lives of six farmers.", {"fatalities": 6}),
        ("Nine shepherds lost their lives.", {"fatalities": 9}),
        ("The deaths of 27 people were documented.", {"fatalities": 27}),
        ("They attacked the post, killing a soldier.", {"fatalities": 1}),
        ("A woman and her two children were killed.", {"fatalities": 3}),
        ("A man, his wife and three children died.", {"fatalities": 5}),
        ("Seven soldiers and three officers were killed.", {"fatalities": 10}),
        ("The raids killed nine children and 14 others.", {"fatalities": 23}),
        ("A boy a girl and two women were killed", {"fatalities": 4}),
        ("The bomber killed himself and three guards.", {"fatalities": 3}),
        ("A 12-year-old boy was killed.", {"fatalities": 1}),
        ("70 army and rebel fighters have been killed.", {"fatalities": 70}),
        ("Ten guards were killed along with eight IS members.", {"fatalities": 18}),
        ("30 cases of suffocation reached the clinic.", {"injured": 30}),
        ("Twelve farmers suffered from suffocation.", {"injured": 12}),
        ("Gunmen kidnapped 12 aid workers and three drivers.", {"captured": 15}),
        ("Police arrested 14 men after the march.", {"captured": 14}),
        ("The rebels took 60 hamlets and captured 9 soldiers.", {"captured": 9}),
        ("The fighting displaced 3,000 families.", {"displaced": 3000}),
        ("Around 120 fighters and their families were evacuated.", {"displaced": 120}),
    ],
)
def test_figures_are_bound_to_what_happened(sentence, expected):
    assert tolls(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("337 wounded were evacuated from the enclave.", {"displaced": 337}),
        ("35 people were evacuated, among them 12 wounded.", {"displaced": 35}),
        ("16 people, including five women, were killed.", {"fatalities": 16}),
        ("Raids killed 16 people, five of them women, and wounded 20.", {"fatalities": 16, "injured": 20}),
        ("The army seized two villages and burned 12 vehicles.", {}),
        ("They captured 5 tanks.", {}),
        ("Twelve raids hit the town where the men were killed.", {}),
        ("Shelling killed and wounded 30 people.", {}),
        ("Six men from one family were killed.", {"fatalities": 6}),
        ("A bomb killed six guards, wounding ten, a doctor at the clinic said.", {"fatalities": 6, "injured": 10}),
        ("The group said its men killed 17 soldiers and left three others wounded.", {"fatalities": 17, "injured": 3}),
    ],
)
def test_the_traps_of_the_field(sentence, expected):
    assert tolls(sentence) == expected


def test_a_running_toll_replaces_the_other_figures():
    assert tolls("Two more people died, and the death toll rose from 38 to 40.") == {"fatalities": 40}


def test_a_toll_that_may_rise_is_no_figure():
    assert tolls("The death toll may rise as hundreds more were wounded.") == {"injured": 100}


def test_a_headline_that_runs_into_its_sentence_counts_once():
    assert tolls("Three persons hurt in market blast Three persons were hurt when a bomb went off") == {"injured": 3}


@pytest.mark.parametrize("sentence", ["There were no casualties.", "No one was hurt.", "It did so without casualties."])
def test_no_casualties_is_nought_and_not_unknown(sentence):
    found = casualties(sentence)
    assert (bounds(found.fatalities), bounds(found.injured)) == ((0, 0, 0, "exact"), (0, 0, 0, "exact"))


def test_no_word_on_casualties_is_unknown():
    assert tolls("There were no immediate reports of casualties.") == {}


def test_spans_let_a_sentence_with_two_events_be_split():
    sentence = "Five people were killed in Ariha and two were killed in Binnish."
    parts = [span for span in casualty_spans(sentence) if span.trigger > sentence.index("and")]
    assert tally(parts).fatalities.best == 2


def test_a_sum_keeps_the_bounds_of_its_parts():
    exact, least = Quantity(low=7, best=7, high=7), Quantity(low=3, best=3, qualifier="at_least")
    assert bounds(total([exact, least])) == (10, 10, None, "at_least")
    assert bounds(total([exact, Quantity(low=27, best=30, high=33, qualifier="approx")])) == (34, 37, 40, "approx")


def test_a_vague_part_makes_a_sum_a_lower_bound():
    vague = Quantity(low=3, best=3, high=9, qualifier="vague")
    assert bounds(total([Quantity(low=7, best=7, high=7), vague])) == (7, 7, None, "at_least")


def test_nothing_to_add_has_no_bounds():
    assert bounds(total([])) == (None, None, None, "exact")


_WORDS = st.sampled_from(
    [
        *[
            "killed",
            "wounded",
            "were",
            "people",
            "including",
            "and",
            "at least",
            "several",
            "12",
            "two",
            "to",
            "-",
            ",",
            "of",
        ],
        *[
            "them",
            "a",
            "woman",
            "dozens",
            "between",
            "2016",
            "million",
            "no",
            "casualties",
            "death toll",
            "evacuated",
            ".",
        ],
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_WORDS, max_size=25).map(" ".join)))
def test_any_text_gives_ordered_bounds_inside_the_sentence(sentence):
    spans = find_quantities(sentence) + [span.figure for span in casualty_spans(sentence)]
    for span in spans:
        known = [bound for bound in (span.quantity.low, span.quantity.best, span.quantity.high) if bound is not None]
        assert known == sorted(known)
        assert 0 <= span.start < span.end <= len(sentence)


@given(st.lists(_WORDS, max_size=25).map(" ".join))
def test_a_tally_keeps_its_bounds_ordered(sentence):
    found = casualties(sentence)
    for role in ROLES:
        quantity = getattr(found, role) or Quantity()
        known = [bound for bound in (quantity.low, quantity.best, quantity.high) if bound is not None]
        assert known == sorted(known)


@pytest.mark.parametrize(
    "sentence",
    [
        "EPA 2016 JANE ROE Three houses burn as a guard dies",
        "Photo agency 2017 Dead fish on the bank",
        "NNA 2015 killed hopes",
    ],
)
def test_the_year_of_a_credit_counts_nobody(sentence):
    found = casualties(sentence).fatalities
    assert found is None or (found.low or 0) < 10
