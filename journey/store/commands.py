"""Which commands were answered, and how? So the same command asked again gets the first answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from journey.errors import Detail
from journey.store import codec
from journey.store.appending import appending
from journey.store.statements import Database, Statement
from journey.store.times import moment

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS commands (site_id TEXT NOT NULL, command_id TEXT NOT NULL, "
        "principal TEXT NOT NULL, "
        "mac TEXT NOT NULL, journey_id TEXT NOT NULL, command TEXT NOT NULL, actor TEXT NOT NULL, "
        "actor_role TEXT NOT NULL, at TEXT NOT NULL, recorded_at TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT, "
        "first_version BIGINT, last_version BIGINT, PRIMARY KEY (site_id, command_id))"
    ),
    "CREATE INDEX IF NOT EXISTS commands_refused ON commands (recorded_at, command_id) WHERE outcome = 'refused'",
    (
        "CREATE TABLE IF NOT EXISTS refusal_details (site_id TEXT NOT NULL, command_id TEXT NOT NULL, "
        "detail TEXT NOT NULL, PRIMARY KEY (site_id, command_id))"
    ),
)
DETAILS = "refusal_details"
"""What some refusals are about. A table of its own, so that no accepted command pays for it."""

COLUMNS = (
    "command_id, principal, mac, journey_id, command, actor, actor_role, at, recorded_at, outcome, code, "
    "first_version, last_version"
)
OF_COMMAND = "WHERE d.site_id = commands.site_id AND d.command_id = commands.command_id"
KNOWN = f"{COLUMNS}, (SELECT detail FROM refusal_details AS d {OF_COMMAND})"  # noqa: S608 - a condition of ours
SAY = "INSERT INTO refusal_details (site_id, command_id, detail) VALUES (?, ?, ?)"
KEEP = f"INSERT INTO commands (site_id, {COLUMNS}) VALUES ({', '.join('?' * 14)})"  # noqa: S608 - columns of ours and marks
CALL = "answer_and_append_after"
CALLED = appending(CALL, KEEP, ["text"] * 12 + ["bigint"] * 2)
"""What makes the procedure that keeps an answer and appends its one event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A command that was answered: `principal` asked it, `mac` tells whether it is asked again in the same words."""

    command_id: UUID
    principal: str
    mac: str
    journey_id: UUID
    command: str
    actor: str
    actor_role: str
    at: datetime
    recorded_at: datetime
    outcome: str
    code: str | None
    first_version: int | None
    last_version: int | None
    detail: Detail = field(default_factory=dict)

    def stored(self, site_id: str) -> Statement:
        """The row of the commands table."""
        return Statement(
            KEEP,
            (
                *(site_id, str(self.command_id), self.principal, self.mac, str(self.journey_id), self.command),
                *(self.actor, self.actor_role, moment(self.at), moment(self.recorded_at)),
                *(self.outcome, self.code, self.first_version, self.last_version),
            ),
            CALL,
        )

    def said(self, site_id: str) -> Iterator[Statement]:
        """The row of what a refusal is about, if it says so."""
        if self.detail:
            yield Statement(SAY, (site_id, str(self.command_id), codec.text(self.detail)))


def answered(database: Database, site_id: str, command_ids: Iterable[UUID]) -> dict[UUID, Answered]:
    """Those of some commands that were answered before."""
    ids = [str(key) for key in command_ids]
    found: dict[UUID, Answered] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        marks = ", ".join("?" * len(some))
        sql = f"SELECT {KNOWN} FROM commands WHERE site_id = ? AND command_id IN ({marks})"  # noqa: S608 - columns of ours and marks
        found |= {it.command_id: it for it in (_answered(row) for row in database.read(sql, site_id, *some))}
    return found


@dataclass(frozen=True, slots=True)
class Attempts:
    """What was refused: who tried what, when, and why it was not allowed."""

    database: Database
    site_id: str

    def refused(
        self,
        *,
        journey_id: UUID | None = None,
        actor: str | None = None,
        code: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: tuple[datetime, UUID] | None = None,
        limit: int = 200,
    ) -> list[Answered]:
        """Refused attempts in the order they were heard of, after a given one."""
        wheres: list[tuple[str, tuple[Any, ...]]] = [("site_id = ? AND outcome = 'refused'", (self.site_id,))]
        if journey_id is not None:
            wheres.append(("journey_id = ?", (str(journey_id),)))
        if actor is not None:
            wheres.append(("actor = ?", (actor,)))
        if code is not None:
            wheres.append(("code = ?", (code,)))
        if since is not None:
            wheres.append(("recorded_at >= ?", (moment(since),)))
        if until is not None:
            wheres.append(("recorded_at < ?", (moment(until),)))
        if after is not None:
            wheres.append(("(recorded_at, command_id) > (?, ?)", (moment(after[0]), str(after[1]))))
        where = " AND ".join(text for text, _ in wheres)
        params = [value for _, values in wheres for value in values]
        sql = f"SELECT {KNOWN} FROM commands WHERE {where} ORDER BY recorded_at, command_id LIMIT ?"  # noqa: S608 - conditions of ours and marks
        return [_answered(row) for row in self.database.read(sql, *params, limit)]


def _answered(row: tuple[Any, ...]) -> Answered:
    (command_id, principal, mac, journey_id, command, actor, role, at, recorded_at, outcome, code, *rest) = row
    first, last, said = rest
    return Answered(
        command_id=UUID(command_id),
        principal=principal,
        mac=mac,
        journey_id=UUID(journey_id),
        command=command,
        actor=actor,
        actor_role=role,
        at=datetime.fromisoformat(at),
        recorded_at=datetime.fromisoformat(recorded_at),
        outcome=outcome,
        code=code,
        first_version=first,
        last_version=last,
        detail={} if said is None else json.loads(said),
    )
