"""Is a command asked over HTTP once, however often it is sent, and does a whole journey pass through?"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from entrypoints.api.asking import IF_MATCH_REQUIRED
from entrypoints.settings import Settings
from journey.commands import COMMANDS, OF_CONTAINER, ReferJourney
from journey.values import Role
from tests.api.conftest import Answer, Desk, opened, referral

TRIAL = {
    "at": "2026-03-02T09:00:00-08:00",
    "modality": "psychotherapy",
    "weeks": 8,
    "adequate": True,
    "outcome": "failed",
    "episode": "current",
    "evidence": "record",
}

ENVELOPE = {"command", "journey_id", "command_id", "by"}


def test_accepted(desk: Desk) -> None:
    """An accepted command is a 201 with the journey's place, version and position."""
    key, body = uuid4(), referral()
    answer = desk.ask(ReferJourney, Role.FRONT_DESK, body, key=key)
    journey_id = answer.json["journey_id"]
    assert answer.status == 201
    assert answer.headers["location"] == f"/journeys/{journey_id}"
    assert (answer.headers["etag"], answer.headers["journey-position"]) == ('"1"', "1")
    assert journey_id == str(uuid5(key, "journey_id"))
    stored = desk.app.store.log.history(UUID(journey_id))[0]
    assert answer.json["event_ids"] == [str(stored.event_id)]
    assert (stored.actor.user, stored.actor.role) == ("front_desk-user", Role.FRONT_DESK)
    assert (stored.at.isoformat(), stored.utc_offset_min) == ("2026-03-02T17:00:00+00:00", -480)
    assert answer.json["deviations"] == []


def test_the_same_again(desk: Desk) -> None:
    """The same command sent again gets the first answer, marked, and nothing happens twice."""
    key, body = uuid4(), referral()
    first, again = (desk.ask(ReferJourney, Role.FRONT_DESK, body, key=key) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json | {"status": "duplicate"}
    assert again.headers["idempotency-replayed"] == "true"
    assert desk.app.store.log.head() == 1


def test_a_refusal_again(desk: Desk) -> None:
    """A refused command sent again is refused again, also when it would be accepted by now."""
    body, key = referral(), uuid4()
    desk.ask(ReferJourney, Role.FRONT_DESK, body)
    first, again = (desk.ask(ReferJourney, Role.FRONT_DESK, body, key=key) for _ in range(2))
    assert first.status == again.status == 409
    assert again.json == first.json | {"outcome": "duplicate"}


@pytest.mark.parametrize("other", ["body", "role"])
def test_a_key_is_for_one_command(desk: Desk, other: str) -> None:
    """A key used for another body, or by another person, is a 422 that shows nothing of the first answer."""
    key, body = uuid4(), referral()
    first = desk.ask(ReferJourney, Role.FRONT_DESK, body, key=key)
    changed = body | {"patient_id": str(uuid4())} if other == "body" else body
    answer = desk.ask(ReferJourney, Role.NURSE if other == "role" else Role.FRONT_DESK, changed, key=key)
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert first.json["journey_id"] not in answer.text


def test_twins(desk: Desk) -> None:
    """Eight who send the same command at the same moment get one answer, and one event is stored."""
    key, body, together = uuid4(), referral(), Barrier(8)

    def ask(_: int) -> Answer:
        together.wait()
        return desk.ask(ReferJourney, Role.FRONT_DESK, body, key=key)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["event_ids"][0] for answer in answers}) == 1
    assert sorted(answer.json["status"] for answer in answers) == ["accepted"] + ["duplicate"] * 7
    assert desk.app.store.log.head() == 1


def test_deviations_are_told(desk: Desk) -> None:
    """An observation that breaks a rule is kept, and the answer says which."""
    journey_id = desk.refer().json["journey_id"]
    answer = desk.ask(COMMANDS["RecordTreatmentTrial"], Role.NURSE, TRIAL, journey_id=journey_id)
    assert answer.status == 201
    assert [it["code"] for it in answer.json["deviations"]] == ["late_without_reason"]


def test_note_and_identity_go_to_the_vault(desk: Desk) -> None:
    """A referral's identity and a note are readable through the vault, and are in no event."""
    body = referral() | {"identity": {"name": "Robin Sealed-21", "birth_date": "1987-04-12"}, "note": "Sealed-22."}
    answer = desk.ask(ReferJourney, Role.FRONT_DESK, body)
    shown = desk.get(f"/patients/{body['patient_id']}/identity", Role.FRONT_DESK)
    assert shown.json == {"name": "Robin Sealed-21", "birth_date": "1987-04-12", "phone": None, "chart_number": None}
    notes = desk.get(f"/journeys/{answer.json['journey_id']}/notes", Role.NURSE).json["rows"]
    assert [it["note"] for it in notes] == ["Sealed-22."]
    assert b"Sealed-2" not in b"".join(it.body for it in desk.app.store.log.rows(0, 10))


