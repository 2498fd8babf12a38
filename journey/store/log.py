"""What happened, in order? The event store, on the `eventsourcing` library."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper
from eventsourcing.utils import Environment, EnvType

from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.store import codec, postgres, sqlite
from journey.store.faults import Conflict, StoreUnavailable, Unacknowledged, named
from journey.store.mapper import BytesMapper, Entry
from journey.store.nudge import Nudge
from journey.store.statements import Head, Statement, Stored

__all__ = ["Conflict", "EventLog", "Journal", "StoreUnavailable"]

FORBIDDEN = ("CIPHER_KEY", "CIPHER_TOPIC", "COMPRESSOR_TOPIC", "POSTGRES_ENABLE_DB_FUNCTIONS")
"""Settings of the library that would change stored bytes, or lose events for followers."""


class Journal(Application[UUID]):
    """The library's application: its save, mapper, recorder and notification log, on our recorders."""

    log_section_size = 100_000  # the most that one reading of the notification log may ask for

    def __init__(self, url: str) -> None:
        """Open the database of a URL."""
        for name in FORBIDDEN:
            if os.environ.get(name):
                raise StoreUnavailable(f"{name} is set: it would change what is stored. Unset it.")
        self._url = url
        self._postgres = url.startswith(("postgresql://", "postgres://"))
        settings = postgres.environment(url) if self._postgres else sqlite.environment(url)
        super().__init__(settings | {"CREATE_TABLE": "n"})

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:  # noqa: ARG002 - the name would prefix our tables
        """Take our settings, and none from the process's environment."""
        return Environment(env=env)

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
        with named():
            self.journal = Journal(url)
        self.recorder = cast("sqlite.SQLiteRecorder | postgres.PostgresRecorder", self.journal.recorder)
        self.postgres = self.recorder.postgres
        self.store_id = ""
        self._position = "notification_id" if self.postgres else "rowid"
        self._journey = "originator_id::text" if self.postgres else "originator_id"  # a text is made sooner than a UUID
        self._nudge = Nudge()
        if create:
            self.make("log_head", cast("list[str]", self.recorder.create_table_statements))

    def append(self, entries: Sequence[Entry], beside: Sequence[Statement], heads: Sequence[Head] = ()) -> list[int]:
        """Store events and what belongs to them in one transaction; their positions.

        Raises Conflict, also where one of the heads is not stored as it is said to be, and Unacknowledged when it is
        not known whether they were stored.
        """
        with named(Unacknowledged):
            recordings = self.journal.events.put(cast("Any", entries), beside=beside, heads=heads)
        self._nudge.give()
        return [recording.notification.id for recording in recordings]

    def streams(self, journey_ids: Collection[UUID]) -> dict[UUID, list[Stored]]:
        """Give some journeys' events, each in order, as stored."""
        with named():
            return self.recorder.streams(journey_ids)

    def stored(self, journey_id: UUID, *, since: int = 1) -> list[Stored]:
        """Give a journey's events from a version on, as stored."""
        with named():
            return self.recorder.stream(journey_id, since)

    def history(self, journey_id: UUID) -> list[Recorded[Event]]:
        """Give a journey's events, decoded."""
        return [codec.decode(body) for _, body in self.stored(journey_id)]

    def stream(self, journey_id: UUID) -> list[Delivery]:
        """Give a journey's events with their positions."""
        key = journey_id if self.postgres else journey_id.hex
        sql = f"SELECT {self._position}, state FROM stored_events WHERE originator_id = ? ORDER BY originator_version"  # noqa: S608 - a column of ours
        return [Delivery(*row) for row in self.read(sql, key)]

    def journeys(self, after: UUID, limit: int) -> list[tuple[UUID, int]]:
        """Give the journeys whose ids follow one, in their order, and how many events each has."""
        sql = (
            "SELECT originator_id, MAX(originator_version) FROM stored_events WHERE originator_id > ? "
            "GROUP BY originator_id ORDER BY originator_id LIMIT ?"
        )
        found = self.read(sql, self._key(after), limit)
        return [(_id(key), events) for key, events in found]

    def between(self, after: UUID, until: UUID, position: int) -> Iterator[tuple[UUID, list[tuple[int, str, bytes]]]]:
        """Give the events up to a position of all journeys after one id and up to another, each in order.

        Of each its position, type and bytes. The next are read while whoever asked is busy with these; all are on disk
        when the last was given, and no sooner.
        """
        sql = (
            f"SELECT {self._journey} AS journey, {self._position}, topic, state FROM stored_events "  # noqa: S608 - columns of ours
            f"WHERE originator_id > ? AND originator_id <= ? AND {self._position} + 0 <= ? "  # + 0: found by journey
            "ORDER BY originator_id, originator_version"
        )
        with named():
            rows = self.recorder.flow(sql, self._key(after), self._key(until), position)
            for key, own in groupby(rows, itemgetter(0)):
                yield _id(key), [row[1:] for row in own]
        self.settle()

    def _key(self, journey_id: UUID) -> UUID | str:
        return journey_id if self.postgres else journey_id.hex

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position, in order, once they are on disk: whoever follows may hand them on."""
        found = self.seen(after, limit)
        if found:
            self.settle()
        return found

    def seen(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position, in order, maybe before they are on disk: none is told before `settle`."""
        sql = f"SELECT {self._position}, state FROM stored_events WHERE {self._position} > ? ORDER BY 1 LIMIT ?"  # noqa: S608 - a column of ours
        return [Delivery(*row) for row in self.read(sql, after, limit)]

    def row(self, position: int) -> Delivery | None:
        """Give the event at a position."""
        found = self.rows(position - 1, 1)
        return found[0] if found and found[0].position == position else None

    def at(self, positions: Collection[int]) -> list[Delivery]:
        """Give the events at some positions, those that are there."""
        some = "= ANY(?::bigint[])" if self.postgres else "IN (SELECT value FROM json_each(?))"
        sql = f"SELECT {self._position}, state FROM stored_events WHERE {self._position} {some}"  # noqa: S608 - a column of ours
        asked = sorted(positions)
        return [Delivery(*row) for row in self.read(sql, asked if self.postgres else codec.text(asked))]

    def settle(self) -> None:
        """Wait until all that can be seen is on disk, too."""
        with named():
            self.recorder.settle()

    def head(self) -> int:
        """Give the last position; 0 when nothing has happened yet."""
        return int(self.read("SELECT position FROM log_head")[0][0])

    def wait(self, after: int, timeout_s: float) -> bool:
        """Wait until the log is longer than a position, at most so long.

        Whoever appends in this process nudges, and on PostgreSQL everybody; else the log is looked at now and then.
        """
        self.recorder.listen(self._nudge.give)
        deadline = time.monotonic() + timeout_s
        while True:
            seen = self._nudge.count
            if self.head() > after:
                return True
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            self._nudge.wait(seen, min(self.recorder.poll_s, remaining))

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a question."""
        with named():
            return self.recorder.read(sql, *params)

    def write(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction. Raises Conflict."""
        with named():
            self.recorder.write(statements)

    def holds(self, table: str) -> bool:
        """Whether there is such a table."""
        with named():
            return self.recorder.holds(table)

    def make(self, table: str, tables: Sequence[str]) -> None:
        """Make tables, one process at a time, unless one of them is there already."""
        if not self.holds(table):
            with named():
                self.recorder.make(tables)

    def close(self) -> None:
        """Close the connections."""
        self.recorder.close()
        self.journal.close()


def _id(key: UUID | str) -> UUID:
    return UUID(key) if isinstance(key, str) else key
