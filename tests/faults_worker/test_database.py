"""Are the rows exact when the read models' database is away, ends a deadlock, or refuses to serialize?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest

from consumers.topics import Topics
from projections.connection import TRANSIENT
from projections.database import ReadModels
from projections.redriving import queues
from projections.status import status
from tests.consumers.logs import WrittenLog
from tests.faults.fired import Fired
from tests.faults_worker.built import (
    NAMES,
    assert_exact,
    assert_truthful,
    caught_up,
    journey_of,
    positions,
    real_models,
    stale,
)
from tests.faults_worker.members import Member
from tests.projections.reading import spelled
from tests.servers import Postgres, until
from tests.store.faults.small_disk import SmallDisk, fill

pytestmark = pytest.mark.timeout(300)  # real servers, sometimes on a busy machine

SERIALIZABLE = "%20-cdefault_transaction_isolation%3Dserializable"


def tries(caplog: pytest.LogCaptureFixture) -> Counter[str]:
    """Return how often a worker tried again, by what passed."""
    said = [re.fullmatch(r"trying again in .* s: (\w+)", record.getMessage()) for record in caplog.records]
    return Counter(it[1] for it in said if it)


@pytest.mark.parametrize(
    "away_s",
    [
        pytest.param(3, marks=pytest.mark.slow),
        pytest.param(60, marks=[pytest.mark.soak, pytest.mark.timeout(300)]),
    ],
)
def test_a_database_that_is_away(
    away_s: float,
    published: Topics,
    log: WrittenLog,
    story: list[bytes],
    caplog: pytest.LogCaptureFixture,
    fired: Fired,
) -> None:
    """While the database is away nothing is answered; afterwards rows say they are old until they are not.

    Nothing is parked for it.
    """
    fired.plan("database away", "killed", "stopped")
    with Postgres() as server:
        built = real_models(server.url, log)
        with Member("one", published, server.url, log):
            for take, phase in ((server.kill, "killed"), (server.stop, "stopped")):
                log.put(story[:500])
                until(lambda: caught_up(built, log), seconds=60, what="the events")
                take()
                story = story[500:]
                log.put(story[:300])
                caplog.clear()
                wait_away(caplog, away_s)
                fired.fire("database away", phase)
                with pytest.raises(TRANSIENT):
                    status(built, log)
                server.start()
                assert all(stale(built, name) for name in NAMES)
                assert all(it["lag_events"] >= 300 for it in status(built, log))  # killed, it may undo the last
                until(lambda: caught_up(built, log), seconds=60, what="what was written meanwhile")
                story = story[300:]
        assert_exact(built, log)
        assert not any(queues(built, name) for name in NAMES)
        built.close()


@pytest.mark.slow
def test_what_a_killed_server_undid_is_applied_again(
    published: Topics, log: WrittenLog, story: list[bytes], fired: Fired
) -> None:
    """A server that is killed undoes batches that were not on disk; the worker reads them again, unasked."""
    fired.plan("database away", "killed with batches undone")
    with Postgres({"wal_writer_delay": "10s"}) as server:  # so long may batches be away from the disk
        built = real_models(server.url, log)
        with Member("one", published, server.url, log):
            log.put(story[:500])
            until(lambda: caught_up(built, log), seconds=60, what="the events")
            server.kill()
            server.start()
            if set(positions_after_restart(built)) != {500}:
                fired.fire("database away", "killed with batches undone")
            until(lambda: caught_up(built, log), seconds=60, what="what was undone")
        assert_exact(built, log)
        built.close()


def positions_after_restart(built: ReadModels) -> list[int]:
    """Return how far each read model has come, through new connections: the old ones ended with the server."""
    built.close()
    return [*positions(built).values()]


def wait_away(caplog: pytest.LogCaptureFixture, seconds: float) -> None:
    """Wait until the worker has waited so long in all, each time longer."""

    def waited() -> float:
        said = [re.match(r"trying again in ([\d.]+) s", record.getMessage()) for record in caplog.records]
        return sum(float(it[1]) for it in said if it)

    until(lambda: waited() >= seconds, seconds=seconds + 60, what="the worker to try again and again")


@contextmanager
def locked(url: str, journey: str) -> Iterator[psycopg.Connection]:
    """Yield a session that holds a journey's document."""
    with psycopg.connect(url) as session:
        session.execute("SET deadlock_timeout = '60s'")  # it is not the one to give up
        held = session.execute(spelled("SELECT 1 FROM schedule.documents WHERE journey_id = %s FOR UPDATE"), [journey])
        assert held.rowcount == 1
        yield session


