"""Whatever is booked, moved, cancelled, missed, withheld and corrected: is every seat held once, as the events say?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.commands import (
    BookAppointment,
    BookSeries,
    CancelAppointment,
    CheckInPatient,
    MissAppointment,
    RescheduleAppointment,
    WithholdSession,
)
from journey.events.schedule import CancellationReason, Initiator, Move, RescheduleReason, Scope
from journey.events.session import NextAction, WithheldReason
from journey.history import fold
from journey.seats import slots
from journey.site import Site
from journey.state import Appointment, AppointmentStatus, Journey
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from journey.store.request import Answer, Request
from journey.store.reservations import rebuilt
from tests.given import DAY, HOUR
from tests.store.asking import TOMORROW, book, plan, refer, request, series
from tests.store.conftest import Clock, Place
from tests.store.test_reservations import arrived, corrected

SITE = Site(chairs=("chair-1", "chair-2"), nurses={"nurse-1": 2})
HELD = "SELECT resource, seat, slot, journey_id, appointment_id FROM reservations"
MONTH_LATER = TOMORROW + 31 * DAY


class Act(NamedTuple):
    """What chance says: what is done, in which journey, with which of its appointments, when, how long and where."""

    what: str
    journey: int
    which: int
    start: datetime
    hours: float
    chair: str | None
    nurse: str | None


ACTS = ("book", "book", "series", "series", "move", "follow", "cancel", "drop", "miss", "arrive", "withhold")
times = st.tuples(st.integers(0, 2), st.integers(0, 12)).map(lambda it: TOMORROW + it[0] * DAY + it[1] * HOUR / 4)
acts = st.lists(
    st.builds(
        Act,
        st.sampled_from([*ACTS, "amend", "retract"]),
        st.integers(0, 2),
        st.integers(0, 5),
        times,
        st.sampled_from([0.25, 0.5, 1]),
        st.sampled_from([None, *SITE.chairs]),
        st.sampled_from([None, *SITE.nurses]),
    ),
    max_size=18,
)


@dataclass
class Desk:
    """Asks whatever chance says, of some journeys with a plan each."""

    store: Store
    journeys: list[UUID]
    booked: list[Request] = field(default_factory=list)

    def do(self, act: Act) -> None:
        """Ask what chance says."""
        asked = self.request(act)
        if asked is not None:
            answer = self.store.journeys.execute(asked)
            if answer.code is None and isinstance(asked.command, BookAppointment):
                self.booked.append(asked)

    def request(self, act: Act) -> Request | None:
        """The request of an act; None where there is nothing to act on."""
        key = self.journeys[act.journey]
        if act.what == "book":
            return book(act.start, hours=act.hours, chair=act.chair, nurse=act.nurse, journey_id=key)
        if act.what == "series":
            days = (act.start, act.start + DAY, act.start + (2 if act.hours < 1 else 9) * DAY)
            return series(*days, chair=act.chair or "chair-1", journey_id=key)
        if act.what in {"amend", "retract"}:
            if not self.booked:
                return None
            booking = self.booked[act.which % len(self.booked)]
            return corrected(self.store, booking, act.start if act.what == "amend" else None)
        journey = self.fold(key)
        command = (_withheld if act.what == "withhold" else _of)(act, journey)
        at = max((it.start for it in journey.appointments.values()), default=TOMORROW)
        past = isinstance(command, (MissAppointment, CheckInPatient, WithholdSession))
        return None if command is None else request(command, journey_id=key, **({"at": at} if past else {}))

    def fold(self, key: UUID) -> Journey:
        """A journey as it stands."""
        return fold(self.store.log.history(key))

    def held(self) -> Iterator[tuple[UUID, Appointment]]:
        """What the events say is held: what is booked, and whose patient is here."""
        for key in self.journeys:
            journey = self.fold(key)
            here = {it.checked_in.appointment_id for it in journey.sessions.values() if it.is_open}
            for it in journey.appointments.values():
                arrived = it.status is AppointmentStatus.ARRIVED and it.appointment_id in here
                if it.status is AppointmentStatus.BOOKED or arrived:
                    yield key, it

    def agrees(self) -> None:
        """Rows and events say the same, and what is booked has one of the seats that there are."""
        rows, held = self.store.log.read(HELD), list(self.held())
        expected = Counter(
            (resource, slot, str(key), str(it.appointment_id))
            for key, it in held
            for resource in it.resources
            for slot in slots(it.start, it.end)
        )
        assert Counter((resource, slot, *holder) for resource, _, slot, *holder in rows) == expected
        booked = {(str(key), str(it.appointment_id)) for key, it in held if it.status is AppointmentStatus.BOOKED}
        assert all(
            1 <= seat <= SITE.capacity(resource) for resource, seat, _, *holder in rows if tuple(holder) in booked
        )
        load = Counter((resource, slot) for resource, _, slot, *holder in rows if tuple(holder) in booked)
        assert all(count <= SITE.capacity(resource) for (resource, _), count in load.items())


def opened(store: Store) -> Desk:
    """A desk with three journeys."""
    desk = Desk(store, [uuid4() for _ in range(3)])
    for key in desk.journeys:
        store.journeys.execute(refer(uuid4(), journey_id=key))
        plan(store, key)
    return desk


Asked = RescheduleAppointment | CancelAppointment | MissAppointment | CheckInPatient | WithholdSession


def _withheld(act: Act, journey: Journey) -> Asked | None:
    """No infusion is given in one of a journey's sessions."""
    session = _one(act, list(journey.sessions))
    if session is None:
        return None
    return WithholdSession(session_id=session, reason=WithheldReason.BP, next_action=NextAction.RESCHEDULE)


