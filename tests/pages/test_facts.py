"""Does the Journey page say the last scores in words that a nurse knows?"""

from __future__ import annotations

from entrypoints.pages.history import facts
from journey.history import fold
from journey.store.codec import plain
from journey.values import Instrument
from tests.decisions.states import answered, consulted, phq9


def test_last_scores_are_named() -> None:
    """A total where there is one, the level where there is no sum; the last of each, and no unfinished one."""
    state = consulted().then_came(
        phq9("first", 2, 2, 2, 2, 2, 2, 2, 2, 0),
        phq9("second", 1, 1, 1, 1, 1, 1, 1, 1, 0),
        answered("screen", Instrument.CSSRS, {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0}),
        answered("pcl", Instrument.PCL5, {"1": 4}),
        answered("qids", Instrument.QIDS_SR16, {str(item): 1 for item in range(1, 17)}),
    )
    said = dict(facts(plain(fold(state.log))))
    assert said["last scores"] == "C-SSRS screener moderate, PHQ-9 8, QIDS-SR16 9"
