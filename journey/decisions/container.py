"""What is told of a container of the drug? All of it is observed: a difference is recorded, and opens a discrepancy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TypeVar, assert_never, cast

from journey.clinic import Clinic
from journey.commands import (
    AttestMovement,
    DestroyContainer,
    OfContainer,
    OpenDiscrepancy,
    ReceiveContainer,
    RecordCount,
    ResolveDiscrepancy,
    TransferContainerOut,
)
from journey.container import Container, folded
from journey.decisions.findings import Findings, require
from journey.errors import Refused, Rule
from journey.events import (
    ContainerDestroyed,
    ContainerReceived,
    ContainerTransferredOut,
    CountRecorded,
    DiscrepancyOpened,
    DiscrepancyResolved,
    MovementAttested,
)
from journey.events.container import Act, DiscrepancyKind
from journey.history import Log
from journey.recorded import Asked, Fact

C = TypeVar("C", bound=OfContainer)


def of_container(  # noqa: PLR0911 - one arm a command, so that none can be missing
    log: Log, asked: Asked[OfContainer], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """What comes of a command that is asked of a container, whose log this is."""
    match asked.command:
        case ReceiveContainer() as command:
            return receive_container(log, _of(asked, command), findings)
        case AttestMovement() as command:
            return attest_movement(log, _of(asked, command), findings)
        case RecordCount() as command:
            return record_count(log, _of(asked, command), findings)
        case TransferContainerOut() as command:
            return transfer_container_out(log, _of(asked, command), findings)
        case DestroyContainer() as command:
            return destroy_container(log, _of(asked, command), clinic, findings)
        case OpenDiscrepancy() as command:
            return open_discrepancy(log, _of(asked, command), findings)
        case ResolveDiscrepancy() as command:
            return resolve_discrepancy(log, _of(asked, command), findings)
        case _:
            assert_never(asked.command)


def receive_container(log: Log, asked: Asked[ReceiveContainer], findings: Findings) -> list[Fact]:
    """Record that a container came; its ledger begins with what it holds."""
    command = asked.command
    require(Rule.CONTAINER_EXISTS, holds=not log)
    return [
        findings.fact(
            ContainerReceived(
                ndc=command.ndc,
                lot=command.lot,
                expires_on=command.expires_on,
                conc_mg_per_ml=command.conc_mg_per_ml,
                volume_ml=command.volume_ml,
                supplier=command.supplier,
                rest_ml=command.volume_ml,
            )
        )
    ]


def attest_movement(log: Log, asked: Asked[AttestMovement], findings: Findings) -> list[Fact]:
    """Record what a second person saw; they are who is signed in, and nobody who is named."""
    command, container = asked.command, _known(log)
    require(Rule.DUPLICATE_ID, holds=command.attestation_id not in container.attested)
    findings.note(Rule.CONTAINER_GONE, holds=not container.gone)
    return [
        findings.fact(
            MovementAttested(
                attestation_id=command.attestation_id,
                act=command.act,
                ml=command.ml,
                session_id=command.session_id,
                attested_by=asked.actor.person,
            )
        )
    ]


def record_count(log: Log, asked: Asked[RecordCount], findings: Findings) -> list[Fact]:
    """Record what was counted; what the ledger did not know of is a discrepancy."""
    container = _known(log)
    counted, expected = asked.command.counted_ml, container.rest_ml
    findings.note(Rule.CONTAINER_GONE, holds=not container.gone)
    findings.note(Rule.COUNT_DIFFERS, holds=counted == expected)
    count = CountRecorded(counted_ml=counted, expected_ml=expected, rest_ml=counted)
    return [findings.fact(count), *_differing(container, asked, DiscrepancyKind.COUNT, expected - counted)]


def transfer_container_out(log: Log, asked: Asked[TransferContainerOut], findings: Findings) -> list[Fact]:
    """Record that a container went elsewhere, with what was in it."""
    command, container = asked.command, _known(log)
    findings.note(Rule.CONTAINER_GONE, holds=not container.gone)
    findings.note(Rule.REST_DIFFERS, holds=command.ml == container.rest_ml)
    gone = ContainerTransferredOut(ml=command.ml, to=command.to, rest_ml=Decimal(0))
    missing_ml = container.rest_ml - command.ml
    return [findings.fact(gone), *_differing(container, asked, DiscrepancyKind.CONTAINER, missing_ml)]


def destroy_container(log: Log, asked: Asked[DestroyContainer], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record that a container was destroyed, with what was in it, and with a second person who saw it."""
    command, container = asked.command, _known(log)
    attested = container.attestation(
        Act.DESTRUCTION,
        command.ml,
        None,
        by_another_than=asked.actor.person,
        at=asked.at,
        within=timedelta(minutes=clinic.policy.attestation_age_min_max),
    )
    findings.note(Rule.CONTAINER_GONE, holds=not container.gone)
    findings.note(Rule.REST_DIFFERS, holds=command.ml == container.rest_ml)
    findings.note(Rule.NOT_WITNESSED, holds=attested is not None)
    destroyed = ContainerDestroyed(
        ml=command.ml,
        method=command.method,
        witnessed_by=None if attested is None else attested.attested_by,
        attestation_id=None if attested is None else attested.attestation_id,
        rest_ml=Decimal(0),
    )
    missing_ml = container.rest_ml - command.ml
    return [findings.fact(destroyed), *_differing(container, asked, DiscrepancyKind.CONTAINER, missing_ml)]


def open_discrepancy(log: Log, asked: Asked[OpenDiscrepancy], findings: Findings) -> list[Fact]:
    """Record that the drug does not balance, of a container or of a session that drew from it."""
    command, container = asked.command, _known(log)
    require(Rule.DUPLICATE_ID, holds=command.discrepancy_id not in container.discrepancies)
    kind = DiscrepancyKind.CONTAINER if command.session_id is None else DiscrepancyKind.SESSION
    return [
        findings.fact(
            DiscrepancyOpened(
                discrepancy_id=command.discrepancy_id,
                kind=kind,
                difference_mg=command.difference_mg,
                session_id=command.session_id,
            )
        )
    ]


def resolve_discrepancy(log: Log, asked: Asked[ResolveDiscrepancy], findings: Findings) -> list[Fact]:
    """Record what a discrepancy came from."""
    command, container = asked.command, _known(log)
    require(Rule.UNKNOWN_DISCREPANCY, holds=command.discrepancy_id in container.discrepancies)
    findings.note(Rule.DISCREPANCY_NOT_OPEN, holds=command.discrepancy_id in container.open)
    return [
        findings.fact(DiscrepancyResolved(discrepancy_id=command.discrepancy_id, finding=command.finding)),
    ]


def _known(log: Log) -> Container:
    found = folded(log)
    if found is None:
        raise Refused(Rule.UNKNOWN_CONTAINER)
    return found


def _differing(container: Container, asked: Asked[C], kind: DiscrepancyKind, missing_ml: Decimal) -> list[Fact]:
    """The discrepancy that a difference opens, if there is one."""
    if missing_ml == 0:
        return []
    opened = DiscrepancyOpened(
        discrepancy_id=asked.new_id("discrepancy_id"),
        kind=kind,
        difference_mg=missing_ml * container.received.conc_mg_per_ml,
    )
    return [Fact(opened)]


def _of(asked: Asked[OfContainer], command: C) -> Asked[C]:  # noqa: ARG001 - gives the type
    """What was asked, typed by its command."""
    return cast("Asked[C]", asked)
