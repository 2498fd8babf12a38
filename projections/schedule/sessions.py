"""What happens in each session: its stage, its clocks, what was found at check-in, its pumps?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journey.errors import Rule
from journey.events import (
    DischargeReadinessAssessed,
    Event,
    InfusionAborted,
    InfusionCompleted,
    InfusionRateChanged,
    InfusionStarted,
    IvAccessPlaced,
    PatientCheckedIn,
    PatientContacted,
    PatientDischarged,
    SessionCleared,
    SessionSignedOff,
    SessionWithheld,
    VitalsRecorded,
)
from journey.events.schedule import ContactPurpose
from journey.events.session import Change, CheckId, Disposition, RideKind, VitalsPhase
from journey.policy import Policy
from journey.recorded import Happened
from journey.state import ENDED, Stage, replace
from projections.plain import decimal, later, maybe_written, moment, written
from projections.schedule import pumps, signs
from projections.schedule.pumps import Pump


@dataclass(frozen=True, kw_only=True)
class Session:
    """A visit; `unresolved` are the checks that its check-in leaves open."""

    session_id: str
    appointment_id: str
    checked_in_at: str
    unresolved: tuple[str, ...]
    stage: str = Stage.CHECKED_IN.value
    pressure_read: bool = False
    read_at: str | None = None
    sbp_mmhg: int | None = None
    dbp_mmhg: int | None = None
    hr_per_min: int | None = None
    spo2_pct: int | None = None
    beyond: signs.Beyond = field(default_factory=signs.Beyond)
    cleared_at: str | None = None
    iv_placed: bool = False
    pumps: tuple[Pump, ...] = ()
    ready: bool = False
    ended_at: str | None = None
    signed_off_at: str | None = None
    signs_due_at: str | None = None
    signature_due_at: str | None = None
    went_home: bool = False
    call_due_at: str | None = None

    @property
    def act_since(self) -> str | None:
        """Since when somebody acts on the signs, while an infusion runs or is recovered from."""
        return self.beyond.act_since if self.stage in WATCHED else None

    @property
    def is_open(self) -> bool:
        """Whether the patient is still here."""
        return self.stage not in ENDED

    @property
    def pump(self) -> Pump | None:
        """The pump that runs, or else the one that was started last."""
        for pump in reversed(self.pumps):
            if pump.ended_at is None:
                return pump
        return self.pumps[-1] if self.pumps else None

    @property
    def running(self) -> bool:
        """Whether an infusion runs, or is paused."""
        return self.pump is not None and self.pump.ended_at is None

    def pump_at(self, at: str) -> Pump | None:
        """The pump that a moment belongs to: the last one started by then, or else the first."""
        begun = [pump for pump in self.pumps if pump.started_at <= at]
        if begun:
            return max(begun, key=lambda pump: pump.started_at)
        return min(self.pumps, key=lambda pump: pump.started_at, default=None)


Sessions = Mapping[str, Session]

WATCHED = frozenset({Stage.INFUSING.value, Stage.RECOVERING.value})
"""While signs are due."""

HOME = frozenset({Disposition.HOME_RIDE, Disposition.AGAINST_ADVICE})
"""Where a patient is called: not who was taken to a hospital, or died."""


def after(
    sessions: Sessions, recorded: Happened[Event], maintenance_id: str | None, policy: Policy, *, again: bool
) -> Sessions:
    """The sessions after one more event, under this maintenance if there is one, or in a reinduction.

    When signs, a signature and a call are due of the one that it changed is said by the policy of its day.
    """
    at, event = recorded.at, recorded.event
    if isinstance(event, PatientCheckedIn):
        return {**_called(sessions, None, at), written(event.session_id): _opened(at, event, recorded.deviations)}
    if isinstance(event, PatientContacted):
        follows_up = event.reached and event.purpose is ContactPurpose.FOLLOW_UP
        return _called(sessions, maybe_written(event.appointment_id), at) if follows_up else sessions
    session_id: UUID | None = getattr(event, "session_id", None)
    session = None if session_id is None else sessions.get(written(session_id))
    if session is None:  # the event is of none, or of one whose check-in was retracted
        return sessions
    now = _timed(session, _changed(session, recorded, maintenance_id, policy, again=again), policy)
    return sessions if now is session else {**sessions, session.session_id: now}


def _timed(was: Session, session: Session, policy: Policy) -> Session:
    if session is was:
        return session
    if session.ended_at != was.ended_at:
        session = replace(session, **_due_of_end(session, policy))
    signs_due_at = _signs_due_at(session, policy) if session.stage in WATCHED else None
    return session if signs_due_at == session.signs_due_at else replace(session, signs_due_at=signs_due_at)


def _due_of_end(session: Session, policy: Policy) -> dict[str, Any]:
    ended_at, home = session.ended_at, session.went_home and session.pumps
    return {
        "signature_due_at": ended_at and later(ended_at, timedelta(days=policy.sign_off_due_days)),
        "call_due_at": later(ended_at, timedelta(hours=policy.follow_up_call_h)) if ended_at and home else None,
    }


def _signs_due_at(session: Session, policy: Policy) -> str | None:
    pump = session.pump
    return signs.due_at(
        stage=session.stage,
        started_at=None if pump is None else pump.started_at,
        ended_at=None if pump is None else pump.ended_at,
        read_at=session.read_at,
        sbp_mmhg=session.sbp_mmhg,
        dbp_mmhg=session.dbp_mmhg,
        policy=policy,
    )


def _changed(  # noqa: C901, PLR0911 - one arm an event
    session: Session, recorded: Happened[Event], maintenance_id: str | None, policy: Policy, *, again: bool
) -> Session:
    """A session after one more event of it; whatever is added makes its record another than the one signed off."""
    at = recorded.at
    if session.signed_off_at is not None:
        session = replace(session, signed_off_at=None)
    match recorded.event:
        case VitalsRecorded() as event:
            return _read(session, at, event, policy)
        case SessionCleared():
            stage = Stage.IV_PLACED if session.iv_placed else Stage.CLEARED
            return replace(session, stage=stage.value, cleared_at=moment(at))
        case SessionWithheld():
            return replace(session, stage=Stage.WITHHELD.value, ended_at=moment(at))
        case IvAccessPlaced():
            placed = Stage.IV_PLACED.value if session.stage == Stage.CLEARED else session.stage
            return replace(session, iv_placed=True, stage=placed)
        case InfusionStarted() as event:
            return _started(session, pumps.started(recorded, event, maintenance_id, again=again))
        case InfusionRateChanged() as event:
            return _rate_changed(session, at, event)
        case InfusionCompleted() | InfusionAborted() as event:
            return _infusion_ended(session, at, event)
        case SessionSignedOff():
            return replace(session, signed_off_at=moment(at))
        case DischargeReadinessAssessed() as event:
            return replace(session, ready=event.ready)
        case PatientDischarged() as event:
            home = event.disposition in HOME
            return replace(session, stage=Stage.DISCHARGED.value, ended_at=moment(at), went_home=home)
        case _:
            return session


def _called(sessions: Sessions, appointment_id: str | None, at: datetime) -> Sessions:
    """The patient was heard: no call is due any more of a visit, an appointment's or any, that was over by then."""
    over = {
        key: replace(it, call_due_at=None)
        for key, it in sessions.items()
        if it.call_due_at is not None and appointment_id in {None, it.appointment_id} and str(it.ended_at) <= moment(at)
    }
    return {**sessions, **over} if over else sessions


