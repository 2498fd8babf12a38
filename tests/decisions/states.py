"""Where may a journey stand when something is asked of it? Each state is built from events, and named for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from journey.commands import CompleteAssessment
from journey.decisions.outcome import scored
from journey.events import (
    AppointmentBooked,
    AssessmentCompleted,
    ConsentGiven,
    ConsentWithdrawn,
    ConsultCompleted,
    ContraindicationRecorded,
    CoverageVerified,
    DeathRecorded,
    DischargeReadinessAssessed,
    DoseDispensed,
    DoseWasted,
    EligibilityConfirmed,
    Event,
    InfusionAborted,
    InfusionCompleted,
    InfusionStarted,
    IvAccessPlaced,
    JourneyClosed,
    JourneyPaused,
    JourneyReferred,
    MaintenanceScheduled,
    ModalityChanged,
    PatientCheckedIn,
    PatientDischarged,
    ReinductionOrdered,
    RelapseDetected,
    ResponseAssessed,
    SessionCleared,
    SessionWithheld,
    TreatmentPlanApproved,
    TreatmentTrialRecorded,
    VitalsRecorded,
)
from journey.events.closing import ClosingReason, Informant
from journey.events.course import (
    ModalityMode,
    ModalityReason,
    OtherTreatment,
    PauseReason,
    ReinductionReason,
    RelapseCriterion,
)
from journey.events.drug import IvSite, WasteMethod
from journey.events.intake import (
    Contraindication,
    ContraindicationClass,
    ContraindicationStatus,
    Criterion,
    CriterionId,
    Episode,
    Evidence,
    Modality,
    ReferralReason,
    Referrer,
    TrialOutcome,
    YesNoUnknown,
)
from journey.events.outcome import Mode, Next, Timepoint
from journey.events.plan import (
    ConsentKind,
    ConsentParty,
    CoverageOutcome,
    MaintenanceRule,
    Route,
    WithdrawalEffect,
)
from journey.events.schedule import AppointmentKind
from journey.events.screening import ScreeningCompleted, ScreeningKind, ScreeningResult
from journey.events.session import (
    AbortReason,
    Check,
    CheckId,
    Disposition,
    Identifier,
    NextAction,
    Position,
    Ride,
    RideKind,
    VitalsPhase,
    WithheldReason,
)
from journey.response import PHQ9_LT5
from journey.values import Instrument, OutcomeClass
from tests.given import DAY, MINUTE, RECEIVED, START, VIAL, Given, given, named

CLINIC_ZONE = ZoneInfo("America/Los_Angeles")


def morning(month: int, day: int) -> datetime:
    """Nine o'clock at the clinic."""
    return datetime(2026, month, day, 9, tzinfo=CLINIC_ZONE).astimezone(UTC)


VISITS: Sequence[datetime] = [morning(3, day) for day in (3, 6, 10, 13, 17, 20)]
"""The six infusions of the plan, across the change of clocks on 8 March."""

REVIEW_DAY = morning(4, 6)
RELAPSE_DAY = VISITS[5] + timedelta(days=31, hours=1)
WEIGHT_KG = Decimal(70)
CONSENT, PLAN, COVERAGE, MAINTENANCE = (named(name) for name in ("consent", "plan", "coverage", "maintenance"))
APPOINTMENT, SESSION = named("appointment 1"), named("session 1")

REFERRAL = JourneyReferred(
    patient_id=named("patient"),
    referrer=Referrer.PROVIDER,
    indication_icd10="F33.2",
    reason=ReferralReason.TREATMENT_RESISTANT_DEPRESSION,
)
CONSULT = ConsultCompleted(
    clinician_id="pete",
    age_years=44,
    pregnancy_possible=YesNoUnknown.NO,
    height_cm=Decimal(175),
    weight_kg=WEIGHT_KG,
    psychosis_hx=False,
    sud_hx=False,
)
FOUND = ContraindicationRecorded(
    code=Contraindication.PROLONGED_QT,
    contraindication_class=ContraindicationClass.RELATIVE,
    status=ContraindicationStatus.SUSPECTED,
    evidence=Evidence.PATIENT,
)
PREGNANT = ScreeningCompleted(
    kind=ScreeningKind.HCG, result=ScreeningResult.POSITIVE, performed_at=START, valid_until=START + 7 * DAY
)
ELIGIBILITY = EligibilityConfirmed(
    criteria=(Criterion(id=CriterionId.CONSULT, met=True),),
    valid_until=START + 180 * DAY,
)
CONSENTED = ConsentGiven(
    consent_id=CONSENT,
    kind=ConsentKind.TREATMENT,
    form_version="2026-1",
    signed_at=START,
    signer_id=named("patient"),
)
WITHDRAWN = ConsentWithdrawn(
    consent_id=CONSENT, withdrawn_by=ConsentParty.PATIENT, effect=WithdrawalEffect.STOP_TREATMENT
)
COVERED = CoverageVerified(
    coverage_id=COVERAGE,
    payer="self",
    requested_at=START,
    verified_at=START,
    outcome=CoverageOutcome.SELF_PAY,
    valid_from=date(2026, 3, 1),
    valid_to=date(2026, 12, 31),
)
PLANNED = TreatmentPlanApproved(
    plan_id=PLAN,
    revision=1,
    route=Route.IV,
    dose_mg_per_kg=Decimal("0.5"),
    duration_min=40,
    infusions=6,
    min_gap_h=40,
    max_gap_d=5,
    window_d=21,
    response_rule_id=PHQ9_LT5.id,
    maintenance_rule=MaintenanceRule.FIXED,
)
RIDE = Ride(kind=RideKind.ESCORT, confirmed=True)


