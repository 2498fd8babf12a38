"""Is a subscriber all that `pip install 'journey-tracker[subscriber]'` brings: no web, no event store, and it works?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from consumers.topics import Topics
from tests.consumers.logs import WrittenLog, written
from tests.consumers.reading import publish

ROOT = Path(__file__).parents[2]
COUNT = 120

NEITHER = ("fastapi", "eventsourcing", "typer", "rich", "uvicorn", "cryptography", "jinja2")

SERVICE = """
import importlib.util, json, sqlite3, sys
import consumers
from consumers import Subscriber, Topics
from journey.events import VitalsRecorded

bootstrap, prefix, file, count = sys.argv[1:]
seen, subscriber = [], Subscriber("rates", f"sqlite:///{file}", Topics(bootstrap=bootstrap, prefix=prefix))
with sqlite3.connect(file) as connection:
    connection.execute("CREATE TABLE rates (journey_id TEXT, version INTEGER, hr INTEGER)")

@subscriber.on(VitalsRecorded)
def note(recorded, connection):
    row = (str(recorded.journey_id), recorded.version, recorded.event.hr_per_min)
    connection.execute("INSERT INTO rates VALUES (?, ?, ?)", row)

with subscriber:
    for batch in subscriber.batches(VitalsRecorded):
        with batch as (events, connection):
            for recorded in events:
                note(recorded, connection)
        seen += events
        if len(seen) == int(count):
            break
    status = subscriber.status()
(rows,) = sqlite3.connect(file).execute("SELECT COUNT(*) FROM rates").fetchone()
there = [name for name in NEITHER if importlib.util.find_spec(name)]
print(json.dumps({"rows": rows, "there": there, "from": consumers.__file__, "parked": status.parked_journeys}))
"""


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Return the interpreter of an environment that holds the wheel of this tree with that extra, and nothing else."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    pinned = re.findall(r"^([a-z0-9-]+==[^\s;]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(pinned))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-input"]
    subprocess.run([*install, "--constraint", str(constraints), f"{wheel}[subscriber]"], check=True)
    return python


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_subscriber_alone(python: Path, topics: Topics, log: WrittenLog, tmp_path: Path) -> None:
    """With that extra a subscriber reads real Kafka, without web and event store, and `journey` says it is not all."""
    log.put(written(COUNT))
    publish(log, topics)
    signs = sum(b"journey.VitalsRecorded.v1" in row.body[:200] for row in log.rows(0, COUNT))
    script = f"NEITHER = {NEITHER!r}\n{SERVICE}"
    asked = [str(python), "-I", "-c", script, topics.bootstrap, topics.prefix, str(tmp_path / "own.db"), str(signs)]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["rows"], said["there"], said["parked"]) == (signs, [], 0)
    assert str(tmp_path / "venv") in said["from"]
    command = subprocess.run([str(python.with_name("journey"))], capture_output=True, text=True, check=False)
    assert (command.returncode, command.stdout) == (1, "")
    assert command.stderr.endswith("is not installed: the whole tracker is pip install 'journey-tracker[tracker]'\n")
