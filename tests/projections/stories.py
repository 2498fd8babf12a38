"""Which histories can a journey have? Real ones, with any of their entries corrected at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import cast
from uuid import UUID, uuid5

from hypothesis import strategies as st

from journey.errors import Rule
from journey.events import EntryCorrected, Event, JourneyPaused, JourneyReferred, JourneyResumed, Original
from journey.events.course import PauseReason
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.recorded import Recorded
from journey.values import Role
from tests.decisions import states
from tests.decisions.test_worked_journey import worked
from tests.examples import EVENTS
from tests.given import DAY, MINUTE

Log = Sequence[Recorded[Event]]

MINUTES = st.integers(min_value=-90, max_value=90)


@cache
def told() -> tuple[Log, ...]:
    """Return journeys that end in every way: the worked one, and the states of the tests of decisions."""
    resting = (states.check_in(), JourneyPaused(reason=PauseReason.TRAVEL))
    again = states.visited(states.withheld(), 2)
    return (
        worked(),
        states.induced(3).log,
        again.log,
        states.aborted().then_came(states.start(1, 2), states.completion(), states.discharge()).log,
        states.visited(states.maintained(), 7, states.VISITS[5] + 31 * DAY).log,
        states.infusing().then_came(states.booking(2), states.WITHDRAWN, states.completion()).log,
        states.deceased().log,
        states.closed().log,
        states.infusing().then_came(EVENTS["AdverseEventReported"], EVENTS["AdverseEventUpdated"]).log,
        states.visited(states.reinduced(), 7, states.VISITS[5] + 33 * DAY).log,
        states.reviewed().then_came(states.SWITCHED).log,
        states.paused(until=date(2026, 3, 20), state=states.booked)
        .then_came(JourneyResumed(rechecks=()), *resting)
        .log,
    )


@st.composite
def corrected(draw: st.DrawFn) -> Log:
    """Draw a journey, some of its entries deviating, some corrected, at any time after them."""
    log = [_deviating(entry, draw(st.booleans())) for entry in draw(st.sampled_from(told()))]
    targets = [entry for entry in log if not isinstance(entry.event, (JourneyReferred, EntryCorrected))]
    for target in draw(st.lists(st.sampled_from(targets), max_size=4)):
        where = draw(st.integers(min_value=log.index(target) + 1, max_value=len(log)))
        log.insert(where, _correction(target, log[where - 1], draw(MINUTES), retracted=draw(st.booleans())))
    return [replace(entry, version=version) for version, entry in enumerate(log, start=1)]


def _deviating(entry: Recorded[Event], deviates: bool) -> Recorded[Event]:
    return replace(entry, deviations=(Rule.LATE_WITHOUT_REASON,)) if deviates and entry.version % 7 == 0 else entry


def _correction(target: Recorded[Event], before: Recorded[Event], minutes: int, *, retracted: bool) -> Recorded[Event]:
    event = cast("Original", target.event)  # a correction is never a target
    put = Replacement(type=type(event).__name__, at=target.at + timedelta(minutes=minutes), data=event)
    correction = EntryCorrected(
        target_event_id=target.event_id,
        kind=CorrectionKind.RETRACT if retracted else CorrectionKind.AMEND,
        replacement=None if retracted else put,
        reason=CorrectionReason.WRONG_TIME,
        approved_by="pete",
    )
    return replace(
        before,
        event=correction,
        event_id=uuid5(before.event_id, f"correction of {target.event_id} {minutes}"),
        at=before.at + MINUTE,
        recorded_at=before.recorded_at + MINUTE,
        actor=replace(before.actor, role=Role.PRESCRIBER),
        deviations=(),
    )


def as_journey(log: Log, number: int) -> Log:
    """Return the same history as another journey's, of another patient."""
    journey_id = uuid5(UUID(int=77), f"journey {number}")
    return [
        replace(
            entry,
            journey_id=journey_id,
            event_id=uuid5(entry.event_id, str(number)),
            event=_aimed(entry.event, number),
        )
        for entry in log
    ]


def _aimed(event: Event, number: int) -> Event:
    match event:
        case JourneyReferred():
            return replace(event, patient_id=uuid5(event.patient_id, str(number)))
        case EntryCorrected():
            return replace(event, target_event_id=uuid5(event.target_event_id, str(number)))
        case _:
            return event
