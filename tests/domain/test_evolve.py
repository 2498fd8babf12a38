"""Does each event change the journey as it says, and none refuse?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from journey.events import (
    AdverseEventReported,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentRescheduled,
    EligibilityDenied,
    Event,
    InfusionRateChanged,
    SuicideRiskAddressed,
    SuicideRiskRaised,
)
from journey.events.intake import CriterionId
from journey.events.outcome import (
    AdverseEventAction,
    AdverseEventTerm,
    Relatedness,
    RiskDisposition,
    Seriousness,
    Trigger,
)
from journey.events.schedule import AppointmentKind, CancellationReason, Initiator, Move, RescheduleReason
from journey.events.session import Disposition, RateReason, VitalsPhase
from journey.history import fold
from journey.phases import Phase
from journey.state import AppointmentStatus, Attempt, Journey, Stage
from journey.values import Instrument, RiskLevel
from tests.decisions.states import (
    APPOINTMENT,
    CONSENT,
    PLANNED,
    SESSION,
    VISITS,
    WITHDRAWN,
    aborted,
    booked,
    check_in,
    checked_in,
    cleared,
    closed,
    completion,
    consulted,
    deceased,
    discharge,
    discharged,
    eligible,
    endpoint_taken,
    induced,
    infusing,
    lined,
    maintained,
    paused,
    planned,
    readiness,
    reading,
    ready,
    recovering,
    referred,
    reviewed,
    start,
    withheld,
)
from tests.given import HOUR, MINUTE, Given, given, named, recorded


def journey(state: Given) -> Journey:
    """The journey in a state."""
    return fold(state.log)


@pytest.mark.parametrize(
    "state, phase",
    [
        (referred, Phase.REFERRED),
        (consulted, Phase.SCREENING),
        (eligible, Phase.ELIGIBLE),
        (planned, Phase.PLANNED),
        (cleared, Phase.PLANNED),
        (infusing, Phase.INDUCTION),
        (lambda: induced(5), Phase.INDUCTION),
        (induced, Phase.RESPONSE_REVIEW),
        (reviewed, Phase.RESPONSE_REVIEW),
        (maintained, Phase.MAINTENANCE),
        (closed, Phase.CLOSED),
        (deceased, Phase.RESPONSE_REVIEW),
        (paused, Phase.PAUSED),
    ],
)
def test_each_phase_is_entered_by_its_event(state: Callable[[], Given], phase: Phase) -> None:
    """The phases follow one another as the guide says; a death does not close a journey."""
    assert journey(state()).phase is phase


def test_a_denial_takes_eligibility_back() -> None:
    """Before a plan the journey goes back to screening; after it only eligibility is gone."""
    denied = EligibilityDenied(criteria_failed=(CriterionId.AGE,), permanent=True)
    assert journey(eligible().then_came(denied)).phase is Phase.SCREENING
    later = journey(planned().then_came(denied))
    assert (later.phase, later.eligibility) == (Phase.PLANNED, None)


def test_a_larger_plan_goes_on_with_the_induction() -> None:
    """With two infusions more in a new revision, the seventh belongs to the induction again."""
    extended = replace(PLANNED, plan_id=named("plan 2"), revision=2, infusions=8, supersedes=PLANNED.plan_id)
    came = induced().then_came(extended, check_in(7), start(7))
    assert journey(came).phase is Phase.INDUCTION


def test_maintenance_infusions_leave_the_phase_alone() -> None:
    """An infusion of maintenance does not lead back to the induction."""
    state = maintained().then_came(check_in(7), start(7)).then_came(completion(7), after=40 * MINUTE)
    assert journey(state).phase is Phase.MAINTENANCE


@pytest.mark.parametrize(
    "state, stage",
    [
        (checked_in, Stage.CHECKED_IN),
        (cleared, Stage.CLEARED),
        (lined, Stage.IV_PLACED),
        (infusing, Stage.INFUSING),
        (recovering, Stage.RECOVERING),
        (aborted, Stage.RECOVERING),
        (withheld, Stage.WITHHELD),
        (discharged, Stage.DISCHARGED),
    ],
)
def test_each_stage_is_entered_by_its_event(state: Callable[[], Given], stage: Stage) -> None:
    """A session goes from the check-in to the way home."""
    assert journey(state()).sessions[SESSION].stage is stage


def test_an_end_told_after_the_way_home_leaves_the_stage_alone() -> None:
    """A patient who left with the pump running stays discharged once the end is charted."""
    state = infusing().then_came(discharge(), completion())
    session = journey(state).sessions[SESSION]
    assert (session.stage, session.running) == (Stage.DISCHARGED, None)


def test_a_start_told_after_the_way_home_opens_nothing() -> None:
    """A start heard of after the patient left counts, and leaves the session ended; a later one opens it again."""
    state = checked_in().later(2 * HOUR).then_came(discharge())
    late = recorded(start(), len(state.log) + 1, state.now - HOUR, recorded_at=state.now)
    told = replace(state, log=(*state.log, late)).then_came(completion())
    session = journey(told).sessions[SESSION]
    assert (session.stage, session.ended_at) == (Stage.DISCHARGED, state.now)
    assert len(journey(told).infusions) == 1
    again = journey(discharged().then_came(start(1, 2))).sessions[SESSION]
    assert (again.stage, again.ended_at) == (Stage.INFUSING, None)


def test_readiness_is_judged_anew_after_another_start() -> None:
    """Who was ready to go home is not so any more once the pump was started again."""
    assert journey(ready()).sessions[SESSION].readiness is not None
    assert journey(ready().then_came(start(1, 2))).sessions[SESSION].readiness is None


def test_two_infusions_at_once_are_both_ended() -> None:
    """Each end is that of one of them; the session recovers with the last."""
    both = infusing().then_came(start(1, 2)).then_came(completion(), after=40 * MINUTE)
    assert journey(both).sessions[SESSION].stage is Stage.INFUSING
    after = journey(both.then_came(completion()))
    assert after.sessions[SESSION].stage is Stage.RECOVERING
    assert [it.started.attempt_no for it in after.infusions] == [1, 2]


def status(state: Given) -> AppointmentStatus:
    """What became of the first appointment."""
    return journey(state).appointments[APPOINTMENT].status


def test_an_appointment_stands_where_it_was_moved() -> None:
    """A move is the whole new placing: what it does not name is free."""
    move = Move(appointment_id=APPOINTMENT, start=VISITS[1], end=VISITS[1] + HOUR, chair="chair-2")
    moved = AppointmentRescheduled(moves=(move,), initiator=Initiator.CLINIC, reason=RescheduleReason.CHAIR)
    appointment = journey(booked().then_came(moved)).appointments[APPOINTMENT]
    assert (appointment.start, appointment.resources) == (VISITS[1], ("chair-2",))
    assert (appointment.kind, appointment.slot_no) == (AppointmentKind.INFUSION, 1)


def test_an_appointment_ends_as_it_ended() -> None:
    """Booked, arrived, missed or called off."""
    called_off = AppointmentCancelled(
        appointment_ids=(APPOINTMENT,),
        initiator=Initiator.PATIENT,
        reason_code=CancellationReason.PATIENT,
        late=False,
    )
    assert status(booked()) is AppointmentStatus.BOOKED
    assert status(checked_in()) is AppointmentStatus.ARRIVED
    assert status(booked().then_came(called_off)) is AppointmentStatus.CANCELLED
    missed = AppointmentMissed(appointment_id=APPOINTMENT, contacted=False)
    assert status(booked().then_came(missed)) is AppointmentStatus.MISSED
    assert status(booked().then_came(missed, check_in())) is AppointmentStatus.ARRIVED
    assert status(checked_in().then_came(missed, called_off)) is AppointmentStatus.ARRIVED


def test_the_earliest_withdrawal_counts() -> None:
    """A withdrawal heard of later, but of an earlier time, moves the end of consent forward."""
    state = planned()
    withdrawn = next_withdrawal(state, hours=5)
    earlier = next_withdrawal(withdrawn, hours=2)
    consent = journey(earlier).consents[CONSENT]
    assert consent.withdrawn_at == state.now + 2 * HOUR
    assert journey(next_withdrawal(earlier, hours=9)).consents[CONSENT].withdrawn_at == state.now + 2 * HOUR


def next_withdrawal(state: Given, *, hours: int) -> Given:
    """Return it with a withdrawal so many hours after the plan was approved."""
    at = planned().now + hours * HOUR
    return replace(state, log=(*state.log, recorded(WITHDRAWN, len(state.log) + 1, at)))


def attempt(state: Given) -> Attempt:
    """The session's last infusion."""
    return journey(state).sessions[SESSION].attempts[-1]


