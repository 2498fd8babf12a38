"""How is the PHQ-9 scored? Nine items of 0-3; item 9 asks about suicide."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import RiskLevel, Status

SCORER = Sum(
    about=About(
        name="PHQ-9",
        algorithm_version="phq9-1",
        scoring=Said("sum", "Kroenke 2001", Status.SEEN),
        missing=Said("1-2 replaced by the mean of the others, more: no score", "NHS data dictionary", Status.SEEN),
        licence=Said("free, text copyright Pfizer", "PHQ screeners", Status.UNVERIFIED),
        risk=Said("item 9: 1 low, 2 moderate, 3 high", "Kroenke 2001 (over 0); levels: domain 7.3", Status.SEEN),
    ),
    values=items(9, 3),
    missing_max=2,
    bands=((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately_severe"), (20, "severe")),
    suicide_item="9",
    risk_levels={1: RiskLevel.LOW, 2: RiskLevel.MODERATE, 3: RiskLevel.HIGH},
)
