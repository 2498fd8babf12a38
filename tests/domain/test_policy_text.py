"""Is a clinic's text read exactly, and all that is wrong with it told at once?"""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.policy import NEVER_ABOVE, Policy
from journey.policy_text import MOST, Unsound, policy_kept, policy_of
from journey.profiles import PROFILES, profile

KNOWN = {item.name: item for item in fields(Policy)}


def faults(text: dict[str, Any]) -> tuple[str, ...]:
    """All that is wrong with a text."""
    with pytest.raises(Unsound) as unsound:
        policy_of(text)
    assert str(unsound.value) == "; ".join(unsound.value.faults)
    return unsound.value.faults


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_sound_and_read_back_from_its_text(name: str) -> None:
    """Each profile is one that a clinic could have written, and the same after it was kept."""
    policy = profile(name)
    assert policy_of({"profile": name}) == policy
    assert policy_of(policy.as_text()) == policy_kept(policy.as_text()) == policy


def test_a_clinic_sets_its_numbers_on_top_of_a_profile() -> None:
    """What is left out is the profile's."""
    policy = policy_of({"profile": "va", "name": "north", "dose_mg_per_kg_max": Decimal("0.75")})
    assert policy == replace(profile("va"), name="north", dose_mg_per_kg_max=Decimal("0.75"))
    assert policy_of({"plan_infusions_min": 4}) == replace(Policy(), plan_infusions_min=4)


def test_the_same_number_is_the_same_policy_however_it_is_written() -> None:
    """1.50, "1.5" and 1.5 are one number, and one version."""
    written = (Decimal("1.50"), "1.5", 1.5)
    assert {policy_of({"dose_mg_per_kg_max": it}).version for it in written} == {Policy().version}


