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
    def last_read(self) -> tuple[str | int | None, ...]:
        """What was read last, and when."""
        return self.read_at, self.sbp_mmhg, self.dbp_mmhg, self.hr_per_min, self.spo2_pct

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
        running = (pump for pump in reversed(self.pumps) if pump.ended_at is None)
        return next(running, self.pumps[-1] if self.pumps else None)

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

    When signs, a signature and a call are due of those that it changed is said by the policy of its day.
    """
    now = _after(sessions, recorded, maintenance_id, again=again)
    if now is sessions:
        return sessions
    return {key: it if it is (was := sessions.get(key)) else _timed(was, it, policy) for key, it in now.items()}


def _timed(was: Session | None, session: Session, policy: Policy) -> Session:
    if session.ended_at != (was and was.ended_at):
        session = replace(session, **_due_of_end(session, policy))
    if was is not None and session.last_read != was.last_read:
        beyond = _beyond(session, policy)
        session = session if beyond is session.beyond else replace(session, beyond=beyond)
    signs_due_at = _signs_due_at(session, policy) if session.stage in WATCHED else None
    return session if signs_due_at == session.signs_due_at else replace(session, signs_due_at=signs_due_at)


def _due_of_end(session: Session, policy: Policy) -> dict[str, Any]:
    ended_at, home = session.ended_at, session.went_home and session.pumps
    return {
        "signature_due_at": ended_at and later(ended_at, timedelta(days=policy.sign_off_due_days)),
        "call_due_at": later(ended_at, timedelta(hours=policy.follow_up_call_h)) if ended_at and home else None,
    }


def _beyond(session: Session, policy: Policy) -> signs.Beyond:
    """How far signs are beyond their limits, after one more reading."""
    return signs.beyond(
        session.beyond,
        str(session.read_at),
        sbp_mmhg=session.sbp_mmhg,
        dbp_mmhg=session.dbp_mmhg,
        hr_per_min=session.hr_per_min,
        spo2_pct=session.spo2_pct,
        policy=policy,
    )


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


def _after(sessions: Sessions, recorded: Happened[Event], maintenance_id: str | None, *, again: bool) -> Sessions:  # noqa: C901, PLR0911, PLR0912 - one arm an event
    at, sessions = recorded.at, _unsigned(sessions, recorded.event)
    match recorded.event:
        case PatientCheckedIn() as event:
            return {**_called(sessions, None, at), written(event.session_id): _opened(at, event, recorded.deviations)}
        case VitalsRecorded() as event:
            return _read(sessions, at, event)
        case SessionCleared() as event:
            return _cleared(sessions, at, event)
        case SessionWithheld() as event:
            return _changed(sessions, event.session_id, stage=Stage.WITHHELD.value, ended_at=moment(at))
        case IvAccessPlaced() as event:
            return _iv_placed(sessions, event)
        case InfusionStarted() as event:
            return _started(sessions, event, pumps.started(recorded, event, maintenance_id, again=again))
        case InfusionRateChanged() as event:
            return _rate_changed(sessions, at, event)
        case InfusionCompleted() | InfusionAborted() as event:
            return _infusion_ended(sessions, at, event)
        case SessionSignedOff() as event:
            return _changed(sessions, event.session_id, signed_off_at=moment(at))
        case DischargeReadinessAssessed() as event:
            return _changed(sessions, event.session_id, ready=event.ready)
        case PatientDischarged() as event:
            home = event.disposition in HOME
            return _changed(
                sessions, event.session_id, stage=Stage.DISCHARGED.value, ended_at=moment(at), went_home=home
            )
        case PatientContacted() as event if event.reached and event.purpose is ContactPurpose.FOLLOW_UP:
            return _called(sessions, maybe_written(event.appointment_id), at)
        case _:
            return sessions


def _called(sessions: Sessions, appointment_id: str | None, at: datetime) -> Sessions:
    """The patient was heard: no call is due any more of a visit, an appointment's or any, that was over by then."""
    over = {
        key: replace(it, call_due_at=None)
        for key, it in sessions.items()
        if it.call_due_at is not None and appointment_id in {None, it.appointment_id} and str(it.ended_at) <= moment(at)
    }
    return {**sessions, **over} if over else sessions


