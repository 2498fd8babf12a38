"""What do questions under a rule see of a journey? No database: its rows, as they would be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from journey.response import PHQ9_LT5, ResponseRule
from projections.outcome import PROJECTION
from projections.outcome.patients import SCORES, STARTS, Patient, assembled
from tests.given import Given
from tests.projections.folded import Log, rows_of


def patients_of(states: Iterable[Given | Log], rule: ResponseRule = PHQ9_LT5) -> dict[str, Patient]:
    """Return every journey with its infusions, and the scores of the rule's instrument."""
    starts: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for state in states:
        rows = rows_of(PROJECTION, state)
        log = state.log if isinstance(state, Given) else state
        key = str(log[0].journey_id)
        asked = (row for row in rows["scores"].values() if row["evaluable"])
        starts += [{"journey_id": key, **row} for row in rows["infusions"].values()]
        scores += [{"journey_id": key, **row} for row in asked if row["instrument"] == rule.instrument.value]
    starts.sort(key=lambda row: row["started_at"])
    scores.sort(key=lambda row: (row["at"], row["entered_no"]))
    return dict(
        assembled(
            [tuple(row[name] for name in STARTS) for row in starts],
            [tuple(row[name] for name in SCORES) for row in scores],
        )
    )


def patient_of(state: Given, rule: ResponseRule = PHQ9_LT5) -> Patient:
    """Return the one journey of a state."""
    [patient] = patients_of([state], rule).values()
    return patient
