"""Is everything that can be wrong with a request told by a fixed text, and nothing of it said back?"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrypoints.api.around import LARGEST_BYTES
from entrypoints.settings import Settings
from journey.commands import (
    COMMANDS,
    PERMISSIONS,
    ApproveTreatmentPlan,
    BookAppointment,
    CompleteAssessment,
    CorrectEntry,
    ReferJourney,
    StartInfusion,
)
from journey.roles import MAY
from journey.store import codec
from journey.values import Role
from tests.api.conftest import Answer, Desk, opened, referral
from tests.examples import COMMANDS as EXAMPLES

CANARY = "Canary-4417"
JOURNEY = UUID(int=7)
KEY = {"Idempotency-Key": str(UUID(int=9))}
START = {
    "at": "2026-03-02T09:00:00-08:00",
    "session_id": str(UUID(int=8)),
    "dose_mg": "40",
    "conc_mg_per_ml": "1",
    "total_ml": "40",
    "rate_ml_h": "60",
    "pump_id": "pump-1",
}


def start(desk: Desk, **changes: Any) -> Answer:
    """Ask to start a pump, with something changed."""
    return desk.ask(StartInfusion, Role.NURSE, START | changes, journey_id=JOURNEY, if_version=0)


def raw(desk: Desk, content: bytes, headers: Mapping[str, str] = KEY, path: str = "/journeys") -> Answer:
    """Send bytes in the place of a referral."""
    kind = {} if "Content-Type" in headers else {"Content-Type": "application/json"}
    return desk.send("POST", path, Role.FRONT_DESK, headers=kind | dict(headers), content=content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"{'a': 1}",
        b'{"at": NaN}',
        b'{"note": "\\ud800"}',
        b"\xff\xfe",
        b'{"a":' * 5_000,
        b'{"at": "2026-03-02T09:00:00Z"} trailing ' + CANARY.encode(),
    ],
    ids=range(11),
)
def test_malformed_json(busy: Desk, content: bytes) -> None:
    """A body that is no JSON object is a 400 that does not repeat it."""
    answer = raw(busy, content)
    assert (answer.status, answer.code) == (400, "malformed_json")
    assert CANARY not in answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"])
def test_other_media_types(busy: Desk, kind: str) -> None:
    """A body of another media type, such as another site's form could send, is refused unread."""
    answer = raw(busy, b"{}", KEY | {"Content-Type": kind})
    assert (answer.status, answer.code) == (415, "not_json")


@pytest.mark.parametrize(
    "changes, code, named",
    [
        ({CANARY: 1}, "unknown_field", "known are"),
        ({"dose_mg": "-1"}, "invalid_field", "dose_mg must be more than 0"),
        ({"dose_mg": "1e9"}, "invalid_field", "dose_mg must be at most 10000"),
        ({"dose_mg": CANARY}, "invalid_field", "dose_mg must be a decimal number"),
        ({"dose_mg": True}, "invalid_field", "dose_mg"),
        ({"at": "2026-03-02T09:00:00"}, "invalid_field", "at must be a time with its offset"),
        ({"at": CANARY}, "invalid_field", "at must be a time"),
        ({"session_id": CANARY}, "invalid_field", "session_id must be a UUID"),
        ({"pump_id": CANARY + " x"}, "invalid_field", "pump_id is not of the form"),
        ({"late_reason": CANARY}, "invalid_field", "late_reason must be one of"),
        ({"note": ""}, "invalid_field", "note"),
        ({"note": CANARY * 2_000}, "invalid_field", "note"),
        ({"note": 4}, "invalid_field", "note must be text"),
        ({"identity": {"name": CANARY}}, "unknown_field", "identity"),
        ({"identity": {"name": CANARY, "birth_date": CANARY}}, "invalid_field", "birth_date must be a date"),
        ({"identity": {"name": CANARY, CANARY: CANARY}}, "unknown_field", "identity"),
        ({"by": {"user": "pete", "role": "prescriber"}}, "unknown_field", "known are"),
        ({"journey_id": str(JOURNEY)}, "unknown_field", "known are"),
        ({"happened": "yes"}, "invalid_field", "happened must be true or false"),
    ],
    ids=str,
)
def test_invalid_bodies(busy: Desk, changes: dict[str, Any], code: str, named: str) -> None:
    """A body that is no such command is a 422 that names the field and never its value."""
    answer = start(busy, **changes)
    assert (answer.status, answer.code) == (422, code)
    assert named in answer.json["detail"]
    assert CANARY not in answer.text


