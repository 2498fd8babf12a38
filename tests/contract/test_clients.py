"""Do clients that know nothing of ours see the same: librdkafka, and the CloudEvents SDK?"""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID, uuid5

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from confluent_kafka import Consumer, Message, Producer, TopicPartition

from consumers.topics import HEADERS, Topics, partition_of
from journey.store import codec
from tests.consumers.conftest import log, topics
from tests.consumers.logs import CLINIC, WrittenLog, written
from tests.consumers.reading import everything, publish
from tests.servers import until

COUNT = 300
__all__ = ["log", "topics"]


@pytest.fixture
def messages(topics: Topics, log: WrittenLog) -> list[Message]:
    """Return every record of a published log, as librdkafka reads it."""
    log.put(written(COUNT))
    publish(log, topics, batch=40)
    consumer = Consumer(
        {
            "bootstrap.servers": topics.bootstrap,
            "group.id": f"{topics.prefix}foreign",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
        }
    )
    consumer.assign([TopicPartition(topics.events, number, 0) for number in range(topics.partitions)])
    found: list[Message] = []

    def all_read() -> bool:
        found.extend(consumer.consume(num_messages=COUNT, timeout=0.5))
        return len(found) >= COUNT

    until(all_read, seconds=30, what="librdkafka to read the topic")
    assert [it.error() for it in found if it.error()] == []
    assert consumer.consume(timeout=0.5) == []
    consumer.close()
    return found


def headers(message: Message) -> dict[str, bytes]:
    """Return the headers of a record, each of which is there once."""
    said: list[tuple[str, bytes]] = list(message.headers() or [])  # type: ignore[arg-type]  # a list, as it comes
    assert tuple(name for name, _ in said) == HEADERS
    return dict(said)


def test_librdkafka_agrees(messages: list[Message], topics: Topics, log: WrittenLog) -> None:
    """A foreign client reads the very bytes of the log, once each, with the keys and in the partitions that we see."""
    ours = {
        (partition, record.offset): (record.key, record.value, record.timestamp)
        for partition, records in everything(topics).items()
        for record in records
    }
    theirs = {(it.partition(), it.offset()): (it.key(), it.value(), it.timestamp()[1]) for it in messages}
    assert theirs == ours
    by_position = {int(headers(it)["position"]): it.value() for it in messages}
    assert by_position == {row.position: row.body for row in log.rows(0, 10 * COUNT)}


def test_librdkafka_hashes_as_we_do(topics: Topics) -> None:
    """A producer of librdkafka that partitions by murmur2 puts each key where ours is put."""
    landed: dict[str, int | None] = {}

    def delivered(_: object, message: Message) -> None:
        landed[(message.key() or b"").decode()] = message.partition()

    producer = Producer({"bootstrap.servers": topics.bootstrap, "partitioner": "murmur2"})
    for number in range(200):
        producer.produce(topics.events, key=str(uuid5(CLINIC, f"hashed {number}")), on_delivery=delivered)
    assert producer.flush(30) == 0
    assert landed == {key: partition_of(key, topics.partitions) for key in landed}
    assert len(landed) == 200


def test_cloudevents_sdk_reads_each_record(messages: list[Message]) -> None:
    """Each record is a CloudEvent to CloudEvents' own SDK, with the attributes and the data that our codec reads."""
    for message in messages:
        body, key = message.value() or b"", message.key()
        event = from_kafka_event(KafkaMessage(headers=headers(message), key=key, value=body))
        recorded = codec.decode(body)
        assert (event.get_id(), event.get_type()) == (str(recorded.event_id), codec.tag(recorded.event))
        assert (event.get_source(), event.get_subject()) == ("/sites/main", str(recorded.journey_id))
        assert event.get_subject() == (key or b"").decode()
        assert event.get_time() == recorded.at
        assert event.get_extension("streamversion") == recorded.version
        assert datetime.fromisoformat(event.get_extension("recordedat")) == recorded.recorded_at
        assert UUID(event.get_extension("commandid")) == recorded.command_id
        assert event.get_data() == json.loads(body)["data"]
