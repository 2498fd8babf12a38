"""Is every session that is over told until its record is signed off as it stands, with how long that may take?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from journey.clinic import Clinic
from journey.events import SessionSignedOff
from journey.policy import Policy
from projections.audit import PROJECTION, Asked, unsigned
from projections.plain import moment
from tests.decisions.states import discharged, infusing, reading, start, visited, withheld
from tests.given import DAY, HOUR, JOURNEY, MINUTE, PRESCRIBER, Given, named
from tests.projections.auditing import OTHER, pages, told
from tests.projections.folded import rows_of
from tests.projections.test_audit_corrections import version_of
from tests.projections.test_audit_marks import corrected, kept

SIGNED = SessionSignedOff(session_id=named("session 1"), signer="pete", shown_digest="0" * 64)


def signed() -> Given:
    """The first session's record was signed an hour after its end."""
    return discharged().then_came(SIGNED, after=HOUR, actor=PRESCRIBER)


def ended_at(state: Given) -> datetime:
    """When the first session ended."""
    return state.log[version_of(state, "PatientDischarged") - 1].at


@pytest.mark.parametrize("state", [Given, infusing, signed])
def test_there_is_none(models_url: str, state: Callable[[], Given]) -> None:
    """Of no journey, of a session that goes on, and of one that is signed, nothing is told."""
    with told(models_url, state()) as models:
        assert unsigned(models, Asked(), discharged().now)["rows"] == []


def test_a_session_that_waits(models_url: str) -> None:
    """Its end, who entered that, its age, and when the signature was due."""
    state = discharged()
    ended = ended_at(state)
    with told(models_url, state) as models:
        [row] = unsigned(models, Asked(), ended + 7 * DAY)["rows"]
        said = ("session_id", "ended", "ended_at", "infusions", "actor", "site", "signed_at", "signed_by")
        assert [row[name] for name in said] == [
            *(str(named("session 1")), "discharged", moment(ended), 1, "nora", "main", None, None)
        ]
        assert (row["age_h"], row["due_at"], row["overdue"]) == (168, moment(ended + 7 * DAY), False)
        [row] = unsigned(models, Asked(), ended + 7 * DAY + MINUTE)["rows"]
        assert row["overdue"]


def test_how_long_says_the_policy_of_its_day(models_url: str) -> None:
    """The policy that the session's end bears, whatever today's is."""
    clinic = Clinic(policy=Policy(sign_off_due_days=30), former={"default-test": Policy(sign_off_due_days=1)})
    state = discharged()
    with told(models_url, state) as models:
        [row] = unsigned(models, Asked(), state.now + 2 * DAY, clinic)["rows"]
    assert (row["due_at"], row["overdue"]) == (moment(ended_at(state) + DAY), True)


def test_what_is_added_or_corrected_after_the_signature(models_url: str) -> None:
    """The record is another than the one that was signed: it waits again, and says who had signed it."""
    added = signed().then_came(reading())
    state = signed()
    changed = corrected(state, version_of(state, "VitalsRecorded"), reading(sbp_mmhg=130))
    retracted = corrected(state, version_of(state, "VitalsRecorded"))
    for number, (again, waits) in enumerate(
        [(added, True), (changed, True), (retracted, True), (changed.then_came(SIGNED), False)]
    ):
        rows = waiting(again)
        assert [(row["signed_at"], row["signed_by"]) for row in rows] == [
            *([(moment(state.now), "pete")] if waits else [])
        ], number
    with told(models_url, added) as models:
        assert kept(unsigned(models, Asked(), added.now), "signed_by") == [("pete",)]


def test_corrections_of_the_end_and_of_the_signature() -> None:
    """A signature taken back is none; an end taken back is none; one at another time has another age."""
    state = signed()
    assert len(waiting(corrected(state, version_of(state, "SessionSignedOff")))) == 1
    state = discharged()
    assert waiting(corrected(state, version_of(state, "PatientDischarged"))) == []
    assert waiting(corrected(state, version_of(state, "PatientCheckedIn"))) == []


def test_an_infusion_heard_of_late() -> None:
    """One that was started after the end opens the session again; one before it does not."""
    state = discharged()
    assert waiting(state.then_came(start(1, 2))) == []
    before = ended_at(state) - HOUR
    late = state.then_came(start(1, 2), after=before - state.now)
    assert [row["infusions"] for row in waiting(late)] == [2]


def waiting(state: Given) -> list[Mapping[str, Any]]:
    """What is told of a journey."""
    return list(rows_of(PROJECTION, state)["unsigned"].values())


def test_the_oldest_first(models_url: str) -> None:
    """Sessions by the time they ended, page by page, narrowed by how they ended, by whom, where and when."""
    state = visited(withheld(), 2)
    with told(models_url, state) as models:
        whole = unsigned(models, Asked(), state.now)
        assert kept(whole, "ended", "infusions") == [("withheld", 0), ("discharged", 1)]
        assert pages(lambda asked: unsigned(models, asked, state.now), 1) == whole["rows"]
        ends = [datetime.fromisoformat(row["ended_at"]) for row in whole["rows"]]
        for asked, found in (
            (Asked(kind="withheld"), 1),
            (Asked(kind="elsewhere"), 0),
            (Asked(actor="nora"), 2),
            (Asked(actor="fran"), 0),
            (Asked(site="main"), 2),
            (Asked(site="nowhere"), 0),
            (Asked(journey_id=JOURNEY), 2),
            (Asked(journey_id=OTHER), 0),
            (Asked(since=ends[1]), 1),
            (Asked(until=ends[1]), 1),
        ):
            assert len(unsigned(models, asked, state.now)["rows"]) == found, asked
