"""Does a cleared contraindication let the treatment go on, and only as long as it is cleared?"""

from __future__ import annotations

from decimal import Decimal

from journey.commands import ClearSession, ConfirmEligibility
from journey.errors import Rule
from journey.events import EligibilityConfirmed
from journey.events.intake import Contraindication, CriterionId
from journey.history import fold
from tests.decisions.states import SESSION, eligible, measured
from tests.decisions.test_clear_contraindication import FOUND, cleared, found
from tests.given import DAY, MINUTE, PRESCRIBER


def test_what_is_cleared_no_longer_refuses_eligibility() -> None:
    """An absolute contraindication refuses, whoever asks; cleared it is none, and the clearing is the evidence."""
    FOUND.when(ConfirmEligibility(), actor=PRESCRIBER).then_refused(Rule.ABSOLUTE_CONTRAINDICATION)
    state = cleared(FOUND)
    event = state.when(ConfirmEligibility(), actor=PRESCRIBER).event
    assert isinstance(event, EligibilityConfirmed)
    absolute = next(it for it in event.criteria if it.id is CriterionId.ABSOLUTE_CONTRAINDICATIONS)
    assert (absolute.met, absolute.value, absolute.evidence_ids) == (True, Decimal(0), (state.log[-1].event_id,))


def test_it_stands_again_when_the_time_is_over() -> None:
    """Until the last moment it is cleared; after it eligibility is gone, and refused anew."""
    state = cleared(FOUND)
    until = state.now + 30 * DAY
    confirmed = state.when(ConfirmEligibility(), actor=PRESCRIBER).then_deviates()
    journey = fold(confirmed.log)
    assert journey.eligible(until)
    assert not journey.eligible(until + MINUTE)
    confirmed.when(ConfirmEligibility(), at=until + MINUTE, recorded_at=until + MINUTE).then_refused(
        Rule.ABSOLUTE_CONTRAINDICATION
    )


def test_what_is_met_after_the_confirmation_is_cleared_too() -> None:
    """A finding stops treatment until eligibility is confirmed again, or the finding is cleared."""
    state = measured().then_came(found(Contraindication.ACTIVE_MANIA))
    state.when(ClearSession(session_id=SESSION)).then_refused(Rule.NOT_ELIGIBLE)
    cleared(state).when(ClearSession(session_id=SESSION)).then_deviates()
    assert not fold(eligible().then_came(found()).log).eligible(state.now)


def test_it_stood_until_it_was_cleared() -> None:
    """What is told late of the time before the clearing is judged by how it was then."""
    state = cleared(FOUND)
    assert fold(state.log).standing_contraindications(FOUND.now)
    assert not fold(state.log).standing_contraindications(state.now)
