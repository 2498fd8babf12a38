"""Is everything that is due there, with its date and reason, and gone once it is done?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from journey.errors import Rule
from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentRescheduled,
    ContraindicationCleared,
    DeathRecorded,
    EligibilityDenied,
    EntryCorrected,
    Event,
    JourneyClosed,
    JourneyResumed,
    Original,
    PatientDischarged,
    SessionSignedOff,
    SuicideRiskAddressed,
    SuicideRiskRaised,
)
from journey.events.closing import ClosingReason, Informant
from journey.events.course import PauseReason
from journey.events.intake import CriterionId, YesNoUnknown
from journey.events.outcome import (
    AdverseEventAction,
    AdverseEventOutcome,
    AdverseEventTerm,
    Relatedness,
    RiskDisposition,
    Seriousness,
    Trigger,
)
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.schedule import CancellationReason, Initiator, Move, RescheduleReason
from journey.events.screening import ClearingBasis, ScreeningResult
from journey.values import Instrument, RiskLevel
from projections.plain import moment
from projections.schedule import PROJECTION
from tests.decisions.states import (
    CONSENTED,
    CONSULT,
    FOUND,
    MAINTAINED,
    PLANNED,
    PREGNANT,
    REVIEWED,
    SWITCHED,
    VISITS,
    WITHDRAWN,
    answered,
    booked,
    booking,
    came_at,
    check_in,
    checked_in,
    clearance,
    cleared,
    completion,
    consented,
    consulted,
    discharge,
    discharged,
    eligible,
    induced,
    infusing,
    maintained,
    paused,
    phq9,
    planned,
    reading,
    referred,
    reinduced,
    relapsed,
    reviewed,
    start,
    visited,
    withheld,
)
from tests.given import DAY, MINUTE, START, Given, named
from tests.projections.due import then_due
from tests.projections.folded import rows_of, then_rows

FIRST = str(named("appointment 1"))


def signature(session: int = 1) -> SessionSignedOff:
    """A record is signed."""
    return SessionSignedOff(session_id=named(f"session {session}"), signer="pete", shown_digest="0" * 64)


def missing(appointment: int) -> AppointmentMissed:
    """The patient does not come."""
    return AppointmentMissed(appointment_id=named(f"appointment {appointment}"), contacted=False)


def adverse_event(grade: int, *, serious: bool = False) -> AdverseEventReported:
    """Something unwanted happens."""
    return AdverseEventReported(
        ae_id=named("ae"),
        term=AdverseEventTerm.HYPERTENSION,
        grade=grade,
        onset_at=START,
        serious=serious,
        seriousness_code=Seriousness.HOSPITALIZATION if serious else Seriousness.NON_SERIOUS,
        expected=True,
        relatedness=Relatedness.POSSIBLE,
        action=AdverseEventAction.NONE,
    )


def risk(level: RiskLevel) -> SuicideRiskRaised:
    """An answer speaks of suicide."""
    return SuicideRiskRaised(
        risk_id=named("risk"),
        level=level,
        trigger=Trigger(instrument=Instrument.PHQ9, item="9", value=3),
        assessment_id=named("baseline"),
    )


def test_an_appointment_is_due_at_its_start() -> None:
    """A booking is due when it begins, for what it is for."""
    then_due(
        booked(),
        {"kind": "appointment", "due_at": moment(VISITS[0]), "reason": "infusion", "appointment_id": FIRST},
    )


def test_a_moved_appointment_is_due_at_its_new_start() -> None:
    """Rescheduling leaves one row, at the new time."""
    move = Move(appointment_id=named("appointment 1"), start=VISITS[1], end=VISITS[1] + timedelta(hours=2))
    moved = AppointmentRescheduled(moves=(move,), initiator=Initiator.PATIENT, reason=RescheduleReason.ILLNESS)
    then_due(booked().then_came(moved), {"kind": "appointment", "due_at": moment(VISITS[1])})


def test_nothing_is_due_of_an_appointment_that_is_off_or_begun() -> None:
    """A cancelled appointment and one whose patient has come are not due any more."""
    cancelled = AppointmentCancelled(
        appointment_ids=(named("appointment 1"),),
        initiator=Initiator.PATIENT,
        reason_code=CancellationReason.PATIENT,
        late=False,
    )
    then_due(booked().then_came(cancelled))
    then_due(checked_in())


def test_a_missed_visit_asks_for_another_until_one_is_booked() -> None:
    """The first no-show asks for a new booking, and the booking settles it."""
    missed = came_at(booked(), VISITS[0] + 20 * MINUTE, missing(1))
    then_due(missed, {"kind": "task", "reason": "missed_rebook", "appointment_id": FIRST})
    then_due(missed.then_came(booking(2)), {"kind": "appointment"})


def test_a_second_missed_visit_asks_for_outreach() -> None:
    """Whoever misses twice is called."""
    once = came_at(booked(), VISITS[0] + 20 * MINUTE, missing(1)).then_came(booking(2))
    twice = came_at(once, VISITS[1] + 20 * MINUTE, missing(2))
    then_due(twice, {"kind": "task", "reason": "missed_outreach", "appointment_id": str(named("appointment 2"))})


def test_a_withheld_session_asks_for_what_follows() -> None:
    """What was decided when no infusion was given is a task."""
    then_due(withheld(), {"kind": "task", "reason": "withheld_reschedule", "appointment_id": FIRST})


def test_a_review_is_due_two_weeks_after_the_last_infusion() -> None:
    """Once the plan's six infusions are given the response is reviewed, from the first day of its rule's window."""
    due = induced()
    ended = VISITS[5] + 43 * MINUTE
    then_due(due, {"kind": "review", "reason": "response_review", "due_at": moment(ended + 14 * DAY)})
    then_due(induced(5))
    then_due(came_at(due, VISITS[5] + 17 * DAY, REVIEWED))


def test_a_review_may_be_due_so_long_after_the_first_infusion() -> None:
    """Where the plan's rule counts from there."""
    state = consented().then_came(replace(PLANNED, response_rule_id="phq9-le5-6wk"))
    for number in range(1, 7):
        state = visited(state, number)
    first = VISITS[0] + 3 * MINUTE
    then_due(state, {"kind": "review", "reason": "response_review", "due_at": moment(first + 35 * DAY)})


