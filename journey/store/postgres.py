"""How are events kept in PostgreSQL?

One function appends: it takes the log's lock, gives the next dense position, inserts and notifies. Positions so appear
in the order of commits and without gaps; a follower proves it by counting. The lock is taken last, and held for the
insert and the commit only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresFactory
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from journey.store.statements import Statement

LOCK_TIMEOUT_S = 10

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS {schema}.stored_events (originator_id uuid NOT NULL, "
        "originator_version bigint NOT NULL, topic text NOT NULL, state bytea NOT NULL, "
        "notification_id bigint NOT NULL PRIMARY KEY, "
        "CONSTRAINT stored_events_version UNIQUE (originator_id, originator_version))"
    ),
    "CREATE TABLE IF NOT EXISTS {schema}.log_head (one integer PRIMARY KEY CHECK (one = 1), position bigint NOT NULL)",
    "INSERT INTO {schema}.log_head (one, position) VALUES (1, 0) ON CONFLICT DO NOTHING",
    (
        "CREATE OR REPLACE FUNCTION {schema}.append_event(stream uuid, version bigint, tag text, body bytea) "
        "RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE place bigint; BEGIN "
        "PERFORM pg_advisory_xact_lock(hashtext('journey log'), hashtext({name})); "
        "UPDATE {schema}.log_head SET position = position + 1 RETURNING position INTO place; "
        "INSERT INTO {schema}.stored_events (originator_id, originator_version, topic, state, notification_id) "
        "VALUES (stream, version, tag, body, place); "
        "PERFORM pg_notify({channel}, ''); RETURN place; END $$"
    ),
    (
        "CREATE OR REPLACE FUNCTION {schema}.events_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.stored_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION {schema}.events_stay()"
    ),
)


class PostgresRecorder(PostgresApplicationRecorder):
    """Events at dense positions, and whatever belongs to their transaction."""

    postgres = True

    def __init__(self, datastore: Any, **_: Any) -> None:
        """Put our tables and our function in the place of the library's."""
        super().__init__(datastore, events_table_name="stored_events")
        schema = datastore.schema
        self.channel_name = f"journey_log_{schema}"[:63]
        self.sql_create_statements = cast(
            "list[Composed]",
            [SQL(table).format(schema=Identifier(schema), name=schema, channel=self.channel_name) for table in TABLES],
        )
        self._append = SQL("SELECT {schema}.append_event(%b, %b, %b, %b)").format(schema=Identifier(schema))

    def create_table(self) -> None:
        """Make what is missing, one process at a time: concurrent DDL fails in PostgreSQL."""
        with self.datastore.transaction(commit=True) as curs:
            curs.execute("SELECT pg_advisory_xact_lock(hashtext('journey tables'))")
            self._create_table(curs)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, beside: Sequence[Statement] = (), **_: Any
    ) -> Sequence[int]:
        """Write events and what belongs to them, in one transaction and one round trip.

        Not tried again here, unlike the library's: whether a lost commit was one is told by the key of the command.
        """
        positions: list[int] = []
        with self.datastore.get_connection() as conn, conn.pipeline(), conn.transaction():
            for statement in beside:
                conn.execute(_spelt(statement.sql), statement.params, prepare=True)
            cursors = [self._appended(conn, event) for event in stored_events]
            positions += [cast("tuple[int]", cursor.fetchone())[0] for cursor in cursors]
        return positions

    def _appended(self, conn: psycopg.Connection[Any], event: StoredEvent) -> psycopg.Cursor[Any]:
        cursor = conn.cursor(row_factory=tuple_row)
        values = (event.originator_id, event.originator_version, event.topic, event.state)
        return cursor.execute(self._append, values, prepare=True)

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a question."""
        with self.datastore.get_connection() as conn, conn.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(_spelt(sql), params, prepare=True).fetchall()

    def write(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction."""
        with self.datastore.get_connection() as conn, conn.pipeline(), conn.transaction():
            for statement in statements:
                conn.execute(_spelt(statement.sql), statement.params, prepare=True)


class Factory(PostgresFactory):
    """Makes the recorder, on connections with everything the URL says."""

    application_recorder_class = PostgresRecorder

    def connect_as(self, url: str) -> None:
        """Take what the library's settings have no word for: options, certificates."""
        kwargs = cast("dict[str, Any]", self.datastore.pool.kwargs)
        kwargs.update(conninfo_to_dict(url))


def environment(url: str) -> dict[str, str]:
    """The library's settings for `postgresql://...`; a `search_path` in its options names the schema."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    _, _, path = parts.get("options", "").partition("search_path=")
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.get("dbname", "postgres"),
        "POSTGRES_HOST": parts.get("host", "localhost"),
        "POSTGRES_PORT": parts.get("port", "5432"),
        "POSTGRES_USER": parts.get("user", "postgres"),
        "POSTGRES_PASSWORD": parts.get("password", ""),
        "POSTGRES_SCHEMA": path.split()[0] if path else "public",
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": "39",
        "POSTGRES_CONNECT_TIMEOUT": "10",
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "30",
    }


def _spelt(sql: str) -> SQL:
    return SQL(sql.replace("?", "%s"))


def violated(error: psycopg.IntegrityError) -> str:
    """The table whose uniqueness a statement broke."""
    return error.diag.table_name or ""
