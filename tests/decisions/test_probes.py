"""Could what is asked in trying what is legal be sent as it is, and does it say what it is about?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from journey.clinic import Clinic
from journey.commands import (
    PERMISSIONS,
    AbortInfusion,
    ApproveTreatmentPlan,
    AssessResponse,
    CheckInPatient,
    ClearContraindication,
    Command,
    CompleteAssessment,
    CompleteConsult,
    CompleteInfusion,
    ContactPatient,
    DetectRelapse,
    DispenseDose,
    OrderReinduction,
    ResumeJourney,
    ScheduleMaintenance,
    StartInfusion,
    UpdateAdverseEvent,
    WasteDose,
)
from journey.decisions.next_steps import weighed_step
from journey.decisions.probes import PROBES, Now, Probe
from journey.errors import Rule
from journey.events.course import PauseReason
from journey.events.plan import Adjunct, Cadence, MaintenanceRule, PlannedInstrument, TitrationStep
from journey.events.schedule import AppointmentKind
from journey.history import fold
from journey.response import QIDS_LE5
from journey.site import Site
from journey.values import Instrument
from tests.decisions.states import (
    MAINTAINED,
    PLAN,
    PLANNED,
    RETURNED,
    VISITS,
    aborted,
    booked,
    booking,
    cleared,
    consented,
    consulted,
    discharged,
    draw,
    infusing,
    maintained,
    paused,
    planned,
    recovering,
    referred,
    relapsed,
    reviewed,
)
from tests.decisions.test_address_suicide_risk import at_risk
from tests.decisions.test_clear_contraindication import FOUND
from tests.decisions.test_clear_contraindication import cleared as found_cleared
from tests.decisions.test_report_adverse_event import REPORT, reported
from tests.decisions.test_update_adverse_event import RESOLVED, SEQUELAE
from tests.given import DAY, HOUR, MINUTE, PRESCRIBER, Given, named

OF_THE_JOURNEY = {"session_id", "appointment_id", "risk_id", "ae_id", "consent_id", "contraindication_id"}
"""By what is named what a command is about, where it is about something that the journey holds."""


@cache
def states() -> list[Given]:
    """States in which between them there is something to ask of every kind, one of them at a site that has nothing."""
    return [
        referred(),
        consulted(),
        FOUND,
        planned(),
        replace(planned(), clinic=Clinic(site=Site(chairs=(), nurses={}))),
        booked(),
        planned().then_came(replace(booking(1), kind=AppointmentKind.FOLLOWUP, slot_no=None)),
        cleared(),
        infusing().then_came(reported(REPORT)),
        aborted(),
        discharged(),
        at_risk(),
        paused(PauseReason.MEDICAL),
        maintained(),
        relapsed(),
    ]


def now(state: Given) -> Now:
    """That state, a minute later, as a prescriber sees it."""
    journey = fold(state.log)
    return Now(journey=journey, log=state.log, at=state.now + MINUTE, clinic=state.clinic, actor=PRESCRIBER)


def asked(kind: type[Command]) -> Iterator[tuple[Now, Probe, Command]]:
    """What a probe of that kind asks first, in each state in which there is something to ask."""
    for state in states():
        moment = now(state)
        yield from ((moment, probe, next(iter(probe.asks))) for probe in PROBES[kind](moment))


def ids(moment: Now) -> set[UUID]:
    """Every id that the journey knows something by."""
    journey = moment.journey
    parts = (journey.sessions, journey.appointments, journey.risks, journey.adverse_events, journey.consents)
    return {key for part in parts for key in part} | set(journey.contraindications)


@pytest.mark.parametrize("kind", PROBES)
def test_what_is_tried_could_be_sent(kind: type[Command]) -> None:
    """Every field has a value of its kind: what is said to be legal is legal as it stands."""
    tried = list(asked(kind))
    assert tried
    for _, _, command in tried:
        then_could_be_sent(command)


def then_could_be_sent(command: Command) -> None:
    """Expect it to be the same after it was sent."""
    shape = TypeAdapter[Command](type(command))
    assert shape.validate_json(shape.dump_json(command)) == command


@pytest.mark.parametrize("kind", PROBES)
def test_says_what_it_is_about(kind: type[Command]) -> None:
    """The session, the appointment, the risk: what the journey holds and the command names stands beside it."""
    for moment, probe, command in asked(kind):
        about = {name: getattr(command, name, None) for name in OF_THE_JOURNEY}
        for name in (name for name, value in about.items() if value in ids(moment)):
            assert probe.about[name] == about[name]


@pytest.mark.parametrize(
    "state, kind, about",
    [
        (FOUND, ClearContraindication, {"contraindication_id": FOUND.log[-1].event_id, "code": "pregnancy"}),
        (paused(PauseReason.PREGNANCY), ResumeJourney, {"rechecks": ["pregnancy"]}),
        (relapsed(), DetectRelapse, {"assessment_id": RETURNED.assessment_id}),
        (relapsed(), OrderReinduction, {"plan_id": PLAN}),
    ],
)
def test_says_what_somebody_needs_to_know_of_it(state: Given, kind: type[Command], about: dict[str, object]) -> None:
    """What is to be cleared, what is to be looked at again, by which answers, under which plan."""
    (probe,) = PROBES[kind](now(state))
    assert probe.about == about


def test_what_is_cleared_is_asked_about_again_when_that_is_over() -> None:
    """Not before: for a day it does not stand."""
    state = found_cleared(FOUND, days=1)
    assert not list(PROBES[ClearContraindication](now(state)))
    assert len(list(PROBES[ClearContraindication](now(state.later(DAY))))) == 1


def test_a_revision_is_asked_as_the_plan_in_force_stands() -> None:
    """All of it, titration and adjuncts too: what is asked for anew loosens nothing."""
    plan = replace(
        PLANNED,
        infusions=7,
        response_rule_id=QIDS_LE5.id,
        titration=(TitrationStep(infusion_no=3, dose_mg_per_kg=Decimal("0.75")),),
        instruments=(PlannedInstrument(id=Instrument.PHQ9, cadence=Cadence.WEEKLY),),
        maintenance_rule=MaintenanceRule.TAPER,
        adjuncts=(Adjunct.PSYCHOTHERAPY,),
    )
    state = planned().then_came(plan)
    command = revision(state)
    revised = replace(plan, plan_id=command.plan_id, revision=2, supersedes=PLAN)
    state.when(command, actor=PRESCRIBER).then(revised)


def revision(state: Given) -> ApproveTreatmentPlan:
    """How a revision is asked for."""
    (probe,) = PROBES[ApproveTreatmentPlan](now(state))
    (command,) = probe.asks
    assert isinstance(command, ApproveTreatmentPlan)
    return command


NUMBERS = ("dose_mg_per_kg", "duration_min", "infusions", "min_gap_h", "max_gap_d", "window_d")


@pytest.mark.parametrize(
    "limits, changes",
    [
        ({"dose_mg_per_kg_max": Decimal("0.6")}, {"dose_mg_per_kg": Decimal("0.6"), "third": Decimal("0.6")}),
        ({"dose_mg_per_kg_max": Decimal("0.7")}, {"third": Decimal("0.7")}),
        ({"infusion_min_min": 45}, {"duration_min": 45}),
        ({"infusion_min_max": 35}, {"duration_min": 35}),
        ({"plan_infusions_min": 7}, {"infusions": 7}),
        ({"plan_infusions_min": 1, "plan_infusions_max": 5}, {"infusions": 5}),
        ({"plan_window_days_max": 11}, {"window_d": 11}),
        ({"plan_window_days_max": 4}, {"window_d": 4, "min_gap_h": 19}),
        (
            {"plan_infusions_min": 1, "plan_infusions_max": 2, "plan_window_days_max": 1},
            {"infusions": 2, "window_d": 1, "min_gap_h": 24},
        ),
    ],
)
def test_a_revision_is_held_to_the_limits_that_there_are_by_now(
    limits: dict[str, Any], changes: dict[str, Any]
) -> None:
    """The policy has become narrower than the plan in force: a revision is legal, and nothing else of it changes."""
    titration = (TitrationStep(infusion_no=3, dose_mg_per_kg=Decimal("0.75")),)
    plan = replace(PLANNED, dose_mg_per_kg=Decimal("0.65"), titration=titration)
    state = planned().then_came(plan)
    narrower = replace(state, clinic=Clinic(policy=replace(state.clinic.policy, **limits)))
    command = revision(narrower)
    before, after = ({it: getattr(said, it) for it in NUMBERS} for said in (plan, command))
    assert after | {"third": command.titration[0].dose_mg_per_kg} == before | {"third": Decimal("0.75")} | changes
    narrower.when(command, actor=PRESCRIBER).then_deviates()


def test_a_revision_goes_by_a_rule_that_there_is() -> None:
    """The rule of the plan in force is known no more."""
    state = planned()
    other = replace(state, clinic=Clinic(rules={QIDS_LE5.id: QIDS_LE5}))
    command = revision(other)
    assert command.response_rule_id == QIDS_LE5.id
    other.when(command, actor=PRESCRIBER).then_deviates()


def test_maintenance_is_asked_at_the_dose_there_is() -> None:
    """That of the one in force, else the plan's, and never above what the policy allows by now."""

    def asked(state: Given) -> Decimal:
        (probe,) = PROBES[ScheduleMaintenance](now(state))
        (command,) = probe.asks
        assert isinstance(command, ScheduleMaintenance)
        return command.dose_mg_per_kg

    assert asked(reviewed()) == PLANNED.dose_mg_per_kg
    state = maintained().then_came(replace(MAINTAINED, dose_mg_per_kg=Decimal("0.75")))
    assert asked(state) == Decimal("0.75")
    narrower = Clinic(policy=replace(state.clinic.policy, dose_mg_per_kg_max=Decimal("0.7")))
    assert asked(replace(state, clinic=narrower)) == Decimal("0.7")
    assert asked(referred()) == state.clinic.policy.dose_mg_per_kg_max


