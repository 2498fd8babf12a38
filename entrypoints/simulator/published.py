"""What was published of each study, and how sure was it? The figures that its simulated patients are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from projections.outcome.statistics import EXACT_ONE_SIDED, Z_95, rate, wilson

WITHIN_POINTS = 2
"""How far a point read off a curve may lie from it, in points: nobody gave its interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A published figure by the name of its measure, its interval, and of what kind that is."""

    measure: str
    value: float
    low: float
    high: float
    interval: str


def _share(measure: str, count: int, n: int) -> Figure:
    """A share of patients or infusions, in percent, with Wilson's interval; of nothing the exact one-sided bound."""
    if count == 0:
        bound = rate(0, n)
        return Figure(measure=measure, value=0.0, low=0.0, high=float(bound.high or 0), interval=EXACT_ONE_SIDED)
    low, high = wilson(count, n)
    return Figure(measure=measure, value=100 * count / n, low=100 * low, high=100 * high, interval=f"Wilson, n = {n}")


def _mean(measure: str, value: float, sd: float, n: int) -> Figure:
    """A mean with the interval that its standard deviation makes."""
    half = Z_95 * sd / sqrt(n)
    return Figure(measure=measure, value=value, low=value - half, high=value + half, interval=f"of the mean, n = {n}")


def _read_off(measure: str, value: float) -> Figure:
    """A point of a curve."""
    near = f"within {WITHIN_POINTS} points"
    return Figure(measure=measure, value=value, low=value - WITHIN_POINTS, high=value + WITHIN_POINTS, interval=near)


FIGURES: Mapping[str, tuple[Figure, ...]] = {
    "zheng-2019": (
        _share("response after infusion 1", 10, 77),
        _share("response after infusion 6", 52, 77),
        _share("remission after infusion 1", 6, 77),
        _share("remission after infusion 6", 37, 77),
    ),
    "mcinnes-2022": (
        _share("response at the endpoint", 288, 537),
        _share("remission at the endpoint", 155, 537),
        _share("worse at the endpoint", 45, 537),
        _read_off("response sustained for 4 weeks", 80),
        _read_off("response sustained for 8 weeks", 60),
    ),
    "va-2024": (
        _share("response at the endpoint", 56, 215),
        _share("remission at the endpoint", 32, 215),
    ),
    "crtce-2020": (
        _share("scored after infusion 4", 190, 213),
        _share("response after infusion 4", 51, 190),
        _share("remission after infusion 4", 25, 190),
    ),
    "crtce-safety-2020": (
        _share("observed of patients", 188, 203),
        _share("hypertension of patients", 90, 203),
        _share("drowsiness of observed patients", 106, 188),
        _share("dizziness of observed patients", 85, 188),
        _share("dissociation of observed patients", 67, 188),
        _share("nausea of observed patients", 25, 188),
    ),
    "yale-2024": (
        _share("severe of infusions", 23, 2342),
        _share("first three of the severe", 10, 23),
        _mean("mean rise, systolic", 16.0, 11.2, 2342),
        _mean("mean rise, diastolic", 11.0, 8.45, 2342),
    ),
    "japan": (_share("transfer of infusions", 0, 1985),),
}
