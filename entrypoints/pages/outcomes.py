"""What does the Outcomes page say first: the finding in words, with its numbers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from journey.instruments import SCORERS
from journey.response import Comparator, ResponseRule

COLUMNS = (
    "infusion",
    "started",
    "reached",
    "assessed",
    "responded_at",
    "response_pct",
    "response_low",
    "response_high",
    "responded_ever",
    "remitted_at",
    "remission_pct",
    "remission_low",
    "remission_high",
    "remitted_ever",
)
"""What the table shows of each row."""


def finding(rows: Sequence[Mapping[str, Any]]) -> str:
    """The title: what came of the last infusion of the usual series that somebody was assessed after."""
    assessed = [row for row in rows if row["assessed"]]
    if not assessed:
        return "No response has been assessed yet"
    most = max(row["assessed"] for row in assessed)
    told = [row for row in assessed if row["assessed"] * 2 >= most][-1]
    return (
        f"After infusion {told['infusion']}, {told['responded_at']} of {told['assessed']} had responded "
        f"({told['response_pct']} %)"
    )


def rule_words(rule: ResponseRule) -> str:
    """A rule in a few words."""
    sign = "under" if rule.remission is Comparator.BELOW else "at most"
    return (
        f"{SCORERS[rule.instrument].about.name}, fall of {rule.response_pct_min} % or more; remission {sign} "
        f"{rule.remission_threshold}"
    )
