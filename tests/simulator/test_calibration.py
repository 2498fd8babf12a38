"""Do the simulated patients of a study come out inside what was published of it, and is it seen if they do not?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from entrypoints.app import open_app
from entrypoints.settings import Settings
from entrypoints.simulator import planned, synthetic_clinic
from entrypoints.simulator.calibration import held, main, report
from entrypoints.simulator.entering import SimulatedClock, enter
from entrypoints.simulator.fortunes import drawn
from entrypoints.simulator.measuring import measured
from entrypoints.simulator.patients import made_up
from entrypoints.simulator.profiles import MEANINGS, PROFILES
from entrypoints.simulator.published import FIGURES
from journey.profiles import Number
from journey.response import compare
from journey.values import Status
from tests.simulator.conftest import END

FEW = 1_000
"""Patients enough that every figure is inside with this seed: `make calibrate` asks it of ten thousand."""


@pytest.mark.parametrize("name", PROFILES)
def test_every_figure_is_inside(name: str) -> None:
    """Each study's patients come to what was published of it, by the functions that answer for real ones."""
    assert [it for it in held(PROFILES[name], FIGURES[name], FEW) if not it.inside] == []


@pytest.mark.parametrize(
    "name, wrong, outside",
    [
        ("va-2024", {"response_pct": 40}, ["response at the endpoint"]),
        ("mcinnes-2022", {"sustained_8wk_pct": 70}, ["response sustained for 8 weeks"]),
        ("crtce-safety-2020", {"nausea_pct": 30}, ["nausea of observed patients"]),
        ("japan", {"transfer_pct": 1}, ["transfer of infusions"]),
    ],
)
def test_a_wrong_profile_is_found_outside(name: str, wrong: dict[str, float], outside: list[str]) -> None:
    """With a number that is not the study's, its figure is outside, is said to be, and no other is."""
    planted = {key: Number(value=value, source="planted", status=Status.UNVERIFIED) for key, value in wrong.items()}
    profile = replace(PROFILES[name], numbers={**PROFILES[name].numbers, **planted})
    assert [it.figure.measure for it in held(profile, FIGURES[name], FEW) if not it.inside] == outside
    told = list(report({name: profile}, FEW, 1))
    assert [line.split("  ")[1] for line, inside in told[:-1] if not inside] == outside
    assert told[-1][0].startswith("1 of ")
    assert not told[-1][1]


def test_the_command_ends_by_what_it_found(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With 0 where all is inside, with 1 where something is not; a profile that there is not is misuse."""
    asked = ["va-2024", "--patients", str(FEW)]
    assert main(asked) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("all 2 figures inside: 1000 patients of each")
    low = replace(FIGURES["va-2024"][0], low=99.0, high=100.0)
    monkeypatch.setitem(FIGURES, "va-2024", (low,))
    assert main(asked) == 1
    assert "OUTSIDE" in capsys.readouterr().out
    with pytest.raises(SystemExit) as misuse:
        main(["nowhere-1999"])
    assert misuse.value.code == 2


def test_the_same_seed_gives_the_same_patients() -> None:
    """And another seed others."""
    profile = PROFILES["zheng-2019"]
    assert measured(profile, 50, 3) == measured(profile, 50, 3) != measured(profile, 50, 4)


@pytest.mark.parametrize("name", PROFILES)
def test_every_number_has_its_source(name: str) -> None:
    """A profile names numbers that are explained, each with its source; of each study some figure was published."""
    numbers = PROFILES[name].numbers
    assert numbers.keys() <= MEANINGS.keys()
    assert all(it.source and it.status in Status for it in numbers.values())
    assert PROFILES.keys() == FIGURES.keys()


@pytest.mark.parametrize("name", ["zheng-2019", "mcinnes-2022", "va-2024", "crtce-2020"])
def test_a_score_says_what_it_is_meant_to(name: str) -> None:
    """Whoever is meant to remit, respond or be worse does so under the rule; and nobody loses a response again."""
    profile = PROFILES[name]
    for number in range(300):
        fortune = drawn(profile, Random(number))
        said = compare(Decimal(fortune.baseline), Decimal(fortune.last), profile.rule)
        assert said is not None
        assert said.remission >= (fortune.luck < profile.share("remission_pct"))
        assert said.response is (fortune.luck < profile.share("response_pct"))
        scores = [fortune.score_after(infusions) for infusions in range(len(profile.days) + 1)]
        halves = [score * 2 <= fortune.baseline for score in scores]
        assert halves == sorted(halves)


def test_who_was_not_observed_goes_home_all_the_same() -> None:
    """With a patient nobody looks at, no readiness is judged, and the record is signed with the reason."""
    numbers = PROFILES["crtce-safety-2020"].numbers
    nobody = {**numbers, "observed_pct": replace(numbers["observed_pct"], value=0)}
    lines = planned(5, 2, 6, END, profile=replace(PROFILES["crtce-safety-2020"], numbers=nobody))
    asked = [it.request for it in lines]
    assert "AssessDischargeReadiness" not in {it["command"] for it in asked}
    assert all(it.get("note") for it in asked if it["command"] == "SignOffSession")


def test_the_clinic_s_lines_are_those_of_the_study(tmp_path: Path) -> None:
    """`journey simulate --profile` writes the same fortunes as lines, and the clinic takes them as they are meant."""
    profile, seed, few = PROFILES["zheng-2019"], 5, 4
    patients = {str(it.journey_id): it for it in made_up(seed, few, END - timedelta(days=180), END, profile)}
    lines = [it for it in planned(seed, few, 6, END, profile=profile) if it.heard_at <= END]
    clock = SimulatedClock(lambda: END)
    settings = Settings(data=tmp_path)
    with open_app(settings, clock=clock, clinic=synthetic_clinic(), simulated=True) as app:
        for line, outcome in enter(app.store, clock, lines):
            assert getattr(outcome, "code", None) == line.refused, line.request
    scores: dict[str, list[int]] = {}
    for line in lines:
        if line.request["command"] == "CompleteAssessment" and line.request["instrument"] == "madrs":
            scores.setdefault(line.request["journey_id"], []).append(line.request["total"])
    assert scores.keys() == patients.keys()
    for journey_id, totals in scores.items():
        fortune = patients[journey_id].fortune
        assert fortune is not None
        expected = [fortune.score_after(infusions) for infusions in range(7)]
        assert totals[:7] == expected[: len(totals[:7])]
