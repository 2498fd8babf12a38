"""Is it recorded how a suicide risk was met?"""

from __future__ import annotations

import pytest

from journey.commands import AddressSuicideRisk
from journey.errors import Rule
from journey.events import JourneyClosed, SuicideRiskAddressed, SuicideRiskRaised
from journey.events.closing import ClosingReason
from journey.events.outcome import RiskDisposition, Trigger
from journey.history import fold
from journey.values import Instrument, RiskLevel
from tests.decisions.states import BASELINE, planned
from tests.given import MINUTE, Given, named

RISK, NOTE = named("risk"), named("note")
RAISED = SuicideRiskRaised(
    risk_id=RISK,
    level=RiskLevel.HIGH,
    trigger=Trigger(instrument=Instrument.PHQ9, item="9", value=3),
    assessment_id=BASELINE.assessment_id,
)
ADDRESS = AddressSuicideRisk(risk_id=RISK, disposition=RiskDisposition.SAFETY_PLAN)
ADDRESSED = SuicideRiskAddressed(risk_id=RISK, disposition=RiskDisposition.SAFETY_PLAN)


def at_risk() -> Given:
    """A journey with an open risk."""
    return planned().then_came(RAISED)


def test_closes_the_risk() -> None:
    """With a note the risk is met, and no longer open."""
    after = at_risk().when(ADDRESS, note_id=NOTE).then(ADDRESSED)
    assert fold(after.log).risks[RISK].addressed_at is not None


def test_needs_a_note() -> None:
    """How a risk was met is told in a note; without one it is refused."""
    at_risk().when(ADDRESS).then_refused(Rule.NOTE_REQUIRED)


def test_unknown_risk_is_refused() -> None:
    """A risk that was never raised can't be met."""
    planned().when(ADDRESS, note_id=NOTE).then_refused(Rule.UNKNOWN_RISK)


def test_second_time_is_marked() -> None:
    """A risk met twice is stored, and marked."""
    at_risk().then_came(ADDRESSED).when(ADDRESS, note_id=NOTE).then(ADDRESSED, deviations=[Rule.RISK_NOT_OPEN])


def test_before_it_was_raised_is_marked() -> None:
    """Nobody meets a risk before the answer that raised it: stored, and marked."""
    state = at_risk()
    early = state.when(ADDRESS, note_id=NOTE, at=state.now - MINUTE, recorded_at=state.now)
    early.then_deviates(Rule.OUT_OF_ORDER)


@pytest.mark.parametrize("reason", list(ClosingReason)[:2])
def test_is_accepted_after_the_journeys_end(reason: ClosingReason) -> None:
    """A closed journey's risk is still met, unmarked."""
    at_risk().then_came(JourneyClosed(reason=reason)).when(ADDRESS, note_id=NOTE).then(ADDRESSED)


def test_as_it_was_raised_is_not_marked() -> None:
    """Who asks the question meets the risk that very minute."""
    state = at_risk()
    state.when(ADDRESS, note_id=NOTE, at=state.now, recorded_at=state.now).then_deviates()
