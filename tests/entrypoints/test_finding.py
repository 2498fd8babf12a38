"""Is what is found for a journey what can be booked then, from reservations, hours and the plan?"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from entrypoints.app import App
from entrypoints.finding import series_slots
from entrypoints.importing import imported
from journey.commands import BookSeries, Command
from journey.commands.schedule import WantedSlot
from journey.recorded import Actor
from journey.series import Constraint
from journey.store.request import Answer, Request
from journey.values import Role
from tests.entrypoints.conftest import WORKED
from tests.store.asking import book, refer

JOURNEY = UUID("7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01")
ZONE = ZoneInfo("America/Los_Angeles")
TUESDAY = datetime(2025, 9, 2, 8, tzinfo=ZONE)
PLANNED_LINES = 12
FRAN = Actor(user="fran", role=Role.FRONT_DESK)


@pytest.fixture
def planned(app: App) -> App:
    """An installation in which the worked journey has its plan, and nothing booked."""
    lines = WORKED.read_bytes().splitlines()[:PLANNED_LINES]
    answers = list(imported(app.store.journeys, BytesIO(b"\n".join(lines)), "main"))
    assert all(it.accepted for it in answers)
    return app


def sought(app: App, **asked: Any) -> dict[str, Any]:
    """What is found from a Tuesday on."""
    answer = series_slots(app.store, JOURNEY, TUESDAY, **asked)
    assert answer is not None
    return answer


def ask(app: App, command: Command, journey_id: UUID = JOURNEY) -> Answer:
    """Ask something of the front desk, on that Tuesday."""
    sent = Request(command=command, journey_id=journey_id, site_id="main", command_id=uuid4(), at=TUESDAY, actor=FRAN)
    return app.store.journeys.execute(sent)


def found(answer: dict[str, Any]) -> BookSeries:
    """The series that an answer offers."""
    names = {it.name for it in fields(WantedSlot)}
    slots = (WantedSlot(**{name: it for name, it in slot.items() if name in names}) for slot in answer["slots"])
    return BookSeries(series_id=uuid4(), slots=tuple(slots))


def test_what_is_found_can_be_booked(planned: App) -> None:
    """Six infusions from Tuesday on, two days apart, of 105 minutes each; then the plan has no slot left."""
    answer = sought(planned, provider="any")
    days = [it["start"].astimezone(ZONE).date() for it in answer["slots"]]
    assert days == [date(2025, 9, day) for day in (2, 4, 6, 8, 10, 12)]
    assert (answer["length_min"], answer["constraints"], answer["slot_no"]) == (105, [], None)
    assert {it["provider"] for it in answer["slots"]} == {"provider-1"}
    assert ask(planned, found(answer)).code is None
    assert sought(planned)["constraints"] == [Constraint.SLOTS]


def test_what_others_hold_is_passed_by(planned: App) -> None:
    """Chairs and nurses that others hold are not offered; nor is what is full."""
    other = uuid4()
    ask(planned, refer(uuid4()).command, other)
    for chair, nurse in (("chair-1", "nurse-1"), ("chair-2", "nurse-2")):
        taken = book(TUESDAY, hours=2, chair=chair, nurse=nurse).command
        elsewhere = uuid4()
        ask(planned, refer(uuid4()).command, elsewhere)
        assert ask(planned, taken, elsewhere).code is None
    first = sought(planned)["slots"][0]
    assert (first["start"], first["chair"], first["nurse"]) == (TUESDAY, "chair-3", "nurse-3")
    assert ask(planned, book(TUESDAY, hours=2, chair="chair-3").command, other).code is None
    assert sought(planned)["slots"][0]["start"] == TUESDAY.replace(hour=10)
    assert ask(planned, found(sought(planned))).code is None


def test_what_prevents_it_is_said(planned: App) -> None:
    """Days too few, a provider whom nobody knows, a visit that is too long: each by its name, with the slot."""
    assert sought(planned, until=date(2025, 9, 8))["constraints"] == [Constraint.MIN_GAP]
    assert sought(planned, until=date(2025, 9, 8))["slot_no"] == 5
    assert sought(planned, provider="nobody")["constraints"] == [Constraint.PROVIDERS]
    assert sought(planned, length_min=600 + 15)["constraints"] == [Constraint.UNTIL]
    assert sought(planned, until=date(2025, 9, 1))["constraints"] == [Constraint.UNTIL]


def test_there_must_be_a_plan(planned: App) -> None:
    """A journey without a plan has nothing to be sought for; one that is not there is not found."""
    other = uuid4()
    ask(planned, refer(uuid4()).command, other)
    answer = series_slots(planned.store, other, TUESDAY)
    assert answer is not None
    assert (answer["constraints"], answer["slots"]) == ([Constraint.PLAN], [])
    assert series_slots(planned.store, uuid4(), TUESDAY) is None