def _unsigned(sessions: Sessions, event: Event) -> Sessions:
    """Whatever is added to a session's record makes it another than the one that was signed off."""
    session = sessions.get(written(session_id)) if (session_id := getattr(event, "session_id", None)) else None
    if session is None or session.signed_off_at is None:
        return sessions
    return {**sessions, session.session_id: replace(session, signed_off_at=None)}


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


def _changed(sessions: Sessions, session_id: UUID, **changes: Any) -> Sessions:
    """The sessions, one of them changed; as they were where its check-in was retracted."""
    key = written(session_id)
    return {**sessions, key: replace(sessions[key], **changes)} if key in sessions else sessions


def _read(sessions: Sessions, at: datetime, event: VitalsRecorded) -> Sessions:
    """Signs were read; the latest reading stands, whenever it was heard of."""
    session = sessions.get(written(event.session_id))
    if session is None:
        return sessions
    key, both = session.session_id, event.sbp_mmhg is not None and event.dbp_mmhg is not None
    pressure_read = session.pressure_read or (both and event.phase is VitalsPhase.PRE)
    read_at = moment(at)
    if session.read_at is not None and read_at < session.read_at:
        return {**sessions, key: replace(session, pressure_read=pressure_read)}
    now = replace(
        session,
        pressure_read=pressure_read,
        read_at=read_at,
        sbp_mmhg=event.sbp_mmhg,
        dbp_mmhg=event.dbp_mmhg,
        hr_per_min=event.hr_per_min,
        spo2_pct=event.spo2_pct,
    )
    return {**sessions, key: now}


def _cleared(sessions: Sessions, at: datetime, event: SessionCleared) -> Sessions:
    session = sessions.get(written(event.session_id))
    stage = Stage.IV_PLACED if session is not None and session.iv_placed else Stage.CLEARED
    return _changed(sessions, event.session_id, stage=stage.value, cleared_at=moment(at))


def _iv_placed(sessions: Sessions, event: IvAccessPlaced) -> Sessions:
    session = sessions.get(written(event.session_id))
    if session is None or session.stage != Stage.CLEARED:
        return _changed(sessions, event.session_id, iv_placed=True)
    return _changed(sessions, event.session_id, iv_placed=True, stage=Stage.IV_PLACED.value)


def _started(sessions: Sessions, event: InfusionStarted, pump: Pump) -> Sessions:
    session = sessions.get(written(event.session_id))
    if session is None:
        return sessions
    sessions = _changed(sessions, event.session_id, pumps=(*session.pumps, pump), ready=False)
    if session.ended_at is not None and session.ended_at >= pump.started_at:  # heard of only after the patient left
        return sessions
    return _changed(sessions, event.session_id, stage=Stage.INFUSING.value, ended_at=None)


def _rate_changed(sessions: Sessions, at: datetime, event: InfusionRateChanged) -> Sessions:
    """The pump runs at another rate; it takes its place in time, whenever it was heard of."""
    session = sessions.get(written(event.session_id))
    changed_at = moment(at)
    pump = None if session is None else session.pump_at(changed_at)
    if session is None or pump is None or not pump.ran(changed_at):
        return sessions
    return _with_pump(sessions, session, pump, pumps.at_rate(pump, changed_at, decimal(event.rate_ml_h)))


def _infusion_ended(sessions: Sessions, at: datetime, event: InfusionCompleted | InfusionAborted) -> Sessions:
    session = sessions.get(written(event.session_id))
    if session is None or session.pump is None or not session.running:
        return sessions
    sessions = _with_pump(sessions, session, session.pump, pumps.ended(session.pump, at, event))
    if session.stage == Stage.INFUSING and not sessions[session.session_id].running:
        return _changed(sessions, event.session_id, stage=Stage.RECOVERING.value)
    return sessions


def _with_pump(sessions: Sessions, session: Session, pump: Pump, now: Pump) -> Sessions:
    """The sessions, one pump of one of them changed."""
    changed = replace(session, pumps=tuple(now if it is pump else it for it in session.pumps))
    return {**sessions, session.session_id: changed}


def infusions(sessions: Sessions) -> list[tuple[Session, Pump]]:
    """The infusions that count, in the order they were given: the k-th of them is infusion k."""
    counting = ((session, pump) for session in sessions.values() for pump in session.pumps if pump.counts)
    return sorted(counting, key=lambda it: it[1].started_at)
