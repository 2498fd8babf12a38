"""What do the pages of outcomes say first: the finding in words, with its numbers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from journey.instruments import SCORERS
from journey.response import Comparator, ResponseRule
from journey.values import Instrument
from projections.outcome.rule_words import fall

Answer = Mapping[str, Any]
Row = Mapping[str, Any]

WEEKS_4 = 28


def rule_words(rule: ResponseRule) -> str:
    """A rule in a few words."""
    sign = "under" if rule.remission is Comparator.BELOW else "at most"
    return f"{SCORERS[rule.instrument].about.name}, {fall(rule)}; remission {sign} {rule.remission_threshold}"


def _told(rows: Sequence[Row], n: str) -> Row | None:
    """The last row that rests on at least half of the largest number: what comes later is about few."""
    most = max((row[n] for row in rows), default=0)
    return next((row for row in reversed(rows) if row[n] and row[n] * 2 >= most), None)


def responses(answer: Answer) -> str:
    """What came of the last infusion of the usual series that somebody was assessed after."""
    row = _told(answer["rows"], "assessed")
    if row is None:
        return "No response has been assessed yet"
    counts = f"{row['responded_at']} of {row['assessed']} had responded ({row['response_pct']} %)"
    return f"After infusion {row['infusion']}, {counts}"


def groups(answer: Answer) -> str:
    """By what they are told apart."""
    assessed = [row for row in answer["rows"] if row["assessed"]]
    if not assessed:
        return "No response has been assessed yet"
    if answer["per"] == "rule":
        return "Response at the endpoint, under each rule"
    responded, of = (sum(row[name] for row in assessed) for name in ("responded_at", "assessed"))
    return f"At the endpoint, {responded} of {of} had responded"


def trajectories(answer: Answer) -> str:
    """From where to where the scores went."""
    rows = answer["rows"]
    row = _told(rows, "n")
    if row is None:
        return "No score has been taken yet"
    name = SCORERS[Instrument(answer["instrument"])].about.name
    if rows[0]["infusion"] != 0 or row["infusion"] == 0:
        return f"{name}: median {row['median']} of {row['n']}"
    return f"{name} went from a median of {rows[0]['median']} to {row['median']} at infusion {row['infusion']}"


def time_to_response(answer: Answer) -> str:
    """When half had responded."""
    [curve] = answer["summary"]
    if not curve["n"]:
        return "No response has been assessed yet"
    if curve["median_day"] is None:
        return f"{curve['events']} of {curve['n']} have responded so far, fewer than half by any day"
    return f"Half had responded by day {curve['median_day']} ({curve['events']} of {curve['n']} did)"


def sustained(answer: Answer) -> str:
    """How many still had it after four weeks."""
    [curve] = answer["summary"]
    if not curve["n"]:
        return f"No {answer['of']} has been followed yet"
    kept = "without a relapse" if answer["until"] == "relapse" else f"still in {answer['of']}"
    row = next((row for row in answer["at_times"] if row["day"] == WEEKS_4), None)
    if row is None:
        return f"{curve['n'] - curve['events']} of {curve['n']} were {kept} when last seen"
    return f"After four weeks {row['survival_pct']} % were {kept}"


def adherence(answer: Answer) -> str:
    """How many started, and how many of them had what was planned."""
    reached = {row["stage"]: row["reached"] for row in answer["stages"]}
    counts = f"{reached['started']} of {reached['referred']} referred were started"
    return f"{counts}, {reached['completed']} had every planned infusion"


def side_effects(answer: Answer) -> str:
    """In how many infusions anything went wrong, and how bad."""
    counts = {row["side_effect"]: row["count"] for row in answer["per_infusion"]}
    return f"{counts['any']} of {answer['infusions']} infusions had a side effect, {counts['severe']} a severe one"


def pressure(answer: Answer) -> str:
    """How far the pressure rises, and when most."""
    peak = next(row for row in answer["peaks"] if row["pressure"] == "sbp")
    if peak["peak_mean"] is None:
        return "No pressure has been read during an infusion yet"
    return f"Systolic pressure rises by {peak['peak_mean']} mmHg at its highest, most at {peak['peak_minute']} minutes"
