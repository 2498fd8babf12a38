"""What happens today, what is due, and how does each series go?"""

from __future__ import annotations

from functools import partial

from projections.projection import Projection, Rows
from projections.schedule import agenda, board, slots
from projections.schedule.agenda import due
from projections.schedule.analysis import VIEWS
from projections.schedule.board import day
from projections.schedule.document import Schedule, after_correction, evolve
from projections.schedule.kinds import KINDS
from projections.schedule.load import staff
from projections.schedule.maintenance import maintenance
from projections.schedule.open_series import open_series
from projections.schedule.slots import series
from projections.schedule.terms import BUILT_IN, Terms
from projections.schedule.to_do import tasks
from projections.schedule.use import chairs
from projections.schedule.week import monday, week


def _rows(schedule: Schedule) -> Rows:
    return {
        "journeys": slots.journey_row(schedule),
        "board": board.rows(schedule),
        "due": agenda.rows(schedule),
        "slots": slots.slot_rows(schedule),
        "given": slots.given_rows(schedule),
    }


def under(terms: Terms) -> Projection[Schedule]:
    """The schedule whose times are counted by the policies and response rules of a store."""
    return Projection(
        name="schedule",
        version=8,
        document=Schedule,
        new=Schedule,
        evolve=partial(evolve, terms=terms),
        rows=_rows,
        tables=(slots.JOURNEYS, board.BOARD, agenda.DUE, slots.SLOTS, slots.GIVEN),
        lean=True,
        after_correction=after_correction,
        views=VIEWS,
    )


PROJECTION = under(BUILT_IN)

__all__ = [
    "BUILT_IN",
    "KINDS",
    "PROJECTION",
    "Terms",
    "chairs",
    "day",
    "due",
    "maintenance",
    "monday",
    "open_series",
    "series",
    "staff",
    "tasks",
    "under",
    "week",
]
