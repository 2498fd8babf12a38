"""How long does it take from an event that is stored until its row is shown?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import psycopg
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from consumers.log_feed import feeds, histories
from consumers.topics import Topics, create
from consumers.worker import Worker
from journey.store import at_once
from journey.store.log import EventLog
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.reading import remembered
from tests.bench.databases import POSTGRES, fresh
from tests.bench.logs import once_more, written
from tests.bench.measured import Figure, Size, figured
from tests.servers import until

PAUSE_S = 0.02
"""From one event that is shown to the next that is stored."""
LOOK_S = 0.001
RAW_KAFKA = "produce, poll, insert and commit, one event at a time, by the drivers alone"
RAW_EMBEDDED = "insert and commit a row, by psycopg alone"

Shown = Callable[[str, int], bool]
"""Whether the rows of a journey tell its event of a version."""


def measure(postgres_url: str, bootstrap: str, size: Size) -> Iterator[Figure]:
    """Measure through Kafka, relay and worker processes of their own; and embedded, the worker in this process."""
    events = max(size.events // 50, 10)
    pairs = [
        (raw_through_kafka(postgres_url, bootstrap, events), through_kafka(postgres_url, bootstrap, events))
        for _ in range(size.turns)
    ]
    yield from figures("Stored to shown, through Kafka", pairs, RAW_KAFKA)
    pairs = [(raw_embedded(postgres_url, events), embedded(postgres_url, events)) for _ in range(size.turns)]
    yield from figures("Stored to shown, embedded, three read models", pairs, RAW_EMBEDDED)


def figures(name: str, pairs: Sequence[tuple[list[float], list[float]]], limit: str) -> Iterator[Figure]:
    """The median and the 99th percentile of each turn."""
    for percent in (50, 99):
        of_turns = [(percentile(raw, percent), percentile(ours, percent)) for raw, ours in pairs]
        yield figured(f"{name}, p{percent}", "ms", of_turns, limit)


def percentile(times_ms: Sequence[float], percent: int) -> float:
    """What so many of a hundred were no slower than."""
    return quantiles(times_ms, n=100, method="inclusive")[percent - 1]


def through_kafka(postgres_url: str, bootstrap: str, events: int) -> list[float]:
    """Milliseconds of each event, with `journey relay` and `journey work` as processes."""
    topics = Topics(bootstrap=bootstrap, prefix=f"bench{uuid.uuid4().hex[:8]}.", replication=1)
    create(topics)
    with written(postgres_url, 300) as log, fresh(POSTGRES, postgres_url) as models, TemporaryDirectory() as folder:
        settings = {
            "JOURNEY_DATA": folder,
            "JOURNEY_STORE_URL": log.journal._url,
            "JOURNEY_PROJECTIONS_URL": models.url,
            "JOURNEY_KAFKA": bootstrap,
            "JOURNEY_TOPIC_PREFIX": topics.prefix,
            "JOURNEY_REPLICATION": "1",
        }
        with (
            opened(models.url, log) as built,
            process(settings, "relay"),
            process(settings, "work", "audit"),
            psycopg.connect(models.url, autocommit=True) as looking,
        ):
            until(lambda: at(built, "audit") == log.head(), seconds=60, what="relay and worker")
            return timed(log, events, shown_by(looking, built, ["audit"]))


def embedded(postgres_url: str, events: int) -> list[float]:
    """Milliseconds of each event until all three read models show it, from a worker in the writer's own process."""
    with written(postgres_url, 300) as log, fresh(POSTGRES, postgres_url) as models, opened(models.url, log) as built:
        worker, stop = Worker(built, feeds(log, built.projections)), Event()
        thread = Thread(target=worker.run, args=(stop,))
        thread.start()
        try:
            until(lambda: all(at(built, it) == log.head() for it in built.projections), seconds=60, what="the worker")
            with psycopg.connect(models.url, autocommit=True) as looking:
                return timed(log, events, shown_by(looking, built, list(built.projections)))
        finally:
            stop.set()
            thread.join()


def timed(log: EventLog, events: int, shown: Shown) -> list[float]:
    """Store events one after the other, and look until each is shown."""
    times_ms = []
    for entry in once_more(log, events):
        log.append([entry], [])
        stored = time.perf_counter()
        while not shown(str(entry.originator_id), entry.originator_version):
            time.sleep(LOOK_S)
        times_ms.append((time.perf_counter() - stored) * 1000)
        time.sleep(PAUSE_S)
    return times_ms


def shown_by(looking: psycopg.Connection[Any], built: ReadModels, names: Sequence[str]) -> Shown:
    """What looks whether some read models show an event."""
    with built.database.reading() as session:
        tables = [built.live(session, name).name("documents") for name in names]
    found = " UNION ALL ".join(f"SELECT version FROM {it} WHERE journey_id = %(journey)s" for it in tables)  # noqa: S608 - tables of ours

    def shown(journey: str, version: int) -> bool:
        rows = looking.execute(found, {"journey": journey}).fetchall()
        return len(rows) == len(tables) and min(row[0] for row in rows) >= version

    return shown


def raw_through_kafka(postgres_url: str, bootstrap: str, events: int) -> list[float]:
    """Milliseconds of each record from the producer to a committed row."""
    topics = Topics(bootstrap=bootstrap, prefix=f"bench{uuid.uuid4().hex[:8]}.", replication=1)
    create(topics)
    producer = KafkaProducer(bootstrap_servers=bootstrap, metrics_enabled=False)
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, metrics_enabled=False)
    partition = TopicPartition(topics.events, 0)
    consumer.assign([partition])
    consumer.seek(partition, 0)
    body, number = b"x" * 900, count(1)
    with fresh(POSTGRES, postgres_url) as database, psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE raw_rows (number BIGINT PRIMARY KEY, body BYTEA)")

        def act() -> None:
            producer.send(topics.events, body, partition=0).get(10)
            while not consumer.poll(timeout_ms=100):
                pass
            connection.execute("INSERT INTO raw_rows VALUES (%s, %s)", [next(number), body])

        act()
        times_ms = [spent_ms(act) for _ in range(events)]
    consumer.close()
    producer.close()
    return times_ms


def raw_embedded(postgres_url: str, events: int) -> list[float]:
    """Milliseconds of each committed row."""
    with fresh(POSTGRES, postgres_url) as database, psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE raw_rows (number BIGINT PRIMARY KEY, body BYTEA)")
        number = count(1)
        insert = "INSERT INTO raw_rows VALUES (%s, %s)"
        return [spent_ms(lambda: connection.execute(insert, [next(number), b"x" * 900])) for _ in range(events)]


def spent_ms(act: Callable[[], object]) -> float:
    """How long something took."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


@contextmanager
def opened(url: str, log: EventLog) -> Iterator[ReadModels]:
    """Open the read models."""
    decode = remembered(at_once.decode)
    built = ReadModels(url, PROJECTIONS, decode=decode, clock=lambda: datetime.now(UTC), history=histories(log, decode))
    yield built
    built.close()


def at(built: ReadModels, name: str) -> int:
    """The position that a read model has come to."""
    with built.database.reading() as session:
        return built.position_in(session, name)


@contextmanager
def process(settings: dict[str, str], *words: str) -> Iterator[None]:
    """Run a command of the line meanwhile."""
    command = [sys.executable, "-c", "from entrypoints.cli import main; main()", *words]
    running = subprocess.Popen(
        command, env=os.environ | settings, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait(30)
