"""Does a visit's row say where it is, what runs, and what is missing?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from journey.errors import Rule
from journey.events import ContraindicationCleared, InfusionRateChanged, SessionSignedOff, SuicideRiskRaised
from journey.events.intake import Contraindication, YesNoUnknown
from journey.events.outcome import Trigger
from journey.events.plan import CoverageOutcome
from journey.events.screening import ClearingBasis, ScreeningKind, ScreeningResult
from journey.events.session import Change, RateReason, Ride, RideKind, VitalsPhase
from journey.values import Instrument, RiskLevel
from projections.plain import moment
from projections.schedule import PROJECTION
from tests.decisions.states import (
    CONSENTED,
    CONSULT,
    COVERED,
    ELIGIBILITY,
    FOUND,
    PLANNED,
    PREGNANT,
    VISITS,
    WITHDRAWN,
    aborted,
    booked,
    booking,
    came_at,
    check_in,
    checked_in,
    clearance,
    cleared,
    consented,
    discharged,
    eligible,
    infusing,
    line,
    lined,
    measured,
    planned,
    reading,
    ready,
    recovering,
    start,
    withheld,
)
from tests.given import DAY, HOUR, MINUTE, START, Given, given, later_recorded, named
from tests.projections.folded import then_rows

STARTED_AT = VISITS[0] + 3 * MINUTE


def then_board(state: Given, *expected: dict[str, Any]) -> None:
    """Expect exactly these rows of the board."""
    then_rows(PROJECTION, state, "board", *expected)


def rate(rate_ml_h: int) -> InfusionRateChanged:
    """The pump runs at another rate."""
    return InfusionRateChanged(
        session_id=named("session 1"), rate_ml_h=Decimal(rate_ml_h), reason=RateReason.TOLERABILITY
    )


def test_a_booking_has_its_place() -> None:
    """A booked visit stands in its chair at its time, with nothing missing once everything stands."""
    then_board(
        booked(),
        {
            "appointment_id": str(named("appointment 1")),
            "patient_id": str(named("patient")),
            "session_id": None,
            "kind": "infusion",
            "slot_no": 1,
            "chair": "chair-1",
            "nurse": "nurse-1",
            "starts_at": moment(VISITS[0]),
            "status": "booked",
            "stage": None,
            "missing": [],
        },
    )


def test_a_booking_says_what_does_not_stand() -> None:
    """Consent, eligibility, coverage and plan are missed ahead of the day, and gone once they are there."""
    then_board(
        Given().then_came(booking(1)),
        {"missing": ["plan", "consent", "eligibility", "coverage"]},
    )
    then_board(eligible().then_came(booking(1)), {"missing": ["plan", "consent", "coverage"]})
    then_board(consented().then_came(PLANNED, booking(1)), {"missing": []})
    then_board(booked().then_came(WITHDRAWN), {"missing": ["consent"]})
    then_board(booked().then_came(WITHDRAWN, replace(CONSENTED, consent_id=named("anew"))), {"missing": []})


def test_a_pregnancy_that_is_possible_wants_a_test() -> None:
    """Until a test excludes it on the day of the visit; a positive one is missing whatever the consult said."""
    possible = booked().then_came(replace(CONSULT, pregnancy_possible=YesNoUnknown.UNKNOWN))
    negative = replace(PREGNANT, result=ScreeningResult.NEGATIVE, performed_at=VISITS[0] - DAY, valid_until=VISITS[0])
    then_board(possible, {"missing": ["pregnancy"]})
    then_board(possible.then_came(negative), {"missing": []})
    then_board(possible.then_came(replace(negative, valid_until=VISITS[0] - MINUTE)), {"missing": ["pregnancy"]})
    then_board(booked().then_came(PREGNANT), {"missing": ["pregnancy"]})
    then_board(booked().then_came(PREGNANT, negative), {"missing": []})
    heard_of_late = replace(PREGNANT, performed_at=negative.performed_at - MINUTE)
    then_board(booked().then_came(negative, heard_of_late), {"missing": []})
    then_board(booked().then_came(replace(PREGNANT, result=ScreeningResult.INCONCLUSIVE)), {"missing": []})


def test_drugs_that_were_found_are_missing_their_answer() -> None:
    """Until a later screen finds none."""
    found = replace(PREGNANT, kind=ScreeningKind.UDS)
    none = replace(found, result=ScreeningResult.NEGATIVE, performed_at=START + DAY)
    then_board(booked().then_came(found), {"missing": ["drug_screen"]})
    then_board(booked().then_came(found, none), {"missing": []})


def test_a_contraindication_that_is_cleared_for_the_day_is_none() -> None:
    """Cleared for long enough it misses nothing, else eligibility; of another code it was never cleared."""
    found = booked().then_came(FOUND)
    cleared = ContraindicationCleared(
        contraindication_id=found.log[-1].event_id,
        code=FOUND.code,
        by="pete",
        basis=ClearingBasis.CONTROLLED,
        valid_until=VISITS[0],
    )
    then_board(found, {"missing": ["eligibility"]})
    then_board(found.then_came(cleared), {"missing": []})
    then_board(found.then_came(replace(cleared, valid_until=VISITS[0] - MINUTE)), {"missing": ["eligibility"]})
    other = replace(cleared, code=Contraindication.PREGNANCY)
    then_board(found.then_came(other), {"missing": ["eligibility"]})


def test_what_runs_out_before_the_day_is_missing() -> None:
    """Consent, eligibility and coverage count for the day of the visit, not for today."""
    ends = VISITS[0] - MINUTE
    expiring = replace(CONSENTED, consent_id=named("consent"), expires_at=ends)
    then_board(given(CONSENTED, ELIGIBILITY, COVERED, PLANNED, booking(1)), {"missing": []})
    then_board(given(expiring, ELIGIBILITY, COVERED, PLANNED, booking(1)), {"missing": ["consent"]})
    expired = replace(ELIGIBILITY, valid_until=ends)
    then_board(given(CONSENTED, expired, COVERED, PLANNED, booking(1)), {"missing": ["eligibility"]})
    for days in ((date(2026, 3, 4), date(2026, 4, 1)), (date(2026, 2, 1), date(2026, 3, 2))):
        covered = replace(COVERED, valid_from=days[0], valid_to=days[1])
        then_board(given(CONSENTED, ELIGIBILITY, covered, PLANNED, booking(1)), {"missing": ["coverage"]})


def test_the_last_answer_of_a_payer_counts() -> None:
    """A payer who said yes and then no pays no more; another may pay."""
    refused = replace(
        COVERED,
        coverage_id=named("no"),
        verified_at=COVERED.verified_at + HOUR,
        outcome=CoverageOutcome.NOT_COVERED,
    )
    then_board(planned().then_came(refused, booking(1)), {"missing": ["coverage"]})
    then_board(planned().then_came(replace(refused, payer="another"), booking(1)), {"missing": []})


def test_a_check_in_misses_what_clearance_wants() -> None:
    """Whoever has come is missing the signs and the clearance; the session's row takes the booking's place."""
    then_board(
        checked_in(),
        {
            "session_id": str(named("session 1")),
            "status": "arrived",
            "stage": "checked_in",
            "checked_in_at": moment(VISITS[0]),
            "missing": ["vitals", "clearance"],
        },
    )
    then_board(measured(), {"missing": ["clearance"], "sbp_mmhg": 124, "dbp_mmhg": 78})


def test_a_check_in_tells_what_it_left_open() -> None:
    """No ride, a change since the last visit, and what deviated at check-in are missing."""
    alone = replace(check_in(), ride=Ride(kind=RideKind.NONE, confirmed=True), changes=(Change.NEW_DRUG,))
    state = came_at(booked(), VISITS[0], alone)
    log = (*state.log[:-1], replace(state.log[-1], deviations=(Rule.IDENTIFIERS_TOO_FEW, Rule.WEIGHT_JUMP)))
    then_board(replace(state, log=log), {"missing": ["identity", "weight", "ride", "changes", "vitals", "clearance"]})


def test_a_high_suicide_risk_is_missing_its_answer() -> None:
    """An open high risk stands between check-in and clearance; a low one does not."""
    raised = SuicideRiskRaised(
        risk_id=named("risk"),
        level=RiskLevel.HIGH,
        trigger=Trigger(instrument=Instrument.PHQ9, item="9", value=3),
        assessment_id=named("baseline"),
    )
    then_board(measured().then_came(raised), {"missing": ["suicide_risk", "clearance"]})
    then_board(measured().then_came(replace(raised, level=RiskLevel.LOW)), {"missing": ["clearance"]})


def test_an_infusion_has_its_clock() -> None:
    """Two clocks: since when it runs, and when 50 ml at 75 ml/h will be through."""
    then_board(cleared(), {"stage": "cleared", "missing": ["iv_access"], "infusion_started_at": None})
    then_board(lined(), {"stage": "iv_placed", "missing": [], "infusion_started_at": None})
    then_board(
        infusing(),
        {
            "stage": "infusing",
            "infusion_started_at": moment(STARTED_AT),
            "infusion_ends_at": moment(STARTED_AT + 40 * MINUTE),
            "infusion_ended_at": None,
            "dose_mg": "35",
            "rate_ml_h": "75",
            "missing": [],
        },
    )


def test_a_line_stays_through_another_clearance() -> None:
    """With the line entered before the clearance, or one made again, the next step is the start of the pump."""
    then_board(measured().then_came(line(), clearance()), {"stage": "iv_placed", "missing": []})
    then_board(infusing().then_came(line()), {"stage": "infusing", "missing": []})


def test_a_pause_moves_the_end() -> None:
    """While paused there is no end; after ten minutes' pause it is ten minutes later."""
    paused = came_at(infusing(), STARTED_AT + 10 * MINUTE, rate(0))
    then_board(paused, {"rate_ml_h": "0", "infusion_ends_at": None})
    resumed = came_at(paused, STARTED_AT + 20 * MINUTE, rate(75))
    then_board(resumed, {"rate_ml_h": "75", "infusion_ends_at": moment(STARTED_AT + 50 * MINUTE)})