def rate(ml_h: int) -> InfusionRateChanged:
    """The pump runs at another rate."""
    return InfusionRateChanged(session_id=SESSION, rate_ml_h=Decimal(ml_h), reason=RateReason.OTHER)


def test_a_rate_heard_of_late_takes_its_place() -> None:
    """Rates stand in the order they ran in, not in the one they were charted in, also after the end."""
    began = infusing().now
    ended = recovering()
    charted = [recorded(rate(ml_h), len(ended.log) + n, began + n * 10 * MINUTE) for n, ml_h in ((2, 30), (1, 60))]
    state = replace(ended, log=(*ended.log, *charted))
    assert [segment.rate_ml_h for segment in attempt(state).rates] == [75, 60, 30]
    assert attempt(state).ml_by_rates(ended.now) == Decimal("12.5") + 10 + 10


def test_a_rate_outside_of_the_infusion_changes_nothing() -> None:
    """What did not run in the infusion is no rate of it, before its start or after its end."""
    assert attempt(recovering().then_came(rate(60))) == attempt(recovering())
    before = recorded(rate(60), len(infusing().log) + 1, infusing().now - MINUTE)
    assert attempt(replace(infusing(), log=(*infusing().log, before))) == attempt(infusing())


def test_a_rate_belongs_to_the_infusion_of_its_time() -> None:
    """One heard of after the second start, but from before it, is a rate of the first."""
    began = infusing().now
    state = aborted().then_came(start(1, 2))
    late = recorded(rate(30), len(state.log) + 1, began + 5 * MINUTE)
    first, second = journey(replace(state, log=(*state.log, late))).sessions[SESSION].attempts
    assert [[segment.rate_ml_h for segment in it.rates] for it in (first, second)] == [[75, 30], [75]]


