"""Do the questions of the outcome answer, alike on both databases, what the journeys' own rows tell?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from journey.events import JourneyReferred
from journey.events.outcome import AdverseEventTerm
from journey.events.session import VitalsPhase
from journey.response import PHQ9_LE5, PHQ9_LT5, RULES
from projections import outcome
from projections.database import ReadModels
from projections.outcome import Scope
from projections.outcome.groups import dose_band
from tests.decisions.states import VISITS, came_at, deceased, induced, infusing, maintained, reading, reinduced
from tests.decisions.test_worked_journey import worked
from tests.given import DAY, MINUTE, Given
from tests.projections.reading import FEED, Kept, follow, opened
from tests.projections.stories import Log, as_journey
from tests.projections.test_definitions import scored
from tests.projections.test_outcome_rows import adverse_event

CLINIC = ZoneInfo("America/Los_Angeles")


def elsewhere(log: Log) -> Log:
    """The same history at another site, of another indication."""
    first, *others = (replace(entry, site_id="coast") for entry in log)
    assert isinstance(first.event, JourneyReferred)
    return [replace(first, event=replace(first.event, indication_icd10="F43.10")), *others]


def rising() -> Given:
    """A journey whose pressure rises during its infusion, with nausea of two grades."""
    state = infusing()
    for minute, sbp in ((9, 140), (11, 144), (31, 150)):
        state = came_at(state, VISITS[0] + (3 + minute) * MINUTE, reading(phase=VitalsPhase.DURING, sbp_mmhg=sbp))
    nausea = adverse_event(1)
    worse = replace(nausea, ae_id=UUID(int=5), grade=3)
    return state.then_came(nausea, worse)


@cache
def log() -> Kept:
    """Return six journeys: four respond, and one of them relapses on the last day of the rule's window.

    One stands apart in all that journeys are told by.
    """
    return Kept(
        scored(maintained(), VISITS[5] + 45 * DAY, 6).log,
        as_journey(reinduced().log, 1),
        as_journey(elsewhere(scored(induced(2), VISITS[1] + DAY, 9).log), 2),
        as_journey(rising().log, 3),
        as_journey(deceased().log, 4),
        as_journey(worked(), 5),
    )


@contextmanager
def filled(url: str) -> Iterator[ReadModels]:
    """Open the read model of that log."""
    with opened(url, log(), [outcome.PROJECTION]) as models:
        follow(models, log(), size=1_000)
        yield models


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadModels]:
    """Yield the read model; tests only ask."""
    with filled(f"sqlite:///{tmp_path_factory.mktemp('models') / 'models.db'}") as models:
        yield models


LT5 = Scope(rule=PHQ9_LT5, zone=CLINIC)


Row = dict[str, Any]


def told(rows: list[Row], *names: str) -> list[tuple[Any, ...]]:
    """Some values of each row."""
    return [tuple(row[name] for name in names) for row in rows]


@pytest.mark.parametrize(
    "per, groups",
    [
        ("indication", [("F33.2", 5, 3), ("F43.10", 1, 0)]),
        ("site", [("coast", 1, 0), ("main", 5, 3)]),
        ("severity", [("moderately_severe", 6, 3)]),
        ("month", [("2025-09", 1, 1), ("2026-03", 5, 2)]),
        ("dose_band", [("0.5", 6, 3)]),
        ("rule", [(rule, 6, 3 if rule in {"phq9-lt5", "phq9-le5"} else 0) for rule in RULES]),
    ],
)
def test_responses_are_told_apart(models: ReadModels, per: str, groups: list[tuple[str, int, int]]) -> None:
    """Every journey is in one group, under every rule in all; each group has its own denominators."""
    answer = outcome.responses(models, replace(LT5, per=per), "endpoint")
    assert told(answer["rows"], "group", "started", "responded_ever") == groups
    assert answer["per"] == per
    assert "group" in answer["definitions"]
    by_infusion = outcome.responses(models, replace(LT5, per=per))["rows"]
    assert {row["group"] for row in by_infusion} == {group for group, _, _ in groups}


def test_a_rate_has_the_denominator_that_is_asked(models: ReadModels) -> None:
    """Of one assessed at 4, of four that reached it, of six that were started; and ever by 4."""
    rates = {of: outcome.responses(models, LT5, of=of)["rows"][3] for of in ("assessed", "reached", "started")}
    assert {of: (row["response_pct"], row["response_ever_pct"]) for of, row in rates.items()} == {
        "assessed": (100.0, 50.0),
        "reached": (25.0, 25.0),
        "started": (16.7, 16.7),
    }
    assert {told([row], "started", "reached", "assessed", "responded_at")[0] for row in rates.values()} == {
        (6, 4, 1, 1)
    }


def test_time_to_response_is_a_curve(models: ReadModels) -> None:
    """Six started, five were scored; on day 14 one responds, on day 34 all the others."""
    answer = outcome.time_to_response(models, LT5)
    rows = told(answer["rows"], "day", "at_risk", "events", "censored", "responded_pct")
    assert rows == [(0, 5, 0, 0, 0.0), (4, 5, 0, 1, 0.0), (14, 4, 1, 0, 25.0), (34, 3, 3, 0, 100.0)]
    assert told(answer["summary"], "started", "n", "events", "median_day") == [(6, 5, 4, 34)]
    assert told(answer["at_times"], "day", "at_risk")[-1] == (28, 3)
    infusions = outcome.time_to_response(models, LT5, "infusion")
    assert told(infusions["summary"], "n", "events", "median_infusion") == [(2, 1, 4)]
    remission = outcome.time_to_response(models, LT5, of="remission")
    assert told(remission["rows"], "day", "events", "remitted_pct") == [
        (0, 0, 0.0),
        (4, 0, 0.0),
        (34, 4, 100.0),
    ]


@pytest.mark.parametrize(
    "asked, steps",
    [
        ({}, [(0, 4, 0), (14, 3, 1), (28, 2, 0), (35, 1, 0)]),
        ({"until": "relapse"}, [(0, 4, 0), (14, 3, 1), (28, 2, 0), (35, 1, 0)]),
        ({"maintenance": "censored"}, [(0, 4, 0), (14, 3, 1), (28, 2, 0)]),
        ({"of": "remission"}, [(0, 4, 0), (14, 3, 1), (21, 2, 0), (28, 1, 1)]),
    ],
)
def test_what_was_gained_lasts_or_is_lost(
    models: ReadModels, asked: dict[str, str], steps: list[tuple[int, ...]]
) -> None:
    """Four respond after the induction: one relapses after 14 days, one is no longer in remission after 28."""
    answer = outcome.sustained(models, LT5, **asked)
    assert told(answer["rows"], "day", "at_risk", "events") == steps
    assert told(answer["summary"], "started", "n") == [(6, 4)]
    assert {key: answer[key] for key in asked} == asked
    lost = "relapsed" if asked.get("until") else "lost"
    assert answer["rows"][1][f"{lost}_pct"] == 33.3


def test_trajectories_are_of_each_and_of_all(models: ReadModels) -> None:
    """At an infusion the median of those who were scored; each journey's own scores are the same ones."""
    rows = outcome.trajectories(models, LT5)["rows"]
    assert told(rows[:3], "infusion", "started", "reached", "n", "mean", "sd", "median", "q1", "q3") == [
        (0, 6, 6, 5, 16.4, 0.89, 16.0, 16.0, 16.0),
        (1, 6, 5, 1, 16.0, None, 16.0, 16.0, 16.0),
        (2, 6, 5, 2, 11.5, 3.54, 11.5, 10.25, 12.75),
    ]
    courses = outcome.courses(models, LT5)["rows"]
    assert sorted(row["score"] for row in courses if row["infusion"] == 2) == ["14", "9"]
    days = outcome.trajectories(models, LT5, "day")["rows"]
    assert told(days, "day", "n", "median")[:3] == [(-5, 1, 18.0), (-1, 4, 16.0), (3, 1, 16.0)]
    assert sum(row["n"] for row in days) == len(outcome.courses(models, LT5, "day")["rows"])
    one = outcome.journey(models, UUID(courses[-1]["journey_id"]))
    assert one is not None
    assert one["trajectory"][-1]["score"] == courses[-1]["score"]