def trial(number: int, *, adequate: bool = True, outcome: TrialOutcome = TrialOutcome.FAILED) -> TreatmentTrialRecorded:
    """An earlier treatment; two failed ones make a candidate."""
    return TreatmentTrialRecorded(
        trial_id=named(f"trial {number}"),
        modality=Modality.DRUG,
        weeks=8,
        adequate=adequate,
        outcome=outcome,
        episode=Episode.CURRENT,
        evidence=Evidence.RECORD,
    )


def booking(number: int, start: datetime | None = None) -> AppointmentBooked:
    """The booking of the plan's n-th infusion; beyond the plan, one of maintenance."""
    begins = start or VISITS[number - 1]
    return AppointmentBooked(
        appointment_id=named(f"appointment {number}"),
        kind=AppointmentKind.INFUSION,
        plan_id=PLAN,
        slot_no=number if number <= PLANNED.infusions else None,
        start=begins,
        end=begins + timedelta(hours=3),
        chair="chair-1",
        nurse="nurse-1",
    )


def check_in(number: int = 1, *, weight_kg: Decimal = WEIGHT_KG) -> PatientCheckedIn:
    """The patient comes for the n-th infusion."""
    return PatientCheckedIn(
        session_id=named(f"session {number}"),
        appointment_id=named(f"appointment {number}"),
        identifiers_checked=(Identifier.NAME, Identifier.DATE_OF_BIRTH),
        weight_kg=weight_kg,
        ride=RIDE,
    )


def reading(
    number: int = 1, phase: VitalsPhase = VitalsPhase.PRE, *, sbp_mmhg: int = 124, dbp_mmhg: int = 78
) -> VitalsRecorded:
    """A pressure is read."""
    return VitalsRecorded(
        session_id=named(f"session {number}"),
        phase=phase,
        sbp_mmhg=sbp_mmhg,
        dbp_mmhg=dbp_mmhg,
        hr_per_min=72,
        spo2_pct=98,
        position=Position.SITTING,
    )


def clearance(number: int = 1) -> SessionCleared:
    """The session is cleared."""
    return SessionCleared(
        session_id=named(f"session {number}"),
        checks=(Check(id=CheckId.CONSENT, passed=True),),
        weight_kg=WEIGHT_KG,
        plan_id=PLAN,
        plan_revision=1,
    )


def draw(number: int = 1, *, volume_ml: Decimal = Decimal("0.7")) -> DoseDispensed:
    """The dose is drawn: 35 mg, if nothing else is said."""
    return DoseDispensed(
        session_id=named(f"session {number}"),
        container_id=VIAL,
        ndc=RECEIVED.ndc,
        lot=RECEIVED.lot,
        expires_on=RECEIVED.expires_on,
        conc_mg_per_ml=RECEIVED.conc_mg_per_ml,
        volume_ml=volume_ml,
        mg=volume_ml * RECEIVED.conc_mg_per_ml,
        drawn_by="nora",
        verified_by="nils",
    )


def waste(ml: str, number: int = 1, *, conc_mg_per_ml: Decimal = RECEIVED.conc_mg_per_ml) -> DoseWasted:
    """Some of it is wasted, as it was in the container if nothing else is said."""
    return DoseWasted(
        session_id=named(f"session {number}"),
        container_id=VIAL,
        ml=Decimal(ml),
        conc_mg_per_ml=conc_mg_per_ml,
        mg=Decimal(ml) * conc_mg_per_ml,
        method=WasteMethod.SEQUESTRATION_DEVICE,
        witnessed_by="nils",
    )


def line(number: int = 1) -> IvAccessPlaced:
    """A line is placed."""
    return IvAccessPlaced(session_id=named(f"session {number}"), site=IvSite.LEFT_HAND, gauge=22, attempts=1)


