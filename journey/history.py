"""What does a journey's log say once its corrections are applied, now or as of another time?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from journey.events import (
    AssessmentCompleted,
    ConsentGiven,
    ContraindicationCleared,
    ContraindicationRecorded,
    CoverageVerified,
    EligibilityConfirmed,
    EntryCorrected,
    Event,
    InfusionAborted,
    InfusionCompleted,
    InfusionStarted,
    JourneyPaused,
    JourneyResumed,
    MaintenanceScheduled,
    ModalityChanged,
    PatientCheckedIn,
    ReinductionOrdered,
    RelapseDetected,
    ResponseAssessed,
    ScreeningCompleted,
    SessionCleared,
    SessionSignedOff,
    SuicideRiskAddressed,
    TreatmentPlanApproved,
    VitalsRecorded,
)
from journey.events.course import Recheck
from journey.events.screening import ScreeningKind
from journey.evolve import changed, evolve
from journey.recorded import Happened
from journey.state import Journey
from journey.state import replace as replace_part

H = TypeVar("H", bound=Happened[Event])

Log = Sequence[Happened[Event]]

EXCLUDING = frozenset({ScreeningKind.UDS, ScreeningKind.HCG})
"""Screenings that a clearance looks at."""

SIGNED_FOR = (SessionCleared, InfusionStarted)
"""What a session's signature stands for, too: once the session is over neither can be asked again."""

NEW = Journey()
"""A journey of which nothing is known."""


def effective(log: Sequence[H]) -> list[H]:
    """The log with every correction applied: amended entries replaced in their place, retracted ones gone.

    Corrections themselves stay where they are; a later correction of the same entry wins.
    """
    corrections = {
        entry.event.target_event_id.int: entry.event for entry in log if isinstance(entry.event, EntryCorrected)
    }
    if not corrections:
        return list(log)
    corrected = (_corrected(entry, corrections.get(entry.event_id.int)) for entry in log)  # a UUID's hash is slow
    return [entry for entry in corrected if entry is not None]


def _corrected(entry: H, correction: EntryCorrected | None) -> H | None:
    if correction is None:
        return entry
    if correction.replacement is None:
        return None
    return replace(entry, event=correction.replacement.data, at=correction.replacement.at)


def fold(log: Log) -> Journey:
    """The journey after its whole log."""
    journey, entries = NEW, effective(log)
    for entry in entries:
        journey = changed(journey, entry)
    return replace_part(journey, version=entries[-1].version, stale=_stale(log)) if entries else journey


def grown(journey: Journey, log: Log) -> Journey:
    """The journey after the last entry of its log, from what it was before: what `fold(log)` gives, in less time."""
    if isinstance(log[-1].event, EntryCorrected):
        return fold(log)
    after = evolve(journey, log[-1])
    return replace_part(after, stale=_stale(log)) if journey.stale else after  # no correction, so it makes none stale


def _stale(log: Log) -> frozenset[UUID]:
    return frozenset(entry.event_id for entry in stale_entries(log))


def as_of_version(log: Sequence[H], version: int) -> list[H]:
    """What the log held at a version."""
    return [entry for entry in log if entry.version <= version]


def as_recorded(log: Sequence[H], moment: datetime) -> list[H]:
    """What the log held at a moment: "what did the chart say at 14:05?"."""
    return [entry for entry in log if entry.recorded_at <= moment]


def as_happened(log: Sequence[H], moment: datetime) -> list[H]:
    """What is known of a moment, with every correction made since: "what do we now know of 14:05?"."""
    return [entry for entry in effective(log) if entry.at <= moment and not isinstance(entry.event, EntryCorrected)]


