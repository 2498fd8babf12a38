"""Is the patient ready to go home, and how did they leave?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from journey.clinic import Clinic
from journey.commands import AssessDischargeReadiness, DischargePatient
from journey.decisions.findings import Findings, require, session_of
from journey.decisions.recovery import vitals_mark
from journey.errors import Rule
from journey.events import DischargeReadinessAssessed, PatientDischarged
from journey.events.session import Disposition, ReadinessId, VitalsPhase
from journey.instruments import numbered, padss
from journey.recorded import Asked, Fact
from journey.state import Journey, Session

LEFT_UNREADY = frozenset({Disposition.HOME_RIDE, Disposition.AGAINST_ADVICE})
"""Who leaves this way should have been ready; a transfer or a death is another matter."""


def assess_discharge_readiness(
    journey: Journey, asked: Asked[AssessDischargeReadiness], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Record the judgement; what is unmet is computed here."""
    command = asked.command
    session = session_of(journey, command.session_id)
    findings.note(Rule.SESSION_ENDED, holds=session.is_open)
    findings.note(Rule.INFUSION_NOT_STOPPED, holds=session.running is None)
    findings.note(Rule.OUT_OF_ORDER, holds=asked.at >= session.checked_in_at)
    mark = vitals_mark(session, asked.at, clinic.policy)
    findings.note(Rule.PADSS_VITALS_DIFFER, holds=mark is None or mark == command.padss[0])
    unmet = tuple(id_ for id_, met in _met(command, session, asked.at, clinic) if not met)
    return [
        findings.fact(
            DischargeReadinessAssessed(
                session_id=command.session_id,
                padss=command.padss,
                moaas=command.moaas,
                dissociation_resolved=command.dissociation_resolved,
                dizziness_resolved=command.dizziness_resolved,
                oriented=command.oriented,
                gait_steady=command.gait_steady,
                ready=not unmet,
                unmet=unmet,
            )
        )
    ]


def _met(
    command: AssessDischargeReadiness, session: Session, at: datetime, clinic: Clinic
) -> Iterator[tuple[ReadinessId, bool]]:
    policy = clinic.policy
    answers = numbered(command.padss)
    total = padss.SCORER.score(answers).total
    yield ReadinessId.PADSS, total is not None and total >= policy.padss_min
    yield ReadinessId.ACTIVITY, answers[padss.ACTIVITY] == padss.WHOLE
    read = vitals_mark(session, at, policy)
    yield ReadinessId.VITALS, answers[padss.VITALS] == padss.WHOLE and read in {None, padss.WHOLE}
    yield ReadinessId.PRESSURE, _pressure_settled(session, at, clinic)
    yield ReadinessId.DISSOCIATION, command.dissociation_resolved
    yield ReadinessId.DIZZINESS, command.dizziness_resolved
    yield ReadinessId.ORIENTATION, command.oriented
    yield ReadinessId.GAIT, command.gait_steady
    yield ReadinessId.SEDATION, command.moaas >= policy.moaas_min
    after, whole = (timedelta(minutes=it) for it in (policy.monitoring_post_min, policy.monitoring_from_start_min))
    watched = (
        it.ended_at is not None and at - it.ended_at >= after and at - it.started_at >= whole for it in session.attempts
    )
    yield ReadinessId.MONITORING, all(watched)


def _pressure_settled(session: Session, at: datetime, clinic: Clinic) -> bool:
    """Whether the last pressure read after the infusion is under the ceiling; none read is not settled."""
    policy = clinic.policy
    read = [
        (reading.at, reading.vitals.sbp_mmhg, reading.vitals.dbp_mmhg)
        for reading in session.readings
        if reading.vitals.phase is VitalsPhase.POST and reading.at <= at
    ]
    whole = [(when, high, low) for when, high, low in read if high is not None and low is not None]
    if not whole:
        return False
    _, systolic, diastolic = max(whole)
    return systolic <= policy.discharge_sbp_mmhg_max and diastolic <= policy.discharge_dbp_mmhg_max


def discharge_patient(journey: Journey, asked: Asked[DischargePatient], findings: Findings) -> list[Fact]:
    """Record that the patient left, or died: sayable from every state of a session."""
    command = asked.command
    session = session_of(journey, command.session_id)
    require(
        Rule.UNKNOWN_APPOINTMENT,
        holds=command.next_appointment_id is None or command.next_appointment_id in journey.appointments,
    )
    findings.note(Rule.SESSION_ENDED, holds=session.is_open)
    findings.note(Rule.INFUSION_NOT_STOPPED, holds=session.running is None)
    findings.note(Rule.OUT_OF_ORDER, holds=asked.at >= session.checked_in_at)
    if command.disposition in LEFT_UNREADY and session.attempts:
        findings.note(Rule.NOT_READY, holds=session.readiness is not None and session.readiness.ready)
    if command.disposition is Disposition.HOME_RIDE:
        findings.note(Rule.RIDE_NOT_CHECKED, holds=command.ride_checked)
    return [
        findings.fact(
            PatientDischarged(
                session_id=command.session_id,
                disposition=command.disposition,
                ride_checked=command.ride_checked,
                instructions_version=command.instructions_version,
                next_appointment_id=command.next_appointment_id,
            )
        )
    ]
