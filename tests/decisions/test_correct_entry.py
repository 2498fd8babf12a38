"""Is what was wrong put right, with the original still there, and nothing that rested on it undone?"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from journey.commands import (
    ANSWERED_BY,
    PERMISSIONS,
    CheckInPatient,
    ClearSession,
    CompleteAssessment,
    CompleteInfusion,
    ConfirmEligibility,
    CorrectEntry,
    DispenseDose,
    PauseJourney,
    RecordVitals,
    ResumeJourney,
    StartInfusion,
    WasteDose,
)
from journey.commands.records import Amendment
from journey.errors import Refused, Rule
from journey.events import (
    AssessmentCompleted,
    ConsentGiven,
    DiscrepancyOpened,
    DoseDispensed,
    DoseWasted,
    EligibilityConfirmed,
    EntryCorrected,
    Event,
    InfusionCompleted,
    InfusionStarted,
    JourneyPaused,
    JourneyResumed,
    PatientCheckedIn,
    SeriesBooked,
    SessionCleared,
    SuicideRiskAddressed,
    SuicideRiskRaised,
    VitalsRecorded,
)
from journey.events.container import DiscrepancyKind
from journey.events.course import PauseReason
from journey.events.drug import WasteMethod
from journey.events.outcome import RiskDisposition, Timepoint
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.session import CheckId, Identifier, Position, VitalsPhase
from journey.history import fold
from journey.values import Instrument, RiskLevel
from tests.decisions.states import (
    BASELINE,
    CONSENT,
    RIDE,
    SESSION,
    clearance,
    cleared,
    closed,
    deceased,
    infusing,
    measured,
    paused,
    planned,
    recovering,
    start,
    visited,
    waste,
)
from tests.decisions.test_book_series import whole
from tests.given import DAY, FRONT_DESK, HOUR, NURSE, PRESCRIBER, VIAL, Given, Outcome, named


def entry(state: Given, kind: type[Event], nth: int = 0) -> tuple[UUID, Any]:
    """The id of the n-th entry of a type, and when it happened."""
    found = [it for it in state.log if isinstance(it.event, kind)][nth]
    return found.event_id, found.at


def amended(state: Given, target: type[Event], data: Any, *, nth: int = 0, **asked: Any) -> Outcome:
    """What comes of amending the n-th entry of a type, at the time it has, if nothing else is said."""
    target_id, at = entry(state, target, nth)
    stated, moved = asked.pop("stated", {}), asked.pop("to", at)
    amendment = Amendment(type=asked.pop("type", target.__name__), at=moved, data=data, stated=stated)
    return state.when(corrected(target_id, amendment), **asked)


def retracted(state: Given, target: type[Event], *, nth: int = 0, **asked: Any) -> Outcome:
    """What comes of retracting the n-th entry of a type."""
    return state.when(corrected(entry(state, target, nth)[0], None), **asked)


def corrected(target: UUID, amendment: Amendment | None) -> CorrectEntry:
    """A correction: an amendment if there is one, else a retraction."""
    return CorrectEntry(
        target_event_id=target,
        kind=CorrectionKind.RETRACT if amendment is None else CorrectionKind.AMEND,
        replacement=amendment,
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )


def says(outcome: Outcome) -> Any:
    """What the entry says from now on."""
    event = outcome.event
    assert isinstance(event, EntryCorrected)
    assert event.replacement is not None
    return event.replacement.data


VITALS = RecordVitals(session_id=SESSION, phase=VitalsPhase.PRE, sbp_mmhg=134, dbp_mmhg=78, hr_per_min=72, spo2_pct=98)


def answers(*values: int | None, total: int | None = None, assessment_id: UUID | None = None) -> CompleteAssessment:
    """The baseline's answers, as they should have been."""
    return CompleteAssessment(
        assessment_id=assessment_id or BASELINE.assessment_id,
        instrument=Instrument.PHQ9,
        timepoint=Timepoint.BASELINE,
        items={str(number): value for number, value in enumerate(values, start=1)},
        total=total,
    )


