"""Is what may be asked next what is then allowed, and what is said to be missing what then refuses it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.commands import (
    ANSWERED_BY,
    COMMANDS,
    OF_CONTAINER,
    PERMISSIONS,
    BookAppointment,
    ClearSession,
    ConfirmEligibility,
    CorrectEntry,
    DispenseDose,
    GiveConsent,
    MissAppointment,
    OrderReinduction,
    ReferJourney,
    ReportAdverseEvent,
    ResumeJourney,
    ScheduleMaintenance,
    SignOffSession,
    StartInfusion,
    UpdateAdverseEvent,
)
from journey.decisions import Step, decide, next_steps
from journey.decisions.next_steps import weighed_step
from journey.decisions.probes import PROBES, Now, Probe
from journey.decisions.probes.drug import stocked
from journey.errors import Refused, Rule
from journey.events import DiscrepancyOpened
from journey.events.container import DiscrepancyKind
from journey.events.course import PauseReason
from journey.events.outcome import AdverseEventTerm, Relatedness, Seriousness
from journey.history import fold
from journey.policy import Policy
from journey.recorded import Actor
from journey.roles import may
from journey.values import LateReason
from tests.decisions.states import (
    SESSION,
    VISITS,
    WITHDRAWN,
    booked,
    checked_in,
    cleared,
    closed,
    consulted,
    discharged,
    infusing,
    maintained,
    measured,
    paused,
    planned,
    referred,
    reinduced,
    relapsed,
)
from tests.decisions.test_sign_off_session import half
from tests.decisions.walks import WALKS, Walk
from tests.given import DAY, FRONT_DESK, HOUR, JOURNEY, MINUTE, NURSE, PRESCRIBER, VIAL, Given, named

ACTORS = (FRONT_DESK, NURSE, PRESCRIBER)


def steps(state: Given, actor: Actor = PRESCRIBER) -> list[Step]:
    """The next steps, a minute later."""
    return list(next_steps(fold(state.log), state.log, state.now + MINUTE, actor, state.clinic))


def step(state: Given, kind: type, actor: Actor = PRESCRIBER) -> Step:
    """The first step of a type."""
    return next(it for it in steps(state, actor) if isinstance(it.asked.command, kind))


def then_decided_as_said(state: Given, said: Step) -> None:
    """Expect a step to be allowed, with its marks, or to be refused by the first rule that it is missing."""
    journey = fold(state.log)
    clinic = stocked(state.clinic, journey, said.asked.at)
    if said.missing:
        with pytest.raises(Refused) as refused:
            decide(journey, state.log, said.asked, clinic)
        assert refused.value.rule is said.missing[0]
        return
    facts = decide(journey, state.log, said.asked, clinic)
    assert set(facts[0].deviations) == set(said.marks)
    assert type(facts[0].event) is ANSWERED_BY[type(said.asked.command)]


def test_every_command_has_its_probe() -> None:
    """But the referral, which opens a journey, the correction, which is of an entry, and what containers are asked."""
    assert set(PROBES) == set(COMMANDS.values()) - {ReferJourney, CorrectEntry} - OF_CONTAINER


@over(WALKS, st.sampled_from(ACTORS), st.sampled_from([MINUTE, HOUR, DAY, 200 * DAY]))
def test_what_is_legal_is_allowed_and_what_is_missing_refuses(walk: Walk, actor: Actor, passed: object) -> None:
    """In whatever state: each step asked as it should be is decided as was said of it."""
    state = walk.state()
    later = state.later(passed)  # type: ignore[arg-type]  # a timedelta, drawn
    for said in steps(later, actor):
        assert may(actor.acting_role, type(said.asked.command))
        then_decided_as_said(later, said)


@over(WALKS, st.sampled_from(ACTORS))
def test_all_that_is_missing_is_said(walk: Walk, actor: Actor) -> None:
    """A start that has happened bears as marks all that was missing for it."""
    state = walk.state()
    for said in steps(state, actor):
        command = said.asked.command
        if isinstance(command, StartInfusion):
            told = replace(said.asked, command=replace(command, happened=True), reason=LateReason.DOWNTIME)
            (fact,) = decide(fold(state.log), state.log, told, state.clinic)
            assert set(fact.deviations) == {*said.missing, *said.marks}


@over(WALKS, st.sampled_from(ACTORS))
def test_an_observation_is_missing_no_clinical_rule(walk: Walk, actor: Actor) -> None:
    """What reports is legal wherever there is something to report of; an appointment is missed once it has begun."""
    for said in steps(walk.state(), actor):
        if type(said.asked.command) not in PERMISSIONS:
            allowed = {Rule.MISSED_BEFORE_START} if isinstance(said.asked.command, MissAppointment) else set()
            assert set(said.missing) <= allowed


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize(
    "state",
    [referred, consulted, planned, booked, checked_in, cleared, infusing, discharged, maintained, reinduced, closed],
)
def test_only_what_a_role_may_ask_is_said(state: Callable[[], Given], actor: Actor) -> None:
    """Nobody is shown a step that somebody else takes; each of them is decided as said."""
    for said in steps(state(), actor):
        assert may(actor.role, type(said.asked.command))
        then_decided_as_said(state(), said)


@pytest.mark.parametrize(
    "state, kind, missing",
    [
        (consulted, BookAppointment, [Rule.NO_PLAN]),
        (planned, BookAppointment, []),
        (checked_in, ClearSession, [Rule.VITALS_TOO_OLD, Rule.PRESSURE_ON_HOLD]),
        (measured, ClearSession, []),
        (measured, StartInfusion, [Rule.NOT_CLEARED, Rule.NOT_DISPENSED]),
        (measured, DispenseDose, [Rule.NOT_CLEARED]),
        (cleared, DispenseDose, []),
        (cleared, StartInfusion, []),
        (lambda: cleared().then_came(WITHDRAWN), StartInfusion, [Rule.NO_CONSENT]),
        (lambda: paused(PauseReason.INSURANCE), ResumeJourney, []),
        (closed, ScheduleMaintenance, [Rule.JOURNEY_CLOSED]),
        (closed, GiveConsent, []),
    ],
)
def test_says_what_is_missing(state: Callable[[], Given], kind: type, missing: list[Rule]) -> None:
    """All of it, in the order it is looked at."""
    assert list(step(state(), kind).missing) == missing


def test_the_shortest_series_is_ordered_anew() -> None:
    """Of one infusion: also where a clinic gives no more at a time."""
    one = Clinic(policy=Policy(plan_infusions_min=1, plan_infusions_max=1))
    assert step(replace(relapsed(), clinic=one), OrderReinduction).missing == ()


def test_a_mark_is_no_refusal() -> None:
    """In a closed journey a report is legal, and would be marked."""
    assert step(closed(), GiveConsent).marks == (Rule.JOURNEY_CLOSED,)


def test_a_prescribers_word_is_missing_to_a_nurse() -> None:
    """What only a prescriber may say is missing where a nurse asks."""
    rests = paused(PauseReason.PREGNANCY)
    assert step(rests, ResumeJourney, NURSE).missing == (Rule.RECHECK_NEEDS_PRESCRIBER,)
    assert step(rests, ResumeJourney, PRESCRIBER).missing == ()


def test_the_next_booking_keeps_the_gap() -> None:
    """The probe of a booking is the next slot, at the first opening at which the plan's gap holds."""
    command = step(booked().later(VISITS[0] - booked().now - HOUR), BookAppointment).asked.command
    assert isinstance(command, BookAppointment)
    assert (command.slot_no, command.start - VISITS[0] >= 40 * HOUR) == (2, True)


