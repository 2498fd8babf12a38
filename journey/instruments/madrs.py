"""How is the MADRS scored? Ten items of 0-6, rated by a clinician; item 10 asks about suicide."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import RiskLevel, Status

SCORER = Sum(
    about=About(
        name="MADRS",
        algorithm_version="madrs-1",
        scoring=Said("sum", "Snaith cut-points", Status.SEEN),
        missing=Said("any missing: no score", "nobody; the strictest", Status.UNVERIFIED),
        licence=Said("copyright British J Psychiatry; commercial use by permission", "nobody", Status.UNVERIFIED),
        risk=Said("item 10: 1-2 low, 3-4 moderate, 5-6 high", "nobody; cautious", Status.UNVERIFIED),
    ),
    values=items(10, 6),
    bands=((0, "none"), (7, "mild"), (20, "moderate"), (35, "severe")),
    suicide_item="10",
    risk_levels={
        1: RiskLevel.LOW,
        2: RiskLevel.LOW,
        3: RiskLevel.MODERATE,
        4: RiskLevel.MODERATE,
        5: RiskLevel.HIGH,
        6: RiskLevel.HIGH,
    },
)
