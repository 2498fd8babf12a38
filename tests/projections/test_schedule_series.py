"""Are the slots that were planned and the infusions that were given told apart?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from journey.decisions.placing import open_slots
from journey.events import AppointmentCancelled, AppointmentMissed, SeriesBooked
from journey.events.schedule import CancellationReason, Initiator, SeriesSlot
from journey.history import fold
from projections.plain import moment
from projections.schedule import PROJECTION
from projections.schedule.open_series import told
from tests.decisions.states import (
    PLANNED,
    VISITS,
    aborted,
    booked,
    booking,
    came_at,
    checked_in,
    discharged,
    induced,
    infusing,
    maintained,
    morning,
    planned,
    reinduced,
    visited,
    withheld,
)
from tests.given import DAY, HOUR, Given, named
from tests.projections.due import then_due
from tests.projections.folded import rows_of, then_rows

SERIES = SeriesBooked(
    series_id=named("series"),
    plan_id=PLANNED.plan_id,
    slots=tuple(
        SeriesSlot(
            appointment_id=named(f"appointment {number}"),
            slot_no=number,
            start=start,
            end=start + 3 * HOUR,
            chair="chair-1",
            nurse="nurse-1",
        )
        for number, start in enumerate(VISITS, start=1)
    ),
)
EMPTY = [{"slot_no": number, "state": "to_book", "appointment_id": None} for number in range(2, 7)]


def then_first_slot(state: Given, slot_state: str) -> None:
    """Expect the first slot in a state, and the other five to be booked yet."""
    then_rows(PROJECTION, state, "slots", {"slot_no": 1, "state": slot_state}, *EMPTY)


def test_a_slot_goes_from_booked_to_given() -> None:
    """A slot is filled by a booking, then by a patient who is here, then by an infusion that counts."""
    then_first_slot(planned(), "to_book")
    then_first_slot(booked(), "booked")
    then_first_slot(checked_in(), "arrived")
    then_first_slot(discharged(), "given")


def test_a_series_fills_every_slot_at_once() -> None:
    """Of each slot its appointment and the series are shown, on the board and among what is due, too."""
    state = planned().then_came(SERIES)
    every = [
        {"slot_no": it.slot_no, "appointment_id": str(it.appointment_id), "series_id": str(SERIES.series_id)}
        for it in SERIES.slots
    ]
    then_rows(PROJECTION, state, "slots", *({"state": "booked"} | it for it in every))
    then_rows(PROJECTION, state, "board", *({"kind": "infusion", "status": "booked"} | it for it in every))
    due = [{"kind": "appointment", **{key: it[key] for key in ("appointment_id", "series_id")}} for it in every]
    then_due(state, *due)


def test_a_series_settles_what_was_missed() -> None:
    """Who misses the first infusion is booked anew, by the series of all slots."""
    missed = AppointmentMissed(appointment_id=named("appointment 1"), contacted=True)
    again = tuple(replace(it, appointment_id=named(f"again {it.slot_no}")) for it in SERIES.slots)
    state = came_at(booked(), VISITS[0] + DAY, missed).then_came(replace(SERIES, slots=again))
    then_due(state, *({"kind": "appointment", "appointment_id": str(it.appointment_id)} for it in again))


def test_what_came_to_nothing_frees_its_slot() -> None:
    """After a cancellation or a withheld session the slot is to be booked again."""
    cancelled = AppointmentCancelled(
        appointment_ids=(named("appointment 1"),),
        initiator=Initiator.CLINIC,
        reason_code=CancellationReason.PROVIDER,
        late=False,
    )
    then_first_slot(booked().then_came(cancelled), "to_book")
    then_first_slot(withheld(), "to_book")


def test_a_slot_booked_again_shows_the_new_booking() -> None:
    """Of two bookings of a slot the one that still holds is shown."""
    again = replace(booking(2), slot_no=1)
    then_rows(
        PROJECTION,
        withheld().then_came(again),
        "slots",
        {"slot_no": 1, "state": "booked", "appointment_id": str(named("appointment 2"))},
        *EMPTY,
    )


def test_a_new_plan_has_slots_of_its_own() -> None:
    """A plan that supersedes another starts with as many empty slots as it has infusions."""
    revised = replace(PLANNED, plan_id=named("plan 2"), revision=2, infusions=8, supersedes=PLANNED.plan_id)
    empty = [{"slot_no": number, "state": "to_book"} for number in range(1, 9)]
    then_rows(PROJECTION, booked().then_came(revised), "slots", *empty)


def test_a_revised_plan_has_the_slots_that_are_left() -> None:
    """After two infusions a plan of six has four to book, its last: as the decisions have it."""
    revised = replace(PLANNED, plan_id=named("plan 2"), revision=2, supersedes=PLANNED.plan_id)
    state = visited(visited(planned(), 1), 2).then_came(revised)
    expected = [{"slot_no": number, "state": "given" if number < 3 else "to_book"} for number in range(1, 7)]
    then_rows(PROJECTION, state, "slots", *expected)
    assert open_slots(fold(state.log)) == (3, 4, 5, 6)


def test_a_reinduction_has_slots_of_its_own() -> None:
    """Beside the plan's; what was booked singly fills the first that are free, and with maintenance they end."""
    state = reinduced()
    given = [{"part": "induction", "slot_no": number, "state": "given"} for number in range(1, 7)]

    def then_again(after: Given, *states: str) -> None:
        anew = [{"part": "reinduction", "slot_no": it, "state": said} for it, said in enumerate(states, start=1)]
        then_rows(PROJECTION, after, "slots", *given, *anew)
        assert len(open_slots(fold(after.log))) == states.count("to_book")

    then_again(state, "to_book", "to_book")
    slots = tuple(
        replace(it, appointment_id=named(f"again {it.slot_no}"), start=start, end=start + HOUR)
        for it, start in zip(SERIES.slots, (morning(4, 22), morning(4, 25)), strict=False)
    )
    anew = replace(SERIES, series_id=named("anew"), reinduction_id=state.log[-1].event_id, slots=slots)
    then_again(state.then_came(anew), "booked", "booked")
    then_again(state.then_came(booking(7, morning(4, 22))), "booked", "to_book")
    then_again(visited(state, 7, morning(4, 22)), "given", "to_book")


