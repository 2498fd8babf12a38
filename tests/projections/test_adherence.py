"""How far does a journey come, why no further, and are both counted as they are defined?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.events import ConsultCompleted, EligibilityDenied, JourneyPaused
from journey.events.closing import ClosingReason
from journey.events.course import PauseReason
from journey.events.intake import CriterionId
from projections.outcome import PROJECTION
from projections.outcome.adherence import STAGES, Standing, planned_infusions, reasons, stages, standing
from projections.outcome.infusions import INDUCTION
from tests.decisions import states
from tests.given import Given, named
from tests.projections.folded import rows_of
from tests.projections.test_outcome_rows import corrected

DENIED = EligibilityDenied(criteria_failed=(CriterionId.FAILED_TRIALS,), permanent=False)
AGAIN = replace(states.CONSENTED, consent_id=named("another consent"))


def stands(state: Given) -> Standing:
    """How far a state's journey has come."""
    rows = rows_of(PROJECTION, state)
    starts = rows["infusions"].values()
    [journey] = rows["journeys"].values()
    given = sum(bool(row["counts"]) and row["part"] == INDUCTION for row in starts)
    return standing(journey, starts=len(starts), given=given, reviewed=bool(rows["responses"]))


@pytest.mark.parametrize(
    "state, stage",
    [
        (states.referred(), "referred"),
        (states.consulted(), "consulted"),
        (states.eligible(), "eligible"),
        (states.consented(), "eligible"),
        (states.planned(), "planned"),
        (states.cleared(), "planned"),
        (states.infusing(), "started"),
        (states.aborted(counts=False), "started"),
        (states.induced(5), "started"),
        (states.induced(6), "completed"),
        (states.endpoint_taken(), "completed"),
        (states.reviewed(), "reviewed"),
        (states.maintained(), "maintained"),
        (states.reinduced(), "maintained"),
    ],
)
def test_stages(state: Given, stage: str) -> None:
    """Each is reached by what happened, and the furthest is where a journey stands."""
    it = stands(state)
    assert (STAGES[it.stage], it.reason) == (stage, None)


def test_what_was_passed_over_was_passed() -> None:
    """A journey whose consult was never entered, or was retracted, has come as far as it has."""
    consult = next(entry.event for entry in states.planned().log if isinstance(entry.event, ConsultCompleted))
    assert STAGES[stands(corrected(states.planned(), consult, by=None)).stage] == "planned"


@pytest.mark.parametrize(
    "state, reason",
    [
        (states.closed(ClosingReason.NON_RESPONSE), "non_response"),
        (states.closed(ClosingReason.COMPLETED), "completed"),
        (states.deceased(), "deceased"),
        (states.closed(ClosingReason.LAPSED).then_came(states.deceased().log[-1].event), "deceased"),
        (states.reviewed().then_came(states.SWITCHED), "modality_changed"),
        (states.infusing().then_came(states.WITHDRAWN), "consent_withdrawn"),
        (states.infusing().then_came(states.WITHDRAWN, AGAIN), None),
        (states.consulted().then_came(DENIED), "ineligible"),
        (states.consulted().then_came(DENIED, states.ELIGIBILITY), None),
        (states.induced(2).then_came(JourneyPaused(reason=PauseReason.TRAVEL)), None),
    ],
)
def test_reasons(state: Given, reason: str | None) -> None:
    """Death before all, then the closing, then what stopped the treatment; what was taken back is none."""
    assert stands(state).reason == reason


def at(stage: str, reason: str | None = None, *, planned: int = 6, given: int = 0) -> Standing:
    """A journey that stands somewhere."""
    return Standing(stage=STAGES.index(stage), planned=planned, given=given, reason=reason)


SOME = [
    at("referred"),
    at("referred", "declined"),
    at("consulted", "ineligible"),
    at("started", given=2),
    at("started", "ae", given=1),
    at("started", "ae", given=3),
    at("started", "lapsed", given=3),
    at("completed", given=6),
    at("maintained", "completed", given=6),
    at("maintained", given=6),
]


def test_the_funnel_counts_everybody_once() -> None:
    """At each stage who came so far, who goes on, who left; a share is of those who were decided one stage before."""
    rows = {row["stage"]: row for row in stages(SOME)}
    told = {name: (row["reached"], row["under_way"], row["left"], row["decided_before"]) for name, row in rows.items()}
    assert told == {
        "referred": (10, 1, 1, 10),
        "consulted": (8, 0, 1, 9),
        "eligible": (7, 0, 0, 8),
        "planned": (7, 0, 0, 7),
        "started": (7, 1, 3, 7),
        "completed": (3, 1, 0, 6),
        "reviewed": (2, 0, 0, 2),
        "maintained": (2, 1, 1, 2),
    }
    assert (rows["completed"]["of_referred_pct"], rows["completed"]["of_before_pct"]) == (30.0, 50.0)
    assert (rows["completed"]["of_before_interval"], rows["referred"]["of_referred_pct"]) == ("wilson_95", 100.0)
    assert sum(row["under_way"] + row["left"] for row in rows.values()) == len(SOME)


def test_reasons_are_told_by_stage_the_commonest_first() -> None:
    """Each with its share of those who reached the stage."""
    rows = [(row["stage"], row["reason"], row["count"], row["reached"]) for row in reasons(SOME)]
    assert rows == [
        ("referred", "declined", 1, 10),
        ("consulted", "ineligible", 1, 8),
        ("started", "ae", 2, 7),
        ("started", "lapsed", 1, 7),
        ("maintained", "completed", 1, 2),
    ]
    assert reasons(SOME)[2]["of_reached_pct"] == 28.6


def test_planned_infusions_are_given_or_not_or_to_come() -> None:
    """Who is under way is not counted against it; a shorter plan is not one that was not kept."""
    rows = planned_infusions([*SOME, at("completed", planned=4, given=4), at("reviewed", planned=6, given=5)])
    told = [(row["infusion"], row["planned_n"], row["given"], row["under_way"], row["not_given"]) for row in rows]
    assert told == [
        (1, 9, 9, 0, 0),
        (2, 9, 8, 0, 1),
        (3, 9, 7, 1, 1),
        (4, 9, 5, 1, 3),
        (5, 8, 4, 1, 3),
        (6, 8, 3, 1, 4),
    ]
    assert (rows[5]["given_pct"], rows[5]["given_interval"]) == (42.9, "wilson_95")


def test_nobody() -> None:
    """Of nobody no share is told."""
    assert [row["of_referred_pct"] for row in stages([])] == [None] * len(STAGES)
    assert (reasons([]), planned_infusions([])) == ([], [])