BETTER = answers(1, 1, 1, 1, 1, 1, 1, 1, 0)
THREE = answers(2, 2, 2, 2, 2, 2, 2, 2, 3)
PUMP = StartInfusion(
    session_id=SESSION,
    dose_mg=Decimal(35),
    conc_mg_per_ml=Decimal("0.7"),
    total_ml=Decimal(50),
    rate_ml_h=Decimal(75),
    pump_id="pump-2",
)


def test_amends_an_entry() -> None:
    """The entry says something else from now on; the original is still in the log."""
    state = measured()
    target, at = entry(state, VitalsRecorded)
    event = VitalsRecorded(
        session_id=SESSION,
        phase=VitalsPhase.PRE,
        sbp_mmhg=134,
        dbp_mmhg=78,
        hr_per_min=72,
        spo2_pct=98,
        position=Position.SITTING,
    )
    after = amended(state, VitalsRecorded, VITALS).then(
        EntryCorrected(
            target_event_id=target,
            kind=CorrectionKind.AMEND,
            replacement=Replacement(type="VitalsRecorded", at=at, data=event),
            reason=CorrectionReason.TYPING_ERROR,
            approved_by="pete",
        )
    )
    (reading,) = fold(after.log).sessions[SESSION].readings
    assert (reading.vitals.sbp_mmhg, reading.event_id) == (134, target)
    (original,) = (it.event for it in after.log if isinstance(it.event, VitalsRecorded))
    assert original.sbp_mmhg == 124


def test_amends_the_time() -> None:
    """A correction may say that it happened at another time."""
    state = measured()
    earlier = entry(state, VitalsRecorded)[1] - timedelta(seconds=30)
    same = replace(VITALS, sbp_mmhg=124)
    after = amended(state, VitalsRecorded, same, to=earlier).then_deviates()
    assert fold(after.log).sessions[SESSION].readings[0].at == earlier


def test_retracts_an_entry() -> None:
    """A retracted entry counts no more."""
    after = retracted(measured(), VitalsRecorded).then_deviates()
    assert fold(after.log).sessions[SESSION].readings == ()


def test_a_visit_is_not_retracted_from_under_its_infusion() -> None:
    """A check-in stays while an infusion rests on it; once that is retracted too, it goes, if nothing was drawn."""
    retracted(recovering(), PatientCheckedIn).then_refused(Rule.INFUSION_RECORDED)
    state = measured().then_came(clearance(), start())
    gone = retracted(state, InfusionStarted).then_deviates()
    assert not fold(retracted(gone, PatientCheckedIn).then_deviates().log).sessions
    retracted(measured(), PatientCheckedIn).then_deviates()


def test_later_correction_wins() -> None:
    """An entry may be corrected again, brought back after its retraction, and retracted after that."""
    first = amended(measured(), VitalsRecorded, VITALS).then_deviates()
    gone = retracted(first, VitalsRecorded).then_deviates()
    back = amended(gone, VitalsRecorded, replace(VITALS, sbp_mmhg=150)).then_deviates()
    assert [it.vitals.sbp_mmhg for it in fold(back.log).sessions[SESSION].readings] == [150]


def test_computed_fields_are_computed() -> None:
    """Totals come out of the corrected answers; those sent along are compared, also as text, and never taken."""
    data = says(amended(planned(), AssessmentCompleted, answers(1, 1, 1, 1, 1, 1, 1, None, 0)))
    assert (data.total, data.total_prorated, data.missing_n) == (None, Decimal("7.88"), 1)
    stated = {"missing_n": 0, "evaluable": True, "total_prorated": None, "algorithm_version": "phq9-1"}
    amended(planned(), AssessmentCompleted, replace(BETTER, total=8), stated=stated).then_deviates()


@pytest.mark.parametrize("prorated", ["7.88", 7.88, Decimal("7.88")])
def test_a_number_is_compared_however_it_is_written(prorated: object) -> None:
    """As text, as JSON's number, or exactly."""
    data = answers(1, 1, 1, 1, 1, 1, 1, None, 0)
    amended(planned(), AssessmentCompleted, data, stated={"total_prorated": prorated}).then_deviates()


