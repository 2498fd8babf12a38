"""May this session's infusion start? Every check, computed from the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from journey.clinic import Clinic
from journey.commands import ClearSession
from journey.decisions.findings import Findings, minutes, require, session_of, treating
from journey.decisions.screening import screened
from journey.decisions.weight import weighed_again, weight_checks
from journey.errors import Refused, Rule
from journey.events import SessionCleared
from journey.events.intake import YesNoUnknown
from journey.events.plan import CoverageOutcome
from journey.events.schedule import AppointmentKind
from journey.events.screening import ScreeningKind, ScreeningResult
from journey.events.session import Change, Check, CheckId, CheckOverride, RideKind, VitalsPhase
from journey.phases import Phase
from journey.recorded import Asked, Fact
from journey.screenings import Screening, last
from journey.state import Journey, Reading, Session, Stage
from journey.values import RiskLevel, Role

BROKEN: dict[CheckId, Rule] = {
    CheckId.VITALS: Rule.VITALS_TOO_OLD,
    CheckId.PRESSURE: Rule.PRESSURE_ON_HOLD,
    CheckId.HEART_RATE: Rule.SIGNS_ON_HOLD,
    CheckId.RESPIRATION: Rule.SIGNS_ON_HOLD,
    CheckId.SATURATION: Rule.SIGNS_ON_HOLD,
    CheckId.CONSENT: Rule.NO_CONSENT,
    CheckId.ELIGIBILITY: Rule.NOT_ELIGIBLE,
    CheckId.PLAN: Rule.NO_PLAN,
    CheckId.INFUSIONS_LEFT: Rule.PLAN_USED_UP,
    CheckId.MAINTENANCE: Rule.NO_MAINTENANCE,
    CheckId.GAP: Rule.GAP_TOO_SHORT,
    CheckId.IDENTITY: Rule.IDENTIFIERS_TOO_FEW,
    CheckId.WEIGHT: Rule.WEIGHT_JUMP,
    CheckId.BODY_MASS: Rule.WEIGHT_IMPLAUSIBLE,
    CheckId.RIDE: Rule.RIDE_NOT_CONFIRMED,
    CheckId.SUICIDE_RISK: Rule.SUICIDE_RISK_OPEN,
    CheckId.PREGNANCY: Rule.PREGNANCY_NOT_EXCLUDED,
    CheckId.DRUG_SCREEN: Rule.SCREENING_POSITIVE,
    CheckId.COVERAGE: Rule.NO_COVERAGE,
    CheckId.CHANGES: Rule.CHANGES_NOT_ADDRESSED,
    CheckId.OPEN_SESSION: Rule.OTHER_SESSION_OPEN,
}
"""What is said when a check fails."""

OVERRIDABLE = frozenset(
    {
        CheckId.PRESSURE,
        CheckId.HEART_RATE,
        CheckId.RESPIRATION,
        CheckId.SATURATION,
        CheckId.WEIGHT,
        CheckId.BODY_MASS,
        CheckId.SUICIDE_RISK,
        CheckId.PREGNANCY,
        CheckId.DRUG_SCREEN,
        CheckId.CHANGES,
    }
)
"""What a prescriber may set aside, with a note; the pressure only up to the hard limit. All else can be put right."""

PAID = frozenset({CoverageOutcome.COVERED, CoverageOutcome.PARTIAL, CoverageOutcome.SELF_PAY})


def clear_session(journey: Journey, asked: Asked[ClearSession], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Clear a session once every check passes, or is set aside by a prescriber where that is allowed."""
    command = asked.command
    session = session_of(journey, command.session_id)
    treating(journey, asked.at, findings)
    findings.guard(Rule.SESSION_NOT_OPEN, holds=session.is_open and session.stage is not Stage.INFUSING)
    findings.guard(Rule.OUT_OF_ORDER, holds=asked.at >= session.checked_in_at)
    findings.guard(Rule.NOT_FOR_INFUSION, holds=_for_an_infusion(journey, session))
    checks = tuple(_checks(journey, session, command.session_id, asked.at, clinic))
    _overrides_allowed(asked, findings)
    under_hard_limit(session, asked.at, clinic, findings)
    screened(journey, asked.at, clinic.policy, findings)
    weighed_again(journey, session, clinic.policy, findings)
    for check in checks:
        findings.guard(BROKEN[check.id], holds=check.passed or check.id in command.overrides)
    plan = journey.plan
    if plan is None:  # the check of the plan refuses before this
        raise Refused(Rule.NO_PLAN)
    return [
        findings.fact(
            SessionCleared(
                session_id=command.session_id,
                checks=checks,
                overrides=tuple(
                    CheckOverride(id=id_, by=asked.actor.person, note_id=asked.note_id)
                    for id_ in (check.id for check in checks if not check.passed)
                    if id_ in command.overrides and asked.note_id is not None
                ),
                weight_kg=session.checked_in.weight_kg,
                plan_id=plan.plan_id,
                plan_revision=plan.revision,
            )
        )
    ]


