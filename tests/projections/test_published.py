"""Does a clinic with exactly the published counts get the published rates, under any rule and by any denominator?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from journey.events import AdverseEventReported, DischargeReadinessAssessed, Event
from journey.events.outcome import AdverseEventAction, AdverseEventTerm, Relatedness, Seriousness
from journey.response import PHQ9_LE5, PHQ9_LT5, ResponseRule
from projections import outcome
from projections.database import ReadModels
from tests.decisions.states import REFERRAL, abortion, check_in, completion, discharged, phq9, start
from tests.given import DAY, MINUTE, Given, named
from tests.projections.reading import Kept, follow, opened
from tests.projections.stories import as_journey

Log = Sequence[Any]

FIRST = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
BASELINE, NO_RESPONSE, RESPONSE, FIVE, REMISSION = 20, 18, 9, 5, 3


def told(*entries: tuple[datetime, Event]) -> Log:
    """Return a journey to which these events happened, after its referral."""
    state = Given(now=FIRST - 30 * DAY).then_came(REFERRAL)
    for at, event in entries:
        state = replace(state, now=at - MINUTE).then_came(event)
    return state.log


def answered(at: datetime, total: int) -> tuple[datetime, Event]:
    """A PHQ-9 of this total."""
    whole, rest = divmod(total, 3)
    items = [3] * whole + [rest] * (rest > 0)
    return at, phq9(f"phq9 {at}", *(items + [0] * (9 - len(items))))


def infusion(number: int, at: datetime) -> list[tuple[datetime, Event]]:
    """An infusion of forty minutes."""
    return [
        (at - 10 * MINUTE, check_in(number)),
        (at, start(number)),
        (at + 40 * MINUTE, completion(number)),
    ]


def treated(scores: Sequence[int | None], *, baseline: int | None = BASELINE, after: timedelta = 1 * DAY) -> Log:
    """Return a journey with an infusion every other day and, so long after each, this score, if there is one."""
    entries = [] if baseline is None else [answered(FIRST - DAY, baseline)]
    for number, score in enumerate(scores, start=1):
        at = FIRST + (number - 1) * 2 * DAY
        entries += infusion(number, at)
        entries += [] if score is None else [answered(at + after, score)]
    return told(*entries)


@contextmanager
def clinic(path: Path, *logs: Log) -> Iterator[ReadModels]:
    """Open the outcome of a clinic with these journeys."""
    log = Kept(*(as_journey(it, number) for number, it in enumerate(logs)))
    with opened(f"sqlite:///{path / 'models.db'}", log, [outcome.PROJECTION]) as models:
        follow(models, log, size=2_000)
        yield models


def rows(models: ReadModels, rule: ResponseRule = PHQ9_LT5, by: str = "infusion") -> list[dict[str, Any]]:
    """Return the rows of the answer."""
    found: list[dict[str, Any]] = outcome.responses(models, rule, by)["rows"]
    return found


def picked(row: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    """Return some values of a row."""
    return tuple(row[name] for name in names)


def zheng() -> list[Log]:
    """77 patients, six infusions: after the first 10 respond and 6 remit, after the sixth 52 and 37."""
    logs = []
    for number in range(77):
        first = REMISSION if number < 6 else RESPONSE if number < 10 else NO_RESPONSE
        last = REMISSION if number < 37 else RESPONSE if number < 52 else NO_RESPONSE
        logs.append(treated([first, first, first, first, first, last]))
    return logs


def test_zheng_2019_exactly(tmp_path: Path) -> None:
    """13.0 and 67.5 % respond, 7.8 and 48.1 % remit, each of 77, with its interval."""
    with clinic(tmp_path, *zheng()) as models:
        answer = outcome.responses(models, PHQ9_LT5)
    first, last = answer["rows"][0], answer["rows"][-1]
    counts = ("infusion", "started", "reached", "assessed", "responded_at", "remitted_at")
    assert picked(first, *counts) == (1, 77, 77, 77, 10, 6)
    assert picked(last, *counts) == (6, 77, 77, 77, 52, 37)
    assert picked(first, "response_pct", "remission_pct", "interval") == (13.0, 7.8, "wilson_95")
    assert picked(last, "response_pct", "remission_pct") == (67.5, 48.1)
    assert picked(last, "response_low", "response_high") == (56.5, 76.9)
    assert (answer["rule"], answer["by"]) == ("phq9-lt5", "infusion")


def test_the_answer_has_the_promised_keys(tmp_path: Path) -> None:
    """What other programs read is there, by its promised name."""
    with clinic(tmp_path, treated([NO_RESPONSE])) as models:
        answer = outcome.responses(models, PHQ9_LT5)
    assert {"rule", "by", "position", "rows"} <= set(answer)
    promised = {
        *("infusion", "started", "reached", "assessed", "responded_at", "responded_ever", "response_pct"),
        *("response_low", "response_high", "interval", "remitted_at", "remitted_ever", "remission_pct"),
    }
    assert promised <= set(answer["rows"][0])


def test_the_threshold_is_the_rules(tmp_path: Path) -> None:
    """A score of 5 is no remission below 5, and one at most 5: the same history, asked twice."""
    with clinic(tmp_path, treated([FIVE]), treated([REMISSION]), treated([NO_RESPONSE])) as models:
        assert [rows(models, rule)[0]["remitted_at"] for rule in (PHQ9_LT5, PHQ9_LE5, PHQ9_LT5)] == [1, 2, 1]


def test_who_got_worse_is_counted(tmp_path: Path) -> None:
    """A score above the baseline is worse, the same one is not; and a remission is none, however it got there."""
    with clinic(tmp_path, treated([21]), treated([20]), treated([4], baseline=3)) as models:
        (row,) = rows(models)
    assert picked(row, "assessed", "worsened_at", "worse_pct", "worse_interval") == (3, 1, 33.3, "wilson_95")


def test_exactly_half_is_a_response(tmp_path: Path) -> None:
    """From 20 to 10 is a response, from 20 to 11 is none."""
    with clinic(tmp_path, treated([10]), treated([11])) as models:
        assert picked(rows(models)[0], "responded_at", "assessed") == (1, 2)


def test_remission_is_no_response(tmp_path: Path) -> None:
    """From 6 to 4 is a remission and a fall of a third: both flags stand for themselves."""
    with clinic(tmp_path, treated([4], baseline=6)) as models:
        assert picked(rows(models)[0], "responded_at", "remitted_at") == (0, 1)


def test_denominators_go_by_their_names(tmp_path: Path) -> None:
    """213 started, 200 reached the second infusion, 190 were assessed at the first."""
    logs = [treated([RESPONSE, NO_RESPONSE])] * 51 + [treated([NO_RESPONSE, None])] * 139
    logs += [treated([None, None])] * 10 + [treated([None])] * 13
    with clinic(tmp_path, *logs) as models:
        first, second = rows(models)
    assert picked(first, "started", "reached", "assessed", "responded_at") == (213, 213, 190, 51)
    assert picked(first, "response_pct", "response_low", "response_high") == (26.8, 21.0, 33.6)
    assert picked(second, "started", "reached", "assessed", "responded_at") == (213, 200, 51, 0)


def test_ever_goes_on_after_the_last_infusion(tmp_path: Path) -> None:
    """Whoever responded once has responded ever after, also without further infusions or scores."""
    with clinic(tmp_path, treated([RESPONSE, NO_RESPONSE, None]), treated([RESPONSE]), treated([None] * 3)) as models:
        found = [picked(row, "assessed", "responded_at", "responded_ever", "assessed_ever") for row in rows(models)]
    assert found == [(2, 2, 2, 2), (1, 0, 2, 2), (0, 0, 2, 2)]


def test_zero_has_the_exact_bound(tmp_path: Path) -> None:
    """Where nobody responded the bound is the exact one-sided one, and labelled so."""
    with clinic(tmp_path, *[treated([NO_RESPONSE])] * 30) as models:
        row = rows(models)[0]
    assert picked(row, "response_pct", "response_low", "response_high", "interval") == (
        0.0,
        0.0,
        9.5,
        "exact_one_sided_95",
    )


@pytest.mark.parametrize(
    "after,assessed",
    [
        (timedelta(minutes=39), 0),  # while it runs
        (timedelta(minutes=41), 1),
        (14 * DAY + timedelta(minutes=40), 1),  # the last day that the rule allows
        (15 * DAY, 0),
    ],
)
def test_a_score_counts_in_its_window(tmp_path: Path, after: timedelta, assessed: int) -> None:
    """The score at the last infusion is one after its end, at most the rule's days after."""
    with clinic(tmp_path, treated([RESPONSE], after=after)) as models:
        assert rows(models)[0]["assessed"] == assessed


