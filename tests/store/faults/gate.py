"""How is a backend held at a point of its work, so that a fault hits it there and nowhere else?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.servers import processes

KEY = 4_711
HELD = (
    "CREATE OR REPLACE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN PERFORM pg_advisory_xact_lock_shared({KEY}); RETURN NULL; END $$"
)
INSERTED = "CREATE TRIGGER inserted AFTER INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION held()"
COMMITTING = (
    "CREATE CONSTRAINT TRIGGER committing AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION held()"
)
WAITING = (
    f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {KEY} AND NOT granted "  # noqa: S608 - a number of ours
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
AT_THE_LOG = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
    "AND query LIKE '%append%'"
)
AT_A_STANDBY = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@dataclass(frozen=True, slots=True)
class Gate:
    """A session that holds back whoever comes to a point."""

    session: psycopg.Connection[Any]
    at: str

    def held(self) -> int:
        """Wait until a backend is held; its process."""

        def waiting() -> int | None:
            row = self.session.execute(self.at).fetchone()
            return None if row is None else int(row[0])

        return processes.until(waiting, seconds=20, what="a backend at the gate") or 0

    def terminate(self, backend: int) -> None:
        """Kill a backend that is held, as an administrator or a failing machine does."""
        assert self.session.execute("SELECT pg_terminate_backend(%s, 10000)", [backend]).fetchone() == (True,)


@contextmanager
def at_insert(url: str, table: str, *, commit: bool = False) -> Iterator[Gate]:
    """Hold who has inserted into a table; or who is about to commit what it inserted."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(HELD.encode())
        session.execute((COMMITTING if commit else INSERTED).format(table=table).encode())
        session.execute(f"SELECT pg_advisory_lock({KEY})".encode())
        yield Gate(session, WAITING)


@contextmanager
def at_the_log(url: str) -> Iterator[Gate]:
    """Hold who wants the next position."""
    with psycopg.connect(url) as holding, psycopg.connect(url, autocommit=True) as session:
        holding.execute("UPDATE log_head SET position = position")
        yield Gate(session, AT_THE_LOG)


@contextmanager
def at_a_standby(url: str) -> Iterator[Gate]:
    """Hold who has committed: its acknowledgement waits for a standby that never comes."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("SET synchronous_commit = local")
        _standbys(session, "nobody")
        try:
            yield Gate(session, AT_A_STANDBY)
        finally:
            _standbys(session, "")


def _standbys(session: psycopg.Connection[Any], names: str) -> None:
    session.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'".encode())
    session.execute("SELECT pg_reload_conf()")
    processes.until(
        lambda: session.execute("SHOW synchronous_standby_names").fetchone() == (names,),
        seconds=20,
        what="the settings to be read",
    )
