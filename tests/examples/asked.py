"""What does each command look like, with every field filled?"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal

from journey import commands
from journey.commands import Command
from journey.commands.records import Amendment
from journey.commands.schedule import WantedSlot
from journey.events.closing import ClosingReason, Informant
from journey.events.course import (
    ModalityMode,
    ModalityReason,
    OtherTreatment,
    PauseReason,
    Recheck,
    ReinductionReason,
    RelapseCriterion,
)
from journey.events.drug import DoseUnit, IvSite, MedicationIndication, MedicationRoute
from journey.events.intake import (
    Contraindication,
    ContraindicationStatus,
    CriterionId,
    DrugClass,
    Episode,
    Evidence,
    Explained,
    Modality,
    ReferralReason,
    Referrer,
    TrialOutcome,
    YesNoUnknown,
)
from journey.events.outcome import (
    AdverseEventAction,
    AdverseEventOutcome,
    AdverseEventTerm,
    Next,
    Relatedness,
    RiskDisposition,
    Timepoint,
)
from journey.events.plan import (
    Adjunct,
    Cadence,
    ConsentKind,
    ConsentParty,
    CoverageOutcome,
    MaintenanceRule,
    PlannedInstrument,
    TitrationStep,
    WithdrawalEffect,
)
from journey.events.records import CorrectionKind, CorrectionReason
from journey.events.schedule import AppointmentKind, CancellationReason, Initiator, RescheduleReason
from journey.events.screening import ClearingBasis, ScreeningKind, ScreeningResult
from journey.events.session import (
    AbortReason,
    Change,
    CheckId,
    Disposition,
    Identifier,
    NextAction,
    Position,
    RateReason,
    VitalSign,
    VitalsPhase,
    WithheldReason,
)
from journey.values import Instrument, OutcomeClass
from tests.examples.names import (
    ADVERSE,
    APPOINTMENT,
    CONSENT,
    DIGEST,
    ITEMS,
    MOVE,
    PLAN,
    RIDE,
    RISK,
    SESSION,
    SLOTS,
    at,
    named,
)

_COMMANDS: tuple[Command, ...] = (
    commands.ReferJourney(
        patient_id=named("patient"),
        referrer=Referrer.PROVIDER,
        referrer_npi="1234567893",
        indication_icd10="F33.2",
        reason=ReferralReason.TREATMENT_RESISTANT_DEPRESSION,
        prior_journey_id=named("earlier journey"),
    ),
    commands.CompleteConsult(
        clinician_id="pete",
        age_years=44,
        pregnancy_possible=YesNoUnknown.NO,
        diagnoses=("F33.2", "F41.1"),
        height_cm=Decimal("175.5"),
        weight_kg=Decimal("70.2"),
        weight_kg_repeated=Decimal("70.2"),
        allergies=("penicillin",),
        meds=("36437",),
        psychosis_hx=False,
        sud_hx=True,
        explained=tuple(Explained),
    ),
    commands.RecordTreatmentTrial(
        trial_id=named("trial"),
        modality=Modality.DRUG,
        rxnorm="36437",
        drug_class=DrugClass.SSRI,
        max_dose_mg=Decimal(200),
        weeks=8,
        adequate=True,
        outcome=TrialOutcome.FAILED,
        episode=Episode.CURRENT,
        evidence=Evidence.RECORD,
    ),
    commands.RecordContraindication(
        code=Contraindication.UNCONTROLLED_HYPERTENSION,
        status=ContraindicationStatus.CONFIRMED,
        evidence=Evidence.EXAMINATION,
    ),
    commands.ConfirmEligibility(
        overrides=(CriterionId.RELATIVE_CONTRAINDICATIONS,), valid_until=datetime(2026, 8, 29, 17, tzinfo=UTC)
    ),
    commands.ClearContraindication(
        contraindication_id=named("contraindication"),
        basis=ClearingBasis.CONTROLLED,
        valid_until=datetime(2026, 8, 29, 17, tzinfo=UTC),
    ),
    commands.CompleteScreening(
        kind=ScreeningKind.RENAL,
        result=ScreeningResult.NEGATIVE,
        value=Decimal("92.5"),
        unit="mL/min",
        performed_at=datetime(2026, 2, 27, 17, tzinfo=UTC),
        valid_until=datetime(2026, 8, 26, 17, tzinfo=UTC),
    ),
    commands.DenyEligibility(
        criteria_failed=(CriterionId.FAILED_TRIALS,), permanent=False, recheck_after=date(2026, 6, 1)
    ),
    commands.GiveConsent(
        consent_id=CONSENT,
        kind=ConsentKind.TREATMENT,
        form_version="2026-1",
        signed_at=at(2, 17, 30),
        expires_at=datetime(2027, 3, 2, 17, 30, tzinfo=UTC),
        signer_id=named("patient"),
        witness_id="nora",
    ),
    commands.WithdrawConsent(
        consent_id=CONSENT, withdrawn_by=ConsentParty.PATIENT, effect=WithdrawalEffect.STOP_TREATMENT
    ),
    commands.VerifyCoverage(
        coverage_id=named("coverage"),
        payer="acme-health",
        requested_at=at(2, 17),
        verified_at=at(2, 18),
        outcome=CoverageOutcome.COVERED,
        auth_no="A-1044",
        units_authorized=8,
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 12, 31),
        copay_cents=4_000,
    ),
    commands.ApproveTreatmentPlan(
        plan_id=PLAN,
        revision=2,
        dose_mg_per_kg=Decimal("0.5"),
        duration_min=40,
        infusions=6,
        min_gap_h=40,
        max_gap_d=5,
        window_d=21,
        titration=(TitrationStep(infusion_no=3, dose_mg_per_kg=Decimal("0.75")),),
        instruments=(PlannedInstrument(id=Instrument.PHQ9, cadence=Cadence.EACH_INFUSION),),
        response_rule_id="phq9-lt5",
        adjuncts=(Adjunct.TMS,),
        supersedes=named("earlier plan"),
    ),
    commands.BookSeries(
        series_id=named("series"),
        plan_id=PLAN,
        slots=tuple(WantedSlot(**{it.name: getattr(slot, it.name) for it in fields(WantedSlot)}) for slot in SLOTS),
    ),
    commands.BookAppointment(
        appointment_id=APPOINTMENT,
        kind=AppointmentKind.INFUSION,
        plan_id=PLAN,
        slot_no=1,
        start=at(3, 17),
        end=at(3, 20),
        chair="chair-1",
        nurse="nurse-1",
        provider="provider-1",
    ),
    commands.RescheduleAppointment(moves=(MOVE,), initiator=Initiator.PATIENT, reason=RescheduleReason.ILLNESS),
    commands.CancelAppointment(
        appointment_ids=(APPOINTMENT,), initiator=Initiator.CLINIC, reason_code=CancellationReason.WEATHER
    ),
    commands.MissAppointment(appointment_id=APPOINTMENT, contacted=True),
    commands.CheckInPatient(
        session_id=SESSION,
        appointment_id=APPOINTMENT,
        identifiers_checked=(Identifier.NAME, Identifier.DATE_OF_BIRTH),
        weight_kg=Decimal("70.2"),
        fasting_h=Decimal("6.5"),
        meds_today=("36437",),
        ride=RIDE,
        changes=(Change.NONE,),
    ),
    commands.RecordVitals(
        session_id=SESSION,
        phase=VitalsPhase.DURING,
        sbp_mmhg=132,
        dbp_mmhg=84,
        hr_per_min=88,
        spo2_pct=97,
        rr_per_min=14,
        moaas=5,
        cadss=12,
        pain=1,
        position=Position.SEMI_RECUMBENT,
        device_id="monitor-1",
        unmeasurable=(VitalSign.RESPIRATION,),
    ),
    commands.ClearSession(session_id=SESSION, overrides=(CheckId.PRESSURE,)),
    commands.WithholdSession(session_id=SESSION, reason=WithheldReason.BP, next_action=NextAction.RESCHEDULE),
    commands.PlaceIvAccess(session_id=SESSION, site=IvSite.LEFT_FOREARM, gauge=22, attempts=2),
    commands.StartInfusion(
        session_id=SESSION,
        dose_mg=Decimal(35),
        conc_mg_per_ml=Decimal("0.7"),
        total_ml=Decimal("50.0"),
        rate_ml_h=Decimal(75),
        pump_id="pump-1",
        happened=True,
    ),
    commands.ChangeInfusionRate(session_id=SESSION, rate_ml_h=Decimal("37.5"), reason=RateReason.TOLERABILITY),
    commands.CompleteInfusion(session_id=SESSION, ml_infused=Decimal("50.0")),
    commands.AbortInfusion(session_id=SESSION, ml_infused=Decimal("12.5"), reason=AbortReason.AE, ae_id=ADVERSE),
    commands.GiveMedication(
        session_id=SESSION,
        rxnorm="26225",
        dose=Decimal("4.0"),
        unit=DoseUnit.MILLIGRAM,
        route=MedicationRoute.INTRAVENOUS,
        indication=MedicationIndication.NAUSEA,
        ordered_by="pete",
        given_by="nora",
    ),
    commands.AssessDischargeReadiness(
        session_id=SESSION,
        padss=(2, 2, 1, 2, 2),
        moaas=5,
        dissociation_resolved=True,
        dizziness_resolved=False,
        oriented=True,
        gait_steady=True,
    ),
    commands.DischargePatient(
        session_id=SESSION,
        disposition=Disposition.HOME_RIDE,
        ride_checked=True,
        instructions_version="2026-1",
        next_appointment_id=named("next appointment"),
    ),
    commands.CompleteAssessment(
        assessment_id=named("assessment"),
        instrument=Instrument.PHQ9,
        timepoint=Timepoint.BASELINE,
        language="en-US",
        items=ITEMS,
        total=16,
    ),
    commands.AddressSuicideRisk(risk_id=RISK, disposition=RiskDisposition.SAFETY_PLAN),
    commands.ReportAdverseEvent(
        ae_id=ADVERSE,
        session_id=SESSION,
        term=AdverseEventTerm.NAUSEA,
        meddra="10028813",
        ctcae_term=AdverseEventTerm.NAUSEA,
        grade=2,
        onset_at=at(3, 17, 50),
        serious=False,
        expected=True,
        relatedness=Relatedness.PROBABLE,
        action=AdverseEventAction.RATE,
    ),
    commands.UpdateAdverseEvent(
        ae_id=ADVERSE,
        grade=3,
        outcome=AdverseEventOutcome.RESOLVED_WITH_SEQUELAE,
        resolved_at=at(3, 19),
        sequelae=(AdverseEventTerm.HEADACHE,),
    ),
    commands.AssessResponse(review_id=named("review"), rule_id="phq9-lt5", next=Next.MAINTAIN),
    commands.PauseJourney(reason=PauseReason.PREGNANCY, until=date(2026, 12, 1)),
    commands.ResumeJourney(rechecks=(Recheck.PREGNANCY, Recheck.COVERAGE)),
    commands.DetectRelapse(assessment_id=named("assessment"), criterion=RelapseCriterion.LOSS_OF_RESPONSE),
    commands.OrderReinduction(plan_id=PLAN, infusions=4, reason=ReinductionReason.RELAPSE),
    commands.ChangeModality(
        to=OtherTreatment.ECT,
        mode=ModalityMode.SWITCH,
        reason=ModalityReason.NON_RESPONSE,
        referral_to=named("referral"),
    ),
    commands.ScheduleMaintenance(
        maintenance_id=named("maintenance"),
        rule=MaintenanceRule.TAPER,
        intervals_d=(14, 21, 30),
        first_due=date(2026, 4, 20),
        until=date(2027, 4, 20),
        supersedes=named("earlier maintenance"),
        dose_mg_per_kg=Decimal("0.5"),
    ),
    commands.CloseJourney(reason=ClosingReason.COMPLETED, final_outcome=OutcomeClass.REMISSION),
    commands.RecordDeath(died_on=date(2026, 5, 1), informant=Informant.FAMILY),
    commands.SignOffSession(session_id=SESSION, shown_digest=DIGEST),
    commands.CorrectEntry(
        target_event_id=named("assessment event"),
        kind=CorrectionKind.AMEND,
        replacement=Amendment(
            type="AssessmentCompleted",
            at=at(3, 17, 40),
            data=commands.CompleteAssessment(
                assessment_id=named("assessment"),
                instrument=Instrument.PHQ9,
                timepoint=Timepoint.BASELINE,
                items=ITEMS,
                total=16,
            ),
            stated={"missing_n": 1, "evaluable": True},
        ),
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    ),
)

COMMANDS: dict[str, Command] = {type(command).__name__: command for command in _COMMANDS}
"""Of each command's name its example."""