def test_a_score_before_the_next_start_is_the_last_ones(tmp_path: Path) -> None:
    """The last score before the next infusion counts for the one before it."""
    late = [answered(FIRST - DAY, BASELINE), *infusion(1, FIRST), *infusion(2, FIRST + 2 * DAY)]
    both = [answered(FIRST + DAY, NO_RESPONSE), answered(FIRST + 47 * 60 * MINUTE, RESPONSE)]
    with clinic(tmp_path, told(*sorted([*late, *both], key=lambda it: it[0]))) as models:
        assert [picked(row, "assessed", "responded_at") for row in rows(models)] == [(1, 1), (0, 0)]


@pytest.mark.parametrize("baseline,days,assessed", [(None, 1, 0), (BASELINE, 14, 1), (BASELINE, 15, 0), (0, 1, 0)])
def test_no_baseline_no_comparison(tmp_path: Path, baseline: int | None, days: int, assessed: int) -> None:
    """Without a baseline in the rule's window, or with one of zero, nobody is assessed; they started all the same."""
    before = [] if baseline is None else [answered(FIRST - days * DAY, baseline)]
    with clinic(tmp_path, told(*before, *infusion(1, FIRST), answered(FIRST + DAY, RESPONSE))) as models:
        assert picked(rows(models)[0], "started", "reached", "assessed") == (1, 1, assessed)


