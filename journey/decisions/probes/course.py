"""How is asked what is measured, what goes wrong, and how the treatment goes on or ends?"""

from __future__ import annotations

from collections.abc import Iterator

from journey.commands import (
    AddressSuicideRisk,
    AssessResponse,
    ChangeModality,
    CloseJourney,
    CompleteAssessment,
    DetectRelapse,
    OrderReinduction,
    PauseJourney,
    RecordDeath,
    ReportAdverseEvent,
    ResumeJourney,
    ScheduleMaintenance,
    UpdateAdverseEvent,
)
from journey.decisions.course import needed_rechecks
from journey.decisions.outcome import DEATH_GRADE, RESOLVED
from journey.decisions.probes.probe import Now, Probe, of, once
from journey.events.closing import ClosingReason, Informant
from journey.events.course import (
    ModalityMode,
    ModalityReason,
    OtherTreatment,
    PauseReason,
    ReinductionReason,
    RelapseCriterion,
)
from journey.events.outcome import (
    AdverseEventOutcome,
    AdverseEventTerm,
    Next,
    Relatedness,
    RiskDisposition,
    Timepoint,
)
from journey.events.plan import MaintenanceRule
from journey.events.schedule import AppointmentKind
from journey.instruments import SCORERS
from journey.values import Instrument

FOUR_WEEKS_D = 28


def complete_assessment(now: Now) -> Iterator[Probe]:
    """A questionnaire, at any time: the one that the plan's response is judged by."""
    plan = now.journey.plan
    rule = None if plan is None else now.clinic.rules.get(plan.response_rule_id)
    instrument = Instrument.PHQ9 if rule is None else rule.instrument
    yield once(
        CompleteAssessment(
            assessment_id=now.new_id("assessment"),
            instrument=instrument,
            timepoint=Timepoint.SESSION,
            items=dict.fromkeys(SCORERS[instrument].values, 0),
        )
    )


def address_suicide_risk(now: Now) -> Iterator[Probe]:
    """Each risk that nobody has met."""
    for key, risk in now.journey.risks.items():
        if risk.addressed_at is None:
            yield once(AddressSuicideRisk(risk_id=key, disposition=RiskDisposition.SAFETY_PLAN), risk_id=key)


def report_adverse_event(now: Now) -> Iterator[Probe]:
    """One more, at any time."""
    yield once(
        ReportAdverseEvent(
            ae_id=now.new_id("adverse event"),
            term=AdverseEventTerm.OTHER,
            grade=1,
            onset_at=now.at,
            serious=False,
            expected=False,
            relatedness=Relatedness.UNLIKELY,
        )
    )


def update_adverse_event(now: Now) -> Iterator[Probe]:
    """Each one that is not over; of a death, that it was one."""
    for key, it in now.journey.adverse_events.items():
        outcome = AdverseEventOutcome.FATAL if it.grade == DEATH_GRADE else AdverseEventOutcome.ONGOING
        if it.outcome not in {*RESOLVED, AdverseEventOutcome.FATAL}:
            yield once(UpdateAdverseEvent(ae_id=key, outcome=outcome), ae_id=key)


def assess_response(now: Now) -> Iterator[Probe]:
    """Under the plan's rule; the next review that is booked is kept by it."""
    command = AssessResponse(review_id=now.new_id("review"), next=Next.MAINTAIN)
    yield once(command, **of(now.next_booked(AppointmentKind.REVIEW)))


def pause_journey(_now: Now) -> Iterator[Probe]:
    """From now on."""
    yield once(PauseJourney(reason=PauseReason.TRAVEL))


def resume_journey(now: Now) -> Iterator[Probe]:
    """Where it rests: with everything looked at that its pauses ask for."""
    if now.journey.open_pauses:
        rechecks = tuple(sorted(needed_rechecks(now.journey)))
        yield once(ResumeJourney(rechecks=rechecks), rechecks=[it.value for it in rechecks])


def change_modality(_now: Now) -> Iterator[Probe]:
    """To any other treatment."""
    yield once(ChangeModality(to=OtherTreatment.TMS, mode=ModalityMode.ADJUNCT, reason=ModalityReason.PARTIAL_RESPONSE))


def detect_relapse(now: Now) -> Iterator[Probe]:
    """By the assessment that was answered last, once there was an infusion."""
    done = now.journey.assessments
    if done and now.journey.infusions:
        last = max(done, key=lambda key: done[key].at)
        yield once(DetectRelapse(assessment_id=last, criterion=RelapseCriterion.CLINICAL), assessment_id=last)


def order_reinduction(now: Now) -> Iterator[Probe]:
    """Under the plan in force."""
    plan = now.journey.plan
    if plan is not None:
        yield once(
            OrderReinduction(plan_id=plan.plan_id, infusions=1, reason=ReinductionReason.RELAPSE),
            plan_id=plan.plan_id,
        )


def schedule_maintenance(now: Now) -> Iterator[Probe]:
    """From today on, in the place of the one in force, at its dose or the plan's."""
    current, dose_max = now.journey.maintenance, now.clinic.policy.dose_mg_per_kg_max
    planned = current or now.journey.plan
    yield once(
        ScheduleMaintenance(
            maintenance_id=now.new_id("maintenance"),
            rule=MaintenanceRule.FIXED,
            intervals_d=(FOUR_WEEKS_D,),
            first_due=now.today,
            supersedes=None if current is None else current.maintenance_id,
            dose_mg_per_kg=dose_max if planned is None else min(planned.dose_mg_per_kg, dose_max),
        )
    )


def close_journey(_now: Now) -> Iterator[Probe]:
    """For whatever reason."""
    yield once(CloseJourney(reason=ClosingReason.OTHER))


def record_death(now: Now) -> Iterator[Probe]:
    """Of today, where none is known."""
    if now.journey.died_on is None:
        yield once(RecordDeath(died_on=now.today, informant=Informant.STAFF))
