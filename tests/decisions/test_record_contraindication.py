"""Is a contraindication recorded with the class that the policy gives it?"""

from __future__ import annotations

import pytest

from journey.commands import RecordContraindication
from journey.events import ContraindicationRecorded
from journey.events.intake import Contraindication, ContraindicationClass, ContraindicationStatus, Evidence
from tests.decisions.states import referred


@pytest.mark.parametrize(
    "code, class_",
    [
        (Contraindication.PREGNANCY, ContraindicationClass.ABSOLUTE),
        (Contraindication.ANEURYSMAL_VASCULAR_DISEASE, ContraindicationClass.ABSOLUTE),
        (Contraindication.SUBSTANCE_USE_DISORDER, ContraindicationClass.RELATIVE),
        (Contraindication.PROLONGED_QT, ContraindicationClass.RELATIVE),
    ],
)
def test_records_it_with_its_class(code: Contraindication, class_: ContraindicationClass) -> None:
    """The class comes from the policy, never from whoever records it."""
    record = RecordContraindication(code=code, status=ContraindicationStatus.SUSPECTED, evidence=Evidence.PATIENT)
    referred().when(record).then(
        ContraindicationRecorded(
            code=code,
            contraindication_class=class_,
            status=ContraindicationStatus.SUSPECTED,
            evidence=Evidence.PATIENT,
        )
    )
