"""What stands in an event log that tests publish: many journeys, interleaved, with corrections."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg

from journey.events import EntryCorrected, Event, VitalsRecorded
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.session import Position, VitalsPhase
from journey.recorded import Actor, Delivery, Recorded
from journey.store import codec
from journey.values import Origin, Role

CLINIC = UUID("00000000-0000-4000-8000-00000000c11c")
START = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
NURSE = Actor(user="nora", role=Role.NURSE)


def written(count: int, *, journeys: int = 20, seed: int = 1, story: str = "") -> list[bytes]:
    """Return so many events, of so many journeys in turns that chance gives; every tenth of a journey is a correction.

    Another `story` is another history of the same journeys.
    """
    chance = random.Random(seed)
    ids = [uuid5(CLINIC, f"journey {number}") for number in range(journeys)]
    logs: dict[UUID, list[tuple[Recorded[Event], bytes]]] = {journey: [] for journey in ids}
    bodies = []
    for position in range(1, count + 1):
        journey_id = chance.choice(ids)
        log = logs[journey_id]
        entry = _entry(journey_id, log, position, story)
        body = codec.encode(entry)
        log.append((entry, body))
        bodies.append(body)
    return bodies


def _entry(
    journey_id: UUID, log: Sequence[tuple[Recorded[Event], bytes]], position: int, story: str
) -> Recorded[Event]:
    version = len(log) + 1
    at = START + timedelta(seconds=position)
    event_id = uuid5(journey_id, f"event {version}{story}")
    return Recorded(
        event=_correction(log[-2][0]) if version % 10 == 0 else vitals(journey_id, hr=60 + position % 60),
        event_id=event_id,
        site_id="main",
        journey_id=journey_id,
        version=version,
        at=at,
        utc_offset_min=-480,
        recorded_at=at,
        actor=NURSE,
        origin=Origin.STAFF,
        correlation_id=event_id,
        causation_id=event_id,
        command_id=event_id,
        policy_version="default-test",
        prev=codec.digest(log[-1][1]) if log else None,
    )


def vitals(journey_id: UUID, hr: int) -> VitalsRecorded:
    """Return signs as they were read."""
    return VitalsRecorded(
        session_id=uuid5(journey_id, "session"),
        phase=next(iter(VitalsPhase)),
        hr_per_min=hr,
        position=next(iter(Position)),
    )


def _correction(target: Recorded[Event]) -> EntryCorrected:
    replacement = Replacement(type="VitalsRecorded", at=target.at, data=vitals(target.journey_id, hr=99))
    return EntryCorrected(
        target_event_id=target.event_id,
        kind=CorrectionKind.AMEND,
        replacement=replacement,
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )


class TableLog:
    """An event log in a table: what is read of the event store, and nothing that decides."""

    def __init__(self, url: str, store_id: str = "store-1") -> None:
        """Open it by its URL."""
        self.url = url
        self.store_id = store_id
        self._lock = threading.Lock()
        self._postgres = not url.startswith("sqlite")
        path = url.removeprefix("sqlite:///")
        self._connection: Any = (
            psycopg.connect(url, autocommit=True)
            if self._postgres
            else sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        )
        blob = "BYTEA" if self._postgres else "BLOB"
        self._run(f"CREATE TABLE IF NOT EXISTS log (position BIGINT PRIMARY KEY, subject TEXT, body {blob})")

    def append(self, bodies: Sequence[bytes]) -> None:
        """Put events at the end, in one transaction."""
        head = self.head()
        rows = [(position, str(codec.head(body)[1]), body) for position, body in enumerate(bodies, head + 1)]
        with self._lock:
            cursor = self._connection.cursor()
            cursor.execute("BEGIN")
            cursor.executemany(self._spelt("INSERT INTO log VALUES (?, ?, ?)"), rows)
            cursor.execute("COMMIT")

    def cut(self, position: int) -> None:
        """Be as an older backup: nothing after a position."""
        self._run("DELETE FROM log WHERE position > ?", position)

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""
        sql = "SELECT position, body FROM log WHERE position > ? ORDER BY position LIMIT ?"
        return [Delivery(row[0], bytes(row[1])) for row in self._run(sql, after, limit)]

    def row(self, position: int) -> Delivery | None:
        """Give one event."""
        rows = self.rows(position - 1, 1)
        return rows[0] if rows and rows[0].position == position else None

    def head(self) -> int:
        """Give the last position."""
        return int(self._run("SELECT COALESCE(MAX(position), 0) FROM log")[0][0])

    def stream(self, journey_id: UUID) -> list[Delivery]:
        """Give a journey's events."""
        rows = self._run("SELECT position, body FROM log WHERE subject = ? ORDER BY position", str(journey_id))
        return [Delivery(row[0], bytes(row[1])) for row in rows]

    def wait(self, after: int, timeout_s: float) -> bool:
        """Wait until the log is longer than a position, at most so long."""
        waiting = threading.Event()
        for _ in range(int(timeout_s / 0.01) + 1):
            if self.head() > after:
                return True
            waiting.wait(0.01)
        return False

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, sql: str, *params: Any) -> list[Any]:
        with self._lock:
            cursor = self._connection.cursor()
            cursor.execute(self._spelt(sql), params)
            return list(cursor.fetchall()) if cursor.description else []

    def _spelt(self, sql: str) -> str:
        return sql.replace("?", "%s") if self._postgres else sql
