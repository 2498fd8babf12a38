"""How are events kept in an SQLite file?"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import OperationalError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteFactory,
    SQLiteTransaction,
)

from journey.store.statements import Head, Statement, Stored, alike
from journey.store.unavailable import Conflict

FULL = 2
LOCK_TIMEOUT_S = 10
CONNECTIONS_MAX = 64
POLL_S = 0.05
"""How often a reader looks whether another process has written."""

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
"""Positions are rowids by name, so that no VACUUM renumbers them; the head is kept apart, so that none is reused."""

LAST = "SELECT state FROM stored_events WHERE originator_id = ? AND originator_version = ?"
INSERT = "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?, ?)"


class Transaction(SQLiteTransaction):
    """A transaction that takes its lock when it begins, and leaves nothing open when it can't be written."""

    def __enter__(self) -> SQLiteCursor:
        """Begin."""
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor

    def __exit__(self, *raised: object) -> None:
        """End; a commit that failed (the disk is full) leaves SQLite in the middle of it."""
        try:
            super().__exit__(*cast("Any", raised))
        finally:
            if self.connection._sqlite_conn.in_transaction:  # noqa: SLF001 - the library shows it nowhere else
                self.connection.rollback()


class Connection(SQLiteConnection):
    """A connection that knows whether it is the writer's."""

    writes = False

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Begin a transaction."""
        with Transaction(self, commit=commit) as cursor, cursor:
            yield cursor


class Pool(SQLiteConnectionPool):
    """One writer at a time and any number of readers, on connections that lose nothing at a crash.

    The library's own pool keeps the writer's lock for ever once it could give no connection.
    """

    def __init__(self, db_name: str) -> None:
        """Open nothing yet."""
        super().__init__(db_name=db_name, lock_timeout=LOCK_TIMEOUT_S, pool_size=CONNECTIONS_MAX, max_overflow=0)
        self._writing = threading.Lock()

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> SQLiteConnection:
        """Give a connection; the writer's when no other writes."""
        if is_writer and not self._writing.acquire(timeout=LOCK_TIMEOUT_S):
            raise OperationalError("another thread is writing")
        try:
            connection = cast("Connection", super().get_connection(timeout))
        except BaseException:
            if is_writer:
                self._writing.release()
            raise
        connection.writes = bool(is_writer)
        return connection

    def put_connection(self, conn: SQLiteConnection) -> None:
        """Take a connection back."""
        wrote = cast("Connection", conn).writes
        try:
            super().put_connection(conn)
        finally:
            if wrote:
                self._writing.release()

    def _create_connection(self) -> Connection:
        raw = sqlite3.connect(
            self.db_name, check_same_thread=False, isolation_level=None, timeout=LOCK_TIMEOUT_S, uri=False
        )
        try:
            _make_durable(raw)
        except BaseException:
            raw.close()
            raise
        raw.row_factory = sqlite3.Row
        return Connection(sqlite_conn=raw, max_age=None)


class SQLiteRecorder(SQLiteApplicationRecorder):
    """Events at dense positions, and whatever belongs to their transaction."""

    postgres = False
    poll_s = POLL_S

    def construct_create_table_statements(self) -> list[str]:
        """Our own tables, which the log makes."""
        return list(TABLES)

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        beside: Sequence[Statement] = (),
        heads: Sequence[Head] = (),
        **_: Any,
    ) -> Sequence[int]:
        for head in heads:
            c.execute(LAST, (head.stream.hex, head.version))
            if [sha256(row[0]).digest() for row in c.fetchall()] != [head.digest]:
                raise Conflict("stored_events")
        for sql, params in alike(beside):
            c.executemany(sql, params)
        c.execute("UPDATE log_head SET position = position + ? RETURNING position", (len(stored_events),))
        first = c.fetchall()[0][0] - len(stored_events) + 1
        rows = [
            (position, _text(it.originator_id), it.originator_version, it.topic, it.state)
            for position, it in enumerate(stored_events, first)
        ]
        c.executemany(INSERT, rows)
        return [row[0] for row in rows]

    def stream(self, originator_id: UUID, since: int) -> list[Stored]:
        """Give a stream's events from a version on."""
        sql = (
            "SELECT topic, state FROM stored_events WHERE originator_id = ? AND originator_version >= ? "
            "ORDER BY originator_version"
        )
        return cast("list[Stored]", self.read(sql, originator_id.hex, since))

    def streams(self, originator_ids: Collection[UUID]) -> dict[UUID, list[Stored]]:
        """Give some streams' events, by one question."""
        marks = ", ".join("?" * len(originator_ids))
        rows = self.read(
            "SELECT originator_id, topic, state FROM stored_events "  # noqa: S608 - marks only
            f"WHERE originator_id IN ({marks}) ORDER BY originator_version",
            *(it.hex for it in originator_ids),
        )
        found: dict[str, list[Stored]] = {it.hex: [] for it in originator_ids}
        for key, *stored in rows:
            found[key].append((stored[0], stored[1]))
        return {it: found[it.hex] for it in originator_ids}

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a question."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(sql, params)
            return [tuple(row) for row in c.fetchall()]

    def flow(self, sql: str, *params: Any) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a question: all at once, for no server would go on meanwhile."""
        yield from self.read(sql, *params)

    def write(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction."""
        with self.datastore.transaction(commit=True) as c:
            for statement in statements:
                c.execute(statement.sql, statement.params)

    def settle(self) -> None:
        """What can be seen is on disk."""

    def holds(self, table: str) -> bool:
        """Whether there is such a table."""
        return bool(self.read("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table))

    def listen(self, heard: Any) -> None:
        """Nothing tells what other processes write: their readers poll."""

    def make(self, tables: Sequence[str]) -> None:
        """Make tables; the file's lock keeps other processes out."""
        self.write([Statement(table) for table in tables])

    def close(self) -> None:
        """Nothing is open beside the pool."""


class Factory(SQLiteFactory):
    """Makes the recorder, on connections of our own making."""

    application_recorder_class = SQLiteRecorder

    def __init__(self, env: Any) -> None:
        """Put our pool into the library's datastore."""
        super().__init__(env)
        name = self.datastore.pool.db_name
        self.datastore.pool.close()
        self.datastore.pool = Pool(name)


def environment(url: str) -> dict[str, str]:
    """The library's settings for `sqlite:///path`."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": url.removeprefix("sqlite:///")}


def violated(error: sqlite3.IntegrityError) -> str | None:
    """The table whose uniqueness a statement broke; None if it broke something else."""
    if error.sqlite_errorcode not in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
        return None
    return str(error).rpartition(": ")[2].partition(".")[0]


def _make_durable(connection: sqlite3.Connection) -> None:
    """A write-ahead log, written through at every commit."""
    mode = _ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    if (mode, connection.execute("PRAGMA synchronous").fetchone()[0]) != ("wal", FULL):
        raise OperationalError("SQLite keeps no write-ahead log, or does not write it through: see its file system")


def _ahead(connection: sqlite3.Connection) -> str:
    deadline = time.monotonic() + LOCK_TIMEOUT_S
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])
        except sqlite3.OperationalError:  # two processes at a new file: SQLite does not wait here
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _text(originator_id: UUID | str) -> str:
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id
