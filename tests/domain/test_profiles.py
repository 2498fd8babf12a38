"""Does each profile say of each of its numbers on whose word it stands?"""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from journey.policy import Policy
from journey.profiles import CLINIC, PROFILES, Number, profile, told
from journey.values import Status

OWN = [(name, id_, number) for name, numbers in PROFILES.items() for id_, number in numbers.items()]


@pytest.mark.parametrize("name, id_, number", OWN, ids=str)
def test_a_profiles_own_number_has_a_source_and_differs(name: str, id_: str, number: Number) -> None:
    """What a profile sets is not what `default` says anyway; a number of nobody is unverified."""
    assert getattr(profile(name), id_) == number.value != getattr(Policy(), id_)
    assert number.source
    assert (number.source == "unverified") == (number.status is Status.UNVERIFIED)


def test_the_va_is_as_published() -> None:
    """Four failed trials, a PHQ-9 of 15, no bipolar disorder and more that excludes, on a secondary source."""
    va, default = profile("va"), Policy()
    assert (va.failed_trials_min, va.baseline_phq9_min) == (4, 15)
    assert va.excluded_diagnoses == ("F01", "F02", "F03", "F05", "F20", "F25", "F31")
    assert va.indications == tuple(code for code in default.indications if not code.startswith("F31"))
    more = ("schizophrenia_spectrum", "uncontrolled_hypertension", "unstable_cardiac_disease")
    assert va.absolute_contraindications == (*default.absolute_contraindications, *more)
    assert va.excluding_screenings == ("hcg", "uds")
    assert {number.status for number in PROFILES["va"].values()} == {Status.WEAK}


def test_rems_asks_for_two_hours_and_default_for_nothing_else() -> None:
    """From the start of the pump; whoever names no profile has the default."""
    assert PROFILES["rems-like"].keys() == {"monitoring_from_start_min"}
    assert profile("rems-like").monitoring_from_start_min == 120
    assert profile("rems-like").profile == "rems-like"
    assert Policy() == profile("default")


@pytest.mark.parametrize("name", PROFILES)
def test_every_number_is_told(name: str) -> None:
    """Each number once, with its unit, by its profile's word where that sets it, else by default's."""
    rows = {row.id: row for row in told(profile(name).as_text())}
    assert list(rows) == [item.name for item in fields(Policy) if item.name not in {"name", "profile"}]
    assert all(row.unit and row.source for row in rows.values())
    for id_, number in PROFILES[name].items():
        assert (rows[id_].source, rows[id_].status) == (number.source, number.status)


def test_what_the_clinic_set_is_told_as_the_clinics() -> None:
    """Its own number, and one that it set back to default's against its profile."""
    policy = replace(profile("va"), failed_trials_min=2, dose_mg_max=Decimal(123))
    rows = {row.id: row for row in told(policy.as_text())}
    assert {id_ for id_, row in rows.items() if row.source == CLINIC} == {"failed_trials_min", "dose_mg_max"}
    assert rows["dose_mg_max"].status is Status.CHOICE


def test_a_list_is_told_as_one() -> None:
    """Code by code, and by its profile's word, whether its text is read back from a store or not."""
    policy = profile("va").as_text()
    for text in (policy, {id_: list(it) if isinstance(it, tuple) else it for id_, it in policy.items()}):
        row = next(row for row in told(text) if row.id == "excluding_screenings")
        assert row.value == ("hcg", "uds")
        assert row.source == PROFILES["va"]["excluding_screenings"].source


def test_the_clinics_word_is_named() -> None:
    """What nobody else says is said to be the clinic's."""
    (row,) = told({"padss_min": "10"})
    assert row.source == "set by the clinic"


def test_what_is_no_longer_used_is_told_all_the_same() -> None:
    """A number of a policy that was kept long ago has no unit any more, and keeps its value."""
    (row,) = told({"name": "north", "chairs_max": "4"})
    assert (row.id, row.value, row.unit, row.source) == ("chairs_max", "4", None, CLINIC)
