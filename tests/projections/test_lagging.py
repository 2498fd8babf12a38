"""Do the rows of a journey say that they are behind its events?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.store import codec
from projections import lagging
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.plain import moment
from tests.decisions import states
from tests.given import named
from tests.projections.reading import NOW, Kept, follow

Log = tuple[Recorded[Event], ...]

OTHER = named("another journey")


def journey(journey_id: UUID) -> Log:
    """A journey in the middle of an infusion."""
    return tuple(replace(entry, journey_id=journey_id) for entry in states.infusing().log)


@pytest.fixture
def kept() -> Kept:
    """A log of two journeys, their events in turns."""
    return Kept(journey(named("a journey")), journey(OTHER))


@pytest.fixture
def models(kept: Kept, models_url: str) -> Iterator[ReadModels]:
    """The read models of that log."""
    opened = ReadModels(models_url, PROJECTIONS, decode=codec.decode, clock=lambda: NOW, history=kept.history, log=kept)
    yield opened
    opened.close()


def stale(models: ReadModels) -> dict[str, str | None]:
    """Of each journey on the board, since when its rows are old."""
    return {row["journey_id"]: row.get("stale_since") for row in models.rows("schedule", "board")}


def recorded_at(row: Delivery) -> str:
    """When an event was recorded."""
    return moment(codec.decode(row.body).recorded_at)


def test_fresh_rows_say_nothing(models: ReadModels, kept: Kept) -> None:
    """Up to date, no row is called old."""
    follow(models, kept)
    assert set(stale(models).values()) == {None}
    assert len(stale(models)) == 2


def test_only_what_is_behind_is_old(models: ReadModels, kept: Kept) -> None:
    """One more event of one journey makes its rows old since then, and leaves the other's alone."""
    follow(models, kept)
    later = replace(journey(OTHER)[-1], version=len(journey(OTHER)) + 1, recorded_at=NOW - timedelta(hours=1))
    kept.events.append(Delivery(kept.head() + 1, codec.encode(later)))
    assert stale(models) == {str(named("a journey")): None, str(OTHER): moment(NOW - timedelta(hours=1))}


def test_a_row_is_old_since_the_first_event_it_misses(models: ReadModels, kept: Kept) -> None:
    """Two events behind, it counts from the older."""
    follow(models, kept, until=kept.head() - 4)
    missed = {json_subject(row): recorded_at(row) for row in reversed(kept.events[-4:])}
    assert stale(models) == missed


def test_far_behind_everything_is_old(models: ReadModels, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more events ahead than are looked at, every row is old since the first of them."""
    follow(models, kept, until=kept.head() - 4)
    monkeypatch.setattr(lagging, "AHEAD", 2)
    assert set(stale(models).values()) == {recorded_at(kept.events[-4])}


def test_a_poisoned_event_ahead_is_no_fault(models: ReadModels, kept: Kept) -> None:
    """What can't be read is told of when it is parked; until then questions are answered."""
    follow(models, kept)
    kept.events.append(Delivery(kept.head() + 1, b"no event"))
    assert set(stale(models).values()) == {None}


def json_subject(row: Delivery) -> str:
    """Whose event it is."""
    return str(codec.head(row.body)[1])