def test_what_does_not_count_is_no_infusion(tmp_path: Path) -> None:
    """An aborted start that does not count is a start, and the next infusion is the first."""
    stopped: list[tuple[datetime, Event]] = [
        (FIRST - 10 * MINUTE, check_in(1)),
        (FIRST, start(1)),
        (FIRST + 10 * MINUTE, abortion(1, ml_infused=Decimal(5), counts=False)),
    ]
    only = told(answered(FIRST - DAY, BASELINE), *stopped)
    then = told(answered(FIRST - DAY, BASELINE), *stopped, *infusion(2, FIRST + DAY), answered(FIRST + 2 * DAY, 9))
    with clinic(tmp_path, only, then) as models:
        assert [picked(row, "started", "reached", "responded_at") for row in rows(models)] == [(2, 1, 1)]


def test_by_endpoint(tmp_path: Path) -> None:
    """At the endpoint, 14 to 31 days after the last infusion: whoever has no score then is not assessed."""
    within, early = treated([RESPONSE], after=20 * DAY), treated([RESPONSE], after=13 * DAY)
    with clinic(tmp_path, within, early, treated([None, None])) as models:
        (row,) = rows(models, by="endpoint")
    assert picked(row, "infusion", "started", "reached", "assessed", "responded_at") == (None, 3, 3, 1, 1)


def test_nobody_has_no_rows(tmp_path: Path) -> None:
    """A clinic without infusions has no rows, and at the endpoint no rate."""
    with clinic(tmp_path, told()) as models:
        assert rows(models) == []
        assert picked(rows(models, by="endpoint")[0], "started", "response_pct", "interval") == (0, None, None)


def test_another_grouping_is_refused(tmp_path: Path) -> None:
    """What it can't be asked by is said."""
    with clinic(tmp_path, told()) as models, pytest.raises(ValueError, match="by is one of infusion, endpoint"):
        outcome.responses(models, PHQ9_LT5, "chair")


def nausea(name: str, session: int | None, **changes: Any) -> tuple[datetime, Event]:
    """A side effect in a session, or outside all."""
    event = AdverseEventReported(
        ae_id=named(name),
        session_id=None if session is None else named(f"session {session}"),
        term=AdverseEventTerm.NAUSEA,
        grade=1,
        onset_at=FIRST + 10 * MINUTE,
        serious=False,
        seriousness_code=Seriousness.NON_SERIOUS,
        expected=True,
        relatedness=Relatedness.PROBABLE,
        action=AdverseEventAction.NONE,
    )
    return FIRST + 20 * DAY, replace(event, **changes)


def of(rates: Sequence[Mapping[str, Any]], name: str) -> tuple[Any, ...]:
    """Return count, denominator and percent of a side effect."""
    row = next(row for row in rates if row["side_effect"] == name)
    return picked(row, "count", "n", "pct")


