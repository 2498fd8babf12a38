"""How long does it take to fold a journey of 300 events, and to decide what is asked of it then?

No database: what a command waits for besides is in the part `commands`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

import orjson

from journey.commands import AbortInfusion, ClearSession, Command, CompleteAssessment, RecordVitals
from journey.decisions import decide
from journey.events import Event
from journey.events.outcome import Timepoint
from journey.events.session import AbortReason, VitalsPhase
from journey.history import fold
from journey.recorded import Asked, Fact
from journey.store import codec
from journey.values import Instrument
from tests.bench.measured import Figure, Measured, Size, compared
from tests.decisions.states import (
    REVIEW_DAY,
    booking,
    came_at,
    check_in,
    clearance,
    draw,
    maintained,
    phq9,
    reading,
    start,
    visited,
)
from tests.decisions.test_book_appointment import book
from tests.decisions.test_start_infusion import START_PUMP
from tests.decisions.walks import retraction
from tests.given import DAY, JOURNEY, MINUTE, NURSE, Given, named, recorded

EVENTS = 300
WEEK = 7 * DAY
FIRST_OF_MAINTENANCE, LAST = 7, 99
READINGS, OF_A_VISIT = 8, 16
"""How many events a visit of maintenance has, and how many of them are readings during and after."""

STORED = "orjson.loads of the same events, as they are stored"
ANSWERED = "orjson.loads of the event that comes of it, as it is stored"


def measure(size: Size) -> Iterator[Figure]:
    """Measure the fold, and decisions on what it gives."""
    times = max(1, round(100 * size.seconds))
    log = long(EVENTS).log
    bodies = [codec.encode(entry) for entry in log]
    folded = each(lambda: fold(log), times, unit_s=1e-3)
    loaded = each(lambda: [orjson.loads(body) for body in bodies], times, unit_s=1e-3)
    yield compared(f"Fold, {EVENTS} events", "ms", folded, loaded, size.turns, STORED)
    for command, state in asks():
        name, act = f"Decide, {EVENTS} events, {type(command).__name__}", decided(command, state)
        body = codec.encode(recorded(act()[0].event, EVENTS + 1, state.now))
        ours = each(act, 10 * times, unit_s=1e-6)
        raw = each(partial(orjson.loads, body), 10 * times, unit_s=1e-6)
        yield compared(name, "us", ours, raw, size.turns, ANSWERED)


def long(events: int) -> Given:
    """A journey of so many events: an induction, its review, weekly visits of maintenance, and a score now and then."""
    state, number, day = maintained(), FIRST_OF_MAINTENANCE, REVIEW_DAY + WEEK
    while len(state.log) + OF_A_VISIT <= events:
        state = visited(state, number, day).then_came(*[reading(number, VitalsPhase.POST)] * READINGS)
        number, day = number + 1, day + WEEK
    scores = (phq9(f"score {it}", *[1] * 9, timepoint=Timepoint.FOLLOW_UP) for it in range(len(state.log), events))
    return state.then_came(*scores)


def asks() -> Iterator[tuple[Command, Given]]:
    """What is asked in the last visit, and beside it: each of a journey that has so many events then.

    A correction alone folds them all anew.
    """
    before = long(EVENTS)
    day = before.now + WEEK
    visit: list[Event] = [booking(LAST, day), check_in(LAST), reading(LAST), clearance(LAST)]
    came = [*visit, draw(LAST), start(LAST, LAST)]
    session_id = named(f"session {LAST}")

    def after(number: int) -> Given:
        return came_at(long(EVENTS - number), day, *came[:number])

    yield (
        CompleteAssessment(
            assessment_id=named("now"),
            instrument=Instrument.PHQ9,
            timepoint=Timepoint.FOLLOW_UP,
            items={str(item): 1 for item in range(1, 10)},
        ),
        before,
    )
    yield book(LAST, start=day + DAY), before
    yield RecordVitals(session_id=session_id, phase=VitalsPhase.PRE, sbp_mmhg=124, dbp_mmhg=78), after(2)
    yield ClearSession(session_id=session_id), after(3)
    yield replace(START_PUMP, session_id=session_id), after(5)
    yield AbortInfusion(session_id=session_id, ml_infused=Decimal(12), reason=AbortReason.PUMP), after(6)
    yield retraction(before.log[-1].event_id), before


def decided(command: Command, state: Given) -> Callable[[], list[Fact]]:
    """Decides a command on the journey as it is folded."""
    journey, at = fold(state.log), state.now + MINUTE
    asked = Asked(
        command=command,
        journey_id=JOURNEY,
        site_id="main",
        command_id=named("now asked"),
        at=at,
        recorded_at=at,
        actor=NURSE,
        correlation_id=named("now"),
    )
    return lambda: decide(journey, state.log, asked, state.clinic)


def each(act: Callable[[], object], times: int, *, unit_s: float) -> Measured:
    """How long each of so many takes, in a unit of so many seconds."""

    def measured() -> float:
        begun = time.perf_counter()
        for _ in range(times):
            act()
        return (time.perf_counter() - begun) / times / unit_s

    return measured