def test_open_series_are_what_is_not_given_to_its_end() -> None:
    """Each with its denominator and the parts that it is the sum of; of a reinduction its own."""

    def rows(state: Given) -> list[dict[str, Any]]:
        found = rows_of(PROJECTION, state)
        keyed = {name: [{**row, "journey_id": "j"} for row in found[name].values()] for name in ("journeys", "slots")}
        return told(keyed["journeys"], [row for row in keyed["slots"] if row["state"] != "given"])

    (row,) = rows(visited(planned(), 1).then_came(booking(2)))
    assert [row[name] for name in ("part", "planned", "given", "arrived", "booked", "to_book")] == [
        *("induction", 6, 1, 0, 1, 4)
    ]
    assert row["next_at"] == row["last_at"] == moment(VISITS[1])
    (again,) = rows(visited(reinduced(), 7, morning(4, 22)))
    assert (again["part"], again["planned"], again["given"], again["to_book"]) == ("reinduction", 2, 1, 1)
    assert rows(induced(6)) == []


def test_given_infusions_are_numbered_among_those_that_count() -> None:
    """An aborted start that does not count has a number of its own and is no infusion."""
    then_rows(PROJECTION, infusing(), "given", {"attempt_no": 1, "infusion": None, "ended": "running", "counts": False})
    then_rows(PROJECTION, aborted(), "given", {"attempt_no": 1, "infusion": None, "ended": "aborted", "mg": "8.75"})
    then_rows(
        PROJECTION,
        aborted(ml_infused=Decimal(45), counts=True),
        "given",
        {"attempt_no": 1, "infusion": 1, "ended": "aborted", "mg": "31.5", "counts": True},
    )


def test_given_infusions_say_where_they_were_planned() -> None:
    """The infusion of maintenance has no slot of the plan."""
    state = visited(maintained(), 7, VISITS[5] + 31 * DAY)
    induction = [
        {"attempt_no": number, "infusion": number, "slot_no": number, "part": "induction"} for number in range(1, 7)
    ]
    then_rows(
        PROJECTION,
        state,
        "given",
        *induction,
        {"attempt_no": 7, "infusion": 7, "slot_no": None, "part": "maintenance"},
    )


def test_the_journey_counts_its_infusions() -> None:
    """Planned and given are told apart in the journey's own row."""
    then_rows(
        PROJECTION,
        discharged(),
        "journeys",
        {"infusions_planned": 6, "infusions_given": 1, "patient_id": str(named("patient")), "revision": 1},
    )