def _opened(at: datetime, event: PatientCheckedIn, deviations: Sequence[Rule]) -> Session:
    ride = event.ride.confirmed and event.ride.kind is not RideKind.NONE
    found = {
        CheckId.IDENTITY: Rule.IDENTIFIERS_TOO_FEW not in deviations,
        CheckId.WEIGHT: Rule.WEIGHT_JUMP not in deviations,
        CheckId.RIDE: ride,
        CheckId.CHANGES: set(event.changes) <= {Change.NONE},
    }
    return Session(
        session_id=written(event.session_id),
        appointment_id=written(event.appointment_id),
        checked_in_at=moment(at),
        unresolved=tuple(check.value for check, passed in found.items() if not passed),
    )


def _read(session: Session, at: datetime, event: VitalsRecorded, policy: Policy) -> Session:
    """Signs were read; the latest reading stands, whenever it was heard of."""
    both = event.sbp_mmhg is not None and event.dbp_mmhg is not None
    pressure_read = session.pressure_read or (both and event.phase is VitalsPhase.PRE)
    read_at = moment(at)
    if session.read_at is not None and read_at < session.read_at:
        return replace(session, pressure_read=pressure_read)
    return replace(
        session,
        pressure_read=pressure_read,
        read_at=read_at,
        sbp_mmhg=event.sbp_mmhg,
        dbp_mmhg=event.dbp_mmhg,
        hr_per_min=event.hr_per_min,
        spo2_pct=event.spo2_pct,
        beyond=signs.beyond(session.beyond, read_at, event, policy),
    )


def _started(session: Session, pump: Pump) -> Session:
    session = replace(session, pumps=(*session.pumps, pump), ready=False)
    if session.ended_at is not None and session.ended_at >= pump.started_at:  # heard of only after the patient left
        return session
    return replace(session, stage=Stage.INFUSING.value, ended_at=None)


def _rate_changed(session: Session, at: datetime, event: InfusionRateChanged) -> Session:
    """The pump runs at another rate; it takes its place in time, whenever it was heard of."""
    changed_at = moment(at)
    pump = session.pump_at(changed_at)
    if pump is None or not pump.ran(changed_at):
        return session
    return _with_pump(session, pump, pumps.at_rate(pump, changed_at, decimal(event.rate_ml_h)))


def _infusion_ended(session: Session, at: datetime, event: InfusionCompleted | InfusionAborted) -> Session:
    pump = session.pump
    if pump is None or not session.running:
        return session
    session = _with_pump(session, pump, pumps.ended(pump, at, event))
    if session.stage == Stage.INFUSING and not session.running:
        return replace(session, stage=Stage.RECOVERING.value)
    return session


def _with_pump(session: Session, pump: Pump, now: Pump) -> Session:
    """A session, one of its pumps changed."""
    return replace(session, pumps=tuple(now if it is pump else it for it in session.pumps))


def infusions(sessions: Sessions) -> list[tuple[Session, Pump]]:
    """The infusions that count, in the order they were given: the k-th of them is infusion k."""
    counting = ((session, pump) for session in sessions.values() for pump in session.pumps if pump.counts)
    return sorted(counting, key=lambda it: it[1].started_at)
