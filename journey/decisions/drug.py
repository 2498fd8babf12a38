"""What may be told of the line, and of drugs beside the infusion? All of it is observed, and so recorded."""

from __future__ import annotations

from journey.commands import GiveMedication, PlaceIvAccess
from journey.decisions.findings import Findings, during, session_of
from journey.errors import Rule
from journey.events import IvAccessPlaced, MedicationGiven
from journey.recorded import Asked, Fact
from journey.state import Journey
from journey.values import Role


def place_iv_access(journey: Journey, asked: Asked[PlaceIvAccess], findings: Findings) -> list[Fact]:
    """Record a line; before the session was cleared nobody should have placed one."""
    command = asked.command
    session = session_of(journey, command.session_id)
    during(session, asked.at, findings)
    cleared_at = session.cleared_at
    again = bool(session.attempts)  # cleared once more after a stop: the line may be older than that
    findings.note(Rule.NOT_CLEARED, holds=cleared_at is not None and (again or asked.at >= cleared_at))
    return [
        findings.fact(
            IvAccessPlaced(
                session_id=command.session_id, site=command.site, gauge=command.gauge, attempts=command.attempts
            )
        )
    ]


def give_medication(journey: Journey, asked: Asked[GiveMedication], findings: Findings) -> list[Fact]:
    """Record a drug; who enters it as ordered by themselves must be one who may order."""
    command, actor = asked.command, asked.actor
    during(session_of(journey, command.session_id), asked.at, findings)
    ordered = command.ordered_by != actor.person or actor.acting_role is Role.PRESCRIBER
    findings.note(Rule.ORDER_NEEDS_PRESCRIBER, holds=ordered)
    return [
        findings.fact(
            MedicationGiven(
                session_id=command.session_id,
                rxnorm=command.rxnorm,
                dose=command.dose,
                unit=command.unit,
                route=command.route,
                indication=command.indication,
                ordered_by=command.ordered_by,
                given_by=command.given_by,
            )
        )
    ]
