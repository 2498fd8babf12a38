"""How many events a second does a worker bring into a read model?"""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from consumers.garbage import seldom
from consumers.log_feed import LogFeed, histories
from consumers.topics import Topics, create
from consumers.worker import Worker
from journey.recorded import Delivery
from journey.store import at_once
from journey.store.log import EventLog
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.reading import remembered
from tests.bench import corpus
from tests.bench.databases import POSTGRES, SQLITE, Fresh, fresh, marked
from tests.bench.logs import written
from tests.bench.measured import Figure, Size, compared, figured, timed
from tests.bench.reading import DRIVERS
from tests.consumers.reading import publish

BATCH = 2_000
BACKLOG = 10
"""So many times the usual events lie on the topic: a worker holds most memory once its fetches are full."""
LIMIT = "one upsert an event, by executemany, 2,000 a transaction: nothing is decoded or folded"
RAW = "kafka-python's poll and psycopg's executemany, one upsert an event, 5,000 a transaction: nothing is decoded"
RAW_MB = "the same process by the drivers alone"


def measure(postgres_url: str, bootstrap: str, size: Size) -> Iterator[Figure]:
    """Measure each read model: through Kafka into PostgreSQL, always from the same topic, and from the log itself."""
    with written(postgres_url, BACKLOG * size.events) as log:
        topics = Topics(bootstrap=bootstrap, prefix=f"bench{uuid.uuid4().hex[:8]}.", replication=1)
        create(topics)
        publish(log, topics)
        for projection in PROJECTIONS:
            yield from through_kafka(projection.name, postgres_url, log, topics, size.turns)
        for kind in (SQLITE, POSTGRES):
            for projection in PROJECTIONS:
                yield compared(
                    f"Catching up, {projection.name}, {kind}, from the log",
                    "events/s",
                    in_fresh(kind, postgres_url, partial(caught_up, log, projection, size.events)),
                    in_fresh(kind, postgres_url, partial(upserted, log.rows(0, size.events))),
                    size.turns,
                    LIMIT,
                )


def through_kafka(name: str, postgres_url: str, log: EventLog, topics: Topics, turns: int) -> Iterator[Figure]:
    """Bring the topic into an empty read model, a process each time: how fast, and in how much memory."""

    def read(what: str) -> tuple[float, float]:
        with fresh(POSTGRES, postgres_url) as database:
            words = (what, log.journal._url, database.url, topics.bootstrap, topics.prefix, str(log.head()))
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.reading", *words], stdout=subprocess.PIPE, check=True
            )
        said = json.loads(done.stdout)
        return said["rate"], said["peak_mb"]

    pairs = [(read(DRIVERS), read(name)) for _ in range(turns)]
    rates, peaks = ([(raw[it], ours[it]) for raw, ours in pairs] for it in (0, 1))
    yield figured(f"Catching up, {name}, through Kafka into PostgreSQL", "events/s", rates, RAW)
    yield figured(f"Memory of that worker, {name}", "MB", peaks, RAW_MB)


def in_fresh(kind: str, postgres_url: str, act: Callable[[Fresh], float]) -> Callable[[], float]:
    """Do it in a fresh database each time."""

    def acted() -> float:
        with fresh(kind, postgres_url) as database:
            return act(database)

    return acted


def caught_up(log: EventLog, projection: Any, events: int, database: Fresh) -> float:
    """Bring an empty read model so far along the log."""
    decode = remembered(at_once.decode)
    models = ReadModels(
        database.url, [projection], decode=decode, clock=lambda: corpus.NOW, history=histories(log, decode)
    )
    worker = Worker(models, {projection.name: LogFeed(log, log.store_id, batch=BATCH)})

    def act() -> int:
        while worker.applied < events:
            worker.step()
        return worker.applied

    with seldom():
        rate = timed(act)
    models.close()
    return rate


def upserted(rows: list[Delivery], database: Fresh) -> float:
    """Put each event into a table by its position, as it is."""
    connection = database.connect()
    binary = "BYTEA" if database.kind == POSTGRES else "BLOB"
    connection.execute(f"CREATE TABLE raw_rows (key TEXT PRIMARY KEY, position BIGINT, body {binary})")
    upsert = marked(
        database,
        "INSERT INTO raw_rows VALUES (?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET position = excluded.position, body = excluded.body",
    )

    def act() -> int:
        for start in range(0, len(rows), BATCH):
            connection.execute("BEGIN")
            some = [(str(it.position), it.position, it.body) for it in rows[start : start + BATCH]]
            connection.cursor().executemany(upsert, some)
            connection.execute("COMMIT")
        return len(rows)

    rate = timed(act)
    connection.close()
    return rate
