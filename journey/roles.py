"""Who may ask what? The one table of roles, commands and questions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from journey import commands
from journey.commands import Command
from journey.recorded import Actor
from journey.values import Role


class Question(StrEnum):
    """What can be looked at."""

    SCHEDULE_BOARD = "schedule_board"
    SCHEDULE_DAY = "schedule_day"
    SCHEDULE_WEEK = "schedule_week"
    SCHEDULE_CHAIRS = "schedule_chairs"
    SCHEDULE_STAFF = "schedule_staff"
    SCHEDULE_MAINTENANCE = "schedule_maintenance"
    SCHEDULE_DUE = "schedule_due"
    SCHEDULE_TASKS = "schedule_tasks"
    SCHEDULE_SERIES = "schedule_series"
    SCHEDULE_FIND = "schedule_find"
    OUTCOME_RESPONSES = "outcome_responses"
    OUTCOME_JOURNEY = "outcome_journey"
    OUTCOME_SIDE_EFFECTS = "outcome_side_effects"
    OUTCOME_TIME_TO_RESPONSE = "outcome_time_to_response"
    OUTCOME_SUSTAINED = "outcome_sustained"
    OUTCOME_TRAJECTORIES = "outcome_trajectories"
    OUTCOME_ADHERENCE = "outcome_adherence"
    OUTCOME_PRESSURE = "outcome_pressure"
    AUDIT_TIMELINE = "audit_timeline"
    AUDIT_REPLAY = "audit_replay"
    AUDIT_REFUSED = "audit_refused"
    AUDIT_READS = "audit_reads"
    AUDIT_DEVIATIONS = "audit_deviations"
    AUDIT_OVERRIDES = "audit_overrides"
    AUDIT_LATE = "audit_late"
    AUDIT_CORRECTIONS = "audit_corrections"
    AUDIT_UNSIGNED = "audit_unsigned"
    AUDIT_CONSENTS = "audit_consents"
    DRUG_LEDGER = "drug_ledger"
    JOURNEY_SHOW = "journey_show"
    JOURNEY_NEXT = "journey_next"
    JOURNEY_EVENTS = "journey_events"
    SESSION_RECORD = "session_record"
    EVENT_FEED = "event_feed"
    PROJECTIONS_STATUS = "projections_status"
    POLICIES = "policies"
    ANALYSIS_EXPORT = "analysis_export"
    IDENTITY = "identity"
    NOTES = "notes"


FRONT_DESK, NURSE, PRESCRIBER = Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER
CLINICIANS = frozenset({NURSE, PRESCRIBER})
STAFF = CLINICIANS | {FRONT_DESK}
PRESCRIBERS = frozenset({PRESCRIBER})
COMPLIANCE = frozenset({Role.COMPLIANCE})

MAY: Mapping[type[Command], frozenset[Role]] = {
    commands.ReferJourney: STAFF,
    commands.CompleteConsult: PRESCRIBERS,
    commands.RecordTreatmentTrial: CLINICIANS,
    commands.RecordContraindication: CLINICIANS,
    commands.ConfirmEligibility: PRESCRIBERS,
    commands.DenyEligibility: PRESCRIBERS,
    commands.ClearContraindication: PRESCRIBERS,
    commands.CompleteScreening: CLINICIANS,
    commands.GiveConsent: CLINICIANS,
    commands.WithdrawConsent: STAFF,
    commands.VerifyCoverage: STAFF,
    commands.ApproveTreatmentPlan: PRESCRIBERS,
    commands.BookSeries: STAFF,
    commands.BookAppointment: STAFF,
    commands.RescheduleAppointment: STAFF,
    commands.CancelAppointment: STAFF,
    commands.MissAppointment: STAFF,
    commands.ContactPatient: STAFF,
    commands.CheckInPatient: STAFF,
    commands.RecordVitals: CLINICIANS,
    commands.ClearSession: CLINICIANS,
    commands.WithholdSession: CLINICIANS,
    commands.PlaceIvAccess: CLINICIANS,
    commands.StartInfusion: CLINICIANS,
    commands.ChangeInfusionRate: CLINICIANS,
    commands.CompleteInfusion: CLINICIANS,
    commands.AbortInfusion: CLINICIANS,
    commands.GiveMedication: CLINICIANS,
    commands.DispenseDose: CLINICIANS,
    commands.WasteDose: CLINICIANS,
    commands.AssessDischargeReadiness: CLINICIANS,
    commands.DischargePatient: CLINICIANS,
    commands.CompleteAssessment: CLINICIANS,
    commands.AddressSuicideRisk: CLINICIANS,
    commands.ReportAdverseEvent: CLINICIANS,
    commands.UpdateAdverseEvent: CLINICIANS,
    commands.AssessResponse: PRESCRIBERS,
    commands.PauseJourney: STAFF,
    commands.ResumeJourney: CLINICIANS,
    commands.ChangeModality: PRESCRIBERS,
    commands.DetectRelapse: CLINICIANS,
    commands.OrderReinduction: PRESCRIBERS,
    commands.ScheduleMaintenance: PRESCRIBERS,
    commands.CloseJourney: PRESCRIBERS,
    commands.RecordDeath: STAFF,
    commands.SignOffSession: PRESCRIBERS,
    commands.CorrectEntry: STAFF,
    commands.ReceiveContainer: CLINICIANS,
    commands.AttestMovement: CLINICIANS,
    commands.RecordCount: CLINICIANS,
    commands.TransferContainerOut: CLINICIANS,
    commands.DestroyContainer: CLINICIANS,
    commands.OpenDiscrepancy: CLINICIANS,
    commands.ResolveDiscrepancy: PRESCRIBERS,
}
"""Of each command the roles that may ask it; what is not named is denied. One corrects only what one may enter.

