"""How did the scores go: of each journey, and of all together as mean, median and quartiles?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from journey.response import ResponseRule, days_between
from projections.database import ReadModels
from projections.outcome.groups import Group, Scope, groups, one_of
from projections.outcome.patients import Patient, Point
from projections.outcome.spread import mean, spread
from projections.plain import decimal, moment

BY = ("infusion", "day")

DEFINITIONS = {
    "infusion": "0 is the baseline; at k the last score after infusion k's end and before the next one's start, within "
    "the rule's days",
    "day": "from the first infusion, by the clinic's calendar, the baseline's negative; of one day the last score",
    "started": "journeys in which the pump was started at least once",
    "reached": "journeys with an infusion k",
    "n": "journeys with a score there",
    "quartiles": "q1 and q3: between two values in proportion (R's type 7)",
    "mean": "with the standard deviation of a sample (sd); its interval is normal, 95 %",
    "interval": "of the median, 95 %: the values whose ranks the sign test does not exclude; none of fewer than six",
}


def trajectories(models: ReadModels, scope: Scope, by: str = "infusion") -> dict[str, Any]:
    """Mean, median and quartiles of the scores at each infusion, or on each day. Raises ValueError for another `by`."""
    return _answer(models, scope, by, _spreads)


def courses(models: ReadModels, scope: Scope, by: str = "infusion") -> dict[str, Any]:
    """The scores of each journey at each infusion, or on each day. Raises ValueError for another `by`."""
    return _answer(models, scope, by, _points)


def _answer(models: ReadModels, scope: Scope, by: str, rows: Any) -> dict[str, Any]:
    one_of("by", by, BY)
    with models.database.reading() as session:
        told = [row for group in groups(models, session, scope) for row in rows(group, by)]
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    said = scope.named | {"instrument": scope.rule.instrument.value, "by": by, "position": position, "rows": told}
    return said | {"definitions": DEFINITIONS | scope.definitions, **stale}


def course(patient: Patient, rule: ResponseRule, by: str) -> Mapping[int, Point]:
    """The scores of one journey by infusion or day; none without a first infusion."""
    if not patient.infusions:
        return {}
    before, first = patient.baseline(rule), patient.infusions[0]
    if by == "infusion":
        return {k: point for k, point in enumerate([before, *patient.points_at(rule)]) if point is not None}
    later = [point for point in patient.points if point.at > first.ended]
    points = ([] if before is None else [before]) + later
    return {days_between(first.started, point.at, patient.zone): point for point in points}


def _spreads(group: Group, by: str) -> list[dict[str, Any]]:
    patients = list(group.patients.values())
    values: dict[int, list[float]] = defaultdict(list)
    for patient in patients:
        for place, point in course(patient, group.rule, by).items():
            values[place].append(float(point.score))
    rows = []
    for place in sorted(values):
        told = spread(values[place])
        head: dict[str, Any] = {"group": group.name, by: place, "started": len(patients)}
        if by == "infusion":
            head["reached"] = sum(len(patient.infusions) >= place for patient in patients)
        rows.append(head | {"n": told.n} | mean(values[place]).row() | told.row())
    return rows


def _points(group: Group, by: str) -> list[dict[str, Any]]:
    return [
        {"group": group.name, "journey_id": key, by: place, "at": moment(point.at), "score": decimal(point.score)}
        for key, patient in sorted(group.patients.items())
        for place, point in sorted(course(patient, group.rule, by).items())
    ]
