"""May a dose be drawn, and what is told of what was left over? Each is one commit with the container's ledger."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from journey.balance import balance
from journey.clinic import Clinic
from journey.commands import DispenseDose, WasteDose
from journey.container import Container
from journey.decisions.findings import Findings, session_of, treating
from journey.errors import Refused, Rule
from journey.events import (
    ContainerDispensed,
    ContainerWasted,
    DiscrepancyOpened,
    DoseDispensed,
    DoseWasted,
    MovementAttested,
)
from journey.events.container import Act, DiscrepancyKind
from journey.recorded import Asked, Fact
from journey.state import Journey, Stage, replace

DRAWABLE = frozenset({Stage.CLEARED, Stage.IV_PLACED, Stage.INFUSING})
"""Where a session may be when the drug is drawn for it."""


def dispense_dose(journey: Journey, asked: Asked[DispenseDose], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Draw the drug for a session that is cleared, of what the container holds, with a second person who saw it."""
    command = asked.command
    session = session_of(journey, command.session_id)
    container = _container(command, clinic)
    treating(journey, asked.at, findings)
    findings.guard(Rule.NO_CONSENT, holds=journey.consent_in_force(asked.at))
    findings.guard(Rule.NOT_CLEARED, holds=session.stage in DRAWABLE)
    received, short = container.received, command.volume_ml > container.rest_ml
    findings.guard(Rule.CONTAINER_GONE, holds=not container.gone)
    findings.guard(Rule.LOT_DIFFERS, holds=command.lot == received.lot)
    findings.guard(Rule.LOT_EXPIRED, holds=clinic.site.day(asked.at) <= received.expires_on)
    findings.guard(Rule.CONTAINER_SHORT, holds=not short)
    attested = _attested(container, asked, Act.DRAW, command.volume_ml, clinic)
    findings.guard(Rule.NOT_VERIFIED, holds=attested is not None)
    drawn_mg, rest_ml = command.volume_ml * received.conc_mg_per_ml, container.rest_ml - command.volume_ml
    drawn = DoseDispensed(
        session_id=command.session_id,
        container_id=command.container_id,
        ndc=received.ndc,
        lot=received.lot,
        expires_on=received.expires_on,
        conc_mg_per_ml=received.conc_mg_per_ml,
        volume_ml=command.volume_ml,
        mg=drawn_mg,
        drawn_by=asked.actor.person,
        verified_by=None if attested is None else attested.attested_by,
    )
    taken = ContainerDispensed(
        journey_id=asked.journey_id,
        session_id=command.session_id,
        volume_ml=command.volume_ml,
        mg=drawn_mg,
        witnessed_by=None if attested is None else attested.attested_by,
        attestation_id=None if attested is None else attested.attestation_id,
        rest_ml=rest_ml,
    )
    missing_mg = rest_ml * received.conc_mg_per_ml
    also = [_discrepancy(asked, container, DiscrepancyKind.CONTAINER, missing_mg)] if short else []
    return [findings.fact(drawn), Fact(taken, stream=container.container_id), *also]


def waste_dose(journey: Journey, asked: Asked[WasteDose], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record what was wasted; more than there can have been opens a discrepancy in the same commit."""
    command = asked.command
    session = session_of(journey, command.session_id)
    container = _container(command, clinic)
    findings.note(Rule.OUT_OF_ORDER, holds=asked.at >= session.checked_in_at)  # that they have left by then is usual
    attested = _attested(container, asked, Act.WASTE, command.ml, clinic)
    findings.note(Rule.NOT_WITNESSED, holds=attested is not None)
    conc = command.conc_mg_per_ml or container.received.conc_mg_per_ml
    wasted = DoseWasted(
        session_id=command.session_id,
        container_id=command.container_id,
        ml=command.ml,
        conc_mg_per_ml=conc,
        mg=command.ml * conc,
        method=command.method,
        witnessed_by=None if attested is None else attested.attested_by,
    )
    ledger = ContainerWasted(
        journey_id=asked.journey_id,
        session_id=command.session_id,
        mg=wasted.mg,
        witnessed_by=None if attested is None else attested.attested_by,
        attestation_id=None if attested is None else attested.attestation_id,
        rest_ml=container.rest_ml,
    )
    after = balance(replace(session, wastes=(*session.wastes, wasted)), clinic.policy)
    over = after.difference_mg < -after.tolerance_mg
    findings.note(Rule.WASTE_OVER_BALANCE, holds=not over)
    also = [_discrepancy(asked, container, DiscrepancyKind.SESSION, after.difference_mg)] if over else []
    return [findings.fact(wasted), Fact(ledger, stream=container.container_id), *also]


def _container(command: DispenseDose | WasteDose, clinic: Clinic) -> Container:
    found = clinic.container(command.container_id)
    if found is None:
        raise Refused(Rule.UNKNOWN_CONTAINER)
    return found


def _attested(
    container: Container, asked: Asked[DispenseDose] | Asked[WasteDose], act: Act, ml: Decimal, clinic: Clinic
) -> MovementAttested | None:
    """What a second person attested of exactly this, by a sign-in of their own."""
    return container.attestation(
        act,
        ml,
        asked.command.session_id,
        by_another_than=asked.actor.person,
        at=asked.at,
        within=timedelta(minutes=clinic.policy.attestation_age_min_max),
    )


def _discrepancy(
    asked: Asked[DispenseDose] | Asked[WasteDose], container: Container, kind: DiscrepancyKind, difference_mg: Decimal
) -> Fact:
    opened = DiscrepancyOpened(
        discrepancy_id=asked.new_id("discrepancy_id"),
        kind=kind,
        difference_mg=difference_mg,
        session_id=asked.command.session_id,
    )
    return Fact(opened, stream=container.container_id)
