"""Does the timeline say who entered what, when, and what became of it?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from journey.clinic import Clinic
from journey.errors import Rule
from journey.events import SessionCleared
from journey.events.session import Check, CheckId, CheckOverride
from journey.policy import Policy
from journey.values import Origin, Sensitivity
from projections.audit import PROJECTION, timeline
from projections.database import ReadModels
from projections.projection import Kind
from tests.given import JOURNEY, PRESCRIBER, later_recorded, named
from tests.projections.audit_story import CORRECTED, CORRECTION, IMPORTER, SECOND, on, placed, story
from tests.projections.auditing import OTHER, applied, of_another, opened


@pytest.fixture
def models(models_url: str) -> Iterator[ReadModels]:
    """Yield empty read models in a database of each kind."""
    rows = placed(later_recorded(story(), CORRECTION, at=on(6, 9), recorded_at=on(6, 9)))
    with opened(models_url, rows) as open_models:
        yield open_models


def versions(answer: dict[str, Any]) -> list[tuple[str, int]]:
    """Which entries were answered."""
    return [(row["journey_id"], row["version"]) for row in answer["rows"]]


def test_one_event_one_row(models: ReadModels) -> None:
    """Every event has one row, in the order of the log, also when it is delivered twice."""
    applied(models, placed(story()))
    answer = timeline(models)
    positions, versions_ = range(101, 181, 10), range(1, 9)
    assert [(row["position"], row["version"]) for row in answer["rows"]] == list(zip(positions, versions_, strict=True))
    assert (answer["position"], answer["next"]) == (171, None)


def test_the_late_entry(models: ReadModels) -> None:
    """The reading that was charted forty minutes late says so, and why."""
    applied(models, placed(story()))
    rows = {row["event_id"]: row for row in timeline(models, journey_id=JOURNEY)["rows"]}
    assert rows[str(SECOND)] == {
        "journey_id": str(JOURNEY),
        "position": 161,
        "version": 7,
        "event_id": str(SECOND),
        "type": "VitalsRecorded",
        "at": "2026-03-03T17:10:00.000000Z",
        "recorded_at": "2026-03-03T17:50:00.000000Z",
        "delay_s": 2400,
        "actor": "nora",
        "role": "nurse",
        "on_behalf_of": None,
        "on_behalf_of_role": None,
        "origin": "staff",
        "reason": "workload",
        "imported": False,
        "late": True,
        "deviations": [],
        "overrides": [],
        "corrects": None,
        "corrected_by": None,
        "note_id": None,
        "site": "main",
        "policy_version": "default-test",
        "sensitivity": [],
    }
    assert [row["version"] for row in rows.values() if row["late"]] == [7]


def test_a_clinics_own_limit_of_lateness(models: ReadModels) -> None:
    """How late is late is said by the policy of the entry's day, whatever the one of today says."""
    applied(models, placed(story()))
    patient = Policy(late_after_min=60)
    assert not any(row["late"] for row in timeline(models, clinic=Clinic(former={"default-test": patient}))["rows"])
    strict = Clinic(policy=Policy(late_after_min=1), former={"default-test": patient})
    assert not any(row["late"] for row in timeline(models, clinic=strict)["rows"])


def test_a_correction_marks_the_original(models: ReadModels) -> None:
    """The original stays, marked with the correction; the correction names it; a later one wins."""
    again = later_recorded(story(), CORRECTION, at=on(6, 9), recorded_at=on(6, 9))
    applied(models, placed(again))
    rows = timeline(models)["rows"]
    assert (rows[1]["type"], rows[1]["corrected_by"]) == ("AssessmentCompleted", str(named("event 9")))
    assert [row["corrects"] for row in rows if row["corrects"]] == [rows[1]["event_id"]] * 2
    assert rows[7]["event_id"] == str(CORRECTED)


def test_a_correction_on_another_page_still_marks(models: ReadModels) -> None:
    """The mark is there though the correction itself is on a later page."""
    applied(models, placed(story()))
    first = timeline(models, limit=3)
    assert (len(first["rows"]), first["next"]) == (3, 121)
    assert first["rows"][1]["corrected_by"] == str(CORRECTED)


