"""Who may ask what, cell by cell?"""

from __future__ import annotations

import pytest

from journey.commands import COMMANDS
from journey.roles import ASKS, MAY, Question, asks, may
from journey.values import Role

ROLES = (
    Role.FRONT_DESK,
    Role.NURSE,
    Role.PRESCRIBER,
    Role.COMPLIANCE,
    Role.ANALYST,
    Role.SERVICE,
    Role.IMPORTER,
    Role.ADMINISTRATOR,
)

# One column a role, in the order above: x may, . may not.
COMMAND_CELLS = {
    "ReferJourney": "xxx.....",
    "CompleteConsult": "..x.....",
    "RecordTreatmentTrial": ".xx.....",
    "RecordContraindication": ".xx.....",
    "ConfirmEligibility": "..x.....",
    "DenyEligibility": "..x.....",
    "ClearContraindication": "..x.....",
    "CompleteScreening": ".xx.....",
    "GiveConsent": ".xx.....",
    "WithdrawConsent": "xxx.....",
    "VerifyCoverage": "xxx.....",
    "ApproveTreatmentPlan": "..x.....",
    "BookSeries": "xxx.....",
    "BookAppointment": "xxx.....",
    "RescheduleAppointment": "xxx.....",
    "CancelAppointment": "xxx.....",
    "MissAppointment": "xxx.....",
    "ContactPatient": "xxx.....",
    "CheckInPatient": "xxx.....",
    "RecordVitals": ".xx.....",
    "ClearSession": ".xx.....",
    "WithholdSession": ".xx.....",
    "PlaceIvAccess": ".xx.....",
    "StartInfusion": ".xx.....",
    "ChangeInfusionRate": ".xx.....",
    "CompleteInfusion": ".xx.....",
    "AbortInfusion": ".xx.....",
    "GiveMedication": ".xx.....",
    "DispenseDose": ".xx.....",
    "WasteDose": ".xx.....",
    "AssessDischargeReadiness": ".xx.....",
    "DischargePatient": ".xx.....",
    "CompleteAssessment": ".xx.....",
    "AddressSuicideRisk": ".xx.....",
    "ReportAdverseEvent": ".xx.....",
    "UpdateAdverseEvent": ".xx.....",
    "AssessResponse": "..x.....",
    "PauseJourney": "xxx.....",
    "ResumeJourney": ".xx.....",
    "ChangeModality": "..x.....",
    "DetectRelapse": ".xx.....",
    "OrderReinduction": "..x.....",
    "ScheduleMaintenance": "..x.....",
    "CloseJourney": "..x.....",
    "RecordDeath": "xxx.....",
    "SignOffSession": "..x.....",
    "CorrectEntry": "xxx.....",
    "ReceiveContainer": ".xx.....",
    "AttestMovement": ".xx.....",
    "RecordCount": ".xx.....",
    "TransferContainerOut": ".xx.....",
    "DestroyContainer": ".xx.....",
    "OpenDiscrepancy": ".xx.....",
    "ResolveDiscrepancy": "..x.....",
}

QUESTION_CELLS = {
    "schedule_board": "xxx.....",
    "schedule_day": "xxx.....",
    "schedule_week": "xxx.....",
    "schedule_chairs": "xxx.x...",
    "schedule_staff": "xxx.....",
    "schedule_maintenance": "xxx.....",
    "schedule_due": "xxx.....",
    "schedule_tasks": "xxx.....",
    "schedule_series": "xxx.....",
    "schedule_find": "xxx.....",
    "outcome_responses": ".xxxx...",
    "outcome_journey": ".xx.....",
    "outcome_side_effects": ".xxxx...",
    "outcome_time_to_response": ".xxxx...",
    "outcome_sustained": ".xxxx...",
    "outcome_trajectories": ".xxxx...",
    "outcome_adherence": ".xxxx...",
    "outcome_pressure": ".xxxx...",
    "audit_timeline": "...x....",
    "audit_replay": ".xxx....",
    "audit_refused": "...x....",
    "audit_reads": "...x....",
    "audit_deviations": "...x....",
    "audit_overrides": "...x....",
    "audit_late": "...x....",
    "audit_corrections": "...x....",
    "audit_unsigned": "...x....",
    "audit_consents": "...x....",
    "drug_ledger": ".xxx....",
    "journey_show": "xxxx....",
    "journey_next": "xxx.....",
    "journey_events": ".xxx.x..",
    "session_record": ".xxx....",
    "event_feed": "...x.x..",
    "projections_status": "xxxxxxxx",
    "policies": "xxxxxxxx",
    "analysis_export": "....x...",
    "identity": "xxx.....",
    "notes": ".xx.....",
}


def test_tables_name_everything() -> None:
    """Every role, command and question has its cells here, and its row in the tables."""
    assert set(ROLES) == set(Role)
    assert set(COMMAND_CELLS) == set(COMMANDS) == {command.__name__ for command in MAY}
    assert set(QUESTION_CELLS) == set(Question) == set(ASKS)


@pytest.mark.parametrize("name", COMMAND_CELLS)
def test_commands(name: str) -> None:
    """A command may be asked by exactly the roles of its cells."""
    assert "".join("x" if may(role, COMMANDS[name]) else "." for role in ROLES) == COMMAND_CELLS[name]


@pytest.mark.parametrize("name", QUESTION_CELLS)
def test_questions(name: str) -> None:
    """A question may be asked by exactly the roles of its cells."""
    assert "".join("x" if asks(role, Question(name)) else "." for role in ROLES) == QUESTION_CELLS[name]


def test_nobody_without_need_reads_a_person() -> None:
    """A service, an analyst, an importer and an administrator never see an identity, a note or a chart."""
    personal = (Question.IDENTITY, Question.NOTES, Question.JOURNEY_SHOW, Question.JOURNEY_NEXT)
    others = (Role.SERVICE, Role.ANALYST, Role.IMPORTER, Role.ADMINISTRATOR)
    assert not any(asks(role, question) for role in others for question in personal)
