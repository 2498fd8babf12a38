"""How many events a second does a process build a read model from, and what does that cost the worker beside it?

python -m tests.bench.rebuilding READ_MODEL LOG MODELS     rebuilds again and again, until it is ended
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from consumers.log_feed import histories
from journey.recorded import Delivery
from journey.store import codec
from journey.store.log import EventLog
from projections.crew import together
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.rebuild import rebuild
from tests.bench import corpus
from tests.bench.catching_up import caught_up
from tests.bench.databases import POSTGRES, SQLITE, Fresh, fresh
from tests.bench.logs import written
from tests.bench.measured import Figure, Size, compared, figured, timed

LIMIT = "one row an event by {}, then its index: nothing is decoded or folded"
HOW = {POSTGRES: "COPY", SQLITE: "executemany in one transaction"}
ALONE = "the same worker with no rebuild beside it"
PROCESSES = 2
WHOLE, BESIDE = 20, 3
"""So many times the usual events are built from, 200,000 as peers were measured, and are followed with a rebuild
beside: what a build costs once, as looking through 30,000 rows to know how they are spread, is little of a long log."""


def measure(postgres_url: str, size: Size) -> Iterator[Figure]:
    """Measure each read model in both databases, by one process; and a worker with a rebuild beside it."""
    with written(postgres_url, WHOLE * size.events) as log:
        rows = log.rows(0, log.head())
        for kind in (POSTGRES, SQLITE):
            for projection in PROJECTIONS:
                yield compared(
                    f"Rebuild, {projection.name}, {kind}, one process",
                    "events/s",
                    partial(in_fresh, kind, postgres_url, partial(rebuilt, log, projection.name)),
                    partial(in_fresh, kind, postgres_url, partial(copied, rows)),
                    size.turns,
                    LIMIT.format(HOW[kind]),
                )
    with written(postgres_url, BESIDE * size.events) as log:
        pairs = [(followed(postgres_url, log), followed(postgres_url, log, beside=True)) for _ in range(size.turns)]
        yield figured(f"A worker with a rebuild by {PROCESSES} processes beside it", "events/s", pairs, ALONE)


def in_fresh(kind: str, postgres_url: str, act: partial[float]) -> float:
    """Do it in a fresh database."""
    with fresh(kind, postgres_url) as database:
        return act(database)


def rebuilt(log: EventLog, name: str, database: Fresh) -> float:
    """Build a read model of the whole log, to its switch."""
    with opened(log, database.url) as (_, models):
        return timed(lambda: rebuild(models, name, log))


def copied(rows: list[Delivery], database: Fresh) -> float:
    """Write each event as it is, and index it."""
    connection = database.connect()
    binary = "BYTEA" if database.kind == POSTGRES else "BLOB"
    connection.execute(f"CREATE TABLE raw_rows (key TEXT NOT NULL, position BIGINT, body {binary})")

    def act() -> int:
        told = ((str(it.position), it.position, it.body) for it in rows)
        connection.execute("BEGIN")
        if database.kind == POSTGRES:
            with connection.cursor().copy("COPY raw_rows FROM STDIN") as copy:
                for row in told:
                    copy.write_row(row)
        else:
            connection.executemany("INSERT INTO raw_rows VALUES (?, ?, ?)", told)
        connection.execute("CREATE UNIQUE INDEX raw_rows_keys ON raw_rows (key)")
        connection.execute("COMMIT")
        return len(rows)

    rate = timed(act)
    connection.close()
    return rate


def followed(postgres_url: str, log: EventLog, *, beside: bool = False) -> float:
    """Bring a worker along the log into PostgreSQL, alone, or with rebuilds of the same read model beside it."""
    (schedule,) = [it for it in PROJECTIONS if it.name == "schedule"]
    with fresh(POSTGRES, postgres_url) as database:
        if not beside:
            return caught_up(log, schedule, log.head(), database)
        words = (schedule.name, log.journal._url, database.url)
        command = [sys.executable, "-m", "tests.bench.rebuilding", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            try:
                assert other.stdout.readline() == "builds\n"
                return caught_up(log, schedule, log.head(), database)
            finally:
                other.kill()


@contextmanager
def opened(log: EventLog | str, models_url: str) -> Iterator[tuple[EventLog, ReadModels]]:
    """Open a log, if it is not open, and the read models."""
    own = EventLog(log, create=False) if isinstance(log, str) else log
    models = ReadModels(models_url, PROJECTIONS, decode=codec.decode, clock=lambda: corpus.NOW, history=histories(own))
    try:
        yield own, models
    finally:
        models.close()
        if own is not log:
            own.close()


def main(name: str, log_url: str, models_url: str) -> None:
    """Rebuild until somebody ends this; say when the first is under way."""
    many = together(partial(opened, log_url, models_url), PROCESSES)
    said: list[str] = []

    def hear(doing: str, done: int, _of: int) -> None:
        if doing == "building" and done and not said:
            said.append(doing)
            print("builds", flush=True)

    with opened(log_url, models_url) as (log, models):
        while True:
            rebuild(models, name, log, crew=many, heard=hear)


if __name__ == "__main__":
    main(*sys.argv[1:])
