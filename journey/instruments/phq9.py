"""How is the PHQ-9 scored? Nine items of 0-3; item 9 asks about suicide."""

from __future__ import annotations

from journey.instruments.score import Scorer

SCORER = Scorer(
    items=9,
    item_max=3,
    missing_max=2,
    bands=((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately_severe"), (20, "severe")),
    risk_item="9",
    algorithm_version="phq9-1",
    source="Kroenke 2001; missing items: NHS data dictionary (1-2 replaced by the mean, more: discarded)",
)
