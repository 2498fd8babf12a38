"""Is everything that may be told stored with the act, field by field, also what is seldom told?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from journey.commands import (
    ANSWERED_BY,
    OF_CONTAINER,
    ApproveTreatmentPlan,
    BookSeries,
    ClearSession,
    Command,
    ConfirmEligibility,
    CorrectEntry,
)
from journey.events.course import PauseReason, Recheck
from journey.events.intake import DrugClass, Explained
from journey.events.outcome import Mode
from journey.events.plan import Adjunct, Cadence, MaintenanceRule, PlannedInstrument, TitrationStep
from journey.events.schedule import Scope
from journey.events.session import Change, Position, VitalSign
from journey.response import PHQ9_LE5
from journey.values import Instrument
from tests.decisions.states import (
    booked,
    booking,
    cleared,
    consulted,
    discharged,
    eligible,
    endpoint_taken,
    infusing,
    maintained,
    paused,
    planned,
    ready,
    referred,
)
from tests.decisions.test_abort_infusion import ABORT
from tests.decisions.test_approve_treatment_plan import SECOND
from tests.decisions.test_assess_response import ASSESS
from tests.decisions.test_attest_movement import ATTEST
from tests.decisions.test_book_appointment import CONSULT_VISIT, FIRST
from tests.decisions.test_book_series import whole
from tests.decisions.test_cancel_appointment import CANCEL
from tests.decisions.test_change_modality import BESIDES
from tests.decisions.test_check_in_patient import ARRIVE
from tests.decisions.test_clear_contraindication import FOUND, of_last
from tests.decisions.test_close_journey import CLOSE
from tests.decisions.test_complete_assessment import phq9
from tests.decisions.test_complete_consult import COMPLETE
from tests.decisions.test_complete_screening import complete
from tests.decisions.test_contact_patient import CALL
from tests.decisions.test_deny_eligibility import DENY
from tests.decisions.test_discharge_patient import LEAVE
from tests.decisions.test_give_consent import GIVE
from tests.decisions.test_open_discrepancy import OPEN
from tests.decisions.test_pause_journey import PAUSE
from tests.decisions.test_place_iv_access import PLACE
from tests.decisions.test_record_treatment_trial import RECORD as TRIAL
from tests.decisions.test_record_vitals import RECORD as READ
from tests.decisions.test_refer_journey import REFER
from tests.decisions.test_report_adverse_event import DEATH, REPORT, reported
from tests.decisions.test_reschedule_appointment import MOVE, moved
from tests.decisions.test_resume_journey import resume
from tests.decisions.test_schedule_maintenance import NEXT
from tests.decisions.test_update_adverse_event import DIED, SEQUELAE
from tests.decisions.test_verify_coverage import VERIFY
from tests.decisions.test_waste_dose import HALF, WASTE
from tests.given import DAY, HOUR, PRESCRIBER, RECEIVED, START, Given, given, named

ABROAD = replace(PAUSE, until=date(2026, 5, 1))
NAUSEA = replace(REPORT, meddra="10028813")

TOLD: list[tuple[Callable[[], Given], Command]] = [
    (given, replace(REFER, referrer_npi="1234567893", prior_journey_id=named("an earlier journey"))),
    (
        referred,
        replace(
            COMPLETE, diagnoses=("F33.2",), allergies=("latex",), meds=("26225",), explained=(Explained.ALTERNATIVES,)
        ),
    ),
    (referred, replace(TRIAL, rxnorm="36437", drug_class=DrugClass.SSRI, max_dose_mg=Decimal(200))),
    (consulted, DENY),
    (lambda: FOUND, of_last(FOUND, valid_until=FOUND.now + DAY)),
    (
        consulted,
        replace(complete(), value=Decimal(3), unit="m[IU]/mL", valid_until=complete().performed_at + DAY),
    ),
    (eligible, replace(GIVE, expires_at=START + 365 * DAY, witness_id="nils")),
    (eligible, replace(VERIFY, auth_no="A-17", units_authorized=6, copay_cents=4000)),
    (
        planned,
        replace(
            SECOND,
            titration=(TitrationStep(infusion_no=3, dose_mg_per_kg=Decimal("0.75")),),
            instruments=(PlannedInstrument(id=Instrument.PHQ9, cadence=Cadence.WEEKLY),),
            maintenance_rule=MaintenanceRule.TAPER,
            adjuncts=(Adjunct.PSYCHOTHERAPY,),
        ),
    ),
    (planned, whole()),
    (planned, FIRST),
    (planned, CONSULT_VISIT),
    (booked, replace(moved(MOVE), scope=Scope.THIS_AND_FOLLOWING)),
    (booked, replace(CANCEL, scope=Scope.THIS_AND_FOLLOWING)),
    (lambda: discharged().later(DAY), CALL),
    (
        booked,
        replace(
            ARRIVE,
            weight_kg_repeated=ARRIVE.weight_kg,
            fasting_h=Decimal(8),
            meds_today=("26225",),
            changes=(Change.NEW_DRUG,),
        ),
    ),
    (
        infusing,
        replace(
            READ,
            rr_per_min=14,
            moaas=5,
            cadss=12,
            pain=2,
            position=Position.SUPINE,
            device_id="monitor-1",
            unmeasurable=(VitalSign.RESPIRATION,),
        ),
    ),
    (lambda: infusing().then_came(reported(REPORT)), replace(ABORT, ae_id=REPORT.ae_id)),
    (
        lambda: ready().then_came(booking(2)),
        replace(LEAVE, instructions_version="2026-1", next_appointment_id=named("appointment 2")),
    ),
    (cleared, PLACE),
    (lambda: HALF, WASTE),
    (referred, replace(phq9(*[0] * 9, total=0), instrument_version="2", mode=Mode.CLINICIAN, language="es")),
    (infusing, NAUSEA),
    (infusing, replace(DEATH, session_id=None)),
    (lambda: infusing().then_came(reported(REPORT)).later(2 * HOUR), SEQUELAE),
    (lambda: infusing().then_came(reported(REPORT)).later(2 * HOUR), DIED),
    (endpoint_taken, replace(ASSESS, rule_id=PHQ9_LE5.id)),
    (planned, ABROAD),
    (lambda: paused(PauseReason.MEDICAL), resume(Recheck.MEDICAL)),
    (planned, BESIDES),
    (maintained, replace(NEXT, until=date(2027, 1, 1))),
    (referred, CLOSE),
    (lambda: given(RECEIVED), ATTEST),
    (lambda: given(RECEIVED), replace(OPEN, session_id=named("session 1"))),
]
"""Commands that between them say all that may be said."""

DECIDED = {
    (ApproveTreatmentPlan, "route"),
    (BookSeries, "slots"),
    (ConfirmEligibility, "overrides"),
    (ConfirmEligibility, "valid_until"),
    (ClearSession, "overrides"),
    (CorrectEntry, "replacement"),
}
"""What is stored in another shape than it was asked in, as tests of their own say; and what has one value only."""


def kept(command: type[Command]) -> Iterator[Field[Any]]:
    """What is told in the command and stored in its event under the same name."""
    names = {it.name for it in fields(ANSWERED_BY[command])}
    yield from (it for it in fields(command) if it.name in names and (command, it.name) not in DECIDED)


@pytest.mark.parametrize("state, command", TOLD, ids=[type(command).__name__ for _, command in TOLD])
def test_is_stored_as_told(state: Callable[[], Given], command: Command) -> None:
    """Each field of the event that the command names says what the command said."""
    note_id = None if type(command) in OF_CONTAINER else named("note")
    event = state().when(command, actor=PRESCRIBER, note_id=note_id).event
    assert type(event) is ANSWERED_BY[type(command)]
    for it in kept(type(command)):
        assert (it.name, getattr(event, it.name)) == (it.name, getattr(command, it.name))


@pytest.mark.parametrize("command", ANSWERED_BY)
def test_whatever_may_be_left_out_is_told_above(command: type[Command]) -> None:
    """A field that need not be sent is sent by one of them: it can't be forgotten there."""
    told = [it for _, it in TOLD if type(it) is command]
    for it in kept(command):
        default = it.default if it.default_factory is MISSING else it.default_factory()
        assert default is MISSING or any(getattr(one, it.name) != default for one in told), it.name
