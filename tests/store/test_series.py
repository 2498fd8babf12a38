"""Is a series held whole or not at all, whoever asks at the same time, on either database?"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from journey.clinic import Clinic
from journey.commands import BookSeries, CorrectEntry
from journey.commands.records import Amendment
from journey.events import Event, SeriesBooked
from journey.events.records import CorrectionKind, CorrectionReason
from journey.recorded import Recorded
from journey.site import Site
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from journey.store.request import Status
from tests.given import DAY, HOUR
from tests.store.asking import TOMORROW, book, plan, refer, request, series
from tests.store.conftest import Clock, Place, crossing

HELD = "SELECT COUNT(*) FROM reservations WHERE journey_id = ?"
DAYS = [TOMORROW, TOMORROW + DAY, TOMORROW + 2 * DAY]


@pytest.fixture
def two(store: Store) -> tuple[UUID, UUID]:
    """Two journeys of two patients, each with a plan of three infusions."""
    return begun(store), begun(store)


def begun(store: Store) -> UUID:
    """A journey with a plan in force."""
    journey_id = uuid4()
    store.journeys.execute(refer(uuid4(), journey_id=journey_id))
    plan(store, journey_id)
    return journey_id


def held(store: Store, journey_id: UUID) -> int:
    """How many five minutes a journey holds."""
    return int(store.log.read(HELD, str(journey_id))[0][0])


def test_one_taken_hour_stops_all(store: Store, two: tuple[UUID, UUID]) -> None:
    """The third slot's chair is another's: the refusal names slot and chair, no row is held, and it is kept so."""
    taken = book(DAYS[2] + HOUR / 2, chair="chair-1", journey_id=two[0])
    assert store.journeys.execute(taken).code is None
    asked = series(*DAYS, journey_id=two[1])
    first, again = store.journeys.execute(asked), store.journeys.execute(asked)
    assert (first.code, first.detail["slot_no"], first.detail["resource"]) == ("resource_taken", 3, "chair-1")
    assert (again.status, again.code, again.detail) == (Status.DUPLICATE, first.code, first.detail)
    assert held(store, two[1]) == 0
    assert len(store.log.history(two[1])) == 2
    moved = series(*DAYS[:2], DAYS[2] + 2 * HOUR, journey_id=two[1])
    assert store.journeys.execute(moved).code is None
    assert held(store, two[1]) == 3 * 2 * 12


def test_a_correction_moves_a_whole_series(store: Store, two: tuple[UUID, UUID]) -> None:
    """An amended series holds the hours it names now, and keeps its appointments; a retracted one holds none."""
    asked = series(*DAYS, journey_id=two[0])
    assert store.journeys.execute(asked).code is None
    event = store.log.history(two[0])[-1]
    assert isinstance(event.event, SeriesBooked)
    assert isinstance(asked.command, BookSeries)
    ids = [it.appointment_id for it in event.event.slots]
    later = tuple(
        replace(it, appointment_id=key, start=it.start + HOUR, end=it.end + HOUR)
        for it, key in zip(asked.command.slots, ids, strict=True)
    )
    other = replace(later[0], appointment_id=uuid4())
    named = correction(event, replace(asked.command, slots=(other, *later[1:])))
    assert store.journeys.execute(request(named, journey_id=two[0])).code == "replacement_id"
    amended = correction(event, replace(asked.command, slots=later))
    assert store.journeys.execute(request(amended, journey_id=two[0])).code is None
    assert store.journeys.execute(series(*DAYS, journey_id=two[1])).code is None
    assert held(store, two[0]) == held(store, two[1]) == 3 * 2 * 12
    before = replace(asked.command, slots=tuple(replace(it, start=it.start - HOUR, end=it.end - HOUR) for it in later))
    back = store.journeys.execute(request(correction(event, before), journey_id=two[0]))
    assert (back.code, back.detail["slot_no"]) == ("resource_taken", 1)
    assert store.journeys.execute(request(correction(event, None), journey_id=two[0])).code is None
    assert (held(store, two[0]), held(store, two[1])) == (0, 3 * 2 * 12)


def correction(entry: Recorded[Event], command: BookSeries | None) -> CorrectEntry:
    """Amend a series, or retract it."""
    data = None if command is None else Amendment(type="SeriesBooked", at=entry.at, data=command)
    return CorrectEntry(
        target_event_id=entry.event_id,
        kind=CorrectionKind.RETRACT if data is None else CorrectionKind.AMEND,
        replacement=data,
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )


def test_a_nurse_has_her_ratio_at_every_slot(place: Place, keys: Keys, clock: Clock) -> None:
    """A nurse who minds two has two series beside one another, and a third one nowhere."""
    site = Site(nurses={"nurse-1": 2})
    store = open_store(place.url, keys=keys, clinic=Clinic(site=site), clock=clock)
    answers = [
        store.journeys.execute(series(*DAYS, chair=f"chair-{number}", journey_id=begun(store))) for number in (1, 2, 3)
    ]
    assert [it.code for it in answers] == [None, None, "resource_taken"]
    assert (answers[2].detail["slot_no"], answers[2].detail["resource"]) == (1, "nurse-1")
    store.close()


def test_two_series_at_the_same_time(store: Store, two: tuple[UUID, UUID]) -> None:
    """Two that found every hour free cross at one: one has all its hours, the other none, and hears which slot."""
    journeys = crossing(store)
    hours = [DAYS, [DAYS[0] + 2 * HOUR, DAYS[1], DAYS[2] + 2 * HOUR]]
    requests = [series(*days, journey_id=it) for days, it in zip(hours, two, strict=True)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(journeys.execute, requests))
    won = next(number for number, it in enumerate(answers) if it.code is None)
    lost = answers[1 - won]
    assert (lost.code, lost.detail["slot_no"], lost.detail["resource"]) == ("resource_taken", 2, "chair-1")
    assert [held(store, two[won]), held(store, two[1 - won])] == [3 * 2 * 12, 0]


def test_many_writers_never_hold_half(store: Store) -> None:
    """Eight at a time want the same days in other orders of hours: each holds all its hours or none, none twice."""
    ids = [begun(store) for _ in range(8)]

    def hours(number: int) -> Iterator[datetime]:
        return (day + (number + index) % 3 * HOUR for index, day in enumerate(DAYS))

    with ThreadPoolExecutor(8) as threads:
        asked = [series(*hours(number), journey_id=key) for number, key in enumerate(ids)]
        answers = list(threads.map(store.journeys.execute, asked))
    assert sorted(str(it.code) for it in answers) == ["None"] * 3 + ["resource_taken"] * 5
    for key, answer in zip(ids, answers, strict=True):
        assert held(store, key) == (3 * 2 * 12 if answer.code is None else 0)
