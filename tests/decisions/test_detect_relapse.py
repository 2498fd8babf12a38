"""Is it told that what the treatment had gained is lost, with the days since the last infusion?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from journey.clinic import Clinic
from journey.commands import DetectRelapse
from journey.errors import Rule
from journey.events import AssessmentCompleted, InfusionCompleted, RelapseDetected
from journey.events.course import RelapseCriterion
from journey.history import fold, stale_entries
from journey.response import PHQ9_LT5
from journey.values import Instrument
from tests.decisions.states import (
    BASELINE,
    ENDPOINT,
    RELAPSE_DAY,
    RELAPSED,
    RETURNED,
    REVIEWED,
    answered,
    came_at,
    closed,
    consented,
    deceased,
    endpoint_taken,
    maintained,
    phq9,
    relapsed,
    reviewed,
)
from tests.decisions.test_resume_journey import retraction
from tests.given import DAY, HOUR, MINUTE, later_recorded, named

DETECT = DetectRelapse(assessment_id=RETURNED.assessment_id, criterion=RelapseCriterion.LOSS_OF_RESPONSE)
RETURNS = came_at(maintained(), RELAPSE_DAY, RETURNED)


def test_days_are_counted_from_the_last_infusion() -> None:
    """The instrument is that of the assessment; the days are whole ones from the start of the infusion before it."""
    RETURNS.when(DETECT).then(RELAPSED)
    start = fold(RETURNS.log).infusions[-1].started_at
    for later, days in ((31 * DAY, 31), (31 * DAY - MINUTE, 30)):
        state = came_at(maintained(), start + later, RETURNED)
        state.when(DETECT).then(replace(RELAPSED, days_since_last_infusion=days))


def test_an_infusion_of_that_very_moment_is_the_last() -> None:
    """What was answered as the pump was started was answered on the day of that infusion."""
    start = fold(maintained().log).infusions[-1].started_at
    state = later_recorded(maintained(), RETURNED, at=start, recorded_at=maintained().now)
    clinical = replace(DETECT, criterion=RelapseCriterion.CLINICAL)
    state.when(clinical).then(replace(RELAPSED, criterion=RelapseCriterion.CLINICAL, days_since_last_infusion=0))


def test_a_relapse_without_an_infusion_is_marked() -> None:
    """It has no days, and shows nothing of a review."""
    clinical = replace(DETECT, assessment_id=BASELINE.assessment_id, criterion=RelapseCriterion.CLINICAL)
    event = RelapseDetected(
        instrument=Instrument.PHQ9, criterion=RelapseCriterion.CLINICAL, assessment_id=BASELINE.assessment_id
    )
    consented().when(clinical).then(event, deviations=[Rule.NO_INFUSION_GIVEN])


@pytest.mark.parametrize(
    "values, response_lost, remission_lost",
    [
        ((1, 1, 1, 1, 0, 0, 0, 0, 0), False, False),  # 4 of 16: as at the review
        ((1, 1, 1, 1, 1, 0, 0, 0, 0), False, True),  # 5: no remission any more
        ((1, 1, 1, 1, 1, 1, 1, 1, 0), False, True),  # 8: exactly half, still a response
        ((2, 1, 1, 1, 1, 1, 1, 1, 0), True, True),  # 9
    ],
)
def test_the_criterion_is_held_against_the_review(
    values: tuple[int, ...], response_lost: bool, remission_lost: bool
) -> None:
    """What the assessment does not show is marked, and stored; a clinician's judgement needs no number."""
    state = came_at(reviewed(), RELAPSE_DAY, phq9("returned", *values))
    for criterion, shown in (
        (RelapseCriterion.LOSS_OF_RESPONSE, response_lost),
        (RelapseCriterion.LOSS_OF_REMISSION, remission_lost),
        (RelapseCriterion.CLINICAL, True),
    ):
        marks = [] if shown else [Rule.RELAPSE_NOT_SHOWN]
        state.when(replace(DETECT, criterion=criterion)).then_deviates(*marks)


