"""How many patients does each nurse and provider mind, for how long, and how many at once?

The denominator is `open_min`: the real minutes in which the site is open on that day, times the `ratio`, how many
patients somebody minds at once by the set-up in force (a nurse her own, a provider one); 0 on a closure. There is no
roster: everybody of the set-up counts for as long as the site is open. `booked_min` are patient-minutes: two patients
for an hour are 120. What lies outside of the open time stands apart, and is in no rate; so none is over 100 % unless
more are booked than the ratio.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from journey.site import Site
from projections.database import ReadModels
from projections.schedule.minutes import Span, at_once_max, opening, over_min, whole_day
from projections.schedule.stays import Stay, days, share, stay, touching

NURSE, PROVIDER = "nurse", "provider"
COUNTED = ("open_min", "booked_min", "booked_outside_min", "over_ratio_min")
"""What adds up, over people and over days."""


def staff(models: ReadModels, site: Site, first: date, last: date, now: datetime) -> dict[str, Any]:
    """The load of each nurse and provider on each day, of each role on each day, and of each role in all days."""
    found, fresh = touching(models, site, first, last)
    return {"from": first.isoformat(), "until": last.isoformat()} | fresh | loads(found, site, first, last, now)


def loads(
    rows: Iterable[Mapping[str, Any]], site: Site, first: date, last: date, now: datetime
) -> dict[str, list[dict[str, Any]]]:
    """The same of rows of the board."""
    stays = [stay(row, now) for row in rows]
    each = [
        {"date": day.isoformat(), **row}
        for day in days(first, last)
        for role in (NURSE, PROVIDER)
        for row in _of_day(stays, site, day, role)
    ]
    by_day = [
        {"date": day.isoformat(), **row}
        for day in days(first, last)
        for row in _by_role(it for it in each if it["date"] == day.isoformat())
    ]
    return {"total": _by_role(each), "days": by_day, "rows": each}


def _of_day(stays: Sequence[Stay], site: Site, day: date, role: str) -> Iterator[dict[str, Any]]:
    """A row for each of a role, and for each other who is booked on that day."""
    whole, open_ = whole_day(site, day), opening(site, day)
    touched = [it for it in stays if it.touches(whole) and getattr(it, role) is not None]
    ours = site.nurses if role == NURSE else dict.fromkeys(site.providers, 1)
    others = sorted({getattr(it, role) for it in touched} - {*ours})
    for name in (*ours, *others):
        own = [it for it in touched if getattr(it, role) == name]
        yield {"name": name, "role": role, **_load(own, whole, open_, ours.get(name, 0))}


def _load(stays: Sequence[Stay], whole: Span, open_: Span, ratio: int) -> dict[str, Any]:
    held = [it.held for it in stays if it.held is not None]
    booked_min = sum(it.within(open_) for it in held) if ratio else 0
    minded = [it.present.cut(whole) for it in stays if it.present is not None]
    counted = {
        "open_min": open_.length * ratio,
        "booked_min": booked_min,
        "booked_outside_min": sum(it.within(whole) for it in held) - booked_min,
        "over_ratio_min": over_min(minded, ratio),
    }
    return {
        "ratio": ratio,
        **_with_share(counted),
        "patients_max": at_once_max(minded),
        "infusions_max": at_once_max(it.infused.cut(whole) for it in stays if it.infused is not None),
    }


def _by_role(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found = list(rows)
    return [{"role": role, **added(it for it in found if it["role"] == role)} for role in (NURSE, PROVIDER)]


def added(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Several rows as one: minutes added, the share of the added minutes."""
    found = list(rows)
    return _with_share({name: sum(it[name] for it in found) for name in COUNTED})


def _with_share(counted: Mapping[str, int]) -> dict[str, Any]:
    return {**counted, "booked_pct": share(counted["booked_min"], counted["open_min"])}
