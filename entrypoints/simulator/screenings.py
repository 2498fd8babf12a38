"""Which tests are made before treatment, and again before an infusion?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from entrypoints.simulator.chart import By, Chart
from entrypoints.simulator.patients import Patient

ECG_SHARE, PRESSURE_SHARE = 0.3, 0.2
"""How often each is made beside the test for drugs; made up."""

HCG_AGAIN = timedelta(days=5)
"""From this age on a pregnancy test is made anew: the clinic takes none that is older than a week."""


@dataclass
class Screenings:
    """A patient's tests; all of them turn out well."""

    chart: Chart
    patient: Patient
    _hcg_at: datetime | None = None

    def intake(self, nurse: By) -> None:
        """Drugs in urine of everybody, heart and pressure of some."""
        self._completed("uds", nurse)
        if self.chart.chance.random() < ECG_SHARE:
            self._completed("ecg", nurse)
        if self.chart.chance.random() < PRESSURE_SHARE:
            self._completed("bp", nurse, value=str(self.patient.sbp_mmhg), unit="mm[Hg]")

    def before_infusion(self, nurse: By) -> None:
        """A pregnancy is excluded where it is possible, unless it was a few days ago."""
        recent = self._hcg_at is not None and self.chart.at - self._hcg_at < HCG_AGAIN
        if self.patient.pregnancy_possible and not recent:
            self._completed("hcg", nurse)
            self._hcg_at = self.chart.at

    def _completed(self, kind: str, nurse: By, **found: Any) -> None:
        performed_at = self.chart.written(self.chart.at - timedelta(minutes=2))
        self.chart.enter("CompleteScreening", nurse, kind=kind, result="negative", performed_at=performed_at, **found)
