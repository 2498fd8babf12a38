"""Has every event its effect once, in order, whatever a handler does?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from uuid import UUID, uuid5

import psycopg
import pytest

from consumers import MemoryTopic, Subscriber
from consumers.subscriber import Away, NotParked, State
from journey.events import VitalsRecorded
from journey.recorded import Recorded
from tests.consumers.logs import CLINIC, vitals
from tests.subscriber.seeing import JOURNEYS, SICK, WELL, Seeing, told


def fail_at(journey: UUID, version: int, error: Exception) -> Callable[[Recorded[VitalsRecorded]], None]:
    """Return a failure of a handler at one event."""

    def failing(recorded: Recorded[VitalsRecorded]) -> None:
        if (recorded.journey_id, recorded.version) == (journey, version):
            raise error

    return failing


def test_each_event_once_and_in_order(open_seeing: Callable[..., Seeing]) -> None:
    """Through a restart, each event has its effect once, and those of a journey in its order."""
    topic = told()
    open_seeing(topic).subscriber.catch_up()
    for journey in JOURNEYS:
        topic.tell(vitals(journey, hr=99), journey)
    seeing = open_seeing(topic)
    seeing.subscriber.catch_up()
    assert [seeing.versions(journey) for journey in JOURNEYS] == [[1, 2, 3, 4, 5, 6]] * len(JOURNEYS)
    assert seeing.seen(WELL)[-1] == (str(WELL), 6, 99)


def test_what_fails_is_parked_and_what_follows_waits_behind(open_seeing: Callable[..., Seeing]) -> None:
    """An event whose handler fails three times leaves no effect; its journey waits in order, the others flow."""
    topic, seeing = told(), None
    seeing = open_seeing(topic)
    seeing.failing = fail_at(SICK, 3, KeyError("a name"))
    seeing.subscriber.catch_up()
    assert seeing.versions(SICK) == [1, 2]
    assert seeing.versions(WELL) == [1, 2, 3, 4, 5]
    waiting = seeing.subscriber.parked()
    assert [(it.journey_id, it.position) for it in waiting] == [(str(SICK), 17), (str(SICK), 25), (str(SICK), 33)]
    assert waiting[0].reason.startswith("handler: KeyError in failing (test_subscriber.py:")
    assert [it.reason for it in waiting[1:]] == ["queued", "queued"]
    topic.tell(vitals(SICK, hr=70), SICK)
    seeing.subscriber.catch_up()
    assert len(seeing.subscriber.parked()) == 4
    assert seeing.subscriber.status().parked_journeys == 1


def test_no_words_of_an_error_are_kept(open_seeing: Callable[..., Seeing], caplog: pytest.LogCaptureFixture) -> None:
    """An error's own words may repeat what was handled: they are neither stored nor logged."""
    seeing = open_seeing(told())
    seeing.failing = fail_at(SICK, 1, ValueError("Ada Lovelace"))
    seeing.subscriber.catch_up()
    assert "Lovelace" not in str(seeing.subscriber.parked())
    assert "Lovelace" not in caplog.text


def test_redriven_in_order(open_seeing: Callable[..., Seeing]) -> None:
    """What waits is handled in order, as far as it goes, once the cause is gone; then the journey flows again."""
    topic = told()
    seeing = open_seeing(topic)
    seeing.failing = fail_at(SICK, 2, KeyError())
    seeing.subscriber.catch_up()
    still = seeing.subscriber.redrive(SICK)
    assert (still.handled, still.left) == (0, 4)
    seeing.failing = fail_at(SICK, 4, IndexError())
    half = seeing.subscriber.redrive(SICK)
    assert (half.handled, half.left) == (2, 2)
    assert seeing.versions(SICK) == [1, 2, 3]
    assert seeing.subscriber.parked()[0].reason.startswith("handler: IndexError")
    seeing.failing = lambda _: None
    whole = seeing.subscriber.redrive(str(SICK))
    assert (whole.handled, whole.left) == (2, 0)
    topic.tell(vitals(SICK, hr=70), SICK)
    seeing.subscriber.catch_up()
    assert seeing.versions(SICK) == [1, 2, 3, 4, 5, 6]
    with pytest.raises(NotParked):
        seeing.subscriber.redrive(SICK)


