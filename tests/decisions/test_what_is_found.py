"""Is what was found stored beside each verdict: the value, its limit and the entries that speak for it?

Whoever reads a clearance or a confirmation years later has nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from journey.clinic import Clinic
from journey.commands import ClearSession
from journey.decisions.criteria import criteria
from journey.events import SessionCleared
from journey.events.intake import CriterionId, TrialOutcome
from journey.events.screening import ScreeningKind
from journey.events.session import CheckId, Identifier
from journey.history import fold
from journey.profiles import profile
from journey.values import RiskLevel
from tests.decisions.states import (
    CONSULT,
    PLANNED,
    PREGNANT,
    REFERRAL,
    VISITS,
    booked,
    booking,
    came_at,
    check_in,
    checked_in,
    discharge,
    infusing,
    measured,
    phq9,
    reading,
    recovering,
    trial,
)
from tests.decisions.test_clear_session import CLEAR, NOTE, arrived, overriding, passes, risk, signs
from tests.decisions.test_confirm_eligibility import ABSOLUTE, RELATIVE, VA
from tests.given import HOUR, MINUTE, PRESCRIBER, Given, given, later_recorded, named

Found = dict[CheckId, tuple[str | None, str | None]]


def checked(state: Given, command: ClearSession = CLEAR, **asked: Any) -> Found:
    """The value and the limit of each check, as they are stored."""
    event = state.when(command, **asked).event
    assert isinstance(event, SessionCleared)
    return {it.id: (_text(it.value), _text(it.limit)) for it in event.checks}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def test_each_check_tells_what_was_found_and_its_limit() -> None:
    """In the order in which a nurse looks: signs, papers, plan, arrival, risk, screenings, cover."""
    state = checked_in().then_came(signs(rr_per_min=14)).later(timedelta(seconds=75))
    assert list(checked(state).items()) == [
        (CheckId.VITALS, ("2.2", "30")),
        (CheckId.PRESSURE, ("124", "140")),
        (CheckId.HEART_RATE, ("72", "150")),
        (CheckId.RESPIRATION, ("14", "30")),
        (CheckId.SATURATION, ("98", "100")),
        (CheckId.CONSENT, (None, None)),
        (CheckId.ELIGIBILITY, (None, None)),
        (CheckId.PLAN, (None, None)),
        (CheckId.INFUSIONS_LEFT, ("0", "6")),
        (CheckId.GAP, (None, None)),
        (CheckId.IDENTITY, ("2", "2")),
        (CheckId.WEIGHT, ("0.0", "10")),
        (CheckId.BODY_MASS, ("22.9", "12")),
        (CheckId.RIDE, (None, None)),
        (CheckId.CHANGES, (None, None)),
        (CheckId.SUICIDE_RISK, ("0", "0")),
        (CheckId.PREGNANCY, (None, None)),
        (CheckId.COVERAGE, (None, None)),
        (CheckId.OPEN_SESSION, (None, None)),
    ]


@pytest.mark.parametrize(
    "read, check, said",
    [
        ({"sbp_mmhg": 141}, CheckId.PRESSURE, ("141", "140")),
        ({"sbp_mmhg": 89}, CheckId.PRESSURE, ("89", "90")),
        ({"dbp_mmhg": 91}, CheckId.PRESSURE, ("91", "90")),
        ({"sbp_mmhg": 150, "dbp_mmhg": 95}, CheckId.PRESSURE, ("150", "140")),
        ({"hr_per_min": 49}, CheckId.HEART_RATE, ("49", "50")),
        ({"hr_per_min": 151}, CheckId.HEART_RATE, ("151", "150")),
        ({"rr_per_min": 9}, CheckId.RESPIRATION, ("9", "10")),
        ({"rr_per_min": 31}, CheckId.RESPIRATION, ("31", "30")),
        ({"spo2_pct": 93}, CheckId.SATURATION, ("93", "94")),
    ],
)
def test_a_sign_tells_the_limit_that_it_is_beyond(read: dict[str, int], check: CheckId, said: tuple[str, str]) -> None:
    """Of a pressure the half that is beyond its own; of both halves the systolic."""
    state = checked_in().then_came(signs(**read))
    assert checked(state, overriding(check), actor=PRESCRIBER, note_id=NOTE)[check] == said


@pytest.mark.parametrize("read", [{"spo2_pct": 100}, {"dbp_mmhg": 0}, {"sbp_mmhg": 90}])
def test_a_sign_at_its_very_end_holds_nothing(read: dict[str, int]) -> None:
    """A whole saturation, and a diastolic pressure that is heard to the end."""
    passes(checked_in().then_came(signs(**read)))


def test_a_sign_at_its_least_tells_the_limit_above() -> None:
    """It is not beyond the lower one: what it would come to next is the upper."""
    assert checked(checked_in().then_came(signs(sbp_mmhg=90, hr_per_min=50)))[CheckId.PRESSURE] == ("90", "140")


def test_a_gap_and_the_infusions_given_are_told() -> None:
    """In hours from start to start, and as how many of how many."""
    visit = recovering().then_came(discharge(), booking(2))
    asked_at = infusing().now + PLANNED.min_gap_h * HOUR + 20 * MINUTE
    state = came_at(visit, asked_at - 5 * MINUTE, check_in(2), reading(2))
    found = checked(state, ClearSession(session_id=named("session 2")), at=asked_at)
    assert found[CheckId.GAP] == ("40.3", "40")
    assert found[CheckId.INFUSIONS_LEFT] == ("1", "6")


def test_a_weight_tells_how_far_it_lies_from_the_last() -> None:
    """In percent, to a tenth: 72.5 after 70 kg; and the body-mass index that comes of it."""
    found = checked(arrived(weight_kg=Decimal("72.5")))
    assert (found[CheckId.WEIGHT], found[CheckId.BODY_MASS]) == (("3.6", "10"), ("23.7", "12"))


@pytest.mark.parametrize(
    "weight_kg, height_cm, said",
    [("70", "118", ("50.3", "50")), ("72", "120", ("50.0", "12")), ("70", "242", ("12.0", "12"))],
)
def test_a_body_mass_tells_the_limit_that_it_is_beyond(weight_kg: str, height_cm: str, said: tuple[str, str]) -> None:
    """The upper one where it is above it; at it, and below, the lower one."""
    consult = replace(CONSULT, weight_kg=Decimal(weight_kg), height_cm=Decimal(height_cm))
    came = came_at(booked().then_came(consult), VISITS[0], check_in(weight_kg=Decimal(weight_kg)), reading())
    found = checked(came, overriding(CheckId.BODY_MASS), actor=PRESCRIBER, note_id=NOTE)
    assert found[CheckId.BODY_MASS] == said


def test_a_weight_without_one_before_it_is_no_jump() -> None:
    """The consult was another patient's and is retracted: today's weight is the first."""
    state = measured()
    alone = replace(state, log=tuple(it for it in state.log if it.event != CONSULT))
    found = checked(alone, overriding(CheckId.PREGNANCY), actor=PRESCRIBER, note_id=NOTE)
    assert found[CheckId.WEIGHT] == ("0.0", "10")
    assert CheckId.BODY_MASS not in found


def test_every_open_high_risk_is_counted() -> None:
    """One that is lower is none; two are two."""
    high = risk(RiskLevel.HIGH)
    state = measured().then_came(high, replace(high, risk_id=named("second")), replace(high, risk_id=named("third")))
    state = state.then_came(replace(risk(RiskLevel.LOW), risk_id=named("low")))
    found = checked(state, overriding(CheckId.SUICIDE_RISK), actor=PRESCRIBER, note_id=NOTE)
    assert found[CheckId.SUICIDE_RISK] == ("3", "0")


def test_identifiers_are_counted_by_kind() -> None:
    """Three kinds are three, and the same one asked twice is one."""
    three = (Identifier.NAME, Identifier.DATE_OF_BIRTH, Identifier.PHOTO)
    assert checked(arrived(identifiers_checked=three))[CheckId.IDENTITY] == ("3", "2")


def test_a_reading_counts_by_when_it_was_made() -> None:
    """One that is entered late is not the last one; one of this very moment counts, one made since does not."""
    high = reading(sbp_mmhg=150)
    state = measured().then_came(reading())
    late = later_recorded(state, high, at=state.now - 30 * timedelta(seconds=1), recorded_at=state.now)
    assert checked(late)[CheckId.PRESSURE] == ("124", "140")
    now = state.then_came(high).now
    aside = {"actor": PRESCRIBER, "note_id": NOTE, "recorded_at": now}
    assert checked(state.then_came(high), overriding(CheckId.PRESSURE), at=now, **aside)[CheckId.PRESSURE][0] == "150"
    assert checked(state.then_came(high), at=now - timedelta(seconds=1), recorded_at=now)[CheckId.PRESSURE][0] == "124"


Criteria = dict[CriterionId, tuple[bool, str | None, list[int]]]


def eligible_by(state: Given) -> Criteria:
    """Of each criterion whether it is met, its value, and the numbers of the entries it rests on."""
    numbers: dict[UUID, int] = {it.event_id: it.version for it in state.log}
    found = criteria(fold(state.log), state.now, state.clinic.policy)
    return {it.id: (it.met, _text(it.value), [numbers[id_] for id_ in it.evidence_ids]) for it in found}


def test_each_criterion_tells_what_it_rests_on() -> None:
    """Only trials that were adequate and did not help are counted; nothing is asked that the policy does not."""
    tried = [trial(1), trial(2), trial(3, adequate=False), trial(4, outcome=TrialOutcome.RESPONDED)]
    partial = trial(5, outcome=TrialOutcome.PARTIAL)
    assert list(eligible_by(given(REFERRAL, CONSULT, *tried, partial)).items()) == [
        (CriterionId.FAILED_TRIALS, (True, "3", [3, 4, 7])),
        (CriterionId.ABSOLUTE_CONTRAINDICATIONS, (True, "0", [])),
        (CriterionId.RELATIVE_CONTRAINDICATIONS, (True, "0", [])),
        (CriterionId.INDICATION, (True, None, [])),
        (CriterionId.AGE, (True, "44", [2])),
        (CriterionId.CONSULT, (True, None, [2])),
        (CriterionId.HISTORY, (True, "0", [2])),
    ]


def test_what_speaks_against_treatment_is_told() -> None:
    """Each contraindication in its class, each positive screening, and every diagnosis that is excluded."""
    sick = replace(CONSULT, diagnoses=("F33.2", "F05", "F20.9"), age_years=17)
    drugs = replace(PREGNANT, kind=ScreeningKind.UDS)
    found = eligible_by(given(REFERRAL, sick, RELATIVE, ABSOLUTE, PREGNANT, drugs, clinic=VA))
    assert found[CriterionId.ABSOLUTE_CONTRAINDICATIONS] == (False, "1", [4])
    assert found[CriterionId.RELATIVE_CONTRAINDICATIONS] == (False, "1", [3])
    met, value, rests_on = found[CriterionId.SCREENINGS]
    assert (met, value, sorted(rests_on)) == (False, "2", [5, 6])
    assert found[CriterionId.EXCLUDED_DIAGNOSES] == (False, "2", [2])
    assert found[CriterionId.AGE] == (False, "17", [2])


def test_what_treatment_is_sought_for_may_itself_exclude() -> None:
    """Though the consult names no diagnosis at all; named by both, it is one."""
    sought = replace(REFERRAL, indication_icd10="F20.9")
    for diagnoses in ((), ("F20.9",)):
        found = eligible_by(given(sought, replace(CONSULT, diagnoses=diagnoses), clinic=VA))
        assert found[CriterionId.EXCLUDED_DIAGNOSES] == (False, "1", [2])


def test_nothing_known_is_nothing_met() -> None:
    """Without a referral and a consult there is no value and no evidence, and nobody's history is judged."""
    assert eligible_by(Given(clinic=VA)) == {
        CriterionId.FAILED_TRIALS: (False, "0", []),
        CriterionId.BASELINE_SEVERITY: (False, None, []),
        CriterionId.ABSOLUTE_CONTRAINDICATIONS: (True, "0", []),
        CriterionId.RELATIVE_CONTRAINDICATIONS: (True, "0", []),
        CriterionId.INDICATION: (False, None, []),
        CriterionId.EXCLUDED_DIAGNOSES: (True, "0", []),
        CriterionId.AGE: (False, None, []),
        CriterionId.CONSULT: (False, None, []),
    }


def test_a_baseline_is_the_last_by_its_time() -> None:
    """A PHQ-9 that is entered late, and was answered before the last one, is not the last; one of this moment is."""
    state = given(REFERRAL, CONSULT, phq9("last", *[2] * 9), clinic=Clinic(policy=profile("va")))
    late = later_recorded(state, phq9("first", *[3] * 9), at=state.now - HOUR, recorded_at=state.now + HOUR)
    assert eligible_by(late)[CriterionId.BASELINE_SEVERITY] == (True, "18", [3])
    assert eligible_by(state)[CriterionId.BASELINE_SEVERITY] == (True, "18", [3])
