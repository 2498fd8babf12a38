"""What does a reader see who does not ask for committed records alone, and can it tell what came twice?"""

from __future__ import annotations

import json
from threading import Event
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaTimeoutError

from consumers.relay import Relay, RelayEnded
from consumers.topics import Topics
from tests.consumers.logs import WrittenLog, written
from tests.consumers.reading import assert_exact, publish
from tests.servers import until


class Aborting(Relay):
    """A relay that ends when its transaction is written and not committed."""

    def _commit(self, _: KafkaProducer) -> None:
        raise KafkaTimeoutError("never")


def uncommitted(topics: Topics) -> list[Any]:
    """Read every record, also those of transactions that were aborted."""
    consumer = KafkaConsumer(bootstrap_servers=topics.bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    partitions = [TopicPartition(topics.events, number) for number in range(topics.partitions)]
    consumer.assign(partitions)
    ends, found = consumer.end_offsets(partitions), list[Any]()

    def all_read() -> bool:
        for records in consumer.poll(timeout_ms=100).values():
            found.extend(records)
        return all(consumer.position(it) >= end for it, end in ends.items())

    until(all_read, seconds=30, what="the ends of the topic")
    consumer.close()
    return found


def test_journey_and_version_tell_what_came_twice(topics: Topics, log: WrittenLog) -> None:
    """A reader of uncommitted records sees events again and again; less what it knows, each is there once, in order."""
    log.put(written(100))
    for _ in range(3):
        with pytest.raises(RelayEnded):
            Aborting(log, topics).run(Event())
    publish(log, topics, batch=30)
    records = uncommitted(topics)
    assert len(records) == 4 * 100
    known: dict[tuple[str, int], bytes] = {}
    for record in records:
        event = json.loads(record.value)
        assert known.setdefault((event["subject"], event["streamversion"]), record.value) == record.value
    assert sorted(known.values()) == sorted(row.body for row in log.rows(0, 1_000))
    for journey in {journey for journey, _ in known}:
        versions = [version for it, version in known if it == journey]  # in the order they were first seen
        assert versions == list(range(1, len(versions) + 1))
    assert_exact(topics, log)
