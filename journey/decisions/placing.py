"""Can an appointment stand where it is meant to: at this site, beside the patient's others, within the plan?

Whatever is booked or moved is looked at in the journey as it would be, all appointments in their new places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from journey.clinic import Clinic
from journey.decisions.findings import Findings, require
from journey.errors import Rule
from journey.events import TreatmentPlanApproved
from journey.events.schedule import AppointmentKind
from journey.site import Site
from journey.state import Appointment, AppointmentStatus, Journey

LONGEST = timedelta(days=1)
"""No visit lasts longer: what does is a slip in a date, and would hold its chair for years."""


def placed(journey: Journey, it: Appointment, at: datetime, clinic: Clinic, findings: Findings) -> None:
    """The placing is possible at this site, and its gaps to the other infusions are those of the plan."""
    site, about = clinic.site, it.about
    require(Rule.END_BEFORE_START, holds=it.start < it.end)
    require(Rule.APPOINTMENT_TOO_LONG, holds=it.end - it.start <= LONGEST)
    findings.guard(Rule.APPOINTMENT_PAST, holds=it.start >= at, **about)
    known = _known(it, site) and all(site.capacity(name) for name in it.resources)
    findings.guard(Rule.UNKNOWN_RESOURCE, holds=known, **about)
    findings.guard(Rule.SITE_CLOSED, holds=site.is_open(it.start, it.end), **about)
    plan = journey.plan
    if it.kind is AppointmentKind.INFUSION and plan is not None:
        every = list(infusions(journey))
        filled, slots = _filling(plan, every, it.reinduction_id), _slots(journey, plan, it)
        findings.guard(Rule.GAP_TOO_SHORT, holds=_apart(plan, it, every), **about)
        findings.guard(Rule.GAP_TOO_LONG, holds=_bridged(plan, it, filled, slots, site), **about)
        findings.guard(Rule.WINDOW_EXCEEDED, holds=_within_window(plan, it, filled, site), **about)
    findings.guard(Rule.APPOINTMENTS_OVERLAP, holds=_alone(journey, it), **about)


def seated(it: Appointment, findings: Findings) -> None:
    """An infusion has a chair and a nurse; in a series it can't be asked for without."""
    needed = it.kind is AppointmentKind.INFUSION
    findings.guard(Rule.CHAIR_REQUIRED, holds=not needed or None not in {it.chair, it.nurse}, **it.about)


def infusions(journey: Journey) -> Iterator[Appointment]:
    """The infusions that are booked, going on or given: one withheld, or not counting, holds no slot."""
    for it in journey.appointments.values():
        if it.kind is AppointmentKind.INFUSION and (
            it.status is AppointmentStatus.BOOKED or is_going_on(journey, it) or is_given(journey, it)
        ):
            yield it


def present(journey: Journey) -> Iterator[Appointment]:
    """The appointments for which the patient will be here, or is."""
    for it in journey.appointments.values():
        if it.status is AppointmentStatus.BOOKED or is_going_on(journey, it):
            yield it


def is_going_on(journey: Journey, it: Appointment) -> bool:
    """Whether the patient is here for it."""
    session = None if it.session_id is None else journey.sessions.get(it.session_id)
    return session is not None and session.is_open


def is_given(journey: Journey, it: Appointment) -> bool:
    """Whether an infusion that counts was given in it."""
    session = None if it.session_id is None else journey.sessions.get(it.session_id)
    return session is not None and any(attempt.counts for attempt in session.attempts)


def plan_id(journey: Journey) -> UUID | None:
    """The plan in force."""
    return None if journey.plan is None else journey.plan.plan_id


def of_plan(journey: Journey) -> list[Appointment]:
    """The infusions that fill a slot of the plan in force."""
    return [] if journey.plan is None else _filling(journey.plan, infusions(journey), None)


def of_series(journey: Journey) -> list[Appointment]:
    """The infusions that fill a slot of the series in force: of the last reinduction, or of the plan."""
    return [] if journey.plan is None else _filling(journey.plan, infusions(journey), reinduction_id(journey))


def _filling(plan: TreatmentPlanApproved, every: Iterable[Appointment], reinduction: UUID | None) -> list[Appointment]:
    """Those in a slot of the plan, or of a reinduction as it is given under that plan."""
    ours = (it for it in every if it.slot_no is not None and it.plan_id == plan.plan_id)
    return [it for it in ours if it.reinduction_id == reinduction]


def reinduction_id(journey: Journey) -> UUID | None:
    """The reinduction in force, by the entry that ordered it."""
    return None if journey.reinduction is None else journey.reinduction.event_id


def open_slots(journey: Journey) -> tuple[int, ...]:
    """The slots of the series in force that are neither booked, going on nor given: the last, as many as are left.

    In a reinduction every infusion that lies ahead will be one of it, however it was booked.
    """
    if journey.plan is None:
        return ()
    filled, (given, planned) = of_series(journey), journey.given_of_series
    ahead = filled if journey.reinduction is None else infusions(journey)
    left = planned - given - sum(not is_given(journey, it) for it in ahead)
    taken = {it.slot_no for it in filled}
    free = [number for number in range(1, planned + 1) if number not in taken]
    return tuple(free[len(free) - left :])  # none, where as many were given or booked as there are, or more


def _known(it: Appointment, site: Site) -> bool:
    """Whether each resource is one of its kind: a chair a chair, a nurse a nurse."""
    return (
        (it.chair is None or it.chair in site.chairs)
        and (it.nurse is None or it.nurse in site.nurses)
        and (it.provider is None or it.provider in site.providers)
    )


def _apart(plan: TreatmentPlanApproved, it: Appointment, every: Sequence[Appointment]) -> bool:
    """Whether every other infusion of the journey is the plan's gap away, start from start."""
    gap = timedelta(hours=plan.min_gap_h)
    others = (other.start for other in every if other.appointment_id != it.appointment_id)
    return all(abs(start - it.start) >= gap for start in others)


def _bridged(
    plan: TreatmentPlanApproved, it: Appointment, filled: Sequence[Appointment], slots: int, site: Site
) -> bool:
    """Whether the slots that are still open could bridge, each at the longest gap, the days to those next to it.

    Of a whole series no slot is open, and the longest gap itself is meant.
    """
    if it not in filled:
        return True
    open_ = max(slots - len({other.slot_no for other in filled}), 0)
    others = [other for other in filled if other is not it]
    before = max((other.start for other in others if other.start <= it.start), default=None)
    after = min((other.start for other in others if other.start > it.start), default=None)
    days = (abs((site.day(near) - site.day(it.start)).days) for near in (before, after) if near is not None)
    return all(passed <= (open_ + 1) * plan.max_gap_d for passed in days)


def _slots(journey: Journey, plan: TreatmentPlanApproved, it: Appointment) -> int:
    """How many slots the series has that one is of; none where it is of a reinduction before the last."""
    if it.reinduction_id is None:
        return plan.infusions
    return journey.given_of_series[1] if it.reinduction_id == reinduction_id(journey) else 0


def _within_window(plan: TreatmentPlanApproved, it: Appointment, filled: Sequence[Appointment], site: Site) -> bool:
    """Whether it lies within the plan's days of every other infusion of its series."""
    if it not in filled:
        return True
    return all(abs((site.day(other.start) - site.day(it.start)).days) <= plan.window_d for other in filled)


def _alone(journey: Journey, it: Appointment) -> bool:
    """Whether the patient has no other appointment at that time: nobody sits in two chairs."""
    others = (other for other in present(journey) if other.appointment_id != it.appointment_id)
    return not any(other.start < it.end and it.start < other.end for other in others)
