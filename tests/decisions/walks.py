"""How might a journey go? Any command after any other, at any time, by what the domain then decides of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from journey.commands import (
    AbortInfusion,
    AssessResponse,
    ChangeInfusionRate,
    ChangeModality,
    ClearSession,
    Command,
    CompleteAssessment,
    CompleteInfusion,
    ContactPatient,
    CorrectEntry,
    DetectRelapse,
    DischargePatient,
    DispenseDose,
    MissAppointment,
    OrderReinduction,
    PauseJourney,
    RecordContraindication,
    RecordVitals,
    ResumeJourney,
    SignOffSession,
    StartInfusion,
    UpdateAdverseEvent,
    WasteDose,
    WithdrawConsent,
    WithholdSession,
)
from journey.errors import Refused
from journey.events.course import (
    ModalityMode,
    ModalityReason,
    OtherTreatment,
    PauseReason,
    Recheck,
    ReinductionReason,
    RelapseCriterion,
)
from journey.events.drug import WasteMethod
from journey.events.intake import Contraindication, ContraindicationStatus, Evidence
from journey.events.outcome import AdverseEventOutcome, Next, Timepoint
from journey.events.plan import ConsentParty, WithdrawalEffect
from journey.events.records import CorrectionKind, CorrectionReason
from journey.events.schedule import ContactPurpose, Scope
from journey.events.session import (
    AbortReason,
    CheckId,
    Disposition,
    NextAction,
    RateReason,
    VitalsPhase,
    WithheldReason,
)
from journey.recorded import Fact
from journey.values import Instrument, LateReason
from tests.decisions.states import (
    BASELINE,
    CONSENT,
    PLAN,
    checked_in,
    cleared,
    discharged,
    infusing,
    line,
    measured,
    paused,
    planned,
    reviewed,
)
from tests.decisions.test_approve_treatment_plan import SECOND
from tests.decisions.test_assess_discharge_readiness import ASSESS
from tests.decisions.test_book_appointment import book
from tests.decisions.test_book_series import series, slot
from tests.decisions.test_cancel_appointment import CANCEL
from tests.decisions.test_check_in_patient import arrive
from tests.decisions.test_give_consent import GIVE
from tests.decisions.test_give_medication import GIVE as GIVE_DRUG
from tests.decisions.test_place_iv_access import PLACE
from tests.decisions.test_report_adverse_event import REPORT
from tests.decisions.test_sign_off_session import signing
from tests.given import DAY, HOUR, MINUTE, PRESCRIBER, RECEIVED, VIAL, Given, named

STATES = {
    "planned": planned(),
    "checked in": checked_in(),
    "measured": measured(),
    "cleared": cleared(),
    "infusing": infusing(),
    "discharged": discharged(),
    "to be signed": discharged().then_came(line()),
    "paused": paused(state=measured),
    "reviewed": reviewed(),
}


def of_visit(number: int) -> Iterator[Command]:
    """Everything that can be asked of the n-th visit."""
    session, appointment = named(f"session {number}"), named(f"appointment {number}")
    yield book(number)
    yield series([slot(it, appointment_id=None) for it in range(number, 7)], series_id=named(f"series {number}"))
    yield replace(CANCEL, appointment_ids=(appointment,))
    yield replace(CANCEL, appointment_ids=(appointment,), scope=Scope.THIS_AND_FOLLOWING)
    yield MissAppointment(appointment_id=appointment, contacted=False)
    yield ContactPatient(purpose=ContactPurpose.OUTREACH, appointment_id=appointment, reached=False)
    yield arrive(number)
    yield RecordVitals(session_id=session, phase=VitalsPhase.PRE, sbp_mmhg=124, dbp_mmhg=78)
    yield RecordVitals(session_id=session, phase=VitalsPhase.POST, sbp_mmhg=230, dbp_mmhg=130)
    yield ClearSession(session_id=session)
    yield ClearSession(session_id=session, overrides=(CheckId.PRESSURE, CheckId.WEIGHT))
    yield WithholdSession(session_id=session, reason=WithheldReason.OTHER, next_action=NextAction.REVIEW)
    yield replace(PLACE, session_id=session)
    yield replace(GIVE_DRUG, session_id=session)
    yield WasteDose(session_id=session, container_id=VIAL, ml=Decimal("0.46"), method=WasteMethod.SINK)
    for happened in (False, True):
        yield DispenseDose(
            session_id=session, container_id=VIAL, lot=RECEIVED.lot, volume_ml=Decimal("0.7"), happened=happened
        )
        yield StartInfusion(
            session_id=session,
            dose_mg=Decimal(35),
            conc_mg_per_ml=Decimal("0.7"),
            total_ml=Decimal(50),
            rate_ml_h=Decimal(75),
            pump_id="pump-1",
            happened=happened,
        )
    yield ChangeInfusionRate(session_id=session, rate_ml_h=Decimal(0), reason=RateReason.PRESSURE)
    yield CompleteInfusion(session_id=session, ml_infused=Decimal(50))
    yield AbortInfusion(session_id=session, ml_infused=Decimal(12), reason=AbortReason.PUMP)
    yield SignOffSession(session_id=session, shown_digest="")
    yield replace(ASSESS, session_id=session)
    for disposition in (Disposition.HOME_RIDE, Disposition.DIED):
        yield DischargePatient(session_id=session, disposition=disposition, ride_checked=True)


def of_course() -> Iterator[Command]:
    """What can be asked of the course of the treatment."""
    yield PauseJourney(reason=PauseReason.PREGNANCY)
    yield ResumeJourney(rechecks=(Recheck.PREGNANCY,))
    yield ChangeModality(to=OtherTreatment.TMS, mode=ModalityMode.SWITCH, reason=ModalityReason.PARTIAL_RESPONSE)
    yield DetectRelapse(assessment_id=BASELINE.assessment_id, criterion=RelapseCriterion.LOSS_OF_RESPONSE)
    yield OrderReinduction(plan_id=PLAN, infusions=1, reason=ReinductionReason.RELAPSE)
    yield AssessResponse(review_id=named("review on the way"), next=Next.REINDUCE)
    yield replace(REPORT, ae_id=named("ae on the way"), session_id=None)
    yield UpdateAdverseEvent(ae_id=named("ae on the way"), outcome=AdverseEventOutcome.ONGOING)


def of_journey() -> Iterator[Command]:
    """What can be asked beside the visits."""
    yield WithdrawConsent(consent_id=CONSENT, withdrawn_by=ConsentParty.PATIENT, effect=WithdrawalEffect.STOP_TREATMENT)
    yield replace(GIVE, consent_id=named("consent 2"))
    yield SECOND
    yield RecordContraindication(
        code=Contraindication.PROLONGED_QT,
        status=ContraindicationStatus.SUSPECTED,
        evidence=Evidence.PATIENT,
    )
    yield CompleteAssessment(
        assessment_id=named("phq-9 on the way"),
        instrument=Instrument.PHQ9,
        timepoint=Timepoint.SESSION,
        items={str(item): 3 for item in range(1, 10)},
    )


COMMANDS = [*of_journey(), *of_course(), *(command for number in (1, 2, 3) for command in of_visit(number))]


@dataclass(frozen=True)
class Step:
    """So long after the step before, this command; or the retraction of one of the entries, counted from the end."""

    passed: timedelta
    command: Command | None
    retracted: int

    def asked_of(self, state: Given) -> Command:
        """The command as it is asked in a state: a signature is of what is shown there."""
        if isinstance(self.command, SignOffSession):
            return signing(state, self.command.session_id)
        return self.command or retraction(state.log[-1 - self.retracted % len(state.log)].event_id)


STEPS = st.builds(
    Step,
    passed=st.sampled_from([MINUTE, 5 * MINUTE, 40 * MINUTE, HOUR, 20 * HOUR, 2 * DAY]),
    command=st.sampled_from([*COMMANDS, *[None] * (len(COMMANDS) // 6)]),  # of more retractions little would be left
    retracted=st.integers(0, 12),
)


@dataclass(frozen=True)
class Walk:
    """From a named state, these steps: every one that is not refused is taken."""

    begins: str
    steps: tuple[Step, ...]

    def state(self) -> Given:
        """The state at the end."""
        state = STATES[self.begins]
        for step in self.steps:
            decided = asked(state, step)
            if not isinstance(decided, Refused):
                state = state.then_stored(decided, after=step.passed)
        return state


WALKS = st.builds(Walk, begins=st.sampled_from(sorted(STATES)), steps=st.lists(STEPS, max_size=25).map(tuple))


def retraction(target: UUID) -> CorrectEntry:
    """Ask to retract an entry."""
    return CorrectEntry(
        target_event_id=target,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )


def asked(state: Given, step: Step) -> list[Fact] | Refused:
    """What is decided of a step."""
    at = state.now + step.passed
    outcome = state.when(
        step.asked_of(state),
        at=at,
        recorded_at=at + 20 * MINUTE,
        actor=PRESCRIBER,
        reason=LateReason.DOWNTIME,
        note_id=named("note"),
    )
    return outcome.answer
