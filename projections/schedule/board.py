"""What happens today, chair by chair? One row a visit: its stage, its clocks, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from journey.events.session import CheckId
from journey.policy import Policy
from journey.state import AppointmentStatus, Stage
from projections.database import ReadModels
from projections.plain import later, moment
from projections.projection import Column, Kind, Table
from projections.schedule import signs
from projections.schedule.appointments import INFUSION, Appointment
from projections.schedule.document import Schedule
from projections.schedule.sessions import Session

BOARD = Table(
    "board",
    "Every visit, planned or begun: where, with whom, how far it has come, what is missing",
    (
        Column("appointment_id", Kind.TEXT, "the appointment"),
        Column("session_id", Kind.TEXT, "the session, once the patient has checked in"),
        Column("patient_id", Kind.TEXT, "the patient, by a name of the vault"),
        Column("kind", Kind.TEXT, "what the appointment is for"),
        Column("slot_no", Kind.WHOLE, "the slot of the plan it fills"),
        Column("series_id", Kind.TEXT, "the series it was booked in, if it was not booked alone"),
        Column("chair", Kind.TEXT, "the chair"),
        Column("nurse", Kind.TEXT, "the nurse"),
        Column("provider", Kind.TEXT, "the provider"),
        Column("starts_at", Kind.TIME, "when it is to begin"),
        Column("ends_at", Kind.TIME, "when it is to end"),
        Column("status", Kind.TEXT, "booked, arrived, cancelled or missed"),
        Column("stage", Kind.TEXT, "where the session is"),
        Column("missing", Kind.CODES, "what stands between now and the next step"),
        Column("checked_in_at", Kind.TIME, "when the patient came"),
        Column("cleared_at", Kind.TIME, "when the infusion was allowed"),
        Column("infusion_started_at", Kind.TIME, "the infusion's clock"),
        Column("infusion_ends_at", Kind.TIME, "when the pump will be empty; none while it is paused"),
        Column("infusion_ended_at", Kind.TIME, "the recovery's clock"),
        Column("dose_mg", Kind.NUMBER, "the dose", "mg"),
        Column("rate_ml_h", Kind.NUMBER, "how fast the pump runs; 0 is a pause", "ml/h"),
        Column("read_at", Kind.TIME, "when signs were read last"),
        Column("sbp_mmhg", Kind.WHOLE, "the systolic pressure then", "mmHg"),
        Column("dbp_mmhg", Kind.WHOLE, "the diastolic pressure then", "mmHg"),
        Column("ended_at", Kind.TIME, "when the session was over"),
        Column("signed_off_at", Kind.TIME, "when its record was signed off, if nothing was added since"),
    ),
    indexed=("starts_at", "checked_in_at"),
)

CLEARANCE, IV_ACCESS, READINESS, RESUMPTION, SIGN_OFF = "clearance", "iv_access", "readiness", "resumption", "sign_off"


def rows(schedule: Schedule) -> dict[str, dict[str, Any]]:
    """A row a session, and one for each appointment that has none."""
    arrived = {session.appointment_id for session in schedule.sessions.values()}
    visits: list[tuple[str, Appointment | None, Session | None]] = [
        (key, schedule.appointments.get(it.appointment_id), it) for key, it in schedule.sessions.items()
    ]
    visits += [(key, it, None) for key, it in schedule.appointments.items() if key not in arrived]
    return {
        key: _placed(appointment) | _here(session) | _whose(schedule, appointment, session)
        for key, appointment, session in visits
    }


def _whose(schedule: Schedule, appointment: Appointment | None, session: Session | None) -> dict[str, Any]:
    appointment_id = session.appointment_id if session is not None else appointment and appointment.appointment_id
    return {
        "appointment_id": appointment_id,
        "patient_id": schedule.patient_id,
        "missing": list(_missing(schedule, appointment, session)),
    }


def _placed(appointment: Appointment | None) -> dict[str, Any]:
    return {
        "kind": INFUSION if appointment is None else appointment.kind,
        "slot_no": appointment and appointment.slot_no,
        "series_id": appointment and appointment.series_id,
        "chair": appointment and appointment.chair,
        "nurse": appointment and appointment.nurse,
        "provider": appointment and appointment.provider,
        "starts_at": appointment and appointment.starts_at,
        "ends_at": appointment and appointment.ends_at,
        "status": AppointmentStatus.ARRIVED.value if appointment is None else appointment.status,
    }


def _here(session: Session | None) -> dict[str, Any]:
    pump = session and session.pump
    return {
        "session_id": session and session.session_id,
        "stage": session and session.stage,
        "checked_in_at": session and session.checked_in_at,
        "cleared_at": session and session.cleared_at,
        "infusion_started_at": pump and pump.started_at,
        "infusion_ends_at": pump and pump.ends_at,
        "infusion_ended_at": pump and pump.ended_at,
        "dose_mg": pump and pump.dose_mg,
        "rate_ml_h": pump and pump.rate_ml_h,
        "read_at": session and session.read_at,
        "sbp_mmhg": session and session.sbp_mmhg,
        "dbp_mmhg": session and session.dbp_mmhg,
        "ended_at": session and session.ended_at,
        "signed_off_at": session and session.signed_off_at,
    }


def _missing(schedule: Schedule, appointment: Appointment | None, session: Session | None) -> Iterator[str]:
    """What stands between a visit and its next step; of one that is over, its signature."""
    if session is None:
        if appointment is not None and appointment.is_open and appointment.kind == INFUSION:
            yield from _of_treatment(schedule, appointment)
    elif session.stage == Stage.CHECKED_IN:
        if appointment is not None:
            yield from _of_treatment(schedule, appointment)
        yield from session.unresolved
        if schedule.standing.at_high_risk:
            yield CheckId.SUICIDE_RISK.value
        if not session.pressure_read:
            yield CheckId.VITALS.value
        yield CLEARANCE
    elif session.stage == Stage.CLEARED:
        yield IV_ACCESS
    elif session.stage == Stage.RECOVERING and not session.ready:
        yield READINESS
    elif not session.is_open and session.signed_off_at is None:
        yield SIGN_OFF


def _of_treatment(schedule: Schedule, appointment: Appointment) -> Iterator[str]:
    if schedule.pauses:
        yield RESUMPTION
    if schedule.plan is None or schedule.switched_at is not None:
        yield CheckId.PLAN.value
    for check in schedule.standing.missing(appointment):
        yield check.value


def day(models: ReadModels, zone: tzinfo, on: date, policy: Policy | None = None) -> dict[str, Any]:
    """A day of the site's own calendar, by chair and time; what was cancelled is left out.

    Clocks are given as the moments they start from. When signs are next due, and until when to watch a recovery, is
    said by the policy, at the time of asking.
    """
    policy = policy or Policy()
    begins, ends = (moment(datetime.combine(it, time(), zone)) for it in (on, on + timedelta(days=1)))
    where = (
        "((t.starts_at >= ? AND t.starts_at < ?) OR (t.checked_in_at >= ? AND t.checked_in_at < ?)) AND t.status <> ?"
    )
    params = (begins, ends, begins, ends, AppointmentStatus.CANCELLED.value)
    with models.database.reading() as session:
        found = models.rows_in(session, "schedule", "board", where, *params)
        position = models.position_in(session, "schedule")
        stale = models.stale_in(session, "schedule").any()
    found.sort(key=lambda row: (row["chair"] or "~", row["starts_at"] or row["checked_in_at"], row["journey_id"]))
    rows = [row | _due(row, policy) for row in found]  # one that is missing can not say it: the answer does
    return {"date": on.isoformat(), "position": position, "rows": rows} | stale


def _due(row: dict[str, Any], policy: Policy) -> dict[str, str | None]:
    """When signs are next due, and until when a recovery is watched."""
    due_at = signs.due_at(
        stage=row["stage"],
        started_at=row["infusion_started_at"],
        ended_at=row["infusion_ended_at"],
        read_at=row["read_at"],
        sbp_mmhg=row["sbp_mmhg"],
        dbp_mmhg=row["dbp_mmhg"],
        policy=policy,
    )
    recovers = due_at is not None and row["stage"] == Stage.RECOVERING
    return {"next_vitals_due": due_at, "recovery_until": _watched_until(row, policy) if recovers else None}


def _watched_until(row: dict[str, Any], policy: Policy) -> str:
    """Until when a recovery is watched: so long after the infusion's end, and so long after its start."""
    after = later(row["infusion_ended_at"], timedelta(minutes=policy.monitoring_post_min))
    return max(after, later(row["infusion_started_at"], timedelta(minutes=policy.monitoring_from_start_min)))
