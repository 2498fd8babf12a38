"""Does each reading of the pressure stand beside the infusion it belongs to, with its rise?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.events.session import VitalsPhase
from projections.outcome import PROJECTION
from projections.outcome.pressure_rise import nearest
from tests.decisions.states import aborted, cleared, induced, infusing, measured, reading, start, withheld
from tests.given import MINUTE
from tests.projections.folded import then_rows
from tests.projections.test_outcome_rows import corrected

BEFORE = {"phase": "pre", "sbp_mmhg": 124, "dbp_mmhg": 78}
DURING = reading(phase=VitalsPhase.DURING, sbp_mmhg=146, dbp_mmhg=91)
RISEN = {"phase": "during", "sbp_mmhg": 146, "sbp_rise_mmhg": 22, "dbp_rise_mmhg": 13}


def test_a_rise_is_from_the_last_reading_before_the_start() -> None:
    """Of several the last; the minute counts from the start of the pump, and is negative before it."""
    state = cleared().then_came(reading(sbp_mmhg=130, dbp_mmhg=70), start()).then_came(DURING, after=20 * MINUTE)
    then_rows(
        PROJECTION,
        state,
        "pressures",
        BEFORE | {"minute": -3, "sbp_rise_mmhg": -6, "attempt_no": 1},
        {"sbp_mmhg": 130, "minute": -1, "sbp_rise_mmhg": 0},
        {"sbp_mmhg": 146, "minute": 20, "sbp_rise_mmhg": 16, "dbp_rise_mmhg": 21, "attempt_no": 1, "infusion": None},
    )


def test_a_reading_belongs_to_the_last_start_before_it() -> None:
    """A second start in the session has the readings after it; its rise is from the same reading before."""
    state = aborted().then_came(DURING, start(1, 2), DURING)
    first, second = ({"attempt_no": 1, "minute": 11}, {"attempt_no": 2, "minute": 1})
    then_rows(PROJECTION, state, "pressures", BEFORE | {"attempt_no": 1}, RISEN | first, RISEN | second)


def test_what_was_not_read_is_not_there() -> None:
    """A reading without a pressure is no row; with one of the two it has the rise of that one."""
    none = replace(DURING, sbp_mmhg=None, dbp_mmhg=None)
    half = replace(DURING, dbp_mmhg=None)
    state = infusing().then_came(none, half)
    then_rows(PROJECTION, state, "pressures", BEFORE, RISEN | {"dbp_mmhg": None, "dbp_rise_mmhg": None})


def test_without_a_reading_before_there_is_no_rise() -> None:
    """A pressure that was retracted is no more to rise from; where no pump was started there is no minute."""
    state = infusing().then_came(DURING)
    retracted = corrected(state, reading(), by=None)
    then_rows(PROJECTION, retracted, "pressures", RISEN | {"sbp_rise_mmhg": None, "dbp_rise_mmhg": None, "minute": 1})
    nothing = {"attempt_no": None, "minute": None, "sbp_rise_mmhg": None}
    for other in (measured(), withheld()):
        then_rows(PROJECTION, other, "pressures", BEFORE | nothing)


def test_readings_have_the_number_of_their_infusion() -> None:
    """Each visit's readings stand beside its own infusion."""
    expected = [{"infusion": number, "phase": phase} for number in (1, 2) for phase in ("pre", "post")]
    then_rows(PROJECTION, induced(2), "pressures", *expected)


@pytest.mark.parametrize("minute, row", [(0, 0), (4, 0), (5, 10), (14, 10), (15, 20), (40, 40), (44, 40)])
def test_a_minute_is_told_in_the_nearest_row(minute: int, row: int) -> None:
    """Half-way it is the later one."""
    assert nearest(minute, 10) == row
    assert nearest(minute, 1) == minute
