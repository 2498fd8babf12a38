"""How do rows, and the place in the feed they come from, get into the database together?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from journey.recorded import Delivery
from projections.connection import Database, Session
from projections.folding import Decode, Fold, History, Parked, Read, RowsFailed, readable
from projections.place import Batch, Place, Stopped, Zombie
from projections.plain import moment
from projections.projection import AnyProjection, Rows
from projections.tables import SHARED, Stored, Tables, shown


class Log(Protocol):
    """What the read models ask of the event store: corrections, rebuilding and lag need it."""

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""

    def head(self) -> int:
        """Give the last position."""

    def stream(self, journey_id: UUID) -> list[Delivery]:
        """Give a journey's events."""


class ReadModels:
    """The read models in one database, SQLite or PostgreSQL.

    One projection's batch of one partition is one transaction: its documents, its rows, what had to be parked, and
    the place. Whatever kills a worker, rows and place agree.
    """

    def __init__(
        self,
        url: str,
        projections: Iterable[AnyProjection],
        *,
        decode: Decode,
        clock: Callable[[], datetime],
        history: History,
    ) -> None:
        """Open the database, make missing tables; `history` gives a journey's events for corrections."""
        self.database = Database(url)
        self.projections = {projection.name: projection for projection in projections}
        self.decode = decode
        self.clock = clock
        self._history = history
        with self.database.writing() as session:
            if session.postgres:
                session.run("SELECT pg_advisory_xact_lock(hashtext('journey projections'))")  # one at a time
            for statement in SHARED:
                session.run(statement.format(blob="BYTEA" if session.postgres else "BLOB"))
            for projection in self.projections.values():
                Tables(projection).create(session)

    def close(self) -> None:
        """Close the connections."""
        self.database.close()

    def place(self, name: str, feed: str, partition: int) -> Place:
        """Where a partition goes on."""
        with self.database.reading() as session:
            return self._place(session, self.projections[name], feed, partition)

    def followed(self, name: str) -> set[str]:
        """The feeds a projection has come from."""
        sql = "SELECT DISTINCT feed FROM places WHERE projection = ? AND version = ? AND next_offset > 0"
        with self.database.reading() as session:
            return {row[0] for row in session.read(sql, name, self.projections[name].version)}

    def apply(self, name: str, feed: str, batch: Batch) -> Place:
        """Apply a batch and move the place, in one transaction.

        Raises Zombie when somebody else moved the place, Stopped when the partition can't go on, and the driver's
        operational error for what passes by itself. Nothing is written then.
        """
        projection = self.projections[name]
        reads = readable(batch.entries, self.decode)
        with self.database.writing() as session:
            place = self._place(session, projection, feed, batch.partition, lock=True)
            if batch.start > place.offset:
                ahead = f"{name}: partition {batch.partition} was read from {batch.start}, its place is {place.offset}"
                raise Stopped(ahead)
            fresh = [read for read in reads if read.entry.offset >= place.offset]
            parked = self.fold_into(session, Tables(projection), fresh, self._waiting(session, projection))
            self.park(session, projection, parked)
            after = Place(
                feed=feed,
                partition=batch.partition,
                offset=max(batch.end, place.offset),
                position=max(batch.position, place.position),
            )
            self._move(session, projection, place, after)
        return after

    def fold_into(self, session: Session, tables: Tables, reads: Sequence[Read], waiting: set[str]) -> list[Parked]:
        """Fold entries into some tables, the live ones or a scratch; gives what had to be parked.

        `waiting` names the journeys that are parked already.
        """
        stored = tables.documents(session, {read.journey for read in reads})
        fold, changes = self._folded(tables.projection, stored, reads, waiting)
        tables.write(session, changes)
        tables.keep(session, fold.documents())
        return fold.parked

    def _folded(
        self, projection: AnyProjection, stored: Mapping[str, Stored], reads: Sequence[Read], waiting: set[str]
    ) -> tuple[Fold, list[tuple[str, Rows, Rows]]]:
        try:
            return self._folded_once(Fold(projection, self._history, stored, set(waiting)), reads)
        except RowsFailed:  # find the event whose rows fail, and park its journey only
            return self._folded_once(Fold(projection, self._history, stored, set(waiting), careful=True), reads)

    @staticmethod
    def _folded_once(fold: Fold, reads: Sequence[Read]) -> tuple[Fold, list[tuple[str, Rows, Rows]]]:
        for read in reads:
            fold.add(read)
        return fold, fold.changes()

    def stop(self, name: str, feed: str, partition: int, reason: str) -> None:
        """Say that a partition can't go on, and why."""
        projection = self.projections[name]
        now = moment(self.clock())
        with self.database.writing() as session:
            self._place(session, projection, feed, partition, lock=True)
            session.run(
                "UPDATE places SET stopped = ?, stopped_at = COALESCE(stopped_at, ?) "
                "WHERE projection = ? AND version = ? AND feed = ? AND partition_no = ?",
                reason, now, name, projection.version, feed, partition,
            )  # fmt: skip

    def rows(
        self, name: str, table: str, where: str = "1 = 1", *params: Any, order: str = "t.key"
    ) -> list[dict[str, Any]]:
        """Rows of a table `t` with their journey's `position` and `version` and, if they are old, `stale_since`."""
        with self.database.reading() as session:
            return self.rows_in(session, name, table, where, *params, order=order)

    def rows_in(
        self, session: Session, name: str, table: str, where: str = "1 = 1", *params: Any, order: str = "t.key"
    ) -> list[dict[str, Any]]:
        """As `rows`, in a transaction that goes on."""
        tables = Tables(self.projections[name])
        columns = tables.projection.table(table).columns
        named = {column.name for column in columns}
        own = "" if {"position", "version"} <= named else "d.position, d.version, "
        sql = (
            f"SELECT t.journey_id, {own}{', '.join(f't.{column.name}' for column in columns)}, "  # noqa: S608 - names and conditions of ours; values are marks
            "COALESCE((SELECT MIN(since) FROM parked p WHERE p.projection = ? AND p.version = ? "
            "AND p.journey_id = t.journey_id), (SELECT MIN(stopped_at) FROM places s WHERE s.projection = ? "
            f"AND s.version = ?)) FROM {tables.name(table)} t JOIN {tables.name('documents')} d "
            f"ON d.journey_id = t.journey_id WHERE {where} ORDER BY {order}"
        )
        version = tables.projection.version
        heads = ["journey_id", *(["position", "version"] if own else [])]
        found = []
        for row in session.read(sql, name, version, name, version, *params):
            body = {c.name: shown(c, value) for c, value in zip(columns, row[len(heads) : -1], strict=True)}
            stale = {} if row[-1] is None else {"stale_since": row[-1]}
            found.append(dict(zip(heads, row, strict=False)) | body | stale)
        return found

    def position_in(self, session: Session, name: str) -> int:
        """The position up to which a projection is applied: the least of its partitions."""
        return min((place.position for place in self.places_in(session, name)), default=0)

    def places_in(self, session: Session, name: str) -> list[Place]:
        """The places of a projection in the feed that moved last."""
        sql = (
            "SELECT feed, partition_no, next_offset, position FROM places WHERE projection = ? AND version = ? "
            "ORDER BY moved_at DESC, feed, partition_no"
        )
        rows = session.read(sql, name, self.projections[name].version)
        places = [Place(feed=row[0], partition=row[1], offset=row[2], position=row[3]) for row in rows]
        return [place for place in places if place.feed == places[0].feed]

    def _place(
        self, session: Session, projection: AnyProjection, feed: str, partition: int, *, lock: bool = False
    ) -> Place:
        key = (projection.name, projection.version, feed, partition)
        if lock:
            session.run(
                "INSERT INTO places (projection, version, feed, partition_no, next_offset, position, moved_at) "
                "VALUES (?, ?, ?, ?, 0, 0, ?) ON CONFLICT DO NOTHING",
                *key, moment(self.clock()),
            )  # fmt: skip
        sql = (
            "SELECT next_offset, position FROM places "
            "WHERE projection = ? AND version = ? AND feed = ? AND partition_no = ?"
        )
        rows = session.read(sql + (" FOR UPDATE" if lock and session.postgres else ""), *key)
        offset, position = rows[0] if rows else (0, 0)
        return Place(feed=feed, partition=partition, offset=offset, position=position)

    def _move(self, session: Session, projection: AnyProjection, before: Place, after: Place) -> None:
        moved = session.run(
            "UPDATE places SET next_offset = ?, position = ?, moved_at = ?, stopped = NULL, stopped_at = NULL "
            "WHERE projection = ? AND version = ? AND feed = ? AND partition_no = ? AND next_offset = ?",
            after.offset, after.position, moment(self.clock()),
            projection.name, projection.version, before.feed, before.partition, before.offset,
        )  # fmt: skip
        if moved != 1:
            elsewhere = f"{projection.name}: the place of partition {before.partition} was moved by another worker"
            raise Zombie(elsewhere)

    def lock_places(self, session: Session, name: str) -> None:
        """Hold a projection's places: no worker writes until the transaction ends."""
        if session.postgres:
            sql = "SELECT 1 FROM places WHERE projection = ? AND version = ? FOR UPDATE"
            session.read(sql, name, self.projections[name].version)

    def unpark(self, session: Session, name: str) -> None:
        """Forget what is parked."""
        sql = "DELETE FROM parked WHERE projection = ? AND version = ?"
        session.run(sql, name, self.projections[name].version)

    @staticmethod
    def _waiting(session: Session, projection: AnyProjection) -> set[str]:
        sql = "SELECT DISTINCT journey_id FROM parked WHERE projection = ? AND version = ?"
        return {row[0] for row in session.read(sql, projection.name, projection.version)}

    def park(self, session: Session, projection: AnyProjection, parked: Sequence[Parked]) -> None:
        """Keep what waits, in order."""
        now = moment(self.clock())
        session.many(
            "INSERT INTO parked (projection, version, journey_id, position, reason, body, since) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (projection.name, projection.version, it.journey, it.entry.delivery.position, it.reason,
                 it.entry.delivery.body, now)
                for it in parked
            ],
        )  # fmt: skip
