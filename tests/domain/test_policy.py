"""Is every clinical number declared with what must be known about it?"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest

from journey.events.intake import Contraindication, ContraindicationClass
from journey.policy import ABSOLUTE, Policy
from journey.values import Status

NUMBERS = [item for item in fields(Policy) if item.name not in {"name", "profile"}]


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


def test_the_version_tells_profiles_apart() -> None:
    """One number changed gives another digest and another version; the same numbers the same."""
    changed = replace(Policy(), clock_skew_min=6)
    assert Policy().version == Policy().version
    assert changed.version != Policy().version
    assert re.fullmatch(r"default-[0-9a-f]{12}", changed.version)


def test_every_number_is_kept_as_text() -> None:
    """Of a list each code, of a dose its digits: what is stored under the digest."""
    text = Policy().as_text()
    assert (text["dose_mg_per_kg_max"], text["padss_min"], text["excluding_screenings"]) == ("1.5", "9", ("hcg",))
    assert text.keys() == {item.name for item in fields(Policy)}


def test_every_contraindication_has_a_class() -> None:
    """Those of the absolute list have no override, all others may have one."""
    classes = {code: Policy().contraindication_class(code) for code in Contraindication}
    assert {code for code, class_ in classes.items() if class_ is ContraindicationClass.ABSOLUTE} == set(ABSOLUTE)
