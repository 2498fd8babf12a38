"""Are the clinical numbers still those that somebody looked up? Each is typed here once more, by hand.

Whoever changes one of them changes it twice, and says here where the new one comes from.
"""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from journey.policy import NEVER_ABOVE, Policy
from journey.profiles import profile

DEFAULT: dict[str, Any] = {
    # who may be treated
    "indications": (
        *("F31.30", "F31.31", "F31.32", "F31.4", "F31.81", "F31.9", "F32.2", "F32.9", "F32.A", "F33.1", "F33.2"),
        *("F33.9", "F40.10", "F41.1", "F42.2", "F42.8", "F42.9", "F43.10", "F43.11", "F43.12", "R45.851"),
    ),
    "excluded_diagnoses": (),
    "absolute_contraindications": (
        *("hypersensitivity", "aneurysmal_vascular_disease", "intracerebral_haemorrhage", "pregnancy", "lactation"),
        *("active_psychosis", "active_mania", "acute_intoxication", "withdrawal_syndrome"),
    ),
    "lasting_contraindications": (*("hypersensitivity", "aneurysmal_vascular_disease", "intracerebral_haemorrhage"),),
    "excluding_screenings": ("hcg",),
    "age_years_min": 18,
    "baseline_phq9_min": 0,
    "failed_trials_min": 2,
    "clearing_valid_days": 180,
    "hcg_valid_days": 7,
    "screening_valid_days": 180,
    "eligibility_valid_days": 180,
    # what is given
    "dose_mg_per_kg_max": Decimal("1.5"),
    "dose_mg_max": Decimal(200),
    "dose_rounding_mg": Decimal(1),
    "infusion_min_min": 20,
    "infusion_min_max": 120,
    "infusion_rounding_min": Decimal(2),
    "plan_infusions_min": 6,
    "plan_infusions_max": 8,
    "plan_window_days_max": 28,
    # before it
    "weight_jump_pct": 10,
    "weight_repeated_jump_pct": 30,
    "weight_repeated_kg": Decimal(1),
    "bmi_kg_per_m2_min": 12,
    "bmi_kg_per_m2_max": 50,
    "vitals_age_min_max": 30,
    "clearance_age_min_max": 30,
    "start_sbp_mmhg_max": 140,
    "start_dbp_mmhg_max": 90,
    "start_sbp_mmhg_min": 90,
    "start_hr_per_min_min": 50,
    "start_hr_per_min_max": 150,
    "start_rr_per_min_min": 10,
    "start_rr_per_min_max": 30,
    "start_spo2_pct_min": 94,
    "start_sbp_mmhg_hard_max": 180,
    "start_dbp_mmhg_hard_max": 110,
    "volume_tolerance_pct": Decimal(2),
    "balance_pump_tolerance_pct": Decimal(2),
    "balance_syringe_tolerance_pct": Decimal(2),
    "attestation_age_min_max": 15,
    "abort_counts_from_pct": 75,
    # during it, and until the patient goes home
    "vitals_interval_during_min": 10,
    "vitals_interval_post_min": 15,
    "vitals_interval_over_min": 5,
    "act_sbp_mmhg": 180,
    "act_dbp_mmhg": 110,
    "act_after_min": 5,
    "act_once_sbp_mmhg": 200,
    "act_once_dbp_mmhg": 120,
    "act_hr_per_min": 120,
    "act_spo2_pct_min": 90,
    "monitoring_post_min": 60,
    "monitoring_from_start_min": 0,
    "padss_min": 9,
    "padss_vitals_whole_pct": 20,
    "padss_vitals_half_pct": 40,
    "moaas_min": 5,
    "discharge_sbp_mmhg_max": 180,
    "discharge_dbp_mmhg_max": 110,
    # the record
    "sign_off_due_days": 7,
    "follow_up_call_h": 24,
    "suicide_risk_open_min_max": 60,
    "adverse_event_review_grade": 3,
    "outreach_from_missed": 2,
    "authorized_units_min": 2,
    "lapsed_after_days": 90,
    "late_after_min": 15,
    "clock_skew_min": 5,
    "missed_grace_min": 15,
    "late_cancellation_h": 24,
}

VA: dict[str, Any] = {
    "indications": tuple(code for code in DEFAULT["indications"] if not code.startswith("F31")),
    "excluded_diagnoses": ("F01", "F02", "F03", "F05", "F20", "F25", "F31"),
    "absolute_contraindications": (
        *DEFAULT["absolute_contraindications"],
        *("schizophrenia_spectrum", "uncontrolled_hypertension", "unstable_cardiac_disease"),
    ),
    "excluding_screenings": ("hcg", "uds"),
    "baseline_phq9_min": 15,
    "failed_trials_min": 4,
}
REMS: dict[str, Any] = {"monitoring_from_start_min": 120}

