"""Is every clinical number declared with what must be known about it, and read back exactly?"""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from journey.events.intake import Contraindication, ContraindicationClass
from journey.policy import ABSOLUTE, Policy, Status

NUMBERS = [item for item in fields(Policy) if item.name != "name"]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda item: item.name)
def test_every_number_has_unit_source_and_status(number: Any) -> None:
    """No number stands there without a unit, a source and how sure it is."""
    assert number.metadata["unit"]
    assert number.metadata["source"]
    assert isinstance(number.metadata["status"], Status)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda item: item.name)
def test_what_nobody_looked_up_names_no_source(number: Any) -> None:
    """A value whose source is nobody is unverified, never a cited fact."""
    if number.metadata["source"] == "unverified":
        assert number.metadata["status"] is Status.UNVERIFIED


def test_is_read_back_from_its_text() -> None:
    """A profile written as text is the same profile."""
    policy = Policy(name="trial", dose_mg_per_kg_max=Decimal("0.75"), plan_infusions_max=12, indications=("F33.2",))
    assert Policy.from_text(policy.as_text()) == policy


def test_what_is_left_out_keeps_its_default() -> None:
    """A file may say only what differs."""
    assert Policy.from_text({"plan_infusions_min": 4}) == replace(Policy(), plan_infusions_min=4)


@pytest.mark.parametrize(
    "text",
    [
        {"no_such_number": 1},
        {"plan_infusions_min": "many"},
        {"plan_infusions_min": 4.5},
        {"plan_infusions_min": -1},
        {"dose_mg_max": "NaN"},
        {"dose_mg_max": "Infinity"},
        {"dose_mg_max": None},
        {"indications": "F33.2"},
        {"name": 7},
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(text: dict[str, Any]) -> None:
    """The message names the key and not the value."""
    (key,) = text
    with pytest.raises(ValueError, match=key) as refused:
        Policy.from_text(text)
    assert str(text[key]) not in str(refused.value).replace(key, "")


def test_the_version_tells_profiles_apart() -> None:
    """One number changed gives another digest and another version; the same numbers the same."""
    changed = replace(Policy(), clock_skew_min=6)
    assert Policy().version == Policy().version
    assert changed.version != Policy().version
    assert changed.version.startswith("default-")


def test_every_contraindication_has_a_class() -> None:
    """Those of the absolute list have no override, all others may have one."""
    classes = {code: Policy().contraindication_class(code) for code in Contraindication}
    assert {code for code, class_ in classes.items() if class_ is ContraindicationClass.ABSOLUTE} == ABSOLUTE