def test_no_plan_is_approved_where_no_response_is_judged() -> None:
    """A clinic that has no rule is told so, by a command that could be sent."""
    without = replace(now(consented()), clinic=Clinic(rules={}))
    (probe,) = PROBES[ApproveTreatmentPlan](without)
    said = weighed_step(without, probe)
    assert said.missing == (Rule.UNKNOWN_RULE,)
    then_could_be_sent(said.asked.command)


def test_the_planned_dose_is_drawn() -> None:
    """0.7 ml of 50 mg/ml: 0.5 mg for each of today's 70 kg."""
    (probe,) = PROBES[DispenseDose](now(cleared()))
    (command,) = probe.asks
    assert isinstance(command, DispenseDose)
    assert command.volume_ml == Decimal("0.7")


def test_the_planned_dose_runs_over_the_planned_minutes() -> None:
    """35 ml in 45 minutes, to as many places as a rate is written with."""
    (probe,) = PROBES[StartInfusion](now(cleared().then_came(replace(PLANNED, duration_min=45))))
    (command,) = probe.asks
    assert isinstance(command, StartInfusion)
    assert command.rate_ml_h == Decimal("46.666667")


@pytest.mark.parametrize("kind", [CompleteInfusion, AbortInfusion])
def test_a_pump_is_stopped_at_what_it_has_given(kind: type[Command]) -> None:
    """67 seconds at 75 ml/h, to as many places as a volume is written with."""
    (probe,) = PROBES[kind](now(infusing().later(timedelta(seconds=7))))
    (command,) = probe.asks
    assert isinstance(command, CompleteInfusion | AbortInfusion)
    assert command.ml_infused == Decimal("1.395833")


