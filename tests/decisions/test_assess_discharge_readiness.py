"""Is readiness computed from the judgement and the record, every part of it named that is unmet?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from journey.clinic import Clinic
from journey.commands import AssessDischargeReadiness
from journey.errors import Rule
from journey.events import DischargeReadinessAssessed
from journey.events.session import ReadinessId, VitalsPhase
from journey.policy import Policy
from journey.profiles import profile
from tests.decisions.states import (
    SESSION,
    VISITS,
    came_at,
    checked_in,
    clearance,
    completion,
    infusing,
    readiness,
    reading,
    recovering,
    start,
    withheld,
)
from tests.given import MINUTE, Given, later_recorded, named

ASSESS = AssessDischargeReadiness(
    session_id=SESSION,
    padss=(2, 2, 2, 2, 2),
    moaas=5,
    dissociation_resolved=True,
    dizziness_resolved=True,
    oriented=True,
    gait_steady=True,
)
WATCHED = recovering().then_came(reading(phase=VitalsPhase.POST), after=59 * MINUTE)


def unmet(state: Given, command: AssessDischargeReadiness) -> tuple[ReadinessId, ...]:
    """What is unmet; ready is that nothing is."""
    event = state.when(command).event
    assert isinstance(event, DischargeReadinessAssessed)
    assert event.ready is not bool(event.unmet)
    return event.unmet


def test_is_ready_when_all_is_met() -> None:
    """All of it, an hour after the infusion's end exactly, is ready."""
    WATCHED.when(ASSESS).then(readiness())


@pytest.mark.parametrize(
    "change, missing",
    [
        ({"padss": (2, 2, 1, 1, 2)}, ReadinessId.PADSS),
        ({"padss": (2, 1, 2, 2, 2)}, ReadinessId.ACTIVITY),
        ({"padss": (1, 2, 2, 2, 2)}, ReadinessId.VITALS),
        ({"moaas": 4}, ReadinessId.SEDATION),
        ({"dissociation_resolved": False}, ReadinessId.DISSOCIATION),
        ({"dizziness_resolved": False}, ReadinessId.DIZZINESS),
        ({"oriented": False}, ReadinessId.ORIENTATION),
        ({"gait_steady": False}, ReadinessId.GAIT),
    ],
)
def test_names_what_is_unmet(change: dict[str, Any], missing: ReadinessId) -> None:
    """One part unmet is not ready, and named."""
    assert unmet(WATCHED, replace(ASSESS, **change)) == (missing,)


def test_nine_of_ten_with_activity_and_vitals_whole_is_enough() -> None:
    """One point may be missing elsewhere."""
    assert unmet(WATCHED, replace(ASSESS, padss=(2, 2, 2, 2, 1))) == ()


def test_the_pressure_is_read_after_the_infusion_and_under_the_ceiling() -> None:
    """None read, or the last one over the ceiling, is unmet."""
    unread = recovering().later(60 * MINUTE)
    assert unmet(unread, ASSESS) == (ReadinessId.PRESSURE,)
    high = replace(WATCHED, clinic=Clinic(policy=Policy(discharge_sbp_mmhg_max=130)))
    high = high.then_came(reading(phase=VitalsPhase.POST, sbp_mmhg=131))
    assert unmet(high, ASSESS) == (ReadinessId.PRESSURE,)
    assert unmet(high.then_came(reading(phase=VitalsPhase.POST)), ASSESS) == ()


@pytest.mark.parametrize("sbp_mmhg, dbp_mmhg, settled", [(180, 110, True), (181, 110, False), (180, 111, False)])
def test_the_ceiling_itself_is_settled(sbp_mmhg: int, dbp_mmhg: int, settled: bool) -> None:
    """Each of the two pressures has its own ceiling."""
    state = WATCHED.then_came(reading(phase=VitalsPhase.POST, sbp_mmhg=sbp_mmhg, dbp_mmhg=dbp_mmhg))
    assert (ReadinessId.PRESSURE not in unmet(state, ASSESS)) is settled


