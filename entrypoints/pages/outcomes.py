"""What do the pages of outcomes say first: the finding in words, with its numbers?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from journey.instruments import SCORERS
from journey.response import Comparator, ResponseRule
from journey.values import Instrument
from projections.outcome.rule_words import fall
from projections.outcome.statistics import rate

Answer = Mapping[str, Any]
Row = Mapping[str, Any]

WEEKS_4 = 28

NOBODY = "No response has been assessed yet"


def rule_words(rule: ResponseRule) -> str:
    """A rule in a few words."""
    sign = "under" if rule.remission is Comparator.BELOW else "at most"
    return f"{SCORERS[rule.instrument].about.name}, {fall(rule)}; remission {sign} {rule.remission_threshold}"


def _told(rows: Sequence[Row], n: str) -> Row | None:
    """The last row that rests on at least half of the largest number: what comes later is about few."""
    most = max((row[n] for row in rows), default=0)
    return next((row for row in reversed(rows) if row[n] and row[n] * 2 >= most), None)


def had(answer: Answer) -> str:
    """What whoever has a response, or a remission, has done."""
    return {"response": "responded", "remission": "remitted"}[answer["of"]]


def _apart(answer: Answer, rows: Sequence[Row]) -> str:
    """Where journeys are told apart: into how many groups, or that each is told under each rule."""
    if answer["per"] == "rule":
        return "under each rule"
    count = len({row["group"] for row in rows})
    return "in 1 group" if count == 1 else f"in {count} groups"


def _sum(rows: Sequence[Row], name: str) -> int:
    """Of all groups together; each journey is in one, if they are not told apart by rule."""
    return sum(row[name] for row in rows)


def responses(answer: Answer) -> str:
    """What came of the last infusion of the usual series that somebody was assessed after, in all groups together."""
    counts: dict[int, Counter[str]] = {}
    for row in answer["rows"]:
        at = counts.setdefault(row["infusion"], Counter())
        at.update({name: row[name] for name in ("assessed", "responded_at")})
    row = _told([{"infusion": infusion, **counts[infusion]} for infusion in sorted(counts)], "assessed")
    if row is None:
        return NOBODY
    if answer["per"] == "rule":
        return f"Response at each infusion, {_apart(answer, answer['rows'])}"
    pct = rate(row["responded_at"], row["assessed"]).pct
    return f"After infusion {row['infusion']}, {row['responded_at']} of {row['assessed']} had responded ({pct} %)"


def groups(answer: Answer) -> str:
    """By what they are told apart."""
    rows = answer["rows"]
    if not _sum(rows, "assessed"):
        return NOBODY
    if answer["per"] == "rule":
        return f"Response at the endpoint, {_apart(answer, rows)}"
    return f"At the endpoint, {_sum(rows, 'responded_at')} of {_sum(rows, 'assessed')} had responded"


def trajectories(answer: Answer) -> str:
    """From where to where the scores went; medians of groups make none of all."""
    rows = answer["rows"]
    row = _told(rows, "n")
    if row is None:
        return "No score has been taken yet"
    if answer["per"] is not None:
        return f"Scores at each infusion, {_apart(answer, rows)}"
    name = SCORERS[Instrument(answer["instrument"])].about.name
    if rows[0]["infusion"] != 0 or row["infusion"] == 0:
        return f"{name}: median {row['median']} of {row['n']}"
    return f"{name} went from a median of {rows[0]['median']} to {row['median']} at infusion {row['infusion']}"


def time_to_response(answer: Answer) -> str:
    """When half had responded, or remitted; of groups, how many have so far."""
    curves = answer["summary"]
    n, events = _sum(curves, "n"), _sum(curves, "events")
    if not n:
        return f"No {answer['of']} has been assessed yet"
    if answer["per"] == "rule":
        return f"Time to {answer['of']}, {_apart(answer, curves)}"
    so_far = f"{events} of {n} have {had(answer)} so far"
    if answer["per"] is not None:
        return so_far
    [curve] = curves
    if curve["median_day"] is None:
        return f"{so_far}, fewer than half by any day"
    return f"Half had {had(answer)} by day {curve['median_day']} ({events} of {n} did)"


def sustained(answer: Answer) -> str:
    """How many still had it after four weeks; of groups, how many when they were last seen."""
    curves = answer["summary"]
    n, events = _sum(curves, "n"), _sum(curves, "events")
    if not n:
        return f"No {answer['of']} has been followed yet"
    if answer["per"] == "rule":
        return f"How long a {answer['of']} lasts, {_apart(answer, curves)}"
    kept = "without a relapse" if answer["until"] == "relapse" else f"still in {answer['of']}"
    row = next((row for row in answer["at_times"] if row["day"] == WEEKS_4), None)
    if row is None or answer["per"] is not None:
        return f"{n - events} of {n} were {kept} when last seen"
    return f"After four weeks {row['survival_pct']} % were {kept}"


def adherence(answer: Answer) -> str:
    """How many started, and how many of them had what was planned, in all groups together."""
    reached: Counter[str] = Counter()
    for row in answer["stages"]:
        reached[row["stage"]] += row["reached"]
    counts = f"{reached['started']} of {reached['referred']} referred were started"
    return f"{counts}, {reached['completed']} had every planned infusion"


def side_effects(answer: Answer) -> str:
    """In how many infusions anything went wrong, and how bad, in all groups together."""
    counts: Counter[str] = Counter()
    for row in answer["per_infusion"]:
        counts[row["side_effect"]] += row["count"]
    return f"{counts['any']} of {answer['infusions']} infusions had a side effect, {counts['severe']} a severe one"


def pressure(answer: Answer) -> str:
    """How far the pressure rises, and when most; means of groups make none of all."""
    peaks = [row for row in answer["peaks"] if row["pressure"] == "sbp" and row["peak_mean"] is not None]
    if not peaks:
        return "No pressure has been read during an infusion yet"
    if answer["per"] is not None:
        return f"Rise of the systolic pressure, {_apart(answer, peaks)}"
    [peak] = peaks
    return f"Systolic pressure rises by {peak['peak_mean']} mmHg at its highest, most at {peak['peak_minute']} minutes"
