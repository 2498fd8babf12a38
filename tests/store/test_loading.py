"""Is a journey that is at hand what reading all of it gives, whoever else wrote, and whatever was lost?"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from journey.clinic import Clinic
from journey.history import fold
from journey.store import loading
from journey.store.faults import Conflict
from journey.store.keys import Keys
from journey.store.mapper import Entry
from journey.store.opening import Store, open_store
from journey.store.request import Answer, Request, Status
from journey.store.statements import Head, Statement, Stored
from tests.given import JOURNEY, START
from tests.store.asking import book, cancel, close, phq9, refer, trial, worked
from tests.store.conftest import Clock, Place

TAG = "journey.TreatmentTrialRecorded.v1"
LATER = START.replace(year=START.year + 2)


def accepted(store: Store, *requests: Request) -> list[Answer]:
    """Ask one after the other, and expect each to be accepted."""
    answers = [store.journeys.execute(it) for it in requests]
    assert {it.status for it in answers} == {Status.ACCEPTED}
    return answers


@pytest.fixture
def read(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From which version on a journey was read, each time."""
    asked, stored = list[int](), store.log.stored

    def noted(journey_id: UUID, *, since: int = 1) -> list[Stored]:
        asked.append(since)
        return stored(journey_id, since=since)

    monkeypatch.setattr(store.log, "stored", noted)
    return asked


def at_hand(store: Store, journey_id: UUID) -> loading.Loaded:
    """The journey as the next command finds it."""
    return store.journeys.at_hand.load([journey_id])[journey_id]


def same(store: Store, journey_id: UUID) -> bool:
    """Whether what is at hand is what the log gives."""
    here, log = at_hand(store, journey_id), store.log.history(journey_id)
    plain = [(it.event, it.event_id, it.version, it.at, it.recorded_at, it.deviations) for it in log]
    mine = [(it.event, it.event_id, it.version, it.at, it.recorded_at, it.deviations) for it in here.log]
    return (here.journey, here.site_id, mine) == (fold(log), log[0].site_id, plain)


def test_every_step_of_a_journey(store: Store, clock: Clock, read: list[int]) -> None:
    """After each command of the worked file, corrections among them, the same is at hand as in the log."""
    clock.now = LATER
    for request in worked():
        store.journeys.execute(request)
        assert same(store, request.journey_id)
    assert max(read) > 20


def test_yes_is_said_without_reading(store: Store, read: list[int]) -> None:
    """What is stored after the event at hand proves that nothing came since."""
    accepted(store, refer(), trial(), phq9(item_9=2), book())
    assert read == [1]


def test_no_is_said_of_what_was_read(store: Store, read: list[int]) -> None:
    """A refusal rests on the journey from the last event at hand on: its bytes tell whether it is still the same."""
    accepted(store, refer(), trial(), close())
    assert store.journeys.execute(book()).code == "journey_closed"
    assert read == [1, 3]


def test_somebody_else_wrote(store: Store, place: Place, keys: Keys, clock: Clock) -> None:
    """What another process wrote is known to the next command: a chair it gave back is free, a journey it closed is."""
    other = open_store(place.url, keys=keys, clinic=Clinic(), clock=clock)
    booked = book()
    accepted(store, refer(), booked)
    accepted(other, cancel(booked), trial(), trial())
    again = book()
    assert accepted(store, again)[0].version == 6
    assert same(store, JOURNEY)
    accepted(other, cancel(again), close())
    assert store.journeys.execute(book()).code == "journey_closed"
    other.close()


def test_somebody_else_made_it_possible(store: Store, place: Place, keys: Keys, clock: Clock) -> None:
    """What is refused on the journey at hand and allowed on the journey as it is now is allowed."""
    other = open_store(place.url, keys=keys, clinic=Clinic(), clock=clock)
    booked = book()
    accepted(store, refer(), booked)
    accepted(other, cancel(booked))
    accepted(store, close())
    other.close()


@pytest.mark.parametrize("entries", [1, 2])
def test_nothing_follows_another_event(store: Store, entries: int) -> None:
    """What is to be appended after an event that is not the last but one, or not those bytes, is not appended."""
    accepted(store, refer(), trial(), trial())
    bodies = [it.body for it in store.log.stream(JOURNEY)]
    another, gone, last = (
        Head(JOURNEY, version, sha256(bodies[place]).digest()) for version, place in ((3, 1), (4, 2), (3, 2))
    )

    def after(head: Head) -> list[int]:
        made = [Entry(JOURNEY, head.version + number, TAG, bodies[2]) for number in range(1, entries + 1)]
        return store.log.append(made, [], [head])

    for head in (another, gone):
        with pytest.raises(Conflict):
            after(head)
    assert store.log.head() == 3
    assert after(last) == list(range(4, 4 + entries))


def test_last_event_is_lost(store: Store, place: Place) -> None:
    """What a crash of the server took back, or a backup lacks, is not at hand either: no version is left out."""
    accepted(store, refer(), trial(weeks=3), trial(weeks=4))
    lose(store, place, version=3)
    assert accepted(store, trial(weeks=5))[0].version == 3
    assert same(store, JOURNEY)


def test_last_event_is_another(store: Store, place: Place) -> None:
    """Nor is an event whose place another has taken since, with as many events as before."""
    accepted(store, refer(), trial(weeks=3))
    before = at_hand(store, JOURNEY)
    lose(store, place, version=2)
    accepted(store, trial(weeks=4))
    store.journeys.at_hand.keep(JOURNEY, before)
    assert accepted(store, trial(weeks=5))[0].version == 3
    assert same(store, JOURNEY)


def test_refusal_leaves_nothing_behind(store: Store) -> None:
    """What was decided and not stored is not at hand: here a chair is taken."""
    accepted(store, refer(), refer(uuid4(), journey_id=(other := uuid4())), book())
    assert store.journeys.execute(book(journey_id=other)).code == "resource_taken"
    assert same(store, other)
    assert len(at_hand(store, other).log) == 1


def test_so_much_stays_and_no_more(store: Store, read: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The journeys not written to for longest make way, and are read whole again."""
    monkeypatch.setattr(loading, "EVENTS_MAX", 5)
    first, second, third = uuid4(), uuid4(), uuid4()
    for journey_id in (first, second, third):
        accepted(store, refer(uuid4(), journey_id=journey_id), trial(journey_id=journey_id))
    read.clear()
    accepted(store, trial(journey_id=second), trial(journey_id=first))
    assert read == [1]


def lose(store: Store, place: Place, *, version: int) -> None:
    """Take the last event back, with its answer and position."""
    postgres = place.url.startswith("postgresql")
    off = "ALTER TABLE {0} DISABLE TRIGGER ALL" if postgres else "DROP TRIGGER IF EXISTS {0}_stay"
    store.log.write([Statement(off.format("stored_events"))])
    store.log.write([Statement("DELETE FROM stored_events WHERE originator_version = ?", (version,))])
    store.log.write([Statement("UPDATE log_head SET position = position - 1")])
