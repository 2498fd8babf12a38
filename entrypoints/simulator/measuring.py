"""What do the simulated patients of a study come to, counted by the functions that answer for real ones?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from statistics import fmean

from entrypoints.simulator.fortunes import EARLY, FELT, Fortune, Reaction, drawn, reactions
from entrypoints.simulator.profiles import Profile
from journey.response import Anchor, Comparison
from journey.values import OutcomeClass
from projections.outcome.infusions import INDUCTION
from projections.outcome.patients import Given, Patient, Point
from projections.outcome.rates import by_infusion

FIRST = datetime(2025, 3, 3, 17, tzinfo=UTC)
"""Of everybody the first infusion: a rule counts days, and no study has dates."""

LASTS = timedelta(minutes=40)
DAY = timedelta(days=1)
TAKEN_BEFORE_D = 5
WEEKS = (4, 8)


@dataclass(frozen=True, slots=True)
class Life:
    """A patient's fortune, and what each infusion did besides."""

    fortune: Fortune
    reactions: tuple[Reaction, ...]


def measured(profile: Profile, patients: int, seed: int) -> Mapping[str, float]:
    """Every measure of so many patients of a study, by its name; shares in percent."""
    lives = []
    for number in range(patients):
        chance = Random(f"{profile.study} {seed} {number}")  # noqa: S311 - seeded chance is what a simulation wants
        lives.append(Life(drawn(profile, chance), tuple(reactions(profile, chance))))
    scores = _by_infusion if profile.measured_d is None else _at_endpoint
    told = scores(profile, lives) if profile.tells_scores else ()
    return dict([*told, *_of_patients(lives), *_of_infusions(lives)])


def _by_infusion(profile: Profile, lives: Sequence[Life]) -> Iterator[tuple[str, float]]:
    for number, tally in by_infusion([_patient(profile, life.fortune) for life in lives], profile.rule):
        after = f"after infusion {number}"
        yield f"scored {after}", _pct(tally.assessed, tally.reached)
        yield f"response {after}", _pct(tally.responded, tally.assessed)
        yield f"remission {after}", _pct(tally.remitted, tally.assessed)


def _at_endpoint(profile: Profile, lives: Sequence[Life]) -> Iterator[tuple[str, float]]:
    said = [(life, _patient(profile, life.fortune).at_endpoint(profile.rule)) for life in lives]
    scored: list[tuple[Life, Comparison]] = [(life, it) for life, it in said if it is not None]
    yield "response at the endpoint", _pct(sum(it.response for _, it in scored), len(scored))
    yield "remission at the endpoint", _pct(sum(it.remission for _, it in scored), len(scored))
    worse = sum(it.outcome_class is OutcomeClass.DETERIORATED for _, it in scored)
    yield "worse at the endpoint", _pct(worse, len(scored))
    lasts = [life.fortune.sustained_weeks for life, it in scored if it.response]
    for weeks in WEEKS:  # nobody is lost before, so that the share is what Kaplan and Meier would say
        yield f"response sustained for {weeks} weeks", _pct(sum(it > weeks for it in lasts), len(lasts))


def _of_patients(lives: Sequence[Life]) -> Iterator[tuple[str, float]]:
    observed = [life for life in lives if life.fortune.observed]
    yield "observed of patients", _pct(len(observed), len(lives))
    risen = sum(any(it.hypertension for it in life.reactions) for life in lives)
    yield "hypertension of patients", _pct(risen, len(lives))
    for term in FELT:
        felt = sum(any(term in it.felt for it in life.reactions) for life in observed)
        yield f"{term} of observed patients", _pct(felt, len(observed))


def _of_infusions(lives: Sequence[Life]) -> Iterator[tuple[str, float]]:
    every = [it for life in lives for it in life.reactions]
    severe = sum(it.severe for it in every)
    yield "severe of infusions", _pct(severe, len(every))
    early = sum(it.severe for life in lives for it in life.reactions[:EARLY])
    yield "first three of the severe", _pct(early, severe)
    yield "transfer of infusions", _pct(sum(it.transferred for it in every), len(every))
    yield "mean rise, systolic", fmean(it.sbp_rise_mmhg for it in every)
    yield "mean rise, diastolic", fmean(it.dbp_rise_mmhg for it in every)


def _patient(profile: Profile, fortune: Fortune) -> Patient:
    """The patient as the read model knows one: infusions that count, and scores in time."""
    starts = [FIRST + day * DAY for day in profile.days]
    points = [Point(FIRST - TAKEN_BEFORE_D * DAY, Decimal(fortune.baseline))]
    if fortune.scored and profile.measured_d is None:
        scores = ((start + DAY, fortune.score_after(number)) for number, start in enumerate(starts, start=1))
        points += [Point(at, Decimal(score)) for at, score in scores]
    elif fortune.scored and profile.measured_d is not None:
        counted_from = starts[0] if profile.rule.endpoint_from is Anchor.FIRST else starts[-1] + LASTS
        points.append(Point(counted_from + profile.measured_d * DAY, Decimal(fortune.last)))
    infusions = [Given(start, start + LASTS, INDUCTION) for start in starts]
    return Patient(started_at=starts[0], infusions=infusions, points=points)


def _pct(count: int, n: int) -> float:
    return 100 * count / n if n else 0.0
