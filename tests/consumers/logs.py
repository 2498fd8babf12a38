"""What stands in an event log that tests publish: many journeys, interleaved, with corrections."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from journey.events import EntryCorrected, Event, VitalsRecorded
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.session import Position, VitalsPhase
from journey.recorded import Actor, Recorded
from journey.store import codec
from journey.store.log import EventLog
from journey.store.mapper import Entry
from journey.values import Origin, Role

CLINIC = UUID("00000000-0000-4000-8000-00000000c11c")
START = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
NURSE = Actor(user="nora", role=Role.NURSE)


def written(count: int, *, journeys: int = 20, seed: int = 1, story: str = "", clinic: UUID = CLINIC) -> list[bytes]:
    """Return so many events, of so many journeys in turns that chance gives; every tenth of a journey is a correction.

    Another `story` is another history of the same journeys, another `clinic` has other journeys.
    """
    chance = random.Random(seed)
    ids = [uuid5(clinic, f"journey {number}") for number in range(journeys)]
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


class WrittenLog(EventLog):
    """The event store's log, written to without commands."""

    def __init__(self, url: str, store_id: str = "store-1") -> None:
        """Open it by its URL."""
        super().__init__(url)
        self.url = url
        self.store_id = store_id

    def put(self, bodies: Sequence[bytes]) -> None:
        """Put events at the end, in one transaction."""
        entries = []
        for body in bodies:
            recorded = codec.decode(body)
            entries.append(Entry(recorded.journey_id, recorded.version, codec.tag(recorded.event), body))
        self.append(entries, [])

    def backup(self) -> sqlite3.Connection:
        """Return a copy of an SQLite log as it is now."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(self._file)) as live:
            live.backup(copy)
        return copy

    def restore(self, copy: sqlite3.Connection) -> None:
        """Put a copy in the place of an SQLite log."""
        with closing(sqlite3.connect(self._file, timeout=10)) as live:
            copy.backup(live)

    def tamper(self, sql: str, *params: Any) -> None:
        """Change an SQLite log as nobody should."""
        with closing(sqlite3.connect(self._file, isolation_level=None)) as live:
            live.execute("DROP TRIGGER IF EXISTS stored_events_stay")
            live.execute("DROP TRIGGER IF EXISTS stored_events_as_they_are")
            live.execute(sql, params)

    @property
    def _file(self) -> str:
        return self.url.removeprefix("sqlite:///")
