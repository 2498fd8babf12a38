"""Which segment that the law protects further does an event belong to?"""

from __future__ import annotations

from journey.events import ConsultCompleted, ContraindicationRecorded, Event, TreatmentTrialRecorded
from journey.events.intake import Contraindication, Modality
from journey.values import Sensitivity

SUBSTANCE_USE = frozenset(
    {
        Contraindication.SUBSTANCE_USE_DISORDER,
        Contraindication.ACUTE_INTOXICATION,
        Contraindication.WITHDRAWAL_SYNDROME,
    }
)


def sensitivity(event: Event) -> tuple[Sensitivity, ...]:
    """The segments an event touches; most touch none."""
    match event:
        case ConsultCompleted(sud_hx=True):
            return (Sensitivity.SUBSTANCE_USE,)
        case ContraindicationRecorded(code=code) if code in SUBSTANCE_USE:
            return (Sensitivity.SUBSTANCE_USE,)
        case TreatmentTrialRecorded(modality=Modality.PSYCHOTHERAPY):
            return (Sensitivity.PSYCHOTHERAPY,)
        case _:
            return ()
