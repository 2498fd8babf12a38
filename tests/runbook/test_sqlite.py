"""Does the runbook bring a single seat's files back, copied while commands go on?"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest

from entrypoints.app import now
from journey.clinic import Clinic
from journey.store.keys import Keys
from journey.store.opening import open_store
from projections.models import PROJECTIONS
from tests.runbook.document import commands
from tests.store.faults.load import Load, writing


def run(script: str, environment: Mapping[str, str]) -> str:
    """Run a script to its good end; what it printed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", script], env={"PATH": path, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def opened(folder: Path, stack: ExitStack) -> Load:
    """Open the store of a folder."""
    keys = Keys.open(folder / "keys" / "master.key", f"sqlite:///{folder / 'keys.sqlite'}")
    stack.callback(keys.close)
    store = open_store(f"sqlite:///{folder / 'journey.sqlite'}", keys=keys, clinic=Clinic(), clock=now)
    stack.callback(store.close)
    return Load(store)


@pytest.mark.slow
def test_live_files_are_restored(tmp_path: Path) -> None:
    """All that was answered before the copies were begun is in them, whole; the read models are made anew from it."""
    data, backup, kept, restored = (tmp_path / name for name in ("data", "backup", "kept", "restored"))
    for folder in (data / "keys", backup, kept):
        folder.mkdir(parents=True)
    environment = {"JOURNEY_DATA": str(data), "BACKUP": str(backup), "KEPT": str(kept), "RESTORED": str(restored)}
    with ExitStack() as stack:
        with writing(opened(data, stack).store) as load:
            load.more(20)
            before = dict(load.answers)
            for script in commands("SQLite"):
                run(script, environment)
            during = len(load.answers)
        assert during > len(before), "nobody wrote while the files were copied"
    for script in commands("Restore SQLite"):
        run(script, environment)
    with ExitStack() as stack:
        back = opened(restored, stack)
        there = {UUID(key) for (key,) in back.store.log.read("SELECT command_id FROM commands")}
        back.answers = {key: it for key, it in load.answers.items() if key in there}
        assert before.keys() <= back.answers.keys()
        back.proven()
    for projection in PROJECTIONS:
        run(f"journey projections verify {projection.name}", {"JOURNEY_DATA": str(restored)})
