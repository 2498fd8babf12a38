"""Is another rate recorded, in its place among the others?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from journey.commands import ChangeInfusionRate
from journey.errors import Rule
from journey.events import InfusionRateChanged
from journey.events.session import RateReason
from journey.history import fold
from tests.decisions.states import SESSION, WITHDRAWN, aborted, cleared, infusing, recovering, start
from tests.given import MINUTE, Given, named

SLOWER = ChangeInfusionRate(session_id=SESSION, rate_ml_h=Decimal(50), reason=RateReason.TOLERABILITY)
PAUSE = replace(SLOWER, rate_ml_h=Decimal(0), reason=RateReason.PRESSURE)


def rates(state: Given) -> list[Decimal]:
    """The rates of the session's infusion, in time."""
    return [segment.rate_ml_h for segment in fold(state.log).sessions[SESSION].attempts[-1].rates]


def test_records_the_rate() -> None:
    """The rate is stored as told and runs from then on."""
    after = (
        infusing()
        .when(SLOWER)
        .then(InfusionRateChanged(session_id=SESSION, rate_ml_h=Decimal(50), reason=RateReason.TOLERABILITY))
    )
    assert rates(after) == [Decimal(75), Decimal(50)]


def test_is_refused_where_nothing_was_started() -> None:
    """Without an infusion there is no rate to change."""
    cleared().when(SLOWER).then_refused(Rule.NO_INFUSION_STARTED)
    infusing().when(replace(SLOWER, session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)


def test_marks_a_change_when_nothing_ran() -> None:
    """A change dated after the end, or before the start, is stored and marked."""
    recovering().when(SLOWER).then_deviates(Rule.NOT_INFUSING)
    state = infusing()
    early = state.when(SLOWER, at=state.now - MINUTE, recorded_at=state.now)
    early.then_deviates(Rule.OUT_OF_ORDER)


def test_one_heard_of_late_is_not_marked() -> None:
    """A change charted after the infusion, that happened during it, is an ordinary one."""
    state = recovering()
    state.when(SLOWER, at=state.now - MINUTE, recorded_at=state.now).then_deviates()


def test_one_of_the_infusion_before_is_not_marked() -> None:
    """After a second start, a change heard of late is one of the infusion that ran at its time."""
    state = aborted().then_came(start(1, 2))
    before = infusing().now + 5 * MINUTE
    state.when(SLOWER, at=before, recorded_at=state.now).then_deviates()


def test_marks_flow_against_consent() -> None:
    """Without consent a pause is right, and any flow is marked."""
    state = infusing().then_came(WITHDRAWN)
    state.when(SLOWER).then_deviates(Rule.CONSENT_NOT_IN_FORCE)
    state.when(PAUSE).then_deviates()


def test_the_moments_of_start_and_end_are_part_of_it() -> None:
    """A change in the very minute of the start, or of the end, is an ordinary one."""
    for state in (infusing(), recovering()):
        state.when(SLOWER, at=state.now, recorded_at=state.now).then_deviates()


def test_any_flow_at_all_is_a_flow() -> None:
    """Without consent half a millilitre an hour is marked as well."""
    slow = replace(SLOWER, rate_ml_h=Decimal("0.5"))
    infusing().then_came(WITHDRAWN).when(slow).then_deviates(Rule.CONSENT_NOT_IN_FORCE)