def test_says_of_what_something_is_missing() -> None:
    """The criteria that are not met are told beside the rule, as the refusal tells them; and the slots of a series."""
    said = step(referred(), ConfirmEligibility)
    assert said.missing == (Rule.CRITERIA_NOT_MET,)
    assert said.details(Rule.CRITERIA_NOT_MET) == [{"criteria": "failed_trials, age, consult"}]
    assert said.details(Rule.NO_CONSENT) == []


def test_a_consult_is_booked_before_a_review() -> None:
    """The front desk sees that there is a consult to book; after it, a review."""
    for state, kind in ((referred(), "consult"), (consulted(), "review")):
        booking = next(it for it in steps(state, FRONT_DESK) if it.about.get("kind") == kind)
        assert booking.missing == ()


def test_what_became_of_an_adverse_event_is_asked_until_it_is_over() -> None:
    """Of a death, too, until it was said to be one."""
    report = ReportAdverseEvent(
        ae_id=named("ae"),
        term=AdverseEventTerm.DEATH,
        grade=5,
        onset_at=infusing().now,
        serious=True,
        seriousness_code=Seriousness.DEATH,
        expected=False,
        relatedness=Relatedness.POSSIBLE,
    )
    state = infusing().when(report).then_deviates()
    said = step(state, UpdateAdverseEvent)
    then_decided_as_said(state, said)
    over = state.when(said.asked.command).then_deviates()
    assert not any(isinstance(it.asked.command, UpdateAdverseEvent) for it in steps(over))


