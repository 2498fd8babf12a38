"""How is asked what is looked for, and what no longer speaks against treatment?"""

from __future__ import annotations

from collections.abc import Iterator

from journey.commands import ClearContraindication, CompleteScreening
from journey.decisions.probes.probe import Now, Probe, once
from journey.events.screening import ClearingBasis, ScreeningKind, ScreeningResult


def complete_screening(now: Now) -> Iterator[Probe]:
    """A test of today, without a finding."""
    yield once(CompleteScreening(kind=ScreeningKind.ECG, result=ScreeningResult.NEGATIVE, performed_at=now.at))


def clear_contraindication(now: Now) -> Iterator[Probe]:
    """Each one that stands."""
    for key, found in now.journey.standing_contraindications(now.at).items():
        yield once(
            ClearContraindication(contraindication_id=key, basis=ClearingBasis.SPECIALIST),
            contraindication_id=key,
            code=found.code.value,
        )
