"""Does a run fail whose fault was never fired?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.fired import Fired, table

ROOT = Path(__file__).parents[2]
PLANTED = """
def test_hit(fired):
    fired.plan("kill", "before", "after", times=2)
    for phase in ("before", "after", "before", "after"):
        fired.fire("kill", phase)

def test_missed(fired):
    fired.plan("kill", "before", "between")
    fired.fire("kill", "before")

def test_nothing_planned(fired):
    pass
"""


def run(folder: Path, *options: str) -> tuple[int, str]:
    """Run the planted tests; the exit code, and what was said."""
    (folder / "test_planted.py").write_text(PLANTED)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.faults.fired", "-p", "no:cacheprovider", str(folder)]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout


def test_a_phase_never_hit_fails_the_run(tmp_path: Path) -> None:
    """A planned phase that nothing hit fails its test, and a verbose run ends with how often each was hit."""
    code, said = run(tmp_path, "-v", "--seed=7")
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "3 passed, 1 error" in said
    assert "seed: 7" in said
    rows = [line.split() for line in said.partition("faults fired")[2].splitlines()]
    assert ["kill", "before", "3", "3"] in rows
    assert ["kill", "after", "2", "2"] in rows
    assert ["kill", "between", "1", "0"] in rows


def test_all_hit_is_well(tmp_path: Path) -> None:
    """What was planned and hit fails nothing, also among processes of pytest-xdist."""
    code, said = run(tmp_path, "-v", "-n", "1", "-k", "not missed")
    assert code == pytest.ExitCode.OK
    assert ["kill", "after", "2", "2"] in [line.split() for line in said.splitlines()]


def test_less_often_than_planned_is_missed() -> None:
    """A phase that was to be hit three times and was twice is not enough."""
    fired = Fired(lambda _: None)
    fired.plan("kill", "before", times=3)
    fired.fire("kill", "before")
    fired.fire("kill", "before")
    with pytest.raises(AssertionError, match=r"planned and not hit:(.|\n)*kill +before +3 +2"):
        fired.check()


def test_what_nobody_planned_fails() -> None:
    """A name written wrongly does not pass as a fault more."""
    fired = Fired(lambda _: None)
    with pytest.raises(AssertionError, match="nobody planned kill: befor"):
        fired.fire("kill", "befor")


def test_same_phases_are_counted_together() -> None:
    """The table of a run has a line for each phase, whatever number of tests hit it."""
    assert table([("kill", "before", 1, 1), ("kill", "before", 2, 3)]).splitlines()[1].split() == [
        "kill",
        "before",
        "3",
        "4",
    ]
