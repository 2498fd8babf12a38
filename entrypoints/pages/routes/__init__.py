"""Which pages are there? Each is one question, answered as HTML."""

from __future__ import annotations

from entrypoints.pages.routes import audit, journeys, outcome, schedule

PAGES = (schedule, journeys, outcome, audit)
