"""Is the pump started only when cleared and with the planned dose, yet recorded whatever it broke?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from journey.clinic import Clinic
from journey.commands import StartInfusion
from journey.errors import Rule
from journey.events import EligibilityDenied, EntryCorrected, InfusionStarted, JourneyClosed
from journey.events.closing import ClosingReason
from journey.events.intake import CriterionId
from journey.events.plan import TitrationStep
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.session import Disposition
from journey.policy import Policy
from journey.values import LateReason, Origin
from tests.decisions.states import (
    MAINTAINED,
    PLANNED,
    PREGNANT,
    REINDUCED,
    RELAPSE_DAY,
    RELAPSED,
    RETURNED,
    SESSION,
    SWITCHED,
    VISITS,
    WITHDRAWN,
    aborted,
    booking,
    came_at,
    check_in,
    checked_in,
    clearance,
    cleared,
    completion,
    discharge,
    draw,
    drawn,
    induced,
    infusing,
    maintained,
    measured,
    morning,
    paused,
    planned,
    reading,
    recovering,
    reviewed,
    start,
    visited,
    waste,
    withheld,
)
from tests.decisions.test_confirm_eligibility import ABSOLUTE
from tests.given import FRONT_DESK, MINUTE, NURSE, PRESCRIBER, Given, named

START_PUMP = StartInfusion(
    session_id=SESSION,
    dose_mg=Decimal(35),
    conc_mg_per_ml=Decimal("0.7"),
    total_ml=Decimal(50),
    rate_ml_h=Decimal(75),
    pump_id="pump-1",
)
DOWNTIME = replace(START_PUMP, happened=True)


def test_the_dose_by_weight_is_told_to_four_digits() -> None:
    """34.9 mg for 70 kg are 0.498571... mg/kg."""
    little = replace(DOWNTIME, dose_mg=Decimal("34.9"), conc_mg_per_ml=Decimal("0.698"))
    event = cleared().when(little, reason=LateReason.DOWNTIME).event
    assert isinstance(event, InfusionStarted)
    assert event.dose_mg_per_kg == Decimal("0.4986")


def of_session(number: int, **changes: Any) -> StartInfusion:
    """Ask to start the pump in the n-th session."""
    return replace(START_PUMP, session_id=named(f"session {number}"), **changes)


def with_dose(dose_mg: str, **changes: Any) -> StartInfusion:
    """Ask for another dose in the same volume."""
    return replace(START_PUMP, dose_mg=Decimal(dose_mg), conc_mg_per_ml=Decimal(dose_mg) / 50, **changes)


def second_visit_cleared(state: Given, number: int, day: int, month: int = 3) -> Given:
    """The patient came again and the session is cleared."""
    begins = morning(month, day)
    came = came_at(state.then_came(booking(number, begins)), begins, check_in(number), reading(number))
    return drawn(came.then_came(clearance(number)), number)


def ample(state: Given) -> Given:
    """The state with more than enough drawn for the first session."""
    return state.then_came(draw(volume_ml=Decimal(300)), after=timedelta(0))


def without(state: Given, *events: object) -> Given:
    """The state without some of its events, as if their entries had been retracted."""
    return replace(state, log=tuple(entry for entry in state.log if entry.event not in events))


STRICT = Clinic(policy=Policy(dose_mg_per_kg_max=Decimal("0.4")))
NO_PLAN = without(cleared(), PLANNED)
NOT_OPEN = ample(withheld())
CONSENT_WITHDRAWN = cleared().then_came(WITHDRAWN)
FOUND = cleared().then_came(ABSOLUTE)
DENIED = cleared().then_came(EligibilityDenied(criteria_failed=(CriterionId.AGE,), permanent=True))
NEW_PLAN = cleared().then_came(replace(PLANNED, plan_id=named("plan 2"), revision=2, supersedes=PLANNED.plan_id))
TWO_OPEN = cleared().then_came(booking(2), check_in(2))
CLOSED = cleared().then_came(JourneyClosed(reason=ClosingReason.OTHER))
DIED_ELSEWHERE = cleared().then_came(
    replace(discharge(), session_id=named("another session"), disposition=Disposition.DIED)
)


def test_starts_the_pump() -> None:
    """The start is stored as asked, as the journey's first attempt, with the dose by weight."""
    cleared().when(START_PUMP).then(start())


