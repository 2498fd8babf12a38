"""Which is the earliest complete series for a journey's plan or reinduction, or what prevents any?"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from journey.decisions.placing import infusions, of_series, open_slots, present
from journey.history import fold
from journey.seats import slots
from journey.series import STEP, Constraint, Prevented, Wanted, earliest
from journey.store.opening import Store
from journey.store.reservations import seats

MINUTE = timedelta(minutes=1)
MONTH_DAYS = 31
ANY = "any"
"""A provider at every visit, whoever it is."""


def series_slots(
    store: Store,
    journey_id: UUID,
    earliest_at: datetime,
    *,
    until: date | None = None,
    length_min: int | None = None,
    provider: str | None = None,
) -> dict[str, Any] | None:
    """The earliest series that can be booked, or what prevents it; None of a journey that is not there.

    Sought within a month if nothing else is said; a visit lasts as long as the infusion and the watch after it, on the
    quarter hour. Nothing is held: what is found may be taken by the time it is asked for.
    """
    history, site = store.log.history(journey_id), store.clinic.site
    if not history:
        return None
    journey, last = fold(history), until or site.day(earliest_at) + timedelta(days=MONTH_DAYS)
    answer = {"journey_id": journey_id, "version": len(history), "from": earliest_at, "until": last}
    plan, numbers = journey.plan, open_slots(journey)
    if plan is None or not numbers:
        return answer | _prevented(Constraint.PLAN if plan is None else Constraint.SLOTS)
    stays = timedelta(minutes=length_min or plan.duration_min + store.clinic.policy.monitoring_post_min)
    wanted = Wanted(
        slot_nos=numbers,
        length=-(-stays // STEP) * STEP,
        earliest=earliest_at,
        until=last,
        min_gap=timedelta(hours=plan.min_gap_h),
        max_gap_d=plan.max_gap_d,
        window_d=plan.window_d,
        chairs=site.chairs,
        nurses=tuple(site.nurses),
        providers=site.providers if provider == ANY else () if provider is None else (provider,),
        kept=tuple(it.start for it in of_series(journey)),
        apart=tuple(it.start for it in infusions(journey)),
        own=tuple((it.start, it.end) for it in present(journey)),
    )
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=site.tzinfo)
    found = earliest(wanted, site, seats(store.log, site, slots(earliest_at, max(earliest_at, end))))
    answer |= {"plan_id": plan.plan_id, "length_min": wanted.length // MINUTE}
    if isinstance(found, Prevented):
        return answer | _prevented(*found.constraints, slot_no=found.slot_no)
    return answer | {"constraints": [], "slot_no": None, "slots": [it._asdict() for it in found]}


def _prevented(*constraints: Constraint, slot_no: int | None = None) -> dict[str, Any]:
    return {"constraints": list(constraints), "slot_no": slot_no, "slots": []}
