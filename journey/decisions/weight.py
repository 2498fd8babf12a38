"""Is the weight, by which every dose is counted, the patient's own, and not pounds for kilograms?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from journey.decisions.findings import Findings
from journey.errors import Rule
from journey.events.session import Check, CheckId
from journey.policy import Policy
from journey.state import Journey, Session


def weighed_in(
    last: Decimal | None, weight_kg: Decimal, repeated: Decimal | None, policy: Policy, findings: Findings
) -> None:
    """Mark a weight that lies far from the last, unless a second measurement says the same; and two that differ."""
    agrees = repeated is None or abs(repeated - weight_kg) <= policy.weight_repeated_kg
    findings.note(Rule.WEIGHT_ENTRIES_DIFFER, holds=agrees)
    findings.note(Rule.WEIGHT_JUMP, holds=_believed(last, weight_kg, repeated, policy))


def weighed_again(journey: Journey, session: Session, policy: Policy, findings: Findings) -> None:
    """A weight far from the last is measured a second time, before anybody believes it or sets the check aside."""
    arrived = session.checked_in
    jump = jump_pct(journey.weight_kg_before(session.checked_in_at), arrived.weight_kg)
    measured = jump <= policy.weight_jump_pct or arrived.weight_kg_repeated is not None
    findings.guard(Rule.WEIGHT_NOT_REPEATED, holds=measured)


def weight_checks(journey: Journey, session: Session, policy: Policy, *, today: bool) -> Iterator[Check]:
    """The weight is today's and near the last one, or measured twice; and it goes with the height."""
    arrived = session.checked_in
    last = journey.weight_kg_before(session.checked_in_at)
    yield Check(
        id=CheckId.WEIGHT,
        value=round(jump_pct(last, arrived.weight_kg), 1),
        limit=Decimal(policy.weight_jump_pct),
        passed=today and _believed(last, arrived.weight_kg, arrived.weight_kg_repeated, policy),
    )
    if journey.consult is not None:
        bmi = bmi_kg_per_m2(arrived.weight_kg, journey.consult.height_cm)
        high = bmi > policy.bmi_kg_per_m2_max
        yield Check(
            id=CheckId.BODY_MASS,
            value=round(bmi, 1),
            limit=Decimal(policy.bmi_kg_per_m2_max if high else policy.bmi_kg_per_m2_min),
            passed=plausible(arrived.weight_kg, journey.consult.height_cm, policy),
        )


def plausible(weight_kg: Decimal, height_cm: Decimal, policy: Policy) -> bool:
    """Whether weight and height go together: 180 lb entered as kilograms seldom do, nor do 69 inches as centimetres."""
    return policy.bmi_kg_per_m2_min <= bmi_kg_per_m2(weight_kg, height_cm) <= policy.bmi_kg_per_m2_max


def bmi_kg_per_m2(weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """The body-mass index."""
    return weight_kg * 10_000 / (height_cm * height_cm)


def jump_pct(last: Decimal | None, now: Decimal) -> Decimal:
    """By how many percent a weight differs from the last; 0 where there is none."""
    return Decimal(0) if last is None else abs(now - last) * 100 / last


def _believed(last: Decimal | None, weight_kg: Decimal, repeated: Decimal | None, policy: Policy) -> bool:
    """Whether it is near the last weight; or measured twice, and not so far off that pounds are likelier."""
    jump = jump_pct(last, weight_kg)
    if repeated is None or abs(repeated - weight_kg) > policy.weight_repeated_kg:
        return jump <= policy.weight_jump_pct
    return jump <= policy.weight_repeated_jump_pct
