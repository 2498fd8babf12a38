"""Does the Journey page say how it stands in words that a nurse knows?"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from entrypoints.pages.history import facts
from journey.events import ContraindicationCleared
from journey.events.screening import ClearingBasis, ScreeningResult
from journey.history import fold
from journey.store.codec import plain
from journey.values import Instrument
from tests.decisions.states import CONSULT, ELIGIBILITY, FOUND, PREGNANT, VISITS, answered, booking, consulted, phq9
from tests.given import DAY, HOUR, given

CLINIC = ZoneInfo("America/Los_Angeles")


def test_last_scores_are_named() -> None:
    """A total where there is one, the level where there is no sum; the last of each, and no unfinished one."""
    state = consulted().then_came(
        phq9("first", 2, 2, 2, 2, 2, 2, 2, 2, 0),
        phq9("second", 1, 1, 1, 1, 1, 1, 1, 1, 0),
        answered("screen", Instrument.CSSRS, {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0}),
        answered("pcl", Instrument.PCL5, {"1": 4}),
        answered("qids", Instrument.QIDS_SR16, {str(item): 1 for item in range(1, 17)}),
    )
    said = dict(facts(plain(fold(state.log)), CLINIC))
    assert said["last scores"] == "C-SSRS screener moderate, PHQ-9 8, QIDS-SR16 9"


def test_what_speaks_against_treatment_is_told() -> None:
    """Each contraindication, with until when it is cleared, and the last screening of each kind."""
    found = consulted().then_came(FOUND)
    cleared = ContraindicationCleared(
        contraindication_id=found.log[-1].event_id,
        code=FOUND.code,
        by="pete",
        basis=ClearingBasis.CONTROLLED,
        valid_until=VISITS[0],
    )
    earlier = replace(PREGNANT, result=ScreeningResult.NEGATIVE, performed_at=PREGNANT.performed_at - DAY)
    said = dict(facts(plain(fold(found.then_came(PREGNANT, earlier).log)), CLINIC))
    assert (said["contraindications"], said["screenings"]) == ("prolonged qt", "hcg positive on 02 Mar 2026")
    said = dict(facts(plain(fold(found.then_came(cleared).log)), CLINIC))
    assert said["contraindications"] == "prolonged qt (cleared until 03 Mar 2026)"
    assert "screenings" not in said


def test_days_and_hours_are_the_clinics() -> None:
    """Nine in the evening of 7 March in California is the next day in London: the page says the clinic's own.

    The next morning the clocks have changed there, and nine o'clock is nine o'clock.
    """
    evening = VISITS[0].replace(day=8, hour=5)
    cleared = ContraindicationCleared(
        contraindication_id=consulted().then_came(FOUND).log[-1].event_id,
        code=FOUND.code,
        by="pete",
        basis=ClearingBasis.CONTROLLED,
        valid_until=evening,
    )
    test = replace(PREGNANT, performed_at=evening)
    state = consulted().then_came(FOUND, cleared, test, replace(ELIGIBILITY, valid_until=evening), booking(2, evening))
    said = dict(facts(plain(fold(state.log)), CLINIC))
    assert said["eligible until"] == "07 Mar 2026"
    assert said["contraindications"].endswith("(cleared until 07 Mar 2026)")
    assert said["screenings"] == "hcg positive on 07 Mar 2026"
    assert said["next appointment"] == "07 Mar 2026 21:00"
    later = given(CONSULT, booking(2, VISITS[2]))
    assert VISITS[2] - VISITS[1] == 4 * DAY - HOUR
    assert dict(facts(plain(fold(later.log)), CLINIC))["next appointment"] == "10 Mar 2026 09:00"