def test_the_instrument_is_the_one_that_the_response_is_judged_by() -> None:
    """That of the plan's rule; with no plan the one that is asked most. Its answers speak of no risk."""
    by_qids = planned().then_came(replace(PLANNED, response_rule_id=QIDS_LE5.id))
    for state, instrument in (
        (by_qids, Instrument.QIDS_SR16),
        (planned(), Instrument.PHQ9),
        (referred(), Instrument.PHQ9),
    ):
        (probe,) = PROBES[CompleteAssessment](now(state))
        (command,) = probe.asks
        assert isinstance(command, CompleteAssessment)
        assert (command.instrument, set(command.items.values())) == (instrument, {0})
        assert len(state.when(command).facts) == 1


@pytest.mark.parametrize(
    "command, kind",
    [
        (CompleteConsult, AppointmentKind.CONSULT),
        (AssessResponse, AppointmentKind.REVIEW),
        (ContactPatient, AppointmentKind.FOLLOWUP),
        (CheckInPatient, AppointmentKind.INFUSION),
    ],
)
def test_is_about_the_appointment_that_it_keeps(command: type[Command], kind: AppointmentKind) -> None:
    """The next of its own kind, though another comes before it."""
    before = AppointmentKind.REVIEW if kind is AppointmentKind.INFUSION else AppointmentKind.INFUSION
    visits = (replace(booking(number), kind=of, slot_no=None) for number, of in ((1, before), (2, kind), (3, kind)))
    *_, probe = PROBES[command](now(planned().then_came(*visits)))
    assert probe.about == {"appointment_id": named("appointment 2"), "start": VISITS[1]}


def test_what_is_left_is_wasted_however_little_it_is() -> None:
    """Half a milligram more was drawn than went in."""
    (probe,) = PROBES[WasteDose](now(recovering().then_came(draw(volume_ml=Decimal("0.01")))))
    (command,) = probe.asks
    assert isinstance(command, WasteDose)
    assert command.ml == Decimal("0.01")


@pytest.mark.parametrize("kind", [it for it in PROBES if it not in PERMISSIONS])
def test_a_report_is_asked_as_it_is_legal(kind: type[Command]) -> None:
    """Nothing is missing for it; but an appointment is missed once it has begun, and a draw is of a container."""
    for moment, probe, _ in asked(kind):
        missing = set(weighed_step(moment, probe).missing)
        assert missing <= {Rule.MISSED_BEFORE_START, Rule.UNKNOWN_CONTAINER}


def test_what_became_of_it_is_asked_until_it_is_resolved() -> None:
    """With or without something that stays."""
    state = infusing().then_came(reported(REPORT)).later(2 * HOUR)
    assert list(PROBES[UpdateAdverseEvent](now(state)))
    for over in (RESOLVED, SEQUELAE):
        assert not list(PROBES[UpdateAdverseEvent](now(state.when(over).then_deviates())))
