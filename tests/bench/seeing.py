"""How long after its commit is an event seen on Kafka, by whoever reads what is committed there?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Self

import psycopg
from kafka import TopicPartition

from consumers.published import reader
from consumers.records import position_of
from consumers.topics import Topics, create
from tests.bench.databases import POSTGRES, fresh
from tests.bench.handing_on import CHANNEL
from tests.bench.latency import figures, process
from tests.bench.logs import once_more, written
from tests.bench.measured import Figure, Size
from tests.servers import until

A_SECOND = 200
NAME = f"Committed to seen on Kafka, {A_SECOND} events a second"
LIMIT = "psycopg hears of a row, a producer without transactions sends it: no place, no check"
WARM_UP = 200
"""Events that go before those that count: a broker that has just been started is slow at first."""

Commit = Callable[[], int]
"""Commits the next event, and gives its position."""


def measure(postgres_url: str, bootstrap: str, size: Size) -> Iterator[Figure]:
    """Measure with `journey relay` as a process, beside the drivers alone in another."""
    events = WARM_UP + int(size.seconds * 2 * A_SECOND)
    pairs = [
        (handed_on(postgres_url, bootstrap, events), relayed(postgres_url, bootstrap, events))
        for _ in range(size.turns)
    ]
    yield from figures(NAME, pairs, LIMIT)


def relayed(postgres_url: str, bootstrap: str, events: int) -> list[float]:
    """Milliseconds of each event, by `journey relay`."""
    topics = _fresh(bootstrap)
    with written(postgres_url, events) as log, TemporaryDirectory() as folder:
        settings = {
            "JOURNEY_DATA": folder,
            "JOURNEY_STORE_URL": log.journal._url,
            "JOURNEY_KAFKA": bootstrap,
            "JOURNEY_TOPIC_PREFIX": topics.prefix,
            "JOURNEY_REPLICATION": "1",
        }
        entries = once_more(log, events)
        with process(settings, "relay"), Seen(topics) as seen:
            until(lambda: log.head() in seen.at, seconds=60, what="the relay")
            return timed(lambda: log.append([next(entries)], [])[0], events, seen)


def handed_on(postgres_url: str, bootstrap: str, events: int) -> list[float]:
    """Milliseconds of each row, by the drivers alone."""
    topics = _fresh(bootstrap)
    with fresh(POSTGRES, postgres_url) as database, psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE raw_events (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body BYTEA)"
        )

        def commit() -> int:
            row = connection.execute(
                f"WITH told AS (SELECT pg_notify('{CHANNEL}', '')) "  # noqa: S608 - a channel of ours
                "INSERT INTO raw_events (body) SELECT %s FROM told RETURNING number",
                [b"x" * 1_000],
            ).fetchone()
            assert row is not None
            return int(row[0])

        first = commit()
        with handing_on(database.url, bootstrap, topics.events), Seen(topics) as seen:
            until(lambda: first in seen.at, seconds=60, what="the first row")
            return timed(commit, events, seen)


def timed(commit: Commit, events: int, seen: Seen) -> list[float]:
    """Commit so many a second, and compare when each was seen."""
    committed: dict[int, float] = {}
    begun = time.perf_counter()
    for number in range(events):
        time.sleep(max(begun + number / A_SECOND - time.perf_counter(), 0))
        position = commit()
        committed[position] = time.perf_counter()
    until(lambda: committed.keys() <= seen.at.keys(), seconds=60, what="all to be seen")
    return [(seen.at[it] - at) * 1000 for it, at in committed.items()][WARM_UP:]


class Seen:
    """Reads a topic, and notes when it saw each position."""

    def __init__(self, topics: Topics) -> None:
        """Begin at the beginning."""
        self.at: dict[int, float] = {}
        self._topics = topics
        self._stop = Event()
        self._thread = Thread(target=self._read)

    def __enter__(self) -> Self:
        """Read from now on."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Read no more."""
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        consumer = reader(self._topics.bootstrap)
        partitions = [TopicPartition(self._topics.events, number) for number in range(self._topics.partitions)]
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)
        while not self._stop.is_set():
            for records in consumer.poll(timeout_ms=50).values():
                now = time.perf_counter()
                self.at |= {position: now for record in records if (position := position_of(record)) is not None}
        consumer.close(autocommit=False)


@contextmanager
def handing_on(url: str, bootstrap: str, topic: str) -> Iterator[None]:
    """Run what hands rows on, meanwhile."""
    command = [sys.executable, "-m", "tests.bench.handing_on", url, bootstrap, topic]
    running = subprocess.Popen(command, env=os.environ, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.terminate()
        running.wait(30)


def _fresh(bootstrap: str) -> Topics:
    topics = Topics(bootstrap=bootstrap, prefix=f"bench{uuid.uuid4().hex[:8]}.", replication=1)
    create(topics)
    return topics
