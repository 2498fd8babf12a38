"""What is a journey at one moment?

What events change has no slots, so that `replace` copies it at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from journey.events.closing import JourneyClosed, MaintenanceScheduled
from journey.events.course import JourneyPaused, ModalityChanged, ReinductionOrdered, RelapseDetected
from journey.events.drug import IvAccessPlaced
from journey.events.intake import (
    ConsultCompleted,
    ContraindicationRecorded,
    EligibilityConfirmed,
    JourneyReferred,
    TreatmentTrialRecorded,
)
from journey.events.outcome import (
    AdverseEventOutcome,
    AdverseEventReported,
    AssessmentCompleted,
    ResponseAssessed,
    SuicideRiskRaised,
)
from journey.events.plan import ConsentGiven, ConsentKind, CoverageVerified, TreatmentPlanApproved
from journey.events.records import SessionSignedOff
from journey.events.schedule import AppointmentKind
from journey.events.session import (
    DischargeReadinessAssessed,
    Disposition,
    InfusionStarted,
    PatientCheckedIn,
    SessionCleared,
    VitalsRecorded,
)
from journey.phases import Phase, Series
from journey.screenings import Clearing, Screening, standing
from journey.values import Instrument

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - evolve takes it from here
else:

    def replace(part: Any, /, **fields: Any) -> Any:
        """Change fields of a part of a journey: as dataclasses.replace, which takes two thirds of a fold."""
        changed = object.__new__(type(part))
        object.__setattr__(changed, "__dict__", part.__dict__ | fields)
        return changed


class Stage(StrEnum):
    """Where a session is."""

    CHECKED_IN = "checked_in"
    CLEARED = "cleared"
    IV_PLACED = "iv_placed"
    INFUSING = "infusing"
    RECOVERING = "recovering"
    WITHHELD = "withheld"
    DISCHARGED = "discharged"


ENDED = frozenset({Stage.WITHHELD, Stage.DISCHARGED})


class AppointmentStatus(StrEnum):
    """What became of an appointment."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """An appointment where it now stands."""

    appointment_id: UUID
    kind: AppointmentKind
    plan_id: UUID | None
    series_id: UUID | None = None
    slot_no: int | None
    start: datetime
    end: datetime
    chair: str | None
    nurse: str | None
    provider: str | None
    status: AppointmentStatus = AppointmentStatus.BOOKED
    session_id: UUID | None = None

    @property
    def resources(self) -> tuple[str, ...]:
        """What it holds: its chair and staff."""
        return tuple(name for name in (self.chair, self.nurse, self.provider) if name is not None)

    @property
    def about(self) -> dict[str, str | int]:
        """What a refusal says of it: which appointment, and which slot if it fills one."""
        slot = {} if self.slot_no is None else {"slot_no": self.slot_no}
        return {"appointment_id": str(self.appointment_id), **slot}


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A consent and, if so, when it was taken back."""

    given: ConsentGiven
    withdrawn_at: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        given, withdrawn = self.given, self.withdrawn_at
        return (
            given.signed_at <= at
            and (given.expires_at is None or at < given.expires_at)
            and (withdrawn is None or at < withdrawn)
        )


