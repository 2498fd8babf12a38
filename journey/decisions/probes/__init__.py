"""How is each command asked properly? One probe or more for each, in the order of a journey."""

from __future__ import annotations

from collections.abc import Mapping

from journey import commands
from journey.commands import Command
from journey.decisions.probes import course, drug, intake, plan, schedule, screening, signs, visit
from journey.decisions.probes.probe import Now, Probe, Probes

PROBES: Mapping[type[Command], Probes] = {
    commands.CompleteConsult: intake.complete_consult,
    commands.RecordTreatmentTrial: intake.record_treatment_trial,
    commands.RecordContraindication: intake.record_contraindication,
    commands.ClearContraindication: screening.clear_contraindication,
    commands.CompleteScreening: screening.complete_screening,
    commands.ConfirmEligibility: intake.confirm_eligibility,
    commands.DenyEligibility: intake.deny_eligibility,
    commands.GiveConsent: intake.give_consent,
    commands.WithdrawConsent: intake.withdraw_consent,
    commands.VerifyCoverage: intake.verify_coverage,
    commands.ApproveTreatmentPlan: plan.approve_treatment_plan,
    commands.BookSeries: schedule.book_series,
    commands.BookAppointment: schedule.book_appointment,
    commands.RescheduleAppointment: schedule.reschedule_appointment,
    commands.CancelAppointment: schedule.cancel_appointment,
    commands.MissAppointment: schedule.miss_appointment,
    commands.ContactPatient: schedule.contact_patient,
    commands.CheckInPatient: schedule.check_in_patient,
    commands.RecordVitals: signs.record_vitals,
    commands.ClearSession: visit.clear_session,
    commands.WithholdSession: visit.withhold_session,
    commands.PlaceIvAccess: visit.place_iv_access,
    commands.DispenseDose: drug.dispense_dose,
    commands.StartInfusion: visit.start_infusion,
    commands.ChangeInfusionRate: visit.change_infusion_rate,
    commands.CompleteInfusion: visit.complete_infusion,
    commands.AbortInfusion: visit.abort_infusion,
    commands.GiveMedication: visit.give_medication,
    commands.WasteDose: drug.waste_dose,
    commands.AssessDischargeReadiness: visit.assess_discharge_readiness,
    commands.DischargePatient: visit.discharge_patient,
    commands.SignOffSession: visit.sign_off_session,
    commands.CompleteAssessment: course.complete_assessment,
    commands.AddressSuicideRisk: course.address_suicide_risk,
    commands.ReportAdverseEvent: course.report_adverse_event,
    commands.UpdateAdverseEvent: course.update_adverse_event,
    commands.AssessResponse: course.assess_response,
    commands.PauseJourney: course.pause_journey,
    commands.ResumeJourney: course.resume_journey,
    commands.ChangeModality: course.change_modality,
    commands.DetectRelapse: course.detect_relapse,
    commands.OrderReinduction: course.order_reinduction,
    commands.ScheduleMaintenance: course.schedule_maintenance,
    commands.CloseJourney: course.close_journey,
    commands.RecordDeath: course.record_death,
}
"""Every command of a journey but the referral, which opens it, and the correction, which is of an entry and no step."""

__all__ = ["PROBES", "Now", "Probe", "Probes"]
