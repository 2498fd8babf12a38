"""Is a session cleared only when every check passes, or a prescriber sets it aside where that is allowed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from journey.clinic import Clinic
from journey.commands import ClearSession
from journey.decisions import next_steps
from journey.decisions.clearance import OVERRIDABLE
from journey.errors import Rule
from journey.events import (
    ContraindicationRecorded,
    JourneyClosed,
    ScreeningCompleted,
    SessionCleared,
    SuicideRiskAddressed,
    VitalsRecorded,
)
from journey.events.closing import ClosingReason
from journey.events.intake import (
    Contraindication,
    ContraindicationClass,
    ContraindicationStatus,
    Criterion,
    CriterionId,
    Evidence,
    YesNoUnknown,
)
from journey.events.outcome import RiskDisposition, SuicideRiskRaised, Trigger
from journey.events.plan import ConsentKind, CoverageOutcome
from journey.events.schedule import AppointmentKind
from journey.events.screening import ScreeningKind, ScreeningResult
from journey.events.session import Change, CheckId, Identifier, RideKind, VitalsPhase
from journey.history import fold
from journey.profiles import profile
from journey.values import Instrument, RiskLevel
from tests.decisions.states import (
    BASELINE,
    CONSENTED,
    CONSULT,
    COVERED,
    ELIGIBILITY,
    MAINTAINED,
    PLAN,
    PLANNED,
    REINDUCED,
    SESSION,
    SWITCHED,
    VISITS,
    WEIGHT_KG,
    WITHDRAWN,
    booked,
    booking,
    came_at,
    check_in,
    checked_in,
    clearance,
    deceased,
    discharge,
    induced,
    infusing,
    maintained,
    measured,
    morning,
    paused,
    planned,
    reading,
    recovering,
    reinduced,
    relapsed,
    visited,
    withheld,
)
from tests.given import DAY, HOUR, MINUTE, NURSE, PRESCRIBER, START, Given, named, recorded

CLEAR = ClearSession(session_id=SESSION)
NOTE = named("note")


def overriding(*checks: CheckId) -> ClearSession:
    """Ask to clear the session with these checks set aside."""
    return ClearSession(session_id=SESSION, overrides=checks)


def cleared(state: Given, command: ClearSession = CLEAR, **asked: object) -> SessionCleared:
    """The clearance that comes of it."""
    event = state.when(command, **asked).event
    assert isinstance(event, SessionCleared)
    return event


def passes(state: Given, command: ClearSession = CLEAR, **asked: object) -> None:
    """Expect the session to be cleared."""
    state.when(command, **asked).then_deviates()


def risk(level: RiskLevel) -> SuicideRiskRaised:
    """An answer speaks of suicide."""
    value = {RiskLevel.LOW: 1, RiskLevel.MODERATE: 2, RiskLevel.HIGH: 3}[level]
    return SuicideRiskRaised(
        risk_id=named("risk"),
        level=level,
        trigger=Trigger(instrument=Instrument.PHQ9, item="9", value=value),
        assessment_id=BASELINE.assessment_id,
    )


def screening(kind: ScreeningKind, result: ScreeningResult, **said: object) -> ScreeningCompleted:
    """A result of the day, that holds for a week."""
    found = ScreeningCompleted(kind=kind, result=result, performed_at=VISITS[0], valid_until=VISITS[0] + 7 * DAY)
    return replace(found, **said)  # type: ignore[arg-type]  # fields by name


def signs(**read: int) -> VitalsRecorded:
    """A reading with other signs than usual."""
    return replace(reading(), **read)  # type: ignore[arg-type]  # fields by name


def arrived(**changes: object) -> Given:
    """The patient came otherwise, and a pressure was read."""
    return came_at(booked(), VISITS[0], replace(check_in(), **changes), reading())  # type: ignore[arg-type]  # fields by name


def contraindication(class_: ContraindicationClass) -> ContraindicationRecorded:
    """Something found after eligibility was confirmed."""
    return ContraindicationRecorded(
        code=Contraindication.PROLONGED_QT,
        contraindication_class=class_,
        status=ContraindicationStatus.CONFIRMED,
        evidence=Evidence.EXAMINATION,
    )


def maintenance_visit(state: Given, day: int = 20) -> Given:
    """The patient came for an infusion of maintenance, and a pressure was read."""
    came = state.then_came(booking(7, morning(4, day)))
    return came_at(came, morning(4, day), check_in(7), reading(7))


UNASKED = {CheckId.MAINTENANCE, CheckId.DRUG_SCREEN, CheckId.RESPIRATION}
"""What is not looked at here: there is no such schedule, and nobody has tested for drugs or counted breaths."""


def test_clears_with_every_check() -> None:
    """The checks are stored as they were found, with the weight and the plan they hold for."""
    event = cleared(measured())
    assert {check.id for check in event.checks} == set(CheckId) - UNASKED
    assert all(check.passed for check in event.checks)
    assert (event.session_id, event.weight_kg, event.overrides) == (SESSION, WEIGHT_KG, ())
    assert (event.plan_id, event.plan_revision) == (PLAN, 1)


@pytest.mark.parametrize(
    "state, rule",
    [
        pytest.param(checked_in(), Rule.VITALS_TOO_OLD, id="no pressure read"),
        pytest.param(
            checked_in().then_came(replace(reading(), dbp_mmhg=None)), Rule.VITALS_TOO_OLD, id="half a pressure"
        ),
        pytest.param(
            checked_in().then_came(reading(phase=VitalsPhase.POST)), Rule.VITALS_TOO_OLD, id="of another phase"
        ),
        pytest.param(measured().later(29.5 * MINUTE), Rule.VITALS_TOO_OLD, id="read half a minute too long ago"),
        pytest.param(measured().later(30 * MINUTE), Rule.VITALS_TOO_OLD, id="read 31 minutes ago"),
        pytest.param(measured().then_came(WITHDRAWN), Rule.NO_CONSENT, id="consent withdrawn"),
        pytest.param(
            measured().then_came(replace(ELIGIBILITY, valid_until=VISITS[0])), Rule.NOT_ELIGIBLE, id="eligible no more"
        ),
        pytest.param(
            measured().then_came(contraindication(ContraindicationClass.RELATIVE)),
            Rule.NOT_ELIGIBLE,
            id="a contraindication that eligibility knew nothing of",
        ),
        pytest.param(arrived(identifiers_checked=(Identifier.NAME,)), Rule.IDENTIFIERS_TOO_FEW, id="one identifier"),
        pytest.param(
            arrived(ride=replace(check_in().ride, confirmed=False)), Rule.RIDE_NOT_CONFIRMED, id="ride unconfirmed"
        ),
        pytest.param(
            arrived(ride=replace(check_in().ride, kind=RideKind.NONE)), Rule.RIDE_NOT_CONFIRMED, id="no ride at all"
        ),
        pytest.param(
            measured().then_came(replace(COVERED, outcome=CoverageOutcome.NOT_COVERED)),
            Rule.NO_COVERAGE,
            id="not covered",
        ),
        pytest.param(
            measured().then_came(replace(COVERED, valid_to=date(2026, 3, 2))), Rule.NO_COVERAGE, id="cover ran out"
        ),
    ],
)
def test_a_check_that_can_be_put_right_has_no_override(state: Given, rule: Rule) -> None:
    """It is refused with its own code, and no prescriber can set it aside."""
    state.when(CLEAR).then_refused(rule)
    everything = overriding(*CheckId)
    state.when(everything, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.OVERRIDE_NOT_ALLOWED)


@pytest.mark.parametrize(
    "state, check, rule",
    [
        pytest.param(
            checked_in().then_came(reading(sbp_mmhg=141)), CheckId.PRESSURE, Rule.PRESSURE_ON_HOLD, id="systolic"
        ),
        pytest.param(
            checked_in().then_came(reading(dbp_mmhg=91)), CheckId.PRESSURE, Rule.PRESSURE_ON_HOLD, id="diastolic"
        ),
        pytest.param(checked_in().then_came(reading(sbp_mmhg=89)), CheckId.PRESSURE, Rule.PRESSURE_ON_HOLD, id="low"),
        *(
            pytest.param(
                checked_in().then_came(signs(**{sign: value})),
                check,
                Rule.SIGNS_ON_HOLD,
                id=f"{sign} {value}",
            )
            for sign, check, values in (
                ("hr_per_min", CheckId.HEART_RATE, (49, 151)),
                ("rr_per_min", CheckId.RESPIRATION, (9, 31)),
                ("spo2_pct", CheckId.SATURATION, (93,)),
            )
            for value in values
        ),
        pytest.param(
            arrived(weight_kg=Decimal("91.1"), weight_kg_repeated=Decimal("91.1")),
            CheckId.WEIGHT,
            Rule.WEIGHT_JUMP,
            id="weight",
        ),
        pytest.param(
            measured().then_came(replace(CONSULT, height_cm=Decimal(118))),
            CheckId.BODY_MASS,
            Rule.WEIGHT_IMPLAUSIBLE,
            id="weight and height",
        ),
        pytest.param(
            measured().then_came(risk(RiskLevel.HIGH)), CheckId.SUICIDE_RISK, Rule.SUICIDE_RISK_OPEN, id="risk"
        ),
        pytest.param(
            measured().then_came(replace(CONSULT, pregnancy_possible=YesNoUnknown.YES)),
            CheckId.PREGNANCY,
            Rule.PREGNANCY_NOT_EXCLUDED,
            id="pregnancy possible",
        ),
        pytest.param(
            measured().then_came(replace(CONSULT, pregnancy_possible=YesNoUnknown.UNKNOWN)),
            CheckId.PREGNANCY,
            Rule.PREGNANCY_NOT_EXCLUDED,
            id="pregnancy unknown",
        ),
        pytest.param(
            measured().then_came(screening(ScreeningKind.UDS, ScreeningResult.POSITIVE)),
            CheckId.DRUG_SCREEN,
            Rule.SCREENING_POSITIVE,
            id="drugs found",
        ),
        pytest.param(
            measured().then_came(
                replace(CONSULT, pregnancy_possible=YesNoUnknown.YES),
                screening(ScreeningKind.HCG, ScreeningResult.INCONCLUSIVE),
            ),
            CheckId.PREGNANCY,
            Rule.PREGNANCY_NOT_EXCLUDED,
            id="inconclusive test",
        ),
        pytest.param(
            arrived(changes=(Change.NONE, Change.NEW_DRUG)),
            CheckId.CHANGES,
            Rule.CHANGES_NOT_ADDRESSED,
            id="changes",
        ),
    ],
)
def test_a_prescriber_sets_a_check_aside_with_a_note(state: Given, check: CheckId, rule: Rule) -> None:
    """Without an override it is refused; with one, both the failed check and the override are stored."""
    state.when(CLEAR).then_refused(rule)
    event = cleared(state, overriding(check), actor=PRESCRIBER, note_id=NOTE)
    assert [failed.id for failed in event.checks if not failed.passed] == [check]
    assert [(it.id, it.by, it.note_id) for it in event.overrides] == [(check, "pete", NOTE)]


@pytest.mark.parametrize("possible", [YesNoUnknown.YES, YesNoUnknown.UNKNOWN])
def test_a_negative_test_excludes_a_pregnancy_as_long_as_it_holds(possible: YesNoUnknown) -> None:
    """At its last moment it does, and a minute later it doesn't: it is looked at again at every session."""
    state = measured().then_came(replace(CONSULT, pregnancy_possible=possible))
    at = state.now + 2 * MINUTE
    test = screening(ScreeningKind.HCG, ScreeningResult.NEGATIVE, performed_at=at - 6 * DAY, valid_until=at)
    passes(state.then_came(test))
    over = state.then_came(replace(test, valid_until=at - MINUTE))
    over.when(CLEAR).then_refused(Rule.PREGNANCY_NOT_EXCLUDED)
    sure = state.then_came(test, screening(ScreeningKind.HCG, ScreeningResult.INCONCLUSIVE))
    sure.when(CLEAR, at=at, recorded_at=at + MINUTE).then_deviates()


