"""How are events kept in PostgreSQL?

What appends stands in the database (`appending`); this asks it, and reads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import nullcontext
from functools import cache, lru_cache
from threading import Lock
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import Notification, OperationalError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresFactory
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from journey.store.appending import APPEND_MANY, HEADS, SETTLE, TABLES
from journey.store.listener import POLL_S, Listener
from journey.store.statements import Head, Statement, Stored, alike
from journey.store.unavailable import Conflict

T = TypeVar("T")

CONNECTIONS_MAX = 40
FLOW_ROWS = 500
"""So many rows are taken at once of an answer that flows."""
LOCK_TIMEOUT_S = 10
AWAY_S = 5
"""How long a free connection is waited for."""
KEEPALIVE_S = 30
"""After so long in silence it is asked whether the server is still there."""
RECONNECT_S = 2
"""After so long the pool gives a connection up, and the next who asks tries anew: by itself it would try ever less."""
AT_ONCE = 8
"""So many statements pay for a pipeline."""

FOR_EVER = 2**63 - 1


class PostgresRecorder(PostgresApplicationRecorder):
    """Events at dense positions, and whatever belongs to their transaction."""

    postgres = True
    poll_s = POLL_S

    def __init__(self, datastore: Any, **named: Any) -> None:
        """Put our tables and our function in the place of the library's."""
        super().__init__(datastore, **named)
        self._schema = Identifier(datastore.schema)
        self.channel_name = f"journey_log_{datastore.schema}"[:63]
        self._listening, self._listener = Lock(), cast("Listener | None", None)
        self.create_table_statements = [self._formatted(table) for table in TABLES]

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        beside: Sequence[Statement] = (),
        heads: Sequence[Head] = (),
        **_: Any,
    ) -> Sequence[int]:
        """Write events and what belongs to them in one transaction.

        Not tried again here, unlike in the library: whether it was stored when the connection broke is told by the
        key of the command.
        """
        with self.datastore.get_connection() as conn:
            if len(beside) == len(stored_events) == 1 and beside[0].call is not None:
                values = (*beside[0].params, *_values(stored_events[0]), heads[0].digest if heads else None)
                return [_whole(self._asked(conn, _calling(beside[0].call, len(values)), values))]
            many = len(beside) + len(stored_events) > AT_ONCE
            with conn.pipeline() if many else nullcontext(), conn.transaction():
                self._follow(conn, heads)
                for sql, rows in alike(beside):
                    conn.cursor().executemany(_spelt(sql), rows)
                return self._append_many(conn, stored_events)

    def _follow(self, conn: psycopg.Connection[Any], heads: Sequence[Head]) -> None:
        """Make sure that what is appended follows these. Raises Conflict."""
        if heads:
            columns = zip(*((it.stream, it.version, it.digest) for it in heads), strict=True)
            if _whole(self._asked(conn, HEADS, [list(column) for column in columns])) != len(heads):
                raise Conflict("stored_events")

    def _append_many(self, conn: psycopg.Connection[Any], events: Sequence[StoredEvent]) -> Sequence[int]:
        if not events:
            return ()
        sql = SQL(APPEND_MANY).format(schema=self._schema)
        first = _whole(self._asked(conn, sql, [list(column) for column in zip(*map(_values, events), strict=True)]))
        return range(first, first + len(events))

    def _asked(self, conn: psycopg.Connection[Any], sql: Any, values: Sequence[Any]) -> psycopg.Cursor[Any]:
        return conn.cursor(row_factory=tuple_row).execute(sql, values, prepare=True, binary=True)

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Give a stream's events: as the library's, less its ten attempts."""
        sql = (
            "SELECT originator_version, topic, state FROM stored_events WHERE originator_id = ? "  # noqa: S608 - one of two words below
            "AND originator_version > ? AND originator_version <= ? "
            f"ORDER BY originator_version {'DESC' if desc else 'ASC'} LIMIT ?"
        )
        rows = self.read(sql, originator_id, gt or 0, FOR_EVER if lte is None else lte, limit)
        return [StoredEvent(originator_id, *row) for row in rows]

    def stream(self, originator_id: UUID, since: int) -> list[Stored]:
        """Give a stream's events from a version on."""
        sql = (
            "SELECT topic, state FROM stored_events WHERE originator_id = ? AND originator_version >= ? "
            "ORDER BY originator_version"
        )
        return cast("list[Stored]", self.read(sql, originator_id, since))

    def streams(self, originator_ids: Collection[UUID]) -> dict[UUID, list[Stored]]:
        """Give some streams' events, by one question."""
        rows = self.read(
            "SELECT originator_id, topic, state FROM stored_events "
            "WHERE originator_id = ANY(?) ORDER BY originator_version",
            list(originator_ids),
        )
        found: dict[UUID, list[Stored]] = {it: [] for it in originator_ids}
        for key, *stored in rows:
            found[key].append((stored[0], stored[1]))
        return found

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Give the log's events from a position on: as the library's, less its ten attempts."""
        sql = (
            "SELECT originator_id, originator_version, topic, state, notification_id FROM stored_events "
            "WHERE notification_id > ? AND notification_id <= ? AND (? OR topic = ANY(?)) "
            "ORDER BY notification_id LIMIT ?"
        )
        after = 0 if start is None else start - inclusive_of_start
        rows = self.read(sql, after, FOR_EVER if stop is None else stop, not topics, list(topics), limit)
        return [Notification(*row) for row in rows]

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a question."""
        return self._again(lambda: self._rows(_spelt(sql), params))

    def _rows(self, sql: bytes, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self.datastore.get_connection() as conn:
            return self._asked(conn, sql, params).fetchall()

    def flow(self, sql: str, *params: Any) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a question as they come: the server goes on while whoever asked is busy with them."""
        self.read("SELECT 1")  # a connection that had died unnoticed is found out now: what flows is not asked again
        with self.datastore.get_connection() as conn, conn.cursor(row_factory=tuple_row) as cursor:
            yield from cursor.stream(_spelt(sql), params, binary=True, size=FLOW_ROWS)

    def _again(self, ask: Callable[[], T]) -> T:
        """Read, once more if the pool's connections had died unnoticed."""
        try:
            return ask()
        except OperationalError:
            self.datastore.pool.check()
            return ask()

    def write(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction."""
        with self.datastore.get_connection() as conn, conn.transaction():
            for statement in statements:
                conn.execute(_spelt(statement.sql), statement.params, prepare=True)

    def settle(self) -> None:
        """Wait until all that can be seen is on disk."""
        self.read(f"SELECT {SETTLE}")

    def holds(self, name: str) -> bool:
        """Whether there is such a table, or such a procedure."""
        sql = (
            "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = ? UNION ALL "
            "SELECT 1 FROM pg_proc WHERE pronamespace = ?::regnamespace AND proname = ?"
        )
        schema = self.datastore.schema
        return bool(self.read(sql, schema, name, schema, name))

    def make(self, tables: Sequence[str | Composed]) -> None:
        """Make tables, one process at a time: concurrent DDL fails in PostgreSQL."""
        with self.datastore.get_connection() as conn, conn.transaction():
            conn.execute("SELECT pg_advisory_xact_lock(hashtext('journey tables'))")
            for table in tables:
                conn.execute(SQL(table) if isinstance(table, str) else table)

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` whenever somebody has appended, from now on."""
        with self._listening:
            if self._listener is None:
                connect = dict(cast("dict[str, Any]", self.datastore.pool.kwargs))
                self._listener = Listener(connect, self.channel_name, heard)
                self._listener.start()

    def close(self) -> None:
        """Listen no more."""
        if self._listener is not None:
            self._listener.stop()

    def _formatted(self, table: str) -> Composed:
        return SQL(table).format(schema=self._schema, name=self.datastore.schema, channel=self.channel_name)


class Factory(PostgresFactory):
    """Makes the recorder, on connections with everything the URL says."""

    application_recorder_class = PostgresRecorder

    def connect_as(self, url: str) -> None:
        """Take what the library's settings have no word for: options, certificates; and wait for nothing for ever."""
        parts = {"connect_timeout": AWAY_S, "keepalives_idle": KEEPALIVE_S, **conninfo_to_dict(url)}
        parts["options"] = f"{parts.get('options') or ''} -c lock_timeout={int(LOCK_TIMEOUT_S * 1_000)}".strip()
        cast("dict[str, Any]", self.datastore.pool.kwargs).update(parts)
        self.datastore.pool.reconnect_timeout = RECONNECT_S


def environment(url: str) -> dict[str, str]:
    """The library's settings for `postgresql://...`; the schema is the first of its search path."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.get("dbname", "postgres"),
        "POSTGRES_HOST": parts.get("host", "localhost"),
        "POSTGRES_PORT": parts.get("port", "5432"),
        "POSTGRES_USER": parts.get("user", "postgres"),
        "POSTGRES_PASSWORD": parts.get("password", ""),
        "POSTGRES_SCHEMA": _schema(url),
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": str(CONNECTIONS_MAX - 1),
        "POSTGRES_CONNECT_TIMEOUT": str(AWAY_S),
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "30",
    }


def violated(error: psycopg.IntegrityError) -> str | None:
    """The table whose uniqueness a statement broke; None if it broke something else."""
    return error.diag.table_name if isinstance(error, psycopg.errors.UniqueViolation) else None


def _schema(url: str) -> str:
    with psycopg.connect(url, connect_timeout=AWAY_S) as conn:
        found = conn.execute("SELECT current_schema()").fetchone()
    if found is None or found[0] is None:
        raise OperationalError("the search path names no schema that is there")
    return str(found[0])


def _values(event: StoredEvent) -> tuple[Any, ...]:
    return event.originator_id, event.originator_version, event.topic, event.state


def _whole(cursor: psycopg.Cursor[Any]) -> int:
    return int(cast("tuple[int]", cursor.fetchone())[0])


@cache
def _calling(procedure: str, values: int) -> bytes:
    return f"CALL {procedure}({', '.join(['%b'] * values)}, NULL)".encode()


@lru_cache(maxsize=1_000)
def _spelt(sql: str) -> bytes:
    """As psycopg wants it: in bytes, since it would make them of anything else again each time."""
    return sql.replace("?", "%s").encode()
