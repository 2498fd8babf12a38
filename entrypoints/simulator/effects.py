"""What unwanted effects does an infusion have, what is given against them, and what becomes of them?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from entrypoints.simulator.chart import By, Chart
from entrypoints.simulator.fortunes import Reaction

MILD = (("dissociation", 0.18), ("dizziness", 0.16), ("drowsiness", 0.16), ("nausea", 0.06), ("headache", 0.04))
"""How often each is reported: the order is that of Rodrigues 2020, the shares are less, for a short demonstration."""

DRUGS = {"nausea": ("26225", "4"), "hypertension": ("6185", "10")}
"""What is given against an effect, in mg into the line: ondansetron, labetalol."""

TREATED_SHARE, FOLLOWED_SHARE = 0.5, 0.9
"""How often a mild effect that there is a drug for is treated, and how often somebody enters what became of one."""

LASTING = ("headache",)
"""What the patient goes home with, though it gets better."""


@dataclass
class Effects:
    """The effects of one infusion, as its nurse enters them."""

    chart: Chart
    session_id: UUID
    nurse: By
    prescriber: By
    _reported: dict[UUID, str] = field(default_factory=dict)

    def mild(self, onset: datetime) -> None:
        """Those that came of themselves, if any did."""
        for term, share in MILD:
            if self.chart.chance.random() < share:
                self.report(term, grade=1, action="none", onset=onset)
                if term in DRUGS and self.chart.chance.random() < TREATED_SHARE:
                    self.treat(term)

    def of_study(self, reaction: Reaction, onset: datetime) -> None:
        """Those that a study tells of."""
        for term in reaction.felt:
            self.report(term, grade=1, action="none", onset=onset)
        if reaction.severe or reaction.hypertension:
            self.report("hypertension", grade=3 if reaction.severe else 2, action="drug", onset=onset)
            self.treat("hypertension")
        if reaction.transferred:
            self.report("sedation", grade=3, action="transfer", onset=onset)

    def report(self, term: str, *, grade: int, action: str, onset: datetime) -> UUID:
        """Enter one; gives its id."""
        reported = self.chart.enter(
            "ReportAdverseEvent",
            self.nurse,
            session_id=str(self.session_id),
            term=term,
            grade=grade,
            onset_at=self.chart.written(onset),
            serious=False,
            expected=True,
            relatedness="Probably-Likely",
            action=action,
        )
        ae_id = uuid5(reported, "ae_id")
        self._reported[ae_id] = term
        return ae_id

    def treat(self, term: str) -> None:
        """Give the drug that there is against it, as the prescriber orders."""
        rxnorm, dose_mg = DRUGS[term]
        self.chart.enter(
            "GiveMedication",
            self.nurse,
            session_id=str(self.session_id),
            rxnorm=rxnorm,
            dose=dose_mg,
            unit="mg",
            route="intravenous",
            indication=term,
            ordered_by=self.prescriber["user"],
            given_by=self.nurse["user"],
        )

    def followed_up(self) -> None:
        """Before the patient leaves: what became of each, where somebody thinks of it."""
        for ae_id, term in self._reported.items():
            if self.chart.chance.random() > FOLLOWED_SHARE:
                continue
            over = None if term in LASTING else self.chart.at - timedelta(minutes=self.chart.chance.randint(2, 20))
            self.chart.enter(
                "UpdateAdverseEvent",
                self.nurse,
                ae_id=str(ae_id),
                outcome="recovering" if over is None else "resolved",
                resolved_at=None if over is None else self.chart.written(over),
            )
