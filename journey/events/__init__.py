"""Which facts are there? Every event, in the order of a journey."""

from __future__ import annotations

from typing import get_args

from journey.events.closing import DeathRecorded, JourneyClosed, MaintenanceScheduled
from journey.events.container import (
    ContainerDestroyed,
    ContainerDispensed,
    ContainerReceived,
    ContainerTransferredOut,
    ContainerWasted,
    CountRecorded,
    DiscrepancyOpened,
    DiscrepancyResolved,
    MovementAttested,
)
from journey.events.course import JourneyPaused, JourneyResumed, ModalityChanged, ReinductionOrdered, RelapseDetected
from journey.events.drug import DoseDispensed, DoseWasted, IvAccessPlaced, MedicationGiven
from journey.events.intake import (
    ConsultCompleted,
    ContraindicationRecorded,
    EligibilityConfirmed,
    EligibilityDenied,
    JourneyReferred,
    TreatmentTrialRecorded,
)
from journey.events.outcome import (
    AdverseEventReported,
    AdverseEventUpdated,
    AssessmentCompleted,
    ResponseAssessed,
    SuicideRiskAddressed,
    SuicideRiskRaised,
)
from journey.events.plan import ConsentGiven, ConsentWithdrawn, CoverageVerified, TreatmentPlanApproved
from journey.events.records import EntryCorrected, SessionSignedOff
from journey.events.schedule import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentRescheduled,
    PatientContacted,
    SeriesBooked,
)
from journey.events.screening import ContraindicationCleared, ScreeningCompleted
from journey.events.session import (
    DischargeReadinessAssessed,
    InfusionAborted,
    InfusionCompleted,
    InfusionRateChanged,
    InfusionStarted,
    PatientCheckedIn,
    PatientDischarged,
    SessionCleared,
    SessionWithheld,
    VitalsRecorded,
)

Original = (
    JourneyReferred
    | ConsultCompleted
    | TreatmentTrialRecorded
    | ContraindicationRecorded
    | EligibilityConfirmed
    | EligibilityDenied
    | ContraindicationCleared
    | ScreeningCompleted
    | ConsentGiven
    | ConsentWithdrawn
    | CoverageVerified
    | TreatmentPlanApproved
    | SeriesBooked
    | AppointmentBooked
    | AppointmentRescheduled
    | AppointmentCancelled
    | AppointmentMissed
    | PatientContacted
    | PatientCheckedIn
    | VitalsRecorded
    | SessionCleared
    | SessionWithheld
    | InfusionStarted
    | InfusionRateChanged
    | InfusionCompleted
    | InfusionAborted
    | DischargeReadinessAssessed
    | PatientDischarged
    | IvAccessPlaced
    | MedicationGiven
    | DoseDispensed
    | DoseWasted
    | AssessmentCompleted
    | SuicideRiskRaised
    | SuicideRiskAddressed
    | AdverseEventReported
    | AdverseEventUpdated
    | ResponseAssessed
    | JourneyPaused
    | JourneyResumed
    | ModalityChanged
    | RelapseDetected
    | ReinductionOrdered
    | MaintenanceScheduled
    | JourneyClosed
    | DeathRecorded
    | SessionSignedOff
)

OfContainer = (
    ContainerReceived
    | MovementAttested
    | ContainerDispensed
    | ContainerWasted
    | CountRecorded
    | ContainerTransferredOut
    | ContainerDestroyed
    | DiscrepancyOpened
    | DiscrepancyResolved
)

Event = Original | EntryCorrected | OfContainer

EVENTS: dict[str, type[Event]] = {event.__name__: event for event in get_args(Event)}

OF_CONTAINER: frozenset[type[Event]] = frozenset(get_args(OfContainer))
"""What happens to a container of the drug, and so lies in a stream of its own."""

__all__ = [
    "EVENTS",
    "OF_CONTAINER",
    "AdverseEventReported",
    "AdverseEventUpdated",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentMissed",
    "AppointmentRescheduled",
    "AssessmentCompleted",
    "ConsentGiven",
    "ConsentWithdrawn",
    "ConsultCompleted",
    "ContainerDestroyed",
    "ContainerDispensed",
    "ContainerReceived",
    "ContainerTransferredOut",
    "ContainerWasted",
    "ContraindicationCleared",
    "ContraindicationRecorded",
    "CountRecorded",
    "CoverageVerified",
    "DeathRecorded",
    "DischargeReadinessAssessed",
    "DiscrepancyOpened",
    "DiscrepancyResolved",
    "DoseDispensed",
    "DoseWasted",
    "EligibilityConfirmed",
    "EligibilityDenied",
    "EntryCorrected",
    "Event",
    "InfusionAborted",
    "InfusionCompleted",
    "InfusionRateChanged",
    "InfusionStarted",
    "IvAccessPlaced",
    "JourneyClosed",
    "JourneyPaused",
    "JourneyReferred",
    "JourneyResumed",
    "MaintenanceScheduled",
    "MedicationGiven",
    "ModalityChanged",
    "MovementAttested",
    "OfContainer",
    "Original",
    "PatientCheckedIn",
    "PatientContacted",
    "PatientDischarged",
    "ReinductionOrdered",
    "RelapseDetected",
    "ResponseAssessed",
    "ScreeningCompleted",
    "SeriesBooked",
    "SessionCleared",
    "SessionSignedOff",
    "SessionWithheld",
    "SuicideRiskAddressed",
    "SuicideRiskRaised",
    "TreatmentPlanApproved",
    "TreatmentTrialRecorded",
    "VitalsRecorded",
]
