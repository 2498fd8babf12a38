"""May a whole series be booked? Every infusion that the plan, or a reinduction, still lacks, or none of them."""

from __future__ import annotations

from journey.clinic import Clinic
from journey.commands import BookSeries
from journey.commands.schedule import WantedSlot
from journey.decisions.findings import Findings, require, treating
from journey.decisions.placing import open_slots, placed, plan_id, reinduction_id
from journey.errors import Refused, Rule
from journey.events import SeriesBooked
from journey.events.schedule import SeriesSlot
from journey.evolve import with_booked
from journey.recorded import Asked, Fact
from journey.state import Journey


def book_series(journey: Journey, asked: Asked[BookSeries], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Give every infusion that the series in force still lacks, in its order, gaps and window, with all it needs."""
    command, plan = asked.command, journey.plan
    slots = tuple(_slot(asked, it) for it in command.slots)
    ids = {it.appointment_id for it in slots}
    require(Rule.DUPLICATE_ID, holds=len(ids) == len(slots) and ids.isdisjoint(journey.appointments))
    require(Rule.DUPLICATE_ID, holds=all(it.series_id != command.series_id for it in journey.appointments.values()))
    treating(journey, asked.at, findings)
    require(Rule.UNKNOWN_PLAN, holds=command.plan_id in {None, plan_id(journey)})
    if plan is None:  # without one there is nothing to book, whatever has happened
        raise Refused(Rule.NO_PLAN)
    _fills(journey, slots, journey.given_of_series[1], findings)
    event = SeriesBooked(
        series_id=command.series_id,
        plan_id=plan.plan_id,
        reinduction_id=reinduction_id(journey),
        slots=slots,
    )
    after = with_booked(journey, event)
    for slot in slots:
        placed(after, after.appointments[slot.appointment_id], asked.at, clinic, findings)
    return [findings.fact(event)]


def _slot(asked: Asked[BookSeries], wanted: WantedSlot) -> SeriesSlot:
    return SeriesSlot(
        appointment_id=wanted.appointment_id or asked.new_id(f"appointment {wanted.slot_no}"),
        slot_no=wanted.slot_no,
        start=wanted.start,
        end=wanted.end,
        chair=wanted.chair,
        nurse=wanted.nurse,
        provider=wanted.provider,
    )


def _fills(journey: Journey, slots: tuple[SeriesSlot, ...], infusions: int, findings: Findings) -> None:
    """Each open slot of the series is filled once, in the order of time."""
    open_, seen = open_slots(journey), set[int]()
    for slot in slots:
        findings.guard(Rule.SLOT_NOT_IN_PLAN, holds=slot.slot_no <= infusions, slot_no=slot.slot_no)
        free = slot.slot_no in open_ and slot.slot_no not in seen
        findings.guard(Rule.SLOT_TAKEN, holds=free, slot_no=slot.slot_no)
        seen.add(slot.slot_no)
    missing = min(set(open_) - seen, default=0)
    findings.guard(Rule.SERIES_INCOMPLETE, holds=not missing, slot_no=missing)
    starts = [slot.start for slot in sorted(slots, key=lambda it: it.slot_no)]
    findings.guard(Rule.SLOTS_OUT_OF_ORDER, holds=starts == sorted(starts))
