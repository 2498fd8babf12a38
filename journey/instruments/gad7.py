"""How is the GAD-7 scored? Seven items of 0-3."""

from __future__ import annotations

from journey.instruments.score import Scorer

SCORER = Scorer(
    items=7,
    item_max=3,
    missing_max=2,
    bands=((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe")),
    algorithm_version="gad7-1",
    source="awell-score bands; missing items as PHQ-9 (unverified)",
)
