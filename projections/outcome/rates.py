"""How many responded, infusion by infusion, under any rule? Asked of rows; no history is touched.

The rule's own functions decide, the same that assess a single patient: a rate and a review can't drift apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from journey.response import Comparison, ResponseRule, at_infusion, baseline, compare, endpoint
from journey.values import OutcomeClass
from projections.connection import Session
from projections.database import ReadModels
from projections.outcome.infusions import INDUCTION
from projections.outcome.statistics import rate
from projections.plain import parsed

BY = ("infusion", "endpoint")

DEFINITIONS = {
    "infusion": "the k-th start of the pump that counts: completed, or aborted with `counts`",
    "started": "journeys in which the pump was started at least once",
    "reached": "journeys with an infusion k",
    "assessed": "of those, the ones with a baseline under the rule and a score after infusion k and before the next",
    "responded_at": "of those assessed at k, the ones whose score is then a response",
    "responded_ever": "journeys that responded at k or at an earlier infusion",
    "assessed_ever": "journeys assessed at k or at an earlier infusion",
    "worsened_at": "of those assessed, the ones whose score has risen, by what the rule asks, and is no remission",
    "response_pct": "responded_at of assessed",
    "response_ever_pct": "responded_ever of assessed_ever",
    "interval": "Wilson, 95 %; where nothing happened the exact one-sided 95 % bound",
}


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
    """What the rates need of one journey: whether it started, its infusions in order, its scores."""

    started: bool = False
    infusions: list[Given] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    def baseline(self, rule: ResponseRule) -> Point | None:
        """The score before the first infusion."""
        return baseline(self.points, self.infusions[0].started, rule) if self.infusions else None

    def at_infusions(self, rule: ResponseRule) -> list[Comparison | None]:
        """For each infusion what its score says against the baseline; None where it can't be said."""
        before = self.baseline(rule)
        if before is None:
            return [None] * len(self.infusions)
        following: list[datetime | None] = [it.started for it in self.infusions[1:]]
        points = (
            at_infusion(self.points, given.ended, after, rule)
            for given, after in zip(self.infusions, [*following, None], strict=True)
        )
        return [None if point is None else compare(before.score, point.score, rule) for point in points]

    def at_endpoint(self, rule: ResponseRule) -> Comparison | None:
        """What the endpoint after the last infusion of the induction says; None where none lies in the window."""
        before = self.baseline(rule)
        point, in_window = self.endpoint(rule)
        if before is None or point is None or not in_window:
            return None
        return compare(before.score, point.score, rule)

    def endpoint(self, rule: ResponseRule) -> tuple[Point | None, bool]:
        """The endpoint of the induction, and whether it lies in the rule's window."""
        induction = [it for it in self.infusions if it.part == INDUCTION]
        if not induction:
            return None, False
        return endpoint(self.points, rule.counted_from(induction[0].started, induction[-1].ended), rule)


def responses(models: ReadModels, rule: ResponseRule, by: str = "infusion") -> dict[str, Any]:
    """Response and remission by infusion number, or `by="endpoint"` of the induction, under a rule.

    Raises ValueError for another `by`.
    """
    if by not in BY:
        message = f"by is one of {', '.join(BY)}"
        raise ValueError(message)
    with models.database.reading() as session:
        patients = list(read_patients(models, session, rule).values())
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    rows = by_infusion(patients, rule) if by == "infusion" else [_at_endpoint(patients, rule)]
    named = {"rule": rule.id, "rule_digest": rule.digest, "by": by}
    return {**named, "position": position, "rows": rows, "definitions": DEFINITIONS, **stale}


