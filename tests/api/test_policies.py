"""Are policies told over HTTP, those of long ago among them?"""

from __future__ import annotations

from journey.policy import Policy
from journey.values import Role
from tests.api.conftest import Desk


def test_policies_are_listed(busy: Desk) -> None:
    """The one in force is the one whose version the events bear."""
    answer = busy.get("/policies", Role.COMPLIANCE).json
    assert answer["in_force"] == Policy().version
    assert answer["profiles"] == ["default", "va", "rems-like"]
    assert [(row["version"], row["name"], row["number"]) for row in answer["rows"]] == [
        (Policy().version, "default", 1)
    ]
    stamped = {row["policy_version"] for row in busy.get("/audit/timeline", Role.COMPLIANCE).json["rows"]}
    assert stamped == {answer["in_force"]}


def test_a_policy_is_told_by_its_version(busy: Desk) -> None:
    """Every number with its unit, source and status; of a profile the same; of what is neither, nothing."""
    kept = busy.get(f"/policies/{Policy().version}", Role.ANALYST).json
    rows = {row["id"]: row for row in kept["rows"]}
    assert rows["padss_min"] == {
        "id": "padss_min",
        "value": "9",
        "unit": "of 10",
        "source": "Chung PADSS",
        "status": "seen",
    }
    assert kept["since"]
    assert busy.get("/policies/va", Role.NURSE).json["profile"] == "va"
    assert busy.get("/policies/elsewhere-0123456789ab", Role.NURSE).status == 404
