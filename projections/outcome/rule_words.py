"""How is a response rule said beside what was counted under it?"""

from __future__ import annotations

from journey.instruments import SCORERS
from journey.response import Anchor, Comparator, ResponseRule

SIGNS = {Comparator.BELOW: "under", Comparator.AT_MOST: "of at most"}
ANCHORS = {Anchor.LAST: "the end of the last infusion of the induction", Anchor.FIRST: "the first infusion"}


def said(rule: ResponseRule) -> str:
    """The whole rule: what it calls response, remission and worse, and which scores it compares."""
    return (
        f"{SCORERS[rule.instrument].about.name}. Response: {fall(rule)}. Remission: a score {SIGNS[rule.remission]} "
        f"{rule.remission_threshold}, response or not. Worse: {_rise(rule)}, and no remission. Baseline: the last "
        f"complete score before the first infusion, at most {_days(rule.baseline_days_max)}; one of 0 is not compared. "
        "At an infusion: the last complete score after it and before the next, at most "
        f"{_days(rule.after_infusion_days_max)} after it. Endpoint: the last complete score "
        f"{rule.endpoint_days_min} to {_days(rule.endpoint_days_max)} after {ANCHORS[rule.endpoint_from]}. "
        "Days are those of the clinic's calendar"
    )


def fall(rule: ResponseRule) -> str:
    """How far a score has to fall."""
    if rule.response_points_min:
        return f"a fall of {rule.response_points_min} points or more"
    return f"a fall of {rule.response_pct_min} % of the baseline or more"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def _rise(rule: ResponseRule) -> str:
    return f"a rise of {rule.worse_points_min} points or more" if rule.worse_points_min else "any rise"