def wait_until_blocked(by: psycopg.Connection, url: str) -> None:
    """Wait until somebody waits for a session."""
    sql = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    with psycopg.connect(url, autocommit=True) as looking:
        until(
            lambda: looking.execute(sql, [by.info.backend_pid]).fetchall(), seconds=60, what="the worker to be blocked"
        )


def assert_stalled(url: str, log: WrittenLog) -> None:
    """A worker that hangs is no more said to be catching up once it has hung for a minute; rows say they are old."""
    soon = real_models(url, log, later=timedelta(minutes=1))
    states = {it["name"]: it["state"] for it in status(soon, log)}
    assert states["schedule"] == "stalled"
    assert set(states.values()) <= {"stalled", "current"}
    assert_truthful(soon, log)
    soon.close()


def test_a_deadlock(
    published: Topics,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    caplog: pytest.LogCaptureFixture,
    fired: Fired,
) -> None:
    """A worker that the server chose to end a deadlock tries again; the rows are exact and nothing is parked."""
    fired.plan("deadlock", "DeadlockDetected")
    with Member("one", published, postgres_schema, log):
        log.put(story[:1_000])
        until(lambda: caught_up(built, log), seconds=60, what="the first events")
        with locked(postgres_schema, journey_of(story[1_000])) as session:
            log.put(story[1_000:])
            wait_until_blocked(session, postgres_schema)
            session.execute("SELECT 1 FROM places FOR UPDATE")  # which the worker holds: one of them must give up
            until(lambda: tries(caplog)["DeadlockDetected"], seconds=60, what="the worker to hear of it")
            fired.fire("deadlock", "DeadlockDetected")
            assert_truthful(built, log)
        until(lambda: caught_up(built, log), seconds=60, what="everything to be applied")
    assert_exact(built, log)
    assert not any(queues(built, name) for name in NAMES)


def test_a_serialization_failure(
    published: Topics,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    caplog: pytest.LogCaptureFixture,
    fired: Fired,
) -> None:
    """Where an administrator made transactions serializable, one that is refused is tried again; nothing is parked."""
    fired.plan("serialization failure", "SerializationFailure")
    with Member("one", published, postgres_schema + SERIALIZABLE, log):
        log.put(story[:1_000])
        until(lambda: caught_up(built, log), seconds=60, what="the first events")
        with locked(postgres_schema, journey_of(story[1_000])) as session:
            log.put(story[1_000:])
            wait_until_blocked(session, postgres_schema)
            session.execute(spelled("UPDATE schedule.documents SET body = body"))
            assert_stalled(postgres_schema, log)
        until(lambda: tries(caplog)["SerializationFailure"], seconds=60, what="the worker to hear of it")
        fired.fire("serialization failure", "SerializationFailure")
        until(lambda: caught_up(built, log), seconds=60, what="everything to be applied")
    assert_exact(built, log)
    assert not any(queues(built, name) for name in NAMES)


@pytest.mark.soak
def test_a_full_disk(
    published: Topics, log: WrittenLog, story: list[bytes], caplog: pytest.LogCaptureFixture, fired: Fired
) -> None:
    """A full disk of the read models ends nothing: the worker tries until there is room, and parks nothing."""
    fired.plan("full disk", "the read models'")
    with SmallDisk() as server, psycopg.connect(server.url, autocommit=True) as other:
        built = real_models(server.url, log)
        with Member("one", published, server.url, log):
            log.put(story[:300])
            until(lambda: caught_up(built, log), seconds=60, what="the first events")
            fill(other, leave_kb=200)
            log.put(story[300:])
            until(lambda: tries(caplog)["DiskFull"], seconds=60, what="the disk to be full")
            fired.fire("full disk", "the read models'")
            assert_truthful(built, log)
            other.execute("DROP TABLE ballast")
            until(lambda: caught_up(built, log), seconds=60, what="everything to be applied")
        assert_exact(built, log)
        assert not any(queues(built, name) for name in NAMES)
        built.close()