def test_maintenance_is_due_at_its_first_day_then_by_its_intervals() -> None:
    """Before the first infusion of maintenance its first day counts; after it the interval from that infusion."""
    scheduled = maintained()
    then_due(scheduled, {"kind": "maintenance", "reason": "fixed", "due_at": "2026-04-20T20:00:00.000000Z"})
    begins = came_at(scheduled, VISITS[5] + 30 * DAY, booking(7, VISITS[5] + 31 * DAY))
    then_due(
        begins,
        {"kind": "maintenance", "appointment_id": str(named("appointment 7"))},
        {"kind": "appointment", "appointment_id": str(named("appointment 7"))},
    )
    given_ = visited(scheduled, 7, VISITS[5] + 31 * DAY)
    then_due(given_, {"kind": "maintenance", "due_at": "2026-05-20T20:00:00.000000Z", "appointment_id": None})


def test_maintenance_tapers_by_its_intervals() -> None:
    """The second interval counts after the second infusion, and the last one repeats."""
    tapered = replace(MAINTAINED, intervals_d=(7, 14), until=date(2026, 6, 30))
    state = reviewed().then_came(tapered)
    for number, day in ((7, 31), (8, 38), (9, 52)):
        state = visited(state, number, VISITS[5] + day * DAY)
    then_due(state, {"kind": "maintenance", "due_at": "2026-05-25T20:00:00.000000Z"})


def test_maintenance_ends_with_its_last_day() -> None:
    """Nothing is due after `until`."""
    state = reviewed().then_came(replace(MAINTAINED, until=date(2026, 4, 30)))
    then_due(visited(state, 7, VISITS[5] + 31 * DAY))


def test_a_deviation_is_a_task() -> None:
    """Every rule that an observation broke is looked at, with the appointment it happened in."""
    came = came_at(booked(), VISITS[0], check_in())
    deviating = Given(log=(*came.log[:-1], replace(came.log[-1], deviations=(Rule.WEIGHT_JUMP, Rule.NOT_BOOKED))))
    then_due(
        deviating,
        {"kind": "task", "reason": "weight_jump", "appointment_id": FIRST, "due_at": moment(VISITS[0])},
        {"kind": "task", "reason": "not_booked", "appointment_id": FIRST},
    )


