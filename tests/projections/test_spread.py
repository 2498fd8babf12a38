"""Are medians, quartiles, means and their intervals those of the textbooks?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.outcome.spread import mean, spread

VALUES = st.lists(st.integers(-30, 60).map(float), min_size=1, max_size=60)


def test_quartiles_lie_in_proportion() -> None:
    """What NumPy and R say by default of 1, 2, 4, 8."""
    told = spread([8.0, 1.0, 4.0, 2.0])
    assert (told.n, told.q1, told.median, told.q3) == (4, 1.75, 3.0, 5.0)
    assert spread([7.0]).row() == {
        "median": 7.0,
        "q1": 7.0,
        "q3": 7.0,
        "median_low": None,
        "median_high": None,
        "median_interval": None,
    }
    assert (spread([]).n, spread([]).median) == (0, None)


@pytest.mark.parametrize("n, low, high", [(5, None, None), (6, 1, 6), (9, 2, 8), (10, 2, 9), (20, 6, 15), (50, 18, 33)])
def test_a_median_s_interval_is_that_of_the_sign_test(n: int, low: int | None, high: int | None) -> None:
    """The ranks in the tables of the sign test, two-sided 95 %."""
    told = spread([float(it) for it in range(n, 0, -1)])
    assert (told.low, told.high) == (low, high)
    assert told.row("rise")["rise_median_interval"] == (None if low is None else "order_statistics_95")


@pytest.mark.parametrize("n", [101, 3_000])
def test_its_ranks_are_exact_for_many(n: int) -> None:
    """Also where a half to the n-th power is no longer a number."""
    low = spread([float(it) for it in range(1, n + 1)]).low
    assert low is not None
    rank = int(low)
    below, many = 0, 1
    for count in range(rank):
        below, many = below + many, many * (n - count) // (count + 1)
    assert below <= 2**n // 40 < below + many


@given(VALUES)
def test_quartiles_are_in_order(values: list[float]) -> None:
    """Least, q1, median, q3, greatest; and the interval holds the median."""
    told = spread(values)
    assert told.q1 is not None
    assert told.median is not None
    assert told.q3 is not None
    assert min(values) <= told.q1 <= told.median <= told.q3 <= max(values)
    assert told.low is None or told.high is None or told.low <= told.median <= told.high


def test_a_mean_has_its_deviation_and_interval() -> None:
    """The deviation is that of a sample; of one value there is none, of none no mean."""
    told = mean([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).row("rise")
    assert (told["rise_mean"], told["rise_sd"]) == (5.0, 2.14)
    assert (told["rise_mean_low"], told["rise_mean_high"]) == (3.52, 6.48)
    assert told["rise_mean_interval"] == "normal_95"
    assert mean([3.0]).row("rise")["rise_mean_interval"] is None
    assert mean([]).mean is None


def test_a_figure_just_below_nothing_is_nothing() -> None:
    """No minus stands before a zero."""
    assert str(mean([-0.002, -0.004]).row("rise")["rise_mean"]) == "0.0"
