"""How do rows, and the place in the feed they come from, get into the database together?"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Protocol
from uuid import UUID

from journey.recorded import Delivery
from projections.breaker import Breaker, Tripped
from projections.connection import Database, Session
from projections.folding import Changes, Fold, History, Leaving, Memory, Parked, RowsFailed
from projections.lagging import Ahead, Lag, lag
from projections.parking import Parking
from projections.place import Batch, Place, Stopped, Zombie
from projections.plain import moment
from projections.projection import AnyProjection
from projections.reading import Decode, Read, readable
from projections.tables import SHARED, Tables, shown


class Log(Protocol):
    """What the read models ask of the event store: corrections, rebuilding and lag need it."""

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""

    def head(self) -> int:
        """Give the last position."""

    def stream(self, journey_id: UUID) -> list[Delivery]:
        """Give a journey's events."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Since when rows do not tell all: of a journey that is parked, behind, or has an event left out.

    Once a partition has stopped, of all.
    """

    parked: Mapping[str, str]
    left_out: Mapping[str, str]
    stopped: str | None
    lag: Lag

    def of(self, journey_id: str) -> dict[str, str]:
        """What a row of a journey has to say of it: nothing, if it is fresh."""
        own = (it.get(journey_id) for it in (self.parked, self.left_out, self.lag.journeys))
        return _since(*own, self.stopped, self.lag.whole)

    def any(self) -> dict[str, str]:
        """What an answer over all journeys has to say of it."""
        each = (moment for it in (self.parked, self.left_out, self.lag.journeys) for moment in it.values())
        return _since(*each, self.stopped, self.lag.whole)


def _since(*moments: str | None) -> dict[str, str]:
    known = [it for it in moments if it is not None]
    return {"stale_since": min(known)} if known else {}


PLACE = (
    "INSERT INTO places (projection, version, feed, partition_no, next_offset, position, moved_at) "
    "VALUES (?, ?, ?, ?, 0, 0, ?) ON CONFLICT DO NOTHING"
)


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
        log: Ahead | None = None,
        member: str | None = None,
    ) -> None:
        """Open the database, make missing tables; `history` gives a journey's events for corrections.

        With a `log` the rows of journeys that are behind it say so. `member` is who moves the places: the host's name
        if it is not said.
        """
        self.database = Database(url)
        self.projections = {projection.name: projection for projection in projections}
        self.decode: Decode = lru_cache(maxsize=5_000)(decode)  # several projections read the same events in turn
        self.clock = clock
        self.member = member or socket.gethostname()
        self._history = history
        self._log = log
        self._memories = {name: Memory() for name in self.projections}
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

    def begin(self, name: str, feed: str, partitions: int) -> None:
        """Know every partition of a feed, so that one nobody has read yet holds the applied position back."""
        projection = self.projections[name]
        with self.database.writing() as session:
            session.many(
                PLACE,
                [(name, projection.version, feed, number, moment(self.clock())) for number in range(partitions)],
            )

    def followed(self, name: str) -> set[str]:
        """The feeds a projection has come from."""
        sql = "SELECT DISTINCT feed FROM places WHERE projection = ? AND version = ? AND next_offset > 0"
        with self.database.reading() as session:
            return {row[0] for row in session.read(sql, name, self.projections[name].version)}

    def apply(self, name: str, feed: str, batch: Batch) -> Place:
        """Apply a batch and move the place, in one transaction.

        Raises Zombie when somebody else moved the place, Stopped when the partition can't go on, Tripped when too much
        could not be folded, and the driver's operational error for what passes by itself. Nothing is written then.
        """
        projection = self.projections[name]
        reads = readable(batch.entries, self.decode)
        try:
            with self.database.writing() as session:
                return self._applied(session, projection, feed, batch, reads)
        except Tripped as tripped:
            with self.database.writing() as session:
                self.breaker(session, name).open(str(tripped), self.clock())
            raise

    def _applied(
        self, session: Session, projection: AnyProjection, feed: str, batch: Batch, reads: Sequence[Read]
    ) -> Place:
        place = self._place(session, projection, feed, batch.partition, lock=True)
        breaker, parking = self.breaker(session, projection.name), self.parking(session, projection.name)
        if (words := breaker.words()) is not None:
            raise Stopped(words)
        if batch.start > place.offset:
            read = f"partition {batch.partition} was read from {batch.start}, its place is {place.offset}"
            raise Stopped(f"{projection.name}: {read}")
        fresh = [read for read in reads if read.entry.offset >= place.offset]
        tables = Tables(projection)
        parked = self.fold_into(
            session, tables, fresh, set(parking.since()), parking.left, self._memories[projection.name]
        )
        if parked:
            parking.park(parked, self.clock())
            breaker.check(self.clock(), partial(tables.journeys, session))
        after = Place(
            feed=feed,
            partition=batch.partition,
            offset=max(batch.end, place.offset),
            position=max(batch.position, place.position),
        )
        if after != place:
            self._move(session, projection, place, after)
        return after

    def fold_into(
        self,
        session: Session,
        tables: Tables,
        reads: Sequence[Read],
        waiting: set[str],
        leaving: Leaving,
        memory: Memory,
    ) -> list[Parked]:
        """Fold entries into some tables, the live ones or a scratch; gives what had to be parked.

        `waiting` names the journeys that are parked already; `leaving` says what was left out of one.
        """
        stored = tables.documents(session, {read.journey for read in reads})

        def folded(*, careful: bool) -> tuple[Fold, Changes]:
            fold = Fold(tables.projection, self._history, stored, set(waiting), leaving, memory, careful=careful)
            for read in reads:
                fold.add(read)
            return fold, fold.changes()

        try:
            fold, changes = folded(careful=False)
        except RowsFailed:  # find the event whose rows fail, and park its journey only
            fold, changes = folded(careful=True)
        tables.write(session, changes)
        tables.keep(session, fold.documents())
        return fold.parked

    def stop(self, name: str, feed: str, partition: int, reason: str) -> None:
        """Say that a partition can't go on, and why."""
        projection = self.projections[name]
        now = moment(self.clock())
        with self.database.writing() as session:
            self._place(session, projection, feed, partition, lock=True)
            sql = (
                "UPDATE places SET stopped = ?, stopped_at = COALESCE(stopped_at, ?) "
                "WHERE projection = ? AND version = ? AND feed = ? AND partition_no = ?"
            )
            session.run(sql, reason, now, name, projection.version, feed, partition)

    def stopped(self, name: str, feed: str, partition: int) -> str | None:
        """Why a partition can't go on; None once somebody has seen to it."""
        projection = self.projections[name]
        sql = "SELECT stopped FROM places WHERE projection = ? AND version = ? AND feed = ? AND partition_no = ?"
        with self.database.reading() as session:
            found = session.read(sql, name, projection.version, feed, partition)
        return found[0][0] if found else None

    def parking(self, session: Session, name: str) -> Parking:
        """What waits of a projection, in a transaction."""
        return Parking(session, name, self.projections[name].version)

    def breaker(self, session: Session, name: str) -> Breaker:
        """What stops a projection as a whole, in a transaction."""
        return Breaker(session, name, self.projections[name].version)

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
        columns = self.projections[name].table(table).columns
        own = {column.name for column in columns}
        heads = ["journey_id", *(it for it in ("position", "version") if it not in own)]
        read = self.columns_in(
            session, name, table, [*heads, *(column.name for column in columns)], where, *params, order=order
        )
        stale = self.stale_in(session, name)
        found = []
        for row in read:
            body = {column.name: shown(column, value) for column, value in zip(columns, row[len(heads) :], strict=True)}
            found.append(dict(zip(heads, row, strict=False)) | body | stale.of(row[0]))
        return found

    def columns_in(
        self,
        session: Session,
        name: str,
        table: str,
        columns: Sequence[str],
        where: str = "1 = 1",
        *params: Any,
        order: str = "t.key",
    ) -> list[tuple[Any, ...]]:
        """Some columns of a table, `t`, as they stand in the database; its journeys' documents are `d`."""
        tables = Tables(self.projections[name])
        own = {"journey_id", "key", *tables.columns(table)}
        picked = ", ".join(f"{'t' if column in own else 'd'}.{column}" for column in columns)
        sql = (
            f"SELECT {picked} FROM {tables.name(table)} t JOIN {tables.name('documents')} d "  # noqa: S608 - names and conditions of ours; values are marks
            f"ON d.journey_id = t.journey_id WHERE {where} ORDER BY {order}"
        )
        return session.read(sql, *params)

    def stale_in(self, session: Session, name: str) -> Stale:
        """Which journeys' rows are old, and since when."""
        projection = self.projections[name]
        stopped = "SELECT MIN(stopped_at) FROM places WHERE projection = ? AND version = ?"
        behind = Lag()
        if self._log is not None:
            behind = lag(session, Tables(projection), self._log, self.position_in(session, name))
        parking = self.parking(session, name)
        stopped_at = session.read(stopped, name, projection.version)[0][0]
        return Stale(parking.since(), parking.left_since(), stopped_at, behind)

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
            session.run(PLACE, *key, moment(self.clock()))
        sql = (
            "SELECT next_offset, position FROM places "
            "WHERE projection = ? AND version = ? AND feed = ? AND partition_no = ?"
        )
        rows = session.read(sql + (" FOR UPDATE" if lock and session.postgres else ""), *key)
        offset, position = rows[0] if rows else (0, 0)
        return Place(feed=feed, partition=partition, offset=offset, position=position)

    def _move(self, session: Session, projection: AnyProjection, before: Place, after: Place) -> None:
        sql = (
            "UPDATE places SET next_offset = ?, position = ?, moved_at = ?, moved_by = ?, "
            "stopped = NULL, stopped_at = NULL "
            "WHERE projection = ? AND version = ? AND feed = ? AND partition_no = ? AND next_offset = ?"
        )
        now = (after.offset, after.position, moment(self.clock()), self.member)
        is_there = (before.feed, before.partition)
        moved = session.run(sql, *now, projection.name, projection.version, *is_there, before.offset)
        if moved != 1:
            elsewhere = f"{projection.name}: the place of partition {before.partition} was moved by another worker"
            raise Zombie(elsewhere)

    def lock_places(self, session: Session, name: str) -> None:
        """Hold a projection's places: no worker writes until the transaction ends."""
        if session.postgres:
            sql = "SELECT 1 FROM places WHERE projection = ? AND version = ? FOR UPDATE"
            session.read(sql, name, self.projections[name].version)

    def follow_on(self, session: Session, name: str) -> None:
        """After a rebuild from the store: forget all feeds but the last, and what stopped.

        A partition that had stopped is read from its beginning: what the rebuilt rows know already is skipped.
        """
        key = (name, self.projections[name].version)
        places = self.places_in(session, name)
        if places:
            session.run("DELETE FROM places WHERE projection = ? AND version = ? AND feed <> ?", *key, places[0].feed)
        session.run(
            "UPDATE places SET next_offset = 0, position = 0, stopped = NULL, stopped_at = NULL "
            "WHERE projection = ? AND version = ? AND stopped IS NOT NULL",
            *key,
        )
        self.breaker(session, name).close(partial(Tables(self.projections[name]).journeys, session))