def corrected(state: Given, event: Event, by: Original | None) -> Given:
    """Return it after the entry of an event was replaced, or retracted if by nothing."""
    target = next(entry for entry in state.log if entry.event == event)
    put = None if by is None else Replacement(type=type(by).__name__, at=target.at, data=by)
    correction = EntryCorrected(
        target_event_id=target.event_id,
        kind=CorrectionKind.RETRACT if by is None else CorrectionKind.AMEND,
        replacement=put,
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )
    return state.then_came(correction)


def test_a_correction_settles_what_its_entry_deviated_in() -> None:
    """Once an entry is put right nobody has to look at what it broke."""
    came = came_at(booked(), VISITS[0], check_in(weight_kg=Decimal(7)))
    deviating = Given(log=(*came.log[:-1], replace(came.log[-1], deviations=(Rule.WEIGHT_JUMP,))), now=came.now)
    then_due(deviating, {"kind": "task", "reason": "weight_jump"})
    then_due(corrected(deviating, check_in(weight_kg=Decimal(7)), check_in()))


def test_what_rests_on_a_corrected_entry_is_decided_again() -> None:
    """A clearance is stale once a reading it rests on is corrected; another clearance of the session settles it."""
    stale = corrected(cleared(), reading(), reading(sbp_mmhg=139))
    then_due(stale, {"kind": "task", "reason": "rests_on_corrected_entry", "appointment_id": FIRST})
    then_due(stale.then_came(reading()), {"kind": "task", "reason": "rests_on_corrected_entry"})
    then_due(stale.then_came(clearance()))


@pytest.mark.parametrize("level", RiskLevel)
def test_a_suicide_risk_is_due_until_it_is_addressed(level: RiskLevel) -> None:
    """A risk is due at once, and only its being addressed settles it."""
    raised = consulted().then_came(risk(level))
    then_due(raised, {"kind": "task", "reason": f"suicide_risk_{level}", "due_at": moment(raised.now)})
    met = SuicideRiskAddressed(risk_id=named("risk"), disposition=RiskDisposition.SAFETY_PLAN)
    then_due(raised.then_came(met))


def test_an_unanswered_item_nine_is_asked_again() -> None:
    """A PHQ-9 that leaves out the question on suicide raises a task; one that answers it settles it."""
    whole = phq9("again", 1, 1, 1, 1, 1, 1, 1, 1, 0)
    left_out = replace(
        whole,
        assessment_id=named("first"),
        items={**whole.items, "9": None},
        total=None,
        missing_n=1,
        total_prorated=Decimal(9),
    )  # fmt: skip - one assessment in short
    asked = consulted().then_came(left_out)
    then_due(asked, {"kind": "task", "reason": "phq9_item_9_unanswered"})
    then_due(asked.then_came(whole))


def test_a_screener_s_open_question_is_asked_again() -> None:
    """Of a C-SSRS the first question that should have been answered is named; skipped ones are not missed."""
    open_ = answered("first", Instrument.CSSRS, {"1": 1, "2": 1, "3": 0, "6": 0})
    asked = consulted().then_came(open_)
    then_due(asked, {"kind": "task", "reason": "cssrs_item_4_unanswered"})
    then_due(asked.then_came(answered("gad", Instrument.GAD7, {})), {"reason": "cssrs_item_4_unanswered"})
    then_due(asked.then_came(answered("again", Instrument.CSSRS, {"1": 1, "2": 0, "6": 0})))


@pytest.mark.parametrize(
    "event,reasons",
    [
        (adverse_event(1), []),
        (adverse_event(3), ["adverse_event_severe"]),
        (adverse_event(2, serious=True), ["adverse_event_serious"]),
    ],
)
def test_a_severe_or_serious_adverse_event_is_reviewed(event: AdverseEventReported, reasons: list[str]) -> None:
    """Grade 3 or more, or serious, is a task; a mild one is not."""
    then_due(consulted().then_came(event), *({"kind": "task", "reason": reason} for reason in reasons))


def test_a_withdrawn_consent_asks_to_cancel_and_to_stop() -> None:
    """Every booked infusion is to be called off, the running one to be stopped; a new consent settles it."""
    state = infusing().then_came(booking(2), WITHDRAWN)
    withdrawn_at = moment(state.now)
    second = str(named("appointment 2"))
    cancel = {"kind": "task", "reason": "consent_withdrawn_cancel_appointment", "appointment_id": second}
    stop = {"kind": "task", "reason": "consent_withdrawn_stop_infusion", "appointment_id": FIRST}
    appointment = {"kind": "appointment", "appointment_id": second}
    then_due(state, cancel | {"due_at": withdrawn_at}, stop | {"due_at": withdrawn_at}, appointment)
    then_due(state.then_came(completion()), cancel, appointment)
    then_due(state.then_came(completion(), replace(CONSENTED, consent_id=named("anew"))), appointment)