An importer asks for somebody: it is the role of that person that is looked up here.
"""

ASKS: Mapping[Question, frozenset[Role]] = {
    Question.SCHEDULE_BOARD: STAFF,
    Question.SCHEDULE_DAY: STAFF,
    Question.SCHEDULE_WEEK: STAFF,
    Question.SCHEDULE_CHAIRS: STAFF | {Role.ANALYST},
    Question.SCHEDULE_STAFF: STAFF,
    Question.SCHEDULE_MAINTENANCE: STAFF,
    Question.SCHEDULE_DUE: STAFF,
    Question.SCHEDULE_TASKS: STAFF,
    Question.SCHEDULE_SERIES: STAFF,
    Question.SCHEDULE_FIND: STAFF,
    Question.OUTCOME_RESPONSES: CLINICIANS | COMPLIANCE | {Role.ANALYST},
    Question.OUTCOME_JOURNEY: CLINICIANS,
    Question.OUTCOME_SIDE_EFFECTS: CLINICIANS | COMPLIANCE | {Role.ANALYST},
    Question.OUTCOME_TIME_TO_RESPONSE: CLINICIANS | COMPLIANCE | {Role.ANALYST},
    Question.OUTCOME_SUSTAINED: CLINICIANS | COMPLIANCE | {Role.ANALYST},
    Question.OUTCOME_TRAJECTORIES: CLINICIANS | COMPLIANCE | {Role.ANALYST},
    Question.OUTCOME_ADHERENCE: CLINICIANS | COMPLIANCE | {Role.ANALYST},
    Question.OUTCOME_PRESSURE: CLINICIANS | COMPLIANCE | {Role.ANALYST},
    Question.AUDIT_TIMELINE: COMPLIANCE,
    Question.AUDIT_REPLAY: CLINICIANS | COMPLIANCE,
    Question.AUDIT_REFUSED: COMPLIANCE,
    Question.AUDIT_READS: COMPLIANCE,
    Question.AUDIT_DEVIATIONS: COMPLIANCE,
    Question.AUDIT_OVERRIDES: COMPLIANCE,
    Question.AUDIT_LATE: COMPLIANCE,
    Question.AUDIT_CORRECTIONS: COMPLIANCE,
    Question.AUDIT_UNSIGNED: COMPLIANCE,
    Question.AUDIT_CONSENTS: COMPLIANCE,
    Question.DRUG_LEDGER: CLINICIANS | COMPLIANCE,
    Question.JOURNEY_SHOW: STAFF | COMPLIANCE,
    Question.JOURNEY_NEXT: STAFF,
    Question.JOURNEY_EVENTS: CLINICIANS | COMPLIANCE | {Role.SERVICE},
    Question.SESSION_RECORD: CLINICIANS | COMPLIANCE,
    Question.EVENT_FEED: COMPLIANCE | {Role.SERVICE},
    Question.PROJECTIONS_STATUS: frozenset(Role),
    Question.POLICIES: frozenset(Role),
    Question.ANALYSIS_EXPORT: frozenset({Role.ANALYST}),
    Question.IDENTITY: STAFF,
    Question.NOTES: CLINICIANS,
}
"""Of each question the roles that may ask it; what is not named is denied."""


def may(role: Role, command: type[Command]) -> bool:
    """Whether a role may ask a command."""
    return role in MAY.get(command, frozenset())


def may_ask(actor: Actor, command: type[Command]) -> bool:
    """Whether somebody may ask a command: for themselves, or as an importer for a person who is named with a role."""
    stands_in = actor.on_behalf_of is not None and actor.on_behalf_of_role is not None
    himself = actor.on_behalf_of is None and actor.on_behalf_of_role is None
    return may(actor.acting_role, command) and (himself or (stands_in and actor.role is Role.IMPORTER))


def asks(role: Role, question: Question) -> bool:
    """Whether a role may ask a question."""
    return role in ASKS.get(question, frozenset())