@pytest.mark.parametrize(
    "stated",
    [
        *({"missing_n": 1}, {"evaluable": False}, {"total_prorated": "8.00"}, {"total_prorated": "x"}),
        {"no_such_field": None, "nor_this": 1},
    ],
)
def test_differing_computed_field_is_refused(stated: dict[str, object]) -> None:
    """A computed field that was sent along, and is not what comes out, is refused."""
    amended(planned(), AssessmentCompleted, BETTER, stated=stated).then_refused(Rule.STATED_DIFFERS)


def test_structured_computed_fields_are_compared() -> None:
    """Checks and criteria sent along are compared part by part."""
    criteria: list[dict[str, object]] = [
        {"id": "failed_trials", "met": True, "value": "2"},
        {"id": "absolute_contraindications", "met": True, "value": 0},
        {"id": "relative_contraindications", "met": True},
        {"id": "indication", "met": True},
        {"id": "age", "met": True, "value": "44.0"},
        {"id": "consult", "met": True, "evidence_ids": [str(named("event 2"))]},
        {"id": "history", "met": True, "value": "0"},
    ]
    confirm = ConfirmEligibility()
    for alike in (criteria, tuple(criteria)):
        amended(planned(), EligibilityConfirmed, confirm, stated={"criteria": alike}, actor=PRESCRIBER).then_deviates()
    for differs in ([criteria[0] | {"value": "3"}, *criteria[1:]], [criteria[0] | {"no": 1}, *criteria[1:]], 7):
        asked = amended(planned(), EligibilityConfirmed, confirm, stated={"criteria": differs}, actor=PRESCRIBER)
        asked.then_refused(Rule.STATED_DIFFERS)


def test_differing_total_is_refused() -> None:
    """The total of a corrected assessment is checked as that of any other."""
    amended(planned(), AssessmentCompleted, replace(BETTER, total=9)).then_refused(Rule.TOTAL_DIFFERS)


def test_unknown_entry_is_refused() -> None:
    """What is not in the journey can't be corrected."""
    measured().when(corrected(named("no entry"), None)).then_refused(Rule.UNKNOWN_ENTRY)


def test_referral_and_corrections_stay() -> None:
    """A referral can't be corrected, and neither can a correction."""
    state = measured()
    state.when(corrected(state.log[0].event_id, None)).then_refused(Rule.NOT_CORRECTABLE)
    after = retracted(state, VitalsRecorded).then_deviates()
    retracted(after, EntryCorrected).then_refused(Rule.NOT_CORRECTABLE)


def test_amendment_needs_its_replacement() -> None:
    """An amendment without, and a retraction with a replacement, are refused."""
    state = measured()
    target, at = entry(state, VitalsRecorded)
    amendment = Amendment(type="VitalsRecorded", at=at, data=VITALS)
    without = replace(corrected(target, amendment), replacement=None)
    state.when(without).then_refused(Rule.REPLACEMENT_REQUIRED)
    both = replace(corrected(target, amendment), kind=CorrectionKind.RETRACT)
    state.when(both).then_refused(Rule.REPLACEMENT_UNEXPECTED)


def test_replacement_is_of_the_targets_type() -> None:
    """A reading stays a reading, by its name and by its fields."""
    amended(measured(), VitalsRecorded, BETTER).then_refused(Rule.REPLACEMENT_TYPE)
    amended(measured(), VitalsRecorded, VITALS, type="AssessmentCompleted").then_refused(Rule.REPLACEMENT_TYPE)


def test_raised_risk_is_retracted_only() -> None:
    """No command states a risk by itself: it can be retracted by those who assess, and not amended."""
    state = amended(planned(), AssessmentCompleted, THREE).then_deviates()
    amended(state, SuicideRiskRaised, BETTER).then_refused(Rule.REPLACEMENT_TYPE)
    retracted(state, SuicideRiskRaised, actor=FRONT_DESK).then_refused(Rule.WRONG_ROLE)
    retracted(state, SuicideRiskRaised).then_refused(Rule.NOTE_REQUIRED)
    after = retracted(state, SuicideRiskRaised, note_id=named("note")).then_deviates()
    assert not fold(after.log).risks


