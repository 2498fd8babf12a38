"""What does a clinic's text make of a response rule, and what is wrong with it?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from journey.instruments import SCORERS
from journey.response import Anchor, Comparator, ResponseRule
from journey.values import Instrument

ID = r"[a-z0-9][a-z0-9._-]{0,39}"
SOURCE_CHARS, DAYS_MAX = 200, 3_660
WITH_TOTAL = tuple(it for it, scorer in SCORERS.items() if scorer.total_max is not None)
"""What a rule may be about: a screener that is no sum has no score to compare."""

KNOWN: Mapping[str, Field[Any]] = {item.name: item for item in fields(ResponseRule)}


class UnsoundRule(ValueError):  # noqa: N818 - what the rule is
    """A response rule can't be worked by: says all that is wrong with it."""


def rule_of(text: Mapping[str, Any]) -> ResponseRule:
    """A response rule from its fields; those left out are as usual. Raises UnsoundRule."""
    faults = [f"a rule has no {key}" for key in text if key not in KNOWN]
    faults += [f"{key} is missing" for key, item in KNOWN.items() if key not in text and item.default is MISSING]
    values = {}
    for key, value in text.items():
        if key in READ:
            try:
                values[key] = READ[key](value)
            except (ValueError, InvalidOperation):
                faults.append(f"{key} must be {WANTED[key]}")
    rule = None if faults else ResponseRule(**values)
    faults += [] if rule is None else _out_of_order(rule)
    if rule is None or faults:
        raise UnsoundRule("; ".join(faults))
    return rule


def rule_kept(text: Mapping[str, Any]) -> ResponseRule:
    """A rule from the text that was kept of it."""
    return ResponseRule(**{key: READ[key](value) for key, value in text.items()})


def _out_of_order(rule: ResponseRule) -> Iterator[str]:
    total_max = SCORERS[rule.instrument].total_max
    if total_max is None:
        yield f"instrument is one with a total: {', '.join(WITH_TOTAL)}"
    elif rule.remission_threshold > total_max:
        yield f"remission_threshold is above the highest total, {total_max}"
    else:
        points = ("worse_points_min", rule.worse_points_min), ("response_points_min", rule.response_points_min)
        yield from (f"{name} is above the highest total, {total_max}" for name, value in points if value > total_max)
    if rule.partial_pct_min > rule.response_pct_min:
        yield "partial_pct_min is above response_pct_min"
    if rule.endpoint_days_min > rule.endpoint_days_max:
        yield "endpoint_days_min is above endpoint_days_max"


def _id(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(ID, value) else _fail()


def _source(value: object) -> str:
    whole = value.strip() if isinstance(value, str) else ""
    return whole if whole.isprintable() and 0 < len(whole) <= SOURCE_CHARS else _fail()


def _number(value: object) -> Decimal:
    """A number that has one text only: 50.0 is 50."""
    number = Decimal(str(value))
    if not 0 <= number <= 100 or number != round(number, 2):  # noqa: PLR2004 - a percentage, or a score
        raise ValueError
    return Decimal(f"{number.normalize():f}")


def _days(value: object) -> int:
    days = int(str(value))
    return days if 0 <= days <= DAYS_MAX else _fail()


def _fail() -> Any:
    raise ValueError


READ: Mapping[str, Callable[[Any], Any]] = {
    "id": _id,
    "instrument": Instrument,
    "response_pct_min": _number,
    "partial_pct_min": _number,
    "remission": Comparator,
    "remission_threshold": _number,
    "baseline_days_max": _days,
    "after_infusion_days_max": _days,
    "endpoint_days_min": _days,
    "endpoint_days_max": _days,
    "endpoint_from": Anchor,
    "worse_points_min": _number,
    "response_points_min": _number,
    "source": _source,
}
_SHARE, _DAYS = "a number from 0 to 100, two decimals at most", f"a whole number of days up to {DAYS_MAX}"
WANTED: Mapping[str, str] = {
    "id": "a name of small letters, digits, points, hyphens and underscores, 40 at most",
    "instrument": f"one of {', '.join(WITH_TOTAL)}",
    "response_pct_min": _SHARE,
    "partial_pct_min": _SHARE,
    "remission": f"one of {', '.join(Comparator)}",
    "remission_threshold": _SHARE,
    "baseline_days_max": _DAYS,
    "after_infusion_days_max": _DAYS,
    "endpoint_days_min": _DAYS,
    "endpoint_days_max": _DAYS,
    "endpoint_from": f"one of {', '.join(Anchor)}",
    "worse_points_min": _SHARE,
    "response_points_min": _SHARE,
    "source": f"who says so, in {SOURCE_CHARS} characters at most",
}
