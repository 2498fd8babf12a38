"""Are infusion k, the assessment at it, and the baseline what they are defined to be, each word of it?

Infusion k is the k-th attempt that counts. The assessment at infusion k is the last one after its end and before the
start of infusion k+1, at most D days after it; for the last k the bound is D. The baseline is the last complete
assessment before the first infusion, within so many days. D and those days belong to the response rule.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from journey.events import AssessmentCompleted
from journey.instruments import SCORERS
from journey.response import PHQ9_LE5, PHQ9_LT5, QIDS_LE5, ResponseRule
from journey.values import Instrument
from projections.outcome.rates import by_infusion
from tests.decisions.states import (
    BASELINE,
    VISITS,
    abortion,
    answered,
    booking,
    came_at,
    check_in,
    clearance,
    induced,
    phq9,
    planned,
    reading,
    start,
    visited,
)
from tests.given import DAY, HOUR, MINUTE, Given
from tests.projections.assembling import patient_of
from tests.projections.test_outcome_rows import corrected

START_1, END_1 = VISITS[0] + 3 * MINUTE, VISITS[0] + 43 * MINUTE
START_2, END_2 = VISITS[1] + 3 * MINUTE, VISITS[1] + 43 * MINUTE
D = timedelta(days=PHQ9_LT5.after_infusion_days_max)
MOMENT = timedelta(microseconds=1)
REST_OF_DAY = datetime.combine(END_1.date() + DAY, time(), UTC) - END_1
"""From the first infusion's end to the midnight after it."""
MIDNIGHT = datetime.combine(START_1.date(), time(), UTC)


def total(score: int, name: str) -> AssessmentCompleted:
    """A whole PHQ-9 of this total."""
    return phq9(name, *(min(3, max(0, score - 3 * place)) for place in range(9)))


def scored(state: Given, at: datetime, score: int, name: str = "") -> Given:
    """Return it after a score at a moment of its own; the state's clock stands as it stood."""
    came = came_at(state, at, total(score, name or f"{at} {score}"))
    return replace(came, now=state.now)


def at_infusions(state: Given, rule: ResponseRule = PHQ9_LT5) -> list[Decimal | None]:
    """The score at each infusion."""
    return [None if point is None else point.score for point in patient_of(state, rule).points_at(rule)]


def baseline(state: Given, rule: ResponseRule = PHQ9_LT5) -> Decimal | None:
    """The baseline's score."""
    point = patient_of(state, rule).baseline(rule)
    return None if point is None else point.score


def stopped(state: Given, number: int, *, counts: bool) -> Given:
    """Return it after a visit whose infusion was stopped after ten minutes."""
    begins = VISITS[number - 1]
    came = came_at(state.then_came(booking(number, begins)), begins, check_in(number), reading(number))
    infusing = came.then_came(clearance(number), start(number))
    return infusing.then_came(abortion(number, ml_infused=Decimal(9), counts=counts), after=10 * MINUTE)


@pytest.mark.parametrize("counts, scores", [(False, [10, 8]), (True, [12, 10, 8])])
def test_infusion_k_is_the_kth_attempt_that_counts(counts: bool, scores: list[int]) -> None:
    """A second start that was stopped is infusion 2 if it counts; if not, the third visit's is."""
    state = visited(stopped(induced(1), 2, counts=counts), 3)
    for day, score in ((VISITS[0], 12), (VISITS[1], 10), (VISITS[2], 8)):
        state = scored(state, day + 5 * HOUR, score)
    assert at_infusions(state) == scores


def test_a_retracted_infusion_renumbers_those_after_it() -> None:
    """Without its first, what was infusion 2 is infusion 1, and the score between them stands before it."""
    state = scored(scored(induced(2), START_1 + DAY, 9), END_2 + DAY, 7)
    assert at_infusions(state) == [9, 7]
    assert baseline(state) == 16
    retracted = corrected(state, start(1), by=None)
    assert at_infusions(retracted) == [7]
    assert baseline(retracted) == 9
    [now] = patient_of(retracted).at_infusions(PHQ9_LT5)
    assert now is not None
    assert now.pct_change == Decimal("22.2")
    second = corrected(state, start(2), by=None)
    assert at_infusions(second) == [7]
    assert baseline(second) == 16


def test_an_end_that_is_retracted_takes_the_number_away() -> None:
    """Whether a start counts is known by its end alone."""
    state = scored(induced(2), END_2 + DAY, 7)
    ended = next(entry.event for entry in state.log if type(entry.event).__name__ == "InfusionCompleted")
    assert at_infusions(corrected(state, ended, by=None)) == [7]


def test_the_last_one_counts() -> None:
    """Of several scores at an infusion it is the latest that was answered, whenever each was entered."""
    state = scored(scored(induced(1), END_1 + 2 * DAY, 8), END_1 + DAY, 12)
    assert at_infusions(state) == [8]
    assert at_infusions(scored(scored(induced(1), END_1 + DAY, 8, "one"), END_1 + DAY, 12, "two")) == [8]