def test_identity_is_renewed(desk: Desk) -> None:
    """A patient's identity can be renewed by staff once known; of an unknown patient it is a 404."""
    body = referral() | {"identity": {"name": "Robin Oldname"}}
    desk.ask(ReferJourney, Role.FRONT_DESK, body)
    path = f"/patients/{body['patient_id']}/identity"
    renewed = desk.send("PUT", path, Role.FRONT_DESK, json={"name": "Robin Newname", "phone": "555 0142"})
    assert renewed.status == 200
    assert desk.get(path, Role.NURSE).json["name"] == "Robin Newname"
    unknown = desk.send("PUT", f"/patients/{uuid4()}/identity", Role.FRONT_DESK, json={"name": "Nobody"})
    assert (unknown.status, unknown.code) == (404, "not_found")
    invalid = desk.send("PUT", path, Role.FRONT_DESK, json={"name": ""})
    assert (invalid.status, invalid.code) == (422, "invalid_field")


def test_patients_are_found(desk: Desk) -> None:
    """A patient is found by name, chart number or date of birth, exactly, and only by staff; nobody by a part of it."""
    identity = {"name": "Robin Findable", "birth_date": "1987-04-12", "phone": None, "chart_number": "F-12"}
    body = referral() | {"identity": identity}
    desk.ask(ReferJourney, Role.FRONT_DESK, body)
    asked = {"name": " robin  FINDABLE", "birth_date": "1987-04-12", "chart_number": "f-12"}
    for field, value in asked.items():
        search = {"field": field, "value": value}
        answer = desk.send("POST", "/patients/searches", Role.FRONT_DESK, json=search)
        assert answer.json == {"rows": [identity | {"patient_id": body["patient_id"]}]}
        part = desk.send("POST", "/patients/searches", Role.FRONT_DESK, json=search | {"value": value[:-1]})
        assert part.json == {"rows": []}
        assert desk.send("POST", "/patients/searches", Role.ANALYST, json=search).code == "wrong_role"
    unknown = desk.send("POST", "/patients/searches", Role.NURSE, json={"field": "phone", "value": "Findable"})
    assert (unknown.status, unknown.code) == (422, "invalid_field")
    assert "Findable" not in unknown.text


def test_nothing_is_added_once_erased(desk: Desk) -> None:
    """A note about an erased patient is refused, and what was known reads `[erased]`."""
    body = referral() | {"identity": {"name": "Robin Erased"}, "note": "Words."}
    journey_id = desk.ask(ReferJourney, Role.FRONT_DESK, body).json["journey_id"]
    desk.app.store.vault.erase(UUID(body["patient_id"]))
    trial = TRIAL | {"note": "More words."}
    refused = desk.ask(COMMANDS["RecordTreatmentTrial"], Role.NURSE, trial, journey_id=journey_id)
    assert (refused.status, refused.code) == (409, "patient_erased")
    assert desk.get(f"/patients/{body['patient_id']}/identity", Role.NURSE).json["name"] == "[erased]"
    assert desk.get(f"/journeys/{journey_id}/notes", Role.NURSE).json["rows"][0]["note"] == "[erased]"
    assert desk.ask(COMMANDS["RecordTreatmentTrial"], Role.NURSE, TRIAL, journey_id=journey_id).status == 201


def whole_journey(desk: Desk, worked: list[dict[str, Any]]) -> int:
    """Send the worked journey command by command, each by the person who asked it; the last position."""
    versions: dict[str, int] = defaultdict(int)
    ids: dict[str, str] = {}
    position = 0
    for line in worked:
        kind = COMMANDS[line["command"]]
        own = "container_id" if kind in OF_CONTAINER else "journey_id"
        stream = line[own]
        fields = {name: value for name, value in line.items() if name not in ENVELOPE | {own}} | {
            "late_reason": "downtime"
        }
        answer = desk.ask(
            kind,
            Role(line["by"]["role"]),
            _renamed(fields, ids),
            journey_id=ids.get(stream),
            key=line["command_id"],
            if_version=versions[stream] if kind in IF_MATCH_REQUIRED else None,
        )
        assert answer.status == 201, (line["command"], answer.text)
        ids.setdefault(stream, answer.json[own])
        if own == "journey_id":
            assert answer.json["first_version"] == versions[stream] + 1
        versions[stream], position = answer.json["version"], answer.json["position"]
    return position


def _renamed(fields: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    return {name: ids.get(value, value) if isinstance(value, str) else value for name, value in fields.items()}


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_whole_journey(
    database: str, request: pytest.FixtureRequest, tmp_path: Any, worked: list[dict[str, Any]], busy: Desk
) -> None:
    """The worked journey passes over HTTP, each command by its own route and role, and reads as the imported one."""
    urls = {}
    if database == "postgres":
        url = request.getfixturevalue("postgres_schema")
        urls = {"store_url": url, "projections_url": url, "keys_url": url}
    with opened(Settings(data=tmp_path, **urls)) as desk:
        position = whole_journey(desk, worked)
        ready = f"after_position={position}&wait=20"
        ours = desk.get(f"/outcome/responses?{ready}", Role.ANALYST).json
        theirs = busy.get("/outcome/responses", Role.ANALYST).json
        assert ours == theirs
        assert desk.app.store.log.head() == position
