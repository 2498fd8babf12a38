"""What may happen after the series?"""

from __future__ import annotations

from journey.clinic import Clinic
from journey.commands import CloseJourney, RecordDeath, ScheduleMaintenance
from journey.decisions.findings import Findings, require, treating
from journey.errors import Rule
from journey.events import DeathRecorded, JourneyClosed, MaintenanceScheduled
from journey.recorded import Asked, Fact
from journey.state import AppointmentStatus, Journey


def schedule_maintenance(
    journey: Journey, asked: Asked[ScheduleMaintenance], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Let infusions go on, once the response has been assessed."""
    command, current = asked.command, journey.maintenance
    require(Rule.END_BEFORE_START, holds=command.until is None or command.first_due <= command.until)
    treating(journey, asked.at, findings)
    findings.guard(Rule.NO_RESPONSE_ASSESSED, holds=bool(journey.reviews))
    findings.guard(Rule.DOSE_TOO_HIGH, holds=command.dose_mg_per_kg <= clinic.policy.dose_mg_per_kg_max)
    in_force = None if current is None else current.maintenance_id
    findings.guard(Rule.MAINTENANCE_NOT_SUPERSEDED, holds=command.supersedes == in_force)
    require(Rule.DUPLICATE_ID, holds=current is None or command.maintenance_id != current.maintenance_id)
    return [
        findings.fact(
            MaintenanceScheduled(
                maintenance_id=command.maintenance_id,
                rule=command.rule,
                intervals_d=command.intervals_d,
                first_due=command.first_due,
                until=command.until,
                supersedes=command.supersedes,
                dose_mg_per_kg=command.dose_mg_per_kg,
            )
        )
    ]


def close_journey(journey: Journey, asked: Asked[CloseJourney], findings: Findings) -> list[Fact]:
    """End the journey, once nobody is in the clinic and nothing is booked."""
    command = asked.command
    findings.guard(Rule.JOURNEY_CLOSED, holds=journey.closed is None)
    findings.guard(Rule.SESSION_OPEN, holds=not any(it.is_open for it in journey.sessions.values()))
    booked = [it for it in journey.appointments.values() if it.status is AppointmentStatus.BOOKED]
    findings.guard(Rule.APPOINTMENT_OPEN, holds=not any(it.end > asked.at for it in booked))
    return [findings.fact(JourneyClosed(reason=command.reason, final_outcome=command.final_outcome))]


def record_death(journey: Journey, asked: Asked[RecordDeath], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record that the patient died, in whatever phase."""
    command = asked.command
    require(Rule.DIED_IN_FUTURE, holds=command.died_on <= clinic.site.local(asked.at).date())
    findings.note(Rule.DEATH_ALREADY_RECORDED, holds=journey.died_on is None)
    came = (clinic.site.local(it.checked_in_at).date() for it in journey.sessions.values())
    findings.note(Rule.OUT_OF_ORDER, holds=all(day <= command.died_on for day in came))
    return [findings.fact(DeathRecorded(died_on=command.died_on, informant=command.informant))]
