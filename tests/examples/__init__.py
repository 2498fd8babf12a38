"""What does each message look like? One canonical example of every event and every command."""

from __future__ import annotations

from datetime import UTC, datetime

from journey.errors import Rule
from journey.recorded import Actor, Recorded
from journey.values import LateReason, Origin, Role, Sensitivity
from tests.examples.asked import COMMANDS
from tests.examples.facts import EVENTS
from tests.examples.names import DIGEST, JOURNEY, at, named

NOTED = Recorded(
    event=EVENTS["ConsultCompleted"],
    event_id=named("event"),
    site_id="main",
    journey_id=JOURNEY,
    version=7,
    at=at(3, 17, 45),
    utc_offset_min=-480,
    recorded_at=datetime(2026, 3, 3, 18, 25, 0, 250_000, tzinfo=UTC),
    actor=Actor(user="import", role=Role.IMPORTER, on_behalf_of="pete", on_behalf_of_role=Role.PRESCRIBER),
    origin=Origin.IMPORT,
    correlation_id=named("correlation"),
    causation_id=named("cause"),
    command_id=named("command"),
    policy_version="default-0123456789ab",
    reason=LateReason.WORKLOAD,
    note_id=named("note"),
    note_commitment=DIGEST,
    deviations=(Rule.LATE_WITHOUT_REASON, Rule.NOT_READY),
    sensitivity=(Sensitivity.SUBSTANCE_USE,),
    prev=DIGEST[::-1],
)
"""An envelope with everything that it can hold."""


__all__ = ["COMMANDS", "EVENTS", "NOTED"]
