"""What happened before treatment: referral, consult, earlier treatments, contraindications, eligibility."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

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
    Npi,
    RxNorm,
    UserId,
    WeightKg,
)


class Referrer(StrEnum):
    """Who sent the patient."""

    SELF = "self"
    PROVIDER = "provider"
    INTERNAL = "internal"


class ReferralReason(StrEnum):
    """What the treatment is sought for."""

    TREATMENT_RESISTANT_DEPRESSION = "treatment_resistant_depression"
    SUICIDAL_IDEATION = "suicidal_ideation"
    PTSD = "ptsd"
    BIPOLAR_DEPRESSION = "bipolar_depression"
    ANXIETY = "anxiety"
    OCD = "ocd"
    OTHER = "other"


class YesNoUnknown(StrEnum):
    """An answer that may be open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Explained(StrEnum):
    """What was explained at the consult."""

    PROCESS = "process"
    SIDE_EFFECTS = "side_effects"
    ALTERNATIVES = "alternatives"


class Modality(StrEnum):
    """How an earlier treatment worked."""

    DRUG = "drug"
    PSYCHOTHERAPY = "psychotherapy"
    TMS = "tms"
    ECT = "ect"


class DrugClass(StrEnum):
    """Class of a tried drug."""

    SSRI = "ssri"
    SNRI = "snri"
    TRICYCLIC = "tricyclic"
    MAOI = "maoi"
    ATYPICAL = "atypical"
    AUGMENTATION = "augmentation"
    MOOD_STABILIZER = "mood_stabilizer"
    ANTIPSYCHOTIC = "antipsychotic"
    OTHER = "other"


class TrialOutcome(StrEnum):
    """How an earlier treatment ended."""

    FAILED = "failed"
    PARTIAL = "partial"
    RESPONDED = "responded"
    INTOLERANT = "intolerant"


class Episode(StrEnum):
    """Whether an earlier treatment belongs to the present episode."""

    CURRENT = "current"
    LIFETIME = "lifetime"


class Evidence(StrEnum):
    """On whose word an entry rests."""

    RECORD = "record"
    PATIENT = "patient"
    EXAMINATION = "examination"
    LABORATORY = "laboratory"


class Contraindication(StrEnum):
    """The catalogue of domain 1.5; its classes are policy."""

    HYPERSENSITIVITY = "hypersensitivity"
    ANEURYSMAL_VASCULAR_DISEASE = "aneurysmal_vascular_disease"
    INTRACEREBRAL_HAEMORRHAGE = "intracerebral_haemorrhage"
    PREGNANCY = "pregnancy"
    LACTATION = "lactation"
    ACTIVE_PSYCHOSIS = "active_psychosis"
    ACTIVE_MANIA = "active_mania"
    ACUTE_INTOXICATION = "acute_intoxication"
    WITHDRAWAL_SYNDROME = "withdrawal_syndrome"
    UNCONTROLLED_HYPERTENSION = "uncontrolled_hypertension"
    UNSTABLE_CARDIAC_DISEASE = "unstable_cardiac_disease"
    UNSTABLE_CEREBROVASCULAR_DISEASE = "unstable_cerebrovascular_disease"
    SCHIZOPHRENIA_SPECTRUM = "schizophrenia_spectrum"
    SUBSTANCE_USE_DISORDER = "substance_use_disorder"
    HIGH_BENZODIAZEPINE_LOAD = "high_benzodiazepine_load"
    RAISED_INTRACRANIAL_PRESSURE = "raised_intracranial_pressure"
    RAISED_INTRAOCULAR_PRESSURE = "raised_intraocular_pressure"
    PROLONGED_QT = "prolonged_qt"
    ADVANCED_LIVER_DISEASE = "advanced_liver_disease"
    KETAMINE_CYSTITIS = "ketamine_cystitis"
    HYPERTHYROIDISM = "hyperthyroidism"
    MAOI_TREATMENT = "maoi_treatment"
    PSYCHOSTIMULANT_TREATMENT = "psychostimulant_treatment"


class ContraindicationClass(StrEnum):
    """Absolute: no override. Relative: a named prescriber may override it."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"


class ContraindicationStatus(StrEnum):
    """How sure it is."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"


class CriterionId(StrEnum):
    """What eligibility rests on."""

    FAILED_TRIALS = "failed_trials"
    BASELINE_SEVERITY = "baseline_severity"
    ABSOLUTE_CONTRAINDICATIONS = "absolute_contraindications"
    RELATIVE_CONTRAINDICATIONS = "relative_contraindications"
    SCREENINGS = "screenings"
    INDICATION = "indication"
    EXCLUDED_DIAGNOSES = "excluded_diagnoses"
    AGE = "age"
    CONSULT = "consult"
    HISTORY = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of eligibility, what it was measured at, and the entries it rests on."""

    id: CriterionId
    met: bool
    value: Decimal | None = None
    evidence_ids: Annotated[tuple[UUID, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionOverride:
    """A criterion set aside by a named prescriber; the rationale is in the vault under `note_id`."""

    id: CriterionId
    by: UserId
    note_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyReferred:
    """A patient was referred, and the journey opened."""

    patient_id: UUID
    referrer: Referrer
    referrer_npi: Npi | None = None
    indication_icd10: Icd10
    reason: ReferralReason
    prior_journey_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultCompleted:
    """A clinician took the history, explained the treatment and measured the patient."""

    clinician_id: UserId
    age_years: AgeYears
    pregnancy_possible: YesNoUnknown
    diagnoses: Annotated[tuple[Icd10, ...], Many] = ()
    height_cm: HeightCm
    weight_kg: WeightKg
    allergies: Annotated[tuple[AllergyCode, ...], Many] = ()
    meds: Annotated[tuple[RxNorm, ...], Many] = ()
    psychosis_hx: bool
    sud_hx: bool
    explained: Annotated[tuple[Explained, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentTrialRecorded:
    """An earlier treatment, with what is needed to judge whether it was adequate."""

    trial_id: UUID
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
class ContraindicationRecorded:
    """Something speaks against ketamine; its class is that of the policy of the day."""

    code: Contraindication
    contraindication_class: ContraindicationClass
    status: ContraindicationStatus
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityConfirmed:
    """The patient may be treated, until `valid_until`."""

    criteria: Annotated[tuple[Criterion, ...], Many]
    overrides: Annotated[tuple[CriterionOverride, ...], Many] = ()
    valid_until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityDenied:
    """The patient may not be treated, for good or until a re-check."""

    criteria_failed: Annotated[tuple[CriterionId, ...], Many]
    permanent: bool
    recheck_after: Day | None = None
