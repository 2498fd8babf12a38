"""How does a patient's series go: what was planned, and, apart from it, what was given?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from projections.database import ReadModels
from projections.projection import Column, Kind, Table
from projections.schedule.appointments import INFUSION, Appointment
from projections.schedule.document import Plan, Reinduction, Schedule
from projections.schedule.pumps import Pump
from projections.schedule.sessions import infusions

JOURNEYS = Table(
    "journeys",
    "Every journey: whose it is, its plan, and whether it rests or ended",
    (
        Column("patient_id", Kind.TEXT, "the patient, by a name of the vault"),
        Column("referred_at", Kind.TIME, "when it began"),
        Column("plan_id", Kind.TEXT, "the plan in force"),
        Column("revision", Kind.WHOLE, "the plan's revision"),
        Column("infusions_planned", Kind.WHOLE, "the infusions of the plan"),
        Column("infusions_given", Kind.WHOLE, "the infusions that count, maintenance included"),
        Column("reinduced_at", Kind.TIME, "when a series was ordered anew, and goes on"),
        Column("reinduction_infusions", Kind.WHOLE, "how many infusions that series has"),
        Column("maintenance_id", Kind.TEXT, "the maintenance in force"),
        Column("modality", Kind.TEXT, "another treatment, instead or besides"),
        Column("switched_at", Kind.TIME, "since when it takes the place of the infusions"),
        Column("paused_at", Kind.TIME, "since when it rests"),
        Column("pause_reason", Kind.TEXT, "why it rests"),
        Column("closed_at", Kind.TIME, "when it was closed"),
        Column("died_at", Kind.TIME, "when a death was reported"),
    ),
)

SLOTS = Table(
    "slots",
    "Every slot of the plan in force, and of a reinduction that goes on, and the appointment that fills it",
    (
        Column("part", Kind.TEXT, "induction, or reinduction"),
        Column("slot_no", Kind.WHOLE, "the slot"),
        Column("state", Kind.TEXT, "to_book, booked, arrived or given"),
        Column("appointment_id", Kind.TEXT, "the appointment"),
        Column("series_id", Kind.TEXT, "the series it was booked in, if it was not booked alone"),
        Column("starts_at", Kind.TIME, "when it is to begin"),
        Column("ends_at", Kind.TIME, "when it is to end"),
    ),
)

GIVEN = Table(
    "given",
    "Every start of the pump, and which infusion it is if it counts",
    (
        Column("infusion", Kind.WHOLE, "the infusion's number among those that count"),
        Column("attempt_no", Kind.WHOLE, "the number of the start, gapless"),
        Column("slot_no", Kind.WHOLE, "the slot it was planned in"),
        Column("appointment_id", Kind.TEXT, "the appointment"),
        Column("session_id", Kind.TEXT, "the session"),
        Column("part", Kind.TEXT, "induction, reinduction or maintenance"),
        Column("started_at", Kind.TIME, "when the pump was started"),
        Column("ended_at", Kind.TIME, "when it stopped for good"),
        Column("ended", Kind.TEXT, "running, completed or aborted"),
        Column("mg", Kind.NUMBER, "what was infused", "mg"),
        Column("counts", Kind.FLAG, "whether it counts as an infusion"),
    ),
)

STATES = ("to_book", "booked", "arrived", "given")
"""How far a slot has come."""

TO_BOOK, BOOKED, ARRIVED, GIVEN_NOW = 0, 1, 2, 3

INDUCTION, REINDUCTION, MAINTAINED = "induction", "reinduction", "maintenance"


def journey_row(schedule: Schedule) -> dict[str, dict[str, Any]]:
    """The journey's own row."""
    plan, again = schedule.plan, schedule.reinduction
    row = {
        "patient_id": schedule.patient_id,
        "referred_at": schedule.referred_at,
        "plan_id": plan and plan.plan_id,
        "revision": plan and plan.revision,
        "infusions_planned": plan and plan.infusions,
        "infusions_given": len(infusions(schedule.sessions)),
        "reinduced_at": again and again.since,
        "reinduction_infusions": again and again.infusions,
        "maintenance_id": schedule.maintenance and schedule.maintenance.maintenance_id,
        "modality": schedule.modality,
        "switched_at": schedule.switched_at,
        "paused_at": schedule.pauses[0].since if schedule.pauses else None,
        "pause_reason": schedule.pauses[0].reason if schedule.pauses else None,
        "closed_at": schedule.closed_at,
        "died_at": schedule.died_at,
    }
    return {} if schedule.patient_id is None else {"journey": row}


def slot_rows(schedule: Schedule) -> dict[str, dict[str, Any]]:
    """A row a slot of the plan in force, and of the reinduction that goes on."""
    if schedule.plan is None:
        return {}
    plan, again = schedule.plan, schedule.reinduction
    filled, before = _filled(schedule, plan), _given_before(schedule, plan)
    rows = {
        f"{slot_no:04}": _slot(INDUCTION, slot_no, *filled.get(slot_no, (before.get(slot_no, TO_BOOK), None)))
        for slot_no in range(1, plan.infusions + 1)
    }
    if again is not None:
        anew = _filled_again(schedule, again)
        for slot_no in range(1, again.infusions + 1):
            rows[f"again {slot_no:04}"] = _slot(REINDUCTION, slot_no, *anew.get(slot_no, (TO_BOOK, None)))
    return rows


