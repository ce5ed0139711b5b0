"""What the coder makes of news: one event once, its slots, and what is no event."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from streams.contracts import Article, Mention, SubEventType
from streams.extraction import load_coder

PUBLISHED = datetime(2016, 10, 14, 12, tzinfo=UTC)  # a Friday


def code(text: str, title: str = "") -> list[Mention]:
    article = Article(
        article_id="a", source="wire", title=title, text=text, published_at=PUBLISHED, fingerprint="f", language="en"
    )
    return load_coder(("SY",)).code(article)


def only(text: str) -> Mention:
    mentions = code(text)
    assert len(mentions) == 1, [(m.sub_event_type, m.sentence) for m in mentions]
    return mentions[0]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Government air strikes killed seven people in Douma on Thursday.", SubEventType.AIR_STRIKE),
        ("Warplanes hit a bakery in Idlib, wounding 12 people.", SubEventType.AIR_STRIKE),
        ("Rebels fired dozens of rockets at Latakia on Thursday, killing two residents.", SubEventType.SHELLING),
        ("Three people died when mortar shells landed on a school in Aleppo.", SubEventType.SHELLING),
        (
            "A suicide bomber blew himself up at a checkpoint in Hasakah, killing nine soldiers.",
            SubEventType.SUICIDE_BOMB,
        ),
        ("A car bomb exploded in Homs on Thursday, killing four people.", SubEventType.REMOTE_EXPLOSIVE),
        ("At least 20 people choked in a chlorine attack on Saraqib.", SubEventType.CHEMICAL_WEAPON),
        ("Fierce clashes erupted between rebels and regime forces in Daraa.", SubEventType.ARMED_CLASH),
        ("ISIL fighters captured the town of Mayadin from rebels on Thursday.", SubEventType.NON_STATE_OVERTAKES),
        ("The Syrian army recaptured the town of Palmyra from ISIL.", SubEventType.GOVERNMENT_REGAINS),
        ("ISIL militants beheaded three men in Raqqa on Thursday.", SubEventType.ATTACK),
        ("Gunmen kidnapped five farmers near Suwayda on Thursday.", SubEventType.ABDUCTION),
        ("Residents of Idlib took to the streets in protest on Friday.", SubEventType.PEACEFUL_PROTEST),
        ("Army engineers defused 14 mines in Palmyra on Thursday.", SubEventType.DISRUPTED_WEAPONS_USE),
        ("Some 300 fighters and their families were evacuated from Daraya on Thursday.", SubEventType.OTHER),
        ("An aid convoy entered Madaya on Thursday.", SubEventType.OTHER),
        ("Police used tear gas to disperse a protest in Tunis on Thursday.", SubEventType.PROTEST_INTERVENTION),
        ("Police opened fire on demonstrators in Conakry on Thursday, killing three.", SubEventType.EXCESSIVE_FORCE),
        ("A mob lynched a man in Dhaka on Thursday.", SubEventType.MOB_VIOLENCE),
        ("Rebels handed over the town of Daraya to the army on Thursday.", SubEventType.NON_VIOLENT_TRANSFER),
        ("The army and rebels reached a ceasefire deal in Daraa on Thursday.", SubEventType.AGREEMENT),
        ("Police arrested 45 demonstrators in Minsk on Thursday.", SubEventType.ARRESTS),
        ("Turkish troops withdrew from the village of Bashiqa on Thursday.", SubEventType.NON_VIOLENT_TRANSFER),
        ("The Pentagon deployed 200 troops in Manbij on Thursday.", SubEventType.CHANGE_TO_GROUP),
        ("A Syrian helicopter was shot down near Palmyra on Thursday.", SubEventType.DISRUPTED_WEAPONS_USE),
        ("Russian jets fired missiles at a market in Ariha, killing six.", SubEventType.AIR_STRIKE),
    ],
)
def test_the_means_told_decides_the_sub_event_type(sentence: str, expected: SubEventType) -> None:
    assert only(sentence).sub_event_type is expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The army denied that its planes had bombed Aleppo.",
        "The rebels plan to storm the town of Saraqib.",
        "The minister warned of an attack on Idlib.",
        "The United Nations called for a ceasefire in Aleppo.",
        "If warplanes bomb Idlib, thousands will flee.",
        "The war has killed more than 400,000 people in Syria since it began in 2011.",
        "Hundreds of people were killed in a gas attack in Ghouta in August 2013.",
        "Russian jets regularly bomb Idlib.",
        "The army aims to retake the city of Raqqa.",
    ],
)
def test_what_did_not_happen_or_is_no_news_is_not_coded(sentence: str) -> None:
    assert code(sentence) == []


def test_a_claim_is_coded_with_the_one_who_claims_it() -> None:
    mention = only("Air strikes killed nine people in Maarat al-Numan on Thursday, the Syrian Observatory said.")
    assert mention.attribution == "SOHR"


def test_slots_of_a_plain_report() -> None:
    mention = only(
        "Russian jets bombed a market in the town of Saraqib on Thursday, killing 11 civilians and wounding 30."
    )
    assert mention.actor1 is not None
    assert mention.actor1.name == "Russian jets"
    assert mention.actor2 is not None
    assert mention.actor2.canonical == "Civilians"
    assert mention.fatalities is not None
    assert mention.fatalities.low == 11
    assert mention.injured is not None
    assert mention.injured.low == 30
    assert mention.admin1 == "SY-ID"
    assert mention.event_date == date(2016, 10, 13)
    assert mention.plover == "ASSAULT"
    assert mention.plover_mode == "aerial"


@pytest.mark.parametrize(
    ("sentence", "agent", "patient"),
    [
        ("ISIL militants attacked Kurdish forces near Hasakah, killing six of them.", "ISIL", "Kurdish forces"),
        ("Six Kurdish fighters were killed by ISIL in Hasakah.", "ISIL", "Kurdish fighters"),
        ("ISIL said it had killed 20 soldiers in Homs on Thursday.", "ISIL", "soldiers"),
        ("Twelve rebels were killed in clashes with Hezbollah in Zabadani.", "Hezbollah", "rebels"),
        ("A source in the army said ISIL shelled Kurdish fighters in Hasakah.", "ISIL", "Kurdish fighters"),
        ("An ISIL suicide bomber killed five soldiers in Homs.", "ISIL", "soldiers"),
        ("Turkish artillery shelled Daesh positions in the town of Jarabulus.", "Turkish artillery", "Daesh"),
    ],
)
def test_who_did_it_to_whom_follows_the_grammar(sentence: str, agent: str, patient: str) -> None:
    mention = only(sentence)
    assert mention.actor1 is not None
    assert mention.actor2 is not None
    assert (mention.actor1.name, mention.actor2.name) == (agent, patient)


def test_one_group_under_many_names_has_one_canonical_name() -> None:
    names = ("ISIL", "ISIS", "Daesh", "The Islamic State group")
    canonical = {only(f"{name} captured the town of Mayadin.").actor1.canonical for name in names}  # type: ignore[union-attr]
    assert len(canonical) == 1


def test_headline_lede_and_detail_are_one_event() -> None:
    text = (
        "Air strikes killed 14 people in the town of Ariha in Idlib province on Thursday, a monitor said.\n\n"
        "The strikes hit a market at noon.\n\n"
        "Witnesses said the raids on Ariha left bodies in the street."
    )
    mention = only(text)
    assert mention.fatalities is not None
    assert mention.fatalities.low == 14
    assert "told-again" in mention.rules


def test_different_means_at_one_place_stay_apart() -> None:
    text = (
        "Regime air strikes killed ten people in Douma on Thursday.\n\n"
        "Rebels fired mortar shells at central Damascus, killing two people."
    )
    assert sorted(m.fatalities.low for m in code(text) if m.fatalities) == [2, 10]  # type: ignore[type-var]


def test_a_total_of_parts_told_later_is_no_event_of_its_own() -> None:
    text = (
        "The air force killed 30 militants in strikes on ISIL positions near Palmyra, state media said.\n\n"
        "Twenty ISIL fighters were killed in an air raid on the village of Arak.\n\n"
        "Another ten were killed in an air raid on the town of Sukhna."
    )
    assert sorted(m.fatalities.low for m in code(text) if m.fatalities) == [10, 20]  # type: ignore[type-var]


def test_a_row_of_provinces_makes_one_event_in_each() -> None:
    mentions = code("Army warplanes hit militant positions in Idlib, in Hama province and in the province of Latakia.")
    assert {m.admin1 for m in mentions} == {"SY-ID", "SY-HM", "SY-LA"}


def test_evacuated_wounded_are_displaced_and_not_injured() -> None:
    mention = only("Over 1,500 people were evacuated from eastern Aleppo on Thursday, along with 90 wounded.")
    assert mention.displaced is not None
    assert mention.displaced.low == 1500
    assert mention.injured is None


def test_evidence_is_the_text_at_its_offsets() -> None:
    text = "Nothing happened here.\n\nAir strikes hit Saraqib on Thursday.  Two people died in shelling in Homs."
    for mention in code(text):
        assert text[mention.start : mention.end] == mention.sentence


def test_every_mention_says_which_rules_made_it() -> None:
    for mention in code("Air strikes hit Saraqib on Thursday. Clashes erupted in Homs."):
        assert mention.rules
        assert all(rule == rule.lower() and " " not in rule for rule in mention.rules)


def test_the_same_article_gives_the_same_bytes() -> None:
    text = "Air strikes hit Saraqib on Thursday, killing five. Clashes erupted in Homs. Rebels captured Ariha town."
    assert [m.encode() for m in code(text)] == [m.encode() for m in code(text)]


def test_people_moved_out_of_a_place_are_displaced_and_the_largest_count_stands():
    text = (
        "In Aleppo families were evacuated from the eastern parts of the city.\n\n"
        "Over 3,200 fighters have been evacuated with their relatives, as well as 120 wounded.\n\n"
        "A total of over 7,100 people have been moved out of eastern Aleppo since Thursday."
    )
    (event,) = load_coder(("SY",)).code(
        Article(article_id="a", source="s", text=text, fingerprint="f", published_at="2016-12-17T00:00:00Z")
    )
    assert (event.admin1, event.displaced.low, event.injured) == ("SY-HL", 7100, None)
