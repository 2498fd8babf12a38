"""What may happen on the day of an infusion? Almost all of it is observed, and so recorded whatever it breaks."""

from __future__ import annotations

from journey.clinic import Clinic
from journey.commands import (
    CheckInPatient,
    RecordVitals,
    WithholdSession,
)
from journey.decisions.clearance import IDENTIFIERS_MIN
from journey.decisions.findings import Findings, during, known, require, session_of
from journey.decisions.weight import weighed_in
from journey.errors import Rule
from journey.events import (
    PatientCheckedIn,
    SessionWithheld,
    VitalsRecorded,
)
from journey.events.schedule import AppointmentKind
from journey.recorded import Asked, Fact
from journey.state import AppointmentStatus, Journey


def check_in_patient(journey: Journey, asked: Asked[CheckInPatient], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Open a session for an appointment."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.session_id not in journey.sessions)
    appointment = known(journey.appointments, command.appointment_id, Rule.UNKNOWN_APPOINTMENT)
    findings.note(Rule.NOT_BOOKED, holds=appointment.status is AppointmentStatus.BOOKED)
    findings.note(Rule.NOT_FOR_INFUSION, holds=appointment.kind is AppointmentKind.INFUSION)
    findings.note(Rule.OTHER_SESSION_OPEN, holds=not any(it.is_open for it in journey.sessions.values()))
    findings.note(Rule.JOURNEY_PAUSED, holds=not journey.paused(asked.at))
    findings.note(Rule.MODALITY_SWITCHED, holds=not journey.switched)
    findings.note(Rule.IDENTIFIERS_TOO_FEW, holds=len(set(command.identifiers_checked)) >= IDENTIFIERS_MIN)
    last = journey.weight_kg_before(asked.at)
    weighed_in(last, command.weight_kg, command.weight_kg_repeated, clinic.policy, findings)
    return [
        findings.fact(
            PatientCheckedIn(
                session_id=command.session_id,
                appointment_id=command.appointment_id,
                identifiers_checked=command.identifiers_checked,
                weight_kg=command.weight_kg,
                weight_kg_repeated=command.weight_kg_repeated,
                fasting_h=command.fasting_h,
                meds_today=command.meds_today,
                ride=command.ride,
                changes=command.changes,
            )
        )
    ]


def record_vitals(journey: Journey, asked: Asked[RecordVitals], findings: Findings) -> list[Fact]:
    """Record signs that were read, and which could not be."""
    command = asked.command
    session = session_of(journey, command.session_id)
    require(
        Rule.PRESSURES_CROSSED,
        holds=command.sbp_mmhg is None or command.dbp_mmhg is None or command.dbp_mmhg <= command.sbp_mmhg,
    )
    signs = (command.sbp_mmhg, command.dbp_mmhg, command.hr_per_min, command.spo2_pct, command.rr_per_min)
    scales = (command.moaas, command.cadss, command.pain)
    measured = any(value is not None for value in signs + scales)
    require(Rule.NOTHING_MEASURED, holds=measured or bool(command.unmeasurable))
    during(session, asked.at, findings)
    return [
        findings.fact(
            VitalsRecorded(
                session_id=command.session_id,
                phase=command.phase,
                sbp_mmhg=command.sbp_mmhg,
                dbp_mmhg=command.dbp_mmhg,
                hr_per_min=command.hr_per_min,
                spo2_pct=command.spo2_pct,
                rr_per_min=command.rr_per_min,
                moaas=command.moaas,
                cadss=command.cadss,
                pain=command.pain,
                position=command.position,
                device_id=command.device_id,
                unmeasurable=command.unmeasurable,
            )
        )
    ]


def withhold_session(journey: Journey, asked: Asked[WithholdSession], findings: Findings) -> list[Fact]:
    """Record that no infusion is given."""
    command = asked.command
    session = session_of(journey, command.session_id)
    during(session, asked.at, findings)
    findings.note(Rule.SESSION_ENDED, holds=session.is_open)
    findings.note(Rule.INFUSION_NOT_STOPPED, holds=session.running is None)
    findings.note(Rule.INFUSION_GIVEN, holds=not any(attempt.counts for attempt in session.attempts))
    return [
        findings.fact(
            SessionWithheld(session_id=command.session_id, reason=command.reason, next_action=command.next_action)
        )
    ]
