"""How is the CADSS scored? The twenty-three items of 0-4 that ketamine trials use."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import Status

SCORER = Sum(
    about=About(
        name="CADSS (23 items)",
        algorithm_version="cadss23-1",
        scoring=Said("sum; elevated over 4", "23 items: ketamine trials; cut-off: nobody", Status.UNVERIFIED),
        missing=Said("any missing: no score", "nobody; the strictest", Status.UNVERIFIED),
        licence=Said("ask the author", "nobody", Status.UNVERIFIED),
    ),
    values=items(23, 4),
    bands=((0, "not_elevated"), (5, "elevated")),
)
