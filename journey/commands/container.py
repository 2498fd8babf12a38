"""What can be asked of a container of the drug? The journey that a command goes to is then the container."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from journey.events.container import Act, Finding
from journey.events.drug import WasteMethod
from journey.values import (
    ConcentrationMgPerMl,
    Day,
    DrawnMl,
    Lot,
    Ndc,
    NewId,
    PlaceId,
    Quantity,
    VolumeMl,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveContainer:
    """Record that a container came."""

    ndc: Ndc
    lot: Lot
    expires_on: Day
    conc_mg_per_ml: ConcentrationMgPerMl
    volume_ml: DrawnMl
    supplier: PlaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestMovement:
    """Attest, signed in as oneself, what another is about to draw, waste or destroy."""

    attestation_id: NewId
    act: Act
    ml: DrawnMl
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCount:
    """Record how much is in a container."""

    counted_ml: VolumeMl


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferContainerOut:
    """Record that a container went to somebody else."""

    ml: VolumeMl
    to: PlaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyContainer:
    """Record that a container was destroyed, with what was in it."""

    ml: VolumeMl
    method: WasteMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDiscrepancy:
    """Record that the drug does not balance, of a container or of a session that drew from it."""

    discrepancy_id: NewId
    difference_mg: Quantity
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveDiscrepancy:
    """Record what a discrepancy came from."""

    discrepancy_id: UUID
    finding: Finding