BOUNDS: dict[str, tuple[int, int | None]] = {
    "baseline_phq9_min": (0, 27),
    "clearing_valid_days": (1, 3650),
    "hcg_valid_days": (1, 3650),
    "screening_valid_days": (1, 3650),
    "eligibility_valid_days": (0, 3650),
    "infusion_min_min": (1, None),
    "plan_infusions_min": (1, None),
    "weight_jump_pct": (0, 100),
    "weight_repeated_jump_pct": (0, 100),
    "bmi_kg_per_m2_min": (0, 200),
    "bmi_kg_per_m2_max": (1, 200),
    "start_spo2_pct_min": (0, 100),
    "act_spo2_pct_min": (0, 100),
    "padss_vitals_whole_pct": (0, 100),
    "padss_vitals_half_pct": (0, 100),
    "volume_tolerance_pct": (0, 100),
    "balance_pump_tolerance_pct": (0, 100),
    "balance_syringe_tolerance_pct": (0, 100),
    "abort_counts_from_pct": (0, 100),
    "vitals_interval_during_min": (1, None),
    "vitals_interval_post_min": (1, None),
    "vitals_interval_over_min": (1, None),
    "padss_min": (0, 10),
    "moaas_min": (0, 5),
    "adverse_event_review_grade": (1, 5),
    "follow_up_call_h": (1, None),
    "outreach_from_missed": (1, None),
    "lapsed_after_days": (1, 3650),
}
"""How far a clinic may set a number of its own, where that is not 0 and up."""


def test_no_number_is_left_out() -> None:
    """Each number of the policy is typed here."""
    assert {it.name for it in fields(Policy)} - {"name", "profile"} == DEFAULT.keys()


@pytest.mark.parametrize("id_, value", DEFAULT.items(), ids=DEFAULT)
def test_the_number_is_the_one_that_was_looked_up(id_: str, value: Any) -> None:
    """The policy says what stands here, and the number is of the same kind."""
    said = getattr(Policy(), id_)
    assert (said, type(said)) == (value, type(value))


@pytest.mark.parametrize("name, own", [("va", VA), ("rems-like", REMS)])
def test_a_profile_says_what_was_looked_up(name: str, own: dict[str, Any]) -> None:
    """A profile differs where it stands here, and nowhere else."""
    assert {id_: getattr(profile(name), id_) for id_ in DEFAULT} == DEFAULT | own


@pytest.mark.parametrize("id_", DEFAULT)
def test_a_clinic_sets_a_number_within_its_bounds(id_: str) -> None:
    """The least and the most that a clinic may set are those that stand here."""
    about = next(it.metadata for it in fields(Policy) if it.name == id_)
    assert (about["least"], about["most"]) == BOUNDS.get(id_, (0, None))


def test_what_is_never_above_what() -> None:
    """The pairs of a least and a most, of a hold and a hard limit."""
    assert (
        tuple(
            tuple(pair.split())
            for pair in (
                "infusion_min_min infusion_min_max",
                "plan_infusions_min plan_infusions_max",
                "start_sbp_mmhg_max start_sbp_mmhg_hard_max",
                "start_dbp_mmhg_max start_dbp_mmhg_hard_max",
                "start_dbp_mmhg_max start_sbp_mmhg_max",
                "start_dbp_mmhg_hard_max start_sbp_mmhg_hard_max",
                "start_sbp_mmhg_max act_sbp_mmhg",
                "start_dbp_mmhg_max act_dbp_mmhg",
                "act_dbp_mmhg act_sbp_mmhg",
                "act_sbp_mmhg act_once_sbp_mmhg",
                "act_dbp_mmhg act_once_dbp_mmhg",
                "act_once_dbp_mmhg act_once_sbp_mmhg",
                "act_spo2_pct_min start_spo2_pct_min",
                "discharge_dbp_mmhg_max discharge_sbp_mmhg_max",
                "vitals_interval_over_min vitals_interval_during_min",
                "vitals_interval_over_min vitals_interval_post_min",
                "dose_rounding_mg dose_mg_max",
                "infusion_rounding_min infusion_min_max",
                "weight_jump_pct weight_repeated_jump_pct",
                "bmi_kg_per_m2_min bmi_kg_per_m2_max",
                "start_sbp_mmhg_min start_sbp_mmhg_max",
                "start_hr_per_min_min start_hr_per_min_max",
                "start_rr_per_min_min start_rr_per_min_max",
                "padss_vitals_whole_pct padss_vitals_half_pct",
            )
        )
        == NEVER_ABOVE
    )