def test_a_pause_gives_nothing() -> None:
    """The integral of the rates stands still at rate 0."""
    state = infusing().then_came(rate(0), after=20 * MINUTE)
    assert attempt(state).ml_by_rates(state.now) == attempt(state).ml_by_rates(state.now + timedelta(hours=1)) == 25


def test_infusions_are_the_attempts_that_count() -> None:
    """A stop that does not count is an attempt and no infusion; its milligrams are known all the same."""
    state = aborted(counts=False)
    assert (len(journey(state).attempts), len(journey(state).infusions)) == (1, 0)
    assert attempt(state).mg_infused == Decimal("8.75")
    assert len(journey(aborted(counts=True)).infusions) == 1


def test_a_death_in_the_session_is_a_death() -> None:
    """The disposition says it; nobody need record it again."""
    died = replace(discharge(), disposition=Disposition.DIED)
    assert journey(infusing().then_came(died)).deceased
    assert not journey(infusing().then_came(discharge())).deceased


RISK = SuicideRiskRaised(
    risk_id=named("risk"),
    level=RiskLevel.HIGH,
    trigger=Trigger(instrument=Instrument.PHQ9, item="9", value=3),
    assessment_id=named("baseline"),
)
ADDRESSED = SuicideRiskAddressed(risk_id=RISK.risk_id, disposition=RiskDisposition.HOSPITAL)


def test_a_risk_is_open_until_somebody_meets_it() -> None:
    """The moment it was met is kept beside it."""
    assert journey(planned().then_came(RISK)).risks[RISK.risk_id].addressed_at is None
    met = planned().then_came(RISK, ADDRESSED)
    assert journey(met).risks[RISK.risk_id].addressed_at == met.now


ORPHANS: list[Event] = [
    ADDRESSED,
    WITHDRAWN,
    AppointmentMissed(appointment_id=APPOINTMENT, contacted=True),
    check_in(),
    reading(phase=VitalsPhase.DURING),
    start(),
    rate(60),
    completion(),
    readiness(),
    discharge(),
    AdverseEventReported(
        ae_id=named("adverse event"),
        session_id=SESSION,
        term=AdverseEventTerm.NAUSEA,
        grade=1,
        onset_at=VISITS[0],
        serious=False,
        seriousness_code=Seriousness.NON_SERIOUS,
        expected=True,
        relatedness=Relatedness.PROBABLE,
        action=AdverseEventAction.NONE,
    ),
]


@pytest.mark.parametrize("event", ORPHANS, ids=lambda event: type(event).__name__)
def test_what_an_entry_rested_on_may_have_been_retracted(event: Event) -> None:
    """An event whose consent, appointment or session is no longer there folds all the same."""
    assert journey(referred().then_came(event)).version == 2
    assert journey(given(event)).version == 1


def test_scores_are_the_evaluable_ones() -> None:
    """Both assessments of the induction are scores of their instrument, and none of another."""
    assert [it.score for it in journey(endpoint_taken()).scores(Instrument.PHQ9)] == [16, 4]
    assert list(journey(endpoint_taken()).scores(Instrument.GAD7)) == []
