"""Is a consent recorded, whenever it was signed?"""

from __future__ import annotations

from dataclasses import replace

from journey.commands import GiveConsent
from journey.errors import Rule
from tests.decisions.states import CONSENTED, consented, deceased, eligible
from tests.given import DAY, MINUTE, START

GIVE = GiveConsent(
    consent_id=CONSENTED.consent_id,
    kind=CONSENTED.kind,
    form_version=CONSENTED.form_version,
    signed_at=CONSENTED.signed_at,
    signer_id=CONSENTED.signer_id,
)


def test_records_the_consent() -> None:
    """The consent is stored as told."""
    eligible().when(GIVE).then(CONSENTED)


def test_is_refused_under_a_used_id() -> None:
    """An id names one consent."""
    consented().when(GIVE).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_when_it_expires_before_it_is_signed() -> None:
    """A consent that is over before it begins is a slip."""
    eligible().when(replace(GIVE, expires_at=START)).then_refused(Rule.END_BEFORE_START)


def test_is_refused_when_signed_later_than_it_is_reported() -> None:
    """Nobody reports a signature that is still to come."""
    state = eligible()
    state.when(replace(GIVE, signed_at=state.now + DAY)).then_refused(Rule.SIGNED_IN_FUTURE)


def test_marks_a_consent_after_death() -> None:
    """A consent of a day after the recorded death is stored and marked."""
    late = replace(GIVE, consent_id=GIVE.signer_id)
    deceased().when(late).then_deviates(Rule.AFTER_DEATH)


def test_marks_an_entry_that_came_late_without_a_reason() -> None:
    """What is recorded over the policy's minutes after it happened asks for a reason."""
    state = eligible().later(DAY)
    limit = state.clinic.policy.late_after_min * MINUTE
    state.when(GIVE, at=state.now, recorded_at=state.now + limit).then_deviates()
    late = state.when(GIVE, at=state.now, recorded_at=state.now + limit + MINUTE)
    late.then_deviates(Rule.LATE_WITHOUT_REASON)
