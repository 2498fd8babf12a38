"""Is the compose file what compose takes, and would its services run as the tests run them?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from projections.models import PROJECTIONS
from tests.production.running import COMMANDS

ROOT = Path(__file__).parents[2]
OURS = {"migrate", "api", "relay", *(f"work-{projection.name}" for projection in PROJECTIONS)}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Return the compose file, read."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def test_it_follows_the_compose_schema() -> None:
    """The vendored schema of the compose specification takes the file."""
    command = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(
        [Path(sys.executable).with_name(command[0]), *command[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_process_is_there(compose: dict[str, Any]) -> None:
    """Beside database and broker: the migration, the API, the relay, and one worker a read model."""
    assert compose["services"].keys() == {"postgres", "kafka", *OURS}


def test_every_command_is_one_that_tests_start(compose: dict[str, Any]) -> None:
    """A service runs what the test of a whole journey starts as a process, and nothing else."""
    assert {tuple(compose["services"][name]["command"]) for name in OURS} == set(COMMANDS)


def test_every_process_is_watched(compose: dict[str, Any]) -> None:
    """What runs for ever has a health check, is started again, and has a minute to stop."""
    for name, service in compose["services"].items():
        if name == "migrate":
            continue
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name
        assert service["stop_grace_period"] == "60s", name


def test_what_needs_tables_waits_for_them(compose: dict[str, Any]) -> None:
    """Our processes start after the migration is done and the servers are healthy."""
    for name in OURS - {"migrate"}:
        waits = {on: how["condition"] for on, how in compose["services"][name]["depends_on"].items()}
        assert waits == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "kafka": "service_healthy",
        }, name


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    """Every password comes from the environment, and without it compose refuses to start."""
    for name, service in compose["services"].items():
        for variable, value in service["environment"].items():
            if "PASSWORD" in variable:
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), (name, variable)
            written = re.sub(r"\$\{\w+:\?[^}]+\}", "", value)
            assert not re.search(r"://[^/@:]*:[^/@]+@", written), (name, variable)


def test_who_sees_names_has_the_keys(compose: dict[str, Any]) -> None:
    """Only the API and the migration mount the keys."""
    mounted = {name for name in OURS if "keys:/keys" in compose["services"][name].get("volumes", [])}
    assert mounted == {"migrate", "api"}


def test_our_processes_may_do_little(compose: dict[str, Any]) -> None:
    """No capability, no new privilege, nothing to write but /tmp and the keys."""
    for name in OURS:
        service = compose["services"][name]
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_image_is_slim_locked_and_unprivileged() -> None:
    """The image is built from the lock with hashes, on a slim base, and runs as nobody special."""
    text = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["python:3.13-slim"] * 2
    assert "--require-hashes -r /src/requirements.lock" in text
    final = text.rpartition("FROM ")[2]
    assert re.search(r"^USER 10001$", final, re.MULTILINE)
    assert 'ENTRYPOINT ["journey"]' in final


def test_image_has_what_the_wheel_is_made_of() -> None:
    """Every package of the wheel is copied, and let through to the builder."""
    image, let_through = (ROOT / "Dockerfile").read_text(), (ROOT / ".dockerignore").read_text()
    for package in ("journey", "projections", "consumers", "entrypoints"):
        assert f"COPY {package} /src/{package}" in image
        assert f"!{package}\n" in let_through
