"""How far behind its own commits is a server's disk, and how is an event seen before it is there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.servers import Postgres

Written = tuple[Any, int, str, bytes]
"""An event of a stream: whose, which, its type and its bytes."""


@contextmanager
def late_server() -> Iterator[str]:
    """Yield the URL of a server that brings nothing to disk before it is asked to."""
    with Postgres({"wal_writer_delay": "10s", "autovacuum": "off"}) as server:
        yield server.url


def is_behind(session: psycopg.Connection[Any], place: str) -> bool:
    """Whether the disk has not come to a place in the write-ahead log."""
    row = session.execute("SELECT pg_current_wal_flush_lsn() < %s::pg_lsn", (place,)).fetchone()
    return row == (True,)


def seen_early(session: psycopg.Connection[Any], events: Iterable[Written]) -> str:
    """Append until what was committed is not yet on disk: where it lies in the write-ahead log."""
    session.execute("SET synchronous_commit = off")
    for event in events:
        session.execute("SELECT append_event(%s, %s, %s, %s)", event)
        row = session.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
        assert row is not None
        if is_behind(session, row[0]):
            return str(row[0])
    raise AssertionError
