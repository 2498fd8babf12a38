"""Where does each partition of a read model go on, and which can't?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from projections.connection import Session
from projections.place import Place, Zombie
from projections.plain import moment

OWN = "projection = ? AND version = ?"
THIS = f"{OWN} AND feed = ? AND partition_no = ?"
BEGUN = (
    "INSERT INTO places (projection, version, feed, partition_no, next_offset, position, moved_at) "
    "VALUES (?, ?, ?, ?, 0, 0, ?) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A place: who moved it last, when, and why it can't be moved on, if it can't."""

    place: Place
    moved_at: str
    moved_by: str | None
    stopped: str | None


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one version of a read model, in a transaction."""

    session: Session
    name: str
    version: int

    def at(self, feed: str, partition: int) -> Place:
        """Where a partition goes on."""
        return self._read(feed, partition) or Place(feed=feed, partition=partition)

    def locked(self, feed: str, partition: int, now: datetime) -> Place:
        """Where a partition goes on; nobody else moves it until the transaction ends."""
        place = self._read(feed, partition, lock=True)
        if place is None:
            self.session.run(BEGUN, self.name, self.version, feed, partition, moment(now))
            place = self._read(feed, partition, lock=True)
        return place or Place(feed=feed, partition=partition)

    def begin(self, feed: str, partitions: int, now: datetime) -> None:
        """Know every partition of a feed."""
        at = moment(now)
        self.session.many(BEGUN, [(self.name, self.version, feed, number, at) for number in range(partitions)])

    def set_out(self, places: Sequence[Place], now: datetime) -> None:
        """Begin at places, as far as none is known."""
        sql = (
            "INSERT INTO places (projection, version, feed, partition_no, next_offset, position, moved_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        )
        own, at = (self.name, self.version), moment(now)
        self.session.many(sql, [(*own, it.feed, it.partition, it.offset, it.position, at) for it in places])

    def move(self, before: Place, after: Place, now: datetime, member: str) -> None:
        """Move a place; whatever stopped the partition is over. Raises Zombie if it is not where it was."""
        sql = (
            "UPDATE places SET next_offset = ?, position = ?, moved_at = ?, moved_by = ?, "  # noqa: S608 - conditions of ours
            f"stopped = NULL, stopped_at = NULL WHERE {THIS} AND next_offset = ?"
        )
        is_there = (self.name, self.version, before.feed, before.partition, before.offset)
        if self.session.run(sql, after.offset, after.position, moment(now), member, *is_there) != 1:
            raise Zombie(f"{self.name}: the place of partition {before.partition} was moved by another worker")

    def pass_by(self, befores: Sequence[Place], afters: Sequence[Place], now: datetime, member: str) -> None:
        """Move places at which nothing happened, all at once. Raises Zombie if one is not where it was, or stopped."""
        sql = (
            "UPDATE places SET next_offset = ?, position = ?, moved_at = ?, moved_by = ? "  # noqa: S608 - as above
            f"WHERE {THIS} AND next_offset = ? AND position <= ? AND stopped IS NULL"
        )
        own, at = (self.name, self.version), moment(now)
        rows = [
            (after.offset, after.position, at, member, *own, it.feed, it.partition, it.offset, after.position)
            for it, after in zip(befores, afters, strict=True)
        ]
        if self.session.many(sql, rows) != len(rows):
            raise Zombie(f"{self.name}: a place was moved by another worker, or stopped")

    def stop(self, feed: str, partition: int, reason: str, now: datetime) -> None:
        """Say that a partition can't go on, and why."""
        self.locked(feed, partition, now)
        sql = f"UPDATE places SET stopped = ?, stopped_at = COALESCE(stopped_at, ?) WHERE {THIS}"  # noqa: S608 - as above
        self.session.run(sql, reason, moment(now), self.name, self.version, feed, partition)

    def stopped(self, feed: str, partition: int) -> str | None:
        """Why a partition can't go on; None if it can."""
        sql = f"SELECT stopped FROM places WHERE {THIS}"  # noqa: S608 - as above
        found = self.session.read(sql, self.name, self.version, feed, partition)
        return found[0][0] if found else None

    def stopped_at(self) -> str | None:
        """Since when the first partition can't go on."""
        sql = f"SELECT MIN(stopped_at) FROM places WHERE {OWN}"  # noqa: S608 - as above
        found: str | None = self.session.read(sql, self.name, self.version)[0][0]
        return found

    def followed(self) -> set[str]:
        """The feeds that brought something."""
        sql = f"SELECT DISTINCT feed FROM places WHERE {OWN} AND next_offset > 0"  # noqa: S608 - as above
        return {row[0] for row in self.session.read(sql, self.name, self.version)}

    def standing(self) -> list[Standing]:
        """How each partition stands of the feed that moved last."""
        sql = (
            "SELECT feed, partition_no, next_offset, position, moved_at, moved_by, stopped FROM places "  # noqa: S608 - as above
            f"WHERE {OWN} ORDER BY moved_at DESC, feed, partition_no"
        )
        found = [
            Standing(Place(feed=row[0], partition=row[1], offset=row[2], position=row[3]), *row[4:])
            for row in self.session.read(sql, self.name, self.version)
        ]
        of_last = [it for it in found if it.place.feed == found[0].place.feed]
        return sorted(of_last, key=lambda it: it.place.partition)

    def all(self) -> list[Place]:
        """The places in the feed that moved last."""
        return [it.place for it in self.standing()]

    def position(self) -> int:
        """The position up to which all is applied: the least of the partitions'."""
        return min((place.position for place in self.all()), default=0)

    def lock(self) -> None:
        """Hold every place: no worker writes until the transaction ends."""
        if self.session.postgres:
            sql = f"SELECT 1 FROM places WHERE {OWN} ORDER BY feed, partition_no FOR UPDATE"  # noqa: S608 - as above
            self.session.read(sql, self.name, self.version)

    def follow_on(self) -> None:
        """After a rebuild from the store: forget all feeds but the last, and what stopped.

        A partition that had stopped is read from its beginning: what the rebuilt rows know already is skipped.
        """
        if places := self.all():
            sql = f"DELETE FROM places WHERE {OWN} AND feed <> ?"  # noqa: S608 - as above
            self.session.run(sql, self.name, self.version, places[0].feed)
        sql = (
            "UPDATE places SET next_offset = 0, position = 0, stopped = NULL, stopped_at = NULL "  # noqa: S608 - as above
            f"WHERE {OWN} AND stopped IS NOT NULL"
        )
        self.session.run(sql, self.name, self.version)

    def _read(self, feed: str, partition: int, *, lock: bool = False) -> Place | None:
        locking = " FOR UPDATE" if lock and self.session.postgres else ""
        sql = f"SELECT next_offset, position FROM places WHERE {THIS}{locking}"  # noqa: S608 - as above
        found = self.session.read(sql, self.name, self.version, feed, partition)
        return Place(feed=feed, partition=partition, offset=found[0][0], position=found[0][1]) if found else None