def stale_entries(log: Sequence[H]) -> list[H]:
    """Entries resting on one that was corrected after them, and neither made anew nor corrected themselves since."""
    corrections = [(entry.version, entry.event) for entry in log if isinstance(entry.event, EntryCorrected)]
    if not corrections:
        return []
    by_id = {entry.event_id.int: entry for entry in log}
    found: dict[int, H] = {}
    said: dict[int, tuple[Event, datetime] | None] = {}
    for version, correction in corrections:
        target, says = by_id[correction.target_event_id.int], correction.replacement
        before = said.get(target.version, (target.event, target.at))
        now = None if says is None else (says.data, says.at)
        if before == now:  # it was confirmed, or explained: nothing that rests on it is touched
            continue
        said[target.version] = now
        for entry in log[target.version : version - 1]:
            if _rests_on(entry.event, target) and not _made_anew(entry, log[version:]):
                found[entry.version] = entry
    return list(found.values())


def _rests_on(event: Event, target: Happened[Event]) -> bool:  # noqa: C901, PLR0911, PLR0912 - one arm a kind of permission
    """Whether a permission was granted, or a relapse found, on the strength of an entry."""
    match event, target.event:
        case EligibilityConfirmed(), _:
            return any(target.event_id in criterion.evidence_ids for criterion in event.criteria)
        case TreatmentPlanApproved(), EligibilityConfirmed() | ConsentGiven():
            return True
        case SessionCleared(), EligibilityConfirmed() | ConsentGiven() | TreatmentPlanApproved():
            return True
        case SessionCleared(), JourneyResumed() | ReinductionOrdered():
            return True
        case ModalityChanged(), TreatmentPlanApproved():
            return True
        case JourneyResumed(), JourneyPaused():
            return True
        case JourneyResumed(), ScreeningCompleted():
            return Recheck.PREGNANCY in event.rechecks and target.event.kind is ScreeningKind.HCG
        case JourneyResumed(), CoverageVerified():
            return Recheck.COVERAGE in event.rechecks
        case JourneyResumed(), ConsentGiven():
            return Recheck.CONSENT in event.rechecks
        case ContraindicationCleared(), ContraindicationRecorded():
            return event.contraindication_id == target.event_id
        case SessionCleared(), ContraindicationCleared():
            return True
        case TreatmentPlanApproved() | SessionCleared(), ScreeningCompleted():
            return target.event.kind in EXCLUDING
        case SessionCleared(), CoverageVerified() | SuicideRiskAddressed() | MaintenanceScheduled():
            return True
        case InfusionStarted(), PatientCheckedIn():
            return event.session_id == target.event.session_id  # its dose is by the weight of the day
        case SessionCleared(), PatientCheckedIn() | VitalsRecorded():
            return event.session_id == target.event.session_id
        case ReinductionOrdered(), EligibilityConfirmed() | ConsentGiven() | TreatmentPlanApproved():
            return True
        case ReinductionOrdered(), ResponseAssessed() | RelapseDetected():
            return True
        case RelapseDetected(), AssessmentCompleted():
            return event.assessment_id == target.event.assessment_id
        case RelapseDetected(), InfusionStarted() | InfusionCompleted() | InfusionAborted():
            return True
        case ResponseAssessed(), AssessmentCompleted():
            return target.event.assessment_id in {event.baseline_id, event.endpoint_id}
        case ResponseAssessed(), InfusionStarted() | InfusionCompleted() | InfusionAborted():
            return True
        case SessionSignedOff(), _:
            return event.session_id == getattr(target.event, "session_id", None)
        case MaintenanceScheduled(), ResponseAssessed():
            return True
        case _:
            return False


def _made_anew(entry: Happened[Event], later: Iterable[Happened[Event]]) -> bool:
    """Whether the same was decided again, of the same thing if it is of one, or the entry itself corrected.

    What let a session's infusion begin is decided once; after it the record is signed anew, as it now stands.
    """
    return any(
        (type(other.event) is type(entry.event) and of_what(other.event) == of_what(entry.event))
        or (isinstance(other.event, EntryCorrected) and other.event.target_event_id == entry.event_id)
        or (
            isinstance(other.event, SessionSignedOff)
            and isinstance(entry.event, SIGNED_FOR)
            and of_what(other.event) == of_what(entry.event)
        )
        for other in later
    )


def of_what(event: Event) -> UUID | None:
    """The session or contraindication that an entry is of, if it is of one."""
    return getattr(event, "session_id", None) or getattr(event, "contraindication_id", None)
