"""Which series are not given to their end, and what of each is given, booked, and still to book?

`planned` is the denominator: the infusions of the plan in force, or of the reinduction that goes on. Its parts are
`given`, `arrived`, `booked` and `to_book`. A journey that ended, was switched to another treatment, or is in
maintenance has no open series.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from projections.database import ReadModels
from projections.schedule.slots import INDUCTION, REINDUCTION, STATES

UNFILLED, GIVEN = STATES[:-1], STATES[-1]
GOES_ON = (
    "t.plan_id IS NOT NULL AND t.closed_at IS NULL AND t.died_at IS NULL AND t.switched_at IS NULL "
    "AND t.maintenance_id IS NULL"
)


def open_series(models: ReadModels) -> dict[str, Any]:
    """Every open series: first those with something to book, and of these the ones that have no appointment."""
    with models.database.reading() as session:
        journeys = models.rows_in(session, "schedule", "journeys", GOES_ON)
        slots = models.rows_in(session, "schedule", "slots", "t.state <> ?", GIVEN)
        position = models.position_in(session, "schedule")
        stale = models.stale_in(session, "schedule").any()
    return {"position": position, "rows": told(journeys, slots)} | stale


def told(journeys: Iterable[Mapping[str, Any]], unfilled: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same of rows of journeys that go on, and of slots that are not given."""
    of_series: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for slot in unfilled:
        of_series.setdefault((slot["journey_id"], slot["part"]), []).append(slot)
    parts = ((journey, INDUCTION if journey["reinduced_at"] is None else REINDUCTION) for journey in journeys)
    found = ((journey, part, of_series.get((journey["journey_id"], part), [])) for journey, part in parts)
    return sorted(
        (_told(journey, part, slots) for journey, part, slots in found if slots),
        key=lambda row: (row["to_book"] == 0, row["next_at"] or "", row["journey_id"]),
    )


def _told(journey: Mapping[str, Any], part: str, slots: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    planned = journey["infusions_planned"] if part == INDUCTION else journey["reinduction_infusions"]
    starts = sorted(it["starts_at"] for it in slots if it["state"] == "booked")
    return {
        "journey_id": journey["journey_id"],
        "patient_id": journey["patient_id"],
        "part": part,
        "planned": planned,
        GIVEN: planned - len(slots),
        **{state: sum(it["state"] == state for it in slots) for state in reversed(UNFILLED)},
        "next_at": starts[0] if starts else None,
        "last_at": starts[-1] if starts else None,
        "paused_at": journey["paused_at"],
        "pause_reason": journey["pause_reason"],
    }
