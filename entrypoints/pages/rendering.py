"""How does a page become HTML: its templates, and how times and codes are shown?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

MINUTES_PER_HOUR = 60
MISSING = "\N{EN DASH}"
DAY, MOMENT = "%d %b %Y", "%d %b %Y %H:%M"
"""How a day is shown, and a moment."""


def environment(zone: ZoneInfo) -> Environment:
    """Templates that escape everything, fail on a name they are not given, and show times in a site's zone."""
    made = Environment(
        loader=PackageLoader("entrypoints.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    made.filters.update(
        {
            "utc": utc,
            "words": words,
            "spaced": spaced,
            "spent": spent,
            "share": share,
            "shown": shown,
            "local": lambda moment: local(moment, zone, MOMENT),
            "day": lambda text: f"{date.fromisoformat(text):%A, %d %B %Y}",
            "date": day,
            "weekday": lambda text: f"{date.fromisoformat(text):%a %d %b}",
            "clock": lambda moment: local(moment, zone, "%H:%M"),
        }
    )
    return made


def day(text: str) -> str:
    """A day."""
    return f"{date.fromisoformat(text):{DAY}}"


def spent(minutes: int) -> str:
    """Minutes in hours, as they are read."""
    hours, left = divmod(minutes, MINUTES_PER_HOUR)
    return f"{hours} h {left:02}" if left else f"{hours} h"


def share(pct: float | None, of_min: int) -> str:
    """A share beside what it is a share of."""
    return "not open" if pct is None else f"{pct} % of {spent(of_min)}"


def utc(moment: datetime) -> str:
    """A moment as scripts read it."""
    return moment.astimezone(UTC).isoformat()


def local(moment: datetime | str | None, zone: ZoneInfo, form: str) -> str:
    """A moment in the site's own time."""
    if moment is None:
        return MISSING
    whole = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return whole.astimezone(zone).strftime(form)


def words(code: str | None) -> str:
    """A code as words: `response_review` is "response review"."""
    return MISSING if code is None else str(code).replace("_", " ")


def spaced(name: str) -> str:
    """An event's name as words: `VitalsRecorded` is "Vitals recorded"."""
    apart = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return apart.strip().capitalize().replace("Iv ", "IV ")


def shown(value: Any) -> str:
    """A value of a table's cell."""
    return MISSING if value is None else str(value)
