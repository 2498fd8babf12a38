"""How soon is there a response, and how long does it last: is each journey followed as it is defined?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from journey.response import PHQ9_LE5_6WK, PHQ9_LT5
from projections.outcome.groups import severity
from projections.outcome.infusions import INDUCTION, MAINTENANCE
from projections.outcome.patients import Given, Patient, Point
from projections.outcome.survival import Followed
from projections.outcome.sustained import followed
from projections.outcome.time_to_response import by_day, by_infusion

FIRST = datetime(2026, 3, 2, 17, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def day(number: float) -> datetime:
    """So many days after the start of the first infusion."""
    return FIRST + number * DAY


def patient(scores: dict[float, int], infusions: tuple[float, ...] = (0, 3), later: tuple[float, ...] = ()) -> Patient:
    """One journey: scores by day, the days of its induction, and of its maintenance. Its baseline is 20."""
    given = [Given(day(it), day(it) + HOUR, INDUCTION) for it in infusions]
    given += [Given(day(it), day(it) + HOUR, MAINTENANCE) for it in later]
    points = [Point(day(it), Decimal(score)) for it, score in sorted({-7.0: 20, **scores}.items())]
    return Patient(started_at=FIRST, dose_mg_per_kg=Decimal("0.5"), infusions=given, points=points)


def lasted(
    it: Patient,
    of: str = "response",
    until: str = "loss",
    maintenance: str = "counted",
    relapses: tuple[float, ...] = (),
) -> Followed | None:
    """How long it lasted, under the first rule."""
    ends = [(point.at, False) for point in it.points] + [(day(relapse), True) for relapse in relapses]
    return followed(it, PHQ9_LT5, of, ends, until=until, maintenance=maintenance)


@pytest.mark.parametrize(
    "scores, in_days, in_infusions",
    [
        ({1: 15, 5: 10, 9: 4}, Followed(5, event=True), Followed(2, event=True)),
        ({1: 10}, Followed(1, event=True), Followed(1, event=True)),
        ({0.25: 9}, Followed(0, event=True), Followed(1, event=True)),
        ({0.5: 9}, Followed(1, event=True), Followed(1, event=True)),
        ({1: 15, 5: 11}, Followed(5, event=False), Followed(2, event=False)),
        ({1: 15, 40: 4}, Followed(40, event=True), Followed(1, event=False)),
        ({40: 4}, Followed(40, event=True), None),
        ({}, None, None),
        ({0.01: 3}, None, None),
    ],
)
def test_time_to_response(scores: dict[float, int], in_days: Followed | None, in_infusions: Followed | None) -> None:
    """To the first score that is a response, or else to the last; one while the first infusion runs is none.

    By the calendar: half a day after five in the afternoon is the next day.
    """
    it = patient(scores)
    assert (by_day(it, PHQ9_LT5), by_infusion(it, PHQ9_LT5)) == (in_days, in_infusions)


def test_time_to_remission() -> None:
    """The same scores by what else they may be: under 5, half or not."""
    it = patient({1: 15, 5: 10, 9: 4})
    assert by_day(it, PHQ9_LT5, "remission") == Followed(9, event=True)
    assert by_infusion(it, PHQ9_LT5, "remission") == Followed(2, event=True)
    assert by_day(patient({5: 5}), PHQ9_LT5, "remission") == Followed(5, event=False)


@pytest.mark.parametrize(
    "score, band", [(4, "minimal"), (5, "mild"), (14, "moderate"), (15, "moderately_severe"), (20, "severe")]
)
def test_severity_is_the_band_of_the_baseline(score: int, band: str) -> None:
    """By the bounds of the rule's instrument; also while the first infusion runs."""
    it = patient({-3: score, 5: 3})
    assert severity(it, PHQ9_LT5) == band
    assert severity(replace(it, infusions=[]), PHQ9_LT5) == band


def test_who_has_no_baseline_has_no_severity() -> None:
    """None was taken, or none within the rule's days."""
    it = patient({5: 3})
    assert severity(replace(it, points=it.points[1:]), PHQ9_LT5) == "no_baseline"
    assert severity(it, replace(PHQ9_LT5, baseline_days_max=6)) == "no_baseline"


def test_without_a_baseline_nothing_is_said() -> None:
    """No baseline, one of 0, or no infusion at all: the journey is not among those that are followed."""
    it = patient({1: 3, 5: 3})
    for other in (
        replace(it, points=it.points[1:]),
        replace(it, points=[Point(day(-7), Decimal(0)), *it.points[1:]]),
        replace(it, infusions=[]),
    ):
        assert (by_day(other, PHQ9_LT5), by_infusion(other, PHQ9_LT5), lasted(other)) == (None, None, None)


@pytest.mark.parametrize(
    "scores, expected",
    [
        ({17: 8, 40: 9, 60: 11, 80: 8}, Followed(43, event=True)),
        ({17: 8, 40: 9, 60: 10}, Followed(43, event=False)),
        ({17: 8}, Followed(0, event=False)),
        ({17: 8, 59.9: 11}, Followed(43, event=True)),
        ({4: 10, 17: 12}, Followed(13, event=True)),
        ({17: 12, 30: 9, 31: 12}, Followed(1, event=True)),
        ({1: 4, 17: 12}, None),
        ({34.29: 9}, Followed(0, event=False)),
        ({34.3: 9}, None),
    ],
)
def test_a_response_lasts_from_the_first_score_after_the_induction(
    scores: dict[float, int], expected: Followed | None
) -> None:
    """Until the first score that is none, or the last one; who responds after the rule's window is not counted."""
    assert lasted(patient(scores)) == expected


def test_a_remission_is_lost_before_the_response() -> None:
    """The same journey, followed for the one or the other."""
    it = patient({17: 4, 40: 5, 60: 11})
    assert lasted(it, "remission") == Followed(23, event=True)
    assert lasted(it, "response") == Followed(43, event=True)
    assert lasted(patient({17: 8}), "remission") is None


def test_a_rule_that_counts_from_the_first_infusion_has_its_window() -> None:
    """In a course of a year the endpoint lies within it: day 0 is in the window, though infusions follow."""
    year = patient({10: 4, 42: 5, 50: 4, 200: 15}, infusions=(0, 60, 120, 180))
    assert followed(year, PHQ9_LE5_6WK, "remission", (), until="loss", maintenance="counted") == Followed(
        158, event=True
    )


def test_until_a_relapse() -> None:
    """Whatever it was seen by; without one until the last time that the patient was seen, with any instrument."""
    it = patient({17: 8, 40: 12}, later=(50,))
    assert lasted(it, until="relapse", relapses=(41, 60)) == Followed(24, event=True)
    assert lasted(it, until="relapse", relapses=(16,)) == Followed(33, event=False)
    assert lasted(patient({17: 8}), until="relapse") == Followed(0, event=False)


@pytest.mark.parametrize("until", ["loss", "relapse"])
def test_maintenance_ends_the_following_where_it_is_asked(until: str) -> None:
    """What the induction does by itself: at the next infusion nobody is at risk any more."""
    it = patient({17: 8, 20: 9, 40: 12}, later=(30, 60))
    counted = lasted(it, until=until, relapses=(40,))
    alone = lasted(it, until=until, maintenance="censored", relapses=(40,))
    assert (counted, alone) == (Followed(23, event=True), Followed(13, event=False))
    lost_before = lasted(it, until=until, maintenance="censored", relapses=(25,)) if until == "relapse" else None
    assert lost_before in {None, Followed(8, event=True)}
