"""How do SQLite and PostgreSQL look alike to the read models?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import orjson
import psycopg

TRANSIENT = (
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.ReadOnlySqlTransaction,
)
"""What passes by itself or by an administrator's hand: a lock, a full disk, a server that is away or stands by."""

TAKEN = (sqlite3.IntegrityError, psycopg.errors.UniqueViolation)
"""What a database says to a row whose keys another has."""

IDLE_S = 30
"""PostgreSQL ends a transaction that writes and is silent for so long: whoever takes over waits for its locks."""
AT_ONCE = 5_000
"""So many rows are held of an answer that is read in pieces."""


class Cursor(Protocol):
    """What both drivers' cursors offer."""

    rowcount: int
    connection: Any

    def execute(self, sql: Any, params: Sequence[Any] = (), /) -> Any:
        """Run a statement."""

    def executemany(self, sql: Any, params: Iterable[Any], /) -> Any:
        """Run a statement for each row."""

    def copy(self, sql: Any, /) -> Any:
        """Begin to write rows. PostgreSQL's alone."""

    def fetchall(self) -> list[Any]:
        """Give the rows."""


class Session:
    """One transaction: statements with `?` for each parameter."""

    def __init__(self, cursor: Cursor, *, postgres: bool) -> None:
        """Speak through a driver's cursor."""
        self._cursor = cursor
        self.postgres = postgres
        self.found: dict[object, Any] = {}
        """What was found out in this transaction, and is true as long as it lasts."""

    @property
    def connection(self) -> Any:
        """The driver's connection, for whoever has statements of its own in this transaction."""
        return self._cursor.connection

    def run(self, sql: str, *params: Any) -> int:
        """Run a statement; the number of rows it touched."""
        self._cursor.execute(self._spelt(sql), params)
        return self._cursor.rowcount

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run a statement for every row; the number of rows it touched."""
        if not rows:
            return 0
        self._cursor.executemany(self._spelt(sql), rows)
        return self._cursor.rowcount

    def put(self, table: str, keys: Sequence[str], columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows, each in the place of the one with its keys: on PostgreSQL by one statement for all."""
        if not rows:
            return
        names = ", ".join((*keys, *columns))
        updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
        self._bulk(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)",  # noqa: S608 - names of ours
            f"INSERT INTO {table} ({names}) VALUES ({_marks((*keys, *columns))})",  # noqa: S608 - as above
            f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {updates}",
            rows,
        )

    def copy(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """Write rows that are not there, the fastest way there is; of each column its type is told.

        Raises one of TAKEN where one is there: nothing can be written any more in this transaction.
        """
        if not rows:
            return
        names = ", ".join(columns)
        if not self.postgres:
            marks = ", ".join("?" * len(columns))
            self._cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names of ours
            return
        with self._cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            copy.set_types([*columns.values()])  # else each value of each row is asked for its own
            for row in rows:
                copy.write_row(row)

    def drop(self, table: str, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Delete the rows with these keys."""
        if not rows:
            return
        names = ", ".join(keys)
        self._bulk(
            f"DELETE FROM {table} WHERE ({names}) IN "  # noqa: S608 - names of ours
            f"(SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json))",
            f"DELETE FROM {table} WHERE ({names}) = ({_marks(keys)})",  # noqa: S608 - as above
            "",
            rows,
        )

    def _bulk(self, postgres: str, sqlite: str, rest: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if self.postgres:
            self._cursor.execute(postgres + rest, (orjson.dumps(rows).decode(),))
        else:
            self._cursor.executemany(sqlite + rest, rows)

    @property
    def listed(self) -> str:
        """The rows of a JSON list given as a parameter: `IN (...)` many, whatever their number."""
        return "SELECT json_array_elements_text(?::json)" if self.postgres else "SELECT value FROM json_each(?)"

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        self._cursor.execute(self._spelt(sql), params)
        return [tuple(row) for row in self._cursor.fetchall()]

    def pieces(self, sql: str, at_once: int = AT_ONCE) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a question, so many at once: no more are held, here or by the driver."""
        name = {"name": "pieces"} if self.postgres else {}  # a cursor with a name is read where the rows are
        with closing(self.connection.cursor(**name)) as cursor:
            cursor.execute(self._spelt(sql))
            while rows := cursor.fetchmany(at_once):
                yield [tuple(row) for row in rows]

    def columns(self, table: str) -> list[str]:
        """The columns of a table; none if there is no such table."""
        if self.postgres:
            sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND "
            found = self.read(f"{sql} table_name = ?", table)
        else:
            found = self.read("SELECT name FROM pragma_table_info(?)", table)
        return [row[0] for row in found]

    def _spelt(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.postgres else sql


def _marks(names: Sequence[str]) -> str:
    return ", ".join(f":{name}" for name in names)


class Database:
    """A database by its URL: `sqlite:///path` or `postgresql://...`; connections are kept and used again."""

    def __init__(self, url: str) -> None:
        """Know the URL; nothing is opened yet."""
        self.postgres = url.startswith(("postgresql://", "postgres://"))
        self._url = url
        self._idle: list[Any] = []
        self._lock = Lock()

    @contextmanager
    def writing(self, *, again: bool = False) -> Iterator[Session]:
        """One transaction that writes: SQLite's lock is taken at its start.

        What can be done `again` is not waited for until it is on disk: the end of a server may undo the last of it,
        place and all.
        """
        begin = f"BEGIN; SET LOCAL idle_in_transaction_session_timeout = '{IDLE_S}s'"
        late = "; SET LOCAL synchronous_commit = off" if again else ""
        with self._transaction(begin + late if self.postgres else "BEGIN IMMEDIATE") as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that reads: every question in it sees the same moment."""
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if self.postgres else "BEGIN") as it:
            yield it

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Session]:
        connection = self._taken()
        try:
            cursor = connection.cursor()
            cursor.execute(begin)
            yield Session(cursor, postgres=self.postgres)
            cursor.execute("COMMIT")
            cursor.close()
        except BaseException:
            with suppress(sqlite3.Error, psycopg.Error):
                connection.close()  # what was begun is undone
            raise
        with self._lock:
            self._idle.append(connection)

    def _taken(self) -> Any:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._opened()

    def _opened(self) -> Any:
        if self.postgres:
            return psycopg.connect(self._url, autocommit=True)
        path = self._url.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")  # rows and place are lost together, and read again
        return connection

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
