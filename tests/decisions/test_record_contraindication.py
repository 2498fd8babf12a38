"""Is a contraindication recorded with the class that the policy gives it?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.clinic import Clinic
from journey.commands import RecordContraindication
from journey.events import ContraindicationRecorded
from journey.events.intake import Contraindication, ContraindicationClass, ContraindicationStatus, Evidence
from journey.profiles import profile
from tests.decisions.states import referred
from tests.given import Given


@pytest.mark.parametrize(
    "code, class_",
    [
        (Contraindication.PREGNANCY, ContraindicationClass.ABSOLUTE),
        (Contraindication.ANEURYSMAL_VASCULAR_DISEASE, ContraindicationClass.ABSOLUTE),
        (Contraindication.SUBSTANCE_USE_DISORDER, ContraindicationClass.RELATIVE),
        (Contraindication.PROLONGED_QT, ContraindicationClass.RELATIVE),
        (Contraindication.UNCONTROLLED_HYPERTENSION, ContraindicationClass.RELATIVE),
    ],
)
def test_records_it_with_its_class(code: Contraindication, class_: ContraindicationClass) -> None:
    """The class comes from the policy, never from whoever records it."""
    then_recorded(referred(), code, class_)


@pytest.mark.parametrize("code", [Contraindication.UNCONTROLLED_HYPERTENSION, Contraindication.SCHIZOPHRENIA_SPECTRUM])
def test_another_profile_gives_another_class(code: Contraindication) -> None:
    """What a prescriber may set aside elsewhere excludes under the VA's profile."""
    then_recorded(replace(referred(), clinic=Clinic(policy=profile("va"))), code, ContraindicationClass.ABSOLUTE)


def then_recorded(state: Given, code: Contraindication, class_: ContraindicationClass) -> None:
    """Expect a contraindication to be recorded with this class."""
    record = RecordContraindication(code=code, status=ContraindicationStatus.SUSPECTED, evidence=Evidence.PATIENT)
    state.when(record).then(
        ContraindicationRecorded(
            code=code,
            contraindication_class=class_,
            status=ContraindicationStatus.SUSPECTED,
            evidence=Evidence.PATIENT,
        )
    )