@pytest.mark.parametrize("possible", YesNoUnknown)
def test_a_positive_test_has_no_override(possible: YesNoUnknown) -> None:
    """Pregnant, whatever the consult said: nobody clears it, until a later test is negative."""
    positive = screening(ScreeningKind.HCG, ScreeningResult.POSITIVE)
    state = measured().then_came(replace(CONSULT, pregnancy_possible=possible), positive)
    command = overriding(CheckId.PREGNANCY)
    state.when(command, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.SCREENING_POSITIVE)
    later = replace(positive, result=ScreeningResult.NEGATIVE, performed_at=state.now)
    passes(state.then_came(later))
    state.then_came(replace(later, performed_at=START)).when(CLEAR).then_refused(Rule.SCREENING_POSITIVE)


def test_a_test_says_nothing_of_the_time_before_it() -> None:
    """A clearance that is told late is judged by what was known of its own time, not by a test made since."""
    state = measured()
    later = screening(ScreeningKind.HCG, ScreeningResult.POSITIVE, performed_at=state.now + HOUR)
    state.then_came(later).when(CLEAR, at=state.now, recorded_at=state.now + 2 * HOUR).then_deviates(
        Rule.LATE_WITHOUT_REASON
    )


def test_drugs_found_have_no_override_where_they_exclude() -> None:
    """Under the VA's profile a positive drug screen excludes; elsewhere a prescriber may know where it comes from."""
    state = measured().then_came(screening(ScreeningKind.UDS, ScreeningResult.POSITIVE))
    command = overriding(CheckId.DRUG_SCREEN)
    va = replace(state, clinic=Clinic(policy=profile("va")))
    va.when(command, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.SCREENING_POSITIVE)
    passes(state, command, actor=PRESCRIBER, note_id=NOTE)
    passes(va.then_came(screening(ScreeningKind.UDS, ScreeningResult.NEGATIVE, performed_at=state.now)))


