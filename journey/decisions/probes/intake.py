"""How is asked what comes before a plan: the consult to the coverage?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from journey.commands import (
    CompleteConsult,
    ConfirmEligibility,
    DenyEligibility,
    GiveConsent,
    RecordContraindication,
    RecordTreatmentTrial,
    VerifyCoverage,
    WithdrawConsent,
)
from journey.decisions.probes.probe import Now, Probe, of, once
from journey.events.intake import (
    Contraindication,
    ContraindicationStatus,
    CriterionId,
    Episode,
    Evidence,
    Modality,
    TrialOutcome,
    YesNoUnknown,
)
from journey.events.plan import ConsentKind, ConsentParty, CoverageOutcome, WithdrawalEffect
from journey.events.schedule import AppointmentKind

WEIGHT_KG = Decimal(70)
HEIGHT_CM = Decimal(170)


def complete_consult(now: Now) -> Iterator[Probe]:
    """A consult is held as often as one wants; the next one that is booked is kept by it."""
    yield once(
        CompleteConsult(
            clinician_id=now.actor.person,
            age_years=now.clinic.policy.age_years_min,
            pregnancy_possible=YesNoUnknown.NO,
            height_cm=HEIGHT_CM,
            weight_kg=WEIGHT_KG,
            weight_kg_repeated=WEIGHT_KG,
            psychosis_hx=False,
            sud_hx=False,
        ),
        **of(now.next_booked(AppointmentKind.CONSULT)),
    )


def record_treatment_trial(now: Now) -> Iterator[Probe]:
    """One earlier treatment more."""
    yield once(
        RecordTreatmentTrial(
            trial_id=now.new_id("trial"),
            modality=Modality.DRUG,
            weeks=1,
            adequate=True,
            outcome=TrialOutcome.FAILED,
            episode=Episode.CURRENT,
            evidence=Evidence.RECORD,
        )
    )


def record_contraindication(_now: Now) -> Iterator[Probe]:
    """One finding more."""
    yield once(
        RecordContraindication(
            code=Contraindication.PROLONGED_QT,
            status=ContraindicationStatus.SUSPECTED,
            evidence=Evidence.RECORD,
        )
    )


def confirm_eligibility(_now: Now) -> Iterator[Probe]:
    """As the record stands, with nothing set aside."""
    yield once(ConfirmEligibility())


def deny_eligibility(_now: Now) -> Iterator[Probe]:
    """For whatever criterion."""
    yield once(DenyEligibility(criteria_failed=(CriterionId.INDICATION,), permanent=False))


def give_consent(now: Now) -> Iterator[Probe]:
    """A consent to treatment, signed now."""
    consent_id = now.new_id("consent")
    signer_id = consent_id if now.journey.referred is None else now.journey.referred.patient_id
    yield once(
        GiveConsent(
            consent_id=consent_id,
            kind=ConsentKind.TREATMENT,
            form_version="1",
            signed_at=now.at,
            signer_id=signer_id,
        )
    )


def withdraw_consent(now: Now) -> Iterator[Probe]:
    """Each consent that was not taken back."""
    for key, consent in now.journey.consents.items():
        if consent.withdrawn_at is None:
            yield once(
                WithdrawConsent(
                    consent_id=key, withdrawn_by=ConsentParty.PATIENT, effect=WithdrawalEffect.STOP_TREATMENT
                ),
                consent_id=key,
            )


def verify_coverage(now: Now) -> Iterator[Probe]:
    """An answer of today, for today."""
    yield once(
        VerifyCoverage(
            coverage_id=now.new_id("coverage"),
            payer="self",
            requested_at=now.at,
            verified_at=now.at,
            outcome=CoverageOutcome.SELF_PAY,
            valid_from=now.today,
            valid_to=now.today,
        )
    )
