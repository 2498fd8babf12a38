"""Where in the topic does somebody begin who does not want all of it, and how old is what comes next?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError

from consumers.published import READING_S, Record, last_published, of_place, reader
from consumers.reach import TRANSACTION_MAX
from consumers.records import position_of
from consumers.topics import CLOSE_MS, Topics

PROBE_BYTES = 16 * 1024
"""What is fetched of a partition to see one record; a batch of the relay comes whole."""

Found = dict[TopicPartition, Record | None]


def begins(topics: Topics, start: int | datetime) -> dict[int, tuple[int, int]]:
    """Of each partition the first offset from a position or a time of recording on, and the position before it.

    Raises a KafkaError when Kafka is away.
    """
    published = last_published(topics)
    head = 0 if published is None else published.position  # known before the ends: what follows it lies behind them
    count = topics.partitions if published is None else published.partitions
    with probing(of_place(topics, published), count) as consumer:
        ends = consumer.end_offsets(sorted(consumer.assignment()))
        ours = partial(_may_be_ours, head)
        found = _halved(consumer, start, ends, ours)
        firsts = first_records(consumer, found, ends, ours)
    return {it.partition: (offset, _before(start, firsts[it], head)) for it, offset in found.items()}


def _may_be_ours(head: int, record: Record) -> bool:
    """Whether the relay may have written a record; a stranger's position leads nowhere."""
    position = position_of(record)
    return position is not None and position <= head + TRANSACTION_MAX


def _before(start: int | datetime, first: Record | None, head: int) -> int:
    """The position that is behind a partition that begins with this record."""
    if isinstance(start, int):
        return start - 1
    position = None if first is None else position_of(first)
    return head if position is None else min(position - 1, head)


def _is_from(record: Record, start: int | datetime) -> bool:
    if isinstance(start, int):
        return (position_of(record) or 0) >= start
    return bool(record.timestamp >= start.timestamp() * 1000)


def _halved(
    consumer: KafkaConsumer,
    start: int | datetime,
    ends: Mapping[TopicPartition, int],
    ours: Callable[[Record], bool],
) -> dict[TopicPartition, int]:
    """Halve what is left of each partition until nothing is: positions and times of recording grow within it.

    Kafka's own search by time finds the marks of transactions, which carry the brokers' time.
    """
    low, high = dict(consumer.beginning_offsets(list(ends))), dict(ends)
    while left := [it for it in ends if low[it] < high[it]]:
        middle = {it: (low[it] + high[it]) // 2 for it in left}
        for it, record in first_records(consumer, middle, high, ours).items():
            if record is None or _is_from(record, start):
                high[it] = middle[it]
            else:
                low[it] = record.offset + 1
    return low


def first_records(
    consumer: KafkaConsumer,
    offsets: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
    wanted: Callable[[Record], bool] = lambda _: True,
) -> Found:
    """Of each partition the first committed record from an offset on and before its end that is wanted, or None."""
    found: Found = dict.fromkeys(offsets)
    left = {it for it in offsets if offsets[it] < ends[it]}
    consumer.pause(*consumer.assignment())
    consumer.resume(*offsets)
    for it, offset in offsets.items():
        consumer.seek(it, offset)
    deadline = time.monotonic() + READING_S
    while left:
        if time.monotonic() > deadline:
            raise KafkaTimeoutError(f"{len(left)} partitions could not be looked into")
        for it, records in consumer.poll(timeout_ms=100, max_records=5_000).items():
            between = (record for record in records if offsets[it] <= record.offset < ends[it])
            first = next(filter(wanted, between), None)
            if it in left and first is not None:
                found[it] = first
                left.discard(it)
        left = {it for it in left if consumer.position(it) < ends[it]}
    return found


@contextmanager
def probing(topics: Topics, count: int) -> Iterator[KafkaConsumer]:
    """A consumer of a topic's partitions that looks at single records. Raises a KafkaError when Kafka is away."""
    consumer = reader(topics.bootstrap, fetch_bytes=PROBE_BYTES)
    try:
        partitions = [TopicPartition(topics.events, number) for number in range(count)]
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)  # each must have an offset, or the next poll looks for one in Kafka
        yield consumer
    finally:
        consumer.close(autocommit=False, timeout_ms=CLOSE_MS)