def test_an_override_needs_a_prescriber_and_a_note() -> None:
    """A nurse can't override, and a prescriber not without a rationale."""
    state = checked_in().then_came(reading(sbp_mmhg=150))
    command = overriding(CheckId.PRESSURE)
    state.when(command, actor=NURSE, note_id=NOTE).then_refused(Rule.OVERRIDE_NEEDS_PRESCRIBER)
    state.when(command, actor=PRESCRIBER).then_refused(Rule.NOTE_REQUIRED)


def test_all_that_may_be_set_aside_may_be_at_once() -> None:
    """Ten checks have an override, whether they are asked for one by one or together."""
    passes(measured(), overriding(*OVERRIDABLE), actor=PRESCRIBER, note_id=NOTE)
    one_more = overriding(*OVERRIDABLE, CheckId.RIDE)
    measured().when(one_more, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.OVERRIDE_NOT_ALLOWED, checks="ride")
    two = overriding(CheckId.PRESSURE, CheckId.RIDE, CheckId.CONSENT)
    asked = measured().when(two, actor=PRESCRIBER, note_id=NOTE)
    asked.then_refused(Rule.OVERRIDE_NOT_ALLOWED, checks="ride, consent")


def test_an_override_of_what_passes_is_not_stored() -> None:
    """Only what failed was set aside."""
    event = cleared(measured(), overriding(CheckId.PRESSURE), actor=PRESCRIBER, note_id=NOTE)
    assert event.overrides == ()


