"""Which lines tell of one patient of a study, from the referral to the last infusion?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from journey.instruments import SCORERS
from journey.values import Instrument

Line = Mapping[str, Any]
Step = tuple[str, Mapping[str, str], int, int]
"""A command, who asks it, on which day, in which minute of it."""

STUDIES = UUID("c0401275-0000-4000-8000-000000000000")
ZONE = ZoneInfo("America/Los_Angeles")
FIRST = date(2025, 3, 17)
"""The day of everybody's first infusion: the studies give numbers of days, and no dates."""

FRAN = {"user": "fran", "role": "front_desk"}
NORA = {"user": "nora", "role": "nurse"}
PETE = {"user": "pete", "role": "prescriber"}
WEIGHT_KG, DOSE_MG = 80, 40
DRUGS = (("36437", "ssri", "200"), ("39786", "snri", "225"), ("42347", "atypical", "450"), ("704", "tricyclic", "150"))


def site(patients: int) -> dict[str, Any]:
    """A site where everybody can be treated in the same hour: as many chairs and nurses as patients."""
    return {
        "hours": {str(day): ["07:00:00", "19:00:00"] for day in range(7)},
        "chairs": [f"chair-{number}" for number in range(patients)],
        "nurses": {f"nurse-{number}": 1 for number in range(patients)},
    }