def test_entry_keeps_its_id() -> None:
    """A corrected assessment keeps its own id, a series its appointments'; a reading may be of another session."""
    other = replace(BETTER, assessment_id=named("another"))
    amended(planned(), AssessmentCompleted, other).then_refused(Rule.REPLACEMENT_ID)
    series = planned().when(whole()).then_deviates()
    renamed = whole(3, appointment_id=named("another appointment"))
    amended(series, SeriesBooked, renamed).then_refused(Rule.REPLACEMENT_ID)
    amended(series, SeriesBooked, whole(3, nurse="nurse-2")).then_deviates()
    state = visited(planned(), 1).later(HOUR)
    two = visited(state, 2)
    moved = replace(VITALS, session_id=SESSION, phase=VitalsPhase.POST)
    assert says(amended(two, VitalsRecorded, moved, nth=3)).session_id == SESSION


def test_future_is_refused() -> None:
    """What is put in place can't have happened later than now."""
    state = measured()
    ahead = timedelta(minutes=state.clinic.policy.clock_skew_min)
    amended(state, VitalsRecorded, VITALS, to=state.now + ahead, at=state.now).then_deviates()
    beyond = state.now + ahead + timedelta(seconds=1)
    amended(state, VitalsRecorded, VITALS, to=beyond, at=state.now).then_refused(Rule.AT_IN_FUTURE)


def test_is_decided_at_the_time_it_is_put_to() -> None:
    """A reading that is moved to before the patient came is marked, as it would have been."""
    state = measured()
    before = entry(state, PatientCheckedIn)[1] - timedelta(minutes=1)
    amended(state, VitalsRecorded, VITALS, to=before).then_deviates(Rule.OUT_OF_ORDER)


def test_what_is_stale_is_confirmed_as_it_stands() -> None:
    """A pause was for longer than was typed: that it has ended needs no other word, and is not stale any more."""
    state = paused(PauseReason.TRAVEL, until=date(2026, 3, 20)).later(DAY).then_came(JourneyResumed(rechecks=()))
    again = ResumeJourney(rechecks=())
    amended(state, JourneyResumed, again).then_refused(Rule.NOTHING_DIFFERS)
    longer = PauseJourney(reason=PauseReason.TRAVEL, until=date(2026, 3, 27))
    after = amended(state, JourneyPaused, longer).then_deviates()
    assert fold(after.log).stale == {entry(state, JourneyResumed)[0]}
    confirmed = amended(after, JourneyResumed, again).then_deviates()
    assert not fold(confirmed.log).stale


def test_what_an_entry_breaks_is_explained_by_a_note() -> None:
    """An amendment that says the same, with a note, leaves nothing to explain; without it is refused."""
    again = ResumeJourney(rechecks=())
    rests = paused(PauseReason.TRAVEL).later(DAY)
    state = rests.then_came(JourneyResumed(rechecks=()), deviations=(Rule.LATE_WITHOUT_REASON,))
    amended(state, JourneyResumed, again).then_refused(Rule.NOTHING_DIFFERS)
    explained = amended(state, JourneyResumed, again, note_id=named("note"))
    assert explained.then_deviates().log[-1].deviations == ()
    clean = rests.then_came(JourneyResumed(rechecks=()))
    amended(clean, JourneyResumed, again, note_id=named("note")).then_refused(Rule.NOTHING_DIFFERS)


def test_an_explained_entry_breaks_nothing_any_more() -> None:
    """A wrong dose that was given stays what it was; with a prescriber's note nothing of it is open."""
    wrong = replace(PUMP, dose_mg=Decimal(40))
    (marked,) = amended(infusing(), InfusionStarted, wrong).facts
    assert Rule.DOSE_DIFFERS in marked.deviations
    state = infusing().then_came(marked.event, deviations=marked.deviations)
    amended(state, InfusionStarted, wrong, note_id=named("note")).then_deviates()


def test_what_rests_on_an_explained_entry_is_not_stale() -> None:
    """A reading was entered late, and that is explained: the clearance is what it was; one that differs touches it."""
    log = cleared().log
    late = replace(
        cleared(),
        log=tuple(
            replace(it, deviations=(Rule.LATE_WITHOUT_REASON,)) if isinstance(it.event, VitalsRecorded) else it
            for it in log
        ),
    )
    same = replace(VITALS, sbp_mmhg=124)
    explained = amended(late, VitalsRecorded, same, note_id=named("note")).then_deviates()
    assert not fold(explained.log).stale
    put_right = amended(explained, VitalsRecorded, VITALS).then_deviates()
    assert fold(put_right.log).stale == {entry(late, SessionCleared)[0]}


