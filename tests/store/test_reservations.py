"""Is everybody's five minutes of a chair, a nurse and a patient's one open journey held once?"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import example
from hypothesis import given as drawn
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.commands import BookAppointment, CheckInPatient, CorrectEntry, RescheduleAppointment, WithholdSession
from journey.commands.records import Amendment
from journey.events.records import CorrectionKind, CorrectionReason
from journey.events.schedule import Initiator, Move, RescheduleReason
from journey.events.session import Identifier, NextAction, Ride, RideKind, WithheldReason
from journey.history import fold
from journey.seats import SLOT_S, slots
from journey.site import Site
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from journey.store.request import Answer, Request, Status
from journey.store.reservations import rebuilt
from tests.decisions.test_complete_consult import COMPLETE
from tests.given import DAY, HOUR, PRESCRIBER, START
from tests.store.asking import TOMORROW, book, cancel, close, refer, request, worked
from tests.store.conftest import Clock, Place, crossing

TAKEN, ELSEWHERE = "resource_taken", "journey_open_elsewhere"
ROWS = "SELECT resource, seat, slot, journey_id, appointment_id FROM reservations ORDER BY resource, seat, slot"
OPEN = "SELECT patient_id, journey_id FROM open_journeys ORDER BY patient_id"


@pytest.fixture
def two(store: Store) -> tuple[UUID, UUID]:
    """Two journeys of two patients."""
    ids = uuid4(), uuid4()
    for journey_id in ids:
        code_of(store, refer(uuid4(), journey_id=journey_id))
    return ids


@pytest.fixture
def wide(place: Place, keys: Keys, clock: Clock) -> Iterator[Store]:
    """A store whose first nurse minds two patients at a time."""
    site = Site(nurses={"nurse-1": 2})
    opened = open_store(place.url, keys=keys, clinic=Clinic(site=site), clock=clock)
    yield opened
    opened.close()


def code_of(store: Store, asked: Request) -> str | None:
    """Ask, and return why it was refused."""
    return store.journeys.execute(asked).code


def moved(booking: Request, start: datetime, **asked: Any) -> Request:
    """Return a request to move a booked hour."""
    assert isinstance(booking.command, BookAppointment)
    move = Move(
        appointment_id=booking.command.appointment_id, start=start, end=start + HOUR, chair=booking.command.chair
    )
    command = RescheduleAppointment(moves=(move,), initiator=Initiator.CLINIC, reason=RescheduleReason.CHAIR)
    return request(command, journey_id=booking.journey_id, **asked)


def arrived(appointment_id: UUID) -> CheckInPatient:
    """Say that the patient came."""
    return CheckInPatient(
        session_id=uuid4(),
        appointment_id=appointment_id,
        identifiers_checked=(Identifier.NAME, Identifier.DATE_OF_BIRTH),
        weight_kg=Decimal(70),
        ride=Ride(kind=RideKind.ESCORT, confirmed=True),
    )


def corrected(store: Store, booking: Request, start: datetime | None) -> Request:
    """Return a correction of a booking: it was for another hour, or never made."""
    assert isinstance(booking.command, BookAppointment)
    entry = next(it for it in store.log.history(booking.journey_id) if it.command_id == booking.command_id)
    replacement = None
    if start is not None:
        command = replace(booking.command, start=start, end=start + HOUR)
        replacement = Amendment(type="AppointmentBooked", at=entry.at, data=command)
    command_ = CorrectEntry(
        target_event_id=entry.event_id,
        kind=CorrectionKind.RETRACT if start is None else CorrectionKind.AMEND,
        replacement=replacement,
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )
    return request(command_, journey_id=booking.journey_id)


def test_chair_is_taken_by_another_journey(store: Store, two: tuple[UUID, UUID]) -> None:
    """The chair's minutes are refused to another journey, whole or in part, and that refusal is kept."""
    assert code_of(store, book(journey_id=two[0])) is None
    for start in (TOMORROW, TOMORROW - HOUR / 2, TOMORROW + HOUR / 2):
        asked = book(start, journey_id=two[1])
        assert code_of(store, asked) == TAKEN
        assert store.journeys.execute(asked).status is Status.DUPLICATE
    assert [it.code for it in store.attempts.refused()] == [TAKEN] * 3
    assert code_of(store, book(TOMORROW + HOUR, journey_id=two[1])) is None
    assert code_of(store, book(chair="chair-2", journey_id=two[1])) is None