@dataclass
class Patient:
    """One patient of a study, and what is entered of them. Days are counted from the first infusion, which is day 0."""

    study: str
    number: int
    rule: str
    trials: int = 2
    lines: list[Line] = field(default_factory=list)
    journey_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        """Name the journey."""
        self.journey_id = uuid5(STUDIES, f"{self.study} {self.number}")

    def admitted(self, *, infusions: int, window_d: int, baseline: tuple[Instrument, int] | None = None) -> None:
        """Referral, earlier treatments, consult, coverage, consent, baseline, eligibility, plan."""
        self._enter(
            ("ReferJourney", FRAN, -13, 9 * 60),
            patient_id=self._named("patient"),
            referrer="provider",
            indication_icd10="F33.2",
            reason="treatment_resistant_depression",
        )
        for drug, drug_class, dose in DRUGS[: self.trials]:
            self._enter(
                ("RecordTreatmentTrial", NORA, -12, 9 * 60),
                modality="drug",
                rxnorm=drug,
                drug_class=drug_class,
                max_dose_mg=dose,
                weeks=8,
                adequate=True,
                outcome="failed",
                episode="current",
                evidence="record",
            )
        self._enter(
            ("CompleteConsult", PETE, -12, 10 * 60),
            clinician_id="pete",
            age_years=45,
            pregnancy_possible="no",
            diagnoses=["F33.2"],
            height_cm="172",
            weight_kg=str(WEIGHT_KG),
            weight_kg_repeated=str(WEIGHT_KG),
            psychosis_hx=False,
            sud_hx=False,
            explained=["process", "side_effects", "alternatives"],
        )
        self._enter(
            ("VerifyCoverage", FRAN, -10, 9 * 60),
            payer="self",
            requested_at=moment(-11, 9 * 60),
            verified_at=moment(-10, 9 * 60),
            outcome="self_pay",
            valid_from=day(-10).isoformat(),
            valid_to=day(365).isoformat(),
        )
        self._enter(
            ("GiveConsent", NORA, -10, 10 * 60),
            consent_id=self._named("consent"),
            kind="treatment",
            form_version="2025-01",
            signed_at=moment(-10, 10 * 60),
            expires_at=moment(365, 0),
            signer_id=self._named("patient"),
            witness_id="nora",
        )
        if baseline is not None:
            self.scored(*baseline, -10, 10 * 60 + 30, "baseline")
        self.confirmed(-10)
        self._enter(
            ("ApproveTreatmentPlan", PETE, -10, 11 * 60 + 10),
            plan_id=self._named("plan"),
            dose_mg_per_kg="0.5",
            duration_min=40,
            infusions=infusions,
            min_gap_h=24,
            max_gap_d=28,
            window_d=window_d,
            response_rule_id=self.rule,
        )

    def confirmed(self, on: int) -> None:
        """Eligibility is confirmed, for its time."""
        self._enter(("ConfirmEligibility", PETE, on, 11 * 60))

    def booked(self, days: Iterable[int]) -> None:
        """A chair for an infusion on each of these days."""
        for slot_no, on in enumerate(days, start=1):
            self._enter(
                ("BookAppointment", FRAN, -10, 12 * 60),
                appointment_id=self._named(f"appointment {slot_no}"),
                kind="infusion",
                plan_id=self._named("plan"),
                slot_no=slot_no,
                start=moment(on, 9 * 60),
                end=moment(on, 11 * 60),
                chair=f"chair-{self.number}",
                nurse=f"nurse-{self.number}",
            )

    def scored(
        self, instrument: Instrument, total: int, on: int, minute: int = 12 * 60, timepoint: str = "session"
    ) -> None:
        """An instrument was answered, its items such that they come to a total."""
        self._enter(
            ("CompleteAssessment", NORA, on, minute),
            instrument=instrument.value,
            timepoint=timepoint,
            items=items(instrument, total),
            total=total,
        )

    def infused(
        self, slot_no: int, on: int, effects: Sequence[Mapping[str, Any]] = (), *, observed: bool = True
    ) -> None:
        """A whole visit: check-in, clearance, forty minutes of infusion, what went wrong, recovery, the ride home."""
        session: dict[str, Any] = {"session_id": self._named(f"session {slot_no}")}
        self._enter(
            ("CheckInPatient", FRAN, on, 9 * 60),
            **session,
            appointment_id=self._named(f"appointment {slot_no}"),
            identifiers_checked=["name", "date_of_birth"],
            weight_kg=str(WEIGHT_KG),
            ride={"kind": "escort", "confirmed": True},
            changes=["none"],
        )
        self._enter(("RecordVitals", NORA, on, 9 * 60 + 2), **session, phase="pre", **SIGNS)
        self._enter(("ClearSession", NORA, on, 9 * 60 + 4), **session)
        self._enter(
            ("StartInfusion", NORA, on, 9 * 60 + 6),
            **session,
            dose_mg=str(DOSE_MG),
            conc_mg_per_ml="1",
            total_ml=str(DOSE_MG),
            rate_ml_h=str(DOSE_MG * 60 // 40),
            pump_id="pump-1",
        )
        self._enter(("CompleteInfusion", NORA, on, 9 * 60 + 46), **session, ml_infused=str(DOSE_MG))
        for effect in effects:
            self._enter(
                ("ReportAdverseEvent", NORA, on, 9 * 60 + 50),
                **session,
                onset_at=moment(on, 9 * 60 + 45),
                serious=False,
                expected=True,
                relatedness="Probably-Likely",
                **effect,
            )
        self._enter(("RecordVitals", NORA, on, 10 * 60 + 46), **session, phase="post", **SIGNS)
        if observed:
            self._enter(("AssessDischargeReadiness", NORA, on, 10 * 60 + 50), **session, **READY)
        self._enter(
            ("DischargePatient", NORA, on, 10 * 60 + 55),
            **session,
            disposition="home_ride",
            ride_checked=True,
            instructions_version="home-2025-01",
        )

    def withdrew(self, on: int) -> None:
        """The patient takes the consent to treatment back."""
        self._enter(
            ("WithdrawConsent", NORA, on, 14 * 60),
            consent_id=self._named("consent"),
            withdrawn_by="patient",
            effect="stop_treatment",
        )

    def _enter(self, step: Step, **fields: Any) -> None:
        command, by, on, minute = step
        self.lines.append(
            {
                "command": command,
                "journey_id": str(self.journey_id),
                "command_id": self._named(f"command {len(self.lines)}"),
                "at": moment(on, minute),
                "by": by,
                **fields,
            }
        )

    def _named(self, name: str) -> str:
        return str(uuid5(self.journey_id, name))


READY: dict[str, Any] = {
    "padss": [2, 2, 2, 2, 2],
    "moaas": 5,
    "dissociation_resolved": True,
    "dizziness_resolved": True,
    "oriented": True,
    "gait_steady": True,
}

SIGNS: dict[str, Any] = {
    "sbp_mmhg": 122,
    "dbp_mmhg": 78,
    "hr_per_min": 70,
    "spo2_pct": 98,
    "rr_per_min": 14,
    "moaas": 5,
    "position": "semi_recumbent",
}


def day(on: int) -> date:
    """A day, counted from the first infusion."""
    return FIRST + timedelta(days=on)


def moment(on: int, minute: int) -> str:
    """A minute of a day, in the site's own time."""
    return datetime.combine(day(on), time(minute // 60, minute % 60), tzinfo=ZONE).isoformat()


def items(instrument: Instrument, total: int) -> dict[str, int]:
    """Answers that come to a total; no answer speaks of suicide, and of each QIDS domain only one item is over 0."""
    scorer = SCORERS[instrument]
    quiet = {*scorer.suicide_items, *(ONE_OF_DOMAIN if instrument is Instrument.QIDS_SR16 else ())}
    answers, left = dict.fromkeys(scorer.values, 0), total
    for item, values in scorer.values.items():
        if item not in quiet:
            answers[item] = min(left, values[-1])
            left -= answers[item]
    assert left == 0, f"{instrument} has no {total} without suicide"
    return answers


ONE_OF_DOMAIN = ("2", "3", "4", "7", "8", "9", "16")