def at_once(state: Given) -> Now:
    """The state as a prescriber finds it."""
    return Now(journey=fold(state.log), log=state.log, at=state.now, clinic=state.clinic, actor=PRESCRIBER)


def test_of_several_ways_the_first_that_is_missing_least_is_said() -> None:
    """One that is legal at once; else the one with fewest rules against it, and of two such the one that is first."""
    now = at_once(measured())
    (clear,), (start,) = (list(PROBES[kind](now)) for kind in (ClearSession, StartInfusion))
    (legal,), (far,) = clear.asks, start.asks
    assert isinstance(legal, ClearSession)
    gone = [replace(legal, session_id=named(name)) for name in ("gone", "also gone")]
    for asks, best in (((far, gone[0], legal), legal), ((far, *gone), gone[0]), ((gone[0], far), gone[0])):
        said = weighed_step(now, Probe(asks, {"about": "it"}))
        assert (said.asked.command, said.about) == (best, {"about": "it"})


def test_a_probe_asks_something() -> None:
    """Whoever adds one that asks nothing is told so."""
    with pytest.raises(ValueError, match=r"^a probe asks something$"):
        weighed_step(at_once(measured()), Probe((), {}))


def test_each_step_is_asked_as_it_would_be() -> None:
    """Of this journey, at its site, now, by whoever asks, with a note, and each under an id of its own."""
    state = measured()
    asked = [it.asked for it in steps(state)]
    assert {(it.journey_id, it.site_id, it.at, it.recorded_at, it.actor) for it in asked} == {
        (JOURNEY, "main", state.now + MINUTE, state.now + MINUTE, PRESCRIBER)
    }
    assert all(it.correlation_id == it.command_id and isinstance(it.note_id, UUID) for it in asked)
    assert len({it.command_id for it in asked}) == len({type(it.command) for it in asked})


def test_what_the_end_refuses_is_not_marked_for_it_as_well() -> None:
    """The reader is told once."""
    said = step(closed(), ScheduleMaintenance)
    assert (said.missing, said.marks) == ((Rule.JOURNEY_CLOSED,), ())


def test_nothing_is_legal_before_there_is_a_journey() -> None:
    """A journey begins with its referral."""
    said = steps(Given())
    assert said
    assert all(Rule.UNKNOWN_JOURNEY in it.missing and isinstance(it.asked.journey_id, UUID) for it in said)


def test_the_clinic_s_own_containers_are_looked_at() -> None:
    """That a session does not balance is told in its container's ledger, and so its record may be signed."""
    opened = DiscrepancyOpened(
        discrepancy_id=named("discrepancy"),
        kind=DiscrepancyKind.SESSION,
        difference_mg=Decimal("17.5"),
        session_id=SESSION,
    )
    assert step(half(), SignOffSession).missing == (Rule.DRUG_NOT_BALANCED,)
    assert step(half().then_moved(VIAL, opened), SignOffSession).missing == ()
