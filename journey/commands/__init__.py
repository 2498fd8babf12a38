"""What can be asked? Every command, in the order of a journey, and the event that answers it."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import get_args, get_type_hints

from journey import events
from journey.commands.closing import CloseJourney, RecordDeath, ScheduleMaintenance
from journey.commands.container import (
    AttestMovement,
    DestroyContainer,
    OpenDiscrepancy,
    ReceiveContainer,
    RecordCount,
    ResolveDiscrepancy,
    TransferContainerOut,
)
from journey.commands.course import ChangeModality, DetectRelapse, OrderReinduction, PauseJourney, ResumeJourney
from journey.commands.drug import DispenseDose, GiveMedication, PlaceIvAccess, WasteDose
from journey.commands.intake import (
    CompleteConsult,
    ConfirmEligibility,
    DenyEligibility,
    RecordContraindication,
    RecordTreatmentTrial,
    ReferJourney,
)
from journey.commands.outcome import (
    AddressSuicideRisk,
    AssessResponse,
    CompleteAssessment,
    ReportAdverseEvent,
    UpdateAdverseEvent,
)
from journey.commands.plan import ApproveTreatmentPlan, GiveConsent, VerifyCoverage, WithdrawConsent
from journey.commands.records import CorrectEntry, SignOffSession
from journey.commands.schedule import (
    BookAppointment,
    BookSeries,
    CancelAppointment,
    ContactPatient,
    MissAppointment,
    RescheduleAppointment,
)
from journey.commands.screening import ClearContraindication, CompleteScreening
from journey.commands.session import (
    AbortInfusion,
    AssessDischargeReadiness,
    ChangeInfusionRate,
    CheckInPatient,
    ClearSession,
    CompleteInfusion,
    DischargePatient,
    RecordVitals,
    StartInfusion,
    WithholdSession,
)
from journey.values import New

Reportable = (
    ReferJourney
    | CompleteConsult
    | RecordTreatmentTrial
    | RecordContraindication
    | ConfirmEligibility
    | DenyEligibility
    | ClearContraindication
    | CompleteScreening
    | GiveConsent
    | WithdrawConsent
    | VerifyCoverage
    | ApproveTreatmentPlan
    | BookSeries
    | BookAppointment
    | RescheduleAppointment
    | CancelAppointment
    | MissAppointment
    | ContactPatient
    | CheckInPatient
    | RecordVitals
    | ClearSession
    | WithholdSession
    | StartInfusion
    | ChangeInfusionRate
    | CompleteInfusion
    | AbortInfusion
    | AssessDischargeReadiness
    | DischargePatient
    | PlaceIvAccess
    | GiveMedication
    | DispenseDose
    | WasteDose
    | CompleteAssessment
    | AddressSuicideRisk
    | ReportAdverseEvent
    | UpdateAdverseEvent
    | AssessResponse
    | PauseJourney
    | ResumeJourney
    | ChangeModality
    | DetectRelapse
    | OrderReinduction
    | ScheduleMaintenance
    | CloseJourney
    | RecordDeath
    | SignOffSession
)

OfContainer = (
    ReceiveContainer
    | AttestMovement
    | RecordCount
    | TransferContainerOut
    | DestroyContainer
    | OpenDiscrepancy
    | ResolveDiscrepancy
)

Command = Reportable | CorrectEntry | OfContainer

COMMANDS: dict[str, type[Command]] = {command.__name__: command for command in get_args(Command)}

OF_CONTAINER: frozenset[type[Command]] = frozenset(get_args(OfContainer))
"""What is asked of a container of the drug, and not of a journey."""

ANSWERED_BY: dict[type[Command], type[events.Event]] = {
    ReferJourney: events.JourneyReferred,
    CompleteConsult: events.ConsultCompleted,
    RecordTreatmentTrial: events.TreatmentTrialRecorded,
    RecordContraindication: events.ContraindicationRecorded,
    ConfirmEligibility: events.EligibilityConfirmed,
    DenyEligibility: events.EligibilityDenied,
    ClearContraindication: events.ContraindicationCleared,
    CompleteScreening: events.ScreeningCompleted,
    GiveConsent: events.ConsentGiven,
    WithdrawConsent: events.ConsentWithdrawn,
    VerifyCoverage: events.CoverageVerified,
    ApproveTreatmentPlan: events.TreatmentPlanApproved,
    BookSeries: events.SeriesBooked,
    BookAppointment: events.AppointmentBooked,
    RescheduleAppointment: events.AppointmentRescheduled,
    CancelAppointment: events.AppointmentCancelled,
    MissAppointment: events.AppointmentMissed,
    ContactPatient: events.PatientContacted,
    CheckInPatient: events.PatientCheckedIn,
    RecordVitals: events.VitalsRecorded,
    ClearSession: events.SessionCleared,
    WithholdSession: events.SessionWithheld,
    StartInfusion: events.InfusionStarted,
    ChangeInfusionRate: events.InfusionRateChanged,
    CompleteInfusion: events.InfusionCompleted,
    AbortInfusion: events.InfusionAborted,
    AssessDischargeReadiness: events.DischargeReadinessAssessed,
    DischargePatient: events.PatientDischarged,
    PlaceIvAccess: events.IvAccessPlaced,
    GiveMedication: events.MedicationGiven,
    DispenseDose: events.DoseDispensed,
    WasteDose: events.DoseWasted,
    CompleteAssessment: events.AssessmentCompleted,
    AddressSuicideRisk: events.SuicideRiskAddressed,
    ReportAdverseEvent: events.AdverseEventReported,
    UpdateAdverseEvent: events.AdverseEventUpdated,
    AssessResponse: events.ResponseAssessed,
    PauseJourney: events.JourneyPaused,
    ResumeJourney: events.JourneyResumed,
    ChangeModality: events.ModalityChanged,
    DetectRelapse: events.RelapseDetected,
    OrderReinduction: events.ReinductionOrdered,
    ScheduleMaintenance: events.MaintenanceScheduled,
    CloseJourney: events.JourneyClosed,
    RecordDeath: events.DeathRecorded,
    SignOffSession: events.SessionSignedOff,
    CorrectEntry: events.EntryCorrected,
    ReceiveContainer: events.ContainerReceived,
    AttestMovement: events.MovementAttested,
    RecordCount: events.CountRecorded,
    TransferContainerOut: events.ContainerTransferredOut,
    DestroyContainer: events.ContainerDestroyed,
    OpenDiscrepancy: events.DiscrepancyOpened,
    ResolveDiscrepancy: events.DiscrepancyResolved,
}

PERMISSIONS: frozenset[type[Command]] = frozenset(
    {
        ReferJourney,
        ConfirmEligibility,
        ClearContraindication,
        ApproveTreatmentPlan,
        BookSeries,
        BookAppointment,
        RescheduleAppointment,
        ClearSession,
        DispenseDose,
        StartInfusion,
        AssessResponse,
        ResumeJourney,
        ChangeModality,
        OrderReinduction,
        ScheduleMaintenance,
        CloseJourney,
        SignOffSession,
    }
)
"""What asks for something to be allowed, and may be refused for a clinical reason. All others report."""

COMMUTES: frozenset[type[events.Event]] = frozenset(
    {
        events.VitalsRecorded,
        events.AssessmentCompleted,
        events.SuicideRiskRaised,
        events.InfusionRateChanged,
        events.MedicationGiven,
        events.AdverseEventReported,
        events.AdverseEventUpdated,
        events.PatientContacted,
    }
)
"""Events that may come between a reader's version and his next command without making him read again."""


