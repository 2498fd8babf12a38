"""How does a request come before a decision, and what was decided into its envelope?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from journey.commands import Command
from journey.decisions import sensitivity
from journey.events import Event
from journey.recorded import Asked, Fact, Recorded
from journey.store.loading import Loaded
from journey.store.request import Request
from journey.store.sealing import note_id_of


def asked_of(request: Request, recorded_at: datetime) -> Asked[Command]:
    """What a request asks of a decision, heard of at a moment."""
    return Asked(
        command=request.command,
        journey_id=request.journey_id,
        site_id=request.site_id,
        command_id=request.command_id,
        at=request.at,
        recorded_at=recorded_at,
        utc_offset_min=request.utc_offset_min,
        actor=request.actor,
        origin=request.origin,
        correlation_id=request.correlation_id or request.command_id,
        reason=request.late_reason,
        note_id=_note_id(request),
    )


def enveloped(
    asked: Asked[Command],
    fact: Fact,
    number: int,
    stream: UUID,
    before: Loaded,
    policy_version: str,
    commitment: str | None,
) -> Recorded[Event]:
    """The event in its envelope: a command's first event is caused by the command, the others by that event."""
    last = before.log[-1].recorded_at if before.log else asked.recorded_at
    first_id = uuid5(asked.command_id, "event 1")
    return Recorded(
        event=fact.event,
        event_id=first_id if number == 1 else uuid5(asked.command_id, f"event {number}"),
        site_id=asked.site_id,
        journey_id=stream,
        version=len(before.log) + 1,
        at=asked.at,
        utc_offset_min=asked.utc_offset_min,
        recorded_at=max(asked.recorded_at, last),
        actor=asked.actor,
        origin=asked.origin,
        correlation_id=asked.correlation_id,
        causation_id=asked.command_id if number == 1 else first_id,
        command_id=asked.command_id,
        policy_version=policy_version,
        reason=asked.reason,
        note_id=asked.note_id if number == 1 else None,
        note_commitment=commitment if number == 1 else None,
        deviations=fact.deviations,
        sensitivity=sensitivity(fact.event),
        prev=before.digest,
    )


def _note_id(request: Request) -> UUID | None:
    return None if request.note is None else note_id_of(request.command_id)
