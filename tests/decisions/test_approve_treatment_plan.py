"""Does a plan come into force only for an eligible patient who consents, within the limits of the policy?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from journey.commands import ApproveTreatmentPlan
from journey.errors import Rule
from journey.events.plan import TitrationStep
from tests.decisions.states import (
    CONSENTED,
    ELIGIBILITY,
    PLANNED,
    PREGNANT,
    WITHDRAWN,
    closed,
    consented,
    deceased,
    eligible,
    planned,
)
from tests.decisions.test_confirm_eligibility import ABSOLUTE
from tests.given import MINUTE, PRESCRIBER, named

APPROVE = ApproveTreatmentPlan(
    plan_id=PLANNED.plan_id,
    dose_mg_per_kg=PLANNED.dose_mg_per_kg,
    duration_min=PLANNED.duration_min,
    infusions=PLANNED.infusions,
    min_gap_h=PLANNED.min_gap_h,
    max_gap_d=PLANNED.max_gap_d,
    window_d=PLANNED.window_d,
    response_rule_id=PLANNED.response_rule_id,
)
SECOND = replace(APPROVE, plan_id=named("plan 2"), revision=2, supersedes=PLANNED.plan_id)


def test_puts_the_plan_in_force() -> None:
    """The plan is stored as asked."""
    consented().when(APPROVE, actor=PRESCRIBER).then(PLANNED)


def test_is_refused_for_what_was_found_since() -> None:
    """A contraindication that the confirmation of eligibility did not know of stops the plan."""
    consented().then_came(ABSOLUTE).when(APPROVE, actor=PRESCRIBER).then_refused(Rule.NOT_ELIGIBLE)


def test_a_new_revision_supersedes_the_plan_in_force() -> None:
    """The next revision names the plan it takes the place of."""
    planned().when(SECOND).then_deviates()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"supersedes": None}, id="supersedes nothing"),
        pytest.param({"supersedes": named("another plan")}, id="supersedes another"),
        pytest.param({"revision": 1}, id="the same revision"),
        pytest.param({"revision": 3}, id="a revision left out"),
    ],
)
def test_a_new_plan_must_supersede_the_one_in_force(change: dict[str, Any]) -> None:
    """A second plan beside the first is refused."""
    planned().when(replace(SECOND, **change)).then_refused(Rule.PLAN_NOT_SUPERSEDED)


def test_a_first_plan_supersedes_nothing() -> None:
    """A first plan that claims to supersede one is refused."""
    consented().when(SECOND).then_refused(Rule.PLAN_NOT_SUPERSEDED)


def test_is_refused_under_the_id_of_the_plan_in_force() -> None:
    """An id names one plan."""
    same = replace(SECOND, plan_id=PLANNED.plan_id)
    planned().when(same).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_without_eligibility() -> None:
    """Eligibility must be confirmed, and valid when the plan is approved."""
    over = replace(ELIGIBILITY, valid_until=CONSENTED.signed_at + MINUTE)
    eligible().then_came(CONSENTED, over).when(APPROVE).then_refused(Rule.NOT_ELIGIBLE)


def test_is_refused_without_consent() -> None:
    """Consent to treatment must be in force: given, and not withdrawn."""
    eligible().when(APPROVE).then_refused(Rule.NO_CONSENT)
    consented().then_came(WITHDRAWN).when(APPROVE).then_refused(Rule.NO_CONSENT)


def test_is_refused_once_consent_expired() -> None:
    """A consent holds until it expires, and not at that moment any more."""
    state = eligible()
    asked_at = state.now + 2 * MINUTE
    expiring = replace(CONSENTED, expires_at=asked_at)
    state.then_came(expiring).when(APPROVE).then_refused(Rule.NO_CONSENT)


@pytest.mark.parametrize(
    "change, rule",
    [
        ({"dose_mg_per_kg": Decimal("1.51")}, Rule.DOSE_TOO_HIGH),
        (
            {"titration": (TitrationStep(infusion_no=3, dose_mg_per_kg=Decimal("1.51")),)},
            Rule.DOSE_TOO_HIGH,
        ),
        ({"duration_min": 19}, Rule.DURATION_OUT_OF_RANGE),
        ({"duration_min": 121}, Rule.DURATION_OUT_OF_RANGE),
        ({"infusions": 5}, Rule.INFUSIONS_OUT_OF_RANGE),
        ({"infusions": 9}, Rule.INFUSIONS_OUT_OF_RANGE),
        ({"window_d": 29}, Rule.PLAN_DOES_NOT_FIT),
        ({"window_d": 8}, Rule.PLAN_DOES_NOT_FIT),
        ({"max_gap_d": 1}, Rule.PLAN_DOES_NOT_FIT),
        ({"min_gap_h": 49, "max_gap_d": 2}, Rule.PLAN_DOES_NOT_FIT),
        ({"response_rule_id": "no-such-rule"}, Rule.UNKNOWN_RULE),
    ],
)
def test_is_refused_beyond_the_limits(change: dict[str, Any], rule: Rule) -> None:
    """Dose, duration, number and gaps stay within the policy, and fit together."""
    consented().when(replace(APPROVE, **change)).then_refused(rule)


@pytest.mark.parametrize(
    "change",
    [
        {"dose_mg_per_kg": Decimal("1.5")},
        {"duration_min": 20},
        {"duration_min": 120},
        {"infusions": 8},
        {"window_d": 28},
        {"min_gap_h": 48, "window_d": 10},
        {"min_gap_h": 48, "max_gap_d": 2},
    ],
)
def test_is_accepted_at_the_limits(change: dict[str, Any]) -> None:
    """Every limit itself is allowed."""
    consented().when(replace(APPROVE, **change)).then_deviates()


def test_is_refused_after_the_end() -> None:
    """No plan comes into force in a closed journey, or after death."""
    closed().when(SECOND).then_refused(Rule.JOURNEY_CLOSED)
    deceased().when(SECOND).then_refused(Rule.PATIENT_DECEASED)


def test_is_refused_while_a_screening_excludes_treatment() -> None:
    """Nothing is planned for whom a test has found to be pregnant."""
    consented().then_came(PREGNANT).when(APPROVE).then_refused(Rule.SCREENING_POSITIVE)
