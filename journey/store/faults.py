"""What can go wrong with a store, in our words?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from eventsourcing import persistence

from journey.store import postgres, sqlite


class StoreUnavailable(Exception):  # noqa: N818 - a state that passes, told to whoever asks
    """The store can't be reached or written: nothing was stored."""


class Unacknowledged(StoreUnavailable):
    """The store went away while it was written: whether it was stored is told by the command's key."""


class Conflict(Exception):  # noqa: N818 - says which uniqueness was broken; the command is done again
    """Somebody else was faster."""

    def __init__(self, table: str) -> None:
        """Name the table whose uniqueness was broken."""
        super().__init__(table)
        self.table = table


AWAY = (persistence.OperationalError, persistence.InterfaceError, psycopg.OperationalError, sqlite3.OperationalError)
"""Out of reach, locked, full, shut down."""
FOREIGN = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction, psycopg.InterfaceError)
"""There, but not to be written by us, or cut off in the middle."""
OVERTAKEN = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


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
    if isinstance(error, AWAY) or isinstance(cause, FOREIGN) or type(cause) is sqlite3.DatabaseError:
        return away(f"The store is away, locked or full ({type(cause).__name__}).")
    return None


def _overtaken(cause: BaseException) -> str | None:
    """The table at which somebody else was faster, if that is what happened."""
    if isinstance(cause, OVERTAKEN):
        return ""
    if isinstance(cause, psycopg.IntegrityError):
        return postgres.violated(cause)
    return sqlite.violated(cause) if isinstance(cause, sqlite3.IntegrityError) else None
