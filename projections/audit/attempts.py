"""Who tried what, and why was it not allowed?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from journey.errors import Detail, Rule
from projections.plain import moment


class Attempt(Protocol):
    """A refused command as the store keeps it."""

    @property
    def command_id(self) -> UUID: ...  # noqa: D102 - said by the class
    @property
    def journey_id(self) -> UUID: ...  # noqa: D102 - said by the class
    @property
    def command(self) -> str: ...  # noqa: D102 - said by the class
    @property
    def actor(self) -> str: ...  # noqa: D102 - said by the class
    @property
    def actor_role(self) -> str: ...  # noqa: D102 - said by the class
    @property
    def at(self) -> datetime: ...  # noqa: D102 - said by the class
    @property
    def recorded_at(self) -> datetime: ...  # noqa: D102 - said by the class
    @property
    def code(self) -> str | None: ...  # noqa: D102 - said by the class
    @property
    def detail(self) -> Detail: ...  # noqa: D102 - said by the class


class Attempts(Protocol):
    """What the store keeps of refusals."""

    def refused(
        self,
        *,
        journey_id: UUID | None = None,
        actor: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: tuple[datetime, UUID] | None = None,
        limit: int = 200,
    ) -> Sequence[Attempt]:
        """Give refused attempts in the order they were heard of."""


def refused(
    attempts: Attempts,
    *,
    journey_id: UUID | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    limit: int = 200,
) -> dict[str, Any]:
    """Refused attempts in the order they were heard of: `{"rows", "next"}`; `next` is what `after` takes.

    Raises ValueError for an `after` that was never given out.
    """
    found = attempts.refused(
        journey_id=journey_id, actor=actor, since=since, until=until, after=_place(after), limit=limit + 1
    )
    rows = [_row(attempt) for attempt in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return {"rows": rows, "next": None if last is None else f"{moment(last.recorded_at)}~{last.command_id}"}


def _row(attempt: Attempt) -> dict[str, Any]:
    return {
        "command_id": str(attempt.command_id),
        "journey_id": str(attempt.journey_id),
        "command": attempt.command,
        "actor": attempt.actor,
        "role": attempt.actor_role,
        "at": moment(attempt.at),
        "recorded_at": moment(attempt.recorded_at),
        "code": attempt.code,
        "message": None if attempt.code is None else Rule[attempt.code.upper()].text,
        "detail": dict(attempt.detail) or None,
    }


def _place(after: str | None) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    heard, _, command_id = after.partition("~")
    return datetime.fromisoformat(heard), UUID(command_id)