def start(number: int = 1, attempt_no: int | None = None) -> InfusionStarted:
    """The pump is started: 35 mg in 50 ml over 40 minutes."""
    return InfusionStarted(
        session_id=named(f"session {number}"),
        attempt_no=attempt_no or number,
        dose_mg=Decimal(35),
        dose_mg_per_kg=Decimal("0.5"),
        conc_mg_per_ml=Decimal("0.7"),
        total_ml=Decimal(50),
        rate_ml_h=Decimal(75),
        pump_id="pump-1",
    )


def completion(number: int = 1) -> InfusionCompleted:
    """The infusion runs to its end."""
    return InfusionCompleted(session_id=named(f"session {number}"), ml_infused=Decimal(50))


def abortion(number: int = 1, *, ml_infused: Decimal, counts: bool) -> InfusionAborted:
    """The infusion is stopped early."""
    return InfusionAborted(
        session_id=named(f"session {number}"), ml_infused=ml_infused, counts=counts, reason=AbortReason.NAUSEA
    )


def readiness(number: int = 1, *, ready: bool = True) -> DischargeReadinessAssessed:
    """Readiness for discharge is judged."""
    return DischargeReadinessAssessed(
        session_id=named(f"session {number}"),
        padss=(2, 2, 2, 2, 2),
        moaas=5,
        dissociation_resolved=ready,
        dizziness_resolved=True,
        oriented=True,
        gait_steady=True,
        ready=ready,
    )


def discharge(number: int = 1) -> PatientDischarged:
    """The patient goes home."""
    return PatientDischarged(
        session_id=named(f"session {number}"), disposition=Disposition.HOME_RIDE, ride_checked=True
    )


def withholding(number: int = 1) -> SessionWithheld:
    """No infusion is given in the session."""
    return SessionWithheld(
        session_id=named(f"session {number}"), reason=WithheldReason.BP, next_action=NextAction.RESCHEDULE
    )


def phq9(name: str, *values: int, timepoint: Timepoint = Timepoint.REVIEW) -> AssessmentCompleted:
    """A whole PHQ-9 of these nine answers."""
    return AssessmentCompleted(
        assessment_id=named(name),
        instrument=Instrument.PHQ9,
        instrument_version="1",
        timepoint=timepoint,
        mode=Mode.SELF,
        language="en",
        items={str(number): value for number, value in enumerate(values, start=1)},
        total=sum(values),
        missing_n=0,
        evaluable=True,
        algorithm_version="phq9-1",
    )


def answered(name: str, instrument: Instrument, items: Mapping[str, int | None]) -> AssessmentCompleted:
    """Any instrument, scored as the decision does."""
    asked = CompleteAssessment(
        assessment_id=named(name), instrument=instrument, timepoint=Timepoint.SESSION, items=items
    )
    return scored(asked)


BASELINE = phq9("baseline", 2, 2, 2, 2, 2, 2, 2, 2, 0, timepoint=Timepoint.BASELINE)  # 16
ENDPOINT = phq9("endpoint", 1, 1, 1, 1, 0, 0, 0, 0, 0)  # 4: remission, and a fall of 75 %
REVIEWED = ResponseAssessed(
    review_id=named("review"),
    rule_id=PHQ9_LT5.id,
    rule_digest=PHQ9_LT5.digest,
    baseline_id=BASELINE.assessment_id,
    endpoint_id=ENDPOINT.assessment_id,
    baseline=Decimal(16),
    current=Decimal(4),
    pct_change=Decimal("75.0"),
    remission=True,
    response=True,
    outcome_class=OutcomeClass.REMISSION,
    window_ok=True,
    next=Next.MAINTAIN,
)
MAINTAINED = MaintenanceScheduled(
    maintenance_id=MAINTENANCE,
    rule=MaintenanceRule.FIXED,
    intervals_d=(30,),
    first_due=date(2026, 4, 20),
    dose_mg_per_kg=Decimal("0.5"),
)


SWITCHED = ModalityChanged(to=OtherTreatment.ECT, mode=ModalityMode.SWITCH, reason=ModalityReason.NON_RESPONSE)


RETURNED = phq9("returned", 2, 2, 2, 2, 2, 2, 2, 1, 0)  # 15: neither response nor remission
RELAPSED = RelapseDetected(
    instrument=Instrument.PHQ9,
    criterion=RelapseCriterion.LOSS_OF_RESPONSE,
    assessment_id=RETURNED.assessment_id,
    days_since_last_infusion=31,
)
REINDUCED = ReinductionOrdered(plan_id=PLAN, infusions=2, reason=ReinductionReason.RELAPSE)