def _for_an_infusion(journey: Journey, session: Session) -> bool:
    """Whether the patient came for an infusion; where the booking was retracted, nobody knows better."""
    appointment = journey.appointments.get(session.checked_in.appointment_id)
    return appointment is None or appointment.kind is AppointmentKind.INFUSION


def _overrides_allowed(asked: Asked[ClearSession], findings: Findings) -> None:
    if asked.command.overrides:
        require(Rule.OVERRIDE_NEEDS_PRESCRIBER, holds=asked.actor.acting_role is Role.PRESCRIBER)
        fixed = [id_ for id_ in asked.command.overrides if id_ not in OVERRIDABLE]
        findings.guard(Rule.OVERRIDE_NOT_ALLOWED, holds=not fixed, checks=", ".join(fixed))
        require(Rule.NOTE_REQUIRED, holds=asked.note_id is not None)


def under_hard_limit(session: Session, at: datetime, clinic: Clinic, findings: Findings) -> None:
    """The last pressure before the infusion is not one at which nobody starts it."""
    policy, last = clinic.policy, _last_pressure(session, at)
    findings.guard(
        Rule.PRESSURE_TOO_HIGH,
        holds=(last.systolic is None or last.systolic <= policy.start_sbp_mmhg_hard_max)
        and (last.diastolic is None or last.diastolic <= policy.start_dbp_mmhg_hard_max),
    )


def _checks(journey: Journey, session: Session, session_id: UUID, at: datetime, clinic: Clinic) -> Iterator[Check]:
    yield from _of_vitals(session, at, clinic)
    yield Check(id=CheckId.CONSENT, passed=journey.consent_in_force(at))
    yield Check(id=CheckId.ELIGIBILITY, passed=journey.eligible(at))
    yield Check(id=CheckId.PLAN, passed=journey.plan is not None)
    yield _infusions(journey, at, clinic)
    yield _gap(journey, at)
    yield from _of_check_in(journey, session, at, clinic)
    yield _suicide_risk(journey)
    yield from _screenings(journey, at)
    yield Check(id=CheckId.COVERAGE, passed=covered(journey, at, clinic))
    others = (other for key, other in journey.sessions.items() if key != session_id)
    yield Check(id=CheckId.OPEN_SESSION, passed=not any(other.is_open for other in others))


def _screenings(journey: Journey, at: datetime) -> Iterator[Check]:
    """A pregnancy is impossible, or excluded by a test that still holds; and drugs were not found, if looked for."""
    consult, test = journey.consult, last(journey.screenings, ScreeningKind.HCG, at)
    impossible = consult is not None and consult.pregnancy_possible is YesNoUnknown.NO
    excluded = test is not None and _negative(test) and at <= test.completed.valid_until
    yield Check(id=CheckId.PREGNANCY, passed=impossible or excluded)
    drugs = last(journey.screenings, ScreeningKind.UDS, at)
    if drugs is not None:
        yield Check(id=CheckId.DRUG_SCREEN, passed=_negative(drugs))


def _negative(screening: Screening) -> bool:
    return screening.completed.result is ScreeningResult.NEGATIVE


def _of_vitals(session: Session, at: datetime, clinic: Clinic) -> Iterator[Check]:
    policy = clinic.policy
    last = _last_pressure(session, at)
    age = None if last.read_at is None else minutes(last.read_at, at)
    yield Check(
        id=CheckId.VITALS,
        value=None if age is None else Decimal(str(round(age, 1))),
        limit=Decimal(policy.vitals_age_min_max),
        passed=age is not None and age <= policy.vitals_age_min_max,
    )
    sbp = _within(CheckId.PRESSURE, last.systolic, policy.start_sbp_mmhg_min, policy.start_sbp_mmhg_max)
    dbp = _within(CheckId.PRESSURE, last.diastolic, 0, policy.start_dbp_mmhg_max)
    yield dbp if sbp.passed and not dbp.passed else sbp
    read = [it.vitals for it in _before(session, at)]
    for id_, values, least, most in (
        (CheckId.HEART_RATE, [it.hr_per_min for it in read], policy.start_hr_per_min_min, policy.start_hr_per_min_max),
        (CheckId.RESPIRATION, [it.rr_per_min for it in read], policy.start_rr_per_min_min, policy.start_rr_per_min_max),
        (CheckId.SATURATION, [it.spo2_pct for it in read], policy.start_spo2_pct_min, 100),
    ):
        measured = [value for value in values if value is not None]
        if measured:  # what a clinic does not measure holds up nothing
            yield _within(id_, measured[-1], least, most)