def read_patients(
    models: ReadModels, session: Session, rule: ResponseRule, journey_id: str | None = None
) -> dict[str, Patient]:
    """Every journey, or one, with its infusions and the scores of the rule's instrument."""
    patients: dict[str, Patient] = defaultdict(Patient)
    one, params = ("", ()) if journey_id is None else (" AND t.journey_id = ?", (journey_id,))
    starts = ("journey_id", "started_at", "ended_at", "part", "counts")
    found = models.columns_in(session, "outcome", "infusions", starts, f"1 = 1{one}", *params, order="t.started_at")
    for journey, started_at, ended_at, part, counts in found:
        patients[journey].started = True
        if counts:
            patients[journey].infusions.append(Given(parsed(started_at), parsed(ended_at), part))
    where = f"t.instrument = ? AND t.evaluable = 1{one}"
    points = ("journey_id", "at", "score")
    for journey, at, score in models.columns_in(
        session, "outcome", "scores", points, where, rule.instrument.value, *params, order="t.at"
    ):
        patients[journey].points.append(Point(parsed(at), Decimal(score)))
    return patients


@dataclass(slots=True)
class _Tally:
    """The counts at one infusion."""

    reached: int = 0
    assessed: int = 0
    responded: int = 0
    remitted: int = 0
    worsened: int = 0
    assessed_ever: int = 0
    responded_ever: int = 0
    remitted_ever: int = 0


def by_infusion(patients: Sequence[Patient], rule: ResponseRule) -> list[dict[str, Any]]:
    """A row for every infusion number that was reached."""
    most = max((len(patient.infusions) for patient in patients), default=0)
    tallies = [_Tally() for _ in range(most)]
    for patient in patients:
        _count(patient.at_infusions(rule), tallies)
    started = sum(patient.started for patient in patients)
    return [_row(tally, started) | {"infusion": number} for number, tally in enumerate(tallies, start=1)]


def _count(said: Sequence[Comparison | None], tallies: Sequence[_Tally]) -> None:
    """Count one journey at every infusion; what it ever did it goes on having done, also after its last infusion."""
    assessed = responded = remitted = False
    for index, tally in enumerate(tallies):
        now = said[index] if index < len(said) else None
        tally.reached += index < len(said)
        if now is not None:
            tally.assessed += 1
            tally.responded += now.response
            tally.remitted += now.remission
            tally.worsened += now.outcome_class is OutcomeClass.DETERIORATED
            assessed, responded, remitted = True, responded or now.response, remitted or now.remission
        tally.assessed_ever += assessed
        tally.responded_ever += responded
        tally.remitted_ever += remitted


def _at_endpoint(patients: Iterable[Patient], rule: ResponseRule) -> dict[str, Any]:
    tally, started = _Tally(), 0
    for patient in patients:
        started += patient.started
        _count([patient.at_endpoint(rule)] if patient.infusions else [], [tally])
    return _row(tally, started) | {"infusion": None}


def _row(tally: _Tally, started: int) -> dict[str, Any]:
    worse = rate(tally.worsened, tally.assessed)
    return {
        "infusion": None,
        "started": started,
        "reached": tally.reached,
        "assessed": tally.assessed,
        "assessed_ever": tally.assessed_ever,
        **_rates("responded", "response", tally.responded, tally.responded_ever, tally),
        **_rates("remitted", "remission", tally.remitted, tally.remitted_ever, tally),
        "worsened_at": tally.worsened,
        "worse_pct": worse.pct,
        "worse_low": worse.low,
        "worse_high": worse.high,
        "worse_interval": worse.interval,
    }


def _rates(did: str, noun: str, at: int, ever: int, tally: _Tally) -> Mapping[str, Any]:
    now, by_now = rate(at, tally.assessed), rate(ever, tally.assessed_ever)
    label = "interval" if noun == "response" else f"{noun}_interval"
    return {
        f"{did}_at": at,
        f"{did}_ever": ever,
        f"{noun}_pct": now.pct,
        f"{noun}_low": now.low,
        f"{noun}_high": now.high,
        label: now.interval,
        f"{noun}_ever_pct": by_now.pct,
        f"{noun}_ever_low": by_now.low,
        f"{noun}_ever_high": by_now.high,
        f"{noun}_ever_interval": by_now.interval,
    }
