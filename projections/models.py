"""Which read models are there?"""

from __future__ import annotations

from projections import audit, outcome, schedule

PROJECTIONS = (schedule.PROJECTION, outcome.PROJECTION, audit.PROJECTION)
