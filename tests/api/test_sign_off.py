"""Is a session's record read, found wanting, made whole and signed, all over HTTP?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from entrypoints.importing import imported
from journey.commands import PlaceIvAccess, SignOffSession
from journey.signing import digest_of
from journey.values import Role
from tests.api.conftest import WORKED, Answer, Desk
from tests.decisions.worked_journey import JOURNEY_ID, VISITS, named

SESSION = named("infusion 1 session")
PATH = f"/journeys/{JOURNEY_ID}/sessions/{SESSION}"


def sign(desk: Desk, record: Answer, **more: Any) -> Answer:
    """Sign a record that was looked at."""
    fields = {"session_id": SESSION, "shown_digest": record.json["shown_digest"]}
    fields |= {"at": datetime.now(UTC).isoformat()} | more
    version = int(record.headers["etag"].strip('"'))
    return desk.ask(SignOffSession, Role.PRESCRIBER, fields, journey_id=JOURNEY_ID, if_version=version)


def test_a_record_is_made_whole_and_signed(desk: Desk) -> None:
    """What is missing is said, entered late, and signed by the digest of what is then shown; and by no other."""
    with WORKED.open("rb") as lines:
        list(imported(desk.app.store.journeys, lines, desk.app.clinic.site.site_id))
    record = desk.get(PATH, Role.PRESCRIBER)
    assert (record.json["stage"], record.json["missing"]) == ("discharged", ["iv_access"])
    assert record.json["shown_digest"] == digest_of(record.json["entries"])
    refused = sign(desk, record)
    assert (refused.status, refused.code, refused.json["missing"]) == (409, "record_incomplete", "iv_access")
    line = {
        "session_id": SESSION,
        "site": "left_hand",
        "gauge": 22,
        "at": VISITS[0].time(12),
        "late_reason": "oversight",
    }
    assert desk.ask(PlaceIvAccess, Role.NURSE, line, journey_id=JOURNEY_ID).json["deviations"] == []
    assert sign(desk, record).code == "stale_version"
    whole = desk.get(PATH, Role.PRESCRIBER)
    assert whole.json["missing"] == []
    assert sign(desk, whole, shown_digest=record.json["shown_digest"]).code == "shown_differs"
    assert sign(desk, whole).status == 201
    signed = desk.get(PATH, Role.COMPLIANCE).json
    assert signed["signed_off"]["shown_digest"] == signed["shown_digest"] == whole.json["shown_digest"]
    assert sign(desk, desk.get(PATH, Role.PRESCRIBER)).code == "already_signed_off"


def test_there_is_no_record_of_another_session(busy: Desk) -> None:
    """A session that the journey does not know, as a journey that nobody knows, is not found."""
    other = f"/journeys/{JOURNEY_ID}/sessions/{UUID(int=9)}"
    assert busy.get(other, Role.NURSE).status == 404
    assert busy.get(f"/journeys/{UUID(int=9)}/sessions/{SESSION}", Role.NURSE).status == 404