def test_same_again_is_refused() -> None:
    """A replacement that says what the entry says already, and a second retraction, are refused."""
    same = replace(VITALS, sbp_mmhg=124)
    amended(measured(), VitalsRecorded, same).then_refused(Rule.NOTHING_DIFFERS)
    once = amended(measured(), VitalsRecorded, VITALS).then_deviates()
    amended(once, VitalsRecorded, VITALS).then_refused(Rule.NOTHING_DIFFERS)
    amended(once, VitalsRecorded, same).then_deviates()
    gone = retracted(measured(), VitalsRecorded).then_deviates()
    retracted(gone, VitalsRecorded).then_refused(Rule.NOTHING_DIFFERS)


def test_one_corrects_what_one_may_enter() -> None:
    """The front desk corrects a check-in and no reading; a nurse corrects no eligibility, a prescriber does."""
    state = measured()
    arrived = CheckInPatient(
        session_id=SESSION,
        appointment_id=named("appointment 1"),
        identifiers_checked=(Identifier.NAME, Identifier.PHOTO),
        weight_kg=Decimal(71),
        ride=RIDE,
    )
    amended(state, PatientCheckedIn, arrived, actor=FRONT_DESK).then_deviates()
    amended(state, VitalsRecorded, VITALS, actor=FRONT_DESK).then_refused(Rule.WRONG_ROLE)
    retracted(state, VitalsRecorded, actor=FRONT_DESK).then_refused(Rule.WRONG_ROLE)
    retracted(state, EligibilityConfirmed, actor=NURSE).then_refused(Rule.WRONG_ROLE)
    retracted(state, EligibilityConfirmed, actor=PRESCRIBER).then_deviates()


def test_broken_rule_becomes_a_deviation() -> None:
    """No clinical rule refuses a correction: a wrong dose and a volume over the bag's are stored, and marked."""
    wrong = replace(PUMP, dose_mg=Decimal(40))
    amended(infusing(), InfusionStarted, wrong).then_deviates(
        Rule.DOSE_DIFFERS, Rule.VOLUME_DIFFERS, Rule.NOT_DISPENSED
    )
    much = CompleteInfusion(session_id=SESSION, ml_infused=Decimal(60))
    after = amended(recovering(), InfusionCompleted, much)
    after.then_deviates(Rule.VOLUME_OVER_TOTAL, Rule.VOLUME_NOT_RATES)


def test_nobody_overrides_by_a_correction() -> None:
    """A nurse who may clear a session may not, by correcting the clearance, set a check aside."""
    state = cleared()
    override = ClearSession(session_id=SESSION, overrides=(CheckId.PRESSURE,))
    asked = amended(state, SessionCleared, override, note_id=named("note"))
    asked.then_refused(Rule.OVERRIDE_NEEDS_PRESCRIBER)


def weighed(kg: int) -> CheckInPatient:
    """The check-in as it was, but for the weight."""
    return CheckInPatient(
        session_id=SESSION,
        appointment_id=named("appointment 1"),
        identifiers_checked=(Identifier.NAME, Identifier.DATE_OF_BIRTH),
        weight_kg=Decimal(kg),
        ride=RIDE,
    )


def test_is_decided_on_what_is_known_now() -> None:
    """A dose is held against the corrected weight, though the weight was corrected after the start."""
    state = amended(infusing(), PatientCheckedIn, weighed(74)).then_deviates()
    dose = replace(PUMP, dose_mg=Decimal(37), conc_mg_per_ml=Decimal("0.74"))
    found = amended(state, InfusionStarted, dose).facts[0].deviations
    assert Rule.DOSE_DIFFERS not in found
    assert Rule.WEIGHT_CHANGED in found


def test_the_last_correction_is_what_is_known_now() -> None:
    """The weight was corrected before the start, and once more after it: the dose is held against the last one."""
    state = amended(cleared(), PatientCheckedIn, weighed(90)).then_deviates(Rule.WEIGHT_JUMP).then_came(start())
    state = amended(state, PatientCheckedIn, weighed(74)).then_deviates()
    dose = replace(PUMP, dose_mg=Decimal(37), conc_mg_per_ml=Decimal("0.74"))
    assert Rule.DOSE_DIFFERS not in amended(state, InfusionStarted, dose).facts[0].deviations


