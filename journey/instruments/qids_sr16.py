"""How is the QIDS-SR16 scored? Sixteen items of 0-3 in nine domains, each as high as its highest item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from journey.instruments.score import About, Alarm, Answers, Bands, Said, Score, alarm, banded, items
from journey.values import RiskLevel, Status

Question = tuple[str, ...]
"""The items of which one is answered: appetite fell or rose, weight fell or rose, and every other by itself."""

DOMAINS: Mapping[str, tuple[Question, ...]] = {
    "sleep": (("1",), ("2",), ("3",), ("4",)),
    "sad_mood": (("5",),),
    "appetite_weight": (("6", "7"), ("8", "9")),
    "concentration": (("10",),),
    "self_view": (("11",),),
    "suicide": (("12",),),
    "interest": (("13",),),
    "energy": (("14",),),
    "psychomotor": (("15",), ("16",)),
}
"""The questions of each domain."""

SUICIDE_ITEM = "12"
RISK_LEVELS = {1: RiskLevel.LOW, 2: RiskLevel.HIGH, 3: RiskLevel.HIGH}

ABOUT = About(
    name="QIDS-SR16",
    algorithm_version="qids_sr16-1",
    scoring=Said(
        "sum of the highest item of sleep (1-4), mood (5), appetite and weight (6-9), concentration (10), "
        "self-view (11), suicide (12), interest (13), energy (14), psychomotor (15-16)",
        "ids-qids.org",
        Status.SEEN,
    ),
    missing=Said("6 or 7 and 8 or 9 suffice; any other missing: no score", "nobody; the strictest", Status.UNVERIFIED),
    licence=Said("free, self-administered", "psychcongress.com", Status.WEAK),
    risk=Said("item 12: 1 low, 2-3 high", "domain 2 (2 and over); 1: nobody, cautious", Status.UNVERIFIED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maxima:
    """A sum of domains."""

    about: About = ABOUT
    values: Mapping[str, Sequence[int]] = field(default_factory=lambda: items(16, 3))
    bands: Bands = ((0, "none"), (6, "mild"), (11, "moderate"), (16, "severe"), (21, "very_severe"))
    total_max: int = 3 * len(DOMAINS)
    suicide_items: tuple[str, ...] = (SUICIDE_ITEM,)

    def score(self, answers: Answers) -> Score:
        """Sum the highest answer of each domain, if every question has one."""
        answered = {name: [_answer(question, answers) for question in asked] for name, asked in DOMAINS.items()}
        missing = sum(values.count(None) for values in answered.values())
        if missing:
            return Score(missing_n=missing, evaluable=False)
        total = sum(max(value for value in values if value is not None) for values in answered.values())
        return Score(total=total, missing_n=0, evaluable=True)

    def band(self, total: Decimal | None, _answers: Answers) -> str | None:
        """The severity band of a total."""
        return banded(self.bands, total)

    def findings(self, _answers: Answers) -> tuple[str, ...]:
        """Nothing besides."""
        return ()

    def risk(self, answers: Answers) -> Alarm | None:
        """The risk that item 12 raises."""
        return alarm(answers, SUICIDE_ITEM, RISK_LEVELS)

    def unanswered(self, answers: Answers) -> tuple[str, ...]:
        """Item 12, if it has no answer."""
        return tuple(item for item in self.suicide_items if answers.get(item) is None)


def _answer(question: Question, answers: Answers) -> int | None:
    """The highest answer to a question; None if it has none."""
    return max((value for item in question if (value := answers.get(item)) is not None), default=None)


SCORER = Maxima()
