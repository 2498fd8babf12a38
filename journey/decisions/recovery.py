"""Have the vitals come back to what they were before the infusion? PADSS's first item, as the readings give it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from journey.events.session import VitalsPhase, VitalsRecorded
from journey.instruments import padss
from journey.policy import Policy
from journey.state import Session

Sign = Callable[[VitalsRecorded], int | None]

SIGNS: tuple[Sign, ...] = (lambda it: it.sbp_mmhg, lambda it: it.dbp_mmhg, lambda it: it.hr_per_min)
"""The pressures and the pulse."""


def vitals_mark(session: Session, at: datetime, policy: Policy) -> int | None:
    """2 where no sign has moved by more than 20 % of what it was, 1 up to 40 %, else 0; each limit is within.

    None where nothing was read both before and after: then the mark is the nurse's own.
    """
    moved = [it for it in (_moved_pct(sign, session, at) for sign in SIGNS) if it is not None]
    if not moved:
        return None
    farthest = max(moved)
    if farthest <= policy.padss_vitals_whole_pct:
        return padss.WHOLE
    return 1 if farthest <= policy.padss_vitals_half_pct else 0


def _moved_pct(sign: Sign, session: Session, at: datetime) -> Decimal | None:
    """By how many percent a sign's last reading after the infusion differs from the last before it."""
    before, now = (last_read(sign, phase, session, at) for phase in (VitalsPhase.PRE, VitalsPhase.POST))
    return Decimal(abs(now - before)) * 100 / before if before and now is not None else None


def last_read(sign: Sign, phase: VitalsPhase, session: Session, at: datetime) -> int | None:
    """What was read last of a sign in a phase of the session; None if it never was."""
    read = [it for it in session.readings if it.vitals.phase is phase and it.at <= at]
    read.sort(key=lambda reading: reading.at)
    values = [value for it in read if (value := sign(it.vitals)) is not None]
    return values[-1] if values else None
