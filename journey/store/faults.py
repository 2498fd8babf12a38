"""What can go wrong with a store, in our words?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from eventsourcing import persistence

from journey.store import postgres, sqlite
from journey.store.unavailable import Conflict, StoreUnavailable, Unacknowledged

__all__ = ["Conflict", "StoreUnavailable", "Unacknowledged", "named"]


OVERTAKEN = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
AWAY = (persistence.OperationalError, persistence.InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
"""Out of reach, locked, full, shut down."""
NOT_FOR_US = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)
"""There, but not to be written by us."""


_AWAY_CODES = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB),
}


@contextmanager
def named(away: type[StoreUnavailable] = StoreUnavailable) -> Iterator[None]:
    """Give the faults of databases our names; what remains is a bug and keeps its own."""
    try:
        yield
    except (persistence.PersistenceError, psycopg.Error, sqlite3.Error) as error:
        named_error = _ours(error, away)
        if named_error is None:
            raise
        raise named_error from error


def _ours(error: Exception, away: type[StoreUnavailable]) -> Exception | None:
    """Our name for it; None if it has none."""
    cause = error.__cause__ or error
    if (table := _overtaken(cause)) is not None:
        return Conflict(table)
    if isinstance(cause, sqlite3.Error):
        is_away = _is_away(cause)
    else:
        is_away = isinstance(error, AWAY) or isinstance(cause, NOT_FOR_US)
    return away(f"The store is away, locked or full ({type(cause).__name__}).") if is_away else None


def _is_away(error: sqlite3.Error) -> bool:
    """Whether it is the file's or the disk's fault, and not the statement's: SQLite calls that operational, too."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return isinstance(error, sqlite3.DatabaseError) and code & 0xFF in _AWAY_CODES


def _overtaken(cause: BaseException) -> str | None:
    """The table at which somebody else was faster, if that is what happened."""
    if isinstance(cause, OVERTAKEN):
        return ""
    if isinstance(cause, psycopg.IntegrityError):
        return postgres.violated(cause)
    return sqlite.violated(cause) if isinstance(cause, sqlite3.IntegrityError) else None