BROKEN = [
    pytest.param(ample(measured()), START_PUMP, Rule.NOT_CLEARED, id="not cleared"),
    pytest.param(cleared().later(30 * MINUTE), START_PUMP, Rule.NOT_CLEARED, id="cleared 31 minutes ago"),
    pytest.param(ample(aborted()), START_PUMP, Rule.NOT_CLEARED, id="not cleared again after a stop"),
    pytest.param(CONSENT_WITHDRAWN, START_PUMP, Rule.NO_CONSENT, id="consent withdrawn"),
    pytest.param(DENIED, START_PUMP, Rule.NOT_ELIGIBLE, id="eligibility denied"),
    pytest.param(FOUND, START_PUMP, Rule.NOT_ELIGIBLE, id="a contraindication found since"),
    pytest.param(
        cleared().then_came(reading(sbp_mmhg=190)), START_PUMP, Rule.PRESSURE_TOO_HIGH, id="pressure far too high since"
    ),
    pytest.param(
        replace(cleared(), clinic=STRICT), START_PUMP, Rule.DOSE_TOO_HIGH, id="planned above the limit of today"
    ),
    pytest.param(NEW_PLAN, START_PUMP, Rule.PLAN_CHANGED, id="another plan"),
    pytest.param(TWO_OPEN, START_PUMP, Rule.OTHER_SESSION_OPEN, id="another session open"),
    pytest.param(CLOSED, START_PUMP, Rule.JOURNEY_CLOSED, id="journey closed"),
    pytest.param(DIED_ELSEWHERE, START_PUMP, Rule.PATIENT_DECEASED, id="patient died"),
    pytest.param(ample(cleared()), with_dose("36.1"), Rule.DOSE_DIFFERS, id="over the planned dose"),
    pytest.param(cleared(), with_dose("33.9"), Rule.DOSE_DIFFERS, id="under the planned dose"),
    pytest.param(cleared(), replace(START_PUMP, total_ml=Decimal(52)), Rule.VOLUME_DIFFERS, id="another volume"),
    pytest.param(cleared(), replace(START_PUMP, rate_ml_h=Decimal(79)), Rule.RATE_DIFFERS, id="too fast"),
    pytest.param(cleared(), replace(START_PUMP, rate_ml_h=Decimal(71)), Rule.RATE_DIFFERS, id="too slow"),
    pytest.param(cleared(), replace(START_PUMP, rate_ml_h=Decimal(0)), Rule.RATE_DIFFERS, id="not at all"),
    pytest.param(without(cleared(), draw()), START_PUMP, Rule.NOT_DISPENSED, id="nothing drawn"),
    pytest.param(cleared(), with_dose("35.5"), Rule.NOT_DISPENSED, id="more than was drawn"),
]


@pytest.mark.parametrize("state, command, rule", BROKEN)
def test_is_refused(state: Given, command: StartInfusion, rule: Rule) -> None:
    """What speaks against it refuses it."""
    state.when(command).then_refused(rule)


@pytest.mark.parametrize("state, command, rule", BROKEN)
def test_is_stored_once_it_happened(state: Given, command: StartInfusion, rule: Rule) -> None:
    """What would have refused it marks it, where it has happened already in a downtime."""
    told = state.when(replace(command, happened=True), reason=LateReason.DOWNTIME)
    assert isinstance(told.event, InfusionStarted)
    told.then_deviates(rule)


@pytest.mark.parametrize(
    "state, command, first, others",
    [
        pytest.param(NOT_OPEN, DOWNTIME, Rule.SESSION_NOT_OPEN, [Rule.NOT_CLEARED], id="withheld"),
        pytest.param(ample(infusing()), DOWNTIME, Rule.INFUSION_RUNNING, [Rule.NOT_CLEARED], id="running"),
        pytest.param(NO_PLAN, DOWNTIME, Rule.NO_PLAN, [Rule.RATE_DIFFERS], id="a plan that was retracted"),
        pytest.param(
            ample(NO_PLAN),
            with_dose("106.1", happened=True),
            Rule.NO_PLAN,
            [Rule.DOSE_TOO_HIGH, Rule.RATE_DIFFERS],
            id="too much for the weight, with nothing planned",
        ),
        pytest.param(
            ample(NO_PLAN),
            with_dose("106", happened=True),
            Rule.NO_PLAN,
            [Rule.RATE_DIFFERS],
            id="the highest for the weight, with nothing planned",
        ),
        pytest.param(
            ample(cleared()),
            with_dose("201", happened=True),
            Rule.DOSE_TOO_HIGH,
            [Rule.DOSE_DIFFERS],
            id="far too much",
        ),
        pytest.param(
            ample(checked_in()),
            with_dose("10000", happened=True),
            Rule.NOT_CLEARED,
            [Rule.DOSE_TOO_HIGH, Rule.DOSE_DIFFERS],
            id="absurd",
        ),
    ],
)
def test_every_rule_broken_is_said(state: Given, command: StartInfusion, first: Rule, others: list[Rule]) -> None:
    """Several guards may each leave their mark; without `happened` the first refuses it."""
    state.when(command, reason=LateReason.DOWNTIME).then_deviates(first, *others)
    state.when(replace(command, happened=False)).then_refused(first)


