"""Which decision answers what is asked?"""

from __future__ import annotations

from typing import TypeVar, assert_never, cast

from journey.clinic import Clinic
from journey.commands import (
    AbortInfusion,
    AddressSuicideRisk,
    ApproveTreatmentPlan,
    AssessDischargeReadiness,
    AssessResponse,
    BookAppointment,
    BookSeries,
    CancelAppointment,
    ChangeInfusionRate,
    ChangeModality,
    CheckInPatient,
    ClearContraindication,
    ClearSession,
    CloseJourney,
    CompleteAssessment,
    CompleteConsult,
    CompleteInfusion,
    CompleteScreening,
    ConfirmEligibility,
    ContactPatient,
    DenyEligibility,
    DetectRelapse,
    DischargePatient,
    DispenseDose,
    GiveConsent,
    GiveMedication,
    MissAppointment,
    OrderReinduction,
    PauseJourney,
    PlaceIvAccess,
    RecordContraindication,
    RecordDeath,
    RecordTreatmentTrial,
    RecordVitals,
    ReferJourney,
    Reportable,
    ReportAdverseEvent,
    RescheduleAppointment,
    ResumeJourney,
    ScheduleMaintenance,
    SignOffSession,
    StartInfusion,
    UpdateAdverseEvent,
    VerifyCoverage,
    WasteDose,
    WithdrawConsent,
    WithholdSession,
)
from journey.decisions import (
    clearance,
    closing,
    course,
    discharge,
    dispensing,
    drug,
    infusion,
    intake,
    outcome,
    plan,
    schedule,
    screening,
    series,
    session,
    sign_off,
)
from journey.decisions.findings import Findings
from journey.history import Log
from journey.recorded import Asked, Fact
from journey.state import Journey

C = TypeVar("C", bound=Reportable)


def answer(  # noqa: C901, PLR0911, PLR0912 - one arm a command, so that none can be missing
    journey: Journey, log: Log, asked: Asked[Reportable], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """What comes of any command but a correction. Only attempts of infusions are counted in the log itself."""
    match asked.command:
        case ReferJourney() as command:
            return intake.refer_journey(journey, _of(asked, command))
        case CompleteConsult() as command:
            return intake.complete_consult(_of(asked, command), clinic, findings)
        case RecordTreatmentTrial() as command:
            return intake.record_treatment_trial(journey, _of(asked, command), findings)
        case RecordContraindication() as command:
            return intake.record_contraindication(_of(asked, command), clinic, findings)
        case ConfirmEligibility() as command:
            return intake.confirm_eligibility(journey, _of(asked, command), clinic, findings)
        case DenyEligibility() as command:
            return intake.deny_eligibility(_of(asked, command), findings)
        case ClearContraindication() as command:
            return screening.clear_contraindication(journey, _of(asked, command), clinic, findings)
        case CompleteScreening() as command:
            return screening.complete_screening(_of(asked, command), clinic, findings)
        case GiveConsent() as command:
            return plan.give_consent(journey, _of(asked, command), findings)
        case WithdrawConsent() as command:
            return plan.withdraw_consent(journey, _of(asked, command), findings)
        case VerifyCoverage() as command:
            return plan.verify_coverage(journey, _of(asked, command), findings)
        case ApproveTreatmentPlan() as command:
            return plan.approve_treatment_plan(journey, _of(asked, command), clinic, findings)
        case BookSeries() as command:
            return series.book_series(journey, _of(asked, command), clinic, findings)
        case BookAppointment() as command:
            return schedule.book_appointment(journey, _of(asked, command), clinic, findings)
        case RescheduleAppointment() as command:
            return schedule.reschedule_appointment(journey, _of(asked, command), clinic, findings)
        case CancelAppointment() as command:
            return schedule.cancel_appointment(journey, _of(asked, command), clinic, findings)
        case MissAppointment() as command:
            return schedule.miss_appointment(journey, _of(asked, command), clinic, findings)
        case ContactPatient() as command:
            return schedule.contact_patient(journey, _of(asked, command), findings)
        case CheckInPatient() as command:
            return session.check_in_patient(journey, _of(asked, command), clinic, findings)
        case RecordVitals() as command:
            return session.record_vitals(journey, _of(asked, command), findings)
        case ClearSession() as command:
            return clearance.clear_session(journey, _of(asked, command), clinic, findings)
        case WithholdSession() as command:
            return session.withhold_session(journey, _of(asked, command), findings)
        case PlaceIvAccess() as command:
            return drug.place_iv_access(journey, _of(asked, command), findings)
        case StartInfusion() as command:
            return infusion.start_infusion(journey, log, _of(asked, command), clinic, findings)
        case ChangeInfusionRate() as command:
            return infusion.change_infusion_rate(journey, _of(asked, command), findings)
        case CompleteInfusion() as command:
            return infusion.complete_infusion(journey, _of(asked, command), clinic, findings)
        case AbortInfusion() as command:
            return infusion.abort_infusion(journey, _of(asked, command), clinic, findings)
        case GiveMedication() as command:
            return drug.give_medication(journey, _of(asked, command), findings)
        case DispenseDose() as command:
            return dispensing.dispense_dose(journey, _of(asked, command), clinic, findings)
        case WasteDose() as command:
            return dispensing.waste_dose(journey, _of(asked, command), clinic, findings)
        case AssessDischargeReadiness() as command:
            return discharge.assess_discharge_readiness(journey, _of(asked, command), clinic, findings)
        case DischargePatient() as command:
            return discharge.discharge_patient(journey, _of(asked, command), findings)
        case CompleteAssessment() as command:
            return outcome.complete_assessment(journey, _of(asked, command), findings)
        case AddressSuicideRisk() as command:
            return outcome.address_suicide_risk(journey, _of(asked, command), findings)
        case ReportAdverseEvent() as command:
            return outcome.report_adverse_event(journey, _of(asked, command), findings)
        case UpdateAdverseEvent() as command:
            return outcome.update_adverse_event(journey, _of(asked, command), findings)
        case AssessResponse() as command:
            return outcome.assess_response(journey, _of(asked, command), clinic, findings)
        case PauseJourney() as command:
            return course.pause_journey(journey, _of(asked, command), clinic, findings)
        case ResumeJourney() as command:
            return course.resume_journey(journey, _of(asked, command), clinic, findings)
        case ChangeModality() as command:
            return course.change_modality(journey, _of(asked, command), findings)
        case DetectRelapse() as command:
            return course.detect_relapse(journey, _of(asked, command), clinic, findings)
        case OrderReinduction() as command:
            return course.order_reinduction(journey, _of(asked, command), clinic, findings)
        case ScheduleMaintenance() as command:
            return closing.schedule_maintenance(journey, _of(asked, command), clinic, findings)
        case CloseJourney() as command:
            return closing.close_journey(journey, _of(asked, command), findings)
        case RecordDeath() as command:
            return closing.record_death(journey, _of(asked, command), clinic, findings)
        case SignOffSession() as command:
            return sign_off.sign_off_session(journey, log, _of(asked, command), clinic, findings)
        case _:
            assert_never(asked.command)


def _of(asked: Asked[Reportable], command: C) -> Asked[C]:  # noqa: ARG001 - gives the type
    """What was asked, typed by its command."""
    return cast("Asked[C]", asked)
