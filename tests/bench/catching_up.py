"""How many events a second does a worker bring into a read model?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from consumers.log_feed import LogFeed, histories
from consumers.worker import Worker
from journey.recorded import Delivery
from journey.store import codec
from journey.store.log import EventLog
from projections.database import ReadModels
from projections.models import PROJECTIONS
from tests.bench import corpus
from tests.bench.databases import POSTGRES, SQLITE, Fresh, fresh, marked
from tests.bench.logs import written
from tests.bench.measured import Figure, Size, compared, timed

BATCHES = (500, 2_000)
LIMIT = "one upsert an event, by executemany, {} a transaction: nothing is decoded or folded"


def measure(postgres_url: str, size: Size) -> Iterator[Figure]:
    """Measure each read model on both databases, in batches as of a live feed and as of one that catches up."""
    with written(postgres_url, size.events) as log:
        rows = log.rows(0, size.events)
        for kind in (SQLITE, POSTGRES):
            for projection in PROJECTIONS:
                for batch in BATCHES:
                    yield compared(
                        f"Catching up, {projection.name}, {kind}, {batch:,} a batch",
                        "events/s",
                        in_fresh(kind, postgres_url, partial(caught_up, log, projection, batch)),
                        in_fresh(kind, postgres_url, partial(upserted, rows, batch)),
                        size.turns,
                        LIMIT.format(f"{batch:,}"),
                    )


def in_fresh(kind: str, postgres_url: str, act: Callable[[Fresh], float]) -> Callable[[], float]:
    """Do it in a fresh database each time."""

    def acted() -> float:
        with fresh(kind, postgres_url) as database:
            return act(database)

    return acted


def caught_up(log: EventLog, projection: Any, batch: int, database: Fresh) -> float:
    """Bring an empty read model to the end of the log."""
    models = ReadModels(
        database.url, [projection], decode=codec.decode, clock=lambda: corpus.NOW, history=histories(log)
    )
    worker = Worker(models, {projection.name: LogFeed(log, log.store_id, batch=batch)})

    def act() -> int:
        worker.catch_up()
        with models.database.reading() as session:
            return models.position_in(session, projection.name)

    rate = timed(act)
    models.close()
    return rate


def upserted(rows: list[Delivery], batch: int, database: Fresh) -> float:
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
        for start in range(0, len(rows), batch):
            connection.execute("BEGIN")
            some = [(str(it.position), it.position, it.body) for it in rows[start : start + batch]]
            connection.cursor().executemany(upsert, some)
            connection.execute("COMMIT")
        return len(rows)

    rate = timed(act)
    connection.close()
    return rate
