"""Are the segments that the law protects further marked?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.decisions import sensitivity
from journey.events import ContraindicationCleared, ContraindicationRecorded, EntryCorrected, Event
from journey.events.intake import (
    Contraindication,
    ContraindicationClass,
    ContraindicationStatus,
    Evidence,
    Modality,
)
from journey.events.plan import ConsentKind
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.screening import ClearingBasis, ScreeningKind
from journey.events.session import Change, WithheldReason
from journey.values import Sensitivity
from tests.decisions.states import CONSENTED, CONSULT, PREGNANT, REFERRAL, check_in, reading, trial, withholding
from tests.given import START, named

DISORDER = ContraindicationRecorded(
    code=Contraindication.SUBSTANCE_USE_DISORDER,
    contraindication_class=ContraindicationClass.RELATIVE,
    status=ContraindicationStatus.CONFIRMED,
    evidence=Evidence.RECORD,
)
CORRECTED = EntryCorrected(
    target_event_id=named("consult"),
    kind=CorrectionKind.AMEND,
    replacement=Replacement(type="ConsultCompleted", at=START, data=replace(CONSULT, sud_hx=True)),
    reason=CorrectionReason.NEW_INFORMATION,
    approved_by="pete",
)


@pytest.mark.parametrize(
    "event",
    [
        replace(REFERRAL, indication_icd10="F10.20"),
        replace(CONSULT, sud_hx=True),
        replace(CONSULT, diagnoses=("F33.2", "F11.20")),
        DISORDER,
        replace(DISORDER, code=Contraindication.WITHDRAWAL_SYNDROME),
        ContraindicationCleared(
            contraindication_id=named("entry"),
            code=Contraindication.ACUTE_INTOXICATION,
            by="pete",
            basis=ClearingBasis.RESOLVED,
            valid_until=START,
        ),
        *(replace(PREGNANT, kind=kind) for kind in (ScreeningKind.UDS, ScreeningKind.AUDIT, ScreeningKind.DAST)),
        replace(check_in(), changes=(Change.SUBSTANCE,)),
        replace(withholding(), reason=WithheldReason.INTOXICATION),
        replace(CONSENTED, kind=ConsentKind.PART2_TPO),
        CORRECTED,
    ],
)
def test_substance_use_is_marked(event: Event) -> None:
    """What tells of substance use is marked, in a correction too."""
    assert sensitivity(event) == (Sensitivity.SUBSTANCE_USE,)


def test_psychotherapy_is_marked() -> None:
    """An earlier psychotherapy is marked."""
    assert sensitivity(replace(trial(1), modality=Modality.PSYCHOTHERAPY)) == (Sensitivity.PSYCHOTHERAPY,)


@pytest.mark.parametrize(
    "event",
    [
        REFERRAL,
        CONSULT,
        replace(DISORDER, code=Contraindication.PREGNANCY),
        PREGNANT,
        trial(1),
        check_in(),
        reading(),
        withholding(),
        CONSENTED,
        replace(CORRECTED, kind=CorrectionKind.RETRACT, replacement=None),
    ],
)
def test_most_events_are_not(event: Event) -> None:
    """Everything else is unmarked, a retraction too."""
    assert sensitivity(event) == ()