@pytest.mark.parametrize(
    "per, groups",
    [
        (None, [(None, 28, 1)]),
        ("indication", [("F33.2", 26, 1), ("F43.10", 2, 0)]),
        ("site", [("coast", 2, 0), ("main", 26, 1)]),
        ("dose_band", [("0.5", 28, 1)]),
        ("month", [("2025-09", 7, 0), ("2026-03", 21, 1)]),
    ],
)
def test_side_effects_are_told_apart(
    models: ReadModels, per: str | None, groups: list[tuple[str | None, int, int]]
) -> None:
    """Every start of the pump is in one group, with its own denominator; in all they are those of all together."""
    answer = outcome.side_effects(models, per, CLINIC)
    severe = [row for row in answer["per_infusion"] if row["side_effect"] == "severe"]
    assert told(severe, "group", "n", "count") == groups
    assert sum(row["n"] for row in severe) == answer["infusions"]
    assert ("group" in answer["definitions"]) is (per is not None)
    for table in ("per_patient", "per_observed_patient", "by_grade", "by_infusion"):
        assert {row["group"] for row in answer[table]} <= {it[0] for it in groups}
    patients = [row["n"] for row in answer["per_patient"] if row["side_effect"] == "any"]
    assert sum(patients) == answer["patients"]


@pytest.mark.parametrize("per", ["indication", "site", "dose_band", "month"])
def test_pressures_are_told_apart(models: ReadModels, per: str) -> None:
    """Every infusion is in one group; in all they are those of all together."""
    whole, apart = outcome.pressure_rise(models), outcome.pressure_rise(models, per=per, zone=CLINIC)
    for name in ("infusions", "with_baseline"):
        [every, *_] = whole["peaks"]
        assert sum(row[name] for row in apart["peaks"] if row["pressure"] == "sbp") == every[name]
    assert sum(row["sbp_n"] for row in apart["rows"]) == sum(row["sbp_n"] for row in whole["rows"])
    assert ("2026-03" in {row["group"] for row in apart["rows"]}) is (per == "month")


