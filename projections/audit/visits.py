"""Which sessions are over, and their records not signed off as they stand? How old may that be, a policy says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journey.clinic import Clinic
from journey.events import (
    EntryCorrected,
    Event,
    InfusionStarted,
    PatientCheckedIn,
    PatientDischarged,
    SessionCleared,
    SessionSignedOff,
    SessionWithheld,
)
from journey.recorded import Recorded
from journey.state import replace
from projections.audit.asking import Asked, Shape, answer, page
from projections.audit.timeline import CLINIC
from projections.database import ReadModels
from projections.plain import moment, parsed, written
from projections.projection import Column, Kind, Table

WITHHELD, DISCHARGED = "withheld", "discharged"

MOVING = frozenset(
    {PatientCheckedIn, SessionCleared, InfusionStarted, SessionWithheld, PatientDischarged, SessionSignedOff}
)
"""What is looked at in any session; all else only once one was signed off, for it is added to the record."""

TABLE = Table(
    "unsigned",
    "every session that is over, and its record not signed off as it stands",
    (
        Column("session_id", Kind.TEXT, "the session"),
        Column("ended", Kind.TEXT, "withheld or discharged"),
        Column("ended_at", Kind.TIME, "when it ended"),
        Column("infusions", Kind.WHOLE, "how often the pump was started in it"),
        Column("actor", Kind.TEXT, "who entered its end"),
        Column("role", Kind.TEXT, "the role that was entered in"),
        Column("on_behalf_of", Kind.TEXT, "for whom, if not for themselves"),
        Column("site", Kind.TEXT, "where"),
        Column("policy_version", Kind.TEXT, "the policy of the day it ended"),
        Column("signed_at", Kind.TIME, "when its record was signed off, as it was before something was added"),
        Column("signed_by", Kind.TEXT, "who signed it then"),
    ),
    indexed=("ended_at",),
)

SHAPE = Shape(table=TABLE, kind="ended", time="ended_at", order=("ended_at", "journey_id", "session_id"))


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A session: its end, its last signature, and whether its record was added to or corrected since."""

    infusions: int = 0
    is_open: bool = True
    ended: str | None = None
    ended_at: str | None = None
    actor: str = ""
    role: str = ""
    on_behalf_of: str | None = None
    site: str = ""
    policy_version: str = ""
    signed_at: str | None = None
    signed_by: str | None = None
    signed_version: int = 0
    changed: bool = False


Visits = Mapping[str, Visit]


def after(visits: Visits, recorded: Recorded[Event]) -> Visits:
    """The sessions after one more event; what is said of one whose check-in was retracted is said of none."""
    event = recorded.event
    session_id: UUID | None = getattr(event, "session_id", None)
    if session_id is None:
        return visits
    key = written(session_id)
    if isinstance(event, PatientCheckedIn):
        return {**visits, key: Visit()}
    visit = visits.get(key)
    if visit is None:
        return visits
    now = _changed(visit, recorded, event)
    return visits if now is visit else {**visits, key: now}


def _changed(visit: Visit, recorded: Recorded[Event], event: Event) -> Visit:
    """A visit after one more of its entries: whatever is added makes its record another than was signed."""
    if isinstance(event, SessionSignedOff):
        at, version = moment(recorded.at), recorded.version
        return replace(visit, signed_at=at, signed_by=event.signer, signed_version=version, changed=False)
    visit = replace(visit, changed=True) if visit.signed_version and not visit.changed else visit
    match event:
        case PatientDischarged():
            return _ended(visit, recorded, DISCHARGED)
        case SessionWithheld():
            return _ended(visit, recorded, WITHHELD)
        case SessionCleared():
            return replace(visit, is_open=True)
        case InfusionStarted():
            late = visit.ended_at is not None and visit.ended_at >= moment(
                recorded.at
            )  # heard of after the patient left
            started = replace(visit, infusions=visit.infusions + 1)
            return started if late else replace(started, is_open=True, ended_at=None)
        case _:
            return visit


def _ended(visit: Visit, recorded: Recorded[Event], how: str) -> Visit:
    actor = recorded.actor
    return replace(
        visit,
        is_open=False,
        ended=how,
        ended_at=moment(recorded.at),
        actor=actor.user,
        role=actor.role.value,
        on_behalf_of=actor.on_behalf_of,
        site=recorded.site_id,
        policy_version=recorded.policy_version,
    )


def after_correction(visits: Visits, log: Sequence[Recorded[Event]]) -> Visits:
    """The sessions, those marked whose record was corrected after it was signed."""
    if not any(visit.signed_version for visit in visits.values()):
        return visits
    entries = {entry.event_id: entry for entry in log}
    marked = dict(visits)
    for entry in log:
        if isinstance(entry.event, EntryCorrected):
            target = entries[entry.event.target_event_id]
            put = entry.event.replacement
            for said in (target.event, None if put is None else put.data):
                key = str(getattr(said, "session_id", None))
                visit = marked.get(key)
                if visit is not None and target.version < visit.signed_version < entry.version:
                    marked[key] = replace(visit, changed=True)
    return marked


def rows(visits: Visits) -> dict[str, dict[str, Any]]:
    """A row a session that is over and unsigned."""
    return {key: _row(key, visit) for key, visit in visits.items() if _is_unsigned(visit)}


def _is_unsigned(visit: Visit) -> bool:
    return not visit.is_open and (visit.changed or not visit.signed_version)


def _row(key: str, visit: Visit) -> dict[str, Any]:
    said = vars(visit)
    return {"session_id": key} | {column.name: said[column.name] for column in TABLE.columns[1:]}


def unsigned(models: ReadModels, asked: Asked, now: datetime, clinic: Clinic = CLINIC) -> dict[str, Any]:
    """Sessions whose record waits for its signature, the oldest first; `kind` is withheld or discharged.

    `since` and `until` bound when they ended. Each has its age and, by the policy of the day it ended, when the
    signature was due, and whether that is over. Raises ValueError for a false `after`.
    """
    with models.database.reading() as session:
        found, following = page(models, session, SHAPE, asked)
        return answer(models, session, asked.journey_id, (_told(row, now, clinic) for row in found), following)


def _told(row: dict[str, Any], now: datetime, clinic: Clinic) -> dict[str, Any]:
    ended_at = parsed(row["ended_at"])
    due_at = ended_at + timedelta(days=clinic.policy_of(row["policy_version"]).sign_off_due_days)
    age_h = int((now - ended_at) / timedelta(hours=1))
    return {**row, "age_h": age_h, "due_at": moment(due_at), "overdue": now > due_at}
