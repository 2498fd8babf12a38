"""What has the reminder service to do with, and how is it imported from the documents?"""

from __future__ import annotations

import importlib.util
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from consumers import MemoryTopic
from journey.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
    EntryCorrected,
    Event,
    Original,
)
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.schedule import AppointmentKind, CancellationReason, Initiator, Move, RescheduleReason
from tests.consumers.logs import CLINIC

FILE = Path(__file__).parents[2] / "docs" / "examples" / "reminders" / "reminders.py"
FIRST = datetime(2026, 5, 4, 16, tzinfo=UTC)


@cache
def reminders() -> Any:
    """Return the service's module."""
    spec = importlib.util.spec_from_file_location("reminders", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def booked(appointment: UUID, start: datetime) -> AppointmentBooked:
    """Return an appointment of an hour."""
    return AppointmentBooked(
        appointment_id=appointment, kind=AppointmentKind.INFUSION, start=start, end=start + timedelta(hours=1)
    )


def moved(appointment: UUID, start: datetime) -> AppointmentRescheduled:
    """Return an appointment that is another time."""
    move = Move(appointment_id=appointment, start=start, end=start + timedelta(hours=1))
    return AppointmentRescheduled(moves=(move,), initiator=Initiator.PATIENT, reason=RescheduleReason.ILLNESS)


def called_off(appointment: UUID) -> AppointmentCancelled:
    """Return an appointment that is none any more."""
    return AppointmentCancelled(
        appointment_ids=(appointment,),
        initiator=Initiator.CLINIC,
        reason_code=CancellationReason.WEATHER,
        late=False,
    )


def corrected(target: UUID, put: Original | None, at: datetime = FIRST) -> EntryCorrected:
    """Return a correction: another entry in the place of one, or none."""
    return EntryCorrected(
        target_event_id=target,
        kind=CorrectionKind.RETRACT if put is None else CorrectionKind.AMEND,
        replacement=None if put is None else Replacement(type=type(put).__name__, at=at, data=put),
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )


def story(count: int, seed: int = 1) -> MemoryTopic:
    """Return so many events of many journeys by chance: booked, moved, called off, and each of them corrected."""
    chance, topic = random.Random(seed), MemoryTopic()
    journeys = [uuid5(CLINIC, f"reminded {number}") for number in range(40)]
    lasts: dict[UUID, UUID] = {}
    for number in range(count):
        journey = chance.choice(journeys)
        appointment = uuid5(journey, f"appointment {number // 60}")
        start = FIRST + timedelta(hours=chance.randrange(500))
        events: list[Event] = [booked(appointment, start), moved(appointment, start), called_off(appointment)]
        if journey in lasts and chance.random() < 0.2:
            topic.tell(corrected(lasts.pop(journey), chance.choice([None, booked(appointment, start)])), journey)
        else:
            lasts[journey] = topic.tell(chance.choice(events), journey).event_id
    return topic