def test_the_review_s_rule_is_the_one_that_it_was_made_under() -> None:
    """A later version of the rule, or its going, changes nothing; a rule that is kept nowhere shows nothing."""
    was = replace(PHQ9_LT5, id="own", response_pct_min=Decimal(90))
    now = replace(was, response_pct_min=Decimal(5), remission_threshold=Decimal(20))
    review = replace(REVIEWED, rule_id="own", rule_digest=was.digest, response=True, remission=False)
    seven = phq9("returned", 1, 1, 1, 1, 1, 1, 1, 0, 0)  # 56 % of 16: lost by 90, not by 5
    state = came_at(endpoint_taken().then_came(review), RELAPSE_DAY, seven)
    for clinic, marks in (
        (Clinic(rules={"own": was}), []),
        (Clinic(rules={"own": now}, former_rules={was.digest: was}), []),
        (Clinic(rules={"own": now}), [Rule.RELAPSE_NOT_SHOWN]),
    ):
        replace(state, clinic=clinic).when(DETECT).then_deviates(*marks)


def test_what_was_not_gained_is_not_lost() -> None:
    """Without a review, with one that found neither, with another instrument, or with no total, nothing is shown."""
    not_reviewed = endpoint_taken().then_came(RETURNED)
    not_gained = reviewed().then_came(replace(REVIEWED, response=False, remission=False), RETURNED)
    unscored = reviewed().then_came(replace(RETURNED, total=None, evaluable=False))
    for state in (not_reviewed, not_gained, unscored):
        for criterion in (RelapseCriterion.LOSS_OF_RESPONSE, RelapseCriterion.LOSS_OF_REMISSION):
            state.when(replace(DETECT, criterion=criterion)).then_deviates(Rule.RELAPSE_NOT_SHOWN)
    gad7 = answered("returned", Instrument.GAD7, {str(item): 3 for item in range(1, 8)})
    reviewed().then_came(gad7).when(DETECT).then_deviates(Rule.RELAPSE_NOT_SHOWN)


def test_the_same_assessment_again_is_marked() -> None:
    """Told twice, it is stored twice."""
    relapsed().when(DETECT).then_deviates(Rule.RELAPSE_ALREADY_DETECTED)


def test_a_relapse_before_its_assessment_is_marked() -> None:
    """It can't have been seen before it was answered."""
    RETURNS.when(DETECT, at=RETURNS.now - HOUR).then_deviates(Rule.OUT_OF_ORDER)
    RETURNS.when(DETECT, at=RETURNS.now).then_deviates()


def test_unknown_assessment_is_refused() -> None:
    """It rests on an assessment of this journey."""
    maintained().when(replace(DETECT, assessment_id=named("none"))).then_refused(Rule.UNKNOWN_ASSESSMENT)


def test_nothing_is_too_late_to_be_told() -> None:
    """After the end and after a death it is stored with its mark."""
    closed().then_came(RETURNED).when(DETECT).then_deviates(Rule.JOURNEY_CLOSED)
    deceased().then_came(RETURNED, after=DAY).when(DETECT).then_deviates(Rule.AFTER_DEATH)


def test_rests_on_its_assessment_and_the_infusions() -> None:
    """With either corrected, the relapse is stale; another assessment is none of it."""

    def stale(target: object) -> set[type]:
        entry = next(it for it in relapsed().log if it.event == target)
        return {type(it.event) for it in stale_entries(relapsed().when(retraction(entry.event_id)).then_deviates().log)}

    (infusion, *_) = (it.event for it in relapsed().log if isinstance(it.event, InfusionCompleted))
    assert stale(RETURNED) == {RelapseDetected}
    assert RelapseDetected in stale(infusion)
    assert isinstance(ENDPOINT, AssessmentCompleted)
    assert RelapseDetected not in stale(ENDPOINT)