def test_a_corrected_weight_needs_a_new_clearance() -> None:
    """The weight that was corrected after the clearance is not the one it holds for."""
    state = cleared()
    arrival = next(entry for entry in state.log if entry.event == check_in())
    corrected = EntryCorrected(
        target_event_id=arrival.event_id,
        kind=CorrectionKind.AMEND,
        replacement=Replacement(type="PatientCheckedIn", at=arrival.at, data=check_in(weight_kg=Decimal("70.5"))),
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )
    state.then_came(corrected).when(START_PUMP).then_refused(Rule.WEIGHT_CHANGED)


def test_is_refused_of_an_unknown_session() -> None:
    """Even what has happened, happened in a session."""
    cleared().when(of_session(9, happened=True), reason=LateReason.DOWNTIME).then_refused(Rule.UNKNOWN_SESSION)


def test_every_limit_itself_is_allowed() -> None:
    """A dose within the rounding, a duration within two minutes, a clearance of 30 minutes ago."""
    for command in (with_dose("36"), with_dose("34"), replace(START_PUMP, total_ml=Decimal(51))):
        ample(cleared()).when(command).then_deviates()
    cleared().later(29 * MINUTE).when(START_PUMP).then_deviates()


def test_what_went_in_or_was_wasted_is_not_there_any_more() -> None:
    """After a stop, or once it is wasted, what was drawn before does for no other start; more has to be drawn."""
    stopped = aborted().then_came(reading(), clearance())
    stopped.when(START_PUMP).then_refused(Rule.NOT_DISPENSED)
    stopped.then_came(draw()).when(START_PUMP).then_deviates()
    cleared().then_came(waste("0.1")).when(START_PUMP).then_refused(Rule.NOT_DISPENSED)


def test_an_import_of_before_the_ledger_is_marked() -> None:
    """What is told of the past by a file is not refused for want of an entry that nobody made then."""
    state = without(cleared(), draw())
    state.when(START_PUMP, origin=Origin.IMPORT).then_deviates(Rule.NOT_DISPENSED)


def test_what_happened_is_told_with_a_reason_by_a_clinician() -> None:
    """A nurse or a prescriber, and a reason code; nobody and nothing less."""
    state = ample(measured())
    for clinician in (NURSE, PRESCRIBER):
        told = state.when(DOWNTIME, actor=clinician, reason=LateReason.EMERGENCY)
        told.then_deviates(Rule.NOT_CLEARED)
    state.when(DOWNTIME).then_refused(Rule.HAPPENED_NEEDS_REASON)
    by_desk = state.when(DOWNTIME, actor=FRONT_DESK, reason=LateReason.DOWNTIME)
    by_desk.then_refused(Rule.HAPPENED_NEEDS_CLINICIAN)


def test_the_dose_follows_the_titration() -> None:
    """From the named infusion on, the next one's dose is the step's."""
    titrated = replace(PLANNED, titration=(TitrationStep(infusion_no=2, dose_mg_per_kg=Decimal("0.75")),))
    first = came_at(planned().then_came(titrated, booking(1)), VISITS[0], check_in(), reading(), clearance(), draw())
    first.when(START_PUMP).then_deviates()
    infused = first.then_came(start()).then_came(completion(), after=40 * MINUTE).then_came(discharge())
    second = second_visit_cleared(infused, 2, 6)
    second.when(of_session(2)).then_refused(Rule.DOSE_DIFFERS)
    second = second.then_came(draw(2))
    second.when(of_session(2, dose_mg=Decimal("52.5"), conc_mg_per_ml=Decimal("1.05"))).then_deviates()


def test_the_dose_of_maintenance_is_its_own() -> None:
    """In maintenance the schedule's dose counts, not the plan's."""
    state = maintained().then_came(replace(MAINTAINED, dose_mg_per_kg=Decimal("0.6")))
    visit = second_visit_cleared(state, 7, 20, month=4)
    visit.when(of_session(7)).then_refused(Rule.DOSE_DIFFERS)
    visit = visit.then_came(draw(7))
    visit.when(of_session(7, dose_mg=Decimal(42), conc_mg_per_ml=Decimal("0.84"))).then_deviates()


def attempt_no(state: Given, command: StartInfusion) -> int:
    """The number that the next attempt is given."""
    event = state.when(command).event
    assert isinstance(event, InfusionStarted)
    return event.attempt_no


def test_attempts_are_counted_without_gap() -> None:
    """Every start counts, also one that came to nothing."""
    again = aborted().then_came(reading(), clearance(), draw())
    assert attempt_no(again, START_PUMP) == 2
    assert attempt_no(second_visit_cleared(induced(2), 3, 10), of_session(3)) == 3


def test_a_retracted_attempt_keeps_its_number() -> None:
    """A start that should never have been entered is gone, its number is not given again."""
    state = visited(planned(), 1)
    started = next(entry for entry in state.log if isinstance(entry.event, InfusionStarted))
    retracted = EntryCorrected(
        target_event_id=started.event_id,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )
    visit = second_visit_cleared(state.then_came(retracted), 2, 6)
    assert attempt_no(visit, of_session(2)) == 2


