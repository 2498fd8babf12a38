"""What do questions under a response rule need of each journey: its infusions in order, and its scores?

The rule's own functions decide, the same that assess a single patient: a rate and a review can't drift apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from journey.response import Comparison, ResponseRule, at_infusion, baseline, compare, endpoint
from projections.connection import Session
from projections.database import ReadModels
from projections.outcome.infusions import INDUCTION
from projections.plain import parsed


@dataclass(frozen=True, slots=True)
class Point:
    """A complete score in time."""

    at: datetime
    score: Decimal


@dataclass(frozen=True, slots=True)
class Given:
    """An infusion that counts."""

    started: datetime
    ended: datetime
    part: str


@dataclass(slots=True)
class Patient:
    """One journey: its first start of the pump with that dose by weight, its infusions in order, its scores.

    The days of a rule are those of the clinic's zone.
    """

    started_at: datetime | None = None
    dose_mg_per_kg: Decimal | None = None
    infusions: list[Given] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    zone: tzinfo = UTC

    @property
    def started(self) -> bool:
        """Whether the pump was started at least once."""
        return self.started_at is not None

    def baseline(self, rule: ResponseRule) -> Point | None:
        """The score before the first infusion."""
        return baseline(self.points, self.infusions[0].started, rule, self.zone) if self.infusions else None

    def points_at(self, rule: ResponseRule) -> list[Point | None]:
        """For each infusion the score at it; None where there is none."""
        following = [it.started for it in self.infusions[1:]]
        return [
            at_infusion(self.points, given.ended, after, rule, self.zone)
            for given, after in zip_longest(self.infusions, following)
        ]

    def at_infusions(self, rule: ResponseRule) -> list[Comparison | None]:
        """For each infusion what its score says against the baseline; None where it can't be said."""
        before = self.baseline(rule)
        if before is None:
            return [None] * len(self.infusions)
        return [None if point is None else compare(before.score, point.score, rule) for point in self.points_at(rule)]

    def after_start(self, rule: ResponseRule) -> list[tuple[Point, Comparison]]:
        """Every score after the first infusion, with what it says; none where nothing can be said."""
        before = self.baseline(rule)
        if before is None:
            return []
        later = (point for point in self.points if point.at > self.infusions[0].ended)
        said = ((point, compare(before.score, point.score, rule)) for point in later)
        return [(point, now) for point, now in said if now is not None]

    def at_endpoint(self, rule: ResponseRule) -> Comparison | None:
        """What the endpoint after the last infusion of the induction says; None where none lies in the window."""
        before = self.baseline(rule)
        point, in_window = self.endpoint(rule)
        if before is None or point is None or not in_window:
            return None
        return compare(before.score, point.score, rule)

    def endpoint(self, rule: ResponseRule) -> tuple[Point | None, bool]:
        """The endpoint of the induction, and whether it lies in the rule's window."""
        induction = self.induction
        if not induction:
            return None, False
        counted_from = rule.counted_from(induction[0].started, induction[-1].ended)
        return endpoint(self.points, counted_from, rule, self.zone)

    @property
    def induction(self) -> list[Given]:
        """The infusions of the induction."""
        return [it for it in self.infusions if it.part == INDUCTION]


STARTS = ("journey_id", "started_at", "ended_at", "part", "infusion", "dose_mg_per_kg")
SCORES = ("journey_id", "at", "score")
"""What is read of the rows of infusions, and of scores."""


def read_patients(
    models: ReadModels, session: Session, rule: ResponseRule, zone: tzinfo, journey_id: str | None = None
) -> Mapping[str, Patient]:
    """Every journey, or one, with its infusions and the scores of the rule's instrument."""
    one, params = ("", ()) if journey_id is None else (" AND t.journey_id = ?", (journey_id,))
    starts = models.columns_in(session, "outcome", "infusions", STARTS, f"1 = 1{one}", *params, order="t.started_at")
    where = f"t.instrument = ? AND t.evaluable = 1{one}"
    asked = (rule.instrument.value, *params)
    scores = models.columns_in(session, "outcome", "scores", SCORES, where, *asked, order="t.at, t.entered_no")
    return assembled(starts, scores, zone)


def assembled(
    starts: Iterable[Sequence[Any]], scores: Iterable[Sequence[Any]], zone: tzinfo = UTC
) -> Mapping[str, Patient]:
    """Journeys of their rows; starts and scores come in the order of their times."""
    patients: dict[str, Patient] = defaultdict(lambda: Patient(zone=zone))
    numbered: dict[str, dict[int, Given]] = defaultdict(dict)
    for journey, started_at, ended_at, part, number, dose in starts:
        patient = patients[journey]
        if patient.started_at is None:
            patient.started_at, patient.dose_mg_per_kg = parsed(started_at), Decimal(dose)
        if number is not None:
            numbered[journey][number] = Given(parsed(started_at), parsed(ended_at), part)
    for journey, given in numbered.items():
        patients[journey].infusions = [given[number] for number in sorted(given)]
    for journey, at, score in scores:
        patients[journey].points.append(Point(parsed(at), Decimal(score)))
    return patients
