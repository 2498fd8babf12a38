"""How is the STOP-BANG scored? Eight questions of yes (1) and no (0) about sleep apnoea."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import Status

SCORER = Sum(
    about=About(
        name="STOP-BANG",
        algorithm_version="stop_bang-1",
        scoring=Said("number of yes", "awell-score", Status.SEEN),
        missing=Said("any missing: no score", "nobody; the strictest", Status.UNVERIFIED),
        licence=Said("not looked up", "nobody", Status.UNVERIFIED),
    ),
    values=items(8, 1),
    bands=((0, "low"), (3, "intermediate"), (5, "high")),
)
