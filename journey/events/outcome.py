"""What was measured, what went wrong, and was there a response?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from annotated_types import Ge, Le

from journey.values import (
    Count,
    Digest,
    Instant,
    Instrument,
    ItemId,
    Language,
    Many,
    Meddra,
    OutcomeClass,
    RiskLevel,
    RuleId,
    Score,
    VersionTag,
)

Grade = Annotated[int, Ge(1), Le(5)]
ItemValue = Annotated[int, Ge(0), Le(10)]


class Timepoint(StrEnum):
    """When in the journey an instrument was answered."""

    SCREENING = "screening"
    BASELINE = "baseline"
    SESSION = "session"
    REVIEW = "review"
    FOLLOW_UP = "follow_up"


class Mode(StrEnum):
    """Who filled the instrument in."""

    SELF = "self"
    CLINICIAN = "clinician"
    IVR = "ivr"


class AdverseEventTerm(StrEnum):
    """What went wrong, in this clinic's reviewed list; a MedDRA code may stand beside it."""

    NAUSEA = "nausea"
    VOMITING = "vomiting"
    DIZZINESS = "dizziness"
    LIGHT_HEADEDNESS = "light_headedness"
    DISSOCIATION = "dissociation"
    HYPERTENSION = "hypertension"
    HYPOTENSION = "hypotension"
    TACHYCARDIA = "tachycardia"
    BRADYCARDIA = "bradycardia"
    DROWSINESS = "drowsiness"
    SEDATION = "sedation"
    RESPIRATORY_DEPRESSION = "respiratory_depression"
    DESATURATION = "desaturation"
    HEADACHE = "headache"
    VISUAL_DISTURBANCE = "visual_disturbance"
    AUDITORY_DISTURBANCE = "auditory_disturbance"
    SENSORY_SENSITIVITY = "sensory_sensitivity"
    FATIGUE = "fatigue"
    ANXIETY = "anxiety"
    AGITATION = "agitation"
    PSYCHOLOGICAL_DISTRESS = "psychological_distress"
    MANIA = "mania"
    PSYCHOSIS = "psychosis"
    SUICIDE_ATTEMPT = "suicide_attempt"
    BLADDER_SYMPTOMS = "bladder_symptoms"
    SEIZURE = "seizure"
    SYNCOPE = "syncope"
    CHEST_PAIN = "chest_pain"
    ALLERGIC_REACTION = "allergic_reaction"
    IV_SITE_REACTION = "iv_site_reaction"
    FALL = "fall"
    DEATH = "death"
    OTHER = "other"


class Seriousness(StrEnum):
    """FHIR R4 adverse-event seriousness; case matters."""

    NON_SERIOUS = "Non-serious"
    SERIOUS = "Serious"
    DEATH = "SeriousResultsInDeath"
    LIFE_THREATENING = "SeriousIsLifeThreatening"
    HOSPITALIZATION = "SeriousResultsInHospitalization"
    DISABILITY = "SeriousResultsInDisability"
    BIRTH_DEFECT = "SeriousIsBirthDefect"
    PREVENTED_IMPAIRMENT = "SeriousRequiresPreventImpairment"


class Relatedness(StrEnum):
    """FHIR R4 adverse-event causality assessment."""

    CERTAIN = "Certain"
    PROBABLE = "Probably-Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    CONDITIONAL = "Conditional-Classified"
    UNASSESSABLE = "Unassessable-Unclassifiable"


class AdverseEventAction(StrEnum):
    """What was done about it."""

    NONE = "none"
    RATE = "rate"
    PAUSED = "paused"
    STOPPED = "stopped"
    DRUG = "drug"
    TRANSFER = "transfer"


class AdverseEventOutcome(StrEnum):
    """FHIR R4 adverse-event outcome."""

    RESOLVED = "resolved"
    RECOVERING = "recovering"
    ONGOING = "ongoing"
    RESOLVED_WITH_SEQUELAE = "resolvedWithSequelae"
    FATAL = "fatal"
    UNKNOWN = "unknown"


class RiskDisposition(StrEnum):
    """How a suicide risk was met."""

    SAFETY_PLAN = "safety_plan"
    HOSPITAL = "hospital"
    CLEARED = "cleared"


class Next(StrEnum):
    """What a response review decides on."""

    MAINTAIN = "maintain"
    EXTEND = "extend"
    REINDUCE = "reinduce"
    CHANGE_MODALITY = "change_modality"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """The answer that raised a risk."""

    instrument: Instrument
    item: ItemId
    value: ItemValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentCompleted:
    """An instrument was answered; the totals are computed here, whole and prorated ones apart."""

    assessment_id: UUID
    instrument: Instrument
    instrument_version: VersionTag
    timepoint: Timepoint
    mode: Mode
    language: Language
    items: Mapping[ItemId, ItemValue | None]
    total: Score | None
    total_prorated: Decimal | None = None
    missing_n: Count
    evaluable: bool
    algorithm_version: VersionTag


@dataclass(frozen=True, slots=True, kw_only=True)
class SuicideRiskRaised:
    """An answer speaks of suicide; somebody must act."""

    risk_id: UUID
    level: RiskLevel
    trigger: Trigger
    assessment_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SuicideRiskAddressed:
    """A clinician met the risk; the note is in the vault, under the envelope's `note_id`."""

    risk_id: UUID
    disposition: RiskDisposition


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventReported:
    """Something unwanted happened."""

    ae_id: UUID
    session_id: UUID | None = None
    term: AdverseEventTerm
    meddra: Meddra | None = None
    ctcae_term: AdverseEventTerm | None = None
    grade: Grade
    onset_at: Instant
    serious: bool
    seriousness_code: Seriousness
    expected: bool
    relatedness: Relatedness
    action: AdverseEventAction


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventUpdated:
    """What became of an adverse event; its worst grade is the one that counts."""

    ae_id: UUID
    grade: Grade | None = None
    outcome: AdverseEventOutcome
    resolved_at: Instant | None = None
    sequelae: Annotated[tuple[AdverseEventTerm, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseAssessed:
    """Baseline and endpoint were compared under a response rule, named by id and digest."""

    review_id: UUID
    rule_id: RuleId
    rule_digest: Digest
    baseline_id: UUID
    endpoint_id: UUID
    baseline: Decimal
    current: Decimal
    pct_change: Decimal
    remission: bool
    response: bool
    outcome_class: OutcomeClass
    window_ok: bool
    next: Next
