"""What does a subscriber remember in its own database: places, versions, what waits, what was skipped?

The tables' names begin with `journey_`: the database is somebody else's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projections.connection import Session
from projections.place import Place

COLUMNS = {
    "journey_places": (
        "feed TEXT NOT NULL, partition_no INTEGER NOT NULL, next_offset BIGINT NOT NULL, position BIGINT NOT NULL, "
        "from_the_middle INTEGER NOT NULL, moved_at TEXT NOT NULL, stopped TEXT, "
        "PRIMARY KEY (subscriber, feed, partition_no)"
    ),
    "journey_versions": "journey_id TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (subscriber, journey_id)",
    "journey_parked": (
        "journey_id TEXT NOT NULL, position BIGINT NOT NULL, record_offset BIGINT NOT NULL, reason TEXT NOT NULL, "
        "body {blob} NOT NULL, since TEXT NOT NULL, PRIMARY KEY (subscriber, journey_id, position, record_offset)"
    ),
    "journey_skipped": (
        "journey_id TEXT NOT NULL, position BIGINT NOT NULL, record_offset BIGINT NOT NULL, fault TEXT NOT NULL, "
        "reason TEXT NOT NULL, skipped_at TEXT NOT NULL, version INTEGER, "
        "PRIMARY KEY (subscriber, journey_id, position, record_offset)"
    ),
}
QUEUED = "queued"
"""Why an event waits that is itself sound: one before it does."""
IS_THIS = "subscriber = ? AND journey_id = ? AND position = ? AND record_offset = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """An event that waits: it failed, or one of its journey before it did."""

    journey_id: str
    position: int
    offset: int
    reason: str
    since: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A partition's place; `from_the_middle`: not from the first event on; `stopped`: why it can't go on."""

    place: Place
    from_the_middle: bool
    moved_at: str
    stopped: str | None


