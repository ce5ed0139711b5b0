"""The topic catalogue says what topics there are, and what separates a cluster from it."""

import re
from collections import Counter

import pytest

from streams.settings import Settings
from streams.topics import FINGERPRINTS_TABLE, REGIONS_TABLE, Catalogue, Observed, build_catalogue, differences

DAY = 86_400_000


def catalogue(**settings: object) -> Catalogue:
    return build_catalogue(Settings.model_construct(**settings))


def as_planned(planned: Catalogue) -> dict[str, Observed]:
    return {topic.name: Observed(topic.partitions, dict(topic.config)) for topic in planned}


def test_syria_gives_seventeen_event_topics_one_for_each_region():
    events = catalogue().events
    assert len(events) == 17
    assert all(topic.name == f"events.{region}" for region, topic in events.items())
    assert {"events.sy-hl", "events.sy", "events.world", "events.unlocated"} <= {t.name for t in events.values()}


def test_the_catalogue_has_the_topics_that_the_design_names():
    names = {topic.name for topic in catalogue()}
    assert {"articles.raw", "articles.normalised", "mentions", "articles.duplicates", "articles.dead"} <= names
    assert len(names) == 5 + 17 + 2


def test_topic_names_are_unique_and_legal_in_kafka():
    counted = Counter(topic.name for topic in catalogue(countries=("SY", "IQ"), topic_prefix="test."))
    assert max(counted.values()) == 1
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,249}", name) for name in counted)


def test_the_prefix_is_put_before_every_topic_that_is_not_a_changelog():
    planned = catalogue(topic_prefix="test.")
    changelogs = {topic.name for topic in planned.changelogs.values()}
    assert all(topic.name.startswith("test.") for topic in planned if topic.name not in changelogs)


def test_two_prefixes_on_one_cluster_share_no_topic():
    one, other = ({topic.name for topic in catalogue(topic_prefix=prefix)} for prefix in ("dev.", "prod."))
    assert not one & other


def test_changelogs_bear_the_name_that_faust_gives_them():
    assert {table: topic.name for table, topic in catalogue(app_id="app").changelogs.items()} == {
        FINGERPRINTS_TABLE: "app-fingerprints-changelog",
        REGIONS_TABLE: "app-regions-changelog",
    }


def test_changelogs_are_compacted_and_as_wide_as_the_topics_whose_keys_they_follow():
    planned = catalogue(partitions=6)
    for topic in planned.changelogs.values():
        assert topic.partitions == planned.normalised.partitions == planned.mentions.partitions == 6
        assert topic.config["cleanup.policy"] == "compact"


@pytest.mark.parametrize(
    ("name", "policy", "days"),
    [
        ("articles.raw", "delete", 7),
        ("articles.normalised", "delete", 3),
        ("mentions", "delete", 3),
        ("events.sy-hl", "compact,delete", 30),
        ("articles.duplicates", "delete", 7),
        ("articles.dead", "delete", 30),
    ],
)
def test_cleanup_and_retention_are_those_of_the_design(name, policy, days):
    topic = next(topic for topic in catalogue() if topic.name == name)
    assert topic.config["cleanup.policy"] == policy
    assert topic.config["retention.ms"] == str(days * DAY)


def test_the_brokers_clock_dates_raw_articles():
    assert catalogue().raw.config["message.timestamp.type"] == "LogAppendTime"


def test_a_raw_message_of_the_largest_size_fits_into_the_dead_letters_with_its_headers():
    kafka_default = 1_048_588
    assert int(catalogue().dead.config["max.message.bytes"]) >= kafka_default + 65_536


def test_partitions_and_copies_come_from_the_settings():
    planned = catalogue(partitions=6, event_partitions=2, replication_factor=3)
    assert {topic.replication_factor for topic in planned} == {3}
    assert {topic.partitions for topic in (planned.raw, planned.normalised, planned.mentions)} == {6}
    assert {topic.partitions for topic in planned.events.values()} == {2}


def test_every_topic_says_what_its_key_and_value_are_and_what_it_is_for():
    for topic in catalogue():
        assert topic.key
        assert topic.value
        assert topic.purpose.endswith(".")


def test_a_cluster_that_is_as_planned_has_no_differences():
    planned = catalogue()
    assert differences(planned, as_planned(planned)) == []


def test_other_topics_and_options_of_the_cluster_are_nobodys_business():
    planned = catalogue()
    cluster = as_planned(planned) | {"somebody.elses": Observed(9)}
    cluster["articles.raw"] = Observed(4, {**planned.raw.config, "segment.ms": "1"})
    assert differences(planned, cluster) == []


def test_on_an_empty_cluster_every_topic_is_missing_and_blocks_the_worker():
    planned = catalogue()
    found = differences(planned, {})
    assert [difference.topic for difference in found] == list(planned)
    assert all(difference.kind == "missing" and difference.blocks_worker for difference in found)


def test_another_partition_count_blocks_the_worker_and_both_counts_are_told():
    planned = catalogue(partitions=4)
    cluster = as_planned(planned) | {"mentions": Observed(3, dict(planned.mentions.config))}
    (difference,) = differences(planned, cluster)
    assert (difference.topic.name, difference.kind, difference.blocks_worker) == ("mentions", "partitions", True)
    assert "3" in difference.text
    assert "4" in difference.text


def test_another_option_is_told_but_blocks_nobody():
    planned = catalogue()
    cluster = as_planned(planned)
    cluster["articles.raw"] = Observed(4, {**planned.raw.config, "retention.ms": "1000"})
    (difference,) = differences(planned, cluster)
    assert (difference.topic.name, difference.kind, difference.blocks_worker) == ("articles.raw", "config", False)
    assert difference.text == f"retention.ms: 1000 -> {7 * DAY}"


def test_the_order_in_a_cleanup_policy_is_no_difference():
    planned = catalogue()
    cluster = as_planned(planned)
    config = {**planned.events["sy-hl"].config, "cleanup.policy": "delete,compact"}
    cluster["events.sy-hl"] = Observed(1, config)
    assert differences(planned, cluster) == []


def test_an_option_that_the_cluster_does_not_show_is_no_difference():
    planned = catalogue()
    assert differences(planned, {topic.name: Observed(topic.partitions) for topic in planned}) == []


def test_one_topic_may_differ_in_several_ways():
    planned = catalogue()
    cluster = as_planned(planned) | {"articles.raw": Observed(1, {"retention.ms": "1", "cleanup.policy": "compact"})}
    assert [difference.kind for difference in differences(planned, cluster)] == ["partitions", "config", "config"]
