"""How are events kept in an SQLite file?"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteFactory,
)

from journey.store.statements import Statement

FULL = 2
LOCK_TIMEOUT_S = 10

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS stored_events (rowid INTEGER PRIMARY KEY, originator_id TEXT NOT NULL, "
        "originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, "
        "UNIQUE (originator_id, originator_version))"
    ),
    "CREATE TABLE IF NOT EXISTS log_head (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL)",
    "INSERT INTO log_head (one, position) VALUES (1, 0) ON CONFLICT DO NOTHING",
    (
        "CREATE TRIGGER IF NOT EXISTS stored_events_stay BEFORE DELETE ON stored_events "
        "BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS stored_events_as_they_are BEFORE UPDATE ON stored_events "
        "BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
    ),
)


class Pool(SQLiteConnectionPool):
    """Connections that lose nothing at a crash: write-ahead log, fully synchronous."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        raw = connection._sqlite_conn  # noqa: SLF001 - the library offers no hook for a PRAGMA
        raw.execute("PRAGMA synchronous=FULL")
        modes = (raw.execute("PRAGMA journal_mode").fetchone()[0], raw.execute("PRAGMA synchronous").fetchone()[0])
        if modes != ("wal", FULL):
            raise PersistenceError("SQLite keeps no write-ahead log, or does not write it through: see its file system")
        return connection


class SQLiteRecorder(SQLiteApplicationRecorder):
    """Events at dense positions, and whatever belongs to their transaction."""

    postgres = False

    def construct_create_table_statements(self) -> list[str]:
        """Positions are rowids of their own, so that no VACUUM renumbers them."""
        return list(TABLES)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], *, beside: Sequence[Statement] = (), **_: Any
    ) -> Sequence[int]:
        c.execute("UPDATE log_head SET position = position + ?", (len(stored_events),))  # takes the lock
        for statement in beside:
            c.execute(statement.sql, statement.params)
        c.execute("SELECT position FROM log_head")
        first = c.fetchone()[0] - len(stored_events) + 1
        rows = [
            (first + index, _text(it.originator_id), it.originator_version, it.topic, it.state)
            for index, it in enumerate(stored_events)
        ]
        c.executemany(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?,?,?,?,?)",
            rows,
        )
        return [row[0] for row in rows]

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a question."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(sql, params)
            return [tuple(row) for row in c.fetchall()]

    def write(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction."""
        with self.datastore.transaction(commit=True) as c:
            for statement in statements:
                c.execute(statement.sql, statement.params)


class Factory(SQLiteFactory):
    """Makes the recorder, on connections of our own making."""

    application_recorder_class = SQLiteRecorder

    def __init__(self, env: Any) -> None:
        """Put our pool into the library's datastore."""
        super().__init__(env)
        name = self.datastore.pool.db_name
        self.datastore.pool.close()
        self.datastore.pool = Pool(db_name=name, lock_timeout=LOCK_TIMEOUT_S)


def environment(url: str) -> dict[str, str]:
    """The library's settings for `sqlite:///path`."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": url.removeprefix("sqlite:///")}


def _text(originator_id: UUID | str) -> str:
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id


def violated(error: sqlite3.IntegrityError) -> str:
    """The table whose uniqueness a statement broke."""
    return str(error).rpartition(": ")[2].partition(".")[0]
