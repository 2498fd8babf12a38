"""Which clinic do the tests look at? The whole one, lived through once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from entrypoints.app import App, open_app
from entrypoints.settings import Settings
from entrypoints.simulator import MONTHS, PATIENTS, Line, planned, synthetic_clinic
from entrypoints.simulator.entering import SimulatedClock, enter
from journey.events import Event
from journey.recorded import Recorded
from journey.store import codec
from journey.store.journeys import Outcome

SEED = 1
END = datetime(2026, 6, 17, 18, 30, tzinfo=UTC)  # half past eleven on a Wednesday, at the clinic


@dataclass(frozen=True)
class Lived:
    """The clinic with its store and read models, what came of each line, the events, and the seconds of work."""

    app: App
    outcomes: list[tuple[Line, Outcome]]
    events: list[Recorded[Event]]
    worked_s: float


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Yield 120 patients over 18 months, in a real store with its read models."""
    clock = SimulatedClock(lambda: END)
    settings = Settings(data=tmp_path_factory.mktemp("clinic"))
    with open_app(settings, clock=clock, clinic=synthetic_clinic(), simulated=True) as app:
        began = time.process_time()
        past = (line for line in planned(SEED, PATIENTS, MONTHS, END) if line.heard_at <= END)
        outcomes = list(enter(app.store, clock, past))
        app.catch_up()
        worked_s = time.process_time() - began
        yield Lived(
            app, outcomes, [codec.decode(it.body) for it in app.store.log.rows(0, app.store.log.head())], worked_s
        )