def test_an_expired_consent_is_none_that_is_left() -> None:
    """With an older consent long expired, the withdrawal of the last one that held asks to stop all the same."""
    older = replace(CONSENTED, consent_id=named("older"), expires_at=CONSENTED.signed_at + DAY)
    stop = {"kind": "task", "reason": "consent_withdrawn_stop_infusion", "appointment_id": FIRST}
    then_due(infusing().then_came(older, WITHDRAWN), stop)
    valid = replace(older, expires_at=CONSENTED.signed_at + 90 * DAY)
    then_due(infusing().then_came(valid, WITHDRAWN))


def test_a_death_asks_to_cancel_everything_and_for_a_review() -> None:
    """Each booking is to be called off, and the death reviewed, until it is reported as a serious adverse event."""
    died = booked().then_came(DeathRecorded(died_on=date(2026, 3, 2), informant=Informant.FAMILY))
    cancel = {"kind": "task", "reason": "death_cancel_appointment", "appointment_id": FIRST}
    appointment = {"kind": "appointment", "appointment_id": FIRST}
    then_due(died, cancel, appointment, {"kind": "task", "reason": "death_review", "due_at": moment(died.now)})
    fatal = replace(adverse_event(5, serious=True), seriousness_code=Seriousness.DEATH)
    then_due(died.then_came(fatal), cancel, appointment, {"kind": "task", "reason": "adverse_event_serious"})


def test_eligibility_is_checked_again_when_agreed() -> None:
    """A denial with a date asks for the re-check at that day's noon in the clinic."""
    denied = EligibilityDenied(criteria_failed=(CriterionId.AGE,), permanent=False, recheck_after=date(2026, 4, 1))
    then_due(
        consulted().then_came(denied),
        {"kind": "task", "reason": "eligibility_recheck", "due_at": "2026-04-01T20:00:00.000000Z"},
    )
    then_due(consulted().then_came(replace(denied, permanent=True, recheck_after=None)))


def test_a_finding_after_the_confirmation_asks_for_a_new_one() -> None:
    """A contraindication that the confirmation of eligibility did not know of is a task."""
    then_due(eligible().then_came(FOUND), {"kind": "task", "reason": "eligibility_new_contraindication"})
    then_due(consulted().then_came(FOUND))


def test_a_finding_that_is_cleared_is_looked_at_again_in_time() -> None:
    """Cleared it is no task any more, unless it stands again before a booked infusion."""
    found = eligible().then_came(FOUND)
    cleared_until = ContraindicationCleared(
        contraindication_id=found.log[-1].event_id,
        code=FOUND.code,
        by="pete",
        basis=ClearingBasis.RESOLVED,
        valid_until=VISITS[0] - DAY,
    )
    then_due(found.then_came(cleared_until))
    then_due(
        found.then_came(cleared_until, booking(1)),
        {"kind": "task", "reason": "clearing_expires", "due_at": moment(VISITS[0] - DAY), "appointment_id": FIRST},
        {"kind": "appointment"},
    )


def test_a_pregnancy_test_is_made_again_in_time() -> None:
    """Where a pregnancy is possible, a test that ends before a booked infusion is due when it ends."""
    possible = replace(CONSULT, pregnancy_possible=YesNoUnknown.YES)
    test = replace(PREGNANT, result=ScreeningResult.NEGATIVE, valid_until=VISITS[0] - DAY)
    expires = {"kind": "task", "reason": "pregnancy_test_expires", "due_at": moment(VISITS[0] - DAY)}
    then_due(planned().then_came(possible, booking(1), test), expires, {"kind": "appointment"})
    then_due(planned().then_came(booking(1), test), {"kind": "appointment"})


def test_a_positive_test_is_a_task() -> None:
    """Somebody looks at it: it is marked where it is told."""
    state = planned().then_came(PREGNANT, deviations=(Rule.SCREENING_POSITIVE,))
    then_due(state, {"kind": "task", "reason": "screening_positive"})


