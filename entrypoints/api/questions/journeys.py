"""By which routes is one journey asked, from the log itself?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from entrypoints import steps
from entrypoints.api.answering import found, question
from entrypoints.api.auth import FromCaller
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer
from entrypoints.app import App
from journey.recorded import Actor
from journey.roles import Question
from journey.signing import record_of
from journey.values import Instant
from projections import audit

routes = APIRouter(tags=["journeys"])


@question(routes, "/journeys/{journey_id}", Question.JOURNEY_SHOW)
def show(
    wired: FromServer,
    journey_id: UUID,
    at_version: Annotated[int | None, Query(ge=1)] = None,
    as_recorded: Instant | None = None,
    as_happened: Instant | None = None,
) -> dict[str, Any]:
    """A journey's state, as of now or then; `ETag` is its version."""
    answer = found(
        replayed(wired.app, journey_id, at_version=at_version, as_recorded=as_recorded, as_happened=as_happened)
    )
    return {name: value for name, value in answer.items() if name != "steps"}


@question(routes, "/journeys/{journey_id}/sessions/{session_id}", Question.SESSION_RECORD)
def session_record(wired: FromServer, journey_id: UUID, session_id: UUID) -> dict[str, Any]:
    """A session's record as a signer is shown it, what it lacks, and the digest that signing it off names."""
    log = wired.app.log_of(journey_id)
    return {"journey_id": journey_id, "version": len(log)} | found(record_of(log, session_id))


@question(routes, "/journeys/{journey_id}/next", Question.JOURNEY_NEXT)
def following(wired: FromServer, caller: FromCaller, journey_id: UUID) -> dict[str, Any]:
    """What the caller's role may ask next, and what is still missing for it: the decisions themselves are asked."""
    log = wired.app.log_of(journey_id)
    if not log:
        raise Problem(Fault.NOT_FOUND)
    return steps.told(wired.app, log, Actor(user=caller.user, role=caller.role))


@question(routes, "/journeys/{journey_id}/notes", Question.NOTES)
def notes(wired: FromServer, journey_id: UUID) -> dict[str, Any]:
    """The words that belong to a journey's entries."""
    store = wired.app.store
    history = store.log.history(journey_id)
    if not history:
        raise Problem(Fault.NOT_FOUND)
    named = {it.note_id: it for it in history if it.note_id is not None}
    words = store.vault.notes(named.keys())
    rows = [
        {"version": it.version, "event_id": it.event_id, "note_id": note_id, "note": words.get(note_id)}
        for note_id, it in named.items()
    ]
    return {"journey_id": journey_id, "version": len(history), "rows": rows}


def replayed(
    app: App,
    journey_id: UUID,
    *,
    at_version: int | None,
    as_recorded: datetime | None,
    as_happened: datetime | None,
) -> dict[str, Any] | None:
    """A journey as it was; None if there is none."""
    rows = app.history(journey_id)
    if not rows:
        return None
    return audit.replay(rows, at_version=at_version, as_recorded=as_recorded, as_happened=as_happened, clinic=app.past)
