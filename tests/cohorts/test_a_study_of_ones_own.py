"""Does a study come out as docs/studies.md says, by the commands and files that it shows?"""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cohorts import example
from tests.cohorts.cohort import cohort
from tests.entrypoints.command_line import CommandLine

PAGE = Path(__file__).parents[2] / "docs" / "studies.md"


def block(kind: str) -> str:
    """The one block of the page that is of this kind."""
    [found] = re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def test_the_page_is_lived_through(tmp_path: Path) -> None:
    """Site, policy, rule, lines; every line is accepted, and the table of the page is what is answered."""
    clinic, told = CommandLine(tmp_path / "study", {}), cohort("example")
    clinic.folder.mkdir()
    (clinic.folder / "site.json").write_text(json.dumps(told.site), encoding="utf-8")
    policy, rule, lines = (tmp_path / name for name in ("example.toml", "rule.toml", "example.ndjson"))
    policy.write_text(block("toml policy"), encoding="utf-8")
    rule.write_text(block("toml rule"), encoding="utf-8")
    lines.write_text("".join(json.dumps(line) + "\n" for line in told.lines()), encoding="utf-8")
    assert clinic("policy", "check", policy).code == 0
    assert clinic("rules", "add", rule).code == 0
    imported = clinic("import", lines, "--policy", policy)
    assert imported.code == 0, imported.err
    rows = re.findall(r"^\| `(--by endpoint.*?)` \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 2
    for asked, said in rows:
        [row] = clinic("outcome", "responses", "--rule", example.RULE, *asked.split(), "--json").json["rows"]
        parts = (("responded_at", "response"), ("remitted_at", "remission"), ("worsened_at", "worse"))
        counts = [f"{row[count]} ({row[f'{name}_pct']} %)" for count, name in parts]
        assert " | ".join([str(row["started"]), str(row["assessed"]), *counts]) == said
    by_infusion = clinic("outcome", "responses", "--rule", example.RULE, "--json").json["rows"]
    assert [row["reached"] for row in by_infusion] == [23, 23, 21, 21, 21]


def test_the_pages_files_are_the_studies() -> None:
    """The policy that is shown is the one that lies beside the study's lines."""
    shown, kept = block("toml policy"), (Path(__file__).parent / "example.toml").read_text(encoding="utf-8")
    assert [line for line in kept.splitlines() if not line.startswith("#")] == shown.splitlines()
    assert f'id = "{example.RULE}"' in block("toml rule")
