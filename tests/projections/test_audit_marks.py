"""Are deviations, overrides and late entries told once each, with what became of them?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from journey.clinic import Clinic
from journey.errors import Rule
from journey.events import EntryCorrected
from journey.events.intake import Criterion, CriterionId, CriterionOverride
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.session import Check, CheckId, CheckOverride
from journey.policy import Policy
from journey.values import LateReason, Origin
from projections.audit import Asked, deviations, late, overrides
from projections.database import ReadModels
from tests.decisions.states import ELIGIBILITY, REFERRAL, WITHDRAWN, checked_in, clearance
from tests.given import HOUR, JOURNEY, MINUTE, NURSE, PRESCRIBER, START, Given, later_recorded, named
from tests.projections.audit_story import IMPORTER, on, story
from tests.projections.auditing import OTHER, of_another, pages, told

Ask = Callable[[ReadModels, Asked], dict[str, Any]]

SET_ASIDE = replace(
    clearance(),
    checks=(
        Check(id=CheckId.CONSENT, passed=True),
        Check(id=CheckId.PRESSURE, value=Decimal(150), limit=Decimal(140), passed=False),
        Check(id=CheckId.CHANGES, passed=False),
    ),
    overrides=(
        CheckOverride(id=CheckId.PRESSURE, by="pete", note_id=named("why")),
        CheckOverride(id=CheckId.CHANGES, by="pete", note_id=named("why")),
    ),
)
NOT_TWICE_FAILED = replace(
    ELIGIBILITY,
    criteria=(
        Criterion(id=CriterionId.FAILED_TRIALS, met=False, value=Decimal(1), evidence_ids=(named("event 3"),)),
        Criterion(id=CriterionId.CONSULT, met=True),
    ),
    overrides=(CriterionOverride(id=CriterionId.FAILED_TRIALS, by="pete", note_id=named("why")),),
)


def corrected(state: Given, version: int, put: Any = None, **envelope: Any) -> Given:
    """The journey after an entry of it was corrected, or retracted, two hours later by the prescriber."""
    target = state.log[version - 1]
    event = EntryCorrected(
        target_event_id=target.event_id,
        kind=CorrectionKind.RETRACT if put is None else CorrectionKind.AMEND,
        replacement=None if put is None else Replacement(type=type(put).__name__, at=target.at, data=put),
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )
    return state.then_came(event, after=2 * HOUR, actor=PRESCRIBER, **envelope)


def kept(answer: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    """What some columns of the answered rows say."""
    return [tuple(row[name] for name in names) for row in answer["rows"]]


@pytest.mark.parametrize("ask", [deviations, overrides, late])
def test_there_is_none(models_url: str, ask: Ask) -> None:
    """Of a journey in which all was as it should be there is no row, and of no journey either."""
    with told(models_url, checked_in()) as models:
        for asked in (Asked(), Asked(journey_id=OTHER)):
            answer = ask(models, asked)
            assert (answer["rows"], answer["next"], answer["left_out"]) == ([], None, [])
            assert answer["position"] == len(checked_in().log)


def test_each_rule_that_an_entry_breaks(models_url: str) -> None:
    """Two rules are two rows, each with its text, the entry, and who made it."""
    broken = (Rule.WEIGHT_JUMP, Rule.LATE_WITHOUT_REASON)
    state = checked_in().then_came(WITHDRAWN, actor=NURSE, deviations=broken)
    with told(models_url, state) as models:
        answer = deviations(models, Asked())
        assert kept(answer, "rule", "n", "type", "actor", "corrected_by", "corrects") == [
            (rule.value, n, "ConsentWithdrawn", "nora", None, None) for n, rule in enumerate(broken, 1)
        ]
        assert kept(answer, "version", "text")[0] == (len(state.log), Rule.WEIGHT_JUMP.text)
        assert pages(lambda asked: deviations(models, asked), 1) == answer["rows"]
        assert kept(deviations(models, Asked(kind="weight_jump")), "rule") == [("weight_jump",)]


def test_a_deviation_that_was_corrected(models_url: str) -> None:
    """The row stays and names the correction; what that still breaks has a row that names the entry."""
    state = checked_in().then_came(WITHDRAWN, deviations=(Rule.WEIGHT_JUMP,))
    state = corrected(state, len(state.log), WITHDRAWN, deviations=(Rule.LATE_WITHOUT_REASON,))
    entry, correction = state.log[-2:]
    with told(models_url, state) as models:
        assert kept(deviations(models, Asked()), "rule", "event_id", "corrects", "corrected_by") == [
            ("weight_jump", str(entry.event_id), None, str(correction.event_id)),
            ("late_without_reason", str(correction.event_id), str(entry.event_id), None),
        ]


def test_what_was_set_aside(models_url: str) -> None:
    """Each override: of what, by whom, found at what, against which limit, resting on what, and where the words are."""
    state = checked_in().then_came(NOT_TWICE_FAILED, SET_ASIDE, actor=NURSE)
    with told(models_url, state) as models:
        answer = overrides(models, Asked())
        columns = ("of_what", "overridden", "overridden_by", "found", "bound", "evidence_ids", "session_id", "actor")
        assert kept(answer, *columns) == [
            ("eligibility", "failed_trials", "pete", "1", None, [str(named("event 3"))], None, "nora"),
            ("clearance", "pressure", "pete", "150", "140", [], str(named("session 1")), "nora"),
            ("clearance", "changes", "pete", None, None, [], str(named("session 1")), "nora"),
        ]
        assert {row["rationale_id"] for row in answer["rows"]} == {str(named("why"))}
        assert pages(lambda asked: overrides(models, asked), 2) == answer["rows"]
        assert kept(overrides(models, Asked(kind="pressure")), "n") == [(1,)]


def test_an_override_that_was_corrected(models_url: str) -> None:
    """One taken back names the correction; one put in its place has a row of its own."""
    state = checked_in().then_came(SET_ASIDE)
    version = len(state.log)
    again = replace(SET_ASIDE, overrides=SET_ASIDE.overrides[:1])
    state = corrected(corrected(state, version, again), version)
    with told(models_url, state) as models:
        entry, first, second = (str(it.event_id) for it in state.log[-3:])
        assert kept(overrides(models, Asked()), "overridden", "event_id", "corrects", "corrected_by") == [
            ("pressure", entry, None, second),
            ("changes", entry, None, second),
            ("pressure", first, entry, None),
        ]


def test_what_came_late(models_url: str) -> None:
    """The reading charted forty minutes late, with its reason; an import is none, and a minute is not late."""
    state = later_recorded(story(), WITHDRAWN, at=on(6, 9), recorded_at=on(6, 9, 1))
    state = later_recorded(state, WITHDRAWN, at=on(6, 9), recorded_at=on(7, 9), origin=Origin.IMPORT, actor=IMPORTER)
    state = later_recorded(state, WITHDRAWN, at=on(6, 9), recorded_at=on(7, 9))
    with told(models_url, state) as models:
        answer = late(models, Asked())
        assert kept(answer, "version", "delay_s", "reason", "late") == [
            (7, 2400, "workload", True),
            (len(state.log), 86_400, None, True),
        ]
        assert kept(late(models, Asked(kind=LateReason.WORKLOAD.value)), "version") == [(7,)]
        assert pages(lambda asked: late(models, asked), 1) == answer["rows"]


def test_a_late_entry_that_was_corrected(models_url: str) -> None:
    """It stays late, and names the correction."""
    state = corrected(story(), 7)
    with told(models_url, state) as models:
        assert kept(late(models, Asked()), "version", "corrected_by") == [(7, str(state.log[-1].event_id))]


def test_how_late_is_late_says_the_policy_of_its_day(models_url: str) -> None:
    """Each entry by the policy that it bears, or by today's where that was not kept."""
    state = later_recorded(story(), WITHDRAWN, at=on(6, 9), recorded_at=on(6, 9, 5), policy_version="strict")
    with told(models_url, state) as models:
        patient, strict = Policy(late_after_min=60), Policy(late_after_min=1)
        for former, expected in (
            ({}, [7]),
            ({"default-test": patient}, []),
            ({"strict": strict}, [7, 9]),
            ({"default-test": patient, "strict": strict}, [9]),
            ({"default-test": patient, "strict": patient}, []),
        ):
            clinic = Clinic(former=former)
            assert [row["version"] for row in late(models, Asked(), clinic)["rows"]] == expected


