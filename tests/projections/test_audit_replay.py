"""Does a replay say what was known, when it was known, and what is known now of a moment?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.events import EntryCorrected
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.history import fold
from journey.policy import Policy
from journey.store.codec import plain
from journey.values import Origin
from projections.audit.replay import replay
from tests.decisions.states import BASELINE, REVIEWED, infusing, phq9, reviewed
from tests.given import Given, later_recorded, named
from tests.projections import audit_story as told
from tests.projections.audit_story import CORRECTED, FIRST, SECOND, THIRD, on, placed, story

SESSION = str(named("session 1"))
ANSWERED = str(named("before"))

BEFORE_CHARTED, AFTER_CORRECTED = on(3, 17, 45), on(6, 0)  # recorded
MORNING, NOON = on(3, 17, 15), on(3, 17, 45)  # happened


def known(answer: dict[str, Any]) -> tuple[int | None, list[int]]:
    """The PHQ-9's total and the systolic pressures that a state holds."""
    state = answer["state"]
    readings = state["sessions"].get(SESSION, {"readings": []})["readings"]
    return state["assessments"][ANSWERED]["completed"]["total"], [it["vitals"]["sbp_mmhg"] for it in readings]


@pytest.mark.parametrize(
    "recorded,happened,phq9_total,pressures",
    [
        (BEFORE_CHARTED, MORNING, 17, [124]),
        (BEFORE_CHARTED, NOON, 17, [124, 130]),
        (AFTER_CORRECTED, MORNING, 14, [124, 138]),
        (AFTER_CORRECTED, NOON, 14, [124, 130, 138]),
    ],
)
def test_the_grid_of_recorded_and_happened_times(
    recorded: datetime, happened: datetime, phq9_total: int, pressures: list[int]
) -> None:
    """Two times of recording by two of happening give the four answers that were written out by hand."""
    answer = replay(placed(story()), as_recorded=recorded, as_happened=happened)
    assert known(answer) == (phq9_total, pressures)


@pytest.mark.parametrize(
    "recorded,version,phq9_total,pressures",
    [
        (on(3, 16, 50), 2, 17, []),
        (BEFORE_CHARTED, 6, 17, [124, 130]),
        (on(4, 0), 7, 17, [124, 130, 138]),
        (AFTER_CORRECTED, 8, 14, [124, 130, 138]),
    ],
)
def test_what_the_chart_said_then(recorded: datetime, version: int, phq9_total: int, pressures: list[int]) -> None:
    """As recorded by a time, the chart holds what had been entered by then, and nothing that was corrected later."""
    answer = replay(placed(story()), as_recorded=recorded)
    assert (answer["version"], *known(answer)) == (version, phq9_total, pressures)


def test_as_of_a_version() -> None:
    """As of a version, the state is that of the log's first events, and each has its step."""
    answer = replay(placed(story()), at_version=5)
    assert answer["version"] == 5
    assert [step["version"] for step in answer["steps"]] == [1, 2, 3, 4, 5]
    assert [step["position"] for step in answer["steps"]] == [101, 111, 121, 131, 141]
    assert known(answer) == (17, [124])


def test_the_steps_of_the_story() -> None:
    """Each step says who, what, when it happened and was recorded, and whether it is late, corrects or is corrected."""
    steps = {step["event_id"]: step for step in replay(placed(story()))["steps"]}
    late = steps[str(SECOND)]
    assert (late["at"], late["recorded_at"]) == ("2026-03-03T17:10:00.000000Z", "2026-03-03T17:50:00.000000Z")
    assert (late["late"], late["reason"], late["delay_s"]) == (True, "workload", 2400)
    assert [steps[str(it)]["late"] for it in (FIRST, THIRD)] == [False, False]
    assert steps[str(told.ANSWERED)]["corrected_by"] == str(CORRECTED)
    correction = steps[str(CORRECTED)]
    assert (correction["type"], correction["actor"], correction["corrects"]) == (
        "EntryCorrected",
        "pete",
        str(told.ANSWERED),
    )
    assert correction["corrected_by"] is None


def test_what_a_step_changed() -> None:
    """A correction tells the fields of the state that it changed, before and after; a reading tells the reading."""
    steps = {step["event_id"]: step for step in replay(placed(story()))["steps"]}
    answers = f"assessments.{ANSWERED}.completed"
    assert steps[str(CORRECTED)]["changed"] == {
        f"{answers}.items.6": {"before": 2, "after": 1},
        f"{answers}.items.7": {"before": 2, "after": 1},
        f"{answers}.items.8": {"before": 1, "after": 0},
        f"{answers}.total": {"before": 17, "after": 14},
    }
    (charted,) = steps[str(SECOND)]["changed"].items()
    assert charted[0] == f"sessions.{SESSION}.readings.2"
    assert (charted[1]["before"], charted[1]["after"]["vitals"]["sbp_mmhg"]) == (None, 138)
    assert steps[str(told.REFERRED)]["changed"]["phase"] == {"before": "new", "after": "referred"}


def test_a_correction_not_yet_made_marks_nothing() -> None:
    """Asked what was recorded before the correction, the original stands unmarked."""
    steps = replay(placed(story()), as_recorded=on(4, 0))["steps"]
    assert all(step["corrected_by"] is None for step in steps)


def test_a_retracted_entry_keeps_its_step() -> None:
    """As it happened, a retracted entry is still there to see, marked, and changes nothing."""
    retraction = EntryCorrected(
        target_event_id=SECOND,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )
    log = later_recorded(story(), retraction, at=on(6, 17), recorded_at=on(6, 17))
    answer = replay(placed(log), as_happened=NOON)
    assert known(answer) == (14, [124, 130])
    step = next(step for step in answer["steps"] if step["event_id"] == str(SECOND))
    assert step["corrected_by"] == str(named("event 9"))
    assert step["changed"] == {}