class RateSegment(NamedTuple):
    """From this moment the pump ran at this rate; 0 is a pause."""

    at: datetime
    rate_ml_h: Decimal


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One start of the pump, its rates, and how it ended."""

    started: InfusionStarted
    started_at: datetime
    rates: tuple[RateSegment, ...]
    ended_at: datetime | None = None
    ml_infused: Decimal | None = None
    aborted: bool = False
    counts: bool = False

    @property
    def running(self) -> bool:
        """Whether the pump is not yet stopped, a pause included."""
        return self.ended_at is None

    def ran(self, moment: datetime) -> bool:
        """Whether the pump was on at a moment, a pause included."""
        return self.started_at <= moment and (self.ended_at is None or moment <= self.ended_at)

    @property
    def mg_infused(self) -> Decimal | None:
        """Recorded volume times concentration."""
        return None if self.ml_infused is None else self.ml_infused * self.started.conc_mg_per_ml

    def ml_by_rates(self, until: datetime) -> Decimal:
        """The volume that the recorded rates give."""
        ends = [segment.at for segment in self.rates[1:]] + [until]
        seconds = [max((end - segment.at).total_seconds(), 0) for segment, end in zip(self.rates, ends, strict=True)]
        return sum(
            (
                segment.rate_ml_h * Decimal(str(lasted)) / 3600
                for segment, lasted in zip(self.rates, seconds, strict=True)
            ),
            Decimal(0),
        )


class Reading(NamedTuple):
    """Vitals, when they were read, and the event that says so."""

    at: datetime
    vitals: VitalsRecorded
    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class Session:
    """One visit for an infusion."""

    checked_in: PatientCheckedIn
    checked_in_at: datetime
    stage: Stage = Stage.CHECKED_IN
    readings: tuple[Reading, ...] = ()
    cleared: SessionCleared | None = None
    cleared_at: datetime | None = None
    iv_access: IvAccessPlaced | None = None
    attempts: tuple[Attempt, ...] = ()
    readiness: DischargeReadinessAssessed | None = None
    disposition: Disposition | None = None
    ended_at: datetime | None = None
    signed_off: SessionSignedOff | None = None

    @property
    def is_open(self) -> bool:
        """Whether the patient is still here."""
        return self.stage not in ENDED

    @property
    def running(self) -> Attempt | None:
        """The infusion that is running, if one is; the one heard of last, should two be."""
        return next((attempt for attempt in reversed(self.attempts) if attempt.running), None)

    def attempt_at(self, moment: datetime) -> Attempt | None:
        """The infusion that a moment belongs to: the last one started by then, or else the first."""
        begun = [attempt for attempt in self.attempts if attempt.started_at <= moment]
        if begun:
            return max(begun, key=lambda attempt: attempt.started_at)
        return min(self.attempts, key=lambda attempt: attempt.started_at, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An earlier treatment, and the entry that tells of it."""

    recorded: TreatmentTrialRecorded
    event_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """An assessment, when it was answered, and the entry that tells of it."""

    completed: AssessmentCompleted
    at: datetime
    event_id: UUID

    @property
    def score(self) -> Decimal:
        """The whole total, or else the prorated one. Only of an evaluable assessment."""
        total = self.completed.total
        return Decimal(total) if total is not None else self.completed.total_prorated or Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A suicide risk and whether somebody met it."""

    raised: SuicideRiskRaised
    raised_at: datetime
    addressed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AdverseEvent:
    """Something unwanted, its worst grade, and what is known to have become of it."""

    reported: AdverseEventReported
    grade: int
    outcome: AdverseEventOutcome | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time in which the journey rests, and why."""

    paused: JourneyPaused
    at: datetime
    resumed_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it rests at a moment."""
        return self.at <= at and (self.resumed_at is None or at < self.resumed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinduction:
    """A series begun anew, and when it was ordered: infusions of it are those started since."""

    ordered: ReinductionOrdered
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A patient's journey, folded from its events.

    Contraindications, and what cleared them, are named by the entry that records them, relapses by their assessment,
    everything else by its own id. `stale` names the entries that rest on one corrected since. `paused_in` is the phase
    beneath a pause. `switched` says that no infusion follows, unless a plan is approved anew.
    """

    journey_id: UUID | None = None
    version: int = 0
    phase: Phase = Phase.NEW
    paused_in: Phase | None = None
    pauses: tuple[Pause, ...] = ()
    modality: ModalityChanged | None = None
    switched: bool = False
    relapses: Mapping[UUID, RelapseDetected] = field(default_factory=dict)
    reinduction: Reinduction | None = None
    referred: JourneyReferred | None = None
    consult: ConsultCompleted | None = None
    consult_id: UUID | None = None
    trials: Mapping[UUID, Trial] = field(default_factory=dict)
    contraindications: Mapping[UUID, ContraindicationRecorded] = field(default_factory=dict)
    clearings: Mapping[UUID, Clearing] = field(default_factory=dict)
    screenings: tuple[Screening, ...] = ()
    eligibility: EligibilityConfirmed | None = None
    consents: Mapping[UUID, Consent] = field(default_factory=dict)
    coverages: Mapping[UUID, CoverageVerified] = field(default_factory=dict)
    plan: TreatmentPlanApproved | None = None
    appointments: Mapping[UUID, Appointment] = field(default_factory=dict)
    sessions: Mapping[UUID, Session] = field(default_factory=dict)
    assessments: Mapping[UUID, Assessment] = field(default_factory=dict)
    risks: Mapping[UUID, Risk] = field(default_factory=dict)
    adverse_events: Mapping[UUID, AdverseEvent] = field(default_factory=dict)
    reviews: Mapping[UUID, ResponseAssessed] = field(default_factory=dict)
    maintenance: MaintenanceScheduled | None = None
    closed: JourneyClosed | None = None
    deceased: bool = False
    died_on: date | None = None
    stale: frozenset[UUID] = frozenset()

    @property
    def stands_in(self) -> Phase:
        """The phase of the treatment, whether or not it rests."""
        return self.paused_in or self.phase

    @property
    def open_pauses(self) -> tuple[Pause, ...]:
        """The pauses that nobody has ended."""
        return tuple(pause for pause in self.pauses if pause.resumed_at is None)

    def paused(self, at: datetime) -> bool:
        """Whether the journey rests at a moment."""
        return any(pause.holds(at) for pause in self.pauses)

    def consent_in_force(self, at: datetime) -> bool:
        """Whether a consent to treatment holds at a moment."""
        return any(
            consent.given.kind is ConsentKind.TREATMENT and consent.in_force(at) for consent in self.consents.values()
        )

    def eligible(self, at: datetime) -> bool:
        """Whether eligibility is confirmed, still valid at a moment, and knew of every contraindication that stands."""
        if self.eligibility is None or at > self.eligibility.valid_until:
            return False
        considered = {id_ for criterion in self.eligibility.criteria for id_ in criterion.evidence_ids}
        return considered >= self.standing_contraindications(at).keys()

    def standing_contraindications(self, at: datetime) -> dict[UUID, ContraindicationRecorded]:
        """What speaks against treatment at a moment, and nobody has cleared."""
        return standing(self.contraindications, self.clearings, at)

    @property
    def last_weight_kg(self) -> Decimal | None:
        """The weight measured last."""
        if self.sessions:
            return max(self.sessions.values(), key=lambda session: session.checked_in_at).checked_in.weight_kg
        return None if self.consult is None else self.consult.weight_kg

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every start of the pump, in order."""
        every = (attempt for session in self.sessions.values() for attempt in session.attempts)
        return tuple(sorted(every, key=lambda attempt: attempt.started.attempt_no))

    @property
    def infusions(self) -> tuple[Attempt, ...]:
        """The attempts that count, in the order they were given: the k-th of them is infusion k."""
        return tuple(sorted((a for a in self.attempts if a.counts), key=lambda attempt: attempt.started_at))

    @property
    def series(self) -> Series:
        """How far the series in force has come."""
        given, planned = self.given_of_series
        if planned == 0:
            return Series.NONE
        if given >= planned:
            return Series.USED_UP
        return Series.PLAN_LEFT if self.reinduction is None else Series.ORDER_LEFT

    @property
    def given_of_series(self) -> tuple[int, int]:
        """How many infusions of the series in force were given, and how many it has: the last reinduction, or the plan.

        (0, 0) where there is neither.
        """
        again = self.reinduction
        if again is not None:
            return sum(it.started_at >= again.at for it in self.infusions), again.ordered.infusions
        return len(self.infusions), 0 if self.plan is None else self.plan.infusions

    def scores(self, instrument: Instrument) -> Iterator[Assessment]:
        """The complete assessments of an instrument."""
        for assessment in self.assessments.values():
            if assessment.completed.instrument is instrument and assessment.completed.evaluable:
                yield assessment