def _of(act: Act, journey: Journey) -> Asked | None:
    """What an act asks of one of a journey's appointments."""
    key = _one(act, list(journey.appointments))
    if key is None:
        return None
    if act.what in {"move", "follow"}:
        it = journey.appointments[key]
        move = Move(
            appointment_id=key,
            start=act.start,
            end=act.start + act.hours * HOUR,
            chair=act.chair or it.chair,
            nurse=act.nurse or it.nurse,
        )
        scope = Scope.THIS if act.what == "move" else Scope.THIS_AND_FOLLOWING
        return RescheduleAppointment(
            moves=(move,), initiator=Initiator.CLINIC, reason=RescheduleReason.CHAIR, scope=scope
        )
    if act.what in {"cancel", "drop"}:
        return CancelAppointment(
            appointment_ids=(key,),
            initiator=Initiator.PATIENT,
            reason_code=CancellationReason.PATIENT,
            scope=Scope.THIS if act.what == "cancel" else Scope.THIS_AND_FOLLOWING,
        )
    if act.what == "miss":
        return MissAppointment(appointment_id=key, contacted=True)
    return arrived(key)


def _one(act: Act, keys: Sequence[UUID]) -> UUID | None:
    return keys[act.which % len(keys)] if keys else None


@settings(max_examples=40, deadline=timedelta(seconds=20))
@given(acts, st.booleans())
def test_every_seat_is_held_once_as_the_events_say(drawn: list[Act], batched: bool) -> None:
    """Rows and events agree after every act, one by one and in one batch, and can be made anew from the events."""
    with TemporaryDirectory() as folder:
        place = Place(f"sqlite:///{folder}/s.sqlite", f"sqlite:///{folder}/k.sqlite", Path(folder) / "key")
        keys = place.keys()
        store = open_store(place.url, keys=keys, clinic=Clinic(site=SITE), clock=Clock(MONTH_LATER))
        desk, pending = opened(store), list[Request]()
        for act in drawn:
            asked = desk.request(act) if batched and act.what in {"book", "series"} else None
            if asked is not None:
                pending.append(asked)
                continue
            desk.do(act)
            desk.agrees()
        for asked, answer in zip(pending, store.journeys.execute_many(pending), strict=True):
            assert isinstance(answer, Answer)
            assert isinstance(asked.command, (BookAppointment, BookSeries))
        desk.agrees()
        store.log.write(rebuilt("main", [desk.fold(key) for key in desk.journeys]))
        desk.agrees()
        store.close()
        keys.close()


def test_every_seat_is_held_once_whoever_writes_at_the_same_time(place: Place, keys: Keys) -> None:
    """Four at a time do what chance says in the same three journeys, on either database: rows and events agree."""
    store = open_store(place.url, keys=keys, clinic=Clinic(site=SITE), clock=Clock(MONTH_LATER))
    desk = opened(store)

    def work(number: int) -> None:
        own, chance = Desk(store, desk.journeys), Random(number)
        for _ in range(25):
            own.do(
                Act(
                    chance.choice(ACTS),
                    chance.randrange(3),
                    chance.randrange(6),
                    TOMORROW + chance.randrange(3) * DAY + chance.randrange(13) * HOUR / 4,
                    chance.choice([0.25, 0.5, 1]),
                    chance.choice([None, *SITE.chairs]),
                    chance.choice([None, *SITE.nurses]),
                )
            )

    with ThreadPoolExecutor(4) as threads:
        for it in [threads.submit(work, number) for number in range(4)]:
            it.result()
    desk.agrees()
    assert len(store.log.read(HELD)) > 0
    store.close()