def test_start_keeps_its_number() -> None:
    """An amended start keeps its number, also when an earlier one was retracted."""
    two = visited(visited(planned(), 1), 2)
    gone = retracted(two, InfusionStarted).then_deviates()
    again = replace(PUMP, session_id=named("session 2"))
    assert says(amended(gone, InfusionStarted, again, nth=1)).attempt_no == 2


def test_never_ungrants() -> None:
    """A retracted consent leaves the plan in force, and stale."""
    state = planned()
    after = retracted(state, ConsentGiven).then_deviates()
    journey = fold(after.log)
    assert CONSENT not in journey.consents
    assert journey.plan is not None
    assert journey.stale == {state.log[-1].event_id}


@pytest.mark.parametrize("state", [closed(), deceased()])
def test_is_accepted_after_the_end(state: Given) -> None:
    """After the journey's end, and after a death, the record may still be put right."""
    amended(state, AssessmentCompleted, BETTER).then_deviates()


def test_late_correction_is_marked() -> None:
    """A correction that was made long before it was recorded is marked like any other entry."""
    state = measured()
    heard = state.now + HOUR
    amended(state, VitalsRecorded, VITALS, at=state.now, recorded_at=heard).then_deviates(Rule.LATE_WITHOUT_REASON)


def raised(outcome: Outcome) -> list[RiskLevel]:
    """The levels of the risks that a correction raises."""
    return [fact.event.level for fact in outcome.facts if isinstance(fact.event, SuicideRiskRaised)]


def test_graver_answer_raises_a_risk() -> None:
    """If the corrected item 9 speaks of suicide, the risk is raised together with the correction."""
    outcome = amended(planned(), AssessmentCompleted, THREE)
    assert raised(outcome) == [RiskLevel.HIGH]
    assert fold(outcome.then_deviates().log).risks
    assert raised(amended(planned(), AssessmentCompleted, answers(2, 2, 2, 2, 2, 2, 2, 2, 1))) == [RiskLevel.LOW]
    gone = retracted(planned(), AssessmentCompleted).then_deviates()
    assert raised(amended(gone, AssessmentCompleted, THREE)) == [RiskLevel.HIGH]


def test_risk_that_was_met_is_not_raised_by_another_item() -> None:
    """When item 9 stays as it was, or is less, a correction of the others raises nothing again."""
    state = amended(planned(), AssessmentCompleted, THREE).then_deviates()
    (risk,) = fold(state.log).risks
    met = state.then_came(SuicideRiskAddressed(risk_id=risk, disposition=RiskDisposition.SAFETY_PLAN))
    assert raised(amended(met, AssessmentCompleted, answers(1, 2, 2, 2, 2, 2, 2, 2, 3))) == []
    assert raised(amended(met, AssessmentCompleted, answers(1, 2, 2, 2, 2, 2, 2, 2, 2))) == []


def test_open_risk_is_not_raised_again() -> None:
    """An open risk of the same level is not doubled by a correction; a graver answer is heard."""
    state = amended(planned(), AssessmentCompleted, answers(2, 2, 2, 2, 2, 2, 2, 2, 2)).then_deviates()
    less = amended(state, AssessmentCompleted, BETTER).then_deviates()
    assert raised(amended(less, AssessmentCompleted, answers(2, 2, 2, 2, 2, 2, 2, 2, 2))) == []
    assert raised(amended(less, AssessmentCompleted, THREE)) == [RiskLevel.HIGH]


def test_retraction_leaves_a_risk_open() -> None:
    """A retracted assessment takes no risk back: somebody must still meet it."""
    state = amended(planned(), AssessmentCompleted, THREE).then_deviates()
    after = retracted(state, AssessmentCompleted).then_deviates()
    assert [risk.addressed_at for risk in fold(after.log).risks.values()] == [None]