def test_skipped_with_a_reason(open_seeing: Callable[..., Seeing]) -> None:
    """An event that is left out is recorded with its reason; what waits behind it is handled."""
    topic = told()
    seeing = open_seeing(topic)
    seeing.failing = fail_at(SICK, 2, KeyError())
    seeing.subscriber.catch_up()
    with pytest.raises(ValueError, match="for a reason"):
        seeing.subscriber.skip(SICK, " ")
    assert seeing.subscriber.skip(SICK, "a device that is known to be wrong").position == 9
    assert seeing.subscriber.redrive(SICK).handled == 3
    assert seeing.versions(SICK) == [1, 3, 4, 5]
    with seeing.database.reading() as session:
        rows = session.read("SELECT journey_id, position, reason FROM journey_skipped")
    assert rows == [(str(SICK), 9, "a device that is known to be wrong")]
    topic.tell(vitals(SICK, hr=70), SICK)
    seeing.subscriber.catch_up()
    assert seeing.versions(SICK) == [1, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "error", [ConnectionResetError(), TimeoutError(), psycopg.errors.DeadlockDetected(), psycopg.OperationalError()]
)
def test_what_passes_parks_nothing(open_seeing: Callable[..., Seeing], error: Exception) -> None:
    """A failure of the network or a database undoes the batch, which is then done again: nothing waits."""
    seeing = open_seeing(told())
    seeing.failing = fail_at(SICK, 3, error)
    with pytest.raises(Away, match=type(error).__name__):
        seeing.subscriber.catch_up()
    assert seeing.versions(SICK) == []
    seeing.failing = lambda _: None
    seeing.subscriber.catch_up()
    assert seeing.subscriber.parked() == []
    assert [seeing.versions(journey) for journey in JOURNEYS] == [[1, 2, 3, 4, 5]] * len(JOURNEYS)


class Throttled(Exception):  # noqa: N818 - what another service says
    """Somebody else's service wants to be left alone for a while."""


def test_an_error_of_ones_own_may_pass(open_seeing: Callable[..., Seeing]) -> None:
    """What a subscriber names transient is tried again, as what passes everywhere."""
    seeing = open_seeing(told(), transient=(Throttled,))
    seeing.failing = fail_at(SICK, 3, Throttled())
    with pytest.raises(Away, match="Throttled"):
        seeing.subscriber.catch_up()
    assert seeing.subscriber.parked() == []


def test_a_handler_that_is_wrong_stops(open_seeing: Callable[..., Seeing]) -> None:
    """When journey after journey fails, it is not the journeys: nothing more is parked, and nothing is lost."""
    topic = MemoryTopic()
    journeys = [uuid5(CLINIC, f"one of many {number}") for number in range(120)]
    for journey in journeys:
        topic.tell(vitals(journey, hr=60), journey)
    seeing = open_seeing(topic)

    def failing(_: Recorded[VitalsRecorded]) -> None:
        raise KeyError

    seeing.failing = failing
    seeing.subscriber.catch_up()
    status = seeing.subscriber.status()
    assert status.state == State.STOPPED
    assert "it is not them" in next(iter(status.stopped.values()))
    assert 0 < len(seeing.subscriber.parked()) <= 20
    seeing.failing = lambda _: None
    for waiting in seeing.subscriber.parked():
        seeing.subscriber.redrive(waiting.journey_id)
    seeing.subscriber.catch_up()
    assert seeing.subscriber.status().state == State.CURRENT
    assert {journey for journey, _, _ in seeing.seen()} == {str(it) for it in journeys}


def test_a_handler_that_commits_is_found_out(database: str) -> None:
    """A handler that ends the transaction it is given parts effects from place: the partition stops, in words."""
    subscriber = Subscriber("committing", database, told())

    @subscriber.on(VitalsRecorded)
    def commit(_: Recorded[VitalsRecorded], connection: sqlite3.Connection) -> None:
        connection.commit()

    with subscriber:
        subscriber.catch_up()
        assert "a handler ended the transaction" in next(iter(subscriber.status().stopped.values()))


def test_a_handler_that_hides_an_error_is_found_out(database: str) -> None:
    """A statement that failed and was caught has spoilt a PostgreSQL's transaction: its event is parked, no other."""
    subscriber = Subscriber("hiding", database, told(each=2))

    @subscriber.on(VitalsRecorded)
    def hide(recorded: Recorded[VitalsRecorded], connection: sqlite3.Connection) -> None:
        if recorded.journey_id == SICK:
            with pytest.raises((sqlite3.Error, psycopg.Error)):
                connection.execute("SELECT no_such_column FROM journey_places")

    with subscriber:
        subscriber.catch_up()
        assert {it.journey_id for it in subscriber.parked()} <= {str(SICK)}
        assert bool(subscriber.parked()) == database.startswith("postgresql")
