"""Are rates and intervals those that were published?"""

from __future__ import annotations

import pytest

from projections.outcome.statistics import EXACT_ONE_SIDED, WILSON, exact_upper, rate, wilson


@pytest.mark.parametrize(
    "count,n,pct,low,high",
    [
        (288, 537, 53.6, 49.4, 57.8),  # McInnes 2022, response
        (155, 537, 28.9, 25.2, 32.8),  # McInnes 2022, remission
        (56, 215, 26.0, 20.6, 32.3),  # VA (Pfeiffer 2024), response
        (51, 190, 26.8, 21.0, 33.6),  # CRTCE 2020, response
        (25, 190, 13.2, 9.1, 18.7),  # CRTCE 2020, remission
    ],
)
def test_wilson_intervals_are_the_published_ones(count: int, n: int, pct: float, low: float, high: float) -> None:
    """A share has Wilson's interval, to the printed decimal."""
    share = rate(count, n)
    assert (share.pct, share.low, share.high, share.interval) == (pct, low, high, WILSON)


@pytest.mark.parametrize("count,n,pct", [(10, 77, 13.0), (52, 77, 67.5), (6, 77, 7.8), (37, 77, 48.1)])
def test_published_shares(count: int, n: int, pct: float) -> None:
    """Zheng 2019, to the printed decimal."""
    assert rate(count, n).pct == pct


def test_nothing_has_the_exact_bound() -> None:
    """No urgent escalation in 1,985 sessions: at most 0.151 % (Japan), labelled as one-sided."""
    assert round(exact_upper(1985) * 100, 3) == 0.151
    share = rate(0, 1985)
    assert (share.pct, share.low, share.high, share.interval) == (0.0, 0.0, 0.15, EXACT_ONE_SIDED)


def test_small_rates_have_a_second_decimal() -> None:
    """23 of 2,342 infusions are 0.98 % (Yale 2024)."""
    assert rate(23, 2342).pct == 0.98


def test_nobody_has_no_rate() -> None:
    """Of nobody nothing can be said, and nothing is."""
    share = rate(0, 0)
    assert (share.n, share.pct, share.low, share.high, share.interval) == (0, None, None, None, None)


def test_everybody_is_not_certain() -> None:
    """A share of all has an interval below it, and none above."""
    low, high = wilson(77, 77)
    assert 0.95 < low < 1
    assert high == pytest.approx(1)


@pytest.mark.parametrize(
    "count, n, pct", [(1, 16, 6.3), (1, 80, 1.3), (49, 400, 12.3), (23, 80, 28.8), (1, 800, 0.13), (23, 2342, 0.98)]
)
def test_a_half_goes_up(count: int, n: int, pct: float) -> None:
    """As papers print it, and not to the even digit, or to whatever the nearest binary number says."""
    assert rate(count, n).pct == pct
