"""Does the demonstration start, stay alive, stop, go on and start over, as a person would have it?"""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from entrypoints.demo import GUESTS, PLAN_FILE, SITE_FILE, open_demo, plan, settings
from entrypoints.settings import Misconfigured, Settings
from entrypoints.simulator.clinic import synthetic_clinic

JOURNEY = Path(sys.executable).with_name("journey")
SMALL = ("--patients", "12", "--months", "5")
STARTS_S, STOPS_S = 60, 20


class Running:
    """A demonstration that runs as a process of its own, and what it has said."""

    def __init__(self, folder: Path, *options: str) -> None:
        """Start it on a port of its own."""
        self.said = ""
        command = [str(JOURNEY), "demo", "--folder", str(folder), "--port", str(free_port()), *SMALL, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def welcomed(self) -> Running:
        """Wait until it has said where to look."""
        assert self.process.stdout is not None
        reader = Thread(target=self._read)
        reader.start()
        reader.join(STARTS_S)
        assert "Ctrl-C stops it" in self.said, self.process.poll()
        return self

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ctrl-C stops it"):
                return

    @property
    def links(self) -> dict[str, str]:
        """The sign-in link of each kind of user."""
        return dict(re.findall(r"^  (\w+) +(http\S+/sign-in/\S+)$", self.said, re.MULTILINE))

    @property
    def address(self) -> str:
        """Where it is served."""
        return next(iter(self.links.values())).partition("/sign-in/")[0]

    def interrupted(self) -> str:
        """Press Ctrl-C, and wait: it must stop by itself, without an error; gives its last words."""
        self.process.send_signal(signal.SIGINT)
        _, talk = self.process.communicate(timeout=STOPS_S)
        assert self.process.returncode == 0, talk
        assert "Traceback" not in talk
        return talk


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Running]:
    """Run it, and leave nothing running whatever the test finds."""
    demo = Running(folder, *options)
    try:
        yield demo
    finally:
        demo.process.kill()
        demo.process.communicate()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def status(url: str) -> int:
    """What a page answers to somebody who is not signed in."""
    try:
        with build_opener().open(url, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def stored(folder: Path) -> tuple[str, int]:
    """The id of the store in a folder, and how many events it has."""
    with closing(sqlite3.connect(folder / "journey.sqlite")) as database:
        (store_id,) = database.execute("SELECT store_id FROM store").fetchone()
        (head,) = database.execute("SELECT position FROM log_head").fetchone()
    return store_id, head


@pytest.mark.slow
def test_it_starts_goes_on_and_starts_over(tmp_path: Path) -> None:
    """It starts, is ready, stops at Ctrl-C with exit code 0, goes on with the same clinic, and starts over if asked."""
    folder = tmp_path / "demo"
    with running(folder) as first:
        assert set(first.welcomed().links) == {kind for kind, _, _ in GUESTS}
        assert status(f"{first.address}/health/ready") == 200
        assert "  5. " in first.said
        assert "goes on from here" in first.interrupted()
    begun = stored(folder)
    assert begun[1] > 100
    with running(folder) as second:
        second.welcomed().interrupted()
    gone_on = stored(folder)
    assert gone_on[0] == begun[0]
    assert 0 <= gone_on[1] - begun[1] < 50  # what was planned for the seconds between, and nothing twice
    with running(folder, "--reset") as third:
        third.welcomed().interrupted()
    assert stored(folder)[0] != begun[0]


@pytest.mark.slow
def test_a_link_signs_in_once(tmp_path: Path) -> None:
    """Each link opens a session, for whom it says and once; without one there is no board."""
    with running(tmp_path / "demo") as demo:
        demo.welcomed()
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        with browser.open(demo.links["compliance"], timeout=10) as answer:
            assert answer.status == 200
        with browser.open(f"{demo.address}/", timeout=10) as home:
            assert "Synthetic data" in home.read().decode()
        assert status(demo.links["compliance"]) in range(400, 500)
        assert status(f"{demo.address}/board") in range(400, 500)
        demo.interrupted()


@pytest.mark.slow
def test_the_next_free_port_is_taken(tmp_path: Path) -> None:
    """Where the first port is taken, it serves on one that follows."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with running(tmp_path / "demo", "--port", str(port)) as demo:
            assert int(demo.welcomed().address.rpartition(":")[2]) > port
            demo.interrupted()


@pytest.mark.slow
def test_ctrl_c_while_the_past_is_entered(tmp_path: Path) -> None:
    """Interrupted before it serves, it stops without an error; what was entered stays, and the rest follows."""
    folder = tmp_path / "demo"
    with running(folder, "--patients", "24", "--months", "12") as cut_short:
        deadline = time.monotonic() + STARTS_S
        while not (folder / "journey.sqlite").exists() or not head_of(folder):
            assert time.monotonic() < deadline, cut_short.process.poll()
            time.sleep(0.02)  # until a first batch is in
        assert "goes on from here" in cut_short.interrupted()
    entered = stored(folder)
    with running(folder) as demo:
        demo.welcomed().interrupted()
    assert stored(folder)[0] == entered[0]
    assert stored(folder)[1] > entered[1]


def head_of(folder: Path) -> int:
    """How many events there are, 0 as long as there is no store."""
    try:
        return stored(folder)[1]
    except (sqlite3.OperationalError, TypeError):
        return 0


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    """Neither started nor reset: a folder with anything else in it is refused, and nothing in it is touched."""
    (tmp_path / "thesis.txt").write_text("two years of work")
    for reset in (False, True):
        with pytest.raises(Misconfigured, match="something else"):
            plan(tmp_path, reset=reset)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_plan_is_kept(tmp_path: Path) -> None:
    """The first start decides which clinic it is; a later one can't change it but by starting over."""
    first = plan(tmp_path / "demo", seed=3, patients=10, months=3)
    assert plan(tmp_path / "demo", seed=4, patients=20, months=6) == first
    assert plan(tmp_path / "demo", reset=True, seed=4).seed == 4


def test_a_broken_plan_is_told(tmp_path: Path) -> None:
    """A plan that can't be read is told in words, and starting over helps."""
    (tmp_path / PLAN_FILE).write_text("{")
    with pytest.raises(Misconfigured, match="--reset"):
        plan(tmp_path)
    assert plan(tmp_path, reset=True, patients=10).patients == 10


def test_the_environment_does_not_lead_it_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever installation the environment names, the demonstration stays in its folder."""
    monkeypatch.setenv("JOURNEY_STORE_URL", "postgresql://production/journeys")
    monkeypatch.setenv("JOURNEY_KAFKA", "production:9092")
    assert settings(tmp_path).store == f"sqlite:///{tmp_path / 'journey.sqlite'}"
    assert settings(tmp_path).embedded


def test_the_command_line_finds_the_same_clinic(tmp_path: Path) -> None:
    """`journey --data` on the folder works with the clinic's own chairs, hours and zone."""
    made = plan(tmp_path / "demo", patients=10, months=3)
    with open_demo(tmp_path / "demo", made):
        pass
    assert Settings(data=tmp_path / "demo").clinic().site == made.clinic.site
    assert json.loads((tmp_path / "demo" / SITE_FILE).read_text())["zone"] == made.zone


def test_the_clinic_stays_alive(tmp_path: Path) -> None:
    """As time goes on, what is planned is entered, at its time and in its order: here an hour passes in seconds."""
    made = plan(tmp_path / "demo", patients=20, months=4)
    opened: list[float] = []

    def fast() -> datetime:
        """Stand still at the end of the past, then go twelve hundred times as fast as time does."""
        return made.ends + timedelta(seconds=(time.monotonic() - opened[0]) * 1_200 if opened else 0)

    with open_demo(tmp_path / "demo", made, now=fast) as demo:
        list(demo.seed())
        before = demo.app.store.log.head()
        opened.append(time.monotonic())
        with demo.alive():
            assert demo.app.store.log.wait(before + 4, timeout_s=60)
        rows = demo.app.store.log.rows(before, 1_000)
    assert len(rows) > 4
    heard_at = {line.request["command_id"]: line.heard_at for line in made.lines()}
    events = [json.loads(row.body) for row in rows]
    assert [datetime.fromisoformat(it["recordedat"]) for it in events] == [heard_at[it["commandid"]] for it in events]


def test_a_synthetic_clinic_has_a_nurse_to_each_chair() -> None:
    """The clinic of the demonstration has as many nurses as chairs, open every day."""
    site = synthetic_clinic().site
    assert (len(site.chairs), len(site.nurses), len(site.hours)) == (5, 5, 7)
    noon = datetime(2026, 6, 21, 19, tzinfo=UTC)  # a Sunday
    assert site.is_open(noon, noon + timedelta(hours=2))