def test_side_effects_per_infusion_and_per_patient(tmp_path: Path) -> None:
    """Twice in one infusion counts once; per patient also what happened outside a session."""
    base = [*infusion(1, FIRST), *infusion(2, FIRST + 2 * DAY)]
    twice = told(*base, nausea("a", 1), nausea("b", 1), nausea("c", 2, term=AdverseEventTerm.DIZZINESS, grade=3))
    outside = told(*base, nausea("d", None))
    with clinic(tmp_path, twice, outside, told(*base), told(nausea("e", None))) as models:
        answer = outcome.side_effects(models)
    assert (answer["infusions"], answer["patients"]) == (6, 3)
    per_infusion, per_patient = answer["per_infusion"], answer["per_patient"]
    assert [of(per_infusion, name) for name in ("any", "nausea", "severe")] == [
        (2, 6, 33.3),
        (1, 6, 16.7),
        (1, 6, 16.7),
    ]
    assert [of(per_patient, name) for name in ("any", "nausea", "severe")] == [(2, 3, 66.7), (2, 3, 66.7), (1, 3, 33.3)]
    assert of(per_infusion, "seizure") == (0, 6, 0.0)
    bounds = {row["side_effect"]: row["interval"] for row in per_infusion}
    assert (bounds["seizure"], bounds["nausea"]) == ("exact_one_sided_95", "wilson_95")


def test_side_effects_among_the_observed(tmp_path: Path) -> None:
    """Only who was looked at afterwards can be said to have felt nothing: they are a denominator of their own."""
    judged = discharged().log[-2].event
    assert isinstance(judged, DischargeReadinessAssessed)
    base = [*infusion(1, FIRST), (FIRST + 105 * MINUTE, judged)]
    logs = [
        told(*base, nausea("a", 1)),
        told(*base),
        told(*infusion(1, FIRST), nausea("b", 1)),
        told(*infusion(1, FIRST)),
    ]
    with clinic(tmp_path, *logs) as models:
        answer = outcome.side_effects(models)
    assert (answer["patients"], answer["observed_patients"]) == (4, 2)
    assert of(answer["per_patient"], "nausea") == (2, 4, 50.0)
    assert of(answer["per_observed_patient"], "nausea") == (1, 2, 50.0)
    assert {row["denominator"] for row in answer["per_observed_patient"]} == {"observed_patients"}


def test_one_patient_in_two_journeys_counts_once(tmp_path: Path) -> None:
    """Per patient means per patient: a second journey of the same one adds infusions, no patient."""
    log = told(*infusion(1, FIRST), nausea("a", 1))
    again = [replace(it, journey_id=named("another journey")) for it in log]
    kept = Kept(log, again)
    with opened(f"sqlite:///{tmp_path / 'models.db'}", kept, [outcome.PROJECTION]) as models:
        follow(models, kept)
        answer = outcome.side_effects(models)
    assert (of(answer["per_infusion"], "nausea"), of(answer["per_patient"], "nausea")) == ((2, 2, 100.0), (1, 1, 100.0))


def test_side_effects_by_infusion(tmp_path: Path) -> None:
    """Each infusion is told with how many had it as their first, their second; what does not count is in none."""
    twice = [*infusion(1, FIRST), *infusion(2, FIRST + 2 * DAY)]
    once = told(*infusion(1, FIRST), nausea("one", 1), nausea("worse", 1, grade=3))
    both = told(*twice, nausea("two", 2, onset_at=FIRST + 2 * DAY), nausea("at home", None))
    stopped = (FIRST + 10 * MINUTE, abortion(1, ml_infused=Decimal(5), counts=False))
    none = told(*infusion(1, FIRST)[:2], stopped, nausea("stopped", 1))
    with clinic(tmp_path, once, both, none) as models:
        found = outcome.side_effects(models)["by_infusion"]
    told_of = [picked(row, "infusion", "side_effect", "count", "n", "pct") for row in found]
    assert [it for it in told_of if it[1] in {"nausea", "severe"}] == [
        (1, "severe", 1, 2, 50.0),
        (1, "nausea", 1, 2, 50.0),
        (2, "severe", 0, 1, 0.0),
        (2, "nausea", 1, 1, 100.0),
    ]
    assert {row["denominator"] for row in found} == {"infusions"}
    assert "vomiting" not in {row["side_effect"] for row in found}
