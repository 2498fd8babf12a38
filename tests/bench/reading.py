"""A process that reads an events topic into PostgreSQL, as a worker does or by the drivers alone, and says how fast.

python -m tests.bench.reading READ_MODEL LOG MODELS BOOTSTRAP PREFIX EVENTS     READ_MODEL is - for the drivers alone
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import psycopg
from kafka import KafkaConsumer, TopicPartition

from consumers.garbage import seldom
from consumers.group import POLL_RECORDS
from consumers.kafka_feed import KafkaFeed
from consumers.log_feed import histories
from consumers.topics import FETCH_BYTES, Topics
from consumers.worker import Worker
from journey.store import at_once
from journey.store.log import EventLog
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.place import Batch, Place
from projections.reading import remembered
from tests.bench import corpus, memory

DRIVERS = "-"
POLL_S = 0.2


class Timed(KafkaFeed):
    """A feed that knows when it began to read: a group is joined then."""

    begun_at = 0.0

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Poll."""

        def begun(partition: int) -> Place:
            self.begun_at = self.begun_at or time.perf_counter()
            return place_of(partition)

        return super().poll(begun, timeout_s)


def worked(name: str, log_url: str, models_url: str, topics: Topics, events: int) -> float:
    """How many events a second a worker brings into a read model, its start apart."""
    log, decode = EventLog(log_url, create=False), remembered(at_once.decode)
    (projection,) = [it for it in PROJECTIONS if it.name == name]
    models = ReadModels(
        models_url, [projection], decode=decode, clock=lambda: corpus.NOW, history=histories(log, decode)
    )
    feed = Timed(topics, topics.group(name, projection.version), "one")
    worker = Worker(models, {name: feed})
    with seldom():
        while worker.applied < events:
            worker.step(POLL_S)
    rate = events / (time.perf_counter() - feed.begun_at)
    with models.database.reading() as session:
        assert session.read(f"SELECT SUM(version) FROM {models.live(session, name).name('documents')}") == [(events,)]  # noqa: S608 - a table of ours
    feed.close()
    models.close()
    log.close()
    return rate


def upserted(models_url: str, topics: Topics, events: int) -> float:
    """How many records a second kafka-python reads and psycopg upserts, a row each, a transaction a poll."""
    consumer = KafkaConsumer(
        bootstrap_servers=topics.bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=FETCH_BYTES,
        metrics_enabled=False,
    )
    consumer.assign([TopicPartition(topics.events, number) for number in range(topics.partitions)])
    with psycopg.connect(models_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE raw_rows (key TEXT PRIMARY KEY, body BYTEA)")
        upsert = "INSERT INTO raw_rows VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET body = excluded.body"
        begun, done = time.perf_counter(), 0
        while done < events:
            polled = consumer.poll(timeout_ms=200, max_records=POLL_RECORDS)
            rows = [(f"{it.partition} {it.offset}", it.value) for some in polled.values() for it in some]
            with connection.transaction():
                connection.cursor().executemany(upsert, rows)
            done += len(rows)
        rate = events / (time.perf_counter() - begun)
    consumer.close()
    return rate


def main(name: str, log_url: str, models_url: str, bootstrap: str, prefix: str, events: str) -> int:
    """Read, and say how fast that was and what memory it took."""
    topics = Topics(bootstrap=bootstrap, prefix=prefix, replication=1)
    if name == DRIVERS:
        rate = upserted(models_url, topics, int(events))
    else:
        rate = worked(name, log_url, models_url, topics, int(events))
    print(json.dumps({"rate": rate, "peak_mb": memory.peak_mb()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
