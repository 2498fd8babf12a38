"""How does the synthetic clinic keep its drug? One container is open, and drawn from in front of a second nurse."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from journey.events import ContainerReceived

if TYPE_CHECKING:
    from entrypoints.simulator.chart import By, Chart

CONC_MG_PER_ML, VOLUME_ML = Decimal(50), Decimal(10)
NDC, WHOLESALER, DISTRIBUTOR = "00143-9508-10", "wholesaler-1", "distributor-1"
KEPT = timedelta(days=540)

MISCOUNTED_EVERY, RETURNED_EVERY = 6, 5
MISCOUNTED_ML = Decimal("0.1")
"""Every so many containers the count before its end is so much short, or the container is sent back; made up."""


@dataclass
class Stock:
    """The clinic's containers, in the order in which they were opened. The last one is drawn from."""

    received: dict[UUID, ContainerReceived] = field(default_factory=dict)
    _rest_ml: Decimal = Decimal(0)

    def drawn(self, chart: Chart, session_id: UUID, dose_mg: int, nurse: By, witness: By, prescriber: By) -> UUID:
        """Draw a dose, from a new container where the open one is too small; gives the container."""
        volume_ml = dose_mg / CONC_MG_PER_ML
        if self._rest_ml < volume_ml:
            self._ended(chart, nurse, witness, prescriber)
            self._opened(chart, nurse)
        container_id, received = list(self.received.items())[-1]
        self._attested(chart, container_id, "draw", volume_ml, witness, session_id)
        chart.enter(
            "DispenseDose",
            nurse,
            session_id=str(session_id),
            container_id=str(container_id),
            lot=received.lot,
            volume_ml=str(volume_ml),
        )
        self._rest_ml -= volume_ml
        return container_id

    def wasted(self, chart: Chart, session_id: UUID, container_id: UUID, ml: Decimal, nurse: By, witness: By) -> None:
        """Waste what is left in the pump's syringe, where each millilitre holds a milligram."""
        self._attested(chart, container_id, "waste", ml, witness, session_id)
        chart.enter(
            "WasteDose",
            nurse,
            session_id=str(session_id),
            container_id=str(container_id),
            ml=str(ml),
            conc_mg_per_ml="1",
            method="sequestration_device",
        )

    def _opened(self, chart: Chart, nurse: By) -> None:
        number = len(self.received) + 1
        container_id = chart.named(f"container {number}")
        expires_on = chart.today() + KEPT
        lot = f"K{number:04}"
        self.received[container_id] = ContainerReceived(
            ndc=NDC,
            lot=lot,
            expires_on=expires_on,
            conc_mg_per_ml=CONC_MG_PER_ML,
            volume_ml=VOLUME_ML,
            supplier=WHOLESALER,
            rest_ml=VOLUME_ML,
        )
        self._rest_ml = VOLUME_ML
        chart.enter(
            "ReceiveContainer",
            nurse,
            container_id=str(container_id),
            ndc=NDC,
            lot=lot,
            expires_on=expires_on.isoformat(),
            conc_mg_per_ml=str(CONC_MG_PER_ML),
            volume_ml=str(VOLUME_ML),
            supplier=WHOLESALER,
        )

    def _ended(self, chart: Chart, nurse: By, witness: By, prescriber: By) -> None:
        """What is too little for a dose is counted, and destroyed in front of somebody; or the container goes back."""
        if not self.received:
            return
        number, container_id = len(self.received), list(self.received)[-1]
        short = number % MISCOUNTED_EVERY == 0 and self._rest_ml > MISCOUNTED_ML
        self._rest_ml -= MISCOUNTED_ML if short else 0
        counted = chart.enter("RecordCount", nurse, container_id=str(container_id), counted_ml=str(self._rest_ml))
        if short:
            chart.enter(
                "ResolveDiscrepancy",
                prescriber,
                container_id=str(container_id),
                discrepancy_id=str(uuid5(counted, "discrepancy_id")),
                finding="measurement",
            )
        ml = str(self._rest_ml)
        if self._rest_ml == 0 or number % RETURNED_EVERY == 0:
            chart.enter("TransferContainerOut", nurse, container_id=str(container_id), ml=ml, to=DISTRIBUTOR)
            return
        self._attested(chart, container_id, "destruction", self._rest_ml, witness)
        chart.enter("DestroyContainer", nurse, container_id=str(container_id), ml=ml, method="sequestration_device")

    def _attested(
        self, chart: Chart, container_id: UUID, act: str, ml: Decimal, witness: By, session_id: UUID | None = None
    ) -> None:
        chart.enter(
            "AttestMovement",
            witness,
            container_id=str(container_id),
            act=act,
            ml=str(ml),
            session_id=None if session_id is None else str(session_id),
        )
