"""Does every look leave a row, whatever comes of it, on every route?"""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from entrypoints.api.auth import Asks, MayAsk, checks
from entrypoints.server import site
from journey.roles import ASKS, Question
from journey.store.access import AccessTrail, Outcome, Read
from journey.store.faults import StoreUnavailable
from journey.values import Role
from tests.api.conftest import USERS, Desk

JOURNEY = UUID("7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01")
PATIENT = UUID(int=2)


def rows(desk: Desk, after: int = 0) -> list[Read]:
    """The rows of the trail after a position."""
    return desk.app.store.access.reads(after=after, limit=100_000)


def last(desk: Desk) -> int:
    """The trail's last position."""
    return max((it.position for it in rows(desk)), default=0)


def looks(desk: Desk) -> list[tuple[str, Asks]]:
    """Every route that shows something."""
    return [(address, check) for address, check in checks(desk.server) if isinstance(check, Asks)]


def path(address: str) -> tuple[str, str]:
    """Method and path, with ids."""
    method, template = address.split(" ")
    ids = {"journey_id": JOURNEY, "patient_id": PATIENT, "session_id": UUID(int=3), "container_id": UUID(int=4)}
    return method, template.format(**ids, version="default", view="infusions_v1")


def test_every_look_leaves_a_row(busy: Desk) -> None:
    """Over every route and role, and nobody: one row a look, with subject, role, template, journey and outcome."""
    unrecorded, before = 0, last(busy)
    for address, check in looks(busy):
        method, at = path(address)
        for role in (*Role, None):
            answer = busy.send(method, at, role)
            new = rows(busy, before)
            unrecorded += len(new) != 1
            row = new[0]
            before = row.position
            assert row.route == address
            assert (row.subject, row.role) == (("nobody", "nobody") if role is None else (USERS[role], role.value))
            assert row.journey_id == (JOURNEY if "{journey_id}" in address else None)
            assert row.patient_id == (PATIENT if "{patient_id}" in address else None)
            allowed = role is not None and role in ASKS[check.question]
            outcomes = {Outcome.SHOWN, Outcome.NOT_FOUND, Outcome.INVALID} if allowed else {Outcome.DENIED}
            assert row.outcome in outcomes, address
            assert (row.outcome is Outcome.SHOWN) == (answer.status in {200, 303}), address
    assert unrecorded == 0


def test_every_outcome_leaves_a_row(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at nothing, a wrong question and a failure leave rows that say so."""

    def broken(*_: object, **__: object) -> None:
        raise LookupError

    before = last(busy)
    missing = uuid4()
    busy.get(f"/journeys/{missing}", Role.NURSE)
    busy.get("/schedule/day?date=x", Role.NURSE)
    busy.get("/audit/timeline?journey_id=x", Role.COMPLIANCE)
    busy.get(f"/audit/timeline?journey_id={JOURNEY}", Role.COMPLIANCE)
    monkeypatch.setattr("projections.schedule.day", broken)
    busy.get("/schedule/day", Role.NURSE)
    new = rows(busy, before)
    assert [it.outcome.value for it in new] == ["not_found", "invalid", "invalid", "shown", "failed"]
    assert [it.journey_id for it in new] == [missing, None, None, JOURNEY, None]


def test_denied_commands_leave_a_row(busy: Desk) -> None:
    """A command that a role may not ask leaves a row; it is in no other trail."""
    for address, check in checks(busy.server):
        if isinstance(check, MayAsk):
            method, at = path(address)
            before = last(busy)
            busy.send(method, at, Role.ANALYST, json={})
            new = rows(busy, before)
            assert [(it.route, it.subject, it.outcome.value) for it in new] == [(address, "analyst-user", "denied")]


def test_a_row_never_holds_a_value(busy: Desk) -> None:
    """Rows name templates: no query, no code of a link, no id but that of journey and patient."""
    busy.get("/sign-in/secret-code", None)
    busy.get("/schedule/day?date=secret-date", Role.NURSE)
    assert not [it for it in rows(busy) if "secret" in it.route + it.subject]


def test_reading_the_trail_is_in_the_trail(desk: Desk) -> None:
    """Whoever asks who looked is in the next answer."""
    first = desk.get("/audit/reads", Role.COMPLIANCE).json["rows"]
    second = desk.get("/audit/reads", Role.COMPLIANCE).json["rows"]
    assert first == []
    assert [(it["subject"], it["route"]) for it in second] == [("compliance-user", "GET /audit/reads")]


def test_what_cannot_be_recorded_is_not_shown(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the trail can't be written the answer is withheld: not a byte of it leaves."""

    def full(*_: object, **__: object) -> None:
        raise StoreUnavailable("full")

    shown = busy.get(f"/journeys/{JOURNEY}", Role.NURSE)
    monkeypatch.setattr(AccessTrail, "record", full)
    withheld = busy.get(f"/journeys/{JOURNEY}", Role.NURSE)
    assert shown.status == 200
    assert (withheld.status, withheld.code) == (503, "unavailable")
    assert "phase" not in withheld.text
    assert "etag" not in withheld.headers


def test_routes_are_these(busy: Desk) -> None:
    """The walk over routes sees all of them: as many as a server made anew has, every question among them."""
    again = site(busy.app)
    assert [it for it, _ in checks(again)] == [it for it, _ in checks(busy.server)]
    assert {check.question for _, check in looks(busy)} == set(Question)
