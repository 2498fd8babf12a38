"""What became of a container of the drug: a stream of its own, since one container serves many sessions?

`rest_ml` is what is left of it by its ledger, once the event is counted: below zero it says that somebody drew what
the ledger did not know of.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from journey.events.drug import WasteMethod
from journey.values import (
    ConcentrationMgPerMl,
    Day,
    DrawnMl,
    GivenMg,
    LedgerMg,
    LedgerMl,
    Lot,
    Ndc,
    PlaceId,
    UserId,
    VolumeMl,
)


class Act(StrEnum):
    """What a second person attests."""

    DRAW = "draw"
    WASTE = "waste"
    DESTRUCTION = "destruction"


class DiscrepancyKind(StrEnum):
    """Where a difference showed."""

    COUNT = "count"
    CONTAINER = "container"
    SESSION = "session"


class Finding(StrEnum):
    """What a difference came from."""

    ENTRY_ERROR = "entry_error"
    MEASUREMENT = "measurement"
    SPILLAGE = "spillage"
    BREAKAGE = "breakage"
    LOSS = "loss"
    THEFT = "theft"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerReceived:
    """A container came from a supplier; its ledger begins."""

    ndc: Ndc
    lot: Lot
    expires_on: Day
    conc_mg_per_ml: ConcentrationMgPerMl
    volume_ml: DrawnMl
    supplier: PlaceId
    rest_ml: LedgerMl


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementAttested:
    """A second person, signed in as themselves, saw exactly this; the draw or waste that follows uses it up."""

    attestation_id: UUID
    act: Act
    ml: DrawnMl
    session_id: UUID | None = None
    attested_by: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerDispensed:
    """So much was drawn for a session."""

    journey_id: UUID
    session_id: UUID
    volume_ml: DrawnMl
    mg: GivenMg
    witnessed_by: UserId | None = None
    attestation_id: UUID | None = None
    rest_ml: LedgerMl


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerWasted:
    """So much of what a session had drawn was wasted: it had left the container before."""

    journey_id: UUID
    session_id: UUID
    mg: GivenMg
    witnessed_by: UserId | None = None
    attestation_id: UUID | None = None
    rest_ml: LedgerMl


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRecorded:
    """Somebody looked how much there is. From then on the ledger holds that."""

    counted_ml: VolumeMl
    expected_ml: LedgerMl
    rest_ml: LedgerMl


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerTransferredOut:
    """The container went to somebody else, with what was in it."""

    ml: VolumeMl
    to: PlaceId
    rest_ml: LedgerMl


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerDestroyed:
    """The container was destroyed, with what was in it."""

    ml: VolumeMl
    method: WasteMethod
    witnessed_by: UserId | None = None
    attestation_id: UUID | None = None
    rest_ml: LedgerMl


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyOpened:
    """The drug does not balance. `difference_mg` is what is missing; below zero, what is there and should not be."""

    discrepancy_id: UUID
    kind: DiscrepancyKind
    difference_mg: LedgerMg
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyResolved:
    """Somebody looked into a discrepancy, and found what it came from."""

    discrepancy_id: UUID
    finding: Finding
