"""Is a line recorded, whenever it was placed?"""

from __future__ import annotations

from dataclasses import replace

from journey.commands import PlaceIvAccess
from journey.errors import Rule
from journey.events import DeathRecorded, IvAccessPlaced
from journey.events.closing import Informant
from journey.events.drug import IvSite
from journey.history import fold
from journey.state import Stage
from tests.decisions.states import (
    SESSION,
    VISITS,
    aborted,
    checked_in,
    clearance,
    cleared,
    discharged,
    infusing,
    measured,
    withheld,
)
from tests.given import DAY, HOUR, MINUTE, Given, named

PLACE = PlaceIvAccess(session_id=SESSION, site=IvSite.LEFT_HAND, gauge=22, attempts=2)
PLACED = IvAccessPlaced(session_id=SESSION, site=IvSite.LEFT_HAND, gauge=22, attempts=2)


def stage(state: Given) -> Stage:
    """Where the session is."""
    return fold(state.log).sessions[SESSION].stage


def test_moves_the_session_on_from_its_clearance() -> None:
    """A line lies: the pump may start."""
    assert stage(cleared().when(PLACE).then(PLACED)) is Stage.IV_PLACED


def test_one_entered_late_or_a_second_one_leaves_the_stage_alone() -> None:
    """With the pump running, or the patient gone home, a line is part of the record and no more."""
    running = infusing()
    assert stage(running.when(PLACE).then(PLACED)) is Stage.INFUSING
    gone = discharged()
    told = gone.when(PLACE, at=running.now - MINUTE, recorded_at=gone.now + MINUTE, reason=None)
    assert stage(told.then_deviates(Rule.LATE_WITHOUT_REASON)) is Stage.DISCHARGED


def test_a_line_stays_when_the_session_is_cleared_again() -> None:
    """After a stop and another clearance the line is still there; entered after that, it is not marked."""
    again = cleared().then_came(PLACED, *(it.event for it in aborted().log[-2:]), clearance())
    assert stage(again) is Stage.IV_PLACED
    late = aborted().then_came(clearance())
    late.when(PLACE, at=late.now - 5 * MINUTE, recorded_at=late.now).then_deviates()


def test_marks_a_line_before_the_clearance() -> None:
    """Placed before the session was cleared, or dated so, it is stored and marked."""
    measured().when(PLACE).then_deviates(Rule.NOT_CLEARED)
    state = cleared()
    state.when(PLACE, at=state.now - MINUTE, recorded_at=state.now).then_deviates(Rule.NOT_CLEARED)


def test_marks_a_line_before_the_check_in_or_after_the_end() -> None:
    """Dated before the patient came or after the session was over, it is stored and marked."""
    early = checked_in().when(PLACE, at=VISITS[0] - MINUTE, recorded_at=VISITS[0])
    early.then_deviates(Rule.OUT_OF_ORDER, Rule.NOT_CLEARED)
    withheld().when(PLACE).then_deviates(Rule.SESSION_ENDED, Rule.NOT_CLEARED)


def test_marks_a_line_in_a_patient_who_had_died() -> None:
    """Dated after the day of death, it is stored and marked."""
    died = discharged().then_came(DeathRecorded(died_on=VISITS[0].date(), informant=Informant.FAMILY))
    told = died.when(PLACE, at=died.now + 2 * DAY, recorded_at=died.now + 2 * DAY + HOUR / 6)
    told.then_deviates(Rule.AFTER_DEATH, Rule.SESSION_ENDED)


def test_is_refused_of_an_unknown_session() -> None:
    """A line belongs to a session."""
    cleared().when(replace(PLACE, session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)


def test_a_line_of_the_very_minute_is_not_marked() -> None:
    """Placed as the session was cleared, or as the patient left, it is an ordinary one."""
    for state in (measured().then_came(clearance()), discharged()):
        state.when(PLACE, at=state.now, recorded_at=state.now).then_deviates()
