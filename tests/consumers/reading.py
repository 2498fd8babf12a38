"""What does a subscriber see, and how is a log published in a test?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import OffsetSpec
from kafka.protocol.consumer import IsolationLevel

from consumers.published import current
from consumers.relay import Relay
from consumers.resuming import Log
from consumers.topics import Topics, administration, create, partition_of
from journey.recorded import Delivery
from journey.store import codec
from tests.servers import until

PAGE = 20_000
MARKS_S = 10.0
"""So long after a commit its last marks may be written."""


class Ending:
    """A log that tells its reader to stop where it ends."""

    def __init__(self, log: Log, stop: Event) -> None:
        """Read this log."""
        self._log = log
        self._stop = stop
        self.store_id = log.store_id
        self.rows, self.row, self.head = log.rows, log.row, log.head
        self.seen, self.settle = log.seen, log.settle

    def wait(self, after: int, timeout_s: float) -> bool:  # noqa: ARG002 - there is nothing to wait for
        """Stop."""
        self._stop.set()
        return False


def publish(log: Log, topics: Topics, *, batch: int = 2_000) -> None:
    """Publish what is in a log, and stop; whoever reads then sees all of it."""
    stop = Event()
    Relay(Ending(log, stop), topics, batch=batch).run(stop)
    wait_for_marks(current(topics))


def wait_for_marks(topics: Topics) -> None:
    """Wait until what is committed is seen: a commit is answered before its marks are in every partition."""
    partitions = [TopicPartition(topics.events, number) for number in range(topics.partitions)]
    latest = dict.fromkeys([*partitions, TopicPartition(topics.relay, 0)], OffsetSpec.LATEST)
    with administration(topics.bootstrap) as admin:

        def marked() -> bool:
            seen = admin.list_partition_offsets(latest, IsolationLevel.READ_COMMITTED)
            return bool(seen == admin.list_partition_offsets(latest))

        until(marked, seconds=MARKS_S, what="the marks of what is committed")


@contextmanager
def relaying(relay: Relay) -> Iterator[None]:
    """Publish whatever is written to a log, meanwhile."""
    stop = Event()
    running = Thread(target=relay.run, args=(stop,))
    running.start()
    try:
        yield
    finally:
        stop.set()
        running.join(20)
        assert not running.is_alive()


def make_again(topics: Topics, *names: str) -> None:
    """Delete topics, and make them again once the broker has forgotten them."""
    with administration(topics.bootstrap) as admin:
        admin.delete_topics(list(names))
        until(lambda: not {*names} & {*admin.list_topics()}, seconds=30, what="the topics to be gone")
    create(topics)


def everything(topics: Topics) -> dict[int, list[Any]]:
    """Read every committed record of the events topic, by partition, with a client that knows nothing of ours."""
    consumer = KafkaConsumer(
        bootstrap_servers=topics.bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    partitions = [TopicPartition(topics.events, number) for number in range(topics.partitions)]
    found: dict[int, list[Any]] = {partition.partition: [] for partition in partitions}
    try:
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)

        def all_read() -> bool:
            for partition, records in consumer.poll(timeout_ms=100, max_records=10_000).items():
                found[partition.partition] += records
            return all(consumer.position(partition) >= end for partition, end in ends.items())

        until(all_read, seconds=120, what="the ends of the topic")
    finally:
        consumer.close()
    return found


def whole(log: Log) -> list[Delivery]:
    """Read the whole log, however long it is."""
    stored: list[Delivery] = []
    while page := log.rows(stored[-1].position if stored else 0, PAGE):
        stored += page
    return stored


def assert_exact(topics: Topics, log: Log) -> None:
    """The topic holds exactly the log: each event once, its bytes untouched, in order in its journey's partition."""
    stored = whole(log)
    found = _marked(topics, len(stored))
    assert [row.position for row in stored] == list(range(1, len(stored) + 1))
    for partition, records in found.items():
        positions = [int(dict(record.headers)["position"]) for record in records]
        assert positions == sorted(set(positions)), f"partition {partition} is not in order"
    records = sorted((record for each in found.values() for record in each), key=_position)
    assert [_position(record) for record in records] == [row.position for row in stored]
    assert _digests([record.value for record in records]) == _digests([row.body for row in stored])
    for record, row in zip(records, stored, strict=True):
        assert_promised(record, row, topics.partitions)


def _marked(topics: Topics, count: int) -> dict[int, list[Any]]:
    """Read the topic once so many records are seen: a commit is answered before its marks are in every partition."""
    deadline = time.monotonic() + MARKS_S
    while sum(map(len, (found := everything(topics)).values())) < count and time.monotonic() < deadline:
        pass
    return found


def assert_promised(record: Any, row: Delivery, partitions: int) -> None:
    """A record is what the contract says."""
    kind, journey_id, recorded_at = codec.head(row.body)
    assert record.value == row.body
    assert record.key == str(journey_id).encode()
    assert record.partition == partition_of(str(journey_id), partitions)
    assert record.timestamp == int(recorded_at.timestamp() * 1000)
    assert record.headers == [
        ("content-type", b"application/cloudevents+json"),
        ("type", kind.encode()),
        ("position", str(row.position).encode()),
    ]


def _position(record: Any) -> int:
    return int(dict(record.headers)["position"])


def _digests(bodies: Sequence[bytes]) -> list[str]:
    return [codec.digest(body) for body in bodies]