def test_refusal_names_what_is_taken(store: Store, two: tuple[UUID, UUID]) -> None:
    """Who comes second hears which appointment and which resource, the same when asked again, and in the attempts."""
    assert code_of(store, book(journey_id=two[0], nurse="nurse-1")) is None
    asked = book(chair="chair-2", nurse="nurse-1", journey_id=two[1])
    assert isinstance(asked.command, BookAppointment)
    about = {"appointment_id": str(asked.command.appointment_id), "resource": "nurse-1"}
    for status in (Status.REFUSED, Status.DUPLICATE):
        answer = store.journeys.execute(asked)
        assert (answer.status, answer.code, answer.detail) == (status, TAKEN, about)
    assert [it.detail for it in store.attempts.refused()] == [about]


def test_nurse_is_held_like_a_chair(store: Store, two: tuple[UUID, UUID]) -> None:
    """A nurse can't be with two patients in two chairs."""
    assert code_of(store, book(chair="chair-1", nurse="nurse-1", journey_id=two[0])) is None
    assert code_of(store, book(chair="chair-2", nurse="nurse-1", journey_id=two[1])) == TAKEN
    assert code_of(store, book(chair="chair-2", nurse="nurse-2", journey_id=two[1])) is None


def test_nurse_has_as_many_seats_as_the_site_says(wide: Store) -> None:
    """A nurse who minds two takes two at a time, and no third."""
    ids = [uuid4() for _ in range(3)]
    for journey_id in ids:
        code_of(wide, refer(uuid4(), journey_id=journey_id))
    chairs = [book(chair=f"chair-{n}", nurse="nurse-1", journey_id=it) for n, it in enumerate(ids, 1)]
    assert [code_of(wide, it) for it in chairs] == [None, None, TAKEN]
    code_of(wide, cancel(chairs[0]))
    assert code_of(wide, replace(chairs[2], command_id=uuid4())) is None


def test_what_is_given_up_is_free(store: Store, two: tuple[UUID, UUID]) -> None:
    """Cancelling and moving free the minutes for others, and hold the new ones."""
    first = book(journey_id=two[0])
    assert code_of(store, first) is None
    assert code_of(store, moved(first, TOMORROW + 2 * HOUR)) is None
    assert code_of(store, book(journey_id=two[1])) is None
    assert code_of(store, book(TOMORROW + 2 * HOUR, journey_id=two[1])) == TAKEN
    assert code_of(store, moved(first, TOMORROW)) == TAKEN
    assert code_of(store, cancel(first)) is None
    assert code_of(store, book(TOMORROW + 2 * HOUR, journey_id=two[1])) is None


def test_a_consult_that_was_held_has_its_hour(store: Store, two: tuple[UUID, UUID], clock: Clock) -> None:
    """It stays held as it was booked, so that nothing stands against it that the consult is taken back."""
    consult = book(journey_id=two[0])
    assert code_of(store, consult) is None
    clock.now = TOMORROW
    held = request(COMPLETE, journey_id=two[0], at=TOMORROW, actor=PRESCRIBER)
    rows = store.log.read(ROWS)
    assert code_of(store, held) is None
    assert store.log.read(ROWS) == rows
    assert code_of(store, book(TOMORROW + HOUR / 2, journey_id=two[1])) == TAKEN
    taken_back = CorrectEntry(
        target_event_id=store.log.history(two[0])[-1].event_id,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )
    assert code_of(store, request(taken_back, journey_id=two[0], at=TOMORROW, actor=PRESCRIBER)) is None
    assert store.log.read(ROWS) == rows


def test_own_minutes_do_not_stand_in_the_way(store: Store, two: tuple[UUID, UUID]) -> None:
    """Moving by half an hour overlaps nothing but itself."""
    first = book(journey_id=two[0])
    assert code_of(store, first) is None
    assert code_of(store, moved(first, TOMORROW + HOUR / 2)) is None


