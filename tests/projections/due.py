"""What is due of a journey, and which tasks stand at a moment? The clock is turned by saying what time it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from projections.plain import moment
from projections.projection import AnyProjection
from projections.schedule import PROJECTION
from tests.given import Given
from tests.projections.folded import Log, rows_of, then_rows


def then_due(state: Given, *expected: dict[str, Any]) -> None:
    """Expect exactly these rows of what is due, beside what opens with time and the records that are to be signed."""
    rows = rows_of(PROJECTION, state)["due"].values()
    others = (it for it in rows if it["task"] == "unsigned" or (it["kind"] == "task" and it["opens_at"] is not None))
    then_rows(PROJECTION, state, "due", *expected, *others)


def tasks(state: Given | Log, projection: AnyProjection = PROJECTION) -> dict[str, Mapping[str, Any]]:
    """Return every row of a task, whether or not its time has come."""
    return {key: row for key, row in rows_of(projection, state)["due"].items() if row["task"] is not None}


def standing(state: Given | Log, task: str, at: datetime) -> list[Mapping[str, Any]]:
    """Return the tasks of a kind that stand at a moment."""
    return [row for row in tasks(state).values() if row["task"] == task and (row["opens_at"] or "") <= moment(at)]


def late(state: Given | Log, task: str, at: datetime) -> list[Mapping[str, Any]]:
    """Return those of them that are late by then."""
    return [row for row in standing(state, task, at) if (row["overdue_at"] or "~") <= moment(at)]
