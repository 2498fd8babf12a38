"""How do rows, and the place in the feed they come from, get into the database together?"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from journey.recorded import Delivery
from projections.breaker import Breaker, Tripped
from projections.builds import Builds
from projections.connection import TAKEN, Database, Session
from projections.folding import Changes, Fold, History, Leaving, Memory, Parked, RowsFailed
from projections.lagging import Ahead, Lag, Stale, lag
from projections.parking import Parking
from projections.place import Batch, Place, Stopped, Zombie
from projections.places import Places
from projections.projection import AnyProjection
from projections.publishing import follow, publish
from projections.reading import Decode, Read, readable
from projections.schema import prepare
from projections.showing import show
from projections.tables import Tables, shown


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
        log: Ahead | None = None,
        member: str | None = None,
    ) -> None:
        """Open the database, make missing tables; `history` gives a journey's events for corrections.

        With a `log` the rows of journeys that are behind it say so. `member` is who moves the places: the host's name
        if it is not said.
        """
        self.database = Database(url)
        self.projections = {projection.name: projection for projection in projections}
        self.decode = decode
        self.clock = clock
        self.member = member or socket.gethostname()
        self._history = history
        self._log = log
        self._memories = {name: Memory() for name in self.projections}
        self._shown: set[str] = set()
        with self.database.writing() as session:
            prepare(session, self.projections.values())
            shown = {name for name in self.projections if self.show(session, name)}
        self._shown |= shown

    def close(self) -> None:
        """Close the connections."""
        self.database.close()

    def publish(self) -> None:
        """Make the views of analysts that are missing."""
        with self.database.writing() as session:
            publish(session, self.projections.values())

    def show(self, session: Session, name: str, *, ready: bool = False) -> bool:
        """Let analysts' views show what is live of this version, once it has come far enough; whether they do."""
        projection = self.projections[name]
        done = show(session, name, projection.version, ready=ready)
        follow(session, projection)
        return done

    def place(self, name: str, feed: str, partition: int) -> Place:
        """Where a partition goes on."""
        with self.database.reading() as session:
            return self.places(session, name).at(feed, partition)

    def begin(self, name: str, feed: str, partitions: int) -> None:
        """Know every partition of a feed, so that one nobody has read yet holds the applied position back."""
        with self.database.writing() as session:
            self.places(session, name).begin(feed, partitions, self.clock())

    def followed(self, name: str) -> set[str]:
        """The feeds a projection has come from."""
        with self.database.reading() as session:
            return self.places(session, name).followed()

    def apply(self, name: str, feed: str, batch: Batch) -> Place:
        """Apply a batch and move the place, in one transaction.

        Raises Zombie when the place is not where this was read from, Stopped when the partition can't go on, Tripped
        when too much could not be folded, and the driver's operational error for what passes by itself. Nothing is
        written then.
        """
        projection = self.projections[name]
        reads = readable(batch.entries, self.decode)
        try:
            with self.database.writing(again=True) as session:
                place = self._applied(session, projection, feed, batch, reads)
        except Tripped as tripped:
            with self.database.writing() as session:
                self.breaker(session, name).open(str(tripped), self.clock())
            raise
        if name not in self._shown:
            self._come_after(name)
        return place

    def _come_after(self, name: str) -> None:
        """Take the place of an earlier version, as soon as there is nothing that it alone tells."""
        with self.database.writing() as session:
            done = self.show(session, name)
        if done:
            self._shown.add(name)

    def pass_by(self, name: str, feed: str, batches: Sequence[Batch]) -> None:
        """Move the places of partitions that brought nothing, in one transaction. Raises Zombie."""
        befores = [Place(feed=feed, partition=it.partition, offset=it.start) for it in batches]
        afters = [Place(feed=feed, partition=it.partition, offset=it.end, position=it.position) for it in batches]
        with self.database.writing(again=True) as session:
            self.held(session, name)
            self.places(session, name).pass_by(befores, afters, self.clock(), self.member)

    def _applied(
        self, session: Session, projection: AnyProjection, feed: str, batch: Batch, reads: Sequence[Read]
    ) -> Place:
        name = projection.name
        tables = self.held(session, name)
        places, parking, breaker = self.places(session, name), self.parking(session, name), self.breaker(session, name)
        place = places.locked(feed, batch.partition, self.clock())
        if (words := breaker.words()) is not None:
            raise Stopped(words)
        if batch.start > place.offset:
            read = f"partition {batch.partition} was read from {batch.start}, its place is {place.offset}"
            raise Zombie(f"{name}: {read}")  # a database that ended undid the last of it, or was restored
        fresh = [read for read in reads if read.entry.offset >= place.offset]
        parked = self.fold_into(session, tables, fresh, set(parking.since()), parking.left, self._memories[name])
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
            places.move(place, after, self.clock(), self.member)
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
        """Fold entries into the tables of a build; gives what had to be parked. Raises Stopped.

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
        try:
            tables.write(session, changes)
        except TAKEN as taken:
            raise Stopped(f"{tables.projection.name}: a row is there that no event made: rebuild it") from taken
        tables.keep(session, fold.documents())
        return fold.parked

    def stop(self, name: str, feed: str, partition: int, reason: str) -> None:
        """Say that a partition can't go on, and why."""
        with self.database.writing() as session:
            self.places(session, name).stop(feed, partition, reason, self.clock())

    def stopped(self, name: str, feed: str, partition: int) -> str | None:
        """Why a partition can't go on; None once somebody has seen to it."""
        with self.database.reading() as session:
            return self.places(session, name).stopped(feed, partition)

    def places(self, session: Session, name: str) -> Places:
        """How far a projection has come, in a transaction."""
        return Places(session, name, self.projections[name].version)

    def builds(self, session: Session, name: str) -> Builds:
        """The builds of a projection, in a transaction."""
        return Builds(session, name, self.projections[name].version)

    def live(self, session: Session, name: str) -> Tables:
        """The tables that a projection is read from, in a transaction."""
        if (name, "live") not in session.found:
            session.found[name, "live"] = Tables(self.projections[name], self.builds(session, name).live())
        tables: Tables = session.found[name, "live"]
        return tables

    def held(self, session: Session, name: str) -> Tables:
        """The tables that a projection is written to: they stay the live ones until the transaction ends.

        Asked for before any place is locked, as who switches does.
        """
        tables = Tables(self.projections[name], self.builds(session, name).held())
        session.found[name, "live"] = tables
        return tables

    def parking(self, session: Session, name: str) -> Parking:
        """What waits of a projection, in a transaction."""
        return Parking(session, name, self.projections[name].version, self.live(session, name).build)

    def breaker(self, session: Session, name: str) -> Breaker:
        """What stops a projection as a whole, in a transaction."""
        return Breaker(session, name, self.projections[name].version, self.live(session, name).build)

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
        return session.read(self.asking(session, name, table, columns, where, order=order), *params)

    def asking(
        self, session: Session, name: str, table: str, columns: Sequence[str], where: str = "1 = 1", *, order: str
    ) -> str:
        """The statement that asks for them: by `pieces`, where there may be millions of rows.

        Each row has its document, but a database only knows by the `LEFT` that it needs none that nobody asks for.
        """
        tables = self.live(session, name)
        own = {"journey_id", "key", *tables.columns(table)}
        picked = ", ".join(f"{'t' if column in own else 'd'}.{column}" for column in columns)
        return (
            f"SELECT {picked} FROM {tables.name(table)} t LEFT JOIN {tables.name('documents')} d "  # noqa: S608 - names and conditions of ours; values are marks
            f"ON d.journey_id = t.journey_id WHERE {where} ORDER BY {order}"
        )

    def stale_in(self, session: Session, name: str) -> Stale:
        """Which journeys' rows are old, and since when: found out once in a transaction that reads."""
        if (name, "stale") not in session.found:
            session.found[name, "stale"] = self._stale(session, name)
        stale: Stale = session.found[name, "stale"]
        return stale

    def _stale(self, session: Session, name: str) -> Stale:
        places, parking = self.places(session, name), self.parking(session, name)
        behind = Lag()
        if self._log is not None:
            behind = lag(session, self.live(session, name), self._log, places.position())
        return Stale(parking.since(), parking.left_since(), places.stopped_at(), behind)

    def position_in(self, session: Session, name: str) -> int:
        """The position up to which a projection is applied: the least of its partitions."""
        return self.places(session, name).position()
