"""How is asked that the drug is drawn and wasted? Of a container that holds enough, and was looked at by two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from journey.clinic import Clinic
from journey.commands import DispenseDose, WasteDose
from journey.container import Attestation, Container
from journey.decisions.infusion import planned_dose_mg_per_kg
from journey.decisions.probes.probe import Now, Probe, once
from journey.events import ContainerReceived, MovementAttested
from journey.events.container import Act
from journey.events.drug import WasteMethod
from journey.state import Journey, Session

CONTAINER_ID = UUID(int=0)
"""A container that nobody has: it stands for the one that a person takes."""

RECEIVED = ContainerReceived(
    ndc="00000-000-00",
    lot="ANY",
    expires_on=date(2199, 12, 31),
    conc_mg_per_ml=Decimal(50),
    volume_ml=Decimal(5_000),
    supplier="any",
    rest_ml=Decimal(5_000),
)
ANOTHER = "another"


def stocked(clinic: Clinic, journey: Journey, at: datetime) -> Clinic:
    """The clinic with that container beside its own: whatever may be drawn or wasted was attested by somebody else."""
    dose = Container(
        container_id=CONTAINER_ID,
        received=RECEIVED,
        received_at=at,
        rest_ml=RECEIVED.rest_ml,
        attestations={
            uuid5(key, act): Attestation(
                attested=MovementAttested(
                    attestation_id=uuid5(key, act), act=act, ml=ml, session_id=key, attested_by=ANOTHER
                ),
                at=at,
            )
            for key, session in journey.sessions.items()
            for act, ml in ((Act.DRAW, _dose_ml(journey, session, clinic)), (Act.WASTE, _left_ml(session)))
        },
    )
    return replace(clinic, container=lambda key: dose if key == CONTAINER_ID else clinic.container(key))


def dispense_dose(now: Now) -> Iterator[Probe]:
    """For each session that is open: the planned dose for today's weight."""
    for key, session in now.open_sessions:
        ml = _dose_ml(now.journey, session, now.clinic)
        yield once(
            DispenseDose(session_id=key, container_id=CONTAINER_ID, lot=RECEIVED.lot, volume_ml=ml), session_id=key
        )


def waste_dose(now: Now) -> Iterator[Probe]:
    """Of each session in which something is left of what was drawn: all of it."""
    for key, session in now.journey.sessions.items():
        if session.left_mg > 0:
            yield once(
                WasteDose(session_id=key, container_id=CONTAINER_ID, ml=_left_ml(session), method=WasteMethod.OTHER),
                session_id=key,
            )


def _dose_ml(journey: Journey, session: Session, clinic: Clinic) -> Decimal:
    per_kg = planned_dose_mg_per_kg(journey) or clinic.policy.dose_mg_per_kg_max
    return session.checked_in.weight_kg * per_kg / RECEIVED.conc_mg_per_ml


def _left_ml(session: Session) -> Decimal:
    return session.left_mg / RECEIVED.conc_mg_per_ml
