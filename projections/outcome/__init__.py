"""Does the treatment work, and what does it do besides?"""

from __future__ import annotations

from projections.outcome.adverse_events import SIDE_EFFECTS, side_effects
from projections.outcome.analysis import VIEWS
from projections.outcome.course import JOURNEYS, Course, after_correction, evolve, rows
from projections.outcome.infusions import INFUSIONS
from projections.outcome.medications import MEDICATIONS
from projections.outcome.one_journey import journey
from projections.outcome.rates import responses
from projections.outcome.relapses import RELAPSES
from projections.outcome.responses import RESPONSES
from projections.outcome.scores import SCORES
from projections.projection import Projection

PROJECTION = Projection(
    name="outcome",
    version=3,
    document=Course,
    new=Course,
    evolve=evolve,
    rows=rows,
    tables=(JOURNEYS, SCORES, INFUSIONS, RESPONSES, RELAPSES, SIDE_EFFECTS, MEDICATIONS),
    lean=True,
    after_correction=after_correction,
    views=VIEWS,
)

__all__ = ["PROJECTION", "journey", "responses", "side_effects"]
