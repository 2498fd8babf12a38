"""In which phase is a journey, which event brings it into which other, and what is still heard after its end?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from journey.commands import (
    AddressSuicideRisk,
    Command,
    CompleteAssessment,
    ContactPatient,
    CorrectEntry,
    RecordDeath,
    ReportAdverseEvent,
    UpdateAdverseEvent,
    WithdrawConsent,
)
from journey.events import (
    ConsultCompleted,
    EligibilityConfirmed,
    EligibilityDenied,
    Event,
    InfusionAborted,
    InfusionCompleted,
    InfusionStarted,
    JourneyClosed,
    JourneyPaused,
    JourneyReferred,
    JourneyResumed,
    MaintenanceScheduled,
    ReinductionOrdered,
    ResponseAssessed,
    TreatmentPlanApproved,
)


class Phase(StrEnum):
    """Where in the treatment a journey is."""

    NEW = "new"
    REFERRED = "referred"
    SCREENING = "screening"
    ELIGIBLE = "eligible"
    PLANNED = "planned"
    INDUCTION = "induction"
    RESPONSE_REVIEW = "response_review"
    MAINTENANCE = "maintenance"
    REINDUCTION = "reinduction"
    PAUSED = "paused"
    CLOSED = "closed"


class Series(StrEnum):
    """How far the series of infusions in force has come, once the event is counted."""

    NONE = "none"
    PLAN_LEFT = "plan_left"
    ORDER_LEFT = "order_left"
    USED_UP = "used_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Each of these events brings a journey out of these phases into another; of such a series, if one is named.

    `into` is None where it leads back to the phase in which the journey was paused.
    """

    by: tuple[type[Event], ...]
    out_of: frozenset[Phase]
    into: Phase | None
    series: Series | None = None


BEFORE_ELIGIBLE = frozenset({Phase.NEW, Phase.REFERRED, Phase.SCREENING, Phase.ELIGIBLE})
BEFORE_INDUCTION = BEFORE_ELIGIBLE | {Phase.PLANNED}
BEFORE_CLOSED = frozenset(Phase) - {Phase.CLOSED}
IN_SERIES = frozenset({Phase.INDUCTION, Phase.REINDUCTION})
ACTIVE = BEFORE_CLOSED - {Phase.NEW, Phase.PAUSED}

TRANSITIONS = (
    Transition(by=(JourneyReferred,), out_of=frozenset({Phase.NEW}), into=Phase.REFERRED),
    Transition(by=(ConsultCompleted,), out_of=frozenset({Phase.REFERRED}), into=Phase.SCREENING),
    Transition(by=(EligibilityConfirmed,), out_of=BEFORE_ELIGIBLE, into=Phase.ELIGIBLE),
    Transition(by=(EligibilityDenied,), out_of=frozenset({Phase.ELIGIBLE}), into=Phase.SCREENING),
    Transition(by=(TreatmentPlanApproved,), out_of=BEFORE_INDUCTION, into=Phase.PLANNED),
    Transition(by=(InfusionStarted,), out_of=BEFORE_INDUCTION, into=Phase.INDUCTION),
    Transition(
        by=(InfusionStarted,),
        out_of=frozenset({Phase.RESPONSE_REVIEW}),
        into=Phase.INDUCTION,
        series=Series.PLAN_LEFT,
    ),
    Transition(
        by=(InfusionCompleted, InfusionAborted),
        out_of=IN_SERIES,
        into=Phase.RESPONSE_REVIEW,
        series=Series.USED_UP,
    ),
    Transition(by=(ResponseAssessed,), out_of=IN_SERIES, into=Phase.RESPONSE_REVIEW),
    Transition(by=(ReinductionOrdered,), out_of=ACTIVE, into=Phase.REINDUCTION),
    Transition(
        by=(InfusionStarted,),
        out_of=frozenset({Phase.RESPONSE_REVIEW}),
        into=Phase.REINDUCTION,
        series=Series.ORDER_LEFT,
    ),
    Transition(by=(MaintenanceScheduled,), out_of=ACTIVE, into=Phase.MAINTENANCE),
    Transition(by=(JourneyPaused,), out_of=ACTIVE, into=Phase.PAUSED),
    Transition(by=(JourneyResumed,), out_of=frozenset({Phase.PAUSED}), into=None),
    Transition(by=(JourneyClosed,), out_of=BEFORE_CLOSED, into=Phase.CLOSED),
)
"""Every way from one phase to another. It says where an event leads, however it came about: what is asked first is
decided in `decisions`, and a correction may leave an event in a phase in which it would not have been granted."""

BY_EVENT = {kind: tuple(it for it in TRANSITIONS if kind in it.by) for row in TRANSITIONS for kind in row.by}

HEARD_AFTER_CLOSING: frozenset[type[Command]] = frozenset(
    {
        ReportAdverseEvent,
        UpdateAdverseEvent,
        AddressSuicideRisk,
        CompleteAssessment,
        ContactPatient,
        WithdrawConsent,
        RecordDeath,
        CorrectEntry,
    }
)
"""What is heard after the journey's end as a matter of course. Other reports are stored with a mark."""


class Standing(NamedTuple):
    """The phase of a journey, and while it is paused the one beneath, to which it returns."""

    phase: Phase
    paused_in: Phase | None = None


def following(now: Standing, kind: type[Event], series: Series) -> Standing:
    """Where a journey stands after an event; as before, if it leads nowhere from there.

    What happens while it is paused moves the phase beneath: it returns to where it has come to.
    """
    found = _transition(now.phase, kind, series)
    if found is not None and found.into is Phase.PAUSED:
        return Standing(Phase.PAUSED, now.phase)
    if found is not None:
        return Standing(found.into or now.paused_in or now.phase)
    beneath = None if now.paused_in is None else _transition(now.paused_in, kind, series)
    if beneath is None or beneath.into in {None, Phase.PAUSED}:
        return now
    return Standing(now.phase, beneath.into)


def _transition(phase: Phase, kind: type[Event], series: Series) -> Transition | None:
    return next((it for it in BY_EVENT.get(kind, ()) if phase in it.out_of and it.series in {None, series}), None)
