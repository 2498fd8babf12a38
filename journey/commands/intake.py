"""What can be asked before treatment?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from journey.events.intake import (
    Contraindication,
    ContraindicationStatus,
    CriterionId,
    DrugClass,
    Episode,
    Evidence,
    Explained,
    Modality,
    ReferralReason,
    Referrer,
    TrialOutcome,
    YesNoUnknown,
)
from journey.values import (
    AgeYears,
    AllergyCode,
    Count,
    Day,
    DoseMg,
    HeightCm,
    Icd10,
    Instant,
    Many,
    NewId,
    Npi,
    RxNorm,
    Some,
    UserId,
    WeightKg,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferJourney:
    """Open a journey for a patient."""

    patient_id: UUID
    referrer: Referrer
    referrer_npi: Npi | None = None
    indication_icd10: Icd10
    reason: ReferralReason
    prior_journey_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteConsult:
    """Record the consult. The weight is typed twice, so that a slip is caught where it is made."""

    clinician_id: UserId
    age_years: AgeYears
    pregnancy_possible: YesNoUnknown
    diagnoses: Annotated[tuple[Icd10, ...], Many] = ()
    height_cm: HeightCm
    weight_kg: WeightKg
    weight_kg_repeated: WeightKg | None = None
    allergies: Annotated[tuple[AllergyCode, ...], Many] = ()
    meds: Annotated[tuple[RxNorm, ...], Many] = ()
    psychosis_hx: bool
    sud_hx: bool
    explained: Annotated[tuple[Explained, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTreatmentTrial:
    """Record an earlier treatment."""

    trial_id: NewId
    modality: Modality
    rxnorm: RxNorm | None = None
    drug_class: DrugClass | None = None
    max_dose_mg: DoseMg | None = None
    weeks: Count
    adequate: bool
    outcome: TrialOutcome
    episode: Episode
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContraindication:
    """Record what speaks against ketamine."""

    code: Contraindication
    status: ContraindicationStatus
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmEligibility:
    """Ask that the patient may be treated; the criteria are computed from the record."""

    overrides: Annotated[tuple[CriterionId, ...], Many] = ()
    valid_until: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyEligibility:
    """Record that the patient may not be treated."""

    criteria_failed: Annotated[tuple[CriterionId, ...], Some, Many]
    permanent: bool
    recheck_after: Day | None = None
