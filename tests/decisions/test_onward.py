"""Is the step that brings a visit on the one that its stage asks for, and does what is said to help help?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.commands import RecordVitals
from journey.decisions import Onward, decide, onward
from journey.decisions.probes.drug import stocked
from journey.errors import Rule
from journey.events import AppointmentMissed, SessionSignedOff
from journey.events.plan import TitrationStep
from journey.events.session import VitalsPhase
from journey.history import fold
from journey.policy import Policy
from journey.recorded import Actor
from journey.roles import may
from journey.state import Journey
from journey.values import Role
from tests.decisions.states import (
    APPOINTMENT,
    CONSENTED,
    PLANNED,
    SESSION,
    VISITS,
    WITHDRAWN,
    abortion,
    booked,
    booking,
    came_at,
    check_in,
    checked_in,
    clearance,
    cleared,
    discharge,
    discharged,
    draw,
    induced,
    infusing,
    line,
    lined,
    measured,
    reading,
    ready,
    recovering,
    withheld,
)
from tests.decisions.walks import WALKS, Walk
from tests.given import DAY, FRONT_DESK, HOUR, MINUTE, NURSE, PRESCRIBER, Given, named

State = Callable[[], Given]


def ahead(state: Given, actor: Actor = NURSE, visit: UUID = SESSION) -> Onward | None:
    """What brings a visit on, a minute later."""
    return onward(fold(state.log), state.log, state.now + MINUTE, actor, state.clinic, visit)


def said(found: Onward | None) -> tuple[str, list[str], str | None]:
    """The step, what stands against it, and what may be done now."""
    assert found is not None
    name = type(found.step.asked.command).__name__
    now = None if found.now is None else type(found.now.asked.command).__name__
    return name, [rule.value for rule in found.against], now


def watched(passed: timedelta) -> Given:
    """Whose infusion is over for so long, and whose pressure was read since."""
    return recovering().then_came(reading(phase=VitalsPhase.POST), after=passed)


def undrawn() -> Given:
    """The line lies, and nothing was drawn yet."""
    return measured().then_came(clearance(), line())


@pytest.mark.parametrize(
    "state, expected",
    [
        (checked_in, ("ClearSession", ["vitals_too_old", "pressure_on_hold"], "RecordVitals")),
        (measured, ("ClearSession", [], "ClearSession")),
        (cleared, ("PlaceIvAccess", [], "PlaceIvAccess")),
        (lined, ("StartInfusion", [], "StartInfusion")),
        (undrawn, ("StartInfusion", ["not_dispensed"], "DispenseDose")),
        (infusing, ("CompleteInfusion", [], "CompleteInfusion")),
        (lambda: recovering().later(HOUR), ("DischargePatient", ["not_ready"], "RecordVitals")),
        (lambda: watched(HOUR), ("DischargePatient", ["not_ready"], "AssessDischargeReadiness")),
        (lambda: watched(HOUR / 2), ("DischargePatient", ["not_ready"], None)),
        (recovering, ("DischargePatient", ["not_ready"], None)),
        (ready, ("DischargePatient", [], "DischargePatient")),
    ],
)
def test_each_stage_has_its_step(state: State, expected: tuple[str, list[str], str | None]) -> None:
    """Clear, place, start, complete, discharge; and to a nurse what may be done now for what is missing."""
    assert said(ahead(state())) == expected


def test_readiness_helps_where_all_ten_points_are_asked_for() -> None:
    """It is asked of somebody who is well in everything."""
    strict = replace(watched(HOUR), clinic=Clinic(policy=Policy(padss_min=10)))
    assert said(ahead(strict)) == ("DischargePatient", ["not_ready"], "AssessDischargeReadiness")


def test_a_booking_waits_for_its_patient() -> None:
    """Until its end somebody may come; after it, that nobody came is what is left to say."""
    due = booked().later(VISITS[0] - booked().now)
    assert said(ahead(due, FRONT_DESK, APPOINTMENT)) == ("CheckInPatient", [], "CheckInPatient")
    over_ = due.later(3 * HOUR)
    assert said(ahead(over_, FRONT_DESK, APPOINTMENT)) == ("MissAppointment", [], "MissAppointment")
    missed = over_.then_came(AppointmentMissed(appointment_id=APPOINTMENT, contacted=True))
    assert ahead(missed, FRONT_DESK, APPOINTMENT) is None
    assert ahead(due, FRONT_DESK, named("nobody's")) is None


def test_each_booking_has_its_own_step() -> None:
    """Also the second of two, while nobody has said what became of the first."""
    two = booked().then_came(booking(2)).later(VISITS[1] - booked().now)
    first, second = (ahead(two, FRONT_DESK, named(f"appointment {number}")) for number in (1, 2))
    assert (said(first)[0], said(second)[0]) == ("MissAppointment", "CheckInPatient")


def test_a_record_waits_for_its_prescriber() -> None:
    """After the session its record is signed off: by a prescriber, and then nothing is next."""
    for state in (discharged(), withheld()):
        found = ahead(state)
        assert found is not None
        assert (said(found)[0], found.roles, found.now) == ("SignOffSession", (Role.PRESCRIBER,), None)
    step = ahead(withheld(), PRESCRIBER)
    assert said(step) == ("SignOffSession", [], "SignOffSession")
    assert step is not None
    (fact,) = decide(fold(withheld().log), withheld().log, step.step.asked, withheld().clinic)
    assert isinstance(fact.event, SessionSignedOff)
    assert ahead(withheld().then_came(fact.event), PRESCRIBER) is None


def test_each_role_sees_what_it_can_do() -> None:
    """Consent is given by a clinician; the front desk waits for one, and sees for what."""
    without = measured().then_came(WITHDRAWN)
    for actor, now in ((FRONT_DESK, None), (NURSE, "GiveConsent"), (PRESCRIBER, "GiveConsent")):
        found = ahead(without, actor)
        assert said(found) == ("ClearSession", ["no_consent"], now)
        assert found is not None
        assert found.roles == (Role.NURSE, Role.PRESCRIBER)
    anew = without.then_came(replace(CONSENTED, consent_id=named("anew"), signed_at=without.now))
    assert said(ahead(anew)) == ("ClearSession", [], "ClearSession")


def test_the_same_plan_once_more_is_no_help() -> None:
    """Who came a day after the last infusion waits out the plan's gap: nobody is sent to approve it anew."""
    early = VISITS[0] + DAY
    state = came_at(induced(1).then_came(booking(2, early)), early, check_in(2), reading(2))
    assert said(ahead(state, PRESCRIBER, named("session 2"))) == ("ClearSession", ["gap_too_short"], None)


