"""Which event leads from which phase into which, and what comes of each command in each phase?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest

from journey.commands import PERMISSIONS
from journey.decisions import Step, next_steps
from journey.decisions.probes import PROBES
from journey.errors import Rule
from journey.events import EVENTS, Event, SuicideRiskRaised
from journey.events.outcome import Trigger
from journey.events.session import VitalsPhase
from journey.history import fold
from journey.phases import ACTIVE, HEARD_AFTER_CLOSING, Phase, Series, Standing, following
from journey.values import Instrument, RiskLevel
from tests.decisions import states
from tests.decisions.test_update_adverse_event import REPORTED
from tests.given import DAY, MINUTE, PRESCRIBER, Given, named

IN_PHASE: Mapping[Phase, Given] = {
    Phase.REFERRED: states.referred(),
    Phase.SCREENING: states.consulted(),
    Phase.ELIGIBLE: states.consented(),
    Phase.PLANNED: states.booked(),
    Phase.INDUCTION: states.discharged(),
    Phase.RESPONSE_REVIEW: states.reviewed(),
    Phase.MAINTENANCE: states.relapsed(),
    Phase.REINDUCTION: states.reinduced(),
    Phase.PAUSED: states.paused(state=states.maintained),
    Phase.CLOSED: states.closed(),
}
"""A journey in each phase, as it usually has come there. Before the referral nothing can be asked but that."""

VISIT = 9

BOOKED = frozenset({"RescheduleAppointment", "CancelAppointment", "MissAppointment", "CheckInPatient"})
HERE = frozenset({"RecordVitals", "ClearSession", "WithholdSession", "GiveMedication"})
CLEARED = frozenset({"PlaceIvAccess", "DispenseDose"})
DRAWN = frozenset({"StartInfusion", "WasteDose"})
RUNNING = frozenset({"ChangeInfusionRate", "CompleteInfusion", "AbortInfusion"})
AFTER = frozenset({"AssessDischargeReadiness", "DischargePatient"})
SAFETY = frozenset({"AddressSuicideRisk", "UpdateAdverseEvent", "ClearContraindication"})


RISK = SuicideRiskRaised(
    risk_id=named("risk"),
    level=RiskLevel.LOW,
    trigger=Trigger(instrument=Instrument.PHQ9, item="9", value=1),
    assessment_id=named("baseline"),
)
ADVERSE = replace(REPORTED, session_id=None)


def situated(phase: Phase, command: str) -> Given:
    """The journey of a phase, with what a command is about: an appointment, a visit, a running pump, a risk."""
    state = IN_PHASE[phase]
    if command in BOOKED:
        booked = state.then_came(states.booking(VISIT, state.now + DAY))
        return booked.later(DAY + 20 * MINUTE) if command == "MissAppointment" else booked
    if command in SAFETY:
        return state.then_came(RISK, ADVERSE, states.FOUND)
    visit: list[Event] = [
        states.check_in(VISIT),
        states.reading(VISIT),
        states.clearance(VISIT),
        states.draw(VISIT),
        states.start(VISIT, VISIT),
    ]
    for commands, happened in ((HERE, 2), (CLEARED, 3), (DRAWN, 4), (RUNNING | AFTER, 5)):
        if command in commands:
            begins = state.now + 3 * DAY
            state = states.came_at(state.then_came(states.booking(VISIT, begins)), begins, *visit[:happened])
    if command in AFTER:
        state = state.then_came(states.completion(VISIT), after=40 * MINUTE)
        watched = state.then_came(states.reading(VISIT, VitalsPhase.POST), after=70 * MINUTE)
        return watched.then_came(states.readiness(VISIT))
    return state


def outcome(phase: Phase, command: str) -> Step | None:
    """The first step of a command in a phase; None where there is nothing that it could be about."""
    state = situated(phase, command)
    steps = next_steps(fold(state.log), state.log, state.now + MINUTE, PRESCRIBER, state.clinic)
    return next((it for it in steps if type(it.asked.command).__name__ == command), None)


SAID = {
    "jc": Rule.JOURNEY_CLOSED,
    "jp": Rule.JOURNEY_PAUSED,
    "cn": Rule.CRITERIA_NOT_MET,
    "ne": Rule.NOT_ELIGIBLE,
    "np": Rule.NO_PLAN,
    "nr": Rule.NO_RESPONSE_ASSESSED,
    "ur": Rule.UNKNOWN_RULE,
    "ng": Rule.NO_INFUSION_GIVEN,
    "nd": Rule.NO_ENDPOINT,
    "so": Rule.SERIES_NOT_OVER,
    "ap": Rule.ALREADY_PAUSED,
    "ra": Rule.RELAPSE_ALREADY_DETECTED,
    "ao": Rule.APPOINTMENT_OPEN,
    "st": Rule.SLOT_TAKEN,
    "ri": Rule.RECORD_INCOMPLETE,
    "nc": Rule.NO_CONSENT,
    "cf": Rule.CONSENT_NOT_IN_FORCE,
    "pu": Rule.PLAN_USED_UP,
}


def cell(step: Step | None) -> str:
    """What comes of a step: `.` allowed, `-` nothing to ask, a code refused by, (a code) stored with."""
    codes = {rule: code for code, rule in SAID.items()}
    if step is None:
        return "-"
    if step.missing:
        return codes.get(step.missing[0], step.missing[0].value)
    marks = ",".join(codes.get(rule, rule.value) for rule in step.marks)
    return f"({marks})" if marks else "."


COMES: Mapping[str, str] = {
    # referred, screening, eligible, planned, induction, response review, maintenance, reinduction, paused, closed
    "CompleteConsult": ". . . . . . . . . (jc)",
    "RecordTreatmentTrial": ". . . . . . . . . (jc)",
    "RecordContraindication": ". . . . . . . . . (jc)",
    "ClearContraindication": ". . . . . . . . . jc",
    "CompleteScreening": ". . . . . . . . . (jc)",
    "ConfirmEligibility": "cn . . . . . . . . jc",
    "DenyEligibility": ". . . . . . . . . (jc)",
    "GiveConsent": ". . . . . . . . . (jc)",
    "WithdrawConsent": "- - . . . . . . . .",
    "VerifyCoverage": ". . . . . . . . . (jc)",
    "ApproveTreatmentPlan": "ne ne . . . . . . . jc",
    "BookSeries": "np np np . . - - . - -",
    "BookAppointment": "np np np . . st . . jp jc",
    "RescheduleAppointment": ". . . . . . . . . jc",
    "CancelAppointment": ". . . . . . . . . (jc)",
    "MissAppointment": ". . . . . . . . . (jc)",
    "ContactPatient": ". . . . . . . . . .",
    "CheckInPatient": ". . . . . . . . (jp) (jc)",
    "RecordVitals": ". . . . . . . . . (jc)",
    "ClearSession": "nc nc np . . pu . . jp jc",
    "WithholdSession": ". . . . . . . . . (jc)",
    "PlaceIvAccess": ". . . . . . . . . (jc)",
    "DispenseDose": "nc nc . . . . . . jp jc",
    "StartInfusion": "np np np . . . . . jp jc",
    "ChangeInfusionRate": ". . . . . . . . . (jc)",
    "CompleteInfusion": "(cf) (cf) . . . . . . . (jc)",
    "AbortInfusion": ". . . . . . . . . (jc)",
    "GiveMedication": ". . . . . . . . . (jc)",
    "WasteDose": ". . . . . . . . . (jc)",
    "AssessDischargeReadiness": ". . . . . . . . . (jc)",
    "DischargePatient": ". . . . . . . . . (jc)",
    "SignOffSession": "- - - - ri ri ri ri ri ri",
    "CompleteAssessment": ". . . . . . . . . .",
    "AddressSuicideRisk": ". . . . . . . . . .",
    "ReportAdverseEvent": ". . . . . . . . . .",
    "UpdateAdverseEvent": ". . . . . . . . . .",
    "AssessResponse": "ur ur ur ng nd . . . . jc",
    "PauseJourney": ". . . . . . . . (ap) (jc)",
    "ResumeJourney": "- - - - - - - - . -",
    "ChangeModality": "np np np . . . . . . jc",
    "DetectRelapse": "- - - - (ng) . (ra) (ra) . (jc)",
    "OrderReinduction": "- - - so so . . so jp jc",
    "ScheduleMaintenance": "nr nr nr nr nr . . . jp jc",
    "CloseJourney": ". . . ao . . . . . jc",
    "RecordDeath": ". . . . . . . . . .",
}


@pytest.mark.parametrize("command", [kind.__name__ for kind in PROBES])
def test_what_comes_of_a_command_in_each_phase(command: str) -> None:
    """Allowed, refused with the code, or stored with the marks that the row says."""
    assert " ".join(cell(outcome(phase, command)) for phase in IN_PHASE) == COMES[command]


def test_every_phase_and_code_is_there() -> None:
    """The rows leave out no phase, each journey stands in its phase, and every code is said somewhere."""
    assert set(IN_PHASE) == set(Phase) - {Phase.NEW}
    assert all(fold(state.log).phase is phase for phase, state in IN_PHASE.items())
    said = {code.strip("()") for row in COMES.values() for code in row.split()}
    assert said == {*SAID, ".", "-"}


@pytest.mark.parametrize("command", [kind for kind in PROBES if kind not in PERMISSIONS], ids=lambda it: it.__name__)
def test_every_report_after_closing_is_stored(command: type) -> None:
    """What is heard as a matter of course bears no mark of the closing; all else does, and nothing is refused."""
    step = outcome(Phase.CLOSED, command.__name__)
    assert step is not None
    assert step.missing == ()
    assert (Rule.JOURNEY_CLOSED in step.marks) == (command not in HEARD_AFTER_CLOSING)


AT_THE_END = {Series.USED_UP: Phase.RESPONSE_REVIEW}

LEADS: Mapping[str, Mapping[Phase, Phase | Mapping[Series, Phase]]] = {
    "JourneyReferred": {Phase.NEW: Phase.REFERRED},
    "ConsultCompleted": {Phase.REFERRED: Phase.SCREENING},
    "EligibilityConfirmed": {
        Phase.NEW: Phase.ELIGIBLE,
        Phase.REFERRED: Phase.ELIGIBLE,
        Phase.SCREENING: Phase.ELIGIBLE,
    },
    "EligibilityDenied": {Phase.ELIGIBLE: Phase.SCREENING},
    "TreatmentPlanApproved": dict.fromkeys((Phase.NEW, Phase.REFERRED, Phase.SCREENING, Phase.ELIGIBLE), Phase.PLANNED),
    "InfusionStarted": {
        **dict.fromkeys((Phase.NEW, Phase.REFERRED, Phase.SCREENING, Phase.ELIGIBLE, Phase.PLANNED), Phase.INDUCTION),
        Phase.RESPONSE_REVIEW: {Series.PLAN_LEFT: Phase.INDUCTION, Series.ORDER_LEFT: Phase.REINDUCTION},
    },
    "InfusionCompleted": {Phase.INDUCTION: AT_THE_END, Phase.REINDUCTION: AT_THE_END},
    "InfusionAborted": {Phase.INDUCTION: AT_THE_END, Phase.REINDUCTION: AT_THE_END},
    "ResponseAssessed": dict.fromkeys((Phase.INDUCTION, Phase.REINDUCTION), Phase.RESPONSE_REVIEW),
    "MaintenanceScheduled": dict.fromkeys(ACTIVE, Phase.MAINTENANCE),
    "ReinductionOrdered": dict.fromkeys(ACTIVE, Phase.REINDUCTION),
    "JourneyPaused": dict.fromkeys(ACTIVE, Phase.PAUSED),
    "JourneyClosed": dict.fromkeys(set(Phase) - {Phase.CLOSED}, Phase.CLOSED),
}
"""Where each event leads from each phase, by how far the series has come where that matters. Else nowhere."""


def led(phase: Phase, event: str, series: Series) -> Phase:
    """The phase that an event leads to."""
    into = LEADS.get(event, {}).get(phase, phase)
    return into if isinstance(into, Phase) else into.get(series, phase)


@pytest.mark.parametrize("event", EVENTS)
def test_where_an_event_leads(event: str) -> None:
    """From every phase, for every series: where the table says, and nowhere else."""
    for phase, series in product(set(Phase) - {Phase.PAUSED}, Series):
        now = following(Standing(phase), EVENTS[event], series)
        assert now.phase is led(phase, event, series)
        assert now.paused_in is (phase if now.phase is Phase.PAUSED else None)


@pytest.mark.parametrize("event", EVENTS)
def test_where_an_event_leads_in_a_pause(event: str) -> None:
    """The phase beneath moves as it would; only a resumption and the closing end the pause."""
    for beneath, series in product(ACTIVE, Series):
        now = following(Standing(Phase.PAUSED, beneath), EVENTS[event], series)
        if event == "JourneyResumed":
            assert now == Standing(beneath)
        elif event == "JourneyClosed":
            assert now == Standing(Phase.CLOSED)
        elif event == "JourneyPaused":
            assert now == Standing(Phase.PAUSED, beneath)
        else:
            assert now == Standing(Phase.PAUSED, led(beneath, event, series))
