"""Is the payer's answer recorded?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from journey.commands import VerifyCoverage
from journey.errors import Rule
from tests.decisions.states import COVERED, consented, eligible
from tests.given import MINUTE

VERIFY = VerifyCoverage(
    coverage_id=COVERED.coverage_id,
    payer=COVERED.payer,
    requested_at=COVERED.requested_at,
    verified_at=COVERED.verified_at,
    outcome=COVERED.outcome,
    valid_from=COVERED.valid_from,
    valid_to=COVERED.valid_to,
)


def test_records_the_answer() -> None:
    """The answer is stored as told."""
    eligible().when(VERIFY).then(COVERED)


def test_is_refused_under_a_used_id() -> None:
    """An id names one coverage."""
    consented().when(VERIFY).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_when_answered_before_it_was_asked() -> None:
    """An answer does not come before its question."""
    early = replace(VERIFY, verified_at=VERIFY.requested_at - MINUTE)
    eligible().when(early).then_refused(Rule.END_BEFORE_START)


def test_is_refused_when_answered_after_the_entry() -> None:
    """Nobody enters an answer that has not come: at that very moment it has."""
    state = eligible()
    state.when(replace(VERIFY, verified_at=state.now), at=state.now).then_deviates()
    state.when(replace(VERIFY, verified_at=state.now + MINUTE), at=state.now).then_refused(Rule.VERIFIED_IN_FUTURE)


def test_is_refused_when_it_ends_before_it_begins() -> None:
    """A coverage of no day is a slip; one of a single day is not."""
    eligible().when(replace(VERIFY, valid_to=date(2026, 2, 28))).then_refused(Rule.END_BEFORE_START)
    eligible().when(replace(VERIFY, valid_to=VERIFY.valid_from)).then_deviates()
