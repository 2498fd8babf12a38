"""What is a journey at one moment?

What events change has no slots, so that `replace` copies it at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from journey.events.closing import JourneyClosed, MaintenanceScheduled
from journey.events.course import ModalityChanged, RelapseDetected
from journey.events.intake import (
    ConsultCompleted,
    ContraindicationRecorded,
    EligibilityConfirmed,
    JourneyReferred,
)
from journey.events.outcome import ResponseAssessed
from journey.events.plan import ConsentKind, CoverageVerified, TreatmentPlanApproved
from journey.phases import Phase, Series
from journey.screenings import Clearing, Screening, standing
from journey.state.appointment import Appointment
from journey.state.parts import AdverseEvent, Assessment, Consent, Pause, Reinduction, Risk, Trial
from journey.state.session import Attempt, Session
from journey.values import Instrument


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

    def weight_kg_before(self, moment: datetime) -> Decimal | None:
        """The weight that a session was cleared for last before a moment, or else the consult's; no other counts."""
        cleared = [it for it in self.sessions.values() if it.cleared is not None and it.checked_in_at < moment]
        if cleared:
            return max(cleared, key=lambda session: session.checked_in_at).checked_in.weight_kg
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
