"""How does somebody become a candidate: referral, consult, coverage, consent, eligibility?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from entrypoints.simulator.chart import FRONT_DESK, By, Chart, Entering, Wakes
from entrypoints.simulator.patients import Fate, Patient
from entrypoints.simulator.questionnaires import gad7, scored
from entrypoints.simulator.screenings import Screenings

GRAVE, GRAVE_ANSWER = 24, 3
"""From this PHQ-9 on, the answer to the item on suicide is the gravest one."""

CLEARED_SHARE = 0.6
"""How often a relative contraindication is cleared, and not overridden; made up."""

YEAR_DAYS, HALF_YEAR_DAYS = 365, 180

DRUGS = (("36437", "ssri", "200"), ("39786", "snri", "225"), ("42347", "atypical", "450"), ("704", "tricyclic", "150"))
"""Earlier treatments: sertraline, venlafaxine, bupropion, amitriptyline."""


@dataclass
class Papers:
    """What has to be in force before an infusion: eligibility, coverage, consent; each is renewed in time."""

    chart: Chart
    patient: Patient
    nurse: By
    prescriber: By
    screenings: Screenings
    eligible_until: date = field(init=False)
    covered_until: date = field(init=False)
    consented_until: date = field(init=False)
    consent_id: UUID = field(init=False)
    baseline: UUID = field(init=False)
    contraindication_id: UUID = field(init=False)
    _renewals: int = 0

    def __post_init__(self) -> None:
        """Know whether what speaks against treatment will be cleared, or stand and be overridden."""
        self._clears = self.chart.chance.random() < CLEARED_SHARE

    def covered(self) -> None:
        """The payer, or the patient, pays for a year."""
        requested = self.chart.at - timedelta(minutes=self.chart.chance.randint(20, 50))
        self.covered_until = self.chart.today() + timedelta(days=YEAR_DAYS)
        payer = self.chart.chance.choice(("example-health", "synthetic-mutual", "self"))
        self.chart.enter(
            "VerifyCoverage",
            FRONT_DESK,
            payer=payer,
            requested_at=self.chart.written(requested),
            verified_at=self.chart.written(self.chart.at),
            outcome="self_pay" if payer == "self" else "covered",
            valid_from=self.chart.today().isoformat(),
            valid_to=self.covered_until.isoformat(),
        )

    def consented(self) -> None:
        """The patient signs, for a year."""
        self.consent_id = self.chart.named(f"consent {self._renewals}")
        self.consented_until = self.chart.today() + timedelta(days=YEAR_DAYS)
        self.chart.enter(
            "GiveConsent",
            self.nurse,
            consent_id=str(self.consent_id),
            kind="treatment",
            form_version="2025-01",
            signed_at=self.chart.written(self.chart.at - timedelta(minutes=3)),
            expires_at=self.chart.written(self.chart.at + timedelta(days=YEAR_DAYS)),
            signer_id=str(self.patient.patient_id),
            witness_id=self.nurse["user"],
        )

    def confirmed(self) -> None:
        """A prescriber confirms eligibility: where a relative contraindication stands, over it and with a reason."""
        self.eligible_until = self.chart.today() + timedelta(days=HALF_YEAR_DAYS)
        if self.patient.fate is Fate.RELATIVE and self._clears:
            self._cleared()
        if self.patient.fate is not Fate.RELATIVE or self._clears:
            self.chart.enter("ConfirmEligibility", self.prescriber)
            return
        self.chart.enter(
            "ConfirmEligibility",
            self.prescriber,
            overrides=["relative_contraindications"],
            note="Thyroid values are back in range under treatment; endocrinology agrees.",
        )

    def _cleared(self) -> None:
        self.chart.enter(
            "ClearContraindication",
            self.prescriber,
            contraindication_id=str(self.contraindication_id),
            basis="controlled",
            note="Thyroid values have been in range for three months; the treatment goes on.",
        )

    def renewed(self, *, until: date) -> Wakes:
        """Whatever would lapse before a day is made anew."""
        self._renewals += 1
        yield from self.chart.later(4)
        if self.covered_until < until:
            self.covered()
        if self.consented_until < until:
            self.consented()
        if self.eligible_until < until:
            self.confirmed()


def candidate(papers: Papers) -> Entering[bool]:
    """Everything before the plan; gives whether there will be one."""
    chart, fate = papers.chart, papers.patient.fate
    yield from _referred(papers)
    yield from _consulted(papers)
    if fate in {Fate.NOT_FIT, Fate.TOO_FEW_TRIALS}:
        yield from _denied(papers)
        return False
    if fate is Fate.DECLINED:
        yield from chart.wait(chart.at + timedelta(days=2))
        chart.enter("CloseJourney", papers.prescriber, reason="declined")
        return False
    yield from _admitted(papers)
    return True


def _referred(papers: Papers) -> Wakes:
    chart, patient = papers.chart, papers.patient
    yield from chart.wait(_office(papers, patient.arrives))
    chart.enter(
        "ReferJourney",
        FRONT_DESK,
        identity={
            "name": patient.name,
            "birth_date": patient.birth_date.isoformat(),
            "phone": f"+1 555 01{patient.number % 100:02}",
            "chart_number": f"SYN-{patient.number:04}",
        },
        patient_id=str(patient.patient_id),
        referrer=chart.chance.choice(("provider", "provider", "self")),
        indication_icd10=chart.chance.choice(("F33.2", "F32.2", "F33.1", "F43.10")),
        reason="treatment_resistant_depression",
    )


def _consulted(papers: Papers) -> Wakes:
    """History, questionnaires, and the talk with the prescriber."""
    chart, patient = papers.chart, papers.patient
    yield from chart.wait(_office(papers, chart.at + timedelta(days=chart.chance.randint(2, 6))))
    for drug, drug_class, dose in DRUGS[: 1 if patient.fate is Fate.TOO_FEW_TRIALS else chart.chance.randint(2, 4)]:
        yield from chart.later(2)
        chart.enter(
            "RecordTreatmentTrial",
            papers.nurse,
            modality="drug",
            rxnorm=drug,
            drug_class=drug_class,
            max_dose_mg=dose,
            weeks=chart.chance.randint(6, 14),
            adequate=True,
            outcome=chart.chance.choice(("failed", "failed", "partial")),
            episode="current",
            evidence="record",
        )
    yield from chart.later(40)
    chart.enter(
        "CompleteConsult",
        papers.prescriber,
        clinician_id=papers.prescriber["user"],
        age_years=patient.age_years(chart.today()),
        pregnancy_possible="yes" if patient.pregnancy_possible else "no",
        diagnoses=["F33.2"],
        height_cm=str(patient.height_cm),
        weight_kg=str(patient.weight_kg),
        weight_kg_repeated=str(patient.weight_kg),
        psychosis_hx=False,
        sud_hx=False,
        explained=["process", "side_effects", "alternatives"],
        note="Wants to feel able to plan a week again.",
    )
    found = {Fate.NOT_FIT: "aneurysmal_vascular_disease", Fate.RELATIVE: "hyperthyroidism"}
    if patient.fate in found:
        yield from chart.later(4)
        recorded = chart.enter(
            "RecordContraindication",
            papers.nurse,
            code=found[patient.fate],
            status="confirmed",
            evidence="record",
        )
        papers.contraindication_id = uuid5(recorded, "event 1")


def _denied(papers: Papers) -> Wakes:
    chart, fit = papers.chart, papers.patient.fate is Fate.TOO_FEW_TRIALS
    yield from chart.later(10)
    rule = "criteria_not_met" if fit else "absolute_contraindication"
    chart.enter("ConfirmEligibility", papers.prescriber, refused=rule)
    yield from chart.later(3)
    chart.enter(
        "DenyEligibility",
        papers.prescriber,
        criteria_failed=["failed_trials" if fit else "absolute_contraindications"],
        permanent=not fit,
        recheck_after=(chart.today() + timedelta(days=90)).isoformat() if fit else None,
    )
    yield from chart.wait(chart.at + timedelta(days=1))
    chart.enter("CloseJourney", papers.prescriber, reason="ineligible")


def _admitted(papers: Papers) -> Wakes:
    """Coverage, consent, tests and the baseline, on one day; then eligibility."""
    chart, patient = papers.chart, papers.patient
    yield from chart.wait(_office(papers, chart.at + timedelta(days=chart.chance.randint(1, 4))))
    papers.covered()
    yield from chart.later(12)
    papers.consented()
    yield from chart.later(6)
    papers.screenings.intake(papers.nurse)
    yield from chart.later(10)
    risk = GRAVE_ANSWER if patient.baseline >= GRAVE else None
    papers.baseline = yield from scored(
        chart, patient.rule, patient.baseline, "baseline", papers.nurse, papers.prescriber, risk=risk
    )
    yield from chart.later(4)
    gad7(chart, patient.baseline * 2 // 3, "baseline", papers.nurse)
    if patient.fate is Fate.RELATIVE:
        yield from chart.later(10)
        chart.enter("ConfirmEligibility", papers.prescriber, refused="criteria_not_met")
    yield from chart.later(10)
    papers.confirmed()
    yield from chart.later(8)


def _office(papers: Papers, moment: datetime) -> datetime:
    """The same day, in the hours when such things are done."""
    local = papers.chart.site.local(moment)
    minutes = 9 * 60 + papers.chart.chance.randint(0, 5 * 60)
    return local.replace(hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0)