def test_the_pressure_is_the_last_whole_one_of_after_the_infusion() -> None:
    """One of the time before, one of which half is missing, and one of later than the judgement say nothing."""
    post = reading(phase=VitalsPhase.POST)
    high = replace(post, sbp_mmhg=200, dbp_mmhg=120)
    for beside in (replace(high, phase=VitalsPhase.PRE), replace(high, dbp_mmhg=None), replace(high, sbp_mmhg=None)):
        assert ReadinessId.PRESSURE not in unmet(WATCHED.then_came(beside), ASSESS)
    early = recovering().then_came(high, after=30 * MINUTE).then_came(post, after=29 * MINUTE)
    assert unmet(early, ASSESS) == ()
    later = WATCHED.then_came(high, after=9 * MINUTE)
    judged = later.when(ASSESS, at=later.now - 5 * MINUTE, recorded_at=later.now).event
    assert isinstance(judged, DischargeReadinessAssessed)
    assert judged.ready


@pytest.mark.parametrize(
    "now, mark",
    [
        ({"sbp_mmhg": 120, "dbp_mmhg": 60, "hr_per_min": 90}, 2),
        ({"sbp_mmhg": 80, "dbp_mmhg": 60, "hr_per_min": 60}, 2),
        ({"sbp_mmhg": 121, "dbp_mmhg": 50, "hr_per_min": 75}, 1),
        ({"sbp_mmhg": 100, "dbp_mmhg": 50, "hr_per_min": 91}, 1),
        ({"sbp_mmhg": 100, "dbp_mmhg": 70, "hr_per_min": 75}, 1),
        ({"sbp_mmhg": 100, "dbp_mmhg": 71, "hr_per_min": 75}, 0),
        ({"sbp_mmhg": 59, "dbp_mmhg": 50, "hr_per_min": 75}, 0),
        ({"sbp_mmhg": 100, "dbp_mmhg": 50, "hr_per_min": None}, 2),
    ],
)
def test_the_mark_for_vitals_is_that_of_the_readings(now: dict[str, int | None], mark: int) -> None:
    """From 100/50 and 75: 20 % is within, up or down, and so is 40 %; a nurse who marks it otherwise is marked."""
    before = replace(reading(sbp_mmhg=100, dbp_mmhg=50), hr_per_min=75)
    came = replace(reading(phase=VitalsPhase.POST), **now)  # type: ignore[arg-type]  # fields by name
    state = came_at(checked_in().then_came(before, clearance(), start()), VISITS[0] + 43 * MINUTE, completion())
    watched = state.then_came(came, after=61 * MINUTE)
    for said in (0, 1, 2):
        told = watched.when(replace(ASSESS, padss=(said, 2, 2, 2, 2)))
        told.then_deviates(*([] if said == mark else [Rule.PADSS_VITALS_DIFFER]))
        assert isinstance(told.event, DischargeReadinessAssessed)
        assert (ReadinessId.VITALS in told.event.unmet) is not (said == mark == 2)


def test_the_last_readings_count_and_none_says_nothing() -> None:
    """Not an earlier reading, nor one of the infusion or of after the judgement; with none the mark is the nurse's."""
    wild = replace(reading(phase=VitalsPhase.POST), sbp_mmhg=170)
    during = replace(wild, phase=VitalsPhase.DURING)
    assert unmet(recovering().then_came(wild, during, reading(phase=VitalsPhase.POST), after=30 * MINUTE), ASSESS) == ()
    late = WATCHED.then_came(wild)
    assert unmet(late, ASSESS) == (ReadinessId.VITALS,)
    asked = late.when(ASSESS, at=late.now - MINUTE / 2, recorded_at=late.now)
    asked.then_deviates()
    unread = infusing_unread().then_came(completion(), after=40 * MINUTE)
    unread.then_came(reading(phase=VitalsPhase.POST), after=60 * MINUTE).when(ASSESS).then_deviates()


