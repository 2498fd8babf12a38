"""How many events a second does the relay publish, and how many are verified?"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from threading import Event
from typing import Any

from kafka import KafkaProducer, TopicPartition

from consumers.outgoing import Outgoing
from consumers.proving import verify
from consumers.published import Published, reader
from consumers.relay import Relay
from consumers.topics import Topics, create
from journey.recorded import Delivery
from journey.store.log import EventLog
from tests.bench.logs import written
from tests.bench.measured import Figure, Size, compared, timed

VERIFY_LIMIT = "a consumer of kafka-python that reads the same topic: nothing is asked of the store, nothing compared"
CAUGHT_UP, VERIFIED = 20, 5
"""So many times the usual events are published, 200,000 as peers were measured, and verified; the raw limit sends as
many as are verified."""
LIMIT = "a producer without transactions that sends the same records, already in memory"


class Measured(Relay):
    """A relay that ends at a position, and knows how long it took to publish up to there."""

    last = 0
    lasted = 0.0
    _over = Event()

    def run_to(self, position: int) -> float:
        """Publish up to a position; how many events a second that was, the start apart."""
        self.last, self._over = position, Event()
        self.run(self._over)
        return position / self.lasted

    def _publish(self, *given: Any) -> None:
        begun = time.perf_counter()
        super()._publish(*given)
        self.lasted = time.perf_counter() - begun

    def _transact(self, *given: Any) -> tuple[Published, list[Delivery]]:
        done = super()._transact(*given)
        if done[0].position >= self.last:
            self._over.set()
        return done


def measure(postgres_url: str, bootstrap: str, size: Size) -> Iterator[Figure]:
    """Measure from PostgreSQL, each turn onto fresh topics."""
    with written(postgres_url, CAUGHT_UP * size.events) as log:
        rows = log.rows(0, VERIFIED * size.events)
        yield compared(
            "Relay, from PostgreSQL",
            "events/s",
            lambda: relayed(log, _fresh(bootstrap)),
            lambda: sent(rows, _fresh(bootstrap)),
            size.turns,
            LIMIT,
        )
    with written(postgres_url, VERIFIED * size.events) as log:
        topics = _fresh(bootstrap)
        relayed(log, topics)
        yield compared(
            "Relay verify, against PostgreSQL",
            "events/s",
            lambda: verified(log, topics),
            lambda: read(topics, log.head()),
            size.turns,
            VERIFY_LIMIT,
        )


def relayed(log: EventLog, topics: Topics) -> float:
    """Publish the whole log."""
    return Measured(log, topics).run_to(log.head())


def sent(rows: Sequence[Delivery], topics: Topics) -> float:
    """Send the records as the relay would, with no place and no transaction."""
    outgoing = Outgoing(topics.partitions)
    records = [outgoing.record(row) for row in rows]
    producer = KafkaProducer(
        bootstrap_servers=topics.bootstrap,
        linger_ms=5,
        batch_size=256 * 1024,
        compression_type=None,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )
    topic = topics.events

    def act() -> int:
        for record in records:
            producer.send(topic, *record)
        producer.flush()
        return len(records)

    rate = timed(act)
    producer.close()
    return rate


def verified(log: EventLog, topics: Topics) -> float:
    """Compare the whole topic with the log."""
    verdict = verify(log, topics)
    assert (verdict.faults, verdict.records) == ([], log.head())
    return verdict.records / verdict.seconds


def read(topics: Topics, records: int) -> float:
    """Read so many records of the topic."""
    consumer = reader(topics.bootstrap)
    partitions = [TopicPartition(topics.events, number) for number in range(topics.partitions)]
    consumer.assign(partitions)
    for partition in partitions:
        consumer.seek(partition, 0)

    def act() -> int:
        done = 0
        while done < records:
            done += sum(map(len, consumer.poll(timeout_ms=200, max_records=5_000).values()))
        return done

    rate = timed(act)
    consumer.close(autocommit=False)
    return rate


def _fresh(bootstrap: str) -> Topics:
    topics = Topics(bootstrap=bootstrap, prefix=f"bench{uuid.uuid4().hex[:8]}.", replication=1)
    create(topics)
    return topics