def test_first_deviation_is_of_the_correction() -> None:
    """Deviations stand on the correction; a risk raised with it bears none."""
    state = measured()
    worse = replace(THREE, assessment_id=BASELINE.assessment_id)
    facts = amended(state, AssessmentCompleted, worse, at=state.now, recorded_at=state.now + HOUR).facts
    assert [fact.deviations for fact in facts] == [(Rule.LATE_WITHOUT_REASON,), ()]


ASKED_BY = {event: command for command, event in ANSWERED_BY.items()}
OBSERVED = [
    it
    for it in visited(visited(planned(), 1), 2).log
    if type(it.event) in ASKED_BY and ASKED_BY[type(it.event)] not in PERMISSIONS
]


def command_of(event: Event, kept: Event) -> Any:
    """The command that would have led to an event, with the ids of the entry that it is to correct."""
    kind = ASKED_BY[type(event)]
    said = {field.name: getattr(event, field.name) for field in fields(kind) if hasattr(event, field.name)}
    own = ("trial_id", "consent_id", "coverage_id", "session_id", "assessment_id")
    return kind(**said | {name: getattr(kept, name) for name in own if name in said})


@for_all(st.data())
def test_no_clinical_rule_refuses_the_correction_of_an_observation(data: st.DataObject) -> None:
    """Whatever an observation is amended to say, and whenever: only what can't be, or says the same, is refused."""
    state = visited(visited(planned(), 1), 2)
    target = data.draw(st.sampled_from(OBSERVED))
    source = data.draw(st.sampled_from([it for it in OBSERVED if type(it.event) is type(target.event)]))
    amendment = Amendment(
        type=type(target.event).__name__,
        at=target.at + timedelta(minutes=data.draw(st.integers(-9000, 9000))),
        data=command_of(source.event, target.event),
    )
    outcome = state.when(corrected(target.event_id, amendment), actor=PRESCRIBER)
    if isinstance(outcome.answer, Refused):
        assert list(Rule).index(outcome.answer.rule) < list(Rule).index(Rule.JOURNEY_OPEN_ELSEWHERE)
    else:
        assert isinstance(outcome.event, EntryCorrected)


@pytest.mark.parametrize("kind, mg", [(DoseDispensed, Decimal(35)), (DoseWasted, Decimal(5))])
def test_a_draw_taken_back_stays_in_its_ledger(kind: type[Event], mg: Decimal) -> None:
    """The container's ledger is not rewritten: a discrepancy of as many milligrams is opened beside the retraction."""
    state = infusing().then_came(waste("0.1"))
    outcome = retracted(state, kind)
    correction, opened = outcome.facts
    assert isinstance(correction.event, EntryCorrected)
    assert isinstance(opened.event, DiscrepancyOpened)
    assert (opened.stream, opened.event.kind, opened.event.session_id) == (VIAL, DiscrepancyKind.SESSION, SESSION)
    assert opened.event.difference_mg == mg
    assert isinstance(opened.event.discrepancy_id, UUID)
    after = outcome.then_deviates()
    vial = after.container(VIAL)
    assert vial is not None
    assert vial.open == {opened.event.discrepancy_id}
    session = fold(after.log).sessions[SESSION]
    assert (len(session.draws), len(session.wastes)) == ((0, 1) if kind is DoseDispensed else (1, 0))
    retracted(after, kind).then_refused(Rule.NOTHING_DIFFERS)


def test_a_draw_is_not_amended() -> None:
    """Nor is a waste: it is taken back, and entered anew; nor is its session taken back before it is."""
    again = DispenseDose(session_id=SESSION, container_id=VIAL, lot="K2601", volume_ml=Decimal("0.6"))
    amended(cleared(), DoseDispensed, again).then_refused(Rule.LEDGER_STANDS)
    thrown = WasteDose(
        session_id=SESSION, container_id=VIAL, ml=Decimal("0.2"), method=WasteMethod.SEQUESTRATION_DEVICE
    )
    amended(infusing().then_came(waste("0.1")), DoseWasted, thrown).then_refused(Rule.LEDGER_STANDS)
    retracted(cleared(), PatientCheckedIn).then_refused(Rule.LEDGER_STANDS)
    gone = retracted(cleared(), DoseDispensed).then_deviates()
    assert not fold(retracted(gone, PatientCheckedIn).then_deviates().log).sessions
