"""Who looked at what? Every read of a person's data, and every one that was denied, leaves a row that stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from journey.store.statements import Database, Statement
from journey.store.stays import stays

COLUMNS = ("position", "at", "subject", "role", "route", "journey_id", "patient_id", "outcome")


class Outcome(StrEnum):
    """What came of a read."""

    SHOWN = "shown"
    DENIED = "denied"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One look: when, by whom, in which role, at what kind of thing (a template, never a value), of whom."""

    position: int
    at: datetime
    subject: str
    role: str
    route: str
    journey_id: UUID | None
    patient_id: UUID | None
    outcome: Outcome


def tables(*, postgres: bool) -> tuple[str, ...]:
    """The access trail's table, only ever added to."""
    position = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" if postgres else "INTEGER PRIMARY KEY AUTOINCREMENT"
    trail = (
        f"CREATE TABLE IF NOT EXISTS access_trail (position {position}, at TEXT NOT NULL, subject TEXT NOT NULL, "
        "role TEXT NOT NULL, route TEXT NOT NULL, journey_id TEXT, patient_id TEXT, outcome TEXT NOT NULL)"
    )
    by_journey = "CREATE INDEX IF NOT EXISTS access_trail_journey ON access_trail (journey_id, position)"
    by_subject = "CREATE INDEX IF NOT EXISTS access_trail_subject ON access_trail (subject, position)"
    return trail, by_journey, by_subject, *stays("access_trail", postgres=postgres)


@dataclass(frozen=True, slots=True)
class AccessTrail:
    """The trail of reads. Whoever reads it records that, too."""

    database: Database
    clock: Callable[[], datetime]

    def record(
        self,
        subject: str,
        role: str,
        route: str,
        journey_id: UUID | None = None,
        outcome: Outcome = Outcome.SHOWN,
        *,
        patient_id: UUID | None = None,
    ) -> None:
        """Add a row; it is on disk when this returns."""
        whose = [None if it is None else str(it) for it in (journey_id, patient_id)]
        values = (_written(self.clock()), subject, role, route, *whose, outcome.value)
        sql = (
            "INSERT INTO access_trail (at, subject, role, route, journey_id, patient_id, outcome) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        self.database.write([Statement(sql, values)])

    def reads(
        self,
        *,
        journey_id: UUID | None = None,
        patient_id: UUID | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: int = 0,
        limit: int = 200,
    ) -> list[Read]:
        """Rows in their order, after a position."""
        wheres: list[tuple[str, Any]] = [("position > ?", after)]
        if journey_id is not None:
            wheres.append(("journey_id = ?", str(journey_id)))
        if patient_id is not None:
            wheres.append(("patient_id = ?", str(patient_id)))
        if subject is not None:
            wheres.append(("subject = ?", subject))
        if since is not None:
            wheres.append(("at >= ?", _written(since)))
        if until is not None:
            wheres.append(("at < ?", _written(until)))
        where = " AND ".join(text for text, _ in wheres)
        sql = f"SELECT {', '.join(COLUMNS)} FROM access_trail WHERE {where} ORDER BY position LIMIT ?"  # noqa: S608 - conditions of ours and marks
        return [_read(row) for row in self.database.read(sql, *(value for _, value in wheres), limit)]


def _read(row: tuple[Any, ...]) -> Read:
    position, at, subject, role, route, journey_id, patient_id, outcome = row
    return Read(
        position=position,
        at=datetime.fromisoformat(at),
        subject=subject,
        role=role,
        route=route,
        journey_id=None if journey_id is None else UUID(journey_id),
        patient_id=None if patient_id is None else UUID(patient_id),
        outcome=Outcome(outcome),
    )


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
