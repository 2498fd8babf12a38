"""Does a word about a patient stay in the vault, through every answer, fault, row, log and file?"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from entrypoints.settings import Settings
from journey.commands import COMMANDS, ReferJourney
from journey.values import Role
from tests.api.conftest import Answer, Desk, opened, referral

CANARY = "Quetzalcoatlus"
"""In no text of ours, in no id, and too long to appear by chance."""

IDENTITY = {
    "name": f"Robin {CANARY}",
    "birth_date": "1931-07-19",
    "phone": f"+1 {CANARY}",
    "chart_number": f"C-{CANARY}",
}
WORDS = (CANARY, CANARY.lower(), CANARY.casefold(), "1931-07-19")


class Sinks:
    """Everything that left the door, or was written."""

    def __init__(self, desk: Desk) -> None:
        """Watch a door."""
        self.desk = desk
        self.answers: list[Answer] = []

    def send(self, *args: Any, **kwargs: Any) -> Answer:
        """Send, and keep what comes back."""
        self.answers.append(self.desk.send(*args, **kwargs))
        return self.answers[-1]

    def shown(self) -> Iterator[str]:
        """Every body and header that came back."""
        for answer in self.answers:
            yield answer.text
            yield str(answer.headers)


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An installation on each database."""
    if request.param == "sqlite":
        return Settings(data=tmp_path)
    url = request.getfixturevalue("postgres_schema")
    return Settings(data=tmp_path, store_url=url, projections_url=url, keys_url=url)


def canary_journey(sinks: Sinks) -> tuple[str, str]:
    """A journey with the canary in every word that there is; its id, and its patient's."""
    body = referral() | {"identity": IDENTITY, "note": f"Told us of {CANARY}."}
    journey_id = ""
    key = str(uuid4())
    for _ in range(2):
        answer = sinks.send("POST", "/journeys", Role.FRONT_DESK, headers={"Idempotency-Key": key}, json=body)
        assert answer.status == 201
        journey_id = answer.json["journey_id"]
    other = body | {"note": f"Other {CANARY}."}
    assert sinks.send("POST", "/journeys", Role.FRONT_DESK, headers={"Idempotency-Key": key}, json=other).status == 422
    twice = sinks.send("POST", "/journeys", Role.NURSE, headers={"Idempotency-Key": str(uuid4())}, json=body)
    assert twice.status == 409
    return journey_id, body["patient_id"]


def faults(sinks: Sinks, journey_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way in which a request with the canary in it can fail."""
    key = {"Idempotency-Key": str(uuid4())}
    path = f"/journeys/{journey_id}/vitals"
    body = {"at": "2026-03-02T09:00:00Z", "session_id": str(uuid4()), "phase": "pre", "note": CANARY}
    for changes in ({"note": [CANARY]}, {"phase": CANARY}, {CANARY: 1}, {"at": CANARY}, {"identity": IDENTITY}, {}):
        assert sinks.send("POST", path, Role.NURSE, headers=key, json=body | changes).status >= 400
    for role in (None, Role.ANALYST):
        assert sinks.send("POST", path, role, headers=key, json=body).status in {401, 403}
    sinks.send("POST", path, Role.NURSE, headers={"Idempotency-Key": CANARY}, json=body)
    sinks.send("POST", path, Role.NURSE, headers=key | {"If-Match": CANARY}, json=body)
    as_json = key | {"Content-Type": "application/json"}
    sinks.send("POST", path, Role.NURSE, headers=as_json, content=json.dumps(body)[:-1] + CANARY)
    sinks.send("POST", path, Role.NURSE, headers=key, json=body | {"note": CANARY * 6_000})
    sinks.send("GET", f"/journeys/{CANARY}", Role.NURSE)
    sinks.send("GET", f"/schedule/due?kind={CANARY}&until={CANARY}", Role.NURSE)
    sinks.send("GET", f"/{CANARY}", None, headers={"Authorization": f"Bearer {CANARY}"})

    def broken(_: object, text: object) -> None:
        raise ValueError(text)

    with monkeypatch.context() as patch:
        patch.setattr("journey.store.journeys.Journeys.execute", broken)
        assert sinks.send("POST", path, Role.NURSE, headers={"Idempotency-Key": str(uuid4())}, json=body).status == 500


def test_canary(settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A word in every field about a patient is nowhere but where it is asked for by those who may."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx2")  # the caller's own log, not the server's
    with opened(settings) as desk:
        sinks = Sinks(desk)
        journey_id, patient_id = canary_journey(sinks)
        faults(sinks, journey_id, monkeypatch)
        head = desk.app.store.log.head()
        for role, path in (
            (Role.NURSE, f"/journeys/{journey_id}"),
            (Role.NURSE, f"/journeys/{journey_id}/series?after_position={head}&wait=10"),
            (Role.NURSE, f"/journeys/{journey_id}/outcome?after_position={head}&wait=10"),
            (Role.COMPLIANCE, f"/journeys/{journey_id}/replay"),
            (Role.COMPLIANCE, f"/audit/timeline?after_position={head}&wait=10"),
            (Role.COMPLIANCE, "/audit/timeline.csv"),
            *((Role.COMPLIANCE, f"/audit/{name}") for name in ("deviations", "overrides", "late", "corrections.csv")),
            *((Role.COMPLIANCE, f"/audit/{name}") for name in ("unsigned", "consents", "refused")),
            (Role.COMPLIANCE, "/audit/reads"),
            (Role.SERVICE, "/events"),
            (Role.SERVICE, f"/journeys/{journey_id}/events"),
            (Role.NURSE, "/schedule/due"),
            (Role.NURSE, "/schedule/tasks"),
        ):
            assert sinks.send("GET", path, role).status == 200, path
        hits = [word for text in sinks.shown() for word in WORDS if word in text]
        assert hits == []
        assert CANARY not in caplog.text
        identity = desk.get(f"/patients/{patient_id}/identity", Role.NURSE)
        assert identity.json == IDENTITY
        assert CANARY in desk.get(f"/journeys/{journey_id}/notes", Role.NURSE).text
        if settings.store_url is not None:
            assert list(_postgres_hits(settings.store)) == []
    for file in settings.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [word for word in WORDS for form in _forms(word) if form in content], file


def _forms(word: str) -> list[bytes]:
    return [word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()]


def _postgres_hits(url: str) -> Iterator[str]:
    """Tables with a row in which the canary can be read, bytes included."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
        assert len(tables) > 5
        for (table,) in tables:
            rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
            seen = [
                bytes(it) if isinstance(it, (bytes, memoryview)) else str(it).encode() for row in rows for it in row
            ]
            if any(word.encode() in it for it in seen for word in WORDS):
                yield str(table)


def test_the_canary_is_ours_alone() -> None:
    """The word is in no command's shape, so that a hit is a leak."""
    assert not [name for name in (*COMMANDS, ReferJourney.__name__) if CANARY.lower() in name.lower()]
