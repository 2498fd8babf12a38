"""How is the GAD-7 scored? Seven items of 0-3."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import Status

SCORER = Sum(
    about=About(
        name="GAD-7",
        algorithm_version="gad7-1",
        scoring=Said("sum", "awell-score", Status.SEEN),
        missing=Said("1-2 replaced by the mean of the others, more: no score", "as PHQ-9", Status.UNVERIFIED),
        licence=Said("free, text copyright Pfizer", "PHQ screeners", Status.UNVERIFIED),
    ),
    values=items(7, 3),
    missing_max=2,
    bands=((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe")),
)
