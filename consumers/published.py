"""How far is the log published, and what stands last on the topics?"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError

from consumers.topics import CLIENT, FETCH_BYTES, Topics, await_broker, told

FIRST_LOOK = 100
"""Offsets from the end to look at first: the markers of transactions and aborted records hold offsets too."""
READING_S = 60.0

Record = Any
"""A record as kafka-python gives it: untyped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The relay's place: the last event published, and which store and topic it belongs to.

    The key of its record is the name of the topic of events; `log_epoch` says how often the log was published anew.
    Position 0: nothing is published to that topic yet.
    """

    store_id: str
    log_epoch: int
    topic_id: str
    partitions: int
    position: int
    event_id: str
    digest: str

    def encode(self) -> bytes:
        """The place as the value of a record."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def decode(value: bytes) -> Published:
        """The place of a record's value."""
        return Published(**json.loads(value))


def current(topics: Topics) -> Topics:
    """The topics of the current epoch: the one of the relay's last place. Raises KafkaUnavailable."""
    with told(topics):
        return of_place(topics, place_if_any(topics))


def place_if_any(topics: Topics) -> Published | None:
    """The relay's place, committed; None also where the relay's topic was not made yet."""
    try:
        return last_published(topics)
    except UnknownTopicOrPartitionError:
        return None


def of_place(topics: Topics, place: Published | None) -> Topics:
    """The topics that the relay publishes to when this is its place."""
    return topics.of(1 if place is None else place.log_epoch)


def last_published(topics: Topics) -> Published | None:
    """The relay's place, committed, in whichever epoch; None before its first transaction."""
    record = last_place(topics)
    return None if record is None else place_in(topics, record)


def last_place(topics: Topics) -> Record | None:
    """The record of the relay's place; its timestamp is when that was written."""
    partition = TopicPartition(topics.relay, 0)
    return last_records(topics.bootstrap, [partition], lambda it: place_in(topics, it) is not None)[partition]


def place_in(topics: Topics, record: Record) -> Published | None:
    """The relay's place in a record of its topic; None if the record is nothing of this installation's."""
    name = (record.key or b"").decode(errors="replace")
    return None if topics.epoch_of(name) is None else Published.decode(record.value)


def last_records(
    bootstrap: str, partitions: Collection[TopicPartition], wanted: Callable[[Record], bool] = lambda _: True
) -> dict[TopicPartition, Record | None]:
    """The last committed record of each partition that is wanted, read from the end backwards.

    Raises UnknownTopicOrPartitionError for a topic that is not there: asked for its offsets, a client waits for long.
    """
    consumer = reader(bootstrap)
    try:
        for topic in {it.topic for it in partitions}:
            if not consumer.partitions_for_topic(topic):
                raise UnknownTopicOrPartitionError(f"{topic}: make it by `journey topics create`")
        starts, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        found: dict[TopicPartition, Record | None] = dict.fromkeys(partitions)
        look = FIRST_LOOK
        waiting = {it for it in partitions if starts[it] < ends[it]}
        while waiting:
            begins = {it: max(starts[it], ends[it] - look) for it in waiting}
            found |= {it: record for it, record in _read(consumer, begins, ends) if wanted(record)}
            waiting = {it for it in waiting if found[it] is None and begins[it] > starts[it]}
            look *= 2
        return found
    finally:
        consumer.close(autocommit=False)


def reader(bootstrap: str, *, fetch_bytes: int = FETCH_BYTES) -> KafkaConsumer:
    """A consumer outside any group that sees what is committed; it fetches so much of a partition at once.

    Raises a KafkaError when no broker answers.
    """
    await_broker(bootstrap)
    return KafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
        allow_auto_create_topics=False,
        max_partition_fetch_bytes=fetch_bytes,
        fetch_max_bytes=FETCH_BYTES,
        metrics_enabled=False,
        **CLIENT,
    )


def _read(
    consumer: KafkaConsumer, begins: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
) -> Iterable[tuple[TopicPartition, Record]]:
    """Every committed record of these partitions from `begins` to `ends`."""
    consumer.assign(list(begins))
    for partition, begin in begins.items():
        consumer.seek(partition, begin)
    deadline = time.monotonic() + READING_S
    while any(consumer.position(it) < ends[it] for it in begins):
        if time.monotonic() > deadline:
            raise KafkaTimeoutError(f"the ends of {len(begins)} partitions could not be read")
        for partition, records in consumer.poll(timeout_ms=200, max_records=5_000).items():
            yield from ((partition, record) for record in records if record.offset < ends[partition])