@pytest.mark.parametrize("beyond", [{"sbp_mmhg": 181}, {"sbp_mmhg": 170, "dbp_mmhg": 111}])
def test_the_hard_limit_has_no_override(beyond: dict[str, int]) -> None:
    """Above the hard limit even a prescriber is refused; at the limit the override holds."""
    command = overriding(CheckId.PRESSURE)
    state = checked_in().then_came(reading(**beyond))  # type: ignore[arg-type]  # pressures only
    state.when(command, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.PRESSURE_TOO_HIGH)
    at_limit = checked_in().then_came(reading(sbp_mmhg=180, dbp_mmhg=110))
    assert cleared(at_limit, command, actor=PRESCRIBER, note_id=NOTE).overrides


def test_every_limit_itself_passes() -> None:
    """A pressure of 140 over 90 read 30 minutes ago, and a weight up by a tenth, pass."""
    arrived_heavy = came_at(booked(), VISITS[0], check_in(weight_kg=Decimal(77)), reading(sbp_mmhg=140, dbp_mmhg=90))
    passes(arrived_heavy.later(29 * MINUTE))


def test_the_last_pressure_counts() -> None:
    """A second reading under the limit clears what the first one held, and one over it holds."""
    passes(checked_in().then_came(reading(sbp_mmhg=150), reading()))
    checked_in().then_came(reading(), reading(sbp_mmhg=150)).when(CLEAR).then_refused(Rule.PRESSURE_ON_HOLD)


