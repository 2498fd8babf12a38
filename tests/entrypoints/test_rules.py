"""Can a clinic put a response rule of its own in force, and ask the same history under it?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from journey.response import RULES
from tests.entrypoints.command_line import CommandLine

JOURNEY = "7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01"
OWN = """
id = "own"
instrument = "phq9"
response_pct_min = 90.0
remission = "lt"
remission_threshold = 2
source = "this clinic"
"""


@pytest.fixture
def kept(worked_folder: Path, tmp_path: Path) -> CommandLine:
    """Return the command line of an installation with the worked journey, to be changed."""
    shutil.copytree(worked_folder, tmp_path / "kept")
    return CommandLine(tmp_path / "kept", {})


def written(tmp_path: Path, text: str) -> Path:
    """A file with a rule."""
    file = tmp_path / "rule.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_list_and_show(line: CommandLine) -> None:
    """The built-in rules stand there with every field, version and digest."""
    rows = line("rules", "list", "--json").json["rows"]
    assert [row["id"] for row in rows] == list(RULES)
    assert all(row["built_in"] and row["version"] == 1 for row in rows)
    one = line("rules", "show", "phq9-le5-6wk", "--json").json
    assert (one["endpoint_from"], one["endpoint_days_min"], one["digest"]) == (
        "first_infusion",
        "35",
        RULES["phq9-le5-6wk"].digest,
    )
    assert line("rules", "show", "none").code == 4


def test_the_same_history_under_a_rule_of_ones_own(kept: CommandLine, tmp_path: Path) -> None:
    """The answer is another, what was assessed stays what it was, and the next review may be made under it."""
    before = kept("outcome", "journey", JOURNEY, "--json").json
    assert kept("rules", "add", written(tmp_path, OWN), "--json").json["version"] == 1
    under_own = kept("outcome", "journey", JOURNEY, "--rule", "own", "--json").json
    assert (before["result"]["response"], under_own["result"]["response"]) == (True, False)
    assert under_own["responses"] == before["responses"]
    rates = {rule: kept("outcome", "responses", "--rule", rule, "--json").json["rows"] for rule in ("own", "phq9-lt5")}
    assert [row["assessed"] for row in rates["own"]] == [row["assessed"] for row in rates["phq9-lt5"]]
    assert sum(row["responded_at"] for row in rates["own"]) == 0 < rates["phq9-lt5"][-1]["responded_at"]
    answer = kept(
        *("do", "AssessResponse", "--journey", JOURNEY, "--role", "prescriber", "--by", "pete"),
        *("--at", "2026-01-05T18:00:00+00:00", "--late-reason", "oversight", "rule_id=own", "next=close"),
    )
    assert answer.code == 0, answer.err
    reviews = kept("outcome", "journey", JOURNEY, "--json").json["responses"]
    assert [it["rule_id"] for it in reviews][-1] == "own"


def test_the_next_version_and_what_is_refused(line: CommandLine, tmp_path: Path) -> None:
    """An id gets its next version; a built-in one is left alone, and a fault is told in one line."""
    line("rules", "add", written(tmp_path, OWN))
    stricter = OWN.replace("threshold = 2", "threshold = 1")
    assert line("rules", "add", written(tmp_path, stricter), "--json").json["version"] == 2
    shown = line("rules", "show", "own", "--json").json
    assert (shown["remission_threshold"], shown["built_in"], len(shown["versions"])) == ("1", False, 2)
    for text, code, said in (
        (OWN, 5, "version 2 is in force"),
        (OWN.replace('"own"', '"phq9-lt5"'), 5, "built in"),
        (OWN.replace("lt", "under"), 2, "remission must be one of lt, le"),
        ("id = ", 2, "rule.toml"),
    ):
        answer = line("rules", "add", written(tmp_path, text))
        assert (answer.code, answer.err.count("\n")) == (code, 1), answer
        assert said in answer.err
    assert line("rules", "add", tmp_path / "nowhere.toml").code == 2