@pytest.mark.parametrize(
    "at, is_at",
    [
        (END_1, False),
        (END_1 + MOMENT, True),
        (START_2 - MOMENT, True),
        (START_2, False),
        (START_2 + MINUTE, False),
        (END_2, False),
    ],
)
def test_after_its_end_and_before_the_start_of_the_next(at: datetime, is_at: bool) -> None:
    """A score at the very end, at the next start, or while it runs is not at infusion 1."""
    assert at_infusions(scored(induced(2), at, 8))[0] == (8 if is_at else None)


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("late, is_at", [(timedelta(0), True), (REST_OF_DAY - MOMENT, True), (REST_OF_DAY, False)])
def test_at_most_d_days_after_it(number: int, late: timedelta, is_at: bool) -> None:
    """The bound is the end of day D, by the zone's calendar, also before an infusion that comes later."""
    state, end = induced(1), END_1
    if number == 2:
        state = visited(state, 2, START_1 + 40 * DAY)
    assert at_infusions(scored(state, end + D + late, 8))[0] == (8 if is_at else None)


def test_a_start_that_does_not_count_bounds_nothing() -> None:
    """Infusion k+1 is one that counts: what lies between is passed over."""
    state = scored(stopped(induced(1), 2, counts=False), START_2 + HOUR, 8)
    assert at_infusions(state) == [8]


@pytest.mark.parametrize(
    "before, is_baseline",
    [
        (14 * DAY, True),
        (14 * DAY + (START_1 - MIDNIGHT), True),
        (14 * DAY + (START_1 - MIDNIGHT) + MOMENT, False),
        (MOMENT, True),
        (timedelta(0), False),
        (-MINUTE, False),
    ],
)
def test_the_baseline_lies_before_the_first_infusion_within_its_days(before: timedelta, is_baseline: bool) -> None:
    """From the fourteenth day before the first infusion up to its start."""
    state = corrected(induced(1), BASELINE, by=None)
    assert baseline(scored(state, START_1 - before, 20)) == (20 if is_baseline else None)


def test_the_baseline_is_the_last_complete_one() -> None:
    """A later one counts and not the first; one without a score does not."""
    later = scored(induced(1), START_1 - HOUR, 20)
    assert baseline(later) == 20
    unanswered = answered("unanswered", Instrument.PHQ9, {"1": 3, "2": 3})
    assert baseline(came_at(later, START_1 - MINUTE, unanswered)) == 20
    assert baseline(came_at(later, START_1 - MINUTE, answered("other", Instrument.GAD7, {"1": 3}))) == 20


def test_a_first_start_that_does_not_count_ends_no_baseline() -> None:
    """The first infusion is the first that counts."""
    stopped_first = stopped(planned(), 1, counts=False)
    assert patient_of(stopped_first).started
    assert at_infusions(stopped_first) == []
    assert baseline(stopped_first) is None
    assert baseline(visited(scored(stopped_first, VISITS[0] + 2 * HOUR, 21), 2)) == 21


def test_d_and_the_baselines_days_belong_to_the_rule() -> None:
    """Another rule has other days, and another instrument's scores; the journey is the same."""
    state = scored(induced(1), END_1 + 10 * DAY, 8)
    narrow = replace(PHQ9_LT5, id="narrow", after_infusion_days_max=9, baseline_days_max=0)
    assert at_infusions(state, PHQ9_LE5) == [8]
    assert baseline(state, PHQ9_LE5) == 16
    for other in (narrow, QIDS_LE5):
        assert at_infusions(state, other) == [None]
        assert baseline(state, other) is None
    qids = dict.fromkeys(SCORERS[Instrument.QIDS_SR16].values, 0)
    asked = came_at(state, END_1 + DAY, answered("qids", Instrument.QIDS_SR16, qids))
    assert at_infusions(asked, QIDS_LE5) == [0]


def test_at_k_ever_by_k_and_their_denominators() -> None:
    """Started, reached k, assessed at k; who responded once has responded by every later k."""
    one = scored(scored(induced(3), END_1 + HOUR, 4), END_2 + HOUR, 16)  # a remission, lost at 2, not looked at at 3
    two = scored(induced(2), END_2 + HOUR, 8)  # a response at 2
    three = stopped(planned(), 1, counts=False)  # started, and nothing more
    four = visited(consented_without_baseline(), 1)
    patients = [patient_of(it) for it in (one, two, three, four)]
    told = [
        (t.reached, t.assessed, t.responded, t.remitted, t.assessed_ever, t.responded_ever, t.remitted_ever)
        for _, t in by_infusion(patients, PHQ9_LT5)
    ]
    assert told == [(3, 1, 1, 1, 1, 1, 1), (2, 2, 1, 0, 2, 2, 1), (1, 0, 0, 0, 2, 2, 1)]
    assert [t.responded_reached for _, t in by_infusion(patients, PHQ9_LT5)] == [1, 2, 1]
    assert sum(patient.started for patient in patients) == 4


def consented_without_baseline() -> Given:
    """A plan without a baseline before it."""
    return corrected(planned(), BASELINE, by=None)
