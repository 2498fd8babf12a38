"""How is the whole topic read, and compared with the event store?"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError, OffsetOutOfRangeError

from consumers import outgoing
from consumers.outgoing import Outgoing
from consumers.published import READING_S, Record, last_published, of_place, reader
from consumers.records import position_of
from consumers.resuming import Log, same_store
from consumers.topics import Topics, administration, ends, identify, told
from consumers.verifying import Fault, Verification
from journey.recorded import Delivery

POLL_RECORDS = 5_000
COVERED_S = 5.0
"""So long after a transaction's events are seen its place may be seen."""

Heard = Callable[[int, int], None]
"""Hears how many offsets are read, of how many."""


class Stored(Log, Protocol):
    """What is read of the event store."""

    def at(self, positions: Collection[int]) -> list[Delivery]:
        """Give the events at some positions, those that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was read, and what is wrong with it."""

    topic: str
    epoch: int
    store_id: str
    position: int
    records: int
    seconds: float
    faults: list[Fault]


def verify(log: Stored, topics: Topics, heard: Heard = lambda _done, _of: None) -> Verdict:
    """Read the topic to its end of now, as a subscriber does, and compare each record with the store's event.

    Memory is bounded, but for one bit an event. Raises KafkaUnavailable, and RelayRefused when the place that the
    relay recorded is of another store.
    """
    begun = time.monotonic()
    with told(topics):
        published = last_published(topics)  # before the ends: whatever it covers lies before them
        if published is not None:
            same_store(published, log)
        topics = of_place(topics, published)
        verification = _read(log, topics, heard)
        since = _covering(topics, verification.highest)
    position = 0 if published is None else published.position
    return Verdict(
        topic=topics.events,
        epoch=topics.epoch,
        store_id=log.store_id,
        position=position,
        records=verification.records,
        seconds=time.monotonic() - begun,
        faults=verification.faults(position, max(position, since)),
    )


def _covering(topics: Topics, seen: int) -> int:
    """How far the relay says it has come in this epoch, once that covers what was seen while it went on."""
    deadline = time.monotonic() + COVERED_S
    while True:
        place = last_published(topics)
        position = place.position if place is not None and place.log_epoch == topics.epoch else 0
        if position >= seen or time.monotonic() > deadline:
            return position
        time.sleep(0.1)


def _read(log: Stored, topics: Topics, heard: Heard) -> Verification:
    with administration(topics.bootstrap) as admin:
        count = identify(admin, topics.events).partitions
        until = ends(admin, [TopicPartition(topics.events, number) for number in range(count)])
    verification, expecting = Verification(), Outgoing(count)
    consumer = reader(topics.bootstrap)
    try:
        for records in _batches(consumer, until, heard):
            stored = _stored(log, records, expecting)
            for record in records:
                verification.see(record, stored)
    finally:
        consumer.close(autocommit=False)
    return verification


def _stored(log: Stored, records: list[Record], expecting: Outgoing) -> dict[int, outgoing.Record]:
    """What the relay would send at the positions that these records say they have."""
    head = log.head()
    said = {position_of(record) or 0 for record in records}
    rows = log.at([position for position in said if 0 < position <= head])
    return {row.position: expecting.record(row) for row in rows}


def _batches(consumer: KafkaConsumer, until: Mapping[TopicPartition, int], heard: Heard) -> Iterator[list[Record]]:
    """Every committed record of these partitions up to their ends; what somebody deletes meanwhile is passed by."""
    consumer.assign(list(until))
    starts = consumer.beginning_offsets(list(until))
    for partition, start in starts.items():
        consumer.seek(partition, start)
    left, total = dict(starts), sum(until.values()) - sum(starts.values())
    moved_at = time.monotonic()
    while any(left[it] < end for it, end in until.items()):
        try:
            polled = consumer.poll(timeout_ms=200, max_records=POLL_RECORDS)
        except OffsetOutOfRangeError:
            for partition, start in consumer.beginning_offsets(list(until)).items():
                consumer.seek(partition, max(left[partition], start))
            polled = {}
        yield [it for partition, records in polled.items() for it in records if it.offset < until[partition]]
        before, left = left, {it: consumer.position(it) for it in until}
        heard(sum(min(left[it], end) for it, end in until.items()) - sum(starts.values()), total)
        if left != before:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > READING_S:
            stuck = min(it.partition for it, end in until.items() if left[it] < end)
            raise KafkaTimeoutError(f"partition {stuck} could not be read to its end")