@pytest.mark.parametrize(
    "asked,found",
    [
        (Asked(journey_id=JOURNEY), 1),
        (Asked(journey_id=OTHER), 1),
        (Asked(actor="pete"), 1),
        (Asked(actor="nora"), 1),
        (Asked(actor="fran"), 0),
        (Asked(site="north"), 1),
        (Asked(site="nowhere"), 0),
        (Asked(kind="no_consent"), 1),
        (Asked(kind="elsewhere"), 0),
        (Asked(since=on(10, 9)), 1),
        (Asked(until=on(10, 9)), 1),
        (Asked(since=START, until=START), 0),
        (Asked(site="north", actor="nora", since=on(10, 9), until=on(10, 9) + MINUTE), 1),
    ],
)
def test_filters(models_url: str, asked: Asked, found: int) -> None:
    """Journey, person (also whom it was entered for), site, kind and period each narrow the rows."""
    own = Given().then_came(REFERRAL, deviations=(Rule.WEIGHT_JUMP,), actor=PRESCRIBER)
    another = of_another(2, site_id="north", recorded_at=on(10, 9), actor=IMPORTER, deviations=(Rule.NO_CONSENT,))
    with told(models_url, own, [another[1]]) as models:
        assert len(deviations(models, asked)["rows"]) == found


@pytest.mark.parametrize("ask", [deviations, overrides, late])
@pytest.mark.parametrize("after", ["", "x", "1~2~3", "x~y"])
def test_a_place_that_was_never_given_out(models_url: str, ask: Ask, after: str) -> None:
    """Where to go on is what was answered, and nothing else."""
    with told(models_url) as models, pytest.raises(ValueError, match=r".+"):
        ask(models, Asked(after=after))