def test_of_two_readings_of_one_moment_the_later_entry_counts() -> None:
    """Nobody can say otherwise which of them was first."""
    low, high = reading(), reading(sbp_mmhg=150)
    passes(checked_in().then_came(high).then_came(low, after=0 * MINUTE))
    checked_in().then_came(low).then_came(high, after=0 * MINUTE).when(CLEAR).then_refused(Rule.PRESSURE_ON_HOLD)


def test_half_a_pressure_counts_too() -> None:
    """A systolic pressure read alone is the last one, beside the diastolic of the reading before."""
    high, higher = (replace(reading(sbp_mmhg=sbp), dbp_mmhg=None) for sbp in (150, 190))
    measured().then_came(high).when(CLEAR).then_refused(Rule.PRESSURE_ON_HOLD)
    measured().then_came(higher).when(CLEAR).then_refused(Rule.PRESSURE_TOO_HIGH)
    settled = replace(reading(), dbp_mmhg=None)
    passes(checked_in().then_came(reading(sbp_mmhg=150), settled))
    measured().later(29 * MINUTE).then_came(settled).when(CLEAR).then_refused(Rule.VITALS_TOO_OLD)


def test_eligibility_confirmed_again_takes_in_what_was_found() -> None:
    """A contraindication that the new confirmation knows of, and sets aside, holds nothing up."""
    state = measured().then_came(contraindication(ContraindicationClass.RELATIVE))
    known = Criterion(id=CriterionId.RELATIVE_CONTRAINDICATIONS, met=False, evidence_ids=(state.log[-1].event_id,))
    passes(state.then_came(replace(ELIGIBILITY, criteria=(known,))))


def test_lower_or_addressed_risks_do_not_hold() -> None:
    """Only an open high risk does."""
    passes(measured().then_came(risk(RiskLevel.MODERATE)))
    met = SuicideRiskAddressed(risk_id=named("risk"), disposition=RiskDisposition.SAFETY_PLAN)
    passes(measured().then_came(risk(RiskLevel.HIGH), met))


def test_a_patient_who_says_that_nothing_changed_is_cleared() -> None:
    """To be asked and to have nothing to tell is as good as no entry."""
    passes(arrived(changes=(Change.NONE,)))


def test_consent_of_another_kind_is_not_enough() -> None:
    """To be told of the off-label use is not to consent to treatment."""
    state = measured().then_came(WITHDRAWN)
    off_label = replace(CONSENTED, consent_id=named("off label"), kind=ConsentKind.OFF_LABEL)
    state.then_came(off_label).when(CLEAR).then_refused(Rule.NO_CONSENT)
    again = replace(CONSENTED, consent_id=named("consent 2"))
    passes(state.then_came(again))


def test_keeps_the_gap_to_the_last_infusion() -> None:
    """Hours are counted from start to start; the plan's gap itself is enough."""
    asked_at = infusing().now + PLANNED.min_gap_h * HOUR
    visit = recovering().then_came(discharge(), booking(2))
    state = came_at(visit, asked_at - 5 * MINUTE, check_in(2), reading(2))
    command = ClearSession(session_id=named("session 2"))
    passes(state, command, at=asked_at)
    state.when(command, at=asked_at - MINUTE).then_refused(Rule.GAP_TOO_SHORT)


def test_the_gap_is_to_the_last_of_all_infusions() -> None:
    """Not to the first of them: an hour after the second is too early, however long ago the first was."""
    after = induced(2)
    visit = came_at(after.then_came(booking(3)), after.now + HOUR, check_in(3), reading(3))
    visit.when(ClearSession(session_id=named("session 3"))).then_refused(Rule.GAP_TOO_SHORT)