@cache
def new_ids(kind: type) -> tuple[str, ...]:
    """The fields of a command that name what it brings into being."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(it.name for it in fields(kind) if New() in getattr(hints[it.name], "__metadata__", ()))


__all__ = [
    "ANSWERED_BY",
    "COMMANDS",
    "COMMUTES",
    "OF_CONTAINER",
    "PERMISSIONS",
    "AbortInfusion",
    "AddressSuicideRisk",
    "ApproveTreatmentPlan",
    "AssessDischargeReadiness",
    "AssessResponse",
    "AttestMovement",
    "BookAppointment",
    "BookSeries",
    "CancelAppointment",
    "ChangeInfusionRate",
    "ChangeModality",
    "CheckInPatient",
    "ClearContraindication",
    "ClearSession",
    "CloseJourney",
    "Command",
    "CompleteAssessment",
    "CompleteConsult",
    "CompleteInfusion",
    "CompleteScreening",
    "ConfirmEligibility",
    "ContactPatient",
    "CorrectEntry",
    "DenyEligibility",
    "DestroyContainer",
    "DetectRelapse",
    "DischargePatient",
    "DispenseDose",
    "GiveConsent",
    "GiveMedication",
    "MissAppointment",
    "OfContainer",
    "OpenDiscrepancy",
    "OrderReinduction",
    "PauseJourney",
    "PlaceIvAccess",
    "ReceiveContainer",
    "RecordContraindication",
    "RecordCount",
    "RecordDeath",
    "RecordTreatmentTrial",
    "RecordVitals",
    "ReferJourney",
    "ReportAdverseEvent",
    "Reportable",
    "RescheduleAppointment",
    "ResolveDiscrepancy",
    "ResumeJourney",
    "ScheduleMaintenance",
    "SignOffSession",
    "StartInfusion",
    "TransferContainerOut",
    "UpdateAdverseEvent",
    "VerifyCoverage",
    "WasteDose",
    "WithdrawConsent",
    "WithholdSession",
    "new_ids",
]
