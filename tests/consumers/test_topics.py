"""Are the topics what the contract says, and is it said when they are not?"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from kafka.partitioner.default import DefaultPartitioner

from consumers.topics import CLIENT, KafkaUnavailable, Topics, administration, check, create, identify, partition_of
from tests.consumers.reading import make_again
from tests.servers import free_port


def test_created_topics_are_right(kafka_bootstrap: str, topic_prefix: str) -> None:
    """What is missing is said, then made, and then nothing is wrong; making it again makes nothing."""
    topics = Topics(bootstrap=kafka_bootstrap, prefix=topic_prefix, replication=1)
    assert check(topics) == [f"{topics.events} does not exist", f"{topics.relay} does not exist"]
    assert create(topics) == [topics.events, topics.relay]
    assert check(topics) == []
    assert create(topics) == []


def test_check_names_what_is_wrong(kafka_bootstrap: str, topic_prefix: str) -> None:
    """Partitions, replication and settings that are not as they should be are named, each with both values."""
    topics = Topics(bootstrap=kafka_bootstrap, prefix=topic_prefix, replication=1)
    with administration(kafka_bootstrap) as admin:
        admin.create_topics(
            {
                topics.events: {"num_partitions": 3, "replication_factor": 1, "configs": {"retention.ms": "1000"}},
                topics.relay: {"num_partitions": 1, "replication_factor": 1, "configs": {}},
            },
            wait_for_metadata=True,
        )
    wrong = check(topics)
    assert f"{topics.events} has 3 partitions, not 12" in wrong
    assert f"{topics.events}: retention.ms is 1000, not -1" in wrong
    assert f"{topics.relay}: cleanup.policy is delete, not compact" in wrong
    replicated = check(replace(topics, replication=3))
    assert f"{topics.relay} is replicated 1 times, not 3" in replicated
    assert f"{topics.relay}: min.insync.replicas is 1, not 2" in replicated


def test_a_kafka_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no broker answers, that is said with the address, soon, and no thread is left behind."""
    before = threading.enumerate()
    monkeypatch.setitem(CLIENT, "bootstrap_timeout_ms", 500)
    nowhere = f"127.0.0.1:{free_port()}"
    with pytest.raises(KafkaUnavailable, match=f"Kafka at {nowhere}"):
        check(Topics(bootstrap=nowhere))
    assert [it.name for it in threading.enumerate() if it not in before] == []


def test_a_topic_made_again_is_another(topics: Topics) -> None:
    """A topic that was deleted and made again under its name is told apart by its id."""
    with administration(topics.bootstrap) as admin:
        before = identify(admin, topics.events)
    make_again(topics, topics.events)
    with administration(topics.bootstrap) as admin:
        after = identify(admin, topics.events)
    assert before.cluster == after.cluster
    assert before.topic != after.topic


def test_journeys_lie_where_every_client_looks() -> None:
    """A key's partition is the one that Kafka's own clients compute."""

    class Cluster:
        @staticmethod
        def topics() -> set[str]:
            return {"events"}

        @staticmethod
        def partitions_for_topic(_topic: str) -> set[int]:
            return set(range(12))

        available_partitions_for_topic = partitions_for_topic

    for journey in ("6f9c1c5e-7d5e-4b5e-9d8a-0b8f6d3a9a01", "00000000-0000-4000-8000-000000000001"):
        expected = DefaultPartitioner().partition("events", None, journey.encode(), None, b"", Cluster())
        assert partition_of(journey, 12) == expected
    assert partition_of("21", 1000) == murmur2_of_21() % 1000


def murmur2_of_21() -> int:
    """Return what Kafka's own Java test expects for the key "21", made positive as its partitioner does."""
    return -973932308 & 0x7FFFFFFF
