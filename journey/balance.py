"""Does the drug of a session balance: is what was drawn what went in and what was wasted?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from journey.policy import Policy
from journey.state import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What became of the drug of a session, in mg, and how far the devices may be out."""

    dispensed_mg: Decimal
    infused_mg: Decimal
    wasted_mg: Decimal
    tolerance_mg: Decimal

    @property
    def difference_mg(self) -> Decimal:
        """What is missing; below zero, what is there and should not be."""
        return self.dispensed_mg - self.infused_mg - self.wasted_mg

    @property
    def holds(self) -> bool:
        """Whether no more is missing, or too much, than devices may be out."""
        return abs(self.difference_mg) <= self.tolerance_mg


def balance(session: Session, policy: Policy) -> Balance:
    """The balance of a session; what went in is what the pump says, what was wasted what a syringe measured."""
    infused, wasted = session.infused_mg, session.wasted_mg
    pump, syringe = policy.balance_pump_tolerance_pct, policy.balance_syringe_tolerance_pct
    return Balance(
        dispensed_mg=session.dispensed_mg,
        infused_mg=infused,
        wasted_mg=wasted,
        tolerance_mg=(infused * pump + wasted * syringe) / 100,
    )
