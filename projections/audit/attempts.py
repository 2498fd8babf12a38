"""Who tried what, and why was it not allowed?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from journey.errors import Detail, Rule
from projections.audit.asking import Asked
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

    @property
    def site_id(self) -> str: ...  # noqa: D102 - said by the class

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
    ) -> Sequence[Attempt]:
        """Give refused attempts in the order they were heard of."""


def refused(attempts: Attempts, asked: Asked) -> dict[str, Any]:
    """Refused attempts in the order they were heard of: `{"rows", "next"}`; `kind` is the code they were refused with.

    Raises ValueError for an `after` that was never given out.
    """
    place = _place(asked.after)
    if asked.site not in {None, attempts.site_id}:
        return {"rows": [], "next": None}
    found = attempts.refused(
        journey_id=asked.journey_id,
        actor=asked.actor,
        code=asked.kind,
        since=asked.since,
        until=asked.until,
        after=place,
        limit=asked.limit + 1,
    )
    rows = [_row(attempt, attempts.site_id) for attempt in found[: asked.limit]]
    last = found[asked.limit - 1] if len(found) > asked.limit else None
    return {"rows": rows, "next": None if last is None else f"{moment(last.recorded_at)}~{last.command_id}"}


def _row(attempt: Attempt, site: str) -> dict[str, Any]:
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
        "site": site,
    }


def _place(after: str | None) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    heard, _, command_id = after.partition("~")
    return datetime.fromisoformat(heard), UUID(command_id)
