"""Is a denial recorded, and does it take eligibility back?"""

from __future__ import annotations

from datetime import date

from journey.commands import DenyEligibility
from journey.events import EligibilityDenied
from journey.events.intake import CriterionId
from journey.history import fold
from tests.decisions.states import eligible

DENY = DenyEligibility(criteria_failed=(CriterionId.FAILED_TRIALS,), permanent=False, recheck_after=date(2026, 9, 1))


def test_records_the_denial() -> None:
    """The criteria and the date of the re-check are stored, and eligibility is gone."""
    denied = (
        eligible()
        .when(DENY)
        .then(
            EligibilityDenied(
                criteria_failed=(CriterionId.FAILED_TRIALS,), permanent=False, recheck_after=date(2026, 9, 1)
            )
        )
    )
    assert not fold(denied.log).eligible(denied.now)
