"""Does somebody who may see what to do for each thing that is missing, and nobody else?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from journey.clinic import Clinic
from journey.commands import CompleteScreening
from journey.decisions.probes import PROBES, Now
from journey.errors import Rule
from journey.events import JourneyPaused
from journey.events.course import PauseReason
from journey.events.intake import YesNoUnknown
from journey.events.screening import ScreeningKind
from journey.history import fold
from journey.profiles import profile
from journey.recorded import Actor
from tests.decisions.states import (
    CONSULT,
    COVERED,
    ELIGIBILITY,
    FOUND,
    PREGNANT,
    VISITS,
    booking,
    came_at,
    check_in,
    consented,
    measured,
    morning,
    reading,
    referred,
    reviewed,
)
from tests.decisions.test_address_suicide_risk import RAISED
from tests.decisions.test_onward import ahead, said
from tests.given import DAY, FRONT_DESK, NURSE, PRESCRIBER, Given, named


def unplanned() -> Given:
    """A patient who came for an infusion that no plan asks for."""
    visit = replace(booking(1), plan_id=None, slot_no=None)
    return came_at(consented().then_came(COVERED, visit), VISITS[0], check_in(1), reading(1))


EVERYBODY, CLINICIANS, PRESCRIBERS = (FRONT_DESK, NURSE, PRESCRIBER), (NURSE, PRESCRIBER), (PRESCRIBER,)
PAUSED = JourneyPaused(reason=PauseReason.TRAVEL, until=None)
MAY_BE = replace(CONSULT, pregnancy_possible=YesNoUnknown.YES)


@pytest.mark.parametrize(
    "state, rule, step, actors",
    [
        (lambda: measured().then_came(PAUSED), Rule.JOURNEY_PAUSED, "ResumeJourney", CLINICIANS),
        (unplanned, Rule.NO_PLAN, "ApproveTreatmentPlan", PRESCRIBERS),
        (lambda: measured().then_came(FOUND), Rule.NOT_ELIGIBLE, "ClearContraindication", PRESCRIBERS),
        (
            lambda: measured().then_came(replace(ELIGIBILITY, valid_until=VISITS[0] - DAY)),
            Rule.NOT_ELIGIBLE,
            "ConfirmEligibility",
            PRESCRIBERS,
        ),
        (
            lambda: measured().then_came(replace(COVERED, valid_to=VISITS[0].date() - DAY)),
            Rule.NO_COVERAGE,
            "VerifyCoverage",
            EVERYBODY,
        ),
        (lambda: measured().then_came(RAISED), Rule.SUICIDE_RISK_OPEN, "AddressSuicideRisk", CLINICIANS),
        (lambda: measured().then_came(MAY_BE), Rule.PREGNANCY_NOT_EXCLUDED, "CompleteScreening", CLINICIANS),
        (lambda: measured().then_came(PREGNANT), Rule.SCREENING_POSITIVE, "CompleteScreening", CLINICIANS),
        (
            lambda: measured().then_came(replace(PREGNANT, kind=ScreeningKind.UDS)),
            Rule.SCREENING_POSITIVE,
            "CompleteScreening",
            CLINICIANS,
        ),
    ],
)
def test_what_is_missing_for_a_clearance_has_its_help(
    state: Callable[[], Given], rule: Rule, step: str, actors: tuple[Actor, ...]
) -> None:
    """Who may take the step that helps is told it; the others see what is missing."""
    for actor in EVERYBODY:
        assert said(ahead(state(), actor)) == ("ClearSession", [rule.value], step if actor in actors else None)


def test_maintenance_is_scheduled_for_who_comes_after_the_series() -> None:
    """Six infusions are given, and nobody has said how it goes on: a prescriber may."""
    day = morning(4, 27)
    state = came_at(reviewed().then_came(booking(7, day)), day, check_in(7), reading(7))
    for actor, now in ((NURSE, None), (PRESCRIBER, "ScheduleMaintenance")):
        assert said(ahead(state, actor, named("session 7"))) == ("ClearSession", ["plan_used_up"], now)


def test_the_tests_that_treatment_waits_for_are_named() -> None:
    """A pregnancy test where a pregnancy is possible, a drug screen where the policy asks for one; else any."""
    va = Clinic(policy=profile("va"))
    for state, kinds in (
        (measured(), ["ecg"]),
        (measured().then_came(MAY_BE), ["hcg"]),
        (measured().then_came(replace(PREGNANT, kind=ScreeningKind.UDS)), ["uds"]),
        (replace(measured(), clinic=va), ["uds"]),
        (replace(measured().then_came(MAY_BE), clinic=va), ["hcg", "uds"]),
        (referred(), ["ecg"]),
    ):
        now = Now(journey=fold(state.log), log=state.log, at=state.now, clinic=state.clinic, actor=NURSE)
        assert sorted(probe.about["kind"] for probe in PROBES[CompleteScreening](now)) == kinds
