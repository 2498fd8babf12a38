"""What do the tests of the HTTP door share: an installation, its server, and people of every role at it?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from entrypoints.api.auth import MayAsk, checks
from entrypoints.api.tokens import Issuer, Purpose
from entrypoints.app import App, open_app
from entrypoints.importing import imported
from entrypoints.server import site
from entrypoints.settings import Settings
from journey.commands import Command, ReferJourney
from journey.values import Role

WORKED = Path(__file__).parents[2] / "examples" / "worked-journey.ndjson"
USERS = {role: f"{role.value}-user" for role in Role}


@dataclass(frozen=True)
class Answer:
    """What came back, less what a test does not look at."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """A problem's code."""
        assert self.headers["content-type"] == "application/problem+json", self.text
        return str(self.json["code"])


@dataclass(frozen=True)
class Desk:
    """The door of an installation, and whoever stands at it."""

    app: App
    server: FastAPI
    client: TestClient

    @property
    def issuer(self) -> Issuer:
        """Who issues the tokens here."""
        issuer = self.server.state.wired.issuer
        assert isinstance(issuer, Issuer)
        return issuer

    def token(self, role: Role, ttl: timedelta = timedelta(minutes=5)) -> str:
        """A token of somebody in a role."""
        return self.issuer.issue(Purpose.ACCESS, USERS[role], role, ttl)

    def send(
        self, method: str, path: str, role: Role | None, *, headers: Mapping[str, str] | None = None, **body: Any
    ) -> Answer:
        """Send anything as somebody, or as nobody."""
        own = {} if role is None else {"Authorization": f"Bearer {self.token(role)}"}
        sent = self.client.request(method, path, headers=own | dict(headers or {}), follow_redirects=False, **body)
        return Answer(sent.status_code, sent.headers, sent.text)

    def get(self, path: str, role: Role | None, headers: Mapping[str, str] | None = None) -> Answer:
        """Look at something."""
        return self.send("GET", path, role, headers=headers)

    def ask(
        self,
        kind: type[Command],
        role: Role,
        fields: Mapping[str, Any],
        *,
        journey_id: UUID | str | None = None,
        key: UUID | str | None = None,
        if_version: int | None = None,
    ) -> Answer:
        """Ask a command."""
        path = self.paths()[kind].format(journey_id=journey_id, container_id=journey_id)
        headers = {"Idempotency-Key": str(key or uuid4())}
        if if_version is not None:
            headers["If-Match"] = f'"{if_version}"'
        return self.send("POST", path, role, headers=headers, json=dict(fields))

    def paths(self) -> dict[type[Command], str]:
        """The route of each command."""
        found = ((address, check) for address, check in checks(self.server) if isinstance(check, MayAsk))
        return {check.command: address.removeprefix("POST ") for address, check in found}

    def refer(self, **more: Any) -> Answer:
        """Open a journey."""
        return self.ask(ReferJourney, Role.FRONT_DESK, referral() | more)


def referral() -> dict[str, Any]:
    """The body of a referral."""
    return {
        "at": "2026-03-02T09:00:00-08:00",
        "patient_id": str(uuid4()),
        "referrer": "provider",
        "indication_icd10": "F33.2",
        "reason": "treatment_resistant_depression",
        "late_reason": "downtime",
    }


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """The door of an installation, with its worker running."""
    with open_app(settings, create=True) as app:
        server = site(app)
        with TestClient(server, raise_server_exceptions=True) as client:
            yield Desk(app, server, client)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The door of an empty installation on SQLite."""
    with opened(Settings(data=tmp_path / "data")) as it:
        yield it


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The door of an installation where the worked journey has happened; tests only look."""
    with opened(Settings(data=tmp_path_factory.mktemp("busy"))) as it:
        with WORKED.open("rb") as lines:
            answers = list(imported(it.app.store.journeys, lines, it.app.clinic.site.site_id))
        assert {answer.status for answer in answers} == {"accepted"}
        head = it.app.store.log.head()
        for path, role in (
            ("/schedule/due", Role.NURSE),
            ("/outcome/responses", Role.NURSE),
            ("/audit/timeline", Role.COMPLIANCE),
        ):
            assert it.get(f"{path}?after_position={head}&wait=20", role).status == 200
        yield it


@pytest.fixture(scope="session")
def worked() -> list[dict[str, Any]]:
    """The lines of the worked journey."""
    return [json.loads(line) for line in WORKED.read_text().splitlines()]
