"""What do the pages share: who asks, what of patients they may be shown, and how fresh an answer is?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Query, Request

from entrypoints.api.auth import Caller
from entrypoints.app import App
from entrypoints.pages import to_do
from entrypoints.pages.showing import Pages
from journey.roles import Question, asks
from projections import schedule


def _pages(request: Request) -> Pages:
    return cast("Pages", request.app.state.pages)


FromPages = Annotated[Pages, Depends(_pages)]
OnDay = Annotated[date | None, Query(alias="date")]
Short = Annotated[str, Query(max_length=200)]


def caller_of(request: Request) -> Caller:
    """Whoever is signed in."""
    return cast("Caller", request.state.caller)


def tasks_of(app: App, caller: Caller, journey_ids: Collection[UUID]) -> list[dict[str, Any]] | None:
    """What is to be done of journeys; None for a role that does not ask."""
    if not asks(caller.role, Question.SCHEDULE_TASKS):
        return None
    return to_do.shown(schedule.tasks(app.models, journey_ids=journey_ids)["rows"], {})


def names_of(app: App, caller: Caller, rows: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """The patients' names by id, where they may be shown."""
    if not asks(caller.role, Question.IDENTITY):
        return {}
    patients = {UUID(row["patient_id"]) for row in rows if row["patient_id"]}
    return {str(key): identity.name for key, identity in app.store.vault.identities(patients).items()}


def address(request: Request) -> str:
    """The page's own address, for its next answer."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def freshness(pages: Pages, position: int) -> str:
    """How far the answer has come, in words."""
    behind = pages.app.store.log.head() - position
    return f"As of event {position}, up to date." if behind <= 0 else f"As of event {position}, {behind} events behind."
