"""How is the PADSS scored? Five items of 0-2: vitals, activity, pain and nausea, bleeding, intake and output."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import Status

VITALS, ACTIVITY = "1", "2"
WHOLE = 2
"""The highest answer of an item."""

SCORER = Sum(
    about=About(
        name="PADSS",
        algorithm_version="padss-1",
        scoring=Said("sum; the policy's `padss_min` says who may leave", "Chung PADSS", Status.SEEN),
        missing=Said("any missing: no score", "nobody; the strictest", Status.UNVERIFIED),
        licence=Said("not looked up", "nobody", Status.UNVERIFIED),
    ),
    values=items(5, WHOLE),
    bands=((0, "not_fit"), (9, "fit")),
)
