"""Is a reading said to help where one may, and are its signs those by which it would?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from journey.clinic import Clinic
from journey.commands import RecordVitals
from journey.decisions.probes import PROBES
from journey.events import VitalsRecorded
from journey.events.session import VitalsPhase
from journey.policy import Policy
from tests.decisions.states import SESSION, checked_in, clearance, completion, draw, reading, start
from tests.decisions.test_onward import ahead, said
from tests.decisions.test_probes import now
from tests.given import HOUR, MINUTE, Given


def infused(*before: VitalsRecorded, clinic: Clinic | None = None) -> Given:
    """Whose infusion is over for an hour, before which these signs were read."""
    state = replace(checked_in(), clinic=clinic or Clinic()).then_came(*before, clearance(), draw(), start())
    return state.then_came(completion(), after=40 * MINUTE).later(HOUR)


@pytest.mark.parametrize("sbp_mmhg, dbp_mmhg", [(150, 100), (100, 67), (110, 65), (95, 60), (151, 100), (180, 110)])
def test_a_reading_helps_whatever_the_pressure_was_before(sbp_mmhg: int, dbp_mmhg: int) -> None:
    """The signs may come back to what they were, last: then vitals are whole."""
    state = infused(reading(sbp_mmhg=200, dbp_mmhg=120), reading(sbp_mmhg=sbp_mmhg, dbp_mmhg=dbp_mmhg))
    assert said(ahead(state)) == ("DischargePatient", ["not_ready"], "RecordVitals")


@pytest.mark.parametrize("dbp_mmhg, now", [(100, "RecordVitals"), (119, "RecordVitals"), (120, None)])
def test_a_reading_helps_as_far_as_it_settles(dbp_mmhg: int, now: str | None) -> None:
    """Both pressures to where a patient may leave, if that is within a fifth of what was before."""
    clinic = Clinic(policy=Policy(discharge_sbp_mmhg_max=160, discharge_dbp_mmhg_max=95, start_dbp_mmhg_hard_max=120))
    state = infused(reading(sbp_mmhg=200, dbp_mmhg=dbp_mmhg - 1), clinic=clinic)
    assert said(ahead(state)) == ("DischargePatient", ["not_ready"], now)


def test_a_reading_helps_where_the_pulse_was_high() -> None:
    """It was read twice as fast after the infusion, and may come back, too."""
    state = infused(reading()).then_came(replace(reading(phase=VitalsPhase.POST), hr_per_min=144))
    assert said(ahead(state)) == ("DischargePatient", ["not_ready"], "RecordVitals")


def test_a_reading_helps_where_one_pressure_was_read() -> None:
    """The other is asked no higher than it."""
    state = infused(replace(reading(sbp_mmhg=75), dbp_mmhg=None))
    assert said(ahead(state)) == ("DischargePatient", ["not_ready"], "RecordVitals")


@pytest.mark.parametrize("held", [{"hr_per_min": 40}, {"rr_per_min": 40}, {"spo2_pct": 90}], ids=str)
def test_a_reading_helps_where_a_sign_holds_the_infusion(held: dict[str, Any]) -> None:
    """It may be read anew as the pressure may."""
    state = checked_in().then_came(replace(reading(), **held))
    assert said(ahead(state)) == ("ClearSession", ["signs_on_hold"], "RecordVitals")


@pytest.mark.parametrize(
    "state, phase",
    [
        (checked_in(), VitalsPhase.PRE),
        (checked_in().then_came(reading(sbp_mmhg=150, dbp_mmhg=95)), VitalsPhase.PRE),
        (checked_in().then_came(clearance(), draw(), start()), VitalsPhase.POST),
    ],
    ids=["not read", "read", "started unread"],
)
def test_signs_are_those_of_somebody_who_is_well(state: Given, phase: VitalsPhase) -> None:
    """Before an infusion, whatever was read; and after one before which nothing was."""
    (probe,) = PROBES[RecordVitals](now(state))
    (command,) = probe.asks
    assert command == RecordVitals(
        session_id=SESSION, phase=phase, sbp_mmhg=120, dbp_mmhg=80, hr_per_min=75, spo2_pct=98, rr_per_min=15
    )
