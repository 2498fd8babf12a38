"""By which routes is told what became of a container of the drug?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import (
    AttestMovement,
    DestroyContainer,
    OpenDiscrepancy,
    ReceiveContainer,
    RecordCount,
    ResolveDiscrepancy,
    TransferContainerOut,
)

routes = APIRouter(tags=["container"])


@command(routes, "/containers", ReceiveContainer)
def receive_container(sent: FromBody) -> JSONResponse:
    """Record that a container came."""
    return sent.ask(ReceiveContainer)


@command(routes, "/containers/{container_id}/attestations", AttestMovement)
def attest_movement(container_id: UUID, sent: FromBody) -> JSONResponse:
    """Attest what another is about to draw, waste or destroy."""
    return sent.ask(AttestMovement, container_id)


@command(routes, "/containers/{container_id}/counts", RecordCount)
def record_count(container_id: UUID, sent: FromBody) -> JSONResponse:
    """Record how much is in it."""
    return sent.ask(RecordCount, container_id)


@command(routes, "/containers/{container_id}/transfers", TransferContainerOut)
def transfer_container_out(container_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that it went to somebody else."""
    return sent.ask(TransferContainerOut, container_id)


@command(routes, "/containers/{container_id}/destructions", DestroyContainer)
def destroy_container(container_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that it was destroyed."""
    return sent.ask(DestroyContainer, container_id)


@command(routes, "/containers/{container_id}/discrepancies", OpenDiscrepancy)
def open_discrepancy(container_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the drug does not balance, of it or of a session that drew from it."""
    return sent.ask(OpenDiscrepancy, container_id)


@command(routes, "/containers/{container_id}/discrepancy-resolutions", ResolveDiscrepancy)
def resolve_discrepancy(container_id: UUID, sent: FromBody) -> JSONResponse:
    """Record what a discrepancy came from."""
    return sent.ask(ResolveDiscrepancy, container_id)
