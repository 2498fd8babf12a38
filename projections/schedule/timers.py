"""What is to be done once its time comes? From where a journey stands, tasks that bear the time themselves.

No clock is read and nothing runs when a time comes: whoever asks says what time it is, and a row is a task from
`opens_at` on. So there is one row of each, whoever folds the journey, how often, and whatever was killed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from projections.plain import later, noon
from projections.schedule.appointments import INFUSION, Appointment
from projections.schedule.document import Maintenance, Plan, Schedule
from projections.schedule.pumps import Pump
from projections.schedule.raised import Task
from projections.schedule.sessions import infusions

Keyed = Iterator[tuple[str, Task]]


def tasks(schedule: Schedule) -> Keyed:
    """Every task with a time of its own, by its key."""
    yield from _risks(schedule)
    yield from _visits(schedule)
    if schedule.died_at is None:
        yield from _missed(schedule)
    if schedule.ended:
        return
    yield from _rechecks(schedule)
    yield from _expiries(schedule)
    yield from _authorization(schedule)
    yield from _pauses(schedule)
    yield from _lapse(schedule)
    if schedule.maintenance is None:
        yield from _review(schedule)
    elif not schedule.pauses and schedule.switched_at is None:
        yield from _maintenance(schedule, schedule.maintenance)


def ahead(schedule: Schedule) -> list[Appointment]:
    """The infusions that lie ahead."""
    return [it for it in schedule.appointments.values() if it.is_open and it.kind == INFUSION]


def _risks(schedule: Schedule) -> Keyed:
    for key, risk in schedule.standing.risks.items():
        yield (
            f"suicide_risk:{key}",
            Task(
                due_at=risk.raised_at,
                reason=f"suicide_risk_{risk.level}",
                overdue_at=risk.overdue_at,
                subject_id=key,
            ),
        )


def _visits(schedule: Schedule) -> Keyed:
    """The next reading of a visit that goes on, that somebody acts on the last, and what follows one that is over."""
    for key, it in schedule.sessions.items():
        if it.signs_due_at is not None:
            yield (
                f"vitals:{key}",
                Task(
                    due_at=it.signs_due_at,
                    reason="vitals_due",
                    opens_at=it.signs_due_at,
                    overdue_at=it.signs_due_at,
                    appointment_id=it.appointment_id,
                    session_id=key,
                ),
            )
        if it.act_since is not None:
            yield (
                f"act:{key}",
                Task(
                    due_at=it.act_since,
                    reason="signs_beyond_limits",
                    overdue_at=it.act_since,
                    appointment_id=it.appointment_id,
                    session_id=key,
                ),
            )
        if it.call_due_at is not None and not schedule.ended:
            yield (
                f"follow_up:{key}",
                Task(
                    due_at=it.call_due_at,
                    reason="follow_up_call",
                    opens_at=it.call_due_at,
                    appointment_id=it.appointment_id,
                    session_id=key,
                ),
            )
        if it.signature_due_at is not None and not it.is_open and it.signed_off_at is None:
            yield (
                f"unsigned:{key}",
                Task(
                    due_at=it.signature_due_at,
                    reason="unsigned",
                    overdue_at=it.signature_due_at,
                    appointment_id=it.appointment_id,
                    session_id=key,
                ),
            )


def _missed(schedule: Schedule) -> Keyed:
    """Whoever has not come, once the grace is over; until then it is none."""
    for key, it in schedule.appointments.items():
        if it.is_open:
            yield (
                f"missed:{key}",
                Task(due_at=it.missed_from, reason="missed", opens_at=it.missed_from, appointment_id=key),
            )


def _rechecks(schedule: Schedule) -> Keyed:
    """A re-check that was agreed on, and one that a finding asks for."""
    standing = schedule.standing
    if standing.recheck_at is not None:
        yield "recheck", Task(due_at=standing.recheck_at, reason="eligibility_recheck")
    if standing.eligible_until is not None and (found := standing.new_contraindications()):
        yield "contraindication", Task(due_at=min(found), reason="eligibility_new_contraindication")


def _expiries(schedule: Schedule) -> Keyed:
    """What runs out before an infusion that is booked; late once that infusion begins."""
    standing, booked = schedule.standing, ahead(schedule)
    ends = {
        "eligibility": standing.eligible_until,
        "clearing": standing.cleared_until,
        "pregnancy_test": standing.test_until,
        "consent": standing.consented_until,
    }
    for kind, until in ends.items():
        after = (it for it in booked if until and until < it.starts_at)
        first = min(after, key=lambda it: it.starts_at, default=None)
        if until and first is not None:
            yield (
                kind,
                Task(
                    due_at=until,
                    reason=f"{kind}_expires",
                    overdue_at=first.starts_at,
                    appointment_id=first.appointment_id,
                ),
            )


def _authorization(schedule: Schedule) -> Keyed:
    """With few of the infusions left that were authorized, another answer is sought: since the one that left so few."""
    if schedule.standing.coverage is None or schedule.switched_at is not None:
        return
    key, coverage = schedule.standing.coverage
    if coverage.units is None:
        return
    used = [it for _, it in infusions(schedule.sessions) if coverage.valid_from <= it.day <= coverage.valid_to]
    too_many = coverage.units - coverage.units_min  # the index of the infusion that leaves one too few
    if len(used) > too_many:
        since = coverage.verified_at if too_many < 0 else max(used[too_many].started_at, coverage.verified_at)
        task = Task(due_at=since, reason="authorization_running_out", opens_at=since, subject_id=key)
        yield f"authorization:{key}", task


def _pauses(schedule: Schedule) -> Keyed:
    """The day on which the journey is likely to go on."""
    for number, pause in enumerate(schedule.pauses):
        if pause.until is not None:
            yield f"pause:{number}", Task(due_at=pause.until, reason="pause_over")


def _lapse(schedule: Schedule) -> Keyed:
    """A journey of which nothing is heard, and in which nothing is planned any more; a container is none."""
    booked, here = schedule.appointments.values(), schedule.sessions.values()
    rests = schedule.pauses or any(it.is_open for it in booked) or any(it.is_open for it in here)
    if schedule.heard is None or schedule.referred_at is None or rests:
        return
    planned = schedule.maintenance and _next_at(schedule, schedule.maintenance)
    since = max(schedule.heard.lapsed_from, planned or "", schedule.standing.recheck_at or "")
    yield "lapsed", Task(due_at=since, reason="lapsed", opens_at=since)


def _review(schedule: Schedule) -> Keyed:
    """Once the infusions of the plan, or of a reinduction, are given, the response is reviewed.

    It is due from the first day of its rule's window on, and late once the last is over, at whatever hour it ends.
    """
    given, again = infusions(schedule.sessions), schedule.reinduction
    if again is not None:
        given = [(visit, pump) for visit, pump in given if pump.started_at >= again.since]
    if schedule.plan is None or len(given) < (schedule.plan.infusions if again is None else again.infusions):
        return
    last_at = given[-1][1].ended_at or given[-1][1].started_at
    if schedule.reviewed_at is None or schedule.reviewed_at < last_at:
        yield "response", _reviewed(schedule.plan, given[0][1], last_at)


def _reviewed(plan: Plan, first: Pump, last_at: str) -> Task:
    review = plan.review
    since = first.started_at if review.from_first else last_at
    due_at, overdue_at = (later(since, timedelta(days=days)) for days in (review.days_min, review.days_max + 1))
    return Task(due_at=due_at, reason="response_review", opens_at=due_at, overdue_at=overdue_at)


def _maintenance(schedule: Schedule, maintenance: Maintenance) -> Keyed:
    """The next infusion of maintenance, with its appointment once there is one."""
    due_at = _next_at(schedule, maintenance)
    if due_at is not None:
        first = min(ahead(schedule), key=lambda it: it.starts_at, default=None)
        yield (
            "next",
            Task(
                due_at=due_at,
                reason=maintenance.rule,
                overdue_at=due_at,
                appointment_id=None if first is None else first.appointment_id,
            ),
        )


def _next_at(schedule: Schedule, maintenance: Maintenance) -> str | None:
    """When the next infusion of maintenance is due; None after its last day."""
    days = [pump.day for _, pump in infusions(schedule.sessions) if pump.maintenance_id == maintenance.maintenance_id]
    next_day = date.fromisoformat(maintenance.first_day)
    if days:
        interval = maintenance.intervals_d[min(len(days), len(maintenance.intervals_d)) - 1]
        next_day = date.fromisoformat(days[-1]) + timedelta(days=interval)
    if maintenance.until_day is not None and next_day.isoformat() > maintenance.until_day:
        return None
    return noon(next_day, maintenance.offset_min)