def test_an_entry_moved_in_time_counts_where_it_is_known_to_belong() -> None:
    """A reading whose time was corrected belongs to the moment at which it is now known to have happened."""
    moved = EntryCorrected(
        target_event_id=THIRD,
        kind=CorrectionKind.AMEND,
        replacement=Replacement(type="VitalsRecorded", at=on(3, 17, 5), data=told.pressure(130)),
        reason=CorrectionReason.WRONG_TIME,
        approved_by="pete",
    )
    log = later_recorded(story(), moved, at=on(6, 17), recorded_at=on(6, 17))
    assert known(replay(placed(log), as_happened=MORNING)) == (14, [124, 130, 138])
    assert known(replay(placed(story()), as_happened=MORNING)) == (14, [124, 138])


def test_imported_is_not_late() -> None:
    """What was imported long after it happened is marked as imported, not as late."""
    log = later_recorded(
        story(), told.pressure(120), at=on(3, 18), recorded_at=on(20, 12), origin=Origin.IMPORT, actor=told.IMPORTER
    )
    step = replay(placed(log))["steps"][-1]
    assert (step["imported"], step["late"]) == (True, False)
    assert (step["actor"], step["on_behalf_of"]) == ("importer", "nora")


@pytest.mark.parametrize("minutes,late", [(15, False), (16, True)])
def test_late_is_over_the_policys_minutes(minutes: int, late: bool) -> None:
    """An entry is late when it was recorded more than the policy's minutes after it happened, and not before."""
    entered = later_recorded(story(), told.pressure(1), at=on(6, 9), recorded_at=on(6, 9) + timedelta(minutes=minutes))
    assert replay(placed(entered))["steps"][-1]["late"] is late
    patient = Clinic(policy=Policy(late_after_min=60))
    assert replay(placed(entered), clinic=patient)["steps"][-1]["late"] is False
    today = Clinic(policy=Policy(late_after_min=1), former={"default-test": Policy(late_after_min=60)})
    assert replay(placed(entered), clinic=today)["steps"][-1]["late"] is False


def corrected_baseline(log: Given, *items: int) -> Given:
    """The baseline of a reviewed journey, corrected after the review."""
    target = next(entry for entry in log.log if entry.event == BASELINE)
    correction = EntryCorrected(
        target_event_id=target.event_id,
        kind=CorrectionKind.AMEND,
        replacement=Replacement(
            type="AssessmentCompleted",
            at=target.at,
            data=phq9("baseline", *items, timepoint=BASELINE.timepoint),
        ),
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )
    return log.then_came(correction)


def review_step(log: Given) -> dict[str, Any]:
    """The step of the response review."""
    steps = replay(placed(log))["steps"]
    return next(step for step in steps if step["type"] == "ResponseAssessed")


def test_a_response_is_recomputed() -> None:
    """A response that its assessments give again is not marked."""
    step = review_step(reviewed())
    assert (step["recomputed_differs"], step["stale"]) == (False, False)


def test_a_response_on_a_corrected_assessment_is_stale() -> None:
    """One whose baseline was corrected since is stale, and comes out otherwise."""
    step = review_step(corrected_baseline(reviewed(), 1, 1, 1, 1, 1, 1, 1, 0, 0))
    assert (step["recomputed_differs"], step["stale"]) == (True, True)


def test_a_forged_response_shows() -> None:
    """One that the assessments never gave differs though nothing was corrected: somebody wrote it."""
    log = reviewed()
    forged = replace(log.log[-1], event=replace(REVIEWED, pct_change=Decimal("99.0")))
    step = review_step(replace(log, log=(*log.log[:-1], forged)))
    assert (step["recomputed_differs"], step["stale"]) == (True, False)


def test_a_rule_that_is_gone_can_not_be_recomputed() -> None:
    """Without the rule it was assessed under, nothing is said of a response."""
    steps = replay(placed(reviewed()), clinic=Clinic(rules={}))["steps"]
    assert steps[-1]["recomputed_differs"] is None


def test_only_a_response_is_recomputed() -> None:
    """Of any other entry `recomputed_differs` is null."""
    assert {step["recomputed_differs"] for step in replay(placed(infusing()))["steps"]} == {None}


@for_all(version=st.integers(1, 8))
def test_the_state_is_the_fold(version: int) -> None:
    """At every version the replayed state is the journey that the decisions see."""
    log = story().log
    assert replay(placed(story()), at_version=version)["state"] == plain(fold(log[:version]))


@for_all(version=st.integers(1, 80))
def test_steps_add_up_after_a_correction(version: int) -> None:
    """After a correction too, event by event comes to the fold of the whole."""
    log = corrected_baseline(reviewed(), 3, 3, 3, 3, 3, 0, 0, 0, 0).then_came(told.pressure(124), told.pressure(126))
    whole = log.log[:version]
    assert replay(placed(log), at_version=version)["state"] == plain(fold(whole))


def test_before_anything_was_recorded() -> None:
    """Before the first entry there is an empty journey at version 0."""
    answer = replay(placed(story()), as_recorded=on(1, 0))
    assert (answer["version"], answer["steps"], answer["state"]["phase"]) == (0, [], "new")


def test_no_events_no_replay() -> None:
    """A journey without an event is a mistake of the caller."""
    with pytest.raises(ValueError, match="at least one event"):
        replay([])