def test_a_second_infusion_of_the_day_needs_its_own_clearance() -> None:
    """After the infusion the clearance is used up."""
    ample(recovering()).when(START_PUMP).then_refused(Rule.NOT_CLEARED)


def test_is_refused_while_the_journey_rests() -> None:
    """A start in a pause is refused, or marked if it has happened; one of before the pause is none of it."""
    rests = paused(state=cleared)
    rests.when(START_PUMP).then_refused(Rule.JOURNEY_PAUSED)
    rests.when(DOWNTIME, reason=LateReason.DOWNTIME).then_deviates(Rule.JOURNEY_PAUSED)
    rests.when(DOWNTIME, reason=LateReason.DOWNTIME, at=cleared().now).then_deviates()


def test_is_refused_after_a_switch() -> None:
    """Another treatment took the place of the infusions."""
    switched = cleared().then_came(SWITCHED)
    switched.when(START_PUMP).then_refused(Rule.MODALITY_SWITCHED)
    switched.when(DOWNTIME, reason=LateReason.DOWNTIME).then_deviates(Rule.MODALITY_SWITCHED)


def test_is_refused_once_a_pregnancy_is_found() -> None:
    """A positive test that comes after the clearance stops the start, too."""
    state = cleared().then_came(PREGNANT)
    state.when(START_PUMP).then_refused(Rule.SCREENING_POSITIVE)
    state.when(DOWNTIME, reason=LateReason.DOWNTIME).then_deviates(Rule.SCREENING_POSITIVE)


def test_a_plan_at_the_limit_of_the_day_is_started() -> None:
    """A dose by weight that is just what the policy allows is no longer too high by a hair."""
    at_limit = Clinic(policy=Policy(dose_mg_per_kg_max=PLANNED.dose_mg_per_kg))
    replace(cleared(), clinic=at_limit).when(START_PUMP).then_deviates()


def test_the_volume_may_be_out_by_its_tolerance_and_no_more() -> None:
    """2 % of 35 mg are 0.7 mg: 51 ml of 0.7 mg/ml are as much over, a drop more is too much."""
    cleared().when(replace(START_PUMP, total_ml=Decimal(51))).then_deviates()
    cleared().when(replace(START_PUMP, total_ml=Decimal("51.005"))).then_refused(Rule.VOLUME_DIFFERS)


@pytest.mark.parametrize("total_ml, refused", [("47.5", False), ("47.4", True), ("52.5", False), ("52.6", True)])
def test_the_duration_may_be_out_by_its_rounding_and_no_more(total_ml: str, refused: bool) -> None:
    """At 75 ml/h two minutes either way of the planned 40 are 47.5 and 52.5 ml."""
    volume = Decimal(total_ml)
    outcome = cleared().when(replace(START_PUMP, total_ml=volume, conc_mg_per_ml=round(35 / volume, 4)))
    if refused:
        outcome.then_refused(Rule.RATE_DIFFERS)
    else:
        outcome.then_deviates()


def test_an_import_with_its_draw_is_not_marked() -> None:
    """Only where the draw is missing from the record is a start that was imported marked for it."""
    cleared().when(START_PUMP, origin=Origin.IMPORT).then_deviates()


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_steps_the_last_that_was_reached_counts(order: int) -> None:
    """However they are listed: the third infusion has the dose of the step of the third."""
    steps = [TitrationStep(infusion_no=number, dose_mg_per_kg=Decimal(dose)) for number, dose in ((2, "0.6"), (3, "1"))]
    state = induced(2).then_came(replace(PLANNED, titration=tuple(steps[::order])))
    third = second_visit_cleared(state, 3, 10).then_came(draw(3))
    third.when(of_session(3, dose_mg=Decimal(42), conc_mg_per_ml=Decimal("0.84"))).then_refused(Rule.DOSE_DIFFERS)
    third.when(of_session(3, dose_mg=Decimal(70), conc_mg_per_ml=Decimal("1.4"))).then_deviates()


def test_a_reinduction_has_the_dose_of_the_plan() -> None:
    """The dose of the maintenance before it is none of it."""
    scheduled = reviewed().then_came(replace(MAINTAINED, dose_mg_per_kg=Decimal("0.6")))
    again = came_at(scheduled, RELAPSE_DAY, RETURNED, RELAPSED, REINDUCED)
    visit = second_visit_cleared(again, 7, 22, month=4).then_came(draw(7))
    visit.when(of_session(7, dose_mg=Decimal(42), conc_mg_per_ml=Decimal("0.84"))).then_refused(Rule.DOSE_DIFFERS)
    visit.when(of_session(7)).then_deviates()
