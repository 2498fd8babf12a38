"""Why does a journey rest, and what is looked at again before it goes on?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from entrypoints.simulator.chart import FRONT_DESK, Wakes
from entrypoints.simulator.intake import Papers

RECHECKS: Mapping[str, list[str]] = {
    "travel": [],
    "insurance": ["coverage"],
    "patient": ["consent"],
    "medical": ["medical"],
}
REASONS = ("travel", "travel", "insurance", "patient", "medical")
NOTE = "The infection is over; nothing speaks against going on."


def paused(papers: Papers, days: int) -> Wakes:
    """From tomorrow on the journey rests for so many days."""
    chart = papers.chart
    yield from chart.next_noon()
    reason, until = chart.chance.choice(REASONS), chart.today() + timedelta(days=days)
    medical = reason == "medical"
    by = papers.prescriber if medical else FRONT_DESK
    chart.enter("PauseJourney", by, reason=reason, until=until.isoformat())
    yield from chart.noon(until)
    if reason == "insurance":
        papers.covered()
    yield from chart.later(10)
    chart.enter(
        "ResumeJourney",
        papers.prescriber if medical else papers.nurse,
        rechecks=RECHECKS[reason],
        note=NOTE if medical else None,
    )
