"""Which read models are there?"""

from __future__ import annotations

from projections import audit, outcome, schedule
from projections.projection import AnyProjection
from projections.schedule import BUILT_IN, Terms


def projections(terms: Terms) -> tuple[AnyProjection, ...]:
    """Every read model, where these policies and rules were kept."""
    return schedule.under(terms), outcome.PROJECTION, audit.PROJECTION


PROJECTIONS = projections(BUILT_IN)
