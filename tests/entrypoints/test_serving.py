"""Is HTTP served by the program itself, and stopped cleanly?"""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from tests.entrypoints.command_line import CommandLine
from tests.entrypoints.conftest import WORKED

JOURNEY = "7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01"


@contextmanager
def served(line: CommandLine) -> Iterator[str]:
    """Yield the address at which a process of its own serves; it must end cleanly."""
    process = line.start("serve", "--port", "0")
    try:
        yield _address(process)
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said


def _address(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    for said in process.stderr:
        if said.startswith(b"serving at "):
            return said.decode().removeprefix("serving at ").strip()
    raise AssertionError("it ended before it served")


def test_a_served_journey_is_the_one_on_the_command_line(line: CommandLine) -> None:
    """With a token of `journey token` the server answers what `journey show` does; SIGTERM ends it."""
    line("import", WORKED)
    token = line("token", "--user", "nora", "--role", "nurse").out.strip()
    expected = line("show", JOURNEY, "--json").json
    with served(line) as address:
        with urlopen(f"{address}/health/ready") as answer:  # noqa: S310 - our own server
            assert answer.status == 200
        asked = Request(f"{address}/journeys/{JOURNEY}", headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - as above
        with urlopen(asked) as answer:  # noqa: S310 - as above
            shown = json.load(answer)
    assert (shown["version"], shown["state"]) == (expected["version"], expected["state"])


def test_a_port_that_is_taken_is_told(line: CommandLine) -> None:
    """Two servers do not share a port: the second says so in one line."""
    with served(line) as address:
        port = address.rpartition(":")[2]
        said = line.process("serve", "--port", port)
    assert said.code == 1
    assert "Traceback" not in said.err
    assert "in use" in said.err
