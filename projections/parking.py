"""Which journeys wait, since when, and for what? What could not be folded and what came after it, in order.

And what was left out for good, by whom and why. All of it is written in the transaction of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from journey.recorded import Delivery
from projections.connection import Session
from projections.folding import QUEUED, Left, Parked
from projections.place import Entry
from projections.plain import moment
from projections.reading import UNKNOWN_JOURNEY


class SkipReason(StrEnum):
    """Why an event was left out: the words there are, so that nothing about a patient is said here."""

    FOREIGN = "foreign"  # no event of ours: somebody else wrote the record
    DAMAGED = "damaged"  # bytes that nobody can read; the store has the event, or what it said was entered anew
    ENTERED_AGAIN = "entered_again"  # what it said was entered anew
    OF_NO_CONCERN = "of_no_concern"  # it says nothing that these rows show


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An event that waits."""

    entry: Entry
    reason: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An event that was left out.

    `journey_version` is 0 if it was none of the journey's, and None if its bytes do not say which it was.
    """

    journey_id: str
    position: int
    journey_version: int | None
    fault: str
    reason: str
    skipped_by: str
    skipped_at: str


@dataclass(frozen=True, slots=True)
class Parking:
    """What waits, and what was left out, of one build of a read model."""

    session: Session
    name: str
    version: int
    build: int

    def park(self, parked: Sequence[Parked], now: datetime) -> None:
        """Keep what waits."""
        self.session.many(
            "INSERT INTO parked (projection, version, build, journey_id, position, feed_offset, reason, fault, body, "
            "since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (*self._own, it.journey, *_at(it.entry), it.reason, it.fault, it.entry.delivery.body, moment(now))
                for it in parked
            ],
        )

    def since(self) -> dict[str, str]:
        """Of each journey that waits, since when."""
        sql = f"SELECT journey_id, MIN(since) FROM parked WHERE {OWN} GROUP BY journey_id"  # noqa: S608 - as below
        return {row[0]: row[1] for row in self.session.read(sql, *self._own)}

    def queue(self, journey: str) -> list[Waiting]:
        """What waits of a journey, in order."""
        sql = (
            "SELECT feed_offset, position, body, reason, fault, since FROM parked "  # noqa: S608 - as below
            f"WHERE {OWN} AND journey_id = ? ORDER BY position, feed_offset"
        )
        return [_waiting(journey, *row) for row in self.session.read(sql, *self._own, journey)]

    def move(self, waiting: Waiting, journey: str) -> None:
        """Let an event wait with the journey that it is known to belong to."""
        sql = f"UPDATE parked SET journey_id = ?, reason = ? WHERE {IS_THIS}"  # noqa: S608 - a condition of ours
        self.session.run(sql, journey, QUEUED, *self._own, UNKNOWN_JOURNEY, *_at(waiting.entry))

    def settle(self, journey: str, queue: Sequence[Waiting], parked: Sequence[Parked]) -> None:
        """Of what waited keep what waits still, with its reason of now."""
        still = {_at(it.entry): it.reason for it in parked}
        for it in queue:
            key = (*self._own, journey, *_at(it.entry))
            if (reason := still.get(_at(it.entry))) is None:
                self.session.run(f"DELETE FROM parked WHERE {IS_THIS}", *key)  # noqa: S608 - as above
            elif reason != it.reason:
                self.session.run(f"UPDATE parked SET reason = ? WHERE {IS_THIS}", reason, *key)  # noqa: S608 - as above

    def skip(self, journey: str, waiting: Waiting, skipped: Skipped) -> None:
        """Leave an event out, and keep who decided it."""
        at = _at(waiting.entry)
        self.session.run(f"DELETE FROM parked WHERE {IS_THIS}", *self._own, journey, *at)  # noqa: S608 - as above
        self.session.run(
            "INSERT INTO skipped (projection, version, build, journey_id, position, feed_offset, journey_version, "
            "fault, reason, skipped_by, skipped_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(*self._own, journey, *at, skipped.journey_version, skipped.fault),
            *(skipped.reason, skipped.skipped_by, skipped.skipped_at),
        )

    def skipped(self) -> list[Skipped]:
        """What was left out, the last first."""
        sql = (
            "SELECT journey_id, position, journey_version, fault, reason, skipped_by, skipped_at "  # noqa: S608 - as below
            f"FROM skipped WHERE {OWN} ORDER BY skipped_at DESC, journey_id, position"
        )
        names = ("journey_id", "position", "journey_version", "fault", "reason", "skipped_by", "skipped_at")
        return [Skipped(**dict(zip(names, row, strict=True))) for row in self.session.read(sql, *self._own)]

    def left_since(self) -> dict[str, str]:
        """Of each journey that an event was left out of, since when."""
        sql = f"SELECT journey_id, MIN(skipped_at) FROM skipped WHERE {OWN} GROUP BY journey_id"  # noqa: S608 - as below
        return {row[0]: row[1] for row in self.session.read(sql, *self._own)}

    def left(self, journey: str) -> Left:
        """What was left out of a journey."""
        versions = [it.journey_version for it in self.skipped() if it.journey_id == journey]
        return Left(frozenset(it for it in versions if it is not None), versions.count(None))

    def forget(self) -> None:
        """Forget what waits and what was left out: the build is removed."""
        for table in ("parked", "skipped"):
            self.session.run(f"DELETE FROM {table} WHERE {OWN}", *self._own)  # noqa: S608 - as below

    @property
    def _own(self) -> tuple[str, int, int]:
        return self.name, self.version, self.build


OWN = "projection = ? AND version = ? AND build = ?"
IS_THIS = f"{OWN} AND journey_id = ? AND position = ? AND feed_offset = ?"


def _at(entry: Entry) -> tuple[int, int]:
    return entry.delivery.position, entry.offset


def _waiting(
    journey: str, offset: int, position: int, body: bytes, reason: str, fault: str | None, since: str
) -> Waiting:
    key = None if journey == UNKNOWN_JOURNEY else journey
    entry = Entry(offset=offset, delivery=Delivery(position, bytes(body)), key=key, fault=fault)
    return Waiting(entry=entry, reason=reason, since=since)