def test_a_rate_heard_of_late_takes_its_place() -> None:
    """A pause entered after the rate that ended it gives the same end."""
    at = STARTED_AT + 20 * MINUTE
    resumed = came_at(infusing(), at, rate(75))
    late = later_recorded(resumed, rate(0), at=STARTED_AT + 10 * MINUTE, recorded_at=at + MINUTE)
    then_board(late, {"infusion_ends_at": moment(STARTED_AT + 50 * MINUTE)})


def test_recovery_has_its_clock_until_ready() -> None:
    """From the end of the infusion on the recovery's clock runs, and readiness is missing until it is judged."""
    ended_at = moment(STARTED_AT + 40 * MINUTE)
    then_board(recovering(), {"stage": "recovering", "infusion_ended_at": ended_at, "missing": ["readiness"]})
    then_board(ready(), {"stage": "recovering", "missing": []})
    then_board(discharged(), {"stage": "discharged", "missing": ["sign_off"], "signed_off_at": None})
    then_board(aborted(), {"stage": "recovering", "infusion_ended_at": moment(STARTED_AT + 10 * MINUTE)})


def test_a_withheld_session_is_over() -> None:
    """No infusion, nothing missing."""
    then_board(withheld(), {"stage": "withheld", "missing": ["sign_off"], "infusion_started_at": None})


