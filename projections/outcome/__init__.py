"""Does the treatment work, and what does it do besides?"""

from __future__ import annotations

from projections.outcome.adherence import adherence
from projections.outcome.adverse_events import SIDE_EFFECTS
from projections.outcome.analysis import VIEWS
from projections.outcome.course import JOURNEYS, Course, after_correction, evolve, rows
from projections.outcome.effects import side_effects
from projections.outcome.groups import Scope
from projections.outcome.infusions import INFUSIONS
from projections.outcome.medications import MEDICATIONS
from projections.outcome.one_journey import journey
from projections.outcome.pressure_rise import EVERY_MIN, pressure_rise
from projections.outcome.pressures import PRESSURES
from projections.outcome.rates import responses
from projections.outcome.relapses import RELAPSES
from projections.outcome.responses import RESPONSES
from projections.outcome.scores import SCORES
from projections.outcome.sustained import sustained
from projections.outcome.time_to_response import time_to_response
from projections.outcome.trajectories import courses, trajectories
from projections.projection import Projection

PROJECTION = Projection(
    name="outcome",
    version=4,
    document=Course,
    new=Course,
    evolve=evolve,
    rows=rows,
    tables=(JOURNEYS, SCORES, INFUSIONS, RESPONSES, RELAPSES, SIDE_EFFECTS, MEDICATIONS, PRESSURES),
    lean=True,
    after_correction=after_correction,
    views=VIEWS,
)

__all__ = [
    "EVERY_MIN",
    "PROJECTION",
    "Scope",
    "adherence",
    "courses",
    "journey",
    "pressure_rise",
    "responses",
    "side_effects",
    "sustained",
    "time_to_response",
    "trajectories",
]
