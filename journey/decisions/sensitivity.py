"""Which segment that the law protects further does an event belong to?"""

from __future__ import annotations

import re

from journey.events import (
    ConsentGiven,
    ConsultCompleted,
    ContraindicationCleared,
    ContraindicationRecorded,
    EntryCorrected,
    Event,
    JourneyReferred,
    PatientCheckedIn,
    ScreeningCompleted,
    SessionWithheld,
    TreatmentTrialRecorded,
)
from journey.events.intake import Contraindication, Modality
from journey.events.plan import ConsentKind
from journey.events.screening import ScreeningKind
from journey.events.session import Change, WithheldReason
from journey.values import Sensitivity

SUBSTANCE_USE = frozenset(
    {
        Contraindication.SUBSTANCE_USE_DISORDER,
        Contraindication.ACUTE_INTOXICATION,
        Contraindication.WITHDRAWAL_SYNDROME,
    }
)

SUBSTANCE_USE_SCREENINGS = frozenset({ScreeningKind.UDS, ScreeningKind.AUDIT, ScreeningKind.DAST})

SUBSTANCE_USE_ICD10 = re.compile("F1[0-9]")
"""ICD-10-CM F10 to F19: mental disorders due to psychoactive substances."""


def sensitivity(event: Event) -> tuple[Sensitivity, ...]:
    """The segments an event touches; most touch none, and a correction those of what it says from now on."""
    if isinstance(event, EntryCorrected):
        return () if event.replacement is None else sensitivity(event.replacement.data)
    if _substance_use(event):
        return (Sensitivity.SUBSTANCE_USE,)
    if isinstance(event, TreatmentTrialRecorded) and event.modality is Modality.PSYCHOTHERAPY:
        return (Sensitivity.PSYCHOTHERAPY,)
    return ()


def _substance_use(event: Event) -> bool:  # noqa: PLR0911 - one arm an event
    match event:
        case JourneyReferred():
            return bool(SUBSTANCE_USE_ICD10.match(event.indication_icd10))
        case ConsultCompleted():
            return event.sud_hx or any(SUBSTANCE_USE_ICD10.match(code) for code in event.diagnoses)
        case ContraindicationRecorded() | ContraindicationCleared():
            return event.code in SUBSTANCE_USE
        case ScreeningCompleted():
            return event.kind in SUBSTANCE_USE_SCREENINGS
        case PatientCheckedIn():
            return Change.SUBSTANCE in event.changes
        case SessionWithheld():
            return event.reason is WithheldReason.INTOXICATION
        case ConsentGiven():
            return event.kind is ConsentKind.PART2_TPO  # which tells that there are such records
        case _:
            return False
