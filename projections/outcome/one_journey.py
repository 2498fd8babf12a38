"""How did one journey go: its scores over time, baseline and endpoint under a rule, its reviews?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any
from uuid import UUID

from journey.response import RULES, Comparison, ResponseRule, compare
from projections.database import ReadModels
from projections.outcome.patients import Patient, Point, read_patients
from projections.outcome.trajectories import course
from projections.plain import decimal, moment


def journey(
    models: ReadModels,
    journey_id: UUID,
    rules: Mapping[str, ResponseRule] = RULES,
    rule: str | None = None,
    zone: tzinfo = UTC,
) -> dict[str, Any] | None:
    """A journey's outcome under a rule by its id, or that of its plan, or else the first of them.

    The rule's days are those of the zone. None of a journey that is not known here.
    """
    key = str(journey_id)
    with models.database.reading() as session:
        about = models.rows_in(session, "outcome", "journeys", "t.journey_id = ?", key)
        if not about:
            return None
        chosen = rules[rule] if rule else rules.get(about[0]["rule_id"] or "", next(iter(rules.values())))
        tables = {
            name: models.rows_in(session, "outcome", name, "t.journey_id = ?", key, order=order)
            for name, order in (
                ("scores", "t.at, t.key"),
                ("infusions", "t.started_at, t.key"),
                ("responses", "t.at, t.key"),
                ("relapses", "t.at, t.key"),
                ("side_effects", "t.onset_at, t.key"),
                ("medications", "t.at, t.key"),
                ("pressures", "t.at, t.key"),
            )
        }
        patient = read_patients(models, session, chosen, zone, key)[key]
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").of(key)
    return {
        "journey_id": key,
        "position": position,
        "version": about[0]["version"],
        "rule": chosen.id,
        **_compared(patient, chosen),
        "trajectory": [
            {"infusion": number, **_told(point)} for number, point in course(patient, chosen, "infusion").items()
        ],
        **{name: [_own(row) for row in rows] for name, rows in tables.items()},
        **stale,
    }


def _own(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what the whole answer says already."""
    return {name: value for name, value in row.items() if name not in {"journey_id", "position", "version"}}


def _compared(patient: Patient, rule: ResponseRule) -> dict[str, Any]:
    """Baseline and endpoint under the rule, and what they say; None where there is none."""
    before = patient.baseline(rule)
    after, window_ok = patient.endpoint(rule)
    said = None if before is None or after is None else compare(before.score, after.score, rule)
    return {
        "baseline": _point(before),
        "endpoint": None if after is None else {"window_ok": window_ok} | _told(after),
        "result": _said(said),
    }


def _point(point: Point | None) -> dict[str, Any] | None:
    return None if point is None else _told(point)


def _told(point: Point) -> dict[str, Any]:
    return {"at": moment(point.at), "score": decimal(point.score)}


def _said(said: Comparison | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {
        "pct_change": decimal(said.pct_change),
        "response": said.response,
        "remission": said.remission,
        "outcome_class": said.outcome_class.value,
    }
