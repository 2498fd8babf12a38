"""Does the server start, keep its read models up, and stop cleanly, as a process?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest

from entrypoints.api.tokens import Issuer, Purpose
from entrypoints.server import bound
from entrypoints.settings import Settings
from journey.store.faults import StoreUnavailable
from journey.values import Role
from tests.api.conftest import Desk, referral

PROGRAM = """
import sys
import time
from pathlib import Path
from entrypoints.app import open_app
from entrypoints.server import bound, serve
from entrypoints.settings import Settings

with open_app(Settings(data=Path(sys.argv[1])), create=True) as app, bound("127.0.0.1", 0) as listening:
    serve(app, listening, lambda: print(listening.getsockname()[1], flush=True))
print("stopped", flush=True)
"""


@contextmanager
def running(data: Path, program: str = PROGRAM) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server as a process, and its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")},
    )
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def send(port: int, method: str, path: str, token: str, body: object = None) -> tuple[int, dict[str, str]]:
    """Send a request; its status and headers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def issuer(data: Path) -> Issuer:
    """The issuer of an installation."""
    return Issuer.open(Settings(data=data), lambda: datetime.now(UTC))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_stops_cleanly_and_loses_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """Told to stop while requests come in, the server ends with 0 and no traceback; all it acknowledged is there."""
    token = issuer(tmp_path).issue(Purpose.ACCESS, "fran", Role.FRONT_DESK, timedelta(hours=1))
    positions: list[int] = []
    with running(tmp_path) as (process, port):
        enough = Event()

        def refer() -> None:
            while True:
                try:
                    status, headers = send(port, "POST", "/journeys", token, referral())
                except OSError:
                    return
                if status == 201:
                    positions.append(int(headers["journey-position"]))
                if len(positions) > 10:
                    enough.set()

        threads = [Thread(target=refer) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert enough.wait(30)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        for thread in threads:
            thread.join()
        assert (process.returncode, out.strip()) == (0, "stopped"), err
        assert "Traceback" not in err
    if number is signal.SIGINT:
        return  # what it left is looked at once
    with running(tmp_path) as (_, port):
        last = max(positions)
        assert sorted(positions) == sorted(set(positions))
        status, headers = send(port, "GET", f"/schedule/due?after_position={last}&wait=20", token)
        assert status == 200
        assert int(headers["journey-position"]) >= last


def test_full_disk(tmp_path: Path) -> None:
    """On a full disk commands and looks are 503s without a traceback; all that was acknowledged is there after."""
    token = issuer(tmp_path).issue(Purpose.ACCESS, "fran", Role.FRONT_DESK, timedelta(hours=1))
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))\n"
    positions: list[int] = []
    with running(tmp_path, limit + PROGRAM) as (process, port):
        while True:
            status, headers = send(port, "POST", "/journeys", token, referral())
            if status != 201:
                break
            positions.append(int(headers["journey-position"]))
        assert status == 503
        assert headers["content-type"] == "application/problem+json"
        seen = [200]  # a look writes less than a command: one or two may still have room
        while seen[-1] == 200:
            seen.append(send(port, "GET", "/schedule/day", token)[0])
        assert seen[-1] == 503
        assert send(port, "GET", "/health/live", token)[0] == 200
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert "Traceback" not in err
    assert positions == list(range(1, len(positions) + 1))
    with running(tmp_path) as (_, port):
        status, headers = send(port, "POST", "/journeys", token, referral())
        assert (status, int(headers["journey-position"])) == (201, len(positions) + 1)


def test_a_worker_that_ends_ends_the_server(tmp_path: Path) -> None:
    """If the read models can't be kept up, the server says so and ends, rather than answer ever older."""
    program = PROGRAM.replace(
        "with open_app", "import consumers.worker\nconsumers.worker.Worker.run = lambda *_: 1 / 0\nwith open_app"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=60,
        check=False,
    )
    assert "the worker ended: ZeroDivisionError at" in ended.stderr
    assert ended.stdout.endswith("stopped\n")


def test_next_free_port() -> None:
    """A port that is taken is passed over where others may be tried, and else said to be taken."""
    with bound("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with bound("127.0.0.1", port, tries=50) as other:
            assert port < other.getsockname()[1] < port + 50
        with pytest.raises(OSError, match="in use"):
            bound("127.0.0.1", port)


def test_health(desk: Desk) -> None:
    """The server says that it lives, and that it is ready while its databases answer."""
    assert desk.get("/health/live", None).json == {"state": "live"}
    assert desk.get("/health/ready", None).json == {"state": "ready"}


def test_not_ready(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its database the server lives and is not ready."""

    def away(_: object) -> int:
        raise StoreUnavailable("away")

    monkeypatch.setattr("journey.store.log.EventLog.head", away)
    assert desk.get("/health/ready", None).status == 503
    assert desk.get("/health/live", None).status == 200


def test_answers_do_not_wait_for_acknowledgements(tmp_path: Path) -> None:
    """An answer leaves whole at once: a delayed acknowledgement would cost each of those in a row 40 ms."""
    token = issuer(tmp_path).issue(Purpose.ACCESS, "fran", Role.FRONT_DESK, timedelta(hours=1))
    with running(tmp_path) as (_, port):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        times = []
        for _ in range(20):
            began = time.monotonic()
            connection.request("GET", "/health/live", headers={"Authorization": f"Bearer {token}"})
            connection.getresponse().read()
            times.append(time.monotonic() - began)
        connection.close()
    assert sorted(times)[4] < 0.03
