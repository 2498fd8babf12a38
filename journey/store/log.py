"""What happened, in order? The event store, on the `eventsourcing` library."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from threading import Condition
from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, InterfaceError, Mapper, OperationalError
from eventsourcing.utils import Environment

from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.store import codec, postgres, sqlite
from journey.store.mapper import BytesMapper, Entry
from journey.store.statements import Statement

FORBIDDEN = ("CIPHER_KEY", "CIPHER_TOPIC", "COMPRESSOR_TOPIC", "POSTGRES_ENABLE_DB_FUNCTIONS")
"""Settings of the library that would change stored bytes, or lose events for followers."""

POLL_S = 0.05

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, sqlite3.OperationalError, OSError)
"""What passes by itself or by an administrator's hand; all else is a bug, and crashes."""


class StoreUnavailable(Exception):  # noqa: N818 - a state that passes, told to whoever asks
    """The store can't be reached or written: nothing was stored."""


class Conflict(Exception):  # noqa: N818 - says which uniqueness was broken; the command is done again
    """Somebody else was faster."""

    def __init__(self, table: str) -> None:
        """Name the table whose uniqueness was broken."""
        super().__init__(table)
        self.table = table


class Journal(Application[UUID]):
    """The library's application: its save, mapper, recorder and notification log, on our recorders."""

    log_section_size = 1_000

    def __init__(self, url: str, *, create: bool) -> None:
        """Open the database of a URL."""
        for name in FORBIDDEN:
            if os.environ.get(name):
                raise StoreUnavailable(f"{name} is set: it would change what is stored. Unset it.")
        self._url = url
        self._postgres = url.startswith(("postgresql://", "postgres://"))
        settings = postgres.environment(url) if self._postgres else sqlite.environment(url)
        super().__init__(settings | {"CREATE_TABLE": "y" if create else "n"})

    def construct_factory(self, env: Environment) -> Any:
        """Make our recorders."""
        if not self._postgres:
            return sqlite.Factory(env)
        factory = postgres.Factory(env)
        factory.connect_as(self._url)
        return factory

    def construct_mapper(self) -> Mapper[UUID]:
        """Pass our bytes through."""
        return BytesMapper(transcoder=cast("Any", None))


class EventLog:
    """The log of all journeys: dense positions from 1, each event there once."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Open the log of `sqlite:///path` or `postgresql://...`. Raises StoreUnavailable."""
        with _faults():
            self.journal = Journal(url, create=create)
        self.recorder = cast("sqlite.SQLiteRecorder | postgres.PostgresRecorder", self.journal.recorder)
        self.postgres = self.recorder.postgres
        self.store_id = ""
        self._grown = Condition()

    def append(self, entries: Sequence[Entry], beside: Sequence[Statement]) -> list[int]:
        """Store events and what belongs to them in one transaction; their positions.

        Raises Conflict, or StoreUnavailable when it is not known whether they were stored.
        """
        with _faults():
            recordings = self.journal.save(*cast("Any", entries), beside=beside)
        with self._grown:
            self._grown.notify_all()
        return [recording.notification.id for recording in recordings]

    def entries(self, journey_id: UUID) -> list[Entry]:
        """Give a journey's events as stored."""
        with _faults():
            return cast("list[Entry]", list(self.journal.events.get(journey_id)))

    def history(self, journey_id: UUID) -> list[Recorded[Event]]:
        """Give a journey's events, decoded."""
        return [codec.decode(entry.body) for entry in self.entries(journey_id)]

    def stream(self, journey_id: UUID) -> list[Delivery]:
        """Give a journey's events with their positions."""
        key = journey_id if self.postgres else journey_id.hex
        position = "notification_id" if self.postgres else "rowid"
        sql = f"SELECT {position}, state FROM stored_events WHERE originator_id = ? ORDER BY originator_version"  # noqa: S608 - a column of ours
        return [Delivery(row[0], bytes(row[1])) for row in self.read(sql, key)]

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position, in order."""
        with _faults():
            found = self.recorder.select_notifications(after, limit, inclusive_of_start=False)
        return [Delivery(cast("int", row.id), row.state) for row in found]

    def row(self, position: int) -> Delivery | None:
        """Give the event at a position."""
        found = self.rows(position - 1, 1)
        return found[0] if found and found[0].position == position else None

    def head(self) -> int:
        """Give the last position; 0 when nothing has happened yet."""
        with _faults():
            return self.recorder.max_notification_id() or 0

    def wait(self, after: int, timeout_s: float) -> bool:
        """Wait until the log is longer than a position, at most so long: a nudge in this process, else by polling."""
        deadline = time.monotonic() + timeout_s
        while self.head() <= after:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            with self._grown:
                self._grown.wait(min(POLL_S, remaining))
        return True

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a question."""
        with _faults():
            return self.recorder.read(sql, *params)

    def write(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction. Raises Conflict."""
        with _faults():
            self.recorder.write(statements)

    def make(self, tables: Sequence[str]) -> None:
        """Make tables, one process at a time."""
        lock = [Statement("SELECT pg_advisory_xact_lock(hashtext('journey tables'))")] if self.postgres else []
        self.write([*lock, *(Statement(table) for table in tables)])

    def close(self) -> None:
        """Close the connections."""
        self.journal.close()


class _faults:  # noqa: N801 - reads as the word it is used as
    """Gives the library's faults our names: a conflict, or a store that is away."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Translate."""
        if isinstance(error, IntegrityError):
            raise Conflict(_violated(error.__cause__)) from error
        if isinstance(error, AWAY):
            raise StoreUnavailable(
                f"The store is away, locked or full ({type(error.__cause__ or error).__name__})."
            ) from error


def _violated(cause: BaseException | None) -> str:
    if isinstance(cause, psycopg.IntegrityError):
        return postgres.violated(cause)
    return sqlite.violated(cast("Any", cause))
