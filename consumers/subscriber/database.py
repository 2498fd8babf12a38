"""Where does a subscriber keep its place, and which of its faults pass by themselves?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from projections.connection import TRANSIENT

PASSING_CODES = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL),
}
"""Of what SQLite calls operational, what is not the statement's fault."""

PASSING = (
    *(it for it in TRANSIENT if it is not sqlite3.OperationalError),
    *(psycopg.InterfaceError, ConnectionError, TimeoutError, MemoryError),
)
"""A database or a network that is away, a lock, a deadlock, a full disk."""


class Away(Exception):  # noqa: N818 - a state that passes
    """Something that passes by itself: what was begun is undone, and is tried again."""


def passes(error: BaseException, also: tuple[type[Exception], ...] = ()) -> bool:
    """Whether an error passes by itself or by an administrator's hand, and so says nothing of an event."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in PASSING_CODES
    return isinstance(error, (*PASSING, *also))


@contextmanager
def passing(also: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Give what passes by itself one name."""
    try:
        yield
    except Exception as error:
        if passes(error, also):
            raise Away(type(error).__name__) from error
        raise
