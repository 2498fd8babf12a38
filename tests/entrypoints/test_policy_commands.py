"""Does the command line show, check and compare policies, those of long ago among them?"""

from __future__ import annotations

from pathlib import Path

import pytest

from journey.policy import Policy
from journey.profiles import profile
from tests.entrypoints.command_line import CommandLine
from tests.entrypoints.conftest import WORKED

NORTH = """
name = "north"
profile = "va"
dose_mg_per_kg_max = 0.75
"""


@pytest.fixture
def north(tmp_path: Path) -> Path:
    """The policy of a clinic."""
    file = tmp_path / "north.toml"
    file.write_text(NORTH)
    return file


def test_what_is_in_force_is_shown(line: CommandLine, north: Path) -> None:
    """Every number with its unit, source and status, and which policies there were."""
    shown = CommandLine(line.folder, {"JOURNEY_POLICY_FILE": str(north)})("policy", "show", "--json").json
    assert (shown["name"], shown["profile"]) == ("north", "va")
    rows = {row["id"]: row for row in shown["rows"]}
    assert rows["dose_mg_per_kg_max"] == {
        "id": "dose_mg_per_kg_max",
        "value": "0.75",
        "unit": "mg/kg",
        "source": "set by the clinic",
        "status": "choice",
    }
    assert (rows["failed_trials_min"]["value"], rows["failed_trials_min"]["status"]) == ("4", "weak")
    assert [row["version"] for row in shown["kept"]] == [shown["version"]]
    again = line("policy", "show", "--json").json
    assert [row["name"] for row in again["kept"]] == ["north", "default"]


def test_what_was_in_force_is_shown(line: CommandLine, north: Path) -> None:
    """The version that an old event bears leads to the numbers of its day, whatever is in force now."""
    line("import", WORKED, "--policy", north)
    bears = line("export").lines[0]["event"]["policyversion"]
    shown = line("policy", "show", bears, "--json").json
    assert (shown["version"], shown["name"], len(shown["since"])) == (bears, "north", 27)
    assert next(row["value"] for row in shown["rows"] if row["id"] == "dose_mg_per_kg_max") == "0.75"
    assert line("policy", "show", "elsewhere-000000000000").code == 4


@pytest.mark.parametrize("name", ["default", "va", "rems-like"])
def test_a_profile_is_shown(line: CommandLine, name: str) -> None:
    """By its name, without an installation."""
    shown = line("policy", "show", name, "--json").json
    assert (shown["version"], shown["profile"]) == (profile(name).version, name)
    assert not line.folder.exists()
    assert "failed_trials_min" in line("policy", "show", name).out


def test_a_sound_file_is_told_what_it_sets(line: CommandLine, north: Path) -> None:
    """Its version, what differs from its profile, and what nobody has looked up."""
    checked = line("policy", "check", north, "--json").json
    assert checked["version"].startswith("north-")
    assert [row["id"] for row in checked["rows"]] == ["dose_mg_per_kg_max"]
    assert "dose_mg_max" in checked["unverified"]
    assert "dose_mg_per_kg_max" not in checked["unverified"]


def test_all_faults_of_a_file_are_told_a_line_each(line: CommandLine, tmp_path: Path) -> None:
    """Unknown, of the wrong kind, out of order: each in a line, and an exit code that programs can trust."""
    file = tmp_path / "wrong.toml"
    file.write_text('colour = "red"\nmoaas_min = 6\nstart_sbp_mmhg_hard_max = 130\n')
    said = line("policy", "check", file)
    assert (said.code, said.out) == (3, "")
    assert said.err.splitlines() == [
        "wrong.toml: the policy has no colour",
        "wrong.toml: moaas_min must be a whole number from 0 to 5",
        "wrong.toml: start_sbp_mmhg_max is 140, above start_sbp_mmhg_hard_max, 130",
        "3 faults",
    ]


@pytest.mark.parametrize("text", ["name = ", "{", "\xff"])
def test_a_file_that_is_no_toml_is_told(line: CommandLine, tmp_path: Path, text: str) -> None:
    """In one line, and the exit code of a file that is not sound."""
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="latin-1")
    said = line("policy", "check", file)
    assert (said.code, said.err.count("\n")) == (3, 2)
    assert said.err.endswith("1 fault\n")


def test_two_policies_are_compared(line: CommandLine, north: Path) -> None:
    """Profiles, files and versions that were kept: what they say differently, and nothing else."""
    same = line("policy", "diff", "va", "va", "--json").json
    assert same["rows"] == []
    differing = line("policy", "diff", "va", north, "--json").json
    assert differing["rows"] == [{"id": "dose_mg_per_kg_max", "a": "1.5", "b": "0.75", "unit": "mg/kg"}]
    line("policy", "show")
    kept = line("policy", "diff", Policy().version, "rems-like", "--json").json
    assert kept["rows"] == [{"id": "monitoring_from_start_min", "a": "0", "b": "120", "unit": "min"}]
    assert line("policy", "diff", "va", "nothing").code == 4
    assert line("policy", "diff", "va", "nothing.toml").code == 1