class Tables:
    """The rows of one subscriber, in a transaction."""

    def __init__(self, session: Session, subscriber: str) -> None:
        """Speak of this subscriber in this transaction."""
        self._session = session
        self._name = subscriber

    def create(self) -> None:
        """Make what is missing."""
        if self._session.postgres:
            self._session.run("SELECT pg_advisory_xact_lock(hashtext('journey subscriber'))")  # one at a time
        blob = "BYTEA" if self._session.postgres else "BLOB"
        for table, columns in COLUMNS.items():
            self._session.run(
                f"CREATE TABLE IF NOT EXISTS {table} (subscriber TEXT NOT NULL, {columns.format(blob=blob)})"
            )

    # places

    def places(self, feed: str, *, lock: bool = False) -> dict[int, Row]:
        """The places in a feed; `lock` keeps every worker out until the transaction ends."""
        return {row.place.partition: row for row in self._rows("feed = ?", feed, lock=lock)}

    def place(self, feed: str, partition: int) -> Row | None:
        """The place of one partition, which others can't move until the transaction ends."""
        return next(iter(self._rows("feed = ? AND partition_no = ?", feed, partition, lock=True)), None)

    def followed(self) -> set[str]:
        """The feeds that were followed so far."""
        rows = self._session.read("SELECT DISTINCT feed FROM journey_places WHERE subscriber = ?", self._name)
        return {row[0] for row in rows}

    def begin(self, feed: str, places: Mapping[int, tuple[int, int]], now: str, *, from_the_middle: bool) -> None:
        """Know the partitions of a feed: of each the offset to read next, and the position before it."""
        self._session.many(
            "INSERT INTO journey_places "
            "(subscriber, feed, partition_no, next_offset, position, from_the_middle, moved_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(self._name, feed, number, *at, int(from_the_middle), now) for number, at in places.items()],
        )

    def move(self, to: Place, now: str) -> None:
        """Move a place, which this transaction holds."""
        sql = (
            "UPDATE journey_places SET next_offset = ?, position = ?, moved_at = ?, stopped = NULL "
            "WHERE subscriber = ? AND feed = ? AND partition_no = ?"
        )
        self._session.run(sql, to.offset, to.position, now, self._name, to.feed, to.partition)

    def stop(self, partition: int, reason: str) -> None:
        """Say why a partition can't go on: in whichever feed, for it may be the feed that is wrong."""
        sql = "UPDATE journey_places SET stopped = ? WHERE subscriber = ? AND partition_no = ?"
        self._session.run(sql, reason, self._name, partition)

    def stopped(self, partition: int) -> str | None:
        """Why a partition can't go on."""
        sql = "SELECT MAX(stopped) FROM journey_places WHERE subscriber = ? AND partition_no = ?"
        why: str | None = self._session.read(sql, self._name, partition)[0][0]
        return why

    def forget_places(self) -> None:
        """Forget every feed; what was handled of each journey stays known."""
        self._session.run("DELETE FROM journey_places WHERE subscriber = ?", self._name)

    # versions

    def versions(self, journeys: Iterable[str]) -> dict[str, int]:
        """How far each of these journeys is handled; those never met are left out."""
        sql = (
            "SELECT journey_id, version FROM journey_versions "  # noqa: S608 - marks, and words of ours
            f"WHERE subscriber = ? AND journey_id IN ({self._session.listed})"
        )
        return {row[0]: row[1] for row in self._session.read(sql, self._name, json.dumps(list(journeys)))}

    def keep_versions(self, versions: Mapping[str, int]) -> None:
        """Keep how far journeys are handled."""
        rows = [{"subscriber": self._name, "journey_id": it, "version": to} for it, to in versions.items()]
        self._session.put("journey_versions", ("subscriber", "journey_id"), ("version",), rows)

    # what waits

    def waiting(self) -> set[str]:
        """The journeys that wait."""
        sql = "SELECT DISTINCT journey_id FROM journey_parked WHERE subscriber = ?"
        return {row[0] for row in self._session.read(sql, self._name)}

    def failed_since(self, moment: str) -> int:
        """How many journeys have begun to wait since then."""
        sql = "SELECT COUNT(*) FROM journey_parked WHERE subscriber = ? AND since >= ? AND reason <> ?"
        count: int = self._session.read(sql, self._name, moment, QUEUED)[0][0]
        return count

    def park(self, parked: Sequence[Parked]) -> None:
        """Let events wait, behind what waits already."""
        self._session.many(
            "INSERT INTO journey_parked (subscriber, journey_id, position, record_offset, reason, since, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(*self._key(it), it.reason, it.since, it.body) for it in parked],
        )

    def parked(self, journey_id: str | None = None) -> list[Parked]:
        """What waits, of one journey or of all, in order."""
        sql = "SELECT journey_id, position, record_offset, reason, since, body FROM journey_parked WHERE subscriber = ?"
        given: tuple[Any, ...] = (self._name,)
        if journey_id is not None:
            sql, given = f"{sql} AND journey_id = ?", (self._name, journey_id)
        rows = self._session.read(f"{sql} ORDER BY journey_id, position, record_offset", *given)
        names = ("journey_id", "position", "offset", "reason", "since")
        return [Parked(**dict(zip(names, row[:5], strict=True)), body=bytes(row[5])) for row in rows]

    def unpark(self, parked: Parked) -> None:
        """Let an event wait no longer."""
        self._session.run(f"DELETE FROM journey_parked WHERE {IS_THIS}", *self._key(parked))  # noqa: S608 - a condition of ours

    def blame(self, parked: Parked, reason: str) -> None:
        """Say why an event waits."""
        self._session.run(f"UPDATE journey_parked SET reason = ? WHERE {IS_THIS}", reason, *self._key(parked))  # noqa: S608 - as above

    def skip(self, parked: Parked, reason: str, now: str, version: int | None) -> None:
        """Leave an event out for good, and keep why; `version` is None if its bytes do not say it."""
        self.unpark(parked)
        self._session.run(
            "INSERT INTO journey_skipped (subscriber, journey_id, position, record_offset, fault, reason, skipped_at, "
            "version) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(*self._key(parked), parked.reason, reason, now, version),
        )

    def left_out(self) -> dict[str, int]:
        """Of each journey how many events were left out of which nobody knows the version."""
        sql = (
            "SELECT journey_id, COUNT(*) FROM journey_skipped WHERE subscriber = ? AND version IS NULL "
            "GROUP BY journey_id"
        )
        return {row[0]: row[1] for row in self._session.read(sql, self._name)}

    def known_now(self, journey_id: str, version: int) -> None:
        """Know of what was left out that it lay before a version."""
        sql = "UPDATE journey_skipped SET version = ? WHERE subscriber = ? AND journey_id = ? AND version IS NULL"
        self._session.run(sql, version, self._name, journey_id)

    def _key(self, parked: Parked) -> tuple[str, str, int, int]:
        return self._name, parked.journey_id, parked.position, parked.offset

    def _rows(self, where: str, *given: Any, lock: bool) -> list[Row]:
        sql = (
            "SELECT feed, partition_no, next_offset, position, from_the_middle, moved_at, stopped FROM journey_places "  # noqa: S608 - conditions of ours
            f"WHERE subscriber = ? AND {where} ORDER BY partition_no"
        )
        if lock and self._session.postgres:
            sql += " FOR UPDATE"
        return [
            Row(
                place=Place(feed=row[0], partition=row[1], offset=row[2], position=row[3]),
                from_the_middle=bool(row[4]),
                moved_at=row[5],
                stopped=row[6],
            )
            for row in self._session.read(sql, self._name, *given)
        ]
