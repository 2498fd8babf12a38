"""Does a whole journey live in production: HTTP, PostgreSQL and Kafka, one process each, stopped in between?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from consumers.log_feed import LogFeed, histories
from consumers.topics import Topics
from consumers.worker import Worker
from entrypoints.api.tokens import Issuer, Purpose
from entrypoints.app import now
from entrypoints.settings import Settings
from journey.store import codec
from journey.store.log import EventLog
from journey.store.opening import open_log
from journey.values import Role
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.verifying import dump
from tests.consumers.reading import assert_exact
from tests.production.running import MIGRATE, RUNNING, Installation, installed
from tests.servers import until

WORKED = Path(__file__).parents[2] / "examples" / "worked-journey.ndjson"
NOT_LIVED = {"medications", "relapses", "deviations", "overrides", "stale", "turned_stale"}
"""What of outcome and audit is not in the worked file."""
ENVELOPE = {"command", "journey_id", "command_id", "by"}


@pytest.fixture
def installation(
    tmp_path: Path, postgres_schema: str, kafka_bootstrap: str, topic_prefix: str
) -> Iterator[Installation]:
    """Yield an installation that was migrated, twice: the second time changes nothing."""
    with installed(tmp_path, postgres_schema, kafka_bootstrap, topic_prefix) as installation:
        installation.run(*MIGRATE)
        installation.run(*MIGRATE)
        yield installation


class Clinic:
    """The people of the worked file, at the HTTP door."""

    def __init__(self, installation: Installation) -> None:
        """Know the routes of the installation, and sign everybody in."""
        self._client = httpx2.Client(base_url=installation.address, timeout=30)
        settings = Settings(token_key_file=Path(installation.environment["JOURNEY_TOKEN_KEY_FILE"]))
        self._issuer = Issuer.open(settings, now)
        contract = self._client.get("/openapi.json").json()
        self._routes = {
            operation["operationId"]: path
            for path, methods in contract["paths"].items()
            for operation in methods.values()
        }
        self.ids: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.position = 0

    def ask(self, line: Mapping[str, Any]) -> None:
        """Ask a line's command as the person it names; it is accepted."""
        operation = re.sub(r"(?<!^)(?=[A-Z])", "_", line["command"]).lower()
        headers = {"Idempotency-Key": line["command_id"]} | self._signed(line["by"]["user"], Role(line["by"]["role"]))
        own = "journey_id" if "journey_id" in line else "container_id"
        stream = line[own]
        if stream in self.versions and own == "journey_id":
            headers["If-Match"] = f'"{self.versions[stream]}"'
        body = {name: self.ids.get(str(it), it) for name, it in line.items() if name not in ENVELOPE | {own}}
        answer = self._client.post(
            self._routes[operation].format(**{own: self.ids.get(stream, "")}),
            headers=headers,
            json={"late_reason": "downtime", **body},
        )
        assert answer.is_success, (line["command"], answer.status_code, answer.text)
        self.ids[stream] = answer.json()[own]
        self.versions[stream] = int(answer.headers["ETag"].strip('"'))
        self.position = int(answer.headers["Journey-Position"])

    def look(self, path: str, role: Role) -> Any:
        """Look at something as it is once the last write is shown."""
        query = {"after_position": str(self.position), "wait": "20"}
        answer = self._client.get(path, params=query, headers=self._signed(f"{role}-user", role))
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer.json()

    def close(self) -> None:
        """Leave."""
        self._client.close()

    def _signed(self, user: str, role: Role) -> dict[str, str]:
        token = self._issuer.issue(Purpose.ACCESS, user, role, timedelta(minutes=10))
        return {"Authorization": f"Bearer {token}"}


def start(installation: Installation) -> Clinic:
    """Start everything; the people at the door."""
    installation.start(*RUNNING)
    with httpx2.Client(base_url=installation.address, timeout=5) as client:

        def ready() -> bool:
            try:
                return client.get("/health/ready").is_success
            except httpx2.HTTPError:
                return False

        until(ready, seconds=90, what="the server to be ready")
    return Clinic(installation)


def read_models(url: str, log: EventLog) -> ReadModels:
    """Return the read models of a database."""
    return ReadModels(url, PROJECTIONS, decode=codec.decode, clock=lambda: datetime.now(UTC), history=histories(log))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_whole_journey(installation: Installation, tmp_path: Path, topic_prefix: str) -> None:
    """The worked file is lived over HTTP, with everything stopped and started in the middle; nothing is lost."""
    lines = [json.loads(line) for line in WORKED.read_text().splitlines()]
    half = len(lines) // 2
    clinic = start(installation)
    for line in lines[:half]:
        clinic.ask(line)
    installation.stop(*RUNNING)
    ids, versions, position = clinic.ids, clinic.versions, clinic.position
    clinic.close()

    clinic = start(installation)
    clinic.ids, clinic.versions, clinic.position = ids, versions, position
    for line in lines[half:]:
        clinic.ask(line)
    shown = clinic.look("/outcome/responses", Role.ANALYST)
    assert shown["position"] >= clinic.position
    clinic.close()

    log = open_log(installation.environment["JOURNEY_STORE_URL"])
    live = read_models(installation.environment["JOURNEY_PROJECTIONS_URL"], log)

    def applied() -> bool:
        with live.database.reading() as session:
            return all(live.position_in(session, it.name) == log.head() for it in PROJECTIONS)

    until(applied, seconds=30, what="every read model to show everything")
    installation.stop(*RUNNING)
    assert_exact(Topics(bootstrap=installation.environment["JOURNEY_KAFKA"], prefix=topic_prefix), log)

    alone = read_models(f"sqlite:///{tmp_path / 'alone.db'}", log)
    Worker(alone, {it.name: LogFeed(log, log.store_id) for it in PROJECTIONS}).catch_up()
    for projection in PROJECTIONS:
        rows = dump(live, projection.name)
        assert rows == dump(alone, projection.name), projection.name
        assert projection.name == "schedule" or {it for it in rows if not rows[it]} <= NOT_LIVED, projection.name
    for opened in (live, alone, log):
        opened.close()