@pytest.mark.parametrize(
    "per, groups",
    [
        ("indication", [("F33.2", 5, 4), ("F43.10", 1, 0)]),
        ("site", [("coast", 1, 0), ("main", 5, 4)]),
        ("month", [("2025-08", 1, 1), ("2026-03", 5, 3)]),
    ],
)
def test_adherence_is_told_apart(models: ReadModels, per: str, groups: list[tuple[str, int, int]]) -> None:
    """Every journey is in one group from its referral on, and each stage has that group's denominator."""
    answer = outcome.adherence(models, per, CLINIC)
    done = [row for row in answer["stages"] if row["stage"] == "completed"]
    assert told(done, "group", "referred", "reached") == groups
    assert "group" in answer["definitions"]


def test_adherence_counts_journeys(models: ReadModels) -> None:
    """Six are started, two of them under way, one dies after the review; of six planned infusions four had all."""
    answer = outcome.adherence(models)
    stages = told(answer["stages"], "stage", "reached", "under_way", "left")
    assert stages[4:] == [("started", 6, 2, 0), ("completed", 4, 0, 0), ("reviewed", 4, 0, 1), ("maintained", 3, 3, 0)]
    assert told(answer["reasons"], "stage", "reason", "count") == [("reviewed", "deceased", 1)]
    assert told(answer["infusions"], "infusion", "planned_n", "given", "under_way")[-1] == (6, 6, 4, 2)


def test_pressure_rises_minute_by_minute(models: ReadModels) -> None:
    """The mean and the spread of all infusions with a reading then, and of each infusion its highest."""
    answer = outcome.pressure_rise(models)
    [ten] = [row for row in answer["rows"] if row["minute"] == 10]
    assert told([ten], "sbp_n", "sbp_rise_mean", "sbp_rise_sd", "sbp_rise_median") == [(8, 11.25, 3.54, 10.0)]
    assert answer["infusions"] == 28
    assert told(answer["peaks"], "pressure", "with_baseline", "peak_mean", "peak_minute")[0] == ("sbp", 28, 6.43, 30)
    finer = outcome.pressure_rise(models, every_min=1)
    assert {9, 11, 31} <= {row["minute"] for row in finer["rows"]}