def test_the_latest_reading_stands() -> None:
    """A reading charted late does not hide the one taken after it."""
    state = came_at(infusing(), STARTED_AT + 10 * MINUTE, reading(phase=VitalsPhase.DURING, sbp_mmhg=150))
    late = later_recorded(
        state,
        reading(phase=VitalsPhase.DURING, sbp_mmhg=190),
        at=STARTED_AT + 5 * MINUTE,
        recorded_at=STARTED_AT + 12 * MINUTE,
    )
    then_board(late, {"sbp_mmhg": 150, "read_at": moment(STARTED_AT + 10 * MINUTE)})


def test_a_second_start_has_a_clock_of_its_own() -> None:
    """After an aborted start the clock is that of the next."""
    again = came_at(aborted(), STARTED_AT + 15 * MINUTE, start(1, 2))
    then_board(
        again,
        {"stage": "infusing", "infusion_started_at": moment(STARTED_AT + 15 * MINUTE), "infusion_ended_at": None},
    )


def test_a_visit_that_is_over_misses_its_signature() -> None:
    """Signed, nothing is missing, and the stage still says where the patient is."""
    signed = discharged().then_came(
        SessionSignedOff(session_id=named("session 1"), signer="pete", shown_digest="0" * 64)
    )
    then_board(signed, {"stage": "discharged", "missing": [], "signed_off_at": moment(signed.now)})
