"""Are the numbers in the clinic's rules in prose those of the policy?"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from itertools import dropwhile, takewhile
from pathlib import Path

import pytest

from journey.phases import ACTIVE, BEFORE_CLOSED, TRANSITIONS, Phase, Series
from journey.policy import Policy
from journey.profiles import profile
from journey.response import PHQ9_LE5, PHQ9_LT5
from journey.response_text import KNOWN, rule_of

LINES = (Path(__file__).parents[2] / "docs" / "clinic.md").read_text(encoding="utf-8").splitlines()
TEXT = " ".join(" ".join(LINES).split())
WORDS = {2: "two", 4: "four", 6: "six", 8: "eight"}
P, VA, REMS = Policy(), profile("va"), profile("rems-like")


@pytest.mark.parametrize(
    "said",
    [
        f"over {P.late_after_min} minutes later is *late*",
        f"{WORDS[P.failed_trials_min]} adequate earlier treatments",
        f"age {P.age_years_min}",
        f"for {P.clearing_valid_days} days at most",
        f"a pregnancy test for {P.hcg_valid_days} days, the others for {P.screening_valid_days}",
        f"under the profile `va` {WORDS[VA.failed_trials_min]} failed treatments, a PHQ-9 of {VA.baseline_phq9_min}",
        f"under the profile `rems-like` also {REMS.monitoring_from_start_min} minutes from its start",
        f"{WORDS[P.plan_infusions_min]} to {WORDS[P.plan_infusions_max]} infusions",
        f"within {P.missed_grace_min} minutes after, it is marked as early",
        f"within {P.vitals_age_min_max} minutes and not over {P.start_sbp_mmhg_max}/{P.start_dbp_mmhg_max}",
        f"weight within {P.weight_jump_pct} % of the last",
        f"under {P.bmi_kg_per_m2_min} or over {P.bmi_kg_per_m2_max}",
        f"**A weight** over {P.weight_jump_pct} % from the last",
        f"believed up to {P.weight_repeated_jump_pct} %",
        f"over {P.dose_mg_per_kg_max} mg/kg of the day's weight, nor over {P.dose_mg_max} mg",
        f"within {P.padss_vitals_whole_pct} % of those before, 1 within {P.padss_vitals_half_pct} %",
        f"above {P.start_sbp_mmhg_hard_max}/{P.start_dbp_mmhg_hard_max} nobody may",
        f"starts** within {P.clearance_age_min_max} minutes of the clearance",
        f"every {P.vitals_interval_during_min} minutes during, every {P.vitals_interval_post_min} after",
        f"and {P.vitals_interval_over_min} after a reading over a limit",
        f"a PADSS of {P.padss_min}",
        f"signed off** by a prescriber within {P.sign_off_due_days} days",
        f"is **called** {P.follow_up_call_h} hours later",
        f"late after {P.suicide_risk_open_min_max} minutes",
        f"**adverse event** of grade {P.adverse_event_review_grade} or more",
        f"has not come {P.missed_grace_min} minutes after the start",
        f"fewer than {P.authorized_units_min} **authorized** infusions",
        f"nothing was heard for {P.lapsed_after_days} days",
        f"in the {PHQ9_LT5.baseline_days_max} days before the first infusion",
        f"{PHQ9_LT5.endpoint_days_min} to {PHQ9_LT5.endpoint_days_max} days after the last",
        f"exactly {PHQ9_LT5.response_pct_min} % is a response",
        f"below {PHQ9_LT5.remission_threshold} under one rule, at most {PHQ9_LE5.remission_threshold} under another",
    ],
)
def test_prose_says_the_policys_number(said: str) -> None:
    """The sentence stands in docs/clinic.md with the number of today's policy."""
    assert said in TEXT


def test_words_for_numbers() -> None:
    """What prose says in words: an hour of monitoring, three quarters that count, a dose to the milligram."""
    assert (P.monitoring_post_min, P.abort_counts_from_pct) == (60, 75)
    assert P.outreach_from_missed == len(("the first", "the second"))
    assert (P.dose_rounding_mg, P.infusion_rounding_min, P.weight_repeated_kg) == (Decimal(1), Decimal(2), Decimal(1))


def test_the_rule_in_prose_can_be_added() -> None:
    """The example of a response rule is one, with every field that there is, each as usual unless it must be said."""
    page = (Path(__file__).parents[2] / "docs" / "clinic.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```toml\n(id = .*?)```", page, re.DOTALL)
    said = tomllib.loads(example)
    assert set(said) | {"partial_pct_min"} == set(KNOWN)
    must = {"id", "instrument", "remission", "remission_threshold", "source"}
    assert rule_of(said) == rule_of({key: said[key] for key in must})


def in_words(phases: frozenset[Phase]) -> str:
    """The phases that an event leads out of."""
    if phases == ACTIVE:
        return "any active phase"
    if phases == BEFORE_CLOSED:
        return "any but closed"
    return ", ".join(it.value.replace("_", " ") for it in Phase if it in phases)


SERIES = {
    None: "",
    Series.PLAN_LEFT: ", the plan having infusions left",
    Series.ORDER_LEFT: ", the reinduction having infusions left",
    Series.USED_UP: ", the last of its series that counts",
}


def test_prose_has_the_table_of_phases() -> None:
    """Every way from one phase into another stands in docs/clinic.md, in the order of the code, and no other."""
    rows = [
        f"| {'as before the pause' if it.into is None else it.into.value.replace('_', ' ')} "
        f"| {', '.join(f'`{kind.__name__}`' for kind in it.by)}{SERIES[it.series]} | {in_words(it.out_of)} |"
        for it in TRANSITIONS
    ]
    section = dropwhile("## Phases".__ne__, LINES)
    found = [line for line in takewhile("## When a journey rests".__ne__, section) if re.match(r"\| .*`", line)]
    assert found == rows, "\n".join(rows)
