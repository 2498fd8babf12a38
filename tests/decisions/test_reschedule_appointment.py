"""Are appointments moved all or none, to where they could have been booked?"""

from __future__ import annotations

from dataclasses import replace

from journey.commands import RescheduleAppointment
from journey.errors import Rule
from journey.events import AppointmentRescheduled
from journey.events.schedule import Initiator, Move, RescheduleReason
from journey.history import fold
from tests.decisions.states import APPOINTMENT, VISITS, booked, booking, checked_in, closed, deceased, morning
from tests.decisions.test_book_appointment import CONSULT_VISIT
from tests.given import DAY, HOUR, MINUTE, named

WEDNESDAY = morning(3, 4)
MOVE = Move(appointment_id=APPOINTMENT, start=WEDNESDAY, end=WEDNESDAY + HOUR, chair="chair-2", nurse="nurse-2")


def moved(*moves: Move) -> RescheduleAppointment:
    """Ask for these moves."""
    return RescheduleAppointment(moves=moves, initiator=Initiator.PATIENT, reason=RescheduleReason.ILLNESS)


def test_moves_the_appointment() -> None:
    """The whole new placing is stored, and is where the appointment stands."""
    after = (
        booked()
        .when(moved(MOVE))
        .then(AppointmentRescheduled(moves=(MOVE,), initiator=Initiator.PATIENT, reason=RescheduleReason.ILLNESS))
    )
    appointment = fold(after.log).appointments[APPOINTMENT]
    assert (appointment.start, appointment.chair, appointment.nurse) == (WEDNESDAY, "chair-2", "nurse-2")


def test_is_refused_of_an_unknown_appointment() -> None:
    """What was never booked can't be moved."""
    unknown = replace(MOVE, appointment_id=named("another appointment"))
    booked().when(moved(unknown)).then_refused(Rule.UNKNOWN_APPOINTMENT)


def test_is_refused_when_one_is_moved_twice() -> None:
    """One appointment has one new placing."""
    booked().when(moved(MOVE, MOVE)).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_once_the_patient_came() -> None:
    """Only an appointment that is still open is moved."""
    checked_in().when(moved(MOVE)).then_refused(Rule.NOT_BOOKED)


def test_one_that_cannot_be_moved_stops_all() -> None:
    """A second move to a closed day refuses the first one too."""
    state = booked().then_came(booking(2))
    sunday = Move(
        appointment_id=named("appointment 2"),
        start=morning(3, 8),
        end=morning(3, 8) + HOUR,
        chair="chair-1",
        nurse="nurse-1",
    )
    state.when(moved(MOVE, sunday)).then_refused(Rule.SITE_CLOSED)


def test_is_refused_where_it_could_not_be_booked() -> None:
    """A new placing is judged as a booking is."""
    state = booked()
    state.when(moved(replace(MOVE, chair="chair-9"))).then_refused(Rule.UNKNOWN_RESOURCE)
    state.when(moved(replace(MOVE, nurse=None))).then_refused(Rule.CHAIR_REQUIRED)
    state.when(moved(replace(MOVE, end=WEDNESDAY))).then_refused(Rule.END_BEFORE_START)
    state.when(moved(replace(MOVE, end=WEDNESDAY + DAY + MINUTE))).then_refused(Rule.APPOINTMENT_TOO_LONG)
    state.when(moved(MOVE), at=WEDNESDAY + MINUTE).then_refused(Rule.APPOINTMENT_PAST)


def test_keeps_the_gaps_between_what_is_moved_together() -> None:
    """Two infusions moved together are held against where they go, not where they were."""
    state = booked().then_came(booking(2))
    second = replace(MOVE, appointment_id=named("appointment 2"), start=WEDNESDAY + 2 * DAY)
    second = replace(second, end=second.start + HOUR)
    state.when(moved(MOVE, second)).then_deviates()
    close = replace(second, start=WEDNESDAY + DAY, end=WEDNESDAY + DAY + HOUR)
    state.when(moved(MOVE, close)).then_refused(Rule.GAP_TOO_SHORT)


def test_is_refused_where_the_patient_is_already() -> None:
    """Two appointments may change places, and not come to lie over one another."""
    review = replace(CONSULT_VISIT, appointment_id=named("review"), start=WEDNESDAY, end=WEDNESDAY + HOUR)
    state = booked().when(review).then_deviates()
    state.when(moved(MOVE)).then_refused(Rule.APPOINTMENTS_OVERLAP)
    away = Move(appointment_id=review.appointment_id, start=VISITS[0], end=VISITS[0] + HOUR)
    state.when(moved(MOVE, away)).then_deviates()
    state.when(moved(MOVE, replace(away, start=WEDNESDAY, end=WEDNESDAY + HOUR))).then_refused(
        Rule.APPOINTMENTS_OVERLAP
    )


def test_is_refused_after_the_end() -> None:
    """Nothing is moved in a closed journey, or for the dead."""
    seventh = booking(7, morning(4, 20))
    late = replace(MOVE, appointment_id=named("appointment 7"), start=morning(4, 21), end=morning(4, 21) + HOUR)
    closed().then_came(seventh).when(moved(late)).then_refused(Rule.JOURNEY_CLOSED)
    deceased().then_came(seventh).when(moved(late)).then_refused(Rule.PATIENT_DECEASED)
