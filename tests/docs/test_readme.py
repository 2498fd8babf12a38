"""Do the README's commands work as they are written?

Those that start servers or a suite of their own are looked at and not run here: `make` may be asked what it would do,
and compose is tested with the production set-up.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from entrypoints.cli import main

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block.strip().splitlines() for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)]
LINES = [line for block in BLOCKS for line in block]


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a reader would, with data of its own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
    environment = kept | {"PATH": path, "JOURNEY_DATA": str(folder / "data")}
    return subprocess.run(shlex.split(line), cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_every_line_is_of_a_kind_that_is_tested() -> None:
    """A new kind of command in the README needs a test here."""
    assert {shlex.split(line)[0] for line in LINES} == {"make", "journey", "POSTGRES_PASSWORD=..."}


def test_journey_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `journey` line, in the README's order, ends well and says something; in this process, for speed."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("JOURNEY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path / "data"))
    for line in LINES:
        program, *words = shlex.split(line)
        if program == "journey":
            done = CliRunner().invoke(main, words)
            assert done.exit_code == 0, f"{line}: {done.stderr}"
            assert done.output.strip(), line


def test_worked_journey_is_accepted_and_then_known(tmp_path: Path) -> None:
    """The file gives one answer a line, and the second time changes nothing, as the README says."""
    line = "journey import examples/worked-journey.ndjson"
    first, second = run(line, tmp_path).stdout, run(line, tmp_path).stdout
    asked = (ROOT / "examples" / "worked-journey.ndjson").read_text().count("\n")
    assert first.count('"accepted"') == asked
    assert second.count('"duplicate"') == asked


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_make_knows_its_targets(line: str) -> None:
    """What the README asks of `make` is there."""
    done = subprocess.run([*shlex.split(line), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", TEXT))))
def test_links_lead_somewhere(link: str) -> None:
    """Every file that the README points to is in the repository."""
    assert (ROOT / link).exists()
