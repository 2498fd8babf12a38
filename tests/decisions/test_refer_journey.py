"""Is a journey opened once, and only by a referral?"""

from __future__ import annotations

from journey.commands import DenyEligibility, ReferJourney
from journey.errors import Rule
from journey.events.intake import CriterionId
from tests.decisions.states import REFERRAL, referred
from tests.given import given

REFER = ReferJourney(
    patient_id=REFERRAL.patient_id,
    referrer=REFERRAL.referrer,
    indication_icd10=REFERRAL.indication_icd10,
    reason=REFERRAL.reason,
)


def test_opens_the_journey() -> None:
    """A referral is the first event of a journey."""
    given().when(REFER).then(REFERRAL)


def test_is_refused_twice() -> None:
    """A journey is referred once."""
    referred().when(REFER).then_refused(Rule.JOURNEY_EXISTS)


def test_nothing_else_opens_a_journey() -> None:
    """Any other command for a journey that nobody referred is refused."""
    deny = DenyEligibility(criteria_failed=(CriterionId.AGE,), permanent=True)
    given().when(deny).then_refused(Rule.UNKNOWN_JOURNEY)