def test_pages_follow_one_another(models: ReadModels) -> None:
    """Page after page gives every row once."""
    applied(models, placed(story()))
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        page = timeline(models, after=after, limit=3)
        found += [row["version"] for row in page["rows"]]
        after = page["next"]
    assert found == [1, 2, 3, 4, 5, 6, 7, 8]


def test_imported_is_not_late(models: ReadModels) -> None:
    """What was imported long after it happened shows as imported, for whom, and not as late."""
    imported = of_another(180, recorded_at=on(20, 9), origin=Origin.IMPORT, actor=IMPORTER)
    applied(models, [*placed(story()), imported])
    row = timeline(models, journey_id=OTHER)["rows"][0]
    assert (row["imported"], row["late"], row["actor"], row["on_behalf_of"]) == (True, False, "importer", "nora")


@pytest.mark.parametrize(
    "asked,expected",
    [
        ({"journey_id": OTHER}, [(str(OTHER), 1)]),
        ({"actor": "pete"}, [(str(JOURNEY), 8)]),
        ({"actor": "nora", "journey_id": OTHER}, [(str(OTHER), 1)]),
        ({"types": ["EntryCorrected"]}, [(str(JOURNEY), 8)]),
        ({"types": ["EntryCorrected", "AssessmentCompleted"]}, [(str(JOURNEY), 2), (str(JOURNEY), 8)]),
        ({"since": on(5, 17)}, [(str(JOURNEY), 8), (str(OTHER), 1)]),
        ({"until": on(3, 16, 50)}, [(str(JOURNEY), 1)]),
        ({"since": on(3, 17, 45), "until": on(5, 17)}, [(str(JOURNEY), 7)]),
        ({"site": "north"}, [(str(OTHER), 1)]),
        ({"site": "nowhere"}, []),
        ({"after": 171}, [(str(OTHER), 1)]),
    ],
)
def test_filters(models: ReadModels, asked: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    """Journey, actor (also whom it was entered for), type, period of recording and site each narrow the rows."""
    another = of_another(180, site_id="north", recorded_at=on(10, 9), actor=IMPORTER)
    applied(models, [*placed(story()), another])
    assert versions(timeline(models, **asked)) == expected


def test_what_deviates_and_what_was_overridden(models: ReadModels) -> None:
    """Deviations, overrides, the note and protected segments stand in the row by their codes."""
    cleared = SessionCleared(
        session_id=named("session 1"),
        checks=(Check(id=CheckId.PRESSURE, value=Decimal(150), limit=Decimal(140), passed=False),),
        overrides=(CheckOverride(id=CheckId.PRESSURE, by="pete", note_id=named("note")),),
        weight_kg=Decimal(70),
        plan_id=named("plan"),
        plan_revision=1,
    )
    log = later_recorded(
        story(),
        cleared,
        at=on(6, 9),
        recorded_at=on(6, 9),
        actor=PRESCRIBER,
        note_id=named("note"),
        deviations=(Rule.WEIGHT_JUMP, Rule.LATE_WITHOUT_REASON),
        sensitivity=(Sensitivity.SUBSTANCE_USE,),
    )
    applied(models, placed(log))
    row = timeline(models, types=["SessionCleared"])["rows"][0]
    assert row["overrides"] == ["pressure"]
    assert row["deviations"] == ["weight_jump", "late_without_reason"]
    assert (row["note_id"], row["sensitivity"]) == (str(named("note")), ["sud"])


def test_no_column_holds_free_words() -> None:
    """Every column is a code, an id, a time, a number or a flag: nothing in it tells a person."""
    kinds = {column.name: column.kind for column in PROJECTION.table("timeline").columns}
    free = {name for name, kind in kinds.items() if kind is Kind.TEXT}
    assert free == {
        *("event_id", "type", "actor", "role", "on_behalf_of", "on_behalf_of_role", "origin"),
        *("reason", "corrects", "note_id", "site", "policy_version"),
    }
