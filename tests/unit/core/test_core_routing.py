"""An article's mentions are grouped by region: one message each, with the sketch of the whole article."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.contracts import Mention, Sketch
from streams.contracts.examples import ARTICLE, MENTIONS
from streams.regions import region_codes
from streams.routing import route

# CI machines are slow and shared: only a hung test is too slow.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

COUNTRIES = ("SY",)
SKETCH = Sketch(minhash="AAAA", shingles=3)


def mention(admin1: str | None, country: str | None, number: int = 0) -> Mention:
    return MENTIONS.mentions[0].model_copy(update={"admin1": admin1, "country": country, "start": number})


PLACES = st.sampled_from([("SY-HL", "SY"), ("SY-ID", "SY"), ("SY", "SY"), (None, "TR"), ("IQ-NI", "IQ"), (None, None)])


def test_an_article_that_tells_no_event_goes_nowhere():
    assert route(ARTICLE, [], SKETCH, COUNTRIES) == []


def test_each_region_gets_one_message_with_its_own_mentions_in_their_order():
    places = [("SY-ID", "SY"), ("SY-HL", "SY"), (None, None), ("SY-ID", "SY"), (None, "TR"), ("SY", "SY")]
    found = route(ARTICLE, [mention(*place, number) for number, place in enumerate(places)], SKETCH, COUNTRIES)
    assert {message.region: [m.start for m in message.mentions] for message in found} == {
        "sy-id": [0, 3],
        "sy-hl": [1],
        "unlocated": [2],
        "world": [4],
        "sy": [5],
    }


def test_a_message_says_which_article_it_comes_from():
    (message,) = route(ARTICLE, [mention("SY-ID", "SY")], SKETCH, COUNTRIES)
    for slot in ("article_id", "fingerprint", "url", "source", "published_at", "ingested_at", "origin"):
        assert getattr(message, slot) == getattr(ARTICLE, slot)
    assert message.sketch == SKETCH


@settings(UNHURRIED)
@given(st.lists(PLACES, max_size=12))
def test_no_mention_is_lost_or_told_twice_and_every_region_is_a_configured_one(places):
    mentions = [mention(*place, number) for number, place in enumerate(places)]
    found = route(ARTICLE, mentions, SKETCH, COUNTRIES)
    assert sorted(m.start for message in found for m in message.mentions) == list(range(len(places)))
    assert len({message.region for message in found}) == len(found)
    assert {message.region for message in found} <= set(region_codes(COUNTRIES))


@settings(UNHURRIED)
@given(st.lists(PLACES, min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_messages_is_that_of_the_region_codes_whatever_the_order_of_mentions(places, random):
    shuffled = random.sample(places, len(places))
    regions = [message.region for message in route(ARTICLE, [mention(*place) for place in shuffled], SKETCH, COUNTRIES)]
    assert regions == sorted(regions)
