"""Where do the wrapped keys lie? Apart from the events, on a connection of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from psycopg.sql import SQL
from psycopg_pool import ConnectionPool

from journey.store.faults import named
from journey.store.postgres import AWAY_S, RECONNECT_S

TABLE = (
    "CREATE TABLE IF NOT EXISTS data_keys (owner TEXT PRIMARY KEY, key_id TEXT NOT NULL, sealed {bytes}, "
    "CHECK ((sealed IS NULL) = (key_id = '')))"
)
"""A destroyed key leaves its owner's row behind, so that no other is made."""

ADD = "INSERT INTO data_keys (owner, key_id, sealed) VALUES (?, ?, ?) ON CONFLICT (owner) DO NOTHING"
DESTROY = (
    "INSERT INTO data_keys (owner, key_id, sealed) VALUES (?, '', NULL) "
    "ON CONFLICT (owner) DO UPDATE SET key_id = '', sealed = NULL"
)
REPLACE = "UPDATE data_keys SET sealed = ? WHERE owner = ? AND key_id = ?"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key as it is kept: whose, its name, and itself under the master key; None once destroyed."""

    owner: UUID
    key_id: str
    sealed: bytes | None = field(repr=False)


class Run(Protocol):
    """Runs a statement with `?` for each parameter, and gives its rows."""

    def __call__(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Run it."""


class Connection(Protocol):
    """A database of ours alone."""

    @property
    def bytes_type(self) -> str:
        """What it calls a column of bytes."""

    def transaction(self, *, writes: bool = True) -> AbstractContextManager[Run]:
        """Begin a transaction; what it writes is on disk when it ends."""

    def alone(self, run: Run) -> None:
        """Keep other processes from making tables until the transaction ends."""

    def close(self) -> None:
        """Close it."""


class KeyStore:
    """Wrapped keys by owner; each act is a transaction, on disk when it returns. Raises StoreUnavailable."""

    def __init__(self, connection: Connection) -> None:
        """Make the table if it is missing."""
        self._connection = connection
        with self._transaction() as run:
            connection.alone(run)
            run(TABLE.format(bytes=connection.bytes_type))

    @contextmanager
    def _transaction(self, *, writes: bool = True) -> Iterator[Run]:
        """Begin a transaction. Raises StoreUnavailable."""
        with named(), self._connection.transaction(writes=writes) as run:
            yield run

    def find(self, owners: Collection[UUID]) -> list[Wrapped]:
        """The rows of those owners that have one."""
        names, found = [str(owner) for owner in owners], []
        with self._transaction(writes=False) as run:
            for start in range(0, len(names), AT_ONCE):
                some = names[start : start + AT_ONCE]
                marks = ", ".join("?" * len(some))
                sql = f"SELECT owner, key_id, sealed FROM data_keys WHERE owner IN ({marks})"  # noqa: S608 - marks only
                found += run(sql, *some)
        return [Wrapped(UUID(owner), key_id, sealed) for owner, key_id, sealed in found]

    def owners(self) -> list[UUID]:
        """Everybody who has or had a key."""
        with self._transaction(writes=False) as run:
            return [UUID(owner) for (owner,) in run("SELECT owner FROM data_keys ORDER BY owner")]

    def add(self, wrapped: Sequence[Wrapped]) -> None:
        """Keep keys, but none whose owner has or had one."""
        with self._transaction() as run:
            for it in sorted(wrapped, key=attrgetter("owner")):  # in order, so that nobody waits for who waits for him
                run(ADD, str(it.owner), it.key_id, it.sealed)

    def replace(self, wrapped: Sequence[Wrapped]) -> None:
        """Keep the same keys, wrapped anew; all or none."""
        with self._transaction() as run:
            for it in wrapped:
                run(REPLACE, it.sealed, str(it.owner), it.key_id)

    def destroy(self, owner: UUID) -> None:
        """Leave nothing of a key but that it was."""
        with self._transaction() as run:
            run(DESTROY, str(owner))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


class SqliteFile:
    """An SQLite file; what is overwritten there is wiped."""

    bytes_type = "BLOB"

    def __init__(self, path: Path) -> None:
        """Open or make the file, for its owner's eyes only."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._lock = Lock()
        self._connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Run]:
        """Take the file's lock, to write or to read only."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield self._run
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # not so if SQLite has ended it itself, as at a full disk
                    self._connection.execute("ROLLBACK")
                raise

    def alone(self, run: Run) -> None:
        """The transaction has the file's lock."""

    def _run(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, params).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class Postgres:
    """PostgreSQL, on connections of our own."""

    bytes_type = "BYTEA"

    def __init__(self, url: str) -> None:
        """Connect."""
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=8,
            open=True,
            timeout=AWAY_S,
            reconnect_timeout=RECONNECT_S,
            check=ConnectionPool.check_connection,  # one that died unnoticed costs nobody a command
        )

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Run]:  # noqa: ARG002 - readers hold up nobody here
        """Take a connection, until it has committed."""
        with self._pool.connection() as connection:

            def run(sql: str, *params: Any) -> list[tuple[Any, ...]]:
                cursor = connection.execute(SQL(sql.replace("?", "%s")), params)
                return cursor.fetchall() if cursor.description else []

            yield run

    def alone(self, run: Run) -> None:
        """Take the lock that the store's tables are made under: concurrent DDL fails in PostgreSQL."""
        run("SELECT pg_advisory_xact_lock(hashtext('journey tables'))")

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


def key_store(url: str) -> KeyStore:
    """The store at a URL: `sqlite:///path` or `postgresql://...`. Raises StoreUnavailable."""
    with named():
        if url.startswith("sqlite:///"):
            return KeyStore(SqliteFile(Path(url.removeprefix("sqlite:///"))))
        return KeyStore(Postgres(url))
