"""Text: furniture goes, every sentence of the story stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.normalise import headlines, rules
from streams.normalise.draft import Draft

TITLE = "Jets strike market in Saraqib"
LEAD = "Government jets struck a market in the town on Monday and killed nine people, medics said."
MORE = "Four children were among the dead."


HEADS = [
    "",
    f"{TITLE}\n\n",
    f"{TITLE}. ",
    f"{TITLE} ",
    f"{TITLE.upper()}!\n",
    f"{TITLE}\n{TITLE}\n\n",
    f"VIDEO + {TITLE}\n\nVIDEO + {TITLE}\n",
    f"{TITLE}\nSat Apr 8, 2017 14:58:33\n\n",
    f"{TITLE} AFP Saturday 8 Apr 2017 ",
    f"{TITLE} REUTERS Rana Saleh Middle East 1730 08.04.2017(updated 1801 08.04.2017) Get short URL 0 54 ",
    f"Sat 08 Apr 2017 at 0914 {TITLE}. ",
    f"Posted on April 8 2017 by Rana Saleh {TITLE} ",
    f"April 8 2017 {TITLE}. Rana Saleh Omar Haddad. ",
    "Date of publication 8 April 2017 ",
    "Last updated at Apr 082017 BEIRUT ",
    "Published April 8 2017 SEND httpsexamp.le9x2W4z AA Photo ",
    "08-04-2017\n",
    "BEIRUT (Reuters) - ",
    "BEIRUT, April 8 (Reuters) - ",
    "ISTANBUL/BEIRUT (AFP) — ",
    "ALEPPO, Syria, April 8 (Xinhua) -- ",
    "MOSCOW, April 8. /TASS/. ",
    "DAMASCUS, Syria — ",
    "Damascus, SANA \u2013 ",
    "AMMAN: ",
    "(AFP) ",
    "By Rana Saleh | 8 April 2017 | ",
    "By Rana Saleh\n\n",
    "Share\n\nTweet\n\nPhoto: Omar Haddad\n\n",
    "Tags: Syria, Idlib, air strikes\n\n",
    "title: Jets strike market in Saraqib. ",
]
TAILS = [
    " (AFP)",
    " -AFP",
    " --Reuters",
    " /SANA/",
    " - REUTERS",
    " MBMB",
    " SSH 11",
    " 218-11",
    " 12 MoreImage",
    " (With AFP and Reuters)",
    " (Source: Orontes Media Office) Twitter",
    " Source Reuters",
    " Reporting by Rana Saleh in Beirut; Editing by Omar Haddad",
    " Rana Saleh",
    " R. Saleh/O. Haddad",
    " Last Update: Saturday 8 April 2017 KSA 16:06 - GMT 13:06 3885",
    "\n\n8 April 2017",
    " Tags Syria Idlib air strikes",
    " Read Also",
    "\n\nRead also:\n\nBlast kills six in Homs\n\nEnvoy flies to Astana",
    "\n\nRelated articles\nBlast kills six in Homs\nEnvoy flies to Astana",
    " Follow us on Twitter @orontes",
    "\n\nSubscribe to our newsletter",
    "\n\nShare this article on Facebook Twitter",
    "\n\n© 2017 Orontes Post. All rights reserved.",
    " ... 832 Related Blast Kills Six in Homs Tags Syria Community standardsDiscussion Comment via Facebook",
    " Source AFP Related News Blast kills six in Homs Terms of Use Privacy Policy Cookie Policy",
]
LOOKALIKES = [
    "Jets strike market in Saraqib Province.",
    "Join us or leave, the militants told villagers.",
    "The National Defence Forces held the hill.",
    "AFP photographer Omar Haddad saw the bodies.",
    "Anadolu Agency (AA) Director Rana Saleh was hurt.",
    "Syrian Arab News Agency (SANA) Director Rana Saleh was hurt.",
    "Reporting by the monitor showed nine dead. It named six.",
    "Syria called for men to sign up for the army",
    "They surrendered on the army's terms and conditions",
    "Medics left. Army Units Enter Hilltop Village",
    "The army left. In Homs",
    "Tag teams of snipers roam the town",
    "Fars is one of the provinces that sent fighters.",
    "UNICEF staff fled. UN envoys stayed.",
    "U.S. jets struck the town.",
    "In Hama - Aleppo highway raids two died.",
    "Homs - Hama road raids killed two.",
    "Jets strike market in Saraqib province and then leave, medics said.",
    "8 April 2017 saw the worst raid of the year.",
    "On 8 April 2017 jets struck the town.",
    "Aleppo was quiet on Sunday. Residents left their cellars.",
    "Aleppo-based medics said nine had died.",
    "SANA reporters saw the wreck of a car.",
    "AFP reported nine dead. It did not name them.",
    "Reuters, citing medics, said nine had died.",
    "By Monday evening the rebels had left the hill.",
    "Nine died, the army said on Twitter",
    "The Syrian Arab News Agency (SANA) said nine had died.",
    "The toll stood at 12",
    "The raid hit a base of the Syrian Democratic Forces (SDF)",
    'He told the agency: "We counted 12."',
    "Photos showed smoke over the market. Video was taken later.",
    "Share prices fell after the raid. Tags on the bombs were in Russian.",
    "Clashes broke out near Tags Dam. The dam held.",
    "Source of the fire was a rocket. Medics arrived late.",
    "Sources: nine killed in a raid on the town",
    "Related attacks killed three more.",
    "The raid was the third this week. Related attacks hit Homs.",
    "WASHINGTON sent envoys to the talks.",
    "Live fire was heard. Update on the toll is due.",
    "Six of 10 wounded died. In all 14 were hurt on 8 April 2017.",
    "(c) The army shelled the hill.",
    "5 < 6 and 7 > 3, the engineer said of the walls.",
]


def clean(body, title=TITLE):
    return rules.clean(Draft(title, body)).text


@pytest.mark.parametrize("head", HEADS)
def test_the_head_comes_off_and_the_story_stays(head):
    assert clean(f"{head}{LEAD} {MORE}") == f"{LEAD} {MORE}"


@pytest.mark.parametrize("tail", TAILS)
def test_the_tail_comes_off_and_the_story_stays(tail):
    assert clean(f"{LEAD} {MORE}{tail}") == f"{LEAD} {MORE}"


@pytest.mark.parametrize("story", LOOKALIKES)
def test_a_sentence_that_looks_like_furniture_is_not_lost(story):
    assert clean(story) == story
    assert clean(f"{LEAD}\n\n{story}") == f"{LEAD}\n\n{story}"


@settings(deadline=None)
@given(
    st.sampled_from(HEADS),
    st.lists(
        st.sampled_from([story for story in LOOKALIKES if story.endswith(".")]), min_size=1, max_size=4, unique=True
    ),
    st.sampled_from(["", *TAILS]),
    st.sampled_from([" ", "\n\n"]),
)
def test_no_sentence_is_lost_in_any_dress(head, sentences, tail, gap):
    story = gap.join([LEAD, *sentences, MORE])
    assert clean(f"{head}{story}{tail}") == story


def test_a_round_up_of_short_lines_is_no_list_of_other_articles():
    body = "Latest news\n\nFive killed in Homs\n\nThree killed in Hama"
    assert clean(body) == body


def test_a_section_heading_after_related_headlines_stays():
    assert clean(f"{LEAD}\n\nRead also:\n\nBlast kills six near Homs\n\nIn Raqqa\n\n{MORE}") == (
        f"{LEAD}\n\nIn Raqqa\n\n{MORE}"
    )


def test_section_headings_survive_as_paragraphs():
    body = f"In Aleppo\n\n{LEAD}\n\nIn Raqqa\n\n{MORE}"
    assert clean(body) == body


def test_paragraphs_are_separated_by_one_blank_line():
    assert clean(f"{LEAD}\r\n\r\n\r\n  {MORE}\n \n") == f"{LEAD}\n\n{MORE}"
    assert clean(f"{LEAD}\n{MORE}") == f"{LEAD}\n\n{MORE}"


def test_lines_wrapped_at_a_width_are_joined():
    assert clean("Government jets struck\na market in the town\nand killed nine people.") == (
        "Government jets struck a market in the town and killed nine people."
    )


def test_a_first_sentence_printed_twice_stays_once():
    assert clean(f"{LEAD} {LEAD} {MORE}") == f"{LEAD} {MORE}"


def test_tags_between_summary_and_story_go_as_far_as_they_can_be_told():
    assert clean(f"{LEAD} Tags Syria Idlib air strikes At least nine people died.") == (
        f"{LEAD}\n\nAt least nine people died."
    )
    assert clean(f"{LEAD} Tags Syria Idlib Jets struck the town on Monday.") == (
        f"{LEAD}\n\nSyria Idlib Jets struck the town on Monday."
    )


def test_picture_credits_part_a_caption_from_the_story():
    assert clean(f"Smoke rises over the town (AFP Photo) {LEAD}") == f"Smoke rises over the town\n\n{LEAD}"


def test_markup_and_entities_in_a_body_are_decoded():
    assert clean(
        f"<p>{LEAD}</p><p>Four&nbsp;<b>children</b> &amp;amp; more &lt;br&gt; died.</p><script>x()</script>"
    ) == (f"{LEAD}\n\nFour children & more\n\ndied.")


def test_entities_cannot_bring_back_invisible_characters():
    assert clean("Nine&#8203; died&#x202e; in&#1;&#0; the town.") == "Nine died in\ufffd the town."


def test_a_headline_that_only_the_body_has_becomes_the_title():
    draft = rules.clean(Draft("", f"PHOTOS: {TITLE}\n\nPHOTOS: {TITLE}\nSat Apr 8, 2017\n\n{LEAD}"))
    assert (draft.title, draft.text, draft.date_lines) == (TITLE, LEAD, ("Sat Apr 8, 2017",))


def test_an_article_that_is_only_its_headline_keeps_it_as_text():
    assert clean(f"8 April 2017 {TITLE}") == TITLE


def test_a_menu_above_the_headline_goes():
    assert clean(f"Home\n\nWorld\n\nSport\n\n{TITLE}\n\n{LEAD}") == LEAD


def test_every_cut_is_on_record_with_its_rule():
    draft = rules.clean(Draft(TITLE, f"{TITLE}\nSat Apr 8, 2017\n\n{LEAD} --Reuters"))
    assert [(cut.rule, cut.text.strip()) for cut in draft.cuts if cut.text] == [
        ("date-line", "Sat Apr 8, 2017"),
        ("head-title", TITLE),
        ("tail-furniture", "--Reuters"),
    ]


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        (f"VIDEO + {TITLE}", TITLE),
        (f"PHOTOS: {TITLE}", TITLE),
        (f"[VIDEO] {TITLE}", TITLE),
        (f"{TITLE} (VIDEO)", TITLE),
        (f"Photos & Video: {TITLE}", TITLE),
        (f"{TITLE} | Jordan Times", TITLE),
        (f"{TITLE} - Daily Sabah", TITLE),
        (f"{TITLE} - Region - World - Ahram Online", TITLE),
        (f"National News Agency - {TITLE}", TITLE),
        ("Video shows raid on town", "Video shows raid on town"),
        ("Army: nine killed", "Army: nine killed"),
        ("Raid - the third this week - kills nine", "Raid - the third this week - kills nine"),
        ("VIDEO:", "VIDEO:"),
    ],
)
def test_titles_lose_labels_and_mastheads_only(given, cleaned):
    assert headlines.clean_title(given) == cleaned
