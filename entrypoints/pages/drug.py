"""What does the Drug page show: what is left of each container at the end of a day, and what moved on it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day of the clinic is over."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def shown(answer: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Of an answer up to the end of a day: a balance of each container that matters then, and the day's movements."""
    return {
        "balances": [it for it in _balances(answer["days"]) if it["day"] == day.isoformat() or it["matters"]],
        "movements": [it for it in answer["rows"] if it["day"] == day.isoformat()],
    }


def _balances(days: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each container its last day so far, and the discrepancies that are open then."""
    last: dict[str, dict[str, Any]] = {}
    for it in days:
        before = last.get(it["container_id"], {"open": 0, "rest_ml": None})
        is_open = before["open"] + it["opened"] - it["resolved"]
        rest = it["rest_ml"] if it["rest_ml"] is not None else before["rest_ml"]
        last[it["container_id"]] = {**it, "rest_ml": rest, "open": is_open, "matters": is_open > 0 or rest != "0"}
    return list(last.values())