def test_side_effects_have_their_worst_grade(models: ReadModels) -> None:
    """Nausea of grades 1 and 3 in one infusion is one of grade 3; what did not occur has its bound."""
    rows = outcome.side_effects(models)["by_grade"]
    nausea = [row for row in rows if row["side_effect"] == AdverseEventTerm.NAUSEA]
    for unit, n in (("infusions", 28), ("patients", 6)):
        told_ = [(row["grade"], row["count"], row["n"]) for row in nausea if row["denominator"] == unit]
        assert told_ == [(1, 1, n), (2, 0, n), (3, 1, n), (4, 0, n), (5, 0, n)]
    assert {row["interval"] for row in nausea if not row["count"]} == {"exact_one_sided_95"}


def test_another_rule_is_another_answer_to_the_same_rows(models: ReadModels) -> None:
    """Nothing is written when it is asked."""
    before = models.rows("outcome", "responses")
    assert outcome.sustained(models, Scope(rule=PHQ9_LE5), "remission")["rule_digest"] == PHQ9_LE5.digest
    assert models.rows("outcome", "responses") == before


ASKED: list[Callable[[ReadModels], dict[str, Any]]] = [
    lambda models: outcome.responses(models, LT5),
    lambda models: outcome.time_to_response(models, LT5),
    lambda models: outcome.sustained(models, LT5),
    lambda models: outcome.trajectories(models, LT5),
    lambda models: outcome.courses(models, LT5),
    outcome.adherence,
    outcome.pressure_rise,
    outcome.side_effects,
]


def test_answers_are_the_same_on_each_database(models: ReadModels, models_url: str) -> None:
    """Each is JSON, says how far it has come, what its words mean and, once it has stopped, since when it is old."""
    expected = [ask(models) for ask in ASKED]
    with filled(models_url) as others:
        assert [ask(others) for ask in ASKED] == expected
        others.stop("outcome", FEED, 0, "version 3 is missing")
        assert {ask(others)["stale_since"] for ask in ASKED} == {"2026-12-01T00:00:00.000000Z"}
    for answer in expected:
        assert answer["position"] == log().head()
        assert answer["definitions"]
        assert json.loads(json.dumps(answer)) == answer


def test_nobody_is_answered_too(tmp_path: Path) -> None:
    """An empty clinic has answers without figures."""
    with opened(f"sqlite:///{tmp_path / 'models.db'}", Kept(), [outcome.PROJECTION]) as models:
        for ask in ASKED:
            assert ask(models)["position"] == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda models: outcome.responses(models, LT5, "week"),
        lambda models: outcome.responses(models, LT5, of="planned"),
        lambda models: outcome.time_to_response(models, LT5, "week"),
        lambda models: outcome.trajectories(models, LT5, "week"),
        lambda models: outcome.side_effects(models, "rule"),
        lambda models: outcome.pressure_rise(models, per="rule"),
        lambda models: outcome.adherence(models, "dose_band"),
        lambda models: outcome.sustained(models, LT5, "partial"),
        lambda models: outcome.sustained(models, LT5, until="death"),
        lambda models: outcome.sustained(models, LT5, maintenance="no"),
        lambda _: replace(LT5, per="moon"),
    ],
)
def test_words_that_are_not_known_are_refused(models: ReadModels, ask: Callable[[ReadModels], Any]) -> None:
    """A choice says what it may be."""
    with pytest.raises(ValueError, match=r"^\w+ is one of \w+"):
        ask(models)


@pytest.mark.parametrize(
    "dose, band",
    [("0.4938", "0.5"), ("0.5", "0.5"), ("0.62", "0.5"), ("0.625", "0.75"), ("0.75", "0.75"), ("1", "1"), ("0.1", "0")],
)
def test_a_dose_is_told_with_the_nearest_band(dose: str, band: str) -> None:
    """What rounding to whole milligrams makes of 0.5 mg/kg is told with it."""
    assert dose_band(Decimal(dose)) == band
