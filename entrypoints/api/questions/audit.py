"""By which routes is the audit trail asked?"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from entrypoints.api.answering import found, question
from entrypoints.api.cursors import FromPage
from entrypoints.api.questions.journeys import replayed
from entrypoints.api.wiring import FromServer
from journey.roles import Question
from journey.values import Instant
from projections import audit

routes = APIRouter(tags=["audit"])

Who = Annotated[str | None, Query(max_length=64)]
EventType = Annotated[str, Query(max_length=40)]


@question(routes, "/audit/timeline", Question.AUDIT_TIMELINE, of="audit", tables=["rows"])
def timeline(
    wired: FromServer,
    page: FromPage,
    journey_id: UUID | None = None,
    actor: Who = None,
    types: Annotated[list[EventType] | None, Query(alias="type", max_length=40)] = None,
    since: Instant | None = None,
    until: Instant | None = None,
    site: Annotated[str | None, Query(max_length=40)] = None,
) -> dict[str, Any]:
    """Who entered what, when it happened and when we heard of it."""
    answer = audit.timeline(
        wired.app.models,
        journey_id=journey_id,
        actor=actor,
        types=types or (),
        since=since,
        until=until,
        site=site,
        after=page.after or 0,
        limit=page.limit,
        clinic=wired.app.clinic,
    )
    return answer | {"next": page.cursor(answer["next"])}


@question(routes, "/journeys/{journey_id}/replay", Question.AUDIT_REPLAY, tables=["steps"])
def replay(
    wired: FromServer,
    journey_id: UUID,
    at_version: Annotated[int | None, Query(ge=1)] = None,
    as_recorded: Instant | None = None,
    as_happened: Instant | None = None,
) -> dict[str, Any]:
    """A journey's state then, and the steps to it."""
    return found(
        replayed(wired.app, journey_id, at_version=at_version, as_recorded=as_recorded, as_happened=as_happened)
    )


@question(routes, "/audit/refused", Question.AUDIT_REFUSED, tables=["rows"])
def refused(
    wired: FromServer,
    page: FromPage,
    journey_id: UUID | None = None,
    actor: Who = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> dict[str, Any]:
    """Who tried what, and why it was not allowed."""
    answer = audit.refused(
        wired.app.store.attempts,
        journey_id=journey_id,
        actor=actor,
        since=since,
        until=until,
        after=page.after,
        limit=page.limit,
    )
    return answer | {"next": page.cursor(answer["next"])}


@question(routes, "/audit/reads", Question.AUDIT_READS, tables=["rows"])
def reads(
    wired: FromServer,
    page: FromPage,
    journey_id: UUID | None = None,
    patient_id: UUID | None = None,
    subject: Who = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> dict[str, Any]:
    """Who looked at what. That this was asked is recorded, too."""
    rows = wired.app.store.access.reads(
        journey_id=journey_id,
        patient_id=patient_id,
        subject=subject,
        since=since,
        until=until,
        after=page.after or 0,
        limit=page.limit + 1,
    )
    shown = rows[: page.limit]
    return {"rows": shown, "next": page.cursor(shown[-1].position if len(rows) > page.limit else None)}