def test_a_weight_far_from_the_last_is_measured_twice() -> None:
    """Over the policy's 10 % nobody sets it aside before it was; two that agree to the kilogram suffice, up to 30 %."""
    once = arrived(weight_kg=Decimal("77.1"))
    once.when(CLEAR).then_refused(Rule.WEIGHT_NOT_REPEATED)
    once.when(overriding(CheckId.WEIGHT), actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.WEIGHT_NOT_REPEATED)
    for repeated in ("76.1", "77.1", "78.1"):
        passes(arrived(weight_kg=Decimal("77.1"), weight_kg_repeated=Decimal(repeated)))
    differing = arrived(weight_kg=Decimal("77.1"), weight_kg_repeated=Decimal("75.9"))
    differing.when(CLEAR).then_refused(Rule.WEIGHT_JUMP)
    for weight_kg in ("91.0", "49.0"):
        passes(arrived(weight_kg=Decimal(weight_kg), weight_kg_repeated=Decimal(weight_kg)))


def test_signs_at_their_limits_pass() -> None:
    """The limits themselves are within; and only the last reading counts."""
    for low, high in (({"hr_per_min": 50}, {"hr_per_min": 150}), ({"rr_per_min": 10}, {"rr_per_min": 30})):
        passes(checked_in().then_came(signs(**low), signs(**high)))
    passes(checked_in().then_came(replace(reading(), spo2_pct=80), replace(reading(sbp_mmhg=90), spo2_pct=94)))


def test_the_weight_is_today_s() -> None:
    """A session left open over night is not cleared on yesterday's weight."""
    state = came_at(checked_in(), VISITS[0] + DAY, reading())
    state.when(CLEAR).then_refused(Rule.WEIGHT_JUMP)


def test_the_last_answer_of_each_payer_counts() -> None:
    """A payer who now says no pays no more, whatever was said before; another may, and a pending answer is none."""
    refused = replace(COVERED, coverage_id=named("no"), verified_at=START + HOUR, outcome=CoverageOutcome.NOT_COVERED)
    measured().then_came(refused).when(CLEAR).then_refused(Rule.NO_COVERAGE)
    passes(measured().then_came(replace(refused, verified_at=START - HOUR)))
    passes(measured().then_came(replace(refused, payer="another")))
    passes(measured().then_came(replace(refused, outcome=CoverageOutcome.PENDING)))


@pytest.mark.parametrize("outcome", [CoverageOutcome.COVERED, CoverageOutcome.PARTIAL, CoverageOutcome.SELF_PAY])
def test_whoever_pays_covers(outcome: CoverageOutcome) -> None:
    """A payer in whole or in part, or the patient; on the first and the last day, too."""
    today = VISITS[0].date()
    passes(measured().then_came(replace(COVERED, outcome=outcome, valid_from=today, valid_to=today)))


def test_is_not_cleared_before_the_patient_came() -> None:
    """A clearance can't be dated before the check-in, though a pressure was read at the door."""
    state = checked_in()
    door = recorded(reading(), len(state.log) + 1, VISITS[0] - 2 * MINUTE)
    state = replace(state, log=(*state.log, door))
    state.when(CLEAR, at=VISITS[0] - MINUTE, recorded_at=VISITS[0]).then_refused(Rule.OUT_OF_ORDER)
    passes(state)


def test_may_be_cleared_at_the_very_check_in() -> None:
    """Where the pressure was read, too, when the patient was checked in."""
    state = checked_in().then_came(reading(), after=0 * MINUTE)
    passes(state, at=VISITS[0])


def test_another_open_session_holds() -> None:
    """One session of a patient is cleared at a time."""
    other = checked_in().then_came(booking(2), check_in(2), reading())
    other.when(CLEAR).then_refused(Rule.OTHER_SESSION_OPEN)


