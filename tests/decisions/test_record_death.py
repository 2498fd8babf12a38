"""Is a death recorded, whatever else is true?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from journey.commands import ChangeInfusionRate, Command, CompleteInfusion, RecordDeath
from journey.errors import Rule
from journey.events import DeathRecorded, PatientDischarged
from journey.events.closing import Informant
from journey.events.session import Disposition, RateReason
from journey.history import fold
from tests.decisions.states import SESSION, closed, deceased, infusing, maintained, recovering, referred
from tests.decisions.test_assess_discharge_readiness import ASSESS
from tests.given import DAY, Given


def died(day: date) -> RecordDeath:
    """The family tells that the patient died."""
    return RecordDeath(died_on=day, informant=Informant.FAMILY)


def local_day(state: Given) -> date:
    """Today at the clinic."""
    return state.clinic.site.local(state.now).date()


@pytest.mark.parametrize("state", [referred(), infusing(), maintained(), closed()])
def test_is_recorded_in_every_phase(state: Given) -> None:
    """In every phase, and after the journey's end, a death is stored, unmarked."""
    day = local_day(state)
    after = state.when(died(day)).then(DeathRecorded(died_on=day, informant=Informant.FAMILY))
    journey = fold(after.log)
    assert journey.deceased
    assert journey.died_on == day


def test_tomorrow_is_refused() -> None:
    """A date after today, by the clinic's calendar, is a slip."""
    state = referred()
    tomorrow = date.fromordinal(local_day(state).toordinal() + 1)
    state.when(died(tomorrow)).then_refused(Rule.DIED_IN_FUTURE)


def test_second_time_is_marked() -> None:
    """A death told twice is stored twice, and marked."""
    state = deceased()
    state.when(died(date(2026, 4, 5))).then_deviates(Rule.DEATH_ALREADY_RECORDED)


def test_before_a_visit_is_marked() -> None:
    """Who is said to have died before coming to the clinic is recorded as dead, and marked."""
    state = recovering()
    state.when(died(local_day(state) - timedelta(days=1))).then_deviates(Rule.OUT_OF_ORDER)
    state.when(died(local_day(state))).then_deviates()


def test_death_in_a_session_is_recorded_once_more() -> None:
    """A death that ended a session has no date until it is recorded: that is no repetition."""
    in_session = PatientDischarged(session_id=SESSION, disposition=Disposition.DIED, ride_checked=False)
    state = recovering().then_came(in_session)
    assert fold(state.log).deceased
    state.when(died(local_day(state))).then_deviates()


@pytest.mark.parametrize(
    "command",
    [
        ChangeInfusionRate(session_id=SESSION, rate_ml_h=Decimal(60), reason=RateReason.TOLERABILITY),
        CompleteInfusion(session_id=SESSION, ml_infused=Decimal(50)),
        ASSESS,
    ],
    ids=lambda it: type(it).__name__,
)
def test_nobody_treats_the_dead(command: Command) -> None:
    """What is told of an infusion, or after it, on a day after the death is stored, and marked."""
    state = infusing()
    state = state.when(died(local_day(state))).then_deviates()
    assert Rule.AFTER_DEATH not in state.when(command).facts[0].deviations
    assert Rule.AFTER_DEATH in state.later(DAY).when(command).facts[0].deviations
