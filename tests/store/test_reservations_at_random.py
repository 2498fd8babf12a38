"""Whatever is booked, moved, cancelled and corrected: is every seat held once, as the events say?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.commands import BookAppointment
from journey.history import fold
from journey.seats import slots
from journey.site import Site
from journey.state import Appointment
from journey.store.opening import Store, open_store
from journey.store.request import Answer, Request
from journey.store.reservations import holding, rebuilt
from tests.given import HOUR
from tests.store.asking import TOMORROW, book, cancel, refer
from tests.store.conftest import Clock, Place
from tests.store.test_reservations import corrected, moved

SITE = Site(chairs=("chair-1", "chair-2"), nurses={"nurse-1": 2})
HELD = "SELECT resource, seat, slot, appointment_id FROM reservations"

times = st.integers(0, 12).map(lambda quarters: TOMORROW + quarters * HOUR / 4)
lengths = st.sampled_from([0.25, 0.5, 1])
acts = st.lists(
    st.tuples(
        st.sampled_from(["book", "book", "move", "cancel", "amend", "retract"]),
        st.integers(0, 2),
        times,
        lengths,
        st.sampled_from([None, *SITE.chairs]),
        st.sampled_from([None, *SITE.nurses]),
    ),
    max_size=14,
)


@dataclass
class Desk:
    """Asks whatever chance says."""

    store: Store
    journeys: list[UUID] = field(default_factory=list)
    booked: list[Request] = field(default_factory=list)

    def request(
        self, act: str, which: int, start: datetime, hours: float, chair: str | None, nurse: str | None
    ) -> Request | None:
        """The request of an act; None where there is nothing to act on."""
        if act == "book":
            journey_id = self.journeys[which]
            return book(start, hours=hours, chair=chair, nurse=nurse, journey_id=journey_id)
        if not self.booked:
            return None
        booking = self.booked[which % len(self.booked)]
        if act == "move":
            return moved(booking, start)
        if act == "cancel":
            return cancel(booking)
        return corrected(self.store, booking, start if act == "amend" else None)

    def held(self) -> list[Appointment]:
        """What the events say is held."""
        return [it for key in self.journeys for it in holding(fold(self.store.log.history(key))).values()]


@settings(max_examples=30, deadline=timedelta(seconds=20))
@given(acts, st.booleans())
def test_every_seat_is_held_once_as_the_events_say(
    drawn: list[tuple[str, int, datetime, float, str | None, str | None]], batched: bool
) -> None:
    """Rows and events agree after every act, one by one and in one batch, and no resource has more than its seats."""
    with TemporaryDirectory() as folder:
        place = Place(f"sqlite:///{folder}/s.sqlite", f"sqlite:///{folder}/k.sqlite", Path(folder) / "key")
        keys = place.keys()
        store = open_store(place.url, keys=keys, clinic=Clinic(site=SITE), clock=Clock())
        desk = Desk(store, [uuid4() for _ in range(3)])
        for journey_id in desk.journeys:
            store.journeys.execute(refer(uuid4(), journey_id=journey_id))
        pending: list[Request] = []
        for act in drawn:
            asked = desk.request(*act)
            if asked is None:
                continue
            if batched and isinstance(asked.command, BookAppointment):
                pending.append(asked)
                continue
            _ask(desk, asked)
        for asked, answer in zip(pending, store.journeys.execute_many(pending), strict=True):
            assert isinstance(answer, Answer)
            assert answer.code in {None, "resource_taken", "appointments_overlap"}, asked
        _agree(desk)
        store.log.write(rebuilt("main", [fold(store.log.history(key)) for key in desk.journeys]))
        _agree(desk)
        store.close()
        keys.close()


def _ask(desk: Desk, asked: Request) -> None:
    answer = desk.store.journeys.execute(asked)
    if answer.code is None and isinstance(asked.command, BookAppointment):
        desk.booked.append(asked)
    _agree(desk)


def _agree(desk: Desk) -> None:
    rows, held = desk.store.log.read(HELD), desk.held()
    expected = Counter(
        (resource, slot, str(it.appointment_id))
        for it in held
        for resource in it.resources
        for slot in slots(it.start, it.end)
    )
    assert Counter((resource, slot, holder) for resource, _, slot, holder in rows) == expected
    assert all(1 <= seat <= SITE.capacity(resource) for resource, seat, _, _ in rows)