@pytest.mark.parametrize("missing", sorted(START))
def test_missing_fields(busy: Desk, missing: str) -> None:
    """A field that is missing is named."""
    body = {name: value for name, value in START.items() if name != missing}
    answer = busy.ask(StartInfusion, Role.NURSE, body, journey_id=JOURNEY, if_version=0)
    assert (answer.status, answer.code, answer.json["detail"]) == (422, "missing_field", f"{missing} is missing.")


def test_items_that_are_none(busy: Desk) -> None:
    """A number too large for any instrument, or an item that is none, is invalid and not a fault of ours."""
    body = {"at": START["at"], "instrument": "phq9", "timepoint": "baseline", "items": {CANARY: 10**30}}
    answer = busy.ask(CompleteAssessment, Role.NURSE, body, journey_id=JOURNEY)
    assert answer.status == 422
    assert CANARY not in answer.text


def test_too_large_by_its_word(busy: Desk) -> None:
    """A body said to be over the limit is refused unread: a text of 70 kB."""
    answer = raw(busy, b'{"note": "' + b"x" * 70_000 + b'"}')
    assert (answer.status, answer.code) == (413, "too_large")


def test_too_large_in_pieces(busy: Desk) -> None:
    """A body over the limit that does not say so is refused as soon as it is over."""
    pieces = (b"x" * 1_000 for _ in range(LARGEST_BYTES // 1_000 + 2))
    sent = busy.client.post(
        "/journeys",
        content=pieces,
        headers={"Authorization": f"Bearer {busy.token(Role.FRONT_DESK)}", "Content-Type": "application/json"} | KEY,
    )
    assert sent.status_code == 413


def test_the_largest_body_is_read(busy: Desk) -> None:
    """A body just under the limit is read."""
    filler = b'{"a": "' + b"x" * (LARGEST_BYTES - 9) + b'"}'
    assert len(filler) == LARGEST_BYTES
    assert raw(busy, filler).code == "missing_field"


@pytest.mark.parametrize(
    "headers, code",
    [({}, "idempotency_key_missing"), ({"Idempotency-Key": CANARY}, "idempotency_key_invalid")],
    ids=["missing", "no UUID"],
)
def test_idempotency_key(busy: Desk, headers: dict[str, str], code: str) -> None:
    """A command needs a key, and the key is a UUID."""
    answer = raw(busy, b"{}", headers)
    assert (answer.status, answer.code) == (400, code)
    assert CANARY not in answer.text


@pytest.mark.parametrize("tag", ["*", "7", 'W/"7"', '"x"', '"1", "2"', '"-1"', '"01"', '""', '"99999999999"', CANARY])
def test_if_match_that_is_none(busy: Desk, tag: str) -> None:
    """If-Match is one strong tag with a version."""
    answer = busy.send(
        "POST",
        f"/journeys/{JOURNEY}/infusions",
        Role.NURSE,
        headers=KEY | {"If-Match": tag},
        json=START,
    )
    assert (answer.status, answer.code) == (400, "if_match_invalid")


def test_unknown_journey(busy: Desk) -> None:
    """A command for a journey that is not there is a 404."""
    answer = start(busy)
    assert (answer.status, answer.code) == (404, "unknown_journey")


def test_refusal(desk: Desk) -> None:
    """A rule's refusal is a 409 with its code and fixed text."""
    first = referral()
    assert desk.ask(ReferJourney, Role.NURSE, first).status == 201
    answer = desk.ask(ReferJourney, Role.NURSE, first)
    assert (answer.status, answer.code) == (409, "journey_open_elsewhere")
    assert answer.json["title"] == "The patient has an open journey at this site."


def test_refusal_says_what_it_is_about(desk: Desk) -> None:
    """A chair that is taken is named in the problem itself, and so is the appointment; asked again, the same."""
    fields = {
        "at": START["at"],
        "kind": "consult",
        "start": "2026-03-03T09:00:00-08:00",
        "end": "2026-03-03T10:00:00-08:00",
        "chair": "chair-1",
    }
    first, second = (desk.refer().json["journey_id"] for _ in range(2))
    assert desk.ask(BookAppointment, Role.FRONT_DESK, fields, journey_id=first, if_version=1).status == 201
    asked = fields | {"appointment_id": str(UUID(int=5))}
    for outcome in ("refused", "duplicate"):
        answer = desk.ask(BookAppointment, Role.FRONT_DESK, asked, journey_id=second, if_version=1, key=UUID(int=12))
        assert (answer.status, answer.code) == (409, "resource_taken")
        about = {name: answer.json[name] for name in ("outcome", "appointment_id", "resource")}
        assert about == {"outcome": outcome, "appointment_id": asked["appointment_id"], "resource": "chair-1"}


def test_stale_version(desk: Desk) -> None:
    """If what one has seen is no longer all that matters it is a 412; a version that is yet to come is one, too."""
    journey_id = desk.refer().json["journey_id"]
    trial = {
        "at": START["at"],
        "modality": "psychotherapy",
        "weeks": 8,
        "adequate": True,
        "outcome": "failed",
        "episode": "current",
        "evidence": "record",
        "late_reason": "downtime",
    }
    path = f"/journeys/{journey_id}/treatment-trials"
    sent = desk.send("POST", path, Role.NURSE, headers={"Idempotency-Key": str(uuid4())}, json=trial)
    assert sent.headers["etag"] == '"2"'
    for seen in (1, 3):
        answer = desk.send(
            "POST", path, Role.NURSE, headers={"Idempotency-Key": str(uuid4()), "If-Match": f'"{seen}"'}, json=trial
        )
        assert (answer.status, answer.code) == (412, "stale_version")
    again = desk.send(
        "POST", path, Role.NURSE, headers={"Idempotency-Key": str(uuid4()), "If-Match": '"2"'}, json=trial
    )
    assert again.status == 201


def test_if_match_missing(busy: Desk) -> None:
    """A permission and a correction need If-Match; a referral and what reports do not."""
    for kind, path in busy.paths().items():
        answer = busy.send(
            "POST", path.format(journey_id=JOURNEY, container_id=JOURNEY), min(MAY[kind]), headers=KEY, json={}
        )
        required = kind in {*PERMISSIONS, CorrectEntry} - {ReferJourney}
        assert (answer.status == 428) == required, kind
        assert answer.code == ("if_match_missing" if required else "missing_field")


@pytest.mark.parametrize(
    "path, name",
    [
        (f"/journeys/{CANARY}", "journey_id"),
        (f"/journeys/{CANARY}/series", "journey_id"),
        (f"/schedule/day?date={CANARY}", "date"),
        (f"/schedule/due?after_position={CANARY}", "after_position"),
        ("/schedule/due?after_position=-1", "after_position"),
        ("/schedule/due?wait=1e9", "wait"),
        ("/schedule/due?wait=nan", "wait"),
        ("/schedule/due?limit=0", "limit"),
        ("/schedule/due?until=2026-03-02T09:00:00", "until"),
        (f"/outcome/responses?by={CANARY}", "by"),
        (f"/outcome/responses?rule={CANARY}", "rule"),
        (f"/outcome/sustained?until={CANARY}", "until"),
        (f"/outcome/trajectories?per={CANARY}", "per"),
    ],
)
def test_parameters(busy: Desk, path: str, name: str) -> None:
    """A parameter that is not valid is named, and its value is not repeated."""
    answer = busy.get(path, Role.NURSE)
    assert (answer.status, answer.code) == (400, "invalid_parameter")
    assert answer.json["detail"].startswith(f"{name} is ")
    assert CANARY not in answer.text


def test_no_such_address(busy: Desk) -> None:
    """An address that is none, and a method that does not apply, are problems without an echo."""
    lost = busy.get(f"/{CANARY}", Role.NURSE)
    assert (lost.status, lost.code) == (404, "not_found")
    wrong = busy.send("DELETE", f"/journeys/{JOURNEY}", Role.NURSE)
    assert (wrong.status, wrong.code, wrong.headers["allow"]) == (405, "method_not_allowed", "GET")
    assert CANARY not in lost.text


def test_locked_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody holds the database a command is a 503 that says to try again; then the same key is accepted."""
    monkeypatch.setattr("journey.store.sqlite.LOCK_TIMEOUT_S", 0.1)
    key, body = uuid4(), referral()
    with opened(Settings(data=tmp_path)) as desk:
        holder = sqlite3.connect(tmp_path / "journey.sqlite", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        held = desk.ask(ReferJourney, Role.NURSE, body, key=key)
        looked = desk.get("/schedule/day", Role.NURSE)
        holder.execute("ROLLBACK")
        holder.close()
        assert (held.status, held.code) == (503, "unavailable")
        assert held.headers["retry-after"]
        assert (looked.status, looked.code) == (503, "unavailable"), "what can't be recorded is not shown"
        assert desk.ask(ReferJourney, Role.NURSE, body, key=key).status == 201


def test_a_bug_says_nothing(busy: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """What nobody foresaw is a 500 with a fixed text; the log says where, and no word of the error."""

    def broken(*_: object, **__: object) -> None:
        raise LookupError(CANARY) from ValueError(CANARY)

    monkeypatch.setattr("projections.schedule.day", broken)
    answer = busy.get("/schedule/day", Role.NURSE)
    assert (answer.status, answer.code) == (500, "failed")
    assert CANARY not in answer.text + str(answer.headers) + caplog.text
    assert "LookupError at" in caplog.text
    assert "ValueError at" in caplog.text
    assert "test_problems.py" in caplog.text


def test_every_answer_says_not_to_keep_it(busy: Desk) -> None:
    """Answers and problems alike are not to be stored, sniffed or framed."""
    for path, role in (
        ("/schedule/day", Role.NURSE),
        ("/nothing", None),
        ("/schedule/day", None),
        ("/health/live", None),
    ):
        headers = busy.get(path, role).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_a_plan_is_not_approved_twice_by_chance(busy: Desk) -> None:
    """A permission on a version that is long gone is a 412 whatever it asks."""
    body = {
        "at": START["at"],
        "dose_mg_per_kg": "0.5",
        "duration_min": 40,
        "infusions": 6,
        "min_gap_h": 40,
        "max_gap_d": 7,
        "window_d": 21,
        "response_rule_id": "phq9-lt5",
    }
    journey_id = "7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01"
    answer = busy.ask(ApproveTreatmentPlan, Role.PRESCRIBER, body, journey_id=journey_id, if_version=3)
    assert (answer.status, answer.code) == (412, "stale_version")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(COMMANDS.keys() - {"ReferJourney"})), st.data())
@settings(max_examples=150, deadline=None)
def test_no_body_is_our_fault(busy: Desk, name: str, data: st.DataObject) -> None:
    """Whatever JSON stands in the place of a field, it is the sender's fault, or there is no such journey."""
    kind = COMMANDS[name]
    body = codec.plain(EXAMPLES[name]) | {"at": START["at"], "note": "words"}
    field = data.draw(st.sampled_from(sorted(body)))
    answer = busy.ask(kind, min(MAY[kind]), body | {field: data.draw(ANYTHING)}, journey_id=uuid4(), if_version=0)
    assert answer.status in {404, 409, 412, 422}