def test_after_the_plan_only_maintenance_goes_on() -> None:
    """With the plan used up, an infusion needs a maintenance schedule in force."""
    command = ClearSession(session_id=named("session 7"))
    maintenance_visit(induced()).when(command).then_refused(Rule.PLAN_USED_UP)
    event = cleared(maintenance_visit(maintained()), command)
    assert {check.id for check in event.checks} == set(CheckId) - UNASKED - {CheckId.INFUSIONS_LEFT} | {
        CheckId.MAINTENANCE
    }
    over = maintained().then_came(replace(MAINTAINED, until=date(2026, 4, 19)))
    maintenance_visit(over).when(command).then_refused(Rule.NO_MAINTENANCE)
    last_day = maintained().then_came(replace(MAINTAINED, until=date(2026, 4, 20)))
    passes(maintenance_visit(last_day), command)


def test_is_refused_without_a_plan() -> None:
    """A session can be open without a plan, but not cleared."""
    log = tuple(entry for entry in measured().log if entry.event != PLANNED)
    state = replace(measured(), log=log)
    state.when(CLEAR).then_refused(Rule.NO_PLAN)
    (step,) = (
        it
        for it in next_steps(fold(log), log, state.now, PRESCRIBER, state.clinic)
        if isinstance(it.asked.command, ClearSession)
    )
    assert step.missing == (Rule.NO_PLAN,)


@pytest.mark.parametrize("kind", sorted(set(AppointmentKind) - {AppointmentKind.INFUSION}))
def test_is_refused_where_no_infusion_was_booked(kind: AppointmentKind) -> None:
    """Whoever came for a consult or a review is not infused on that appointment."""
    other = planned().then_came(replace(booking(1), kind=kind))
    came_at(other, VISITS[0], check_in()).then_came(reading()).when(CLEAR).then_refused(Rule.NOT_FOR_INFUSION)


def test_is_refused_of_a_session_that_is_not_open_for_it() -> None:
    """Neither an unknown session, nor one that ended, nor one whose pump runs, is cleared."""
    measured().when(ClearSession(session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)
    withheld().when(CLEAR).then_refused(Rule.SESSION_NOT_OPEN)
    infusing().when(CLEAR).then_refused(Rule.SESSION_NOT_OPEN)


def test_is_cleared_anew_when_the_clearance_grew_old() -> None:
    """A second clearance of the same session rests on new readings."""
    state = measured().then_came(clearance()).later(HOUR).then_came(reading())
    passes(state)


def test_is_refused_after_the_end() -> None:
    """Nothing is cleared in a closed journey, or after death."""
    state = measured().then_came(JourneyClosed(reason=ClosingReason.OTHER))
    state.when(CLEAR).then_refused(Rule.JOURNEY_CLOSED)
    visit = maintenance_visit(deceased())
    visit.when(ClearSession(session_id=named("session 7"))).then_refused(Rule.PATIENT_DECEASED)


def test_is_refused_while_the_journey_rests() -> None:
    """A paused journey is resumed first."""
    paused(state=measured).when(CLEAR).then_refused(Rule.JOURNEY_PAUSED)


def test_is_refused_after_a_switch() -> None:
    """Another treatment took the place of the infusions."""
    measured().then_came(SWITCHED).when(CLEAR).then_refused(Rule.MODALITY_SWITCHED)


def test_a_reinduction_of_one_is_used_up_by_one() -> None:
    """A single infusion may be ordered; the next is refused."""
    ordered = relapsed().then_came(replace(REINDUCED, infusions=1))
    first = visited(ordered, 7, ordered.now + DAY)
    began = first.now + 2 * DAY
    over = came_at(first.then_came(booking(8, began)), began, check_in(8)).then_came(reading(8))
    over.when(ClearSession(session_id=named("session 8"))).then_refused(Rule.PLAN_USED_UP)


def test_a_reinduction_is_used_up_as_a_plan_is() -> None:
    """Its infusions are counted from the order on; after the last of them nothing more is cleared."""
    first = visited(reinduced(), 7, reinduced().now + DAY)
    clear_8 = ClearSession(session_id=named("session 8"))
    began = first.now + 2 * DAY
    came_at(first.then_came(booking(8, began)), began, check_in(8)).then_came(reading(8)).when(clear_8).then_deviates()
    second = visited(first, 8, began)
    began = second.now + 2 * DAY
    over = came_at(second.then_came(booking(9, began)), began, check_in(9)).then_came(reading(9))
    over.when(ClearSession(session_id=named("session 9"))).then_refused(Rule.PLAN_USED_UP)
