"""What does the C-SSRS screener say? No sum: the gravest thing that was answered with yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from journey.instruments.score import About, Alarm, Answers, Bands, Said, Score, items
from journey.values import RiskLevel, Status

THOUGHTS, BEHAVIOUR, RECENT = "2", "6", "7"
ASKED_AFTER_THOUGHTS = ("3", "4", "5")

LEVELS: Mapping[str, RiskLevel] = {
    "5": RiskLevel.HIGH,
    "4": RiskLevel.HIGH,
    RECENT: RiskLevel.HIGH,
    "3": RiskLevel.MODERATE,
    BEHAVIOUR: RiskLevel.MODERATE,
    THOUGHTS: RiskLevel.LOW,
    "1": RiskLevel.LOW,
}
"""What a yes to each question means, the gravest first."""

NONE = "none"

ABOUT = About(
    name="C-SSRS screener",
    algorithm_version="cssrs-1",
    scoring=Said(
        "the gravest yes; item 6 is behaviour ever, item 7 its second part, in the past 3 months; "
        "2 answered no skips to 6",
        "C-SSRS triage",
        Status.SEEN,
    ),
    missing=Said("a level only if no missing answer could raise it", "nobody; cautious", Status.UNVERIFIED),
    licence=Said("copyright RFMH (New York); free for clinical use", "nobody", Status.UNVERIFIED),
    risk=Said("1 or 2 low; 3 or 6 moderate; 4, 5 or 7 high", "C-SSRS triage", Status.SEEN),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screener:
    """Questions of yes (1) and no (0), some of them asked only after others."""

    about: About = ABOUT
    values: Mapping[str, Sequence[int]] = field(default_factory=lambda: items(7, 1))
    bands: Bands = ()
    total_max: int | None = None
    suicide_items: tuple[str, ...] = tuple(sorted(LEVELS))

    def score(self, answers: Answers) -> Score:
        """No total; evaluable if nothing that was left open could make it graver."""
        left = self.unanswered(answers)
        gravest = self.risk({**answers, **dict.fromkeys(left, 1)})
        certain = _level(gravest) == _level(self.risk(answers))
        return Score(missing_n=len(left), evaluable=certain)

    def band(self, _total: Decimal | None, answers: Answers) -> str | None:
        """The level of the gravest yes, if it is certain."""
        return _level(self.risk(answers)) if self.score(answers).evaluable else None

    def findings(self, _answers: Answers) -> tuple[str, ...]:
        """Nothing besides."""
        return ()

    def risk(self, answers: Answers) -> Alarm | None:
        """The gravest yes, whatever was to be skipped."""
        return next((Alarm(level, item, 1) for item, level in LEVELS.items() if answers.get(item) == 1), None)

    def unanswered(self, answers: Answers) -> tuple[str, ...]:
        """The questions without an answer, less those that an earlier no skips."""
        skipped = ASKED_AFTER_THOUGHTS if answers.get(THOUGHTS) == 0 else ()
        recent = (RECENT,) if answers.get(BEHAVIOUR) == 0 else ()
        return tuple(
            item for item in self.suicide_items if answers.get(item) is None and item not in (*skipped, *recent)
        )


def _level(alarm: Alarm | None) -> str:
    return NONE if alarm is None else alarm.level.value


SCORER = Screener()