def came_at(state: Given, moment: datetime, *events: Event) -> Given:
    """Return it with an event at a moment of its own, and others a minute apart after it."""
    first, *others = events
    return state.then_came(first, after=moment - state.now).then_came(*others)


def referred() -> Given:
    """A patient was referred."""
    return given(REFERRAL)


def consulted() -> Given:
    """After the consult and two failed treatments."""
    return referred().then_came(CONSULT, trial(1), trial(2))


def eligible() -> Given:
    """Eligibility is confirmed."""
    return consulted().then_came(ELIGIBILITY)


def consented() -> Given:
    """Consent to treatment is given, coverage verified, the baseline taken."""
    return eligible().then_came(CONSENTED, COVERED, BASELINE)


def planned() -> Given:
    """A plan is in force."""
    return consented().then_came(PLANNED)


def booked() -> Given:
    """The first infusion is booked."""
    return planned().then_came(booking(1))


def checked_in() -> Given:
    """The patient came for it."""
    return came_at(booked(), VISITS[0], check_in())


def measured() -> Given:
    """A pressure was read before it."""
    return checked_in().then_came(reading())


def cleared() -> Given:
    """The session is cleared, and its dose is drawn."""
    return drawn(measured().then_came(clearance()))


def drawn(state: Given, number: int = 1) -> Given:
    """Return it with the dose drawn, that very minute."""
    return state.then_came(draw(number), after=timedelta(0))


def lined() -> Given:
    """The line lies."""
    return cleared().then_came(line())


def infusing() -> Given:
    """The pump runs since a minute after the clearance."""
    return cleared().then_came(start())


def recovering() -> Given:
    """The infusion ran its 40 minutes."""
    return infusing().then_came(completion(), after=40 * MINUTE)


def aborted(*, ml_infused: Decimal = Decimal("12.5"), counts: bool = False) -> Given:
    """The infusion was stopped after ten minutes."""
    return infusing().then_came(abortion(ml_infused=ml_infused, counts=counts), after=10 * MINUTE)


def ready() -> Given:
    """The patient is ready to go home, 70 minutes later."""
    watched = recovering().then_came(reading(phase=VitalsPhase.POST), after=60 * MINUTE)
    return watched.then_came(readiness(), after=10 * MINUTE)


def discharged() -> Given:
    """The patient went home after the first infusion."""
    return ready().then_came(discharge())


def withheld() -> Given:
    """The patient came, and no infusion was given."""
    return measured().then_came(withholding())


def visited(state: Given, number: int, start_at: datetime | None = None) -> Given:
    """Return it after one more infusion, from its booking to the way home."""
    begins = start_at or VISITS[number - 1]
    came = came_at(state.then_came(booking(number, begins)), begins, check_in(number), reading(number))
    started = drawn(came.then_came(clearance(number)), number).then_came(start(number))
    given_ = started.then_came(completion(number), after=40 * MINUTE)
    recovered = given_.then_came(reading(number, VitalsPhase.POST), after=60 * MINUTE)
    return recovered.then_came(readiness(number), discharge(number))


def induced(infusions: int = 6) -> Given:
    """The first infusions of the plan were given; all six, if nothing else is said."""
    state = planned()
    for number in range(1, infusions + 1):
        state = visited(state, number)
    return state


def endpoint_taken() -> Given:
    """The score for the review was taken, 17 days after the last infusion."""
    return came_at(induced(), REVIEW_DAY, ENDPOINT)


def reviewed() -> Given:
    """The response was assessed."""
    return endpoint_taken().then_came(REVIEWED)


def maintained() -> Given:
    """Maintenance is scheduled."""
    return reviewed().then_came(MAINTAINED)


def relapsed() -> Given:
    """What was gained is lost again, 31 days after the last infusion."""
    return came_at(maintained(), RELAPSE_DAY, RETURNED, RELAPSED)


def reinduced() -> Given:
    """A series of two was ordered anew."""
    return relapsed().then_came(REINDUCED)


def closed(reason: ClosingReason = ClosingReason.COMPLETED) -> Given:
    """The journey ended."""
    return reviewed().then_came(JourneyClosed(reason=reason))


def paused(
    reason: PauseReason = PauseReason.PREGNANCY, state: Callable[[], Given] = planned, until: date | None = None
) -> Given:
    """The journey rests, with a plan in force if nothing else is said."""
    return state().then_came(JourneyPaused(reason=reason, until=until))


def deceased(died_on: date = date(2026, 4, 5)) -> Given:
    """The patient's death became known."""
    return reviewed().then_came(DeathRecorded(died_on=died_on, informant=Informant.FAMILY))
