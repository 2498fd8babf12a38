"""Which clinical numbers apply, in what unit, on whose word, and how sure are they?

`status`: seen = the source's text was read; weak = a secondary or informal source; unverified = nobody has
looked it up, the clinic must confirm it; choice = the clinic's own arrangement, no clinical claim.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from journey.events.intake import Contraindication, ContraindicationClass
from journey.events.screening import ScreeningKind
from journey.values import Status


def number(
    default: Any,
    *,
    unit: str,
    source: str,
    status: Status,
    least: int = 0,
    most: int | None = None,
    each: str = "",
) -> Any:
    """One clinical number, with what must be known about it: its bounds, or the pattern of each text of a list."""
    about = {"unit": unit, "source": source, "status": status, "least": least, "most": most, "each": each}
    return field(default=default, metadata=about)


ABSOLUTE = (
    Contraindication.HYPERSENSITIVITY.value,
    Contraindication.ANEURYSMAL_VASCULAR_DISEASE.value,
    Contraindication.INTRACEREBRAL_HAEMORRHAGE.value,
    Contraindication.PREGNANCY.value,
    Contraindication.LACTATION.value,
    Contraindication.ACTIVE_PSYCHOSIS.value,
    Contraindication.ACTIVE_MANIA.value,
    Contraindication.ACUTE_INTOXICATION.value,
    Contraindication.WITHDRAWAL_SYNDROME.value,
)

INDICATIONS = (
    "F31.30",
    "F31.31",
    "F31.32",
    "F31.4",
    "F31.81",
    "F31.9",
    "F32.2",
    "F32.9",
    "F32.A",
    "F33.1",
    "F33.2",
    "F33.9",
    "F40.10",
    "F41.1",
    "F42.2",
    "F42.8",
    "F42.9",
    "F43.10",
    "F43.11",
    "F43.12",
    "R45.851",
)

LASTING = (
    Contraindication.HYPERSENSITIVITY.value,
    Contraindication.ANEURYSMAL_VASCULAR_DISEASE.value,
    Contraindication.INTRACEREBRAL_HAEMORRHAGE.value,
)

LABEL = "Spravato label (esketamine), as a model"
OWN = "this clinic's arrangement"
ED_RANGE = "ED low-dose ketamine range, another setting"
NOBODY = "unverified"
NOT_ASKED = "not asked for, unless a profile or the clinic does"
ICD10 = r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"

CODES = "|".join(Contraindication)

NEVER_ABOVE = (
    ("infusion_min_min", "infusion_min_max"),
    ("plan_infusions_min", "plan_infusions_max"),
    ("start_sbp_mmhg_max", "start_sbp_mmhg_hard_max"),
    ("start_dbp_mmhg_max", "start_dbp_mmhg_hard_max"),
    ("start_dbp_mmhg_max", "start_sbp_mmhg_max"),
    ("start_dbp_mmhg_hard_max", "start_sbp_mmhg_hard_max"),
    ("start_sbp_mmhg_max", "act_sbp_mmhg"),
    ("start_dbp_mmhg_max", "act_dbp_mmhg"),
    ("act_dbp_mmhg", "act_sbp_mmhg"),
    ("act_sbp_mmhg", "act_once_sbp_mmhg"),
    ("act_dbp_mmhg", "act_once_dbp_mmhg"),
    ("act_once_dbp_mmhg", "act_once_sbp_mmhg"),
    ("act_spo2_pct_min", "start_spo2_pct_min"),
    ("discharge_dbp_mmhg_max", "discharge_sbp_mmhg_max"),
    ("vitals_interval_over_min", "vitals_interval_during_min"),
    ("vitals_interval_over_min", "vitals_interval_post_min"),
    ("dose_rounding_mg", "dose_mg_max"),
    ("infusion_rounding_min", "infusion_min_max"),
    ("weight_jump_pct", "weight_repeated_jump_pct"),
    ("bmi_kg_per_m2_min", "bmi_kg_per_m2_max"),
    ("start_sbp_mmhg_min", "start_sbp_mmhg_max"),
    ("start_hr_per_min_min", "start_hr_per_min_max"),
    ("start_rr_per_min_min", "start_rr_per_min_max"),
    ("padss_vitals_whole_pct", "padss_vitals_half_pct"),
)
"""Pairs of numbers whose first is never above its second: a least and a most, a hold and a hard limit."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The numbers a clinic works by: one immutable profile, stamped by name and digest on every event."""

    name: str = "default"
    profile: str = "default"

    indications: tuple[str, ...] = number(
        INDICATIONS, unit="ICD-10-CM", source="domain 5.3", status=Status.SEEN, each=ICD10
    )
    excluded_diagnoses: tuple[str, ...] = number(
        (), unit="ICD-10-CM, also of a group", source=NOT_ASKED, status=Status.CHOICE, each=ICD10
    )
    absolute_contraindications: tuple[str, ...] = number(
        ABSOLUTE, unit="codes", source=f"{LABEL}; PMC10812090", status=Status.SEEN, each=CODES
    )
    lasting_contraindications: tuple[str, ...] = number(
        LASTING, unit="codes", source=f"{LABEL}; that they last is {NOBODY}", status=Status.UNVERIFIED, each=CODES
    )
    excluding_screenings: tuple[str, ...] = number(
        ("hcg",), unit="kinds of screening", source="PMC10812090", status=Status.SEEN, each="|".join(ScreeningKind)
    )
    age_years_min: int = number(18, unit="years", source="domain 7.3", status=Status.SEEN)
    baseline_phq9_min: int = number(0, unit="of 27", source=NOT_ASKED, status=Status.CHOICE, most=27)
    failed_trials_min: int = number(2, unit="trials", source="clinic guide; definition of TRD", status=Status.SEEN)
    clearing_valid_days: int = number(180, unit="days", source=NOBODY, status=Status.UNVERIFIED, least=1, most=3_650)
    hcg_valid_days: int = number(7, unit="days", source=NOBODY, status=Status.UNVERIFIED, least=1, most=3_650)
    screening_valid_days: int = number(180, unit="days", source=NOBODY, status=Status.UNVERIFIED, least=1, most=3_650)
    eligibility_valid_days: int = number(180, unit="days", source=NOBODY, status=Status.UNVERIFIED, most=3_650)

    dose_mg_per_kg_max: Decimal = number(Decimal("1.5"), unit="mg/kg", source=NOBODY, status=Status.UNVERIFIED)
    dose_mg_max: Decimal = number(Decimal(200), unit="mg", source=NOBODY, status=Status.UNVERIFIED)
    dose_rounding_mg: Decimal = number(Decimal(1), unit="mg", source=OWN, status=Status.CHOICE)
    infusion_min_min: int = number(20, unit="min", source=NOBODY, status=Status.UNVERIFIED, least=1)
    infusion_min_max: int = number(120, unit="min", source=NOBODY, status=Status.UNVERIFIED)
    infusion_rounding_min: Decimal = number(Decimal(2), unit="min", source=OWN, status=Status.CHOICE)
    plan_infusions_min: int = number(6, unit="infusions", source="clinic guide", status=Status.SEEN, least=1)
    plan_infusions_max: int = number(8, unit="infusions", source="clinic guide", status=Status.SEEN)
    plan_window_days_max: int = number(28, unit="days", source="McInnes 2022", status=Status.SEEN)

    weight_jump_pct: int = number(10, unit="%", source="domain 7.3", status=Status.UNVERIFIED, most=100)
    weight_repeated_jump_pct: int = number(30, unit="%", source=NOBODY, status=Status.UNVERIFIED, most=100)
    weight_repeated_kg: Decimal = number(Decimal(1), unit="kg", source=OWN, status=Status.CHOICE)
    bmi_kg_per_m2_min: int = number(12, unit="kg/m2", source=NOBODY, status=Status.UNVERIFIED, most=200)
    bmi_kg_per_m2_max: int = number(50, unit="kg/m2", source=NOBODY, status=Status.UNVERIFIED, least=1, most=200)
    vitals_age_min_max: int = number(30, unit="min", source="domain 7.3", status=Status.UNVERIFIED)
    clearance_age_min_max: int = number(30, unit="min", source="domain 7.3", status=Status.UNVERIFIED)
    start_sbp_mmhg_max: int = number(140, unit="mmHg", source=LABEL, status=Status.SEEN)
    start_dbp_mmhg_max: int = number(90, unit="mmHg", source=LABEL, status=Status.SEEN)
    start_sbp_mmhg_min: int = number(90, unit="mmHg", source=ED_RANGE, status=Status.SEEN)
    start_hr_per_min_min: int = number(50, unit="/min", source=ED_RANGE, status=Status.SEEN)
    start_hr_per_min_max: int = number(150, unit="/min", source=ED_RANGE, status=Status.SEEN)
    start_rr_per_min_min: int = number(10, unit="/min", source=ED_RANGE, status=Status.SEEN)
    start_rr_per_min_max: int = number(30, unit="/min", source=ED_RANGE, status=Status.SEEN)
    start_spo2_pct_min: int = number(94, unit="%", source=NOBODY, status=Status.UNVERIFIED, most=100)
    start_sbp_mmhg_hard_max: int = number(180, unit="mmHg", source=ED_RANGE, status=Status.WEAK)
    start_dbp_mmhg_hard_max: int = number(110, unit="mmHg", source=NOBODY, status=Status.UNVERIFIED)
    volume_tolerance_pct: Decimal = number(
        Decimal(2), unit="%", source="domain 7.3", status=Status.UNVERIFIED, most=100
    )
    balance_pump_tolerance_pct: Decimal = number(
        Decimal(2), unit="% of what went in", source=NOBODY, status=Status.UNVERIFIED, most=100
    )
    balance_syringe_tolerance_pct: Decimal = number(
        Decimal(2), unit="% of what was wasted", source=NOBODY, status=Status.UNVERIFIED, most=100
    )
    attestation_age_min_max: int = number(15, unit="min", source=OWN, status=Status.CHOICE)
    abort_counts_from_pct: int = number(75, unit="% of the dose", source=NOBODY, status=Status.UNVERIFIED, most=100)

    vitals_interval_during_min: int = number(
        10, unit="min", source="Emory 2018; Yale 2024", status=Status.SEEN, least=1
    )
    vitals_interval_post_min: int = number(15, unit="min", source="Emory 2018", status=Status.SEEN, least=1)
    vitals_interval_over_min: int = number(
        5, unit="min", source="an esketamine clinic's protocol", status=Status.WEAK, least=1
    )
    act_sbp_mmhg: int = number(180, unit="mmHg", source="an esketamine clinic's protocol", status=Status.WEAK)
    act_dbp_mmhg: int = number(110, unit="mmHg", source="an esketamine clinic's protocol", status=Status.WEAK)
    act_after_min: int = number(5, unit="min", source="an esketamine clinic's protocol", status=Status.WEAK)
    act_once_sbp_mmhg: int = number(200, unit="mmHg", source="an esketamine clinic's protocol", status=Status.WEAK)
    act_once_dbp_mmhg: int = number(120, unit="mmHg", source="an esketamine clinic's protocol", status=Status.WEAK)
    act_hr_per_min: int = number(120, unit="/min", source="an esketamine clinic's protocol", status=Status.WEAK)
    act_spo2_pct_min: int = number(90, unit="%", source=NOBODY, status=Status.UNVERIFIED, most=100)
    monitoring_post_min: int = number(60, unit="min", source="ED low-dose ketamine", status=Status.SEEN)
    monitoring_from_start_min: int = number(0, unit="min", source=NOT_ASKED, status=Status.CHOICE)
    padss_min: int = number(9, unit="of 10", source="Chung PADSS", status=Status.SEEN, most=10)
    padss_vitals_whole_pct: int = number(20, unit="% of before", source="Chung PADSS", status=Status.SEEN, most=100)
    padss_vitals_half_pct: int = number(40, unit="% of before", source="Chung PADSS", status=Status.SEEN, most=100)
    moaas_min: int = number(5, unit="of 5", source=NOBODY, status=Status.UNVERIFIED, most=5)
    discharge_sbp_mmhg_max: int = number(180, unit="mmHg", source=NOBODY, status=Status.UNVERIFIED)
    discharge_dbp_mmhg_max: int = number(110, unit="mmHg", source=NOBODY, status=Status.UNVERIFIED)

    sign_off_due_days: int = number(7, unit="days", source="an EHR's banner (Osmind)", status=Status.WEAK)
    follow_up_call_h: int = number(24, unit="h", source="domain 7.4", status=Status.UNVERIFIED, least=1)
    suicide_risk_open_min_max: int = number(60, unit="min", source="domain 7.4", status=Status.UNVERIFIED)
    adverse_event_review_grade: int = number(
        3, unit="CTCAE grade", source="domain 7.3", status=Status.SEEN, least=1, most=5
    )
    outreach_from_missed: int = number(2, unit="missed visits", source="domain 7.4", status=Status.SEEN, least=1)
    authorized_units_min: int = number(2, unit="infusions", source="domain 7.4", status=Status.UNVERIFIED)
    lapsed_after_days: int = number(90, unit="days", source=NOBODY, status=Status.UNVERIFIED, least=1, most=3_650)

    late_after_min: int = number(15, unit="min", source="domain 7.0", status=Status.CHOICE)
    clock_skew_min: int = number(5, unit="min", source=OWN, status=Status.CHOICE)
    missed_grace_min: int = number(15, unit="min", source=OWN, status=Status.CHOICE)
    late_cancellation_h: int = number(24, unit="h", source=OWN, status=Status.CHOICE)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every number of the profile."""
        return hashlib.sha256(repr(sorted(self.as_text().items())).encode()).hexdigest()

    @cached_property
    def version(self) -> str:
        """What is stamped on events: the profile's name and the head of its digest."""
        return f"{self.name}-{self.digest[:12]}"

    def as_text(self) -> dict[str, str | tuple[str, ...]]:
        """Every number as text: what is stored by digest."""
        return {key: value if isinstance(value, tuple) else str(value) for key, value in asdict(self).items()}

    def contraindication_class(self, code: Contraindication) -> ContraindicationClass:
        """Whether a contraindication can be overridden."""
        absolute = code in self.absolute_contraindications
        return ContraindicationClass.ABSOLUTE if absolute else ContraindicationClass.RELATIVE
