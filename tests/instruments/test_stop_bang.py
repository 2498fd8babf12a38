"""Is the STOP-BANG the number of yes?"""

from __future__ import annotations

from itertools import product

from journey.values import Instrument
from tests.instruments.scored import band, bands, no_score, total

STOP_BANG = Instrument.STOP_BANG


def naive(yes: int) -> str:
    """The published bands, typed again."""
    return "low" if yes <= 2 else "intermediate" if yes <= 4 else "high"


def test_every_answer_sheet() -> None:
    """All 2^8."""
    for sheet in product((0, 1), repeat=8):
        assert total(STOP_BANG, *sheet) == sheet.count(1)
        assert band(STOP_BANG, sheet.count(1)) == naive(sheet.count(1))


def test_the_bands() -> None:
    """0-2, 3-4, 5-8."""
    assert bands(STOP_BANG) == {"low": (0, 2), "intermediate": (3, 4), "high": (5, 8)}


def test_a_missing_answer_is_no_score() -> None:
    """Of seven."""
    assert no_score(STOP_BANG, 1, 1, 1, 1, 1, 1, 1)