def test_what_runs_out_before_the_next_infusion_is_renewed() -> None:
    """Consent and eligibility that end before a booked infusion are due when they end."""
    expiring = replace(CONSENTED, expires_at=VISITS[0] - DAY)
    state = planned()
    log = tuple(replace(it, event=expiring) if it.event == CONSENTED else it for it in state.log)
    late = replace(state, log=log).then_came(booking(1))
    then_due(
        late,
        {"kind": "task", "reason": "consent_expires", "due_at": moment(VISITS[0] - DAY), "appointment_id": FIRST},
        {"kind": "appointment"},
    )
    far = planned().then_came(booking(1, START + 200 * DAY))
    then_due(far, {"kind": "task", "reason": "eligibility_expires"}, {"kind": "appointment"})


def test_nothing_is_planned_after_the_close() -> None:
    """A closed journey has no review and no maintenance due."""
    then_due(maintained().then_came(JourneyClosed(reason=ClosingReason.COMPLETED)))


def test_a_second_start_in_the_same_session_keeps_one_stop() -> None:
    """Two starts of the pump are one running infusion at most."""
    state = infusing().then_came(completion(), start(1, 2), WITHDRAWN)
    then_due(state, {"kind": "task", "reason": "consent_withdrawn_stop_infusion"})


def test_what_is_booked_in_a_pause_is_to_be_moved() -> None:
    """Each infusion before the day on which it ends, and that day; nothing of it once the journey goes on."""
    booking_row = {"kind": "appointment", "reason": "infusion"}
    rests = paused(state=booked)
    moved = {"kind": "task", "due_at": moment(rests.now), "reason": "paused_move_appointment", "appointment_id": FIRST}
    then_due(rests, booking_row, moved)
    until = paused(state=booked, until=date(2026, 3, 20))
    over = {"kind": "task", "due_at": "2026-03-20T20:00:00.000000Z", "reason": "pause_over"}
    then_due(until, booking_row, moved, over)
    then_due(
        paused(state=booked, until=date(2026, 3, 2)), booking_row, over | {"due_at": "2026-03-02T20:00:00.000000Z"}
    )
    then_due(until.then_came(JourneyResumed(rechecks=())), booking_row)


def test_no_maintenance_is_due_in_a_pause() -> None:
    """It is due again once the journey goes on."""
    rests = paused(PauseReason.TRAVEL, maintained)
    then_due(rests)
    then_due(rests.then_came(JourneyResumed(rechecks=())), {"kind": "maintenance"})


def test_what_is_booked_is_called_off_after_a_switch() -> None:
    """Each infusion that lies ahead is a task, until a plan is approved anew; no maintenance is due."""
    switched = booked().then_came(SWITCHED)
    row = {"kind": "appointment", "reason": "infusion"}
    cancel = {"kind": "task", "due_at": moment(switched.now), "reason": "switched_cancel_appointment"}
    then_due(switched, row, cancel | {"appointment_id": FIRST})
    then_due(switched.then_came(replace(PLANNED, revision=2)), row)
    then_due(maintained().then_came(SWITCHED))


def test_a_relapse_is_looked_at() -> None:
    """Until a series is ordered anew, the treatment changed, the response reviewed or the journey closed."""
    row = {"kind": "task", "due_at": moment(relapsed().now), "reason": "relapse_review"}
    next_one = {"kind": "maintenance"}
    then_due(relapsed(), next_one, row)
    then_due(relapsed().then_came(replace(REVIEWED, review_id=named("again"))), next_one)
    for event in (SWITCHED, JourneyClosed(reason=ClosingReason.NON_RESPONSE)):
        then_due(relapsed().then_came(event))


def test_a_reinduction_is_reviewed_once_it_is_given() -> None:
    """No maintenance is due meanwhile; the review is, after the last infusion of the order."""
    then_due(reinduced())
    one = visited(reinduced(), 7, VISITS[5] + 33 * DAY)
    then_due(one)
    two = visited(one, 8, VISITS[5] + 36 * DAY)
    then_due(two, {"kind": "review", "reason": "response_review"})
    then_rows(PROJECTION, two, "given", *({"part": part, "infusion": n} for n, part in enumerate(PARTS, start=1)))
    then_rows(PROJECTION, two, "journeys", {"reinduction_infusions": 2, "infusions_given": 8})


PARTS = ["induction"] * 6 + ["reinduction"] * 2