def test_appointments_called_alike_are_two(store: Store, two: tuple[UUID, UUID]) -> None:
    """Two journeys name their appointments alike; what one of them gives up is not the other's."""
    first = book(journey_id=two[0])
    assert isinstance(first.command, BookAppointment)
    second = request(replace(first.command, chair="chair-2"), journey_id=two[1])
    assert [code_of(store, it) for it in (first, second, cancel(first))] == [None, None, None]
    assert [(row[0], row[3]) for row in store.log.read(ROWS)] == [("chair-2", str(two[1]))] * 12


def test_who_has_come_has_a_seat(store: Store, two: tuple[UUID, UUID], clock: Clock) -> None:
    """Somebody comes though it was called off and the chair given away: that is an observation, and held beside."""
    first = book(journey_id=two[0])
    for it in (first, cancel(first), book(journey_id=two[1])):
        assert code_of(store, it) is None
    assert isinstance(first.command, BookAppointment)
    arrival = arrived(first.command.appointment_id)
    clock.now = TOMORROW
    assert code_of(store, request(arrival, journey_id=two[0], at=TOMORROW)) is None
    assert {(row[0], row[1]) for row in store.log.read(ROWS)} == {("chair-1", 1), ("chair-1", 2)}


def test_who_is_not_infused_gives_the_chair_back(store: Store, two: tuple[UUID, UUID], clock: Clock) -> None:
    """Once the visit is over, however it ended, the rest of its time is free; told of it late, it is held beside."""
    first = book(journey_id=two[0], nurse="nurse-1")
    assert isinstance(first.command, BookAppointment)
    arrival = arrived(first.command.appointment_id)
    withheld = WithholdSession(
        session_id=arrival.session_id, reason=WithheldReason.BP, next_action=NextAction.RESCHEDULE
    )
    clock.now = TOMORROW
    assert [code_of(store, it) for it in (first, request(arrival, journey_id=two[0], at=TOMORROW))] == [None, None]
    assert code_of(store, book(journey_id=two[1])) == TAKEN
    assert code_of(store, request(withheld, journey_id=two[0], at=TOMORROW)) is None
    assert store.log.read(ROWS) == []
    assert code_of(store, book(journey_id=two[1])) is None
    target = store.log.history(two[0])[-1].event_id
    still_here = CorrectEntry(
        target_event_id=target,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )
    assert code_of(store, request(still_here, journey_id=two[0], at=TOMORROW)) is None
    assert {(row[0], row[1]) for row in store.log.read(ROWS)} == {("chair-1", 1), ("chair-1", 2), ("nurse-1", 1)}


def test_same_minutes_at_the_same_time(store: Store, two: tuple[UUID, UUID]) -> None:
    """Two journeys that both found the chair free: one has it, the other is told that it is taken."""
    journeys = crossing(store)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(journeys.execute, book(journey_id=it)) for it in two]
        assert {it.result().code for it in asked} == {None, TAKEN}


def test_batches_in_opposite_order_end(store: Store, two: tuple[UUID, UUID]) -> None:
    """Two batches that take the same chairs in opposite order wait for one another in vain; every line is answered."""
    journeys = crossing(store)
    hours = [TOMORROW + hour * HOUR for hour in range(6)]
    lines = [[book(start, journey_id=two[0]) for start in hours], [book(it, journey_id=two[1]) for it in hours[::-1]]]
    with ThreadPoolExecutor(2) as threads:
        answers = [it for batch in threads.map(journeys.execute_many, lines) for it in batch]
    assert sorted(str(it.code) for it in answers if isinstance(it, Answer)) == ["None"] * 6 + [TAKEN] * 6


def test_patient_has_one_open_journey(store: Store) -> None:
    """A second journey is refused while the first is open, and begins when that is closed."""
    patient, one, other = uuid4(), uuid4(), uuid4()
    assert code_of(store, refer(patient, journey_id=one)) is None
    assert code_of(store, refer(patient, journey_id=other)) == ELSEWHERE
    assert code_of(store, refer(patient, journey_id=one)) == "journey_exists"
    closing = close(journey_id=one)
    assert code_of(store, closing) is None
    assert code_of(store, refer(patient, journey_id=other)) is None