def infusing_unread() -> Given:
    """The pump runs, and nothing was read before it."""
    return checked_in().then_came(clearance(), start())


def test_the_patient_is_watched_for_the_policy_s_minutes() -> None:
    """A minute short of the monitoring is unmet."""
    early = recovering().then_came(reading(phase=VitalsPhase.POST), after=58 * MINUTE)
    assert unmet(early, ASSESS) == (ReadinessId.MONITORING,)


def test_a_profile_asks_for_two_hours_from_the_start() -> None:
    """Under rems-like an hour after the end is too early: 120 minutes from the start of the pump are asked for."""
    rems = replace(WATCHED, clinic=Clinic(policy=profile("rems-like")))
    since_start = rems.now - VISITS[0] - 3 * MINUTE
    early = rems.later(118 * MINUTE - since_start)
    assert unmet(early, ASSESS) == (ReadinessId.MONITORING,)
    assert unmet(early.later(MINUTE), ASSESS) == ()


def test_marks_a_running_infusion() -> None:
    """Judged with the pump running: stored, marked, and not ready."""
    state = infusing().then_came(reading(phase=VitalsPhase.POST))
    told = state.when(ASSESS)
    told.then_deviates(Rule.INFUSION_NOT_STOPPED)
    assert unmet(state, ASSESS) == (ReadinessId.MONITORING,)


def test_marks_a_session_that_had_ended() -> None:
    """Judged after the session's end: stored and marked."""
    withheld().when(ASSESS).then_deviates(Rule.SESSION_ENDED)


def test_marks_a_time_before_the_check_in() -> None:
    """Dated before the patient came: stored and marked."""
    state = recovering()
    told = state.when(ASSESS, at=VISITS[0] - MINUTE, recorded_at=VISITS[0])
    told.then_deviates(Rule.OUT_OF_ORDER)
    state.when(ASSESS, at=VISITS[0], recorded_at=VISITS[0]).then_deviates()


def test_is_refused_of_an_unknown_session() -> None:
    """Readiness is judged in a session."""
    WATCHED.when(replace(ASSESS, session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)


@pytest.mark.parametrize("sbp_mmhg, mark", [(124, 2), (125, 1), (145, 1), (146, 0)])
def test_a_pressure_a_hair_beyond_the_limit_is_beyond_it(sbp_mmhg: int, mark: int) -> None:
    """From 104 systolic 21 are more than 20 %, and 42 more than 40 %."""
    before, now = (
        replace(reading(phase=phase, sbp_mmhg=sbp), dbp_mmhg=None, hr_per_min=None)
        for phase, sbp in ((VitalsPhase.PRE, 104), (VitalsPhase.POST, sbp_mmhg))
    )
    state = checked_in().then_came(before, clearance(), start()).then_came(completion(), after=40 * MINUTE)
    told = state.then_came(now, after=60 * MINUTE).when(replace(ASSESS, padss=(mark, 2, 2, 2, 2)))
    told.then_deviates()


def test_a_reading_counts_by_when_it_was_read() -> None:
    """One of this very moment is the last, also beside another of that moment; one that is entered late is not."""
    wild = replace(reading(phase=VitalsPhase.POST), sbp_mmhg=170)
    now = WATCHED.then_came(wild)
    assert ReadinessId.VITALS in told_at_once(now)
    entered_late = later_recorded(WATCHED, wild, at=WATCHED.now - MINUTE, recorded_at=WATCHED.now)
    assert told_at_once(entered_late.later(MINUTE)) == ()
    both = later_recorded(WATCHED, wild, at=WATCHED.now, recorded_at=WATCHED.now)
    assert ReadinessId.VITALS in told_at_once(both.later(MINUTE))


def told_at_once(state: Given) -> tuple[ReadinessId, ...]:
    """What is unmet at this very moment."""
    event = state.when(ASSESS, at=state.now, recorded_at=state.now).event
    assert isinstance(event, DischargeReadinessAssessed)
    return event.unmet
