"""How do events change a session, and its starts of the pump?"""

from __future__ import annotations

from journey.events import (
    DoseDispensed,
    DoseWasted,
    Event,
    InfusionAborted,
    InfusionCompleted,
    InfusionRateChanged,
    InfusionStarted,
    IvAccessPlaced,
    PatientDischarged,
    SessionCleared,
    VitalsRecorded,
)
from journey.events.session import Disposition
from journey.evolve.changing import with_attempt, with_session
from journey.recorded import Happened
from journey.state import Attempt, Journey, RateSegment, Reading, Stage, replace


def read(journey: Journey, event: VitalsRecorded, reading: Reading) -> Journey:
    """Vitals were read."""
    session = journey.sessions.get(event.session_id)
    if session is None:
        return journey
    return with_session(journey, event.session_id, readings=(*session.readings, reading))


def cleared(journey: Journey, recorded: Happened[Event], event: SessionCleared) -> Journey:
    """Cleared once more after a stop, a session has its line already."""
    session = journey.sessions.get(event.session_id)
    placed = session is not None and session.iv_access is not None
    stage = Stage.IV_PLACED if placed else Stage.CLEARED
    return with_session(journey, event.session_id, stage=stage, cleared=event, cleared_at=recorded.at)


def iv_placed(journey: Journey, event: IvAccessPlaced) -> Journey:
    """The stage moves on from the clearance alone: a line may be entered late, or be a second one."""
    placed = with_session(journey, event.session_id, iv_access=event)
    session = placed.sessions.get(event.session_id)
    if session is None or session.stage is not Stage.CLEARED:
        return placed
    return with_session(placed, event.session_id, stage=Stage.IV_PLACED)


def drawn(journey: Journey, event: DoseDispensed) -> Journey:
    """The drug was drawn."""
    session = journey.sessions.get(event.session_id)
    return journey if session is None else with_session(journey, event.session_id, draws=(*session.draws, event))


def wasted(journey: Journey, event: DoseWasted) -> Journey:
    """Some of what was drawn was wasted."""
    session = journey.sessions.get(event.session_id)
    return journey if session is None else with_session(journey, event.session_id, wastes=(*session.wastes, event))


def infusion_started(journey: Journey, recorded: Happened[Event], event: InfusionStarted) -> Journey:
    """The pump was started."""
    session = journey.sessions.get(event.session_id)
    if session is None:
        return journey
    first = RateSegment(recorded.at, event.rate_ml_h)
    attempt = Attempt(started=event, started_at=recorded.at, rates=(first,))
    started = with_session(journey, event.session_id, attempts=(*session.attempts, attempt), readiness=None)
    if session.ended_at is None or session.ended_at < recorded.at:  # else heard of only after the patient left
        return with_session(started, event.session_id, stage=Stage.INFUSING, ended_at=None)
    return started


def rate_changed(journey: Journey, event: InfusionRateChanged, segment: RateSegment) -> Journey:
    """The rate takes its place in time: it may have been heard of late, even after the infusion's end."""
    session = journey.sessions.get(event.session_id)
    attempt = None if session is None else session.attempt_at(segment.at)
    if session is None or attempt is None or not attempt.ran(segment.at):
        return journey
    rates = tuple(sorted((*attempt.rates, segment), key=lambda other: other.at))
    return with_attempt(journey, session, attempt, rates=rates)


def infusion_ended(journey: Journey, recorded: Happened[Event], event: InfusionCompleted | InfusionAborted) -> Journey:
    """The pump was stopped for good: of two that are running, the one heard of last."""
    session = journey.sessions.get(event.session_id)
    if session is None or session.running is None:
        return journey
    ended = with_attempt(
        journey,
        session,
        session.running,
        ended_at=recorded.at,
        ml_infused=event.ml_infused,
        aborted=isinstance(event, InfusionAborted),
        counts=event.counts if isinstance(event, InfusionAborted) else True,
    )
    if session.stage is Stage.INFUSING and ended.sessions[event.session_id].running is None:
        return with_session(ended, event.session_id, stage=Stage.RECOVERING)
    return ended


def discharged(journey: Journey, recorded: Happened[Event], event: PatientDischarged) -> Journey:
    """The patient left, was taken elsewhere, or died."""
    discharged = with_session(
        journey,
        event.session_id,
        stage=Stage.DISCHARGED,
        disposition=event.disposition,
        ended_at=recorded.at,
    )
    return replace(discharged, deceased=journey.deceased or event.disposition is Disposition.DIED)
