"""How does each event have its effect exactly once, in order, whatever fails on the way?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg

from consumers.feed import Unreadable
from consumers.subscriber.database import passes, passing
from consumers.subscriber.handling import Handlers, fault_of
from consumers.subscriber.reading import Read, Reader
from consumers.subscriber.tables import QUEUED, Row, Tables
from consumers.subscriber.turn import Turn
from projections.breaker import BURST, WITHIN
from projections.connection import Database, Session
from projections.place import Batch, Place, Stopped, Zombie
from projections.plain import moment
from projections.reading import TRIES

Begins = Mapping[int, tuple[int, int]]
"""Where partitions begin: of each the offset to read first, and the position before it."""


class Failed(Exception):  # noqa: N818 - says what happened
    """A handler failed somewhere in a batch: it is done again, event by event."""


@dataclass
class Effects:
    """A subscriber's database: what handlers do, what they could not do, and the place, in one transaction."""

    name: str
    database: Database
    handlers: Handlers
    reader: Reader
    transient: tuple[type[Exception], ...]
    clock: Callable[[], datetime]
    from_the_middle: bool
    begins: Callable[[], Begins]

    def create(self) -> None:
        """Make the tables that are missing."""
        with passing(), self.database.writing() as session:
            self.tables(session).create()

    def tables(self, session: Session) -> Tables:
        """The subscriber's rows in a transaction."""
        return Tables(session, self.name)

    def place(self, name: str, feed: str, partition: int) -> Place:
        """Where a partition goes on: at its place, else where the subscriber wants to start.

        Raises Unreadable when another feed was followed so far.
        """
        with passing():
            with self.database.reading() as session:
                row = self.tables(session).places(feed).get(partition)
                others = self.tables(session).followed() - {feed}
            if row is not None:
                return row.place
            if others:
                raise Unreadable(
                    partition,
                    f"{name} followed another topic ({', '.join(sorted(others))}) than this one ({feed}). If it "
                    f"holds the same log, call follow_new_topic(): what was handled is not handled again",
                )
            if not self.from_the_middle:
                return Place(feed=feed, partition=partition)
            self._begin(feed, self.begins())
            with self.database.reading() as session:
                return self.tables(session).places(feed)[partition].place

    def followed(self, name: str) -> set[str]:  # noqa: ARG002 - there is one subscriber
        """The feeds that were followed so far."""
        with passing(), self.database.reading() as session:
            return self.tables(session).followed()

    def begin(self, name: str, feed: str, partitions: int) -> None:  # noqa: ARG002 - there is one subscriber
        """Know every partition, so that one nobody has read yet holds the position back."""
        with passing():
            self._begin(feed, dict.fromkeys(range(partitions), (0, 0)))

    def apply(self, name: str, feed: str, batch: Batch) -> Place:  # noqa: ARG002 - there is one subscriber
        """Let a batch have its effects, and move the place, in one transaction."""
        reads = [self.reader.read(entry) for entry in batch.entries]
        with passing(self.transient):
            try:
                return self._applied(feed, batch, reads, careful=False)
            except Failed:
                return self._applied(feed, batch, reads, careful=True)

    def stop(self, name: str, feed: str, partition: int, reason: str) -> None:  # noqa: ARG002 - there is one subscriber
        """Say that a partition can't go on, and why."""
        with passing(), self.database.writing() as session:
            self.tables(session).stop(partition, reason)

    def stopped(self, name: str, feed: str, partition: int) -> str | None:  # noqa: ARG002 - there is one subscriber
        """Why a partition can't go on; None once it has."""
        with passing(), self.database.reading() as session:
            return self.tables(session).stopped(partition)

    def _begin(self, feed: str, begins: Begins) -> None:
        with self.database.writing() as session:
            self.tables(session).begin(feed, begins, moment(self.clock()), from_the_middle=self.from_the_middle)

    def _applied(self, feed: str, batch: Batch, reads: Sequence[Read], *, careful: bool) -> Place:
        with self.begun(feed, batch, reads) as begun:
            if careful:
                for read in begun.reads:
                    if begun.turn.admits(read):
                        self.carefully(begun.session, begun.turn, read)
            else:
                self._at_once(begun.session, begun.admitted())
        return begun.after

    @contextmanager
    def begun(self, feed: str, batch: Batch, reads: Sequence[Read]) -> Iterator[Begun]:
        """A batch's transaction; when it has gone well, the place is moved, and all is committed."""
        with self.database.writing() as session:
            row, after = self._held(session, feed, batch)
            fresh = [read for read in reads if read.entry.offset >= row.place.offset]
            turn = self.turn(session, row, fresh)
            yield Begun(session, turn, fresh, after)
            self._keep(self.tables(session), turn)
            self.tables(session).move(after, moment(self.clock()))

    def pass_by(self, name: str, feed: str, batches: Sequence[Batch]) -> None:  # noqa: ARG002 - there is one subscriber
        """Move the places of partitions that brought nothing, in one transaction."""
        with passing(), self.database.writing() as session:
            for batch in sorted(batches, key=lambda it: it.partition):
                _, after = self._held(session, feed, batch)
                self.tables(session).move(after, moment(self.clock()))

    def _held(self, session: Session, feed: str, batch: Batch) -> tuple[Row, Place]:
        """A partition's place, which others can't move until the transaction ends, and where it is after a batch."""
        row = self.tables(session).place(feed, batch.partition)
        if row is None:
            raise Zombie(f"{self.name}: the place in partition {batch.partition} is gone")
        place = row.place
        if batch.start > place.offset:
            raise Stopped(f"{self.name}: partition {batch.partition} was read from {batch.start}, not {place.offset}")
        offset, position = max(batch.end, place.offset), max(batch.position, place.position)
        return row, Place(feed=feed, partition=batch.partition, offset=offset, position=position)

    def turn(self, session: Session, row: Row, reads: Sequence[Read]) -> Turn:
        """What is known of the journeys of some records."""
        tables = self.tables(session)
        versions = tables.versions({read.journey for read in reads})
        return Turn(versions, tables.waiting(), tables.left_out(), row.from_the_middle, moment(self.clock()))

    def _keep(self, tables: Tables, turn: Turn) -> None:
        """Keep how far the journeys have come, and what waits.

        Raises Stopped when so much failed that it is the handler's fault: then nothing is kept.
        """
        failed = [it for it in turn.parked if it.reason != QUEUED]
        lately = moment(self.clock() - WITHIN)
        if failed and tables.failed_since(lately) + len(failed) > BURST:
            raise Stopped(
                f"{self.name}: {BURST} journeys have failed in {WITHIN.seconds // 60} minutes, the last by "
                f"{failed[-1].reason}: it is not them. Nothing more is parked, nothing is lost"
            )
        tables.park(turn.parked)
        self.remember(tables, turn)

    def remember(self, tables: Tables, turn: Turn) -> None:
        """Keep how far the journeys have come."""
        tables.keep_versions(turn.moved)
        for journey, version in turn.filled.items():
            tables.known_now(journey, version)

    def _at_once(self, session: Session, reads: Sequence[Read]) -> None:
        try:
            self._handle(session, reads)
        except Exception as error:
            if passes(error, self.transient):
                raise
            raise Failed from error

    def carefully(self, session: Session, turn: Turn, read: Read) -> None:
        """Handle one event; one that fails each time is parked, and what it did is undone."""
        for attempt in range(1, TRIES + 1):
            try:
                self._handle(session, [read])
            except Exception as error:
                if passes(error, self.transient):
                    raise
                self._undo(session)
                if attempt == TRIES:
                    turn.park(read, fault_of(error))
            else:
                return

    def _handle(self, session: Session, reads: Sequence[Read]) -> None:
        """Handle events; the savepoint fails with what a handler hid, or if it ended the transaction."""
        session.run("SAVEPOINT journey_events")
        self.handlers.handle(reads, session.connection)
        session.run("RELEASE SAVEPOINT journey_events")

    def _undo(self, session: Session) -> None:
        try:
            session.run("ROLLBACK TO SAVEPOINT journey_events")
        except (sqlite3.Error, psycopg.Error) as error:
            if passes(error):
                raise
            raise Stopped(f"{self.name}: a handler ended the transaction that it was given") from error


@dataclass(frozen=True, slots=True)
class Begun:
    """A batch in its transaction: what is new of it, and where the place will be after it."""

    session: Session
    turn: Turn
    reads: Sequence[Read]
    after: Place

    def admitted(self) -> list[Read]:
        """What may be handled now."""
        return [read for read in self.reads if self.turn.admits(read)]
