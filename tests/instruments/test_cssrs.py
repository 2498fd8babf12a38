"""Does the C-SSRS screener say the gravest thing that was answered with yes?"""

from __future__ import annotations

from itertools import product

import pytest

from journey.instruments import SCORERS, Alarm, Answers, numbered
from journey.values import Instrument, RiskLevel

CSSRS = SCORERS[Instrument.CSSRS]
ORDER = ["none", "low", "moderate", "high"]
EVERY = list(product((0, 1, None), repeat=7))
"""All combinations of no, yes and nothing."""


def level(*answers: int | None) -> str | None:
    """The level of the answers, if it is certain."""
    return CSSRS.band(None, numbered(answers))


def naive(q1: int, q2: int, q3: int, q4: int, q5: int, ever: int, recent: int) -> str:
    """The triage table, typed again."""
    if q4 or q5 or recent:
        return "high"
    if q3 or ever:
        return "moderate"
    if q1 or q2:
        return "low"
    return "none"


def test_every_whole_combination() -> None:
    """All 2^7: the triage table's level, no total, nothing missing."""
    for answers in product((0, 1), repeat=7):
        assert level(*answers) == naive(*answers)
        score = CSSRS.score(numbered(answers))
        assert (score.total, score.total_prorated, score.missing_n, score.evaluable) == (None, None, 0, True)


def fillings(answers: tuple[int | None, ...]) -> set[str]:
    """The levels that the answers could still have, whatever the open questions that were to be asked say."""
    q2, ever = answers[1], answers[5]
    skipped = {2, 3, 4} if q2 == 0 else set()
    skipped |= {6} if ever == 0 else set()
    choices = [(it,) if it is not None else (0,) if at in skipped else (0, 1) for at, it in enumerate(answers)]
    return {naive(*filled) for filled in product(*choices)}


def test_every_combination_with_open_questions() -> None:
    """All 3^7: a level exactly where every way to fill the open ones gives the same."""
    for answers in EVERY:
        possible = fillings(answers)
        assert level(*answers) == (possible.pop() if len(possible) == 1 else None), answers


def test_the_risk_needs_no_certainty() -> None:
    """Of every combination the gravest yes raises its risk, open questions or not."""
    for answers in EVERY:
        said = naive(*(it or 0 for it in answers))
        alarm = CSSRS.risk(numbered(answers))
        assert (alarm.level.value if alarm else "none") == said
        assert alarm is None or (answers[int(alarm.item) - 1], alarm.value) == (1, 1)


@pytest.mark.parametrize(
    "items, alarm",
    [
        ({"1": 1}, Alarm(RiskLevel.LOW, "1", 1)),
        ({"1": 1, "2": 1}, Alarm(RiskLevel.LOW, "2", 1)),
        ({"2": 1, "3": 1, "6": 1}, Alarm(RiskLevel.MODERATE, "3", 1)),
        ({"6": 1, "7": 0}, Alarm(RiskLevel.MODERATE, "6", 1)),
        ({"6": 1, "7": 1}, Alarm(RiskLevel.HIGH, "7", 1)),
        ({"2": 1, "4": 1, "5": 1, "7": 1}, Alarm(RiskLevel.HIGH, "5", 1)),
        ({"1": 0, "2": 0, "6": 0}, None),
    ],
)
def test_the_gravest_yes_is_named(items: Answers, alarm: Alarm | None) -> None:
    """Plans before recent behaviour, thoughts with a method before behaviour long ago."""
    assert CSSRS.risk(items) == alarm


def test_what_is_skipped_is_not_missing() -> None:
    """No thoughts: 3 to 5 are not asked. No behaviour ever: nor is when."""
    assert CSSRS.unanswered({"1": 0, "2": 0, "6": 0}) == ()
    assert CSSRS.unanswered({"1": 1, "2": 1, "6": 0}) == ("3", "4", "5")
    assert CSSRS.unanswered({"1": 0, "2": 0, "6": 1}) == ("7",)
    assert CSSRS.unanswered({}) == ("1", "2", "3", "4", "5", "6", "7")
    assert CSSRS.score({"1": 0, "2": 0, "6": 0}).missing_n == 0


def test_a_yes_that_was_to_be_skipped_counts() -> None:
    """Contradictory answers are taken at their gravest."""
    assert level(0, 0, 0, 1, 0, 0, 0) == "high"
    assert level(0, 0, 0, 0, 0, 0, 1) == "high"


def test_another_yes_never_lowers_the_level() -> None:
    """Of all 2^7 whole sheets."""
    for answers in product((0, 1), repeat=7):
        for item in range(7):
            graver = tuple(1 if place == item else it for place, it in enumerate(answers))
            assert ORDER.index(str(level(*graver))) >= ORDER.index(str(level(*answers)))


def test_it_is_no_sum() -> None:
    """No bands by total, no total to reach, nothing besides."""
    assert (CSSRS.bands, CSSRS.total_max, CSSRS.findings({"5": 1})) == ((), None, ())
