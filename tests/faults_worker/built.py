"""Are the three real read models exactly what one process makes of the log, and do they say so truthfully?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any

from consumers.log_feed import LogFeed, histories
from consumers.worker import Worker
from entrypoints.importing import imported
from journey.recorded import Delivery
from journey.store import codec
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.verifying import dump
from tests.bench import corpus
from tests.bench.databases import SQLITE, stored
from tests.consumers.logs import WrittenLog

NAMES = tuple(projection.name for projection in PROJECTIONS)
JOURNEYS = 16

Dump = dict[str, list[tuple[Any, ...]]]


def lived() -> list[bytes]:
    """Return the events of a clinic's journeys in turns, as its commands made them: corrections and all."""
    with stored(SQLITE, "") as (_, store):
        lines = BytesIO(b"".join(corpus.lines(JOURNEYS)))
        assert all(it.accepted for it in imported(store.journeys, lines, "main", batch=500))
        return [row.body for row in store.log.rows(0, 100_000)]


def real_models(url: str, log: WrittenLog, *, later: timedelta = timedelta()) -> ReadModels:
    """Return the real read models in a database, which know how far the log has come; for them it is so much later."""

    def clock() -> datetime:
        return datetime.now(UTC) + later

    return ReadModels(url, PROJECTIONS, decode=codec.decode, clock=clock, history=histories(log), log=log)


def dumps(models: ReadModels) -> dict[str, Dump]:
    """Return every row of every read model."""
    return {name: dump(models, name) for name in NAMES}


def replayed(bodies: Iterable[bytes]) -> dict[str, Dump]:
    """Return every row that one process makes of these events, once, with neither Kafka nor PostgreSQL."""
    return _replayed(tuple(bodies))


@cache
def _replayed(bodies: tuple[bytes, ...]) -> dict[str, Dump]:
    with TemporaryDirectory(prefix="journey-replay-") as folder:
        log = WrittenLog(f"sqlite:///{folder}/log.db")
        log.put(bodies)
        models = real_models(f"sqlite:///{folder}/models.db", log)
        Worker(models, {name: LogFeed(log, log.store_id) for name in NAMES}).catch_up()
        rows = dumps(models)
        models.close()
        log.close()
        return rows


def assert_exact(models: ReadModels, log: WrittenLog) -> None:
    """Every row of every read model is the one that a single process makes of the log, and none says it is old."""
    assert_rows(dumps(models), replayed(row.body for row in log.rows(0, 100_000)))
    assert_truthful(models, log)
    assert all(positions(models)[name] == log.head() for name in NAMES)
    assert not any(stale(models, name) for name in NAMES)


def assert_rows(found: dict[str, Dump], expected: dict[str, Dump], *, but: Collection[str] = ()) -> None:
    """Every row is there that is expected, and no other, but for some journeys."""
    for name in NAMES:
        for table in expected[name]:
            rows, wanted = (_without(it[name][table], but) for it in (found, expected))
            assert rows == wanted, f"{name}.{table} differs"


def assert_rows_of(journey: str, found: dict[str, Dump], expected: dict[str, Dump]) -> None:
    """Every row of one journey is there that is expected, and no other."""
    for name in NAMES:
        for table in expected[name]:
            rows, wanted = ([row for row in it[name][table] if row[0] == journey] for it in (found, expected))
            assert rows == wanted, f"{name}.{table} differs"


def _without(rows: list[tuple[Any, ...]], but: Collection[str]) -> list[tuple[Any, ...]]:
    return [row for row in rows if row[0] not in but]


def positions(models: ReadModels) -> dict[str, int]:
    """Return how far each read model says it has come."""
    with models.database.reading() as session:
        return {name: models.position_in(session, name) for name in NAMES}


def caught_up(models: ReadModels, log: WrittenLog) -> bool:
    """Whether every read model says it has come to the log's end; what it says is checked each time."""
    assert_truthful(models, log)
    return all(at == log.head() for at in positions(models).values())


def stale(models: ReadModels, name: str) -> dict[str, str]:
    """Return what an answer over all journeys says of its age."""
    with models.database.reading() as session:
        return models.stale_in(session, name).any()


def assert_truthful(models: ReadModels, log: WrittenLog) -> None:
    """What is said of the rows is true: whatever lies before the position is told, and whoever is behind says so.

    The log is read first and the rows last: both only grow, so that what is missing then was missing before.
    """
    rows = log.rows(0, 100_000)
    for name in NAMES:
        with models.database.reading() as session:
            position, said = models.position_in(session, name), models.stale_in(session, name)
        for journey, missing in _missing(models, name, rows).items():
            assert said.of(journey), f"{name}: {journey} is behind at {missing} and does not say so"
            if journey not in said.parked:
                assert missing > position, f"{name}: says {position}, and {journey} is behind at {missing}"


def behind(models: ReadModels, log: WrittenLog) -> dict[str, set[str]]:
    """Return of each read model the journeys that it does not tell to their end."""
    rows = log.rows(0, 100_000)
    return {name: set(_missing(models, name, rows)) for name in NAMES}


def _missing(models: ReadModels, name: str, rows: Sequence[Delivery]) -> dict[str, int]:
    """Of each journey that is behind these events the position of the first that its rows do not tell."""
    told = {row[0]: row[2] for row in dump(models, name)["documents"]}
    found: dict[str, int] = {}
    for row in rows:
        journey = journey_of(row.body)
        if row.position > told.get(journey, 0):
            found.setdefault(journey, row.position)
    return found


@lru_cache(maxsize=10_000)
def journey_of(body: bytes) -> str:
    """Return the journey of an event."""
    return str(codec.head(body)[1])
