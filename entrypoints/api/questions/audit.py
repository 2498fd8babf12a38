"""By which routes is the audit trail asked?"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from entrypoints.api.answering import found, question
from entrypoints.api.cursors import FromPage, Page
from entrypoints.api.questions.journeys import replayed
from entrypoints.api.wiring import FromServer
from journey.roles import Question
from journey.values import Instant
from projections import audit
from projections.audit import Asked

routes = APIRouter(tags=["audit"])

Who = Annotated[str | None, Query(max_length=64)]
EventType = Annotated[str, Query(max_length=40)]
Where = Annotated[str | None, Query(max_length=40)]


def asked(
    page: FromPage,
    journey_id: UUID | None = None,
    site: Where = None,
    actor: Who = None,
    kind: Annotated[str | None, Query(max_length=40, description="a code of what is asked for")] = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> Asked:
    """Which rows are wanted: the filters that most questions have, and the page."""
    return Asked(
        journey_id=journey_id,
        site=site,
        actor=actor,
        kind=kind,
        since=since,
        until=until,
        after=page.after,
        limit=page.limit,
    )


FromFilters = Annotated[Asked, Depends(asked)]


def paged(page: Page, answer: dict[str, Any]) -> dict[str, Any]:
    """An answer whose following page has a cursor."""
    return answer | {"next": page.cursor(answer["next"])}


@question(routes, "/audit/timeline", Question.AUDIT_TIMELINE, of="audit", tables=["rows"])
def timeline(
    wired: FromServer,
    page: FromPage,
    journey_id: UUID | None = None,
    actor: Who = None,
    types: Annotated[list[EventType] | None, Query(alias="type", max_length=40)] = None,
    since: Instant | None = None,
    until: Instant | None = None,
    site: Where = None,
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
    return paged(page, answer)


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
def refused(wired: FromServer, page: FromPage, wanted: FromFilters) -> dict[str, Any]:
    """Who tried what, and why it was not allowed; `kind` is the code of the refusal."""
    return paged(page, audit.refused(wired.app.store.attempts, wanted))


@question(routes, "/audit/deviations", Question.AUDIT_DEVIATIONS, of="audit", tables=["rows"])
def deviations(wired: FromServer, page: FromPage, wanted: FromFilters) -> dict[str, Any]:
    """Which rules were broken, by which entries; `kind` is a rule's code."""
    return paged(page, audit.deviations(wired.app.models, wanted))


@question(routes, "/audit/overrides", Question.AUDIT_OVERRIDES, of="audit", tables=["rows"])
def overrides(wired: FromServer, page: FromPage, wanted: FromFilters) -> dict[str, Any]:
    """What prescribers set aside: which check or criterion, found at what; `kind` is the check or criterion."""
    return paged(page, audit.overrides(wired.app.models, wanted))


@question(routes, "/audit/late", Question.AUDIT_LATE, of="audit", tables=["rows"])
def late(wired: FromServer, page: FromPage, wanted: FromFilters) -> dict[str, Any]:
    """What was recorded long after it happened, and why; `kind` is the code of the reason."""
    return paged(page, audit.late(wired.app.models, wanted, wired.app.clinic))


@question(routes, "/audit/corrections", Question.AUDIT_CORRECTIONS, of="audit", tables=["rows"])
def corrections(wired: FromServer, page: FromPage, wanted: FromFilters) -> dict[str, Any]:
    """What was replaced by what, and what turned stale by it; `kind` is amend or retract."""
    return paged(page, audit.corrections(wired.app.models, wanted))


@question(routes, "/audit/unsigned", Question.AUDIT_UNSIGNED, of="audit", tables=["rows"])
def unsigned(wired: FromServer, page: FromPage, wanted: FromFilters) -> dict[str, Any]:
    """Sessions over and not signed off, with their age and when it was due; `kind` is withheld or discharged."""
    return paged(page, audit.unsigned(wired.app.models, wanted, wired.app.clock(), wired.app.clinic))


@question(routes, "/audit/consents", Question.AUDIT_CONSENTS, of="audit", tables=["rows"])
def consents(wired: FromServer, page: FromPage, wanted: FromFilters) -> dict[str, Any]:
    """The consent in force at each infusion, as known when it was recorded and as known now; `kind` is a finding."""
    return paged(page, audit.consents_in_force(wired.app.models, wanted))


@question(routes, "/audit/drug-ledger", Question.DRUG_LEDGER, of="audit", tables=["rows", "days"])
def drug_ledger(
    wired: FromServer,
    page: FromPage,
    container_id: UUID | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> dict[str, Any]:
    """Every movement of every container of the drug, and what was left of each at the end of each day."""
    answer = audit.drug_ledger(
        wired.app.models,
        container_id=container_id,
        since=since,
        until=until,
        after=page.after or 0,
        limit=page.limit,
        clinic=wired.app.clinic,
    )
    return paged(page, answer)


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
