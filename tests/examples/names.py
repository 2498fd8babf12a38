"""What goes by the same name in every example?"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

from journey.events.schedule import Move, SeriesSlot
from journey.events.session import (
    Ride,
    RideKind,
)

JOURNEY = UUID("6f1d0d0e-0000-4000-8000-000000000001")
DIGEST = "0123456789abcdef" * 4


def named(name: str) -> UUID:
    """Return the id that goes by a name in an example."""
    return uuid5(JOURNEY, name)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


SESSION, PLAN, APPOINTMENT = named("session"), named("plan"), named("appointment")
CONTAINER, ATTESTATION, DISCREPANCY = named("container"), named("attestation"), named("discrepancy")
CONSENT, RISK, ADVERSE = named("consent"), named("risk"), named("adverse event")
ITEMS = {str(number): None if number == 8 else 2 for number in range(1, 10)}
RIDE = Ride(kind=RideKind.ESCORT, person_id=named("escort"), confirmed=True)
MOVE = Move(
    appointment_id=APPOINTMENT,
    start=at(3, 18),
    end=at(3, 21),
    chair="chair-2",
    nurse="nurse-2",
    provider="provider-1",
)
SLOTS = tuple(
    SeriesSlot(
        appointment_id=named(f"appointment {number}"),
        slot_no=number,
        start=at(day, 17),
        end=at(day, 20),
        chair="chair-1",
        nurse="nurse-1",
        provider="provider-1",
    )
    for number, day in enumerate((3, 6, 10, 13, 17, 20), start=1)
)
"""Every infusion of a plan of six, across the change of clocks on 8 March."""