@pytest.mark.parametrize(
    "text",
    [
        {"no_such_number": 1},
        {"plan_infusions_min": "many"},
        {"plan_infusions_min": 4.5},
        {"plan_infusions_min": -1},
        {"plan_infusions_min": 0},
        {"plan_infusions_min": True},
        {"padss_min": 11},
        {"baseline_phq9_min": 28},
        {"eligibility_valid_days": 99_999},
        {"dose_mg_max": "NaN"},
        {"dose_mg_max": "Infinity"},
        {"dose_mg_max": "1e-9"},
        {"dose_mg_max": "1e999999"},
        {"dose_mg_max": None},
        {"dose_mg_max": [200]},
        {"indications": "F33.2"},
        {"indications": ["depression"]},
        {"absolute_contraindications": ["gravity"]},
        {"name": 7},
        {"name": "North Clinic"},
        {"profile": "usual"},
        {"profile": ["va"]},
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(text: dict[str, Any]) -> None:
    """The one line names the key and not the value."""
    ((key, value),) = text.items()
    (line,) = faults(text)
    assert line.startswith((f"{key} must be ", f"{key} is one of ", f"the policy has no {key}"))
    assert value is None or str(value) not in line.replace(key, "").split(" ")


@pytest.mark.parametrize(
    "key, wanted",
    [
        ("dose_mg_max", "must be a number, 0 or more"),
        ("volume_tolerance_pct", "must be a number from 0 to 100"),
        ("infusion_min_min", "must be a whole number, 1 or more"),
        ("hcg_valid_days", "must be a whole number from 1 to 3650"),
        ("name", "must be a name of small letters, digits and hyphens"),
        ("indications", "must be a list of ICD-10-CM"),
        ("profile", "is one of default, va, rems-like"),
    ],
)
def test_what_is_wanted_is_told(key: str, wanted: str) -> None:
    """Whoever corrects the file reads what may stand there, with its bounds."""
    assert faults({key: None}) == (f"{key} {wanted}",)


def test_a_list_is_read_from_a_file() -> None:
    """The codes of a file are those of the policy, in their order."""
    assert policy_of({"indications": ["F33.2", "F32.A"]}).indications == ("F33.2", "F32.A")


@pytest.mark.parametrize("key", ["dose_mg_max", "late_after_min"])
def test_no_number_exceeds_a_million(key: str) -> None:
    """Nor one of a policy that was kept, where it is a number of parts."""
    assert getattr(policy_of({key: 1_000_000}), key) == 1_000_000
    assert len(faults({key: 1_000_001})) == 1
    assert policy_kept({"dose_mg_max": "1000000"}).dose_mg_max == 1_000_000
    assert policy_kept({"dose_mg_max": "1000001"}) == Policy()


def test_a_number_has_six_places_at_most() -> None:
    """One more is refused, and nothing is rounded."""
    assert policy_of({"dose_mg_per_kg_max": "0.123456"}).dose_mg_per_kg_max == Decimal("0.123456")
    assert faults({"dose_mg_per_kg_max": "0.1234567"}) == ("dose_mg_per_kg_max must be a number, 0 or more",)


@pytest.mark.parametrize("name, sound", [("a" * 40, True), ("a" * 41, False), ("7-north", True), ("-north", False)])
def test_a_name_is_short_and_plain(name: str, *, sound: bool) -> None:
    """It is a part of what is stamped on events."""
    if sound:
        assert policy_of({"name": name}).name == name
    else:
        assert faults({"name": name}) == ("name must be a name of small letters, digits and hyphens",)


@pytest.mark.parametrize("lower, upper", NEVER_ABOVE)
def test_numbers_out_of_clinical_order_are_refused(lower: str, upper: str) -> None:
    """A least above its most, a hold above its hard limit: each is told with both numbers."""
    high = getattr(Policy(), upper) + 1
    if KNOWN[lower].metadata["most"] is not None:
        return
    assert any(line == f"{lower} is {high}, above {upper}, {high - 1}" for line in faults({lower: high}))


def test_equal_bounds_are_in_order() -> None:
    """A plan of exactly six infusions, a hold that nobody overrides."""
    text = {"plan_infusions_max": 6, "start_sbp_mmhg_hard_max": 140, "start_dbp_mmhg_hard_max": 90}
    assert policy_of(text).plan_infusions_max == 6


def test_a_policy_of_its_own_does_not_bear_the_name_of_another_profile() -> None:
    """Else its version would say that it is what it is not."""
    assert faults({"name": "va"}) == ("name is that of another profile: va",)
    assert policy_of({"name": "va", "profile": "va"}) == profile("va")


def test_all_faults_are_told_at_once() -> None:
    """Whoever sets up a clinic corrects the file once."""
    text = {"colour": 1, "moaas_min": 6, "infusion_min_min": 130, "plan_infusions_max": 5}
    assert faults(text) == (
        "the policy has no colour",
        "moaas_min must be a whole number from 0 to 5",
        "infusion_min_min is 130, above infusion_min_max, 120",
        "plan_infusions_min is 6, above plan_infusions_max, 5",
    )


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text(max_size=3))


@given(st.dictionaries(st.sampled_from([*sorted(KNOWN), "colour"]), JUNK, max_size=3))
def test_any_text_is_a_sound_policy_or_told(text: dict[str, Any]) -> None:
    """Whatever a file says, the answer is a policy that reads back from its own text, or what is wrong."""
    try:
        policy = policy_of(text)
    except Unsound:
        return
    assert policy_of(policy.as_text()) == policy
    assert all(getattr(policy, lower) <= getattr(policy, upper) for lower, upper in NEVER_ABOVE)


def test_what_was_kept_long_ago_is_read() -> None:
    """A number that is no longer used is left out, one out of today's bounds stays, one that came later is off."""
    kept = policy_kept({"name": "north", "no_longer_used": "7", "padss_min": "11", "dose_mg_max": str(2 * MOST)})
    assert kept == replace(Policy(), name="north", padss_min=11)
    assert kept.monitoring_from_start_min == kept.baseline_phq9_min == 0