def _slot(part: str, slot_no: int, state: int, appointment: Appointment | None) -> dict[str, Any]:
    return {
        "part": part,
        "slot_no": slot_no,
        "state": STATES[state],
        "appointment_id": appointment and appointment.appointment_id,
        "series_id": appointment and appointment.series_id,
        "starts_at": appointment and appointment.starts_at,
        "ends_at": appointment and appointment.ends_at,
    }


def _filled(schedule: Schedule, plan: Plan) -> dict[int | None, tuple[int, Appointment]]:
    """Of each slot that is filled its state and appointment: where there are several, the furthest one."""
    filled: dict[int | None, tuple[int, Appointment]] = {}
    for state, it in _standing(schedule):
        ours = it.plan_id == plan.plan_id and it.reinduction_id is None
        if ours and state >= filled.get(it.slot_no, (0, it))[0]:
            filled[it.slot_no] = state, it
    return filled


def _given_before(schedule: Schedule, plan: Plan) -> dict[int, int]:
    """The slots that are not to be filled any more: the first, as many as were given under a plan before this one."""
    filled = _filled(schedule, plan)
    given = [pump for _, pump in infusions(schedule.sessions) if _part(pump) == INDUCTION]
    pending = sum(state != GIVEN_NOW for slot_no, (state, _) in filled.items() if slot_no is not None)
    free = [slot_no for slot_no in range(1, plan.infusions + 1) if slot_no not in filled]
    left = max(plan.infusions - len(given) - pending, 0)
    return dict.fromkeys(free[: max(len(free) - left, 0)], GIVEN_NOW)


def _filled_again(schedule: Schedule, again: Reinduction) -> dict[int, tuple[int, Appointment]]:
    """The same of a reinduction: what was booked for one of its slots, and in the others what was booked singly."""
    filled: dict[int, tuple[int, Appointment]] = {}
    singly = []
    for state, it in _standing(schedule):
        if it.reinduction_id == again.reinduction_id and it.slot_no is not None:
            filled[it.slot_no] = max(filled.get(it.slot_no, (state, it)), (state, it), key=lambda one: one[0])
        elif it.kind == INFUSION and it.starts_at >= again.since:
            singly.append((state, it))
    free = (slot_no for slot_no in range(1, again.infusions + 1) if slot_no not in filled)
    return filled | dict(zip(free, sorted(singly, key=lambda one: one[1].starts_at), strict=False))


def _standing(schedule: Schedule) -> Iterator[tuple[int, Appointment]]:
    """The appointments that lie ahead, go on, or were given, with how far each has come."""
    given = {session.appointment_id for session, _ in infusions(schedule.sessions)}
    here = {session.appointment_id for session in schedule.sessions.values() if session.is_open}
    for key, it in schedule.appointments.items():
        state = GIVEN_NOW if key in given else ARRIVED if key in here else BOOKED if it.is_open else 0
        if state:
            yield state, it


def given_rows(schedule: Schedule) -> dict[str, dict[str, Any]]:
    """A row a start of the pump."""
    numbers = {pump.attempt_no: number for number, (_, pump) in enumerate(infusions(schedule.sessions), start=1)}
    rows = {}
    for session in schedule.sessions.values():
        appointment = schedule.appointments.get(session.appointment_id)
        for pump in session.pumps:
            rows[f"{pump.attempt_no:04}"] = {
                "infusion": numbers.get(pump.attempt_no),
                "attempt_no": pump.attempt_no,
                "slot_no": appointment and appointment.slot_no,
                "appointment_id": session.appointment_id,
                "session_id": session.session_id,
                "part": _part(pump),
                "started_at": pump.started_at,
                "ended_at": pump.ended_at,
                "ended": "running" if pump.ended_at is None else "aborted" if pump.aborted else "completed",
                "mg": pump.mg,
                "counts": pump.counts,
            }
    return rows


def _part(pump: Pump) -> str:
    if pump.maintenance_id is not None:
        return MAINTAINED
    return REINDUCTION if pump.again else INDUCTION


def series(models: ReadModels, journey_id: UUID) -> dict[str, Any] | None:
    """A journey's planned slots and given infusions; None of a journey that is not known here."""
    key = str(journey_id)
    with models.database.reading() as session:
        about = models.rows_in(session, "schedule", "journeys", "t.journey_id = ?", key)
        planned = models.rows_in(session, "schedule", "slots", "t.journey_id = ?", key)
        given = models.rows_in(session, "schedule", "given", "t.journey_id = ?", key)
        position = models.position_in(session, "schedule")
    if not about:
        return None
    own = about[0] | {"position": position}
    return own | {"planned": [_within(row) for row in planned], "given": [_within(row) for row in given]}


def _within(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what the whole answer says already."""
    return {name: it for name, it in row.items() if name not in {"journey_id", "position", "version", "stale_since"}}
