"""Where do the benches store? In a fresh file or schema each."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from tests.bench import corpus

SQLITE = "SQLite"
POSTGRES = "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Fresh:
    """An empty database, and a folder beside it."""

    kind: str
    url: str
    folder: Path

    def other(self, name: str) -> str:
        """The URL of what lies beside the first: another file of SQLite, the same schema of PostgreSQL."""
        return self.url if self.kind == POSTGRES else f"sqlite:///{self.folder / name}"

    def connect(self) -> Any:
        """A raw connection, as durable as ours, each statement a transaction."""
        if self.kind == POSTGRES:
            return psycopg.connect(self.url, autocommit=True)
        raw = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        return raw


@contextmanager
def fresh(kind: str, postgres_url: str) -> Iterator[Fresh]:
    """Yield an empty database of a kind; it is removed afterwards."""
    with TemporaryDirectory(prefix="journey-bench-") as name:
        folder = Path(name)
        if kind == SQLITE:
            yield Fresh(kind, f"sqlite:///{folder / 'store.sqlite'}", folder)
            return
        schema = f"bench_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
            try:
                yield Fresh(kind, f"{postgres_url}?options=-csearch_path%3D{schema}", folder)
            finally:
                connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


@contextmanager
def stored(kind: str, postgres_url: str) -> Iterator[tuple[Fresh, Store]]:
    """Yield an empty store in a fresh database."""
    with fresh(kind, postgres_url) as database, reopened(database) as store:
        yield database, store


@contextmanager
def reopened(database: Fresh) -> Iterator[Store]:
    """Yield the store of a database, as each process opens it for itself."""
    with ExitStack() as opened:
        keys = Keys.open(database.folder / "master.key", database.other("keys.sqlite"))
        opened.callback(keys.close)
        store = open_store(database.url, keys=keys, clinic=corpus.clinic(), clock=lambda: corpus.NOW)
        opened.callback(store.close)
        yield store


def marked(database: Fresh, sql: str) -> str:
    """A statement with `?` for each parameter, as the raw driver has it."""
    return sql.replace("?", "%s") if database.kind == POSTGRES else sql
