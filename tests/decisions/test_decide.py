"""What is asked of every command, whatever it is?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from journey.commands import COMMANDS, PERMISSIONS
from journey.errors import Rule
from journey.events import DeathRecorded, PatientDischarged
from journey.events.closing import Informant
from journey.events.session import Disposition
from journey.values import LateReason, Origin
from tests.decisions.states import deceased, discharge, infusing, measured, planned, recovering
from tests.decisions.test_book_appointment import FIRST
from tests.decisions.test_cancel_appointment import CANCEL
from tests.decisions.test_complete_consult import COMPLETE
from tests.decisions.test_discharge_patient import DIE, LEAVE
from tests.decisions.test_record_vitals import RECORD
from tests.decisions.test_withdraw_consent import WITHDRAW
from tests.decisions.walks import retraction
from tests.given import DAY, MINUTE, PRESCRIBER

LATE = timedelta(minutes=16)


def test_permissions_are_known() -> None:
    """What may be refused for a clinical reason is a part of all that can be asked."""
    assert set(COMMANDS.values()) > PERMISSIONS


@pytest.mark.parametrize("origin", [Origin.STAFF, Origin.DEVICE, Origin.PATIENT, Origin.SYSTEM])
def test_a_late_entry_needs_a_reason(origin: Origin) -> None:
    """Without one it is stored and marked, whoever made it; with one it is not marked."""
    state = measured()
    late: dict[str, Any] = {"at": state.now, "recorded_at": state.now + LATE, "origin": origin}
    state.when(RECORD, **late).then_deviates(Rule.LATE_WITHOUT_REASON)
    state.when(RECORD, **late, reason=LateReason.WORKLOAD).then_deviates()


@pytest.mark.parametrize("origin", [Origin.IMPORT, Origin.SIMULATED])
def test_an_imported_entry_is_not_late(origin: Origin) -> None:
    """What came from another system, or was made up, is marked by its origin instead."""
    state = measured()
    state.when(RECORD, at=state.now, recorded_at=state.now + 400 * DAY, origin=origin).then_deviates()


def test_permissions_and_corrections_may_be_late_too() -> None:
    """A booking or a correction entered long after it was made is marked like any other entry."""
    state = planned()
    late: dict[str, Any] = {"at": state.now, "recorded_at": state.now + LATE}
    state.when(FIRST, **late).then_deviates(Rule.LATE_WITHOUT_REASON)
    correction = retraction(state.log[-1].event_id)
    state.when(correction, **late, actor=PRESCRIBER).then_deviates(Rule.LATE_WITHOUT_REASON)


def test_the_day_of_death_itself_is_not_after_it() -> None:
    """What happened on the day that the patient died may have happened before."""
    state = deceased(died_on=date(2026, 4, 6))
    state.when(COMPLETE).then_deviates()
    state.when(COMPLETE, at=state.now + DAY).then_deviates(Rule.AFTER_DEATH)


def test_a_death_in_a_session_is_one_from_that_moment() -> None:
    """After the session that ended so, a sign of life is stored and marked; one from before it is not."""
    died: PatientDischarged = replace(discharge(), disposition=Disposition.DIED)
    state = infusing().then_came(died)
    state.when(RECORD).then_deviates(Rule.AFTER_DEATH, Rule.SESSION_ENDED)
    state.when(RECORD, at=state.now - MINUTE, recorded_at=state.now).then_deviates()


def test_the_dead_do_not_go_home() -> None:
    """Who is said to have left after the death was recorded is marked; who is said to have died is not."""
    state = recovering().then_came(DeathRecorded(died_on=date(2026, 3, 3), informant=Informant.FAMILY)).later(DAY)
    assert Rule.AFTER_DEATH in state.when(LEAVE).facts[0].deviations
    assert Rule.AFTER_DEATH not in state.when(DIE).facts[0].deviations


def test_what_the_dead_leave_behind_is_not_marked() -> None:
    """To call off a booking or to take consent back is no sign of life."""
    state = infusing().then_came(replace(discharge(), disposition=Disposition.DIED))
    state.when(CANCEL).then_deviates(Rule.NOT_BOOKED)
    state.when(WITHDRAW).then_deviates()


def test_the_moment_of_a_death_is_not_after_it() -> None:
    """What was read as the patient died was read of somebody who lived."""
    state = infusing().then_came(replace(discharge(), disposition=Disposition.DIED))
    state.when(RECORD, at=state.now, recorded_at=state.now).then_deviates()