def test_an_adverse_event_is_reviewed_until_it_is_over() -> None:
    """One that becomes severe is a task, one that is resolved none; a death is one, and its review."""
    mild = referred().then_came(adverse_event(1))
    then_due(mild)
    update = AdverseEventUpdated(ae_id=named("ae"), grade=3, outcome=AdverseEventOutcome.ONGOING)
    worse = mild.then_came(update)
    task = {"kind": "task", "due_at": moment(worse.now), "reason": "adverse_event_severe"}
    then_due(worse, task)
    recovering = replace(update, grade=None, outcome=AdverseEventOutcome.RECOVERING)
    then_due(worse.then_came(recovering), task)
    then_due(worse.then_came(replace(update, outcome=AdverseEventOutcome.RESOLVED)))
    died = worse.then_came(replace(update, grade=5, outcome=AdverseEventOutcome.FATAL))
    then_due(died, {"kind": "task", "reason": "adverse_event_serious"})


def then_unsigned(state: Given, *sessions: int) -> None:
    """Expect that the records of exactly these sessions are still to be signed."""
    due = rows_of(PROJECTION, state)["due"]
    assert {key for key, row in due.items() if row["reason"] == "unsigned"} == {
        f"task:unsigned:{named(f'session {session}')}" for session in sessions
    }


def test_a_record_is_to_be_signed_within_a_week() -> None:
    """From the end of a session, an infusion's or one without, until it is signed."""
    state = discharged()
    due_at = moment(state.now + 7 * DAY)
    (row,) = (row for row in rows_of(PROJECTION, state)["due"].values() if row["task"] == "unsigned")
    assert (row["kind"], row["due_at"], row["appointment_id"]) == ("task", due_at, FIRST)
    then_unsigned(infusing())
    then_unsigned(withheld(), 1)
    then_unsigned(induced(2), 1, 2)
    then_unsigned(induced(2).then_came(signature(1)), 2)


def test_a_record_is_to_be_signed_again_once_something_is_added() -> None:
    """Whatever comes to a signed record makes it due again; what comes to another session does not."""
    signed = discharged().then_came(signature())
    then_unsigned(signed)
    then_unsigned(signed.then_came(reading(2)))
    then_unsigned(signed.then_came(reading(1)), 1)
    then_unsigned(signed.then_came(reading(1), signature()))


def test_a_record_is_to_be_signed_after_the_end() -> None:
    """The journey's close, or a death, leaves it due."""
    then_unsigned(induced(1).then_came(JourneyClosed(reason=ClosingReason.COMPLETED)), 1)
    then_unsigned(induced(1).then_came(DeathRecorded(died_on=date(2026, 3, 9), informant=Informant.FAMILY)), 1)


def test_a_signature_settles_what_deviated_in_its_session() -> None:
    """What the signature's note explains is settled, and what deviated elsewhere is not."""
    deviating = infusing().then_came(completion())
    deviating = deviating.then_came(discharge(), deviations=(Rule.NOT_READY,)).then_came(
        CONSENTED, deviations=(Rule.LATE_WITHOUT_REASON,)
    )
    late = {"kind": "task", "reason": "late_without_reason"}
    then_due(deviating, {"kind": "task", "reason": "not_ready", "appointment_id": FIRST}, late)
    then_due(deviating.then_came(signature()), late)


def test_a_signature_settles_what_a_correction_still_breaks() -> None:
    """A correction of a session's entry that deviates belongs to that session, too."""
    state = infusing().then_came(completion(), discharge())
    target = state.log[-1]
    assert isinstance(target.event, PatientDischarged)
    amended = EntryCorrected(
        target_event_id=target.event_id,
        kind=CorrectionKind.AMEND,
        replacement=Replacement(type="PatientDischarged", at=target.at, data=replace(target.event, ride_checked=False)),
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )
    corrected = state.then_came(amended, deviations=(Rule.RIDE_NOT_CHECKED,))
    then_due(corrected, {"kind": "task", "reason": "ride_not_checked", "appointment_id": FIRST})
    then_due(corrected.then_came(signature()))


def test_a_correction_makes_a_signature_stale() -> None:
    """A signature that rests on an entry corrected since is a task until the record is signed anew."""
    state = discharged()
    amended = EntryCorrected(
        target_event_id=next(entry.event_id for entry in state.log if entry.event == completion()),
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_SESSION,
        approved_by="pete",
    )
    stale = state.then_came(signature(), amended)
    then_due(stale, {"kind": "task", "reason": "rests_on_corrected_entry", "appointment_id": FIRST})
    then_due(stale.then_came(signature()))
