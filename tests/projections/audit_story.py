"""Which story do auditors ask about?

One morning's session. A pressure read at 17:10 was charted at 17:50, after the one of 17:40, and the PHQ-9 taken
before it was corrected two days later, from 17 to 14.
"""

from __future__ import annotations

from datetime import UTC, datetime

from journey.events import EntryCorrected, VitalsRecorded
from journey.events.outcome import Timepoint
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.recorded import Actor
from journey.values import LateReason, Role
from projections.audit.replay import Placed
from tests.decisions.states import REFERRAL, booking, check_in, phq9, reading
from tests.given import NURSE, PRESCRIBER, Given, later_recorded, named

FIRST_POSITION = 101
IMPORTER = Actor(user="importer", role=Role.IMPORTER, on_behalf_of="nora", on_behalf_of_role=Role.NURSE)

WRITTEN = phq9("before", 3, 3, 2, 2, 2, 2, 2, 1, 0, timepoint=Timepoint.BASELINE)  # 17
MEANT = phq9("before", 3, 3, 2, 2, 2, 1, 1, 0, 0, timepoint=Timepoint.BASELINE)  # 14

REFERRED, ANSWERED, BOOKED, ARRIVED, FIRST, THIRD, SECOND, CORRECTED = (named(f"event {n}") for n in range(1, 9))
"""The events, by their version; the reading in the middle was charted last."""


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def pressure(sbp_mmhg: int) -> VitalsRecorded:
    """A reading before the infusion."""
    return reading(sbp_mmhg=sbp_mmhg)


CORRECTION = EntryCorrected(
    target_event_id=ANSWERED,
    kind=CorrectionKind.AMEND,
    replacement=Replacement(type="AssessmentCompleted", at=on(3, 16, 50), data=MEANT),
    reason=CorrectionReason.TYPING_ERROR,
    approved_by="pete",
)


def story() -> Given:
    """The whole story, in the order it was recorded."""
    told = Given()
    for at, event in (
        (on(2, 17), REFERRAL),
        (on(3, 16, 50), WRITTEN),
        (on(3, 16, 51), booking(1)),
        (on(3, 16, 52), check_in()),
        (on(3, 17), pressure(124)),
        (on(3, 17, 40), pressure(130)),
    ):
        told = later_recorded(told, event, at=at, recorded_at=at)
    told = later_recorded(
        told, pressure(138), at=on(3, 17, 10), recorded_at=on(3, 17, 50), reason=LateReason.WORKLOAD, actor=NURSE
    )
    return later_recorded(told, CORRECTION, at=on(5, 17), recorded_at=on(5, 17), actor=PRESCRIBER)


def placed(told: Given) -> list[Placed]:
    """Its events with their positions in the whole log, where others lie between."""
    return [(FIRST_POSITION + 10 * index, entry) for index, entry in enumerate(told.log)]
