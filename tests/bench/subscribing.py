"""How many events a second does a service of somebody else's bring into its own database, exactly once?"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from threading import Event as Flag
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from consumers import Subscriber
from consumers.group import POLL_RECORDS
from consumers.kafka_feed import KafkaFeed
from consumers.topics import FETCH_BYTES, Topics, create
from journey.events import EVENTS, AppointmentBooked, Event
from journey.recorded import Recorded
from projections.place import Batch, Place
from tests.bench.databases import POSTGRES, SQLITE, Fresh, fresh, marked
from tests.bench.logs import written
from tests.bench.measured import Figure, Size, compared
from tests.bench.sharing import OneFeed, shared_by
from tests.consumers.reading import publish

LIMIT = "kafka-python's poll, and one upsert a record by executemany, one transaction a poll: nothing is decoded"
TABLE = "CREATE TABLE IF NOT EXISTS last_seen (journey_id TEXT PRIMARY KEY, position BIGINT, at TEXT)"
UPSERT = (
    "INSERT INTO last_seen VALUES (?, ?, ?) "
    "ON CONFLICT (journey_id) DO UPDATE SET position = excluded.position, at = excluded.at"
)
ONE, MANY, ONE_TYPE = "one at a time", "many at a time", "one at a time, of one type"
WAYS = ((SQLITE, ONE), (SQLITE, MANY), (SQLITE, ONE_TYPE), (POSTGRES, ONE), (POSTGRES, MANY))
PROCESSES = 2
TOGETHER = ((SQLITE, ONE), (POSTGRES, MANY))
"""What is measured with several processes of a subscriber as well."""


def measure(postgres_url: str, bootstrap: str, size: Size) -> Iterator[Figure]:
    """Measure handlers that upsert a journey's row by its events: of every type, and of one, the others passed over."""
    topics = Topics(bootstrap=bootstrap, prefix=f"bench{uuid.uuid4().hex[:8]}.", replication=1)
    create(topics)
    with written(postgres_url, 5 * size.events) as log:
        count = log.head()
        publish(log, topics)
    for kind, way in WAYS:
        yield compared(
            f"Subscriber, {kind}, {way}",
            "events/s",
            in_fresh(kind, postgres_url, partial(subscribed, topics, count, way)),
            in_fresh(kind, postgres_url, partial(upserted, topics, count)),
            size.turns,
            LIMIT,
        )
    for kind, way in TOGETHER:
        yield compared(
            f"Subscriber, {kind}, {way}, {PROCESSES} processes",
            "events/s",
            in_fresh(kind, postgres_url, partial(shared_by, PROCESSES, topics, count, partial(handled, way))),
            in_fresh(kind, postgres_url, partial(upserted, topics, count)),
            size.turns,
            LIMIT,
        )


def in_fresh(kind: str, postgres_url: str, act: Callable[[Fresh], float]) -> Callable[[], float]:
    """Do it in a fresh database each time."""

    def acted() -> float:
        with fresh(kind, postgres_url) as database:
            with closing(database.connect()) as connection:
                connection.execute(TABLE)
            return act(database)

    return acted


class TimedFeed(KafkaFeed):
    """A feed that knows when reading began, and ends its subscriber when so many events are applied."""

    def __init__(self, topics: Topics, group: str, count: int) -> None:
        """End after so many."""
        super().__init__(topics, group, "one")
        self.begun = self.over = 0.0
        self.stop = Flag()
        self._left = count

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Poll; reading begins when there is a first place to read from."""

        def first(partition: int) -> Place:
            self.begun = self.begun or time.perf_counter()
            return place_of(partition)

        return super().poll(first, timeout_s)

    def applied(self, batch: Batch) -> None:
        """Count."""
        super().applied(batch)
        self._left -= len(batch.entries)
        if self._left <= 0 and not self.stop.is_set():
            self.over = time.perf_counter()
            self.stop.set()


def subscribed(topics: Topics, count: int, way: str, database: Fresh) -> float:
    """Let a subscriber follow the whole topic."""
    feed = TimedFeed(topics, f"{topics.prefix}{uuid.uuid4().hex}", count)
    subscriber = Subscriber("bench", database.url, OneFeed(topics, feed))
    handled(way, subscriber, database)
    with subscriber:
        subscriber.run(feed.stop)
    return count / (feed.over - feed.begun)


def handled(way: str, subscriber: Subscriber, database: Fresh) -> None:
    """Give a subscriber a function that upserts a journey's row."""
    upsert = marked(database, UPSERT)

    def one(recorded: Recorded[Event], connection: Any) -> None:
        connection.execute(upsert, (str(recorded.journey_id), recorded.version, recorded.at.isoformat()))

    def many(events: Sequence[Recorded[Event]], connection: Any) -> None:
        rows = [(str(it.journey_id), it.version, it.at.isoformat()) for it in events]
        connection.cursor().executemany(upsert, rows)

    if way == MANY:
        subscriber.on_many(*EVENTS.values())(many)
    else:
        subscriber.on(*([AppointmentBooked] if way == ONE_TYPE else EVENTS.values()))(one)


def upserted(topics: Topics, count: int, database: Fresh) -> float:
    """Read the whole topic with a plain consumer, and upsert what its records say."""
    consumer = KafkaConsumer(
        bootstrap_servers=topics.bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=POLL_RECORDS,
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=FETCH_BYTES,
        metrics_enabled=False,
    )
    consumer.assign([TopicPartition(topics.events, number) for number in range(topics.partitions)])
    upsert, connection, left = marked(database, UPSERT), database.connect(), count
    begun = time.perf_counter()
    while left > 0:
        records = [it for some in consumer.poll(timeout_ms=100).values() for it in some]
        rows = [(it.key.decode(), it.offset, str(it.timestamp)) for it in records]
        connection.execute("BEGIN")
        connection.cursor().executemany(upsert, rows)
        connection.execute("COMMIT")
        left -= len(records)
    lasted = time.perf_counter() - begun
    consumer.close()
    connection.close()
    return count / lasted
