"""How is the DAST-10 scored? Ten questions of yes (1) and no (0) about drugs; a no to the third counts."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import Status

SCORER = Sum(
    about=About(
        name="DAST-10",
        algorithm_version="dast10-1",
        scoring=Said("number of yes, item 3 inverse", "awell-score", Status.SEEN),
        missing=Said("any missing: no score", "nobody; the strictest", Status.UNVERIFIED),
        licence=Said("not looked up", "nobody", Status.UNVERIFIED),
    ),
    values=items(10, 1),
    inverse=frozenset({"3"}),
    bands=((0, "none"), (1, "low"), (3, "moderate"), (6, "substantial"), (9, "severe")),
)
