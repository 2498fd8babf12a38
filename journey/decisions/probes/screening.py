"""How is asked what is looked for, and what no longer speaks against treatment?"""

from __future__ import annotations

from collections.abc import Iterator

from journey.commands import ClearContraindication, CompleteScreening
from journey.decisions.probes.probe import Now, Probe, once
from journey.events.intake import YesNoUnknown
from journey.events.screening import ClearingBasis, ScreeningKind, ScreeningResult
from journey.screenings import last


def complete_screening(now: Now) -> Iterator[Probe]:
    """A test of today without a finding: of each kind that treatment waits for, else of any."""
    for kind in [it for it in ScreeningKind if _is_waited_for(now, it)] or [ScreeningKind.ECG]:
        command = CompleteScreening(kind=kind, result=ScreeningResult.NEGATIVE, performed_at=now.at)
        yield once(command, kind=kind.value)


def _is_waited_for(now: Now, kind: ScreeningKind) -> bool:
    """Whether it found something, or the policy asks for it; a pregnancy test where a pregnancy is possible."""
    consult, found = now.journey.consult, last(now.journey.screenings, kind, now.at)
    possible = consult is not None and consult.pregnancy_possible is not YesNoUnknown.NO
    asked_for = possible if kind is ScreeningKind.HCG else kind.value in now.clinic.policy.excluding_screenings
    return asked_for or (found is not None and found.completed.result is not ScreeningResult.NEGATIVE)


def clear_contraindication(now: Now) -> Iterator[Probe]:
    """Each one that stands."""
    for key, found in now.journey.standing_contraindications(now.at).items():
        yield once(
            ClearContraindication(contraindication_id=key, basis=ClearingBasis.SPECIALIST),
            contraindication_id=key,
            code=found.code.value,
        )
