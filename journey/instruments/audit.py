"""How is the AUDIT scored? Eight items of 0-4, and two that are 0, 2 or 4, about alcohol."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import Status

SCORER = Sum(
    about=About(
        name="AUDIT",
        algorithm_version="audit-1",
        scoring=Said("sum; items 9 and 10 are 0, 2 or 4", "WHO manual 2001 (zones I-IV), quoted", Status.WEAK),
        missing=Said("any missing: no score", "nobody; the strictest", Status.UNVERIFIED),
        licence=Said("not looked up", "nobody", Status.UNVERIFIED),
    ),
    values={**items(8, 4), "9": (0, 2, 4), "10": (0, 2, 4)},
    bands=((0, "low"), (8, "hazardous"), (16, "harmful"), (20, "possible_dependence")),
)