@pytest.mark.parametrize(
    "state",
    [lambda: infusing().then_came(WITHDRAWN), lambda: infusing().then_came(discharge())],
    ids=["consent", "left"],
)
def test_a_pump_that_should_not_run_is_stopped_first(state: State) -> None:
    """Consent was withdrawn, or the patient was taken away: nothing is completed, asked for again, or signed."""
    for actor, now in ((FRONT_DESK, None), (NURSE, "AbortInfusion")):
        assert said(ahead(state(), actor)) == ("AbortInfusion", [], now)
    stopped = state().then_came(abortion(ml_infused=Decimal(2), counts=False))
    assert said(ahead(stopped))[0] in {"DischargePatient", "SignOffSession"}


@over(WALKS, st.sampled_from((FRONT_DESK, NURSE, PRESCRIBER)), st.sampled_from([MINUTE, HOUR, DAY]))
def test_what_is_said_is_what_the_decisions_say(walk: Walk, actor: Actor, passed: timedelta) -> None:
    """In whatever state: a step that nothing is against is decided so; what helps is one's own, legal, and helps."""
    state = walk.state().later(passed)
    journey = fold(state.log)
    for visit in (*journey.sessions, *journey.appointments):
        found = ahead(state, actor, visit)
        if found is None:
            continue
        assert all(may(role, type(found.step.asked.command)) for role in found.roles)
        if not found.step.missing:
            (fact, *_) = decide(journey, state.log, found.step.asked, state.clinic)
            assert set(fact.deviations) == set(found.step.marks)
        if found.now is not None:
            assert may(actor.acting_role, type(found.now.asked.command))
            then_helps(state, journey, actor, visit, found)


def then_helps(state: Given, journey: Journey, actor: Actor, visit: UUID, found: Onward) -> None:
    """Expect that after what is said to help something no longer stands against the step, if something did."""
    assert found.now is not None
    facts = decide(journey, state.log, found.now.asked, stocked(state.clinic, journey, found.now.asked.at))
    assert facts[0].deviations == ()
    if found.against and not isinstance(found.now.asked.command, RecordVitals):  # which may be the first of two
        after = ahead(state.then_came(*(fact.event for fact in facts if fact.stream is None)), actor, visit)
        assert after is not None
        assert not {*found.against} <= {*after.against}


def test_a_rule_is_said_in_its_own_words() -> None:
    """What stands against a step has a text that somebody can read."""
    found = ahead(checked_in())
    assert found is not None
    assert [rule.text for rule in found.against] == [Rule.VITALS_TOO_OLD.text, Rule.PRESSURE_ON_HOLD.text]


def test_a_step_is_asked_as_by_somebody_who_may() -> None:
    """By oneself, whose role may ask it; else as if by the first role that may."""
    for actor, asker in ((PRESCRIBER, PRESCRIBER), (NURSE, NURSE), (FRONT_DESK, replace(FRONT_DESK, role=Role.NURSE))):
        found = ahead(measured(), actor)
        assert found is not None
        assert found.step.asked.actor == asker


def test_a_booking_is_over_at_its_end() -> None:
    """At that very moment nobody comes any more."""
    end = VISITS[0] + 3 * HOUR
    for at, name in ((end - MINUTE, "CheckInPatient"), (end, "MissAppointment")):
        assert said(ahead(booked().later(at - MINUTE - booked().now), FRONT_DESK, APPOINTMENT))[0] == name


def test_the_dose_of_the_day_is_asked_for() -> None:
    """At the third infusion of a titration that of the third, for what was given before is looked at, too."""
    steps = tuple(TitrationStep(infusion_no=number, dose_mg_per_kg=Decimal("0.6")) for number in (2, 3))
    state = came_at(
        induced(2).then_came(replace(PLANNED, titration=steps), booking(3)),
        VISITS[2],
        check_in(3),
        reading(3),
        clearance(3),
        draw(3, volume_ml=Decimal("0.84")),
        line(3),
    )
    assert said(ahead(state, visit=named("session 3"))) == ("StartInfusion", [], "StartInfusion")


def test_a_plan_is_not_loosened_to_fit_what_was_drawn() -> None:
    """Less than the titrated dose was drawn: it is the rest that is drawn, also where a prescriber asks."""
    state = came_at(
        induced(2).then_came(
            replace(PLANNED, titration=(TitrationStep(infusion_no=2, dose_mg_per_kg=Decimal("0.6")),)), booking(3)
        ),
        VISITS[2],
        check_in(3),
        reading(3),
        clearance(3),
        draw(3),
        line(3),
    )
    for actor in (NURSE, PRESCRIBER):
        assert said(ahead(state, actor, named("session 3"))) == ("StartInfusion", ["not_dispensed"], "DispenseDose")