def test_closing_taken_back_needs_the_place(store: Store) -> None:
    """A closing entered in error is retracted while no other journey is open, and refused when one is."""
    patient, one, other = uuid4(), uuid4(), uuid4()
    closing = close(journey_id=one)
    assert [code_of(store, it) for it in (refer(patient, journey_id=one), closing)] == [None, None]
    target = store.log.history(one)[1].event_id
    take_back = partial(
        CorrectEntry,
        target_event_id=target,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )
    assert code_of(store, refer(patient, journey_id=other)) is None
    retraction = request(take_back(), journey_id=one, actor=closing.actor)
    assert code_of(store, retraction) == ELSEWHERE
    assert code_of(store, close(journey_id=other)) is None
    assert code_of(store, replace(retraction, command_id=uuid4())) is None
    assert store.log.read(OPEN) == [(str(patient), str(one))]


def test_same_patient_at_the_same_time(store: Store) -> None:
    """Two referrals that both found the patient without a journey: one is opened."""
    patient, both, readings = uuid4(), Barrier(2, timeout=20), count()

    def at_the_barrier() -> datetime:
        if next(readings) < 2:
            both.wait()
        return START

    journeys = replace(store.journeys, clock=at_the_barrier)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(journeys.execute, refer(patient, journey_id=uuid4())) for _ in range(2)]
        assert {it.result().code for it in asked} == {None, ELSEWHERE}


def test_correction_moves_what_is_held(store: Store, two: tuple[UUID, UUID]) -> None:
    """An amended booking holds the hour it names now, a retracted one none, in the correction's own commit."""
    first = book(journey_id=two[0])
    assert code_of(store, first) is None
    assert code_of(store, corrected(store, first, TOMORROW + 3 * HOUR)) is None
    assert code_of(store, book(journey_id=two[1])) is None
    assert code_of(store, book(TOMORROW + 3 * HOUR, journey_id=two[1])) == TAKEN
    assert code_of(store, corrected(store, first, TOMORROW)) == TAKEN
    assert code_of(store, corrected(store, first, None)) is None
    assert code_of(store, book(TOMORROW + 3 * HOUR, journey_id=two[1])) is None


def test_rows_can_be_made_anew(store: Store, two: tuple[UUID, UUID], clock: Clock) -> None:
    """From the events alone come the same rows: after bookings, moves, cancellations, corrections, the worked file."""
    clock.now = START + 400 * DAY
    store.journeys.execute_many(list(worked()))
    clock.now = START
    hours = [book(TOMORROW + n * HOUR, nurse="nurse-2", journey_id=two[n % 2]) for n in range(6)]
    asked = [*hours, moved(hours[0], TOMORROW + 7 * HOUR), cancel(hours[1]), refer(uuid4(), journey_id=uuid4())]
    assert [code_of(store, it) for it in asked] == [None] * 9
    assert code_of(store, corrected(store, hours[2], TOMORROW + DAY)) is None
    before = store.log.read(ROWS), store.log.read(OPEN)
    assert all(before)
    ids = {UUID(row[0]) for row in store.log.read("SELECT DISTINCT journey_id FROM commands")}
    store.log.write([*rebuilt("main", [fold(store.log.history(it)) for it in sorted(ids)])])
    assert (store.log.read(ROWS), store.log.read(OPEN)) == before


@drawn(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(1, 600), st.integers(1, 600))  # noqa: DTZ001 - the zone is added below
@example(datetime(2026, 3, 2, 9, 4, 0, 1), 1, 1)  # noqa: DTZ001 - as above
def test_slots_cover_and_never_share(start: datetime, minutes: int, more: int) -> None:
    """A time lies within its slots, shares one with what overlaps, and none with what follows at its mark."""
    begin = start.replace(tzinfo=UTC)
    end = begin + timedelta(minutes=minutes)
    held = slots(begin, end)
    assert held.start * SLOT_S <= begin.timestamp() < (held.start + 1) * SLOT_S
    assert (held.stop - 1) * SLOT_S < end.timestamp() <= held.stop * SLOT_S
    assert set(held) & set(slots(end - timedelta(seconds=1), end + HOUR))
    mark = datetime.fromtimestamp(held.stop * SLOT_S, UTC)
    assert not set(held) & set(slots(mark, mark + timedelta(minutes=more)))
