"""Do two people, each signed in as themselves, draw and waste over HTTP, and is the ledger told?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from journey.commands import (
    AttestMovement,
    DispenseDose,
    OpenDiscrepancy,
    ReceiveContainer,
    RecordCount,
    ResolveDiscrepancy,
)
from journey.values import Role
from tests.api.conftest import USERS, Answer, Desk
from tests.decisions.worked_journey import named

AT: dict[str, Any] = {"at": "2026-03-02T09:00:00-08:00", "late_reason": "downtime"}
VIAL = AT | {
    "ndc": "00143-9508-10",
    "lot": "K2601",
    "expires_on": "2027-03-31",
    "conc_mg_per_ml": "50",
    "volume_ml": "10",
    "supplier": "wholesaler-1",
}


def received(desk: Desk) -> str:
    """A container came; its id."""
    answer = desk.ask(ReceiveContainer, Role.NURSE, VIAL)
    assert (answer.status, answer.json["version"]) == (201, 1)
    assert "journey_id" not in answer.json
    return str(answer.json["container_id"])


def ledger(desk: Desk, last: Answer) -> dict[str, Any]:
    """The ledger, once it holds what was last answered."""
    ready = f"after_position={last.json['position']}&wait=20"
    whole: dict[str, Any] = desk.get(f"/audit/drug-ledger?{ready}", Role.COMPLIANCE).json
    return whole


def test_a_count_that_differs_is_told_and_resolved(desk: Desk) -> None:
    """The nurse counts, the discrepancy is there at once, the prescriber resolves it, and compliance reads it all."""
    vial = received(desk)
    counted = desk.ask(RecordCount, Role.NURSE, AT | {"counted_ml": "9.5"}, journey_id=vial)
    assert [it["code"] for it in counted.json["deviations"]] == ["count_differs"]
    told = ledger(desk, counted)
    opened = told["rows"][-1]
    assert (opened["type"], opened["mg"], opened["container_id"]) == ("DiscrepancyOpened", "25", vial)
    finding = AT | {"discrepancy_id": opened["discrepancy_id"], "finding": "spillage"}
    assert desk.ask(ResolveDiscrepancy, Role.NURSE, finding, journey_id=vial).code == "wrong_role"
    resolved = desk.ask(ResolveDiscrepancy, Role.PRESCRIBER, finding, journey_id=vial)
    [day] = ledger(desk, resolved)["days"]
    assert (day["rest_ml"], day["opened"], day["resolved"]) == ("9.5", 1, 1)
    assert "9.5" in desk.get("/audit/drug-ledger/days.csv", Role.COMPLIANCE).text


def test_who_attests_is_who_is_signed_in(desk: Desk) -> None:
    """Nobody is named: a body that names somebody is refused, and the ledger has the token's own user."""
    vial = received(desk)
    seen = AT | {"act": "draw", "ml": "0.7", "session_id": named("a session")}
    named_by = desk.ask(AttestMovement, Role.NURSE, seen | {"attested_by": "paula"}, journey_id=vial)
    assert (named_by.status, named_by.code) == (422, "unknown_field")
    assert desk.ask(AttestMovement, Role.PRESCRIBER, seen, journey_id=vial).status == 201
    [*_, entry] = desk.app.store.log.history(UUID(vial))
    assert getattr(entry.event, "attested_by", None) == USERS[Role.PRESCRIBER]


def test_a_container_is_asked_no_note_and_is_no_journey(desk: Desk) -> None:
    """A note would have no patient to be sealed for; a journey is not found under the container's id."""
    vial = received(desk)
    noted = desk.ask(OpenDiscrepancy, Role.NURSE, AT | {"difference_mg": "5", "note": "broken"}, journey_id=vial)
    assert (noted.status, noted.code) == (409, "note_not_kept")
    for path in (f"/journeys/{vial}", f"/journeys/{vial}/next", f"/journeys/{vial}/replay"):
        assert desk.get(path, Role.PRESCRIBER).status == 404, path
    draw = AT | {"session_id": named("a session"), "container_id": vial, "lot": "K2601", "volume_ml": "1"}
    assert desk.ask(DispenseDose, Role.NURSE, draw, journey_id=vial, if_version=1).code == "unknown_journey"