def _within(id_: CheckId, value: int | None, least: int, most: int) -> Check:
    """A sign that was read last, and the limit that it is beyond or would come to."""
    return Check(
        id=id_,
        value=None if value is None else Decimal(value),
        limit=Decimal(least if value is not None and value < least else most),
        passed=value is not None and least <= value <= most,
    )


def _before(session: Session, at: datetime) -> list[Reading]:
    """What was read before the infusion, in time."""
    found = [it for it in session.readings if it.at <= at and it.vitals.phase is VitalsPhase.PRE]
    return sorted(found, key=lambda reading: reading.at)


class _Pressure(NamedTuple):
    """The two pressures that were read last, and when both were known."""

    systolic: int | None
    diastolic: int | None
    read_at: datetime | None


def _last_pressure(session: Session, at: datetime) -> _Pressure:
    """The last pressures before the infusion; where only one was read, the other is that of an earlier reading."""
    before = _before(session, at)
    systolic = [(it.vitals.sbp_mmhg, it.at) for it in before if it.vitals.sbp_mmhg is not None]
    diastolic = [(it.vitals.dbp_mmhg, it.at) for it in before if it.vitals.dbp_mmhg is not None]
    (high, high_at), (low, low_at) = (read[-1] if read else (None, None) for read in (systolic, diastolic))
    return _Pressure(high, low, None if high_at is None or low_at is None else min(high_at, low_at))


def _infusions(journey: Journey, at: datetime, clinic: Clinic) -> Check:
    """In maintenance its schedule is in force; else the plan, or the reinduction, has infusions left."""
    if journey.stands_in is Phase.MAINTENANCE:
        schedule, today = journey.maintenance, clinic.site.local(at).date()
        in_force = schedule is not None and (schedule.until is None or today <= schedule.until)
        return Check(id=CheckId.MAINTENANCE, passed=in_force)
    given, planned = journey.given_of_series
    return Check(
        id=CheckId.INFUSIONS_LEFT, value=Decimal(given), limit=Decimal(planned), passed=planned == 0 or given < planned
    )


def _gap(journey: Journey, at: datetime) -> Check:
    """Hours since the last infusion that counts."""
    given = journey.infusions
    if journey.plan is None or not given:
        return Check(id=CheckId.GAP, passed=True)
    last = given[-1].started_at
    return Check(
        id=CheckId.GAP,
        value=Decimal(str(round(minutes(last, at) / 60, 1))),
        limit=Decimal(journey.plan.min_gap_h),
        passed=at - last >= timedelta(hours=journey.plan.min_gap_h),
    )


def _of_check_in(journey: Journey, session: Session, at: datetime, clinic: Clinic) -> Iterator[Check]:
    arrived = session.checked_in
    identifiers = len(set(arrived.identifiers_checked))
    yield Check(
        id=CheckId.IDENTITY,
        value=Decimal(identifiers),
        limit=Decimal(IDENTIFIERS_MIN),
        passed=identifiers >= IDENTIFIERS_MIN,
    )
    local = clinic.site.local
    today = local(session.checked_in_at).date() == local(at).date()
    yield from weight_checks(journey, session, clinic.policy, today=today)
    ride = arrived.ride
    yield Check(id=CheckId.RIDE, passed=ride.confirmed and ride.kind is not RideKind.NONE)
    yield Check(id=CheckId.CHANGES, passed=set(arrived.changes) <= {Change.NONE})


IDENTIFIERS_MIN = 2
"""Two kinds of identifier tell a patient: the rule of every transfusion and infusion, not a clinical number."""


def _suicide_risk(journey: Journey) -> Check:
    high = [
        risk for risk in journey.risks.values() if risk.raised.level is RiskLevel.HIGH and risk.addressed_at is None
    ]
    return Check(id=CheckId.SUICIDE_RISK, value=Decimal(len(high)), limit=Decimal(0), passed=not high)


def covered(journey: Journey, at: datetime, clinic: Clinic) -> bool:
    """Whether somebody pays: of each payer the last answer that holds today; one that is pending is none."""
    today = clinic.site.local(at).date()
    valid = [it for it in journey.coverages.values() if it.valid_from <= today <= it.valid_to]
    answers = [it for it in valid if it.outcome is not CoverageOutcome.PENDING]
    last = {it.payer: it.outcome for it in sorted(answers, key=lambda answer: answer.verified_at)}
    return not PAID.isdisjoint(last.values())
