"""How is asked what happens on the day of an infusion?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from journey.commands import (
    AbortInfusion,
    AssessDischargeReadiness,
    ChangeInfusionRate,
    ClearSession,
    CompleteInfusion,
    DischargePatient,
    GiveMedication,
    PlaceIvAccess,
    SignOffSession,
    StartInfusion,
    WithholdSession,
)
from journey.decisions.infusion import planned_dose_mg_per_kg
from journey.decisions.probes.probe import Now, Probe, once
from journey.events.drug import DoseUnit, IvSite, MedicationIndication, MedicationRoute
from journey.events.session import (
    AbortReason,
    Disposition,
    NextAction,
    RateReason,
    WithheldReason,
)
from journey.signing import digest_of, shown

CONC_MG_PER_ML = Decimal(1)


def clear_session(now: Now) -> Iterator[Probe]:
    """Each session that is open, with nothing set aside."""
    for key, _ in now.open_sessions:
        yield once(ClearSession(session_id=key), session_id=key)


def withhold_session(now: Now) -> Iterator[Probe]:
    """Each session that is open, in which nothing was started."""
    for key, session in now.open_sessions:
        if not session.attempts:
            yield once(
                WithholdSession(session_id=key, reason=WithheldReason.OTHER, next_action=NextAction.RESCHEDULE),
                session_id=key,
            )


def place_iv_access(now: Now) -> Iterator[Probe]:
    """In each session that is open."""
    for key, _ in now.open_sessions:
        yield once(PlaceIvAccess(session_id=key, site=IvSite.LEFT_HAND, gauge=22), session_id=key)


def give_medication(now: Now) -> Iterator[Probe]:
    """In each session that is open, as somebody else ordered it."""
    for key, _ in now.open_sessions:
        command = GiveMedication(
            session_id=key,
            rxnorm="26225",
            dose=Decimal(4),
            unit=DoseUnit.MILLIGRAM,
            route=MedicationRoute.INTRAVENOUS,
            indication=MedicationIndication.NAUSEA,
            ordered_by="prescriber",
            given_by=now.actor.person,
        )
        yield once(command, session_id=key)


def start_infusion(now: Now) -> Iterator[Probe]:
    """Each session that is open: the planned dose for today's weight, over the planned minutes."""
    plan = now.journey.plan
    duration_min = now.clinic.policy.infusion_min_min if plan is None else plan.duration_min
    for key, session in now.open_sessions:
        per_kg = planned_dose_mg_per_kg(now.journey) or now.clinic.policy.dose_mg_per_kg_max
        dose_mg = session.checked_in.weight_kg * per_kg
        total_ml = dose_mg / CONC_MG_PER_ML
        yield once(
            StartInfusion(
                session_id=key,
                dose_mg=dose_mg,
                conc_mg_per_ml=CONC_MG_PER_ML,
                total_ml=total_ml,
                rate_ml_h=round(total_ml * 60 / duration_min, 6),
                pump_id="pump",
            ),
            session_id=key,
        )


def change_infusion_rate(now: Now) -> Iterator[Probe]:
    """Of each pump that runs."""
    for key, _ in now.running:
        yield once(ChangeInfusionRate(session_id=key, rate_ml_h=Decimal(0), reason=RateReason.OTHER), session_id=key)


def complete_infusion(now: Now) -> Iterator[Probe]:
    """Each pump that runs, with the volume that its rates give."""
    for key, attempt in now.running:
        ml = min(round(attempt.ml_by_rates(now.at), 6), attempt.started.total_ml)
        yield once(CompleteInfusion(session_id=key, ml_infused=ml), session_id=key)


def abort_infusion(now: Now) -> Iterator[Probe]:
    """Each pump that runs, with the volume that its rates give."""
    for key, attempt in now.running:
        ml = min(round(attempt.ml_by_rates(now.at), 6), attempt.started.total_ml)
        yield once(AbortInfusion(session_id=key, ml_infused=ml, reason=AbortReason.PATIENT_REQUEST), session_id=key)


def assess_discharge_readiness(now: Now) -> Iterator[Probe]:
    """In each session that is open, of somebody who is well."""
    for key, _ in now.open_sessions:
        command = AssessDischargeReadiness(
            session_id=key,
            padss=(2, 2, 2, 2, 2),
            moaas=5,
            dissociation_resolved=True,
            dizziness_resolved=True,
            oriented=True,
            gait_steady=True,
        )
        yield once(command, session_id=key)


def discharge_patient(now: Now) -> Iterator[Probe]:
    """From each session that is open, home."""
    for key, _ in now.open_sessions:
        command = DischargePatient(session_id=key, disposition=Disposition.HOME_RIDE, ride_checked=True)
        yield once(command, session_id=key)


def sign_off_session(now: Now) -> Iterator[Probe]:
    """Each session that is over, as it is shown; none that was signed off just as it is."""
    for key, session in now.journey.sessions.items():
        digest = digest_of(shown(now.log, key))
        signed = session.signed_off is not None and session.signed_off.shown_digest == digest
        if not session.is_open and not signed:
            yield once(SignOffSession(session_id=key, shown_digest=digest), session_id=key)
