"""Which other treatment takes the place of the infusions, or stands beside them?"""

from __future__ import annotations

from entrypoints.simulator.chart import By, Chart, Wakes

SWITCHED_SHARE, ADJUNCT_SHARE = 0.25, 0.08
"""How many of those who don't respond go on elsewhere, and how many of the others get something beside; made up."""


def switched(chart: Chart, prescriber: By) -> Wakes:
    """Nothing was gained: the patient is referred, most of them to TMS."""
    yield from chart.later(8)
    to = chart.chance.choice(("tms", "tms", "tms", "esketamine", "ect"))
    _changed(chart, prescriber, to, "switch", "non_response")


def joined(chart: Chart, prescriber: By) -> Wakes:
    """More is to be gained: something stands beside the infusions that go on."""
    yield from chart.later(8)
    to = chart.chance.choice(("psychotherapy", "tms"))
    _changed(chart, prescriber, to, "adjunct", "partial_response")


def _changed(chart: Chart, prescriber: By, to: str, mode: str, reason: str) -> None:
    referral_to = str(chart.named("referral"))
    chart.enter("ChangeModality", prescriber, to=to, mode=mode, reason=reason, referral_to=referral_to)
