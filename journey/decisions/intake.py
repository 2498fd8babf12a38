"""What may happen before treatment?"""

from __future__ import annotations

from datetime import timedelta

from journey.clinic import Clinic
from journey.commands import (
    CompleteConsult,
    ConfirmEligibility,
    DenyEligibility,
    RecordContraindication,
    RecordTreatmentTrial,
    ReferJourney,
)
from journey.decisions.criteria import criteria
from journey.decisions.findings import Findings, require, treatable
from journey.decisions.weight import plausible
from journey.errors import Rule
from journey.events import (
    ConsultCompleted,
    ContraindicationRecorded,
    EligibilityConfirmed,
    EligibilityDenied,
    JourneyReferred,
    TreatmentTrialRecorded,
)
from journey.events.intake import CriterionId, CriterionOverride
from journey.recorded import Asked, Fact
from journey.state import Journey
from journey.values import Role

OVERRIDABLE = frozenset(
    {
        CriterionId.FAILED_TRIALS,
        CriterionId.BASELINE_SEVERITY,
        CriterionId.RELATIVE_CONTRAINDICATIONS,
        CriterionId.HISTORY,
    }
)
"""What a prescriber may set aside, with a note; never age, a diagnosis, consult or an absolute contraindication."""


def refer_journey(journey: Journey, asked: Asked[ReferJourney]) -> list[Fact]:
    """Open the journey, once. That the patient has no other one is held by a reservation."""
    require(Rule.JOURNEY_EXISTS, holds=journey.referred is None)
    command = asked.command
    return [
        Fact(
            JourneyReferred(
                patient_id=command.patient_id,
                referrer=command.referrer,
                referrer_npi=command.referrer_npi,
                indication_icd10=command.indication_icd10,
                reason=command.reason,
                prior_journey_id=command.prior_journey_id,
            )
        )
    ]


def complete_consult(asked: Asked[CompleteConsult], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record the consult; a weight typed two ways is a slip, typed once or beside such a height it is marked."""
    command = asked.command
    repeated = command.weight_kg_repeated
    require(Rule.WEIGHT_ENTRIES_DIFFER, holds=repeated is None or repeated == command.weight_kg)
    findings.note(Rule.WEIGHT_NOT_REPEATED, holds=repeated is not None)
    findings.note(Rule.WEIGHT_IMPLAUSIBLE, holds=plausible(command.weight_kg, command.height_cm, clinic.policy))
    return [
        findings.fact(
            ConsultCompleted(
                clinician_id=command.clinician_id,
                age_years=command.age_years,
                pregnancy_possible=command.pregnancy_possible,
                diagnoses=command.diagnoses,
                height_cm=command.height_cm,
                weight_kg=command.weight_kg,
                allergies=command.allergies,
                meds=command.meds,
                psychosis_hx=command.psychosis_hx,
                sud_hx=command.sud_hx,
                explained=command.explained,
            )
        )
    ]


def record_treatment_trial(journey: Journey, asked: Asked[RecordTreatmentTrial], findings: Findings) -> list[Fact]:
    """Record an earlier treatment."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.trial_id not in journey.trials)
    return [
        findings.fact(
            TreatmentTrialRecorded(
                trial_id=command.trial_id,
                modality=command.modality,
                rxnorm=command.rxnorm,
                drug_class=command.drug_class,
                max_dose_mg=command.max_dose_mg,
                weeks=command.weeks,
                adequate=command.adequate,
                outcome=command.outcome,
                episode=command.episode,
                evidence=command.evidence,
            )
        )
    ]


def record_contraindication(asked: Asked[RecordContraindication], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record what speaks against ketamine, with the class that the policy gives it."""
    command = asked.command
    return [
        findings.fact(
            ContraindicationRecorded(
                code=command.code,
                contraindication_class=clinic.policy.contraindication_class(command.code),
                status=command.status,
                evidence=command.evidence,
            )
        )
    ]


def confirm_eligibility(
    journey: Journey, asked: Asked[ConfirmEligibility], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Confirm eligibility if every criterion is met, or overridden by a prescriber where that is allowed."""
    treatable(journey, findings)
    command = asked.command
    found = tuple(criteria(journey, asked.at, clinic.policy))
    unmet = {criterion.id for criterion in found if not criterion.met}
    findings.guard(Rule.ABSOLUTE_CONTRAINDICATION, holds=CriterionId.ABSOLUTE_CONTRAINDICATIONS not in unmet)
    fixed = [id_ for id_ in command.overrides if id_ not in OVERRIDABLE]
    findings.guard(Rule.OVERRIDE_NOT_ALLOWED, holds=not fixed, criteria=", ".join(fixed))
    if command.overrides:
        require(Rule.OVERRIDE_NEEDS_PRESCRIBER, holds=asked.actor.acting_role is Role.PRESCRIBER)
        require(Rule.NOTE_REQUIRED, holds=asked.note_id is not None)
    left = [it.id for it in found if not it.met and it.id not in command.overrides]
    findings.guard(Rule.CRITERIA_NOT_MET, holds=not left, criteria=", ".join(left))
    latest = asked.at + timedelta(days=clinic.policy.eligibility_valid_days)
    valid_until = command.valid_until or latest
    findings.guard(Rule.VALID_UNTIL_TOO_FAR, holds=valid_until <= latest)
    overrides = tuple(
        CriterionOverride(id=id_, by=asked.actor.person, note_id=asked.note_id)
        for id_ in command.overrides
        if asked.note_id is not None
    )
    return [findings.fact(EligibilityConfirmed(criteria=found, overrides=overrides, valid_until=valid_until))]


def deny_eligibility(asked: Asked[DenyEligibility], findings: Findings) -> list[Fact]:
    """Record that the patient may not be treated."""
    command = asked.command
    return [
        findings.fact(
            EligibilityDenied(
                criteria_failed=command.criteria_failed,
                permanent=command.permanent,
                recheck_after=command.recheck_after,
            )
        )
    ]
