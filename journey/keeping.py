"""Which appointment does an event keep that is for no infusion: the consult that was held, the review, the call?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from journey.events import ConsultCompleted, Event, PatientContacted, ResponseAssessed
from journey.events.schedule import AppointmentKind

HELD_AS: Mapping[type[Event], AppointmentKind] = {
    ConsultCompleted: AppointmentKind.CONSULT,
    ResponseAssessed: AppointmentKind.REVIEW,
}
"""What these events are held at, if it was booked; nobody checks in for it."""

NEAR = timedelta(hours=12)
"""How far from its hour a consult or a review may be held and still be the one that was booked: on its day, that is."""

Waiting = tuple[UUID, AppointmentKind, datetime]
"""An appointment for which nobody has come, what it is for, and when it is to begin."""


def kept(event: Event, at: datetime, waiting: Iterable[Waiting]) -> UUID | None:
    """The appointment that an event keeps: a follow-up by the call that names it, else the nearest of its kind."""
    if isinstance(event, PatientContacted):
        called = {key for key, kind, _ in waiting if kind is AppointmentKind.FOLLOWUP}
        return event.appointment_id if event.reached and event.appointment_id in called else None
    held_as = HELD_AS.get(type(event))
    near = {key: abs(start - at) for key, kind, start in waiting if kind is held_as and abs(start - at) <= NEAR}
    return min(near, key=lambda key: near[key], default=None)
