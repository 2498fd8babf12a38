"""What does a log say once its corrections are applied, whatever they are and in whatever order they came?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from journey.events import (
    AssessmentCompleted,
    ConsentGiven,
    ContraindicationCleared,
    ContraindicationRecorded,
    CoverageVerified,
    EligibilityConfirmed,
    EntryCorrected,
    Event,
    InfusionStarted,
    JourneyReferred,
    MaintenanceScheduled,
    Original,
    PatientCheckedIn,
    ResponseAssessed,
    ScreeningCompleted,
    SessionCleared,
    SessionSignedOff,
    SuicideRiskAddressed,
    SuicideRiskRaised,
    TreatmentPlanApproved,
    TreatmentTrialRecorded,
    VitalsRecorded,
)
from journey.events.outcome import RiskDisposition, Trigger
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.events.screening import ClearingBasis, ScreeningKind
from journey.history import as_happened, as_of_version, as_recorded, effective, fold, grown, stale_entries
from journey.recorded import Recorded
from journey.state import Journey
from journey.values import Instrument, RiskLevel
from tests.decisions.states import (
    BASELINE,
    ELIGIBILITY,
    ENDPOINT,
    FOUND,
    PLANNED,
    PREGNANT,
    REVIEWED,
    check_in,
    clearance,
    consulted,
    induced,
    maintained,
    planned,
    visited,
)
from tests.given import DAY, HOUR, Given, later_recorded, named

Log = tuple[Recorded[Event], ...]


@cache
def log_of(infusions: int) -> Given:
    """A journey after so many infusions: a dozen events for each."""
    return induced(infusions)


def correction(target: Recorded[Event], event: Original | None, shift: timedelta = timedelta(0)) -> EntryCorrected:
    """A retraction, or an amendment to this event, at its own time or another."""
    amendment = None if event is None else Replacement(type=type(event).__name__, at=target.at + shift, data=event)
    return EntryCorrected(
        target_event_id=target.event_id,
        kind=CorrectionKind.RETRACT if event is None else CorrectionKind.AMEND,
        replacement=amendment,
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )


@st.composite
def corrected_journeys(draw: st.DrawFn) -> Log:
    """A journey with corrections of any of its entries, each kind as often as the other, in any order."""
    state = log_of(draw(st.integers(1, 3)))
    entries = [entry for entry in state.log if not isinstance(entry.event, JourneyReferred)]
    for _ in range(draw(st.integers(1, 6))):
        target = draw(st.sampled_from(entries))
        others: list[Any] = [entry.event for entry in entries if type(entry.event) is type(target.event)]
        event = draw(st.one_of(st.none(), st.sampled_from(others)))
        state = state.then_came(correction(target, event, timedelta(minutes=draw(st.integers(-9, 9)))))
    return state.log


@for_all(corrected_journeys())
def test_later_correction_wins(log: Log) -> None:
    """Each entry says what the last correction of it says; nothing else is touched, and no place in the log moves."""
    last = {entry.event.target_event_id: entry.event for entry in log if isinstance(entry.event, EntryCorrected)}
    expected = []
    for entry in log:
        if entry.event_id not in last:
            expected.append(entry)
        elif (new := last[entry.event_id].replacement) is not None:
            expected.append(replace(entry, event=new.data, at=new.at))
    assert effective(log) == expected


@for_all(corrected_journeys(), st.data())
def test_every_prefix_folds(log: Log, data: st.DataObject) -> None:
    """The fold of a prefix is that of its effective entries, one by one; what came after does not matter."""
    length = data.draw(st.integers(1, len(log)))
    prefix = as_of_version(log, length)
    assert list(prefix) == list(log[:length])
    plain = [entry for entry in effective(prefix) if not isinstance(entry.event, EntryCorrected)]
    assert replace(fold(prefix), stale=frozenset(), version=0) == replace(fold(plain), version=0)


@for_all(corrected_journeys())
def test_a_journey_grows_to_its_fold(log: Log) -> None:
    """A journey grown entry by entry is at every length what the fold of its log is."""
    journey = Journey()
    for length in range(1, len(log) + 1):
        journey = grown(journey, log[:length])
        assert journey == fold(log[:length])


@for_all(corrected_journeys())
def test_infusions_count_without_gap(log: Log) -> None:
    """After any retraction the infusions that count are 1..k, in the order they began, each start once."""
    infusions = fold(log).infusions
    begun = [attempt.started_at for attempt in infusions]
    assert begun == sorted(begun)
    assert all(attempt.counts for attempt in infusions)
    assert len(infusions) <= sum(isinstance(entry.event, InfusionStarted) for entry in log)


@for_all(st.sets(st.integers(0, 2)))
def test_retracted_starts_renumber_the_others(retracted: set[int]) -> None:
    """Each retracted start takes one infusion away; the others move up and keep their attempt's number."""
    state = log_of(3)
    starts = [entry for entry in state.log if isinstance(entry.event, InfusionStarted)]
    for number in retracted:
        state = state.then_came(correction(starts[number], None))
    left = [attempt.started.attempt_no for attempt in fold(state.log).infusions]
    assert left == [number + 1 for number in range(3) if number not in retracted]


@for_all(corrected_journeys(), st.data())
def test_nothing_makes_a_journey_unloadable(log: Log, data: st.DataObject) -> None:
    """Evolve never refuses: any part of a log folds, whatever is missing from it."""
    missing = data.draw(st.sets(st.integers(1, len(log))))
    left = [entry for entry in log if entry.version not in missing and not isinstance(entry.event, EntryCorrected)]
    assert fold(left).version == (left[-1].version if left else 0)


def test_as_recorded_and_as_happened() -> None:
    """What the chart said at a moment differs from what is now known of it: late entries and corrections come later."""
    state = log_of(1)
    happened = state.now
    late = later_recorded(state, replace(ENDPOINT), at=happened, recorded_at=happened + HOUR)
    baseline = next(entry for entry in late.log if isinstance(entry.event, AssessmentCompleted))
    right = replace(BASELINE, total=20)
    corrected = late.then_came(correction(baseline, right))

    def totals(log: Sequence[Recorded[Event]]) -> list[int | None]:
        return [it.completed.total for it in fold(log).assessments.values()]

    assert totals(as_recorded(corrected.log, happened)) == [16]
    assert totals(as_recorded(corrected.log, happened + HOUR)) == [16, 4]
    assert totals(as_recorded(corrected.log, corrected.now)) == [20, 4]
    assert totals(as_happened(corrected.log, happened)) == [20, 4]
    assert totals(as_happened(corrected.log, baseline.at)) == [20]


def stale(state: Given, target: type[Event], nth: int = 0) -> list[type[Event]]:
    """The types of the entries that are stale once the n-th of a type is retracted."""
    entry = [it for it in state.log if isinstance(it.event, target)][nth]
    return [it.event.__class__ for it in stale_entries(state.then_came(correction(entry, None)).log)]


@pytest.mark.parametrize(
    "target, dependent",
    [
        (EligibilityConfirmed, [TreatmentPlanApproved, SessionCleared]),
        (ConsentGiven, [TreatmentPlanApproved, SessionCleared]),
        (TreatmentPlanApproved, [SessionCleared]),
        (PatientCheckedIn, [SessionCleared, InfusionStarted]),
        (CoverageVerified, [SessionCleared]),
        (VitalsRecorded, [SessionCleared]),
        (SessionCleared, []),
    ],
)
def test_what_rests_on_a_corrected_entry_is_stale(target: type[Event], dependent: list[type[Event]]) -> None:
    """A permission is stale once what it was granted on is corrected."""
    assert stale(log_of(1), target) == dependent


def test_a_clearance_rests_on_the_risk_that_was_met_and_on_the_schedule() -> None:
    """Both let a session be cleared; the one that is taken back has not."""
    raised = SuicideRiskRaised(
        risk_id=named("risk"),
        level=RiskLevel.HIGH,
        trigger=Trigger(instrument=Instrument.PHQ9, item="9", value=3),
        assessment_id=BASELINE.assessment_id,
    )
    met = SuicideRiskAddressed(risk_id=raised.risk_id, disposition=RiskDisposition.SAFETY_PLAN)
    state = maintained().then_came(raised, met, check_in(7), clearance(7))
    assert stale(state, SuicideRiskAddressed) == [SessionCleared]
    assert stale(state, MaintenanceScheduled) == [SessionCleared]


def test_review_and_maintenance_are_stale() -> None:
    """A review rests on its two assessments and on the infusions; maintenance on the review."""
    assert stale(maintained(), AssessmentCompleted, 0) == [ResponseAssessed]
    assert stale(maintained(), AssessmentCompleted, 1) == [ResponseAssessed]
    assert stale(maintained(), InfusionStarted) == [ResponseAssessed]
    assert stale(maintained(), ResponseAssessed) == [MaintenanceScheduled]


@pytest.mark.parametrize("kind", ScreeningKind)
def test_plan_and_clearance_rest_on_pregnancy_and_drug_tests(kind: ScreeningKind) -> None:
    """What a clearance looks at makes it stale once it is corrected; a test of the liver doesn't."""
    state = log_of(1)
    log = tuple(
        replace(it, event=replace(PREGNANT, kind=kind)) if isinstance(it.event, TreatmentTrialRecorded) else it
        for it in state.log
    )
    looked_at = kind in {ScreeningKind.HCG, ScreeningKind.UDS}
    assert stale(replace(state, log=log), ScreeningCompleted) == (
        [TreatmentPlanApproved, SessionCleared] if looked_at else []
    )


def test_a_clearing_rests_on_what_it_clears_and_no_other_makes_it_anew() -> None:
    """A contraindication that is corrected makes its clearing stale, until that very one is cleared again."""
    state = consulted().then_came(FOUND, FOUND)
    first, second = (
        ContraindicationCleared(
            contraindication_id=entry.event_id,
            code=FOUND.code,
            by="pete",
            basis=ClearingBasis.EXCLUDED,
            valid_until=state.now + DAY,
        )
        for entry in state.log[-2:]
    )
    assert stale(state.then_came(first, second), ContraindicationRecorded, 0) == [ContraindicationCleared]
    gone = state.then_came(first).then_came(correction(state.log[-2], None))
    assert [entry.event for entry in stale_entries(gone.then_came(second).log)] == [first]
    assert stale_entries(gone.then_came(first).log) == []


def test_eligibility_rests_on_its_evidence() -> None:
    """A confirmation rests on the trials that its criteria name, and on no other."""
    state = log_of(1)
    trials = [entry.event_id for entry in state.log if isinstance(entry.event, TreatmentTrialRecorded)]
    (criterion,) = ELIGIBILITY.criteria
    named = replace(ELIGIBILITY, criteria=(replace(criterion, evidence_ids=(trials[0],)),))
    log = tuple(replace(it, event=named) if isinstance(it.event, EligibilityConfirmed) else it for it in state.log)
    assert stale(replace(state, log=log), TreatmentTrialRecorded, 0) == [EligibilityConfirmed]
    assert stale(replace(state, log=log), TreatmentTrialRecorded, 1) == []


def test_vitals_make_only_their_own_session_stale() -> None:
    """A reading of the second session leaves the clearance of the first alone."""
    state = log_of(2)
    reading_of_second = next(
        entry
        for entry in state.log
        if isinstance(entry.event, VitalsRecorded) and entry.event.session_id == clearance(2).session_id
    )
    after = state.then_came(correction(reading_of_second, None))
    (entry,) = stale_entries(after.log)
    assert entry.event == clearance(2)


def test_what_came_before_is_not_stale() -> None:
    """A reading after the clearance is nothing that the clearance rested on."""
    state = log_of(1)
    assert stale(state, VitalsRecorded, 1) == []


def test_decided_anew_is_not_stale() -> None:
    """Once the same is decided again, or the stale entry itself corrected, nothing is stale."""
    state = maintained()
    baseline = next(entry for entry in state.log if isinstance(entry.event, AssessmentCompleted))
    after = state.then_came(correction(baseline, replace(BASELINE, total=20)))
    assert fold(after.log).stale
    assert not fold(after.then_came(replace(REVIEWED)).log).stale
    review = next(entry for entry in state.log if isinstance(entry.event, ResponseAssessed))
    rest = {entry.event.__class__ for entry in stale_entries(after.then_came(correction(review, None)).log)}
    assert rest == {MaintenanceScheduled}


def test_a_signature_stands_for_what_let_the_infusion_begin() -> None:
    """Neither clearance nor start can be asked again of a session that is over: its record is signed anew."""
    state = visited(planned(), 1)
    arrival = next(entry for entry in state.log if isinstance(entry.event, PatientCheckedIn))
    after = state.then_came(correction(arrival, check_in(weight_kg=Decimal(71))))
    assert [type(entry.event) for entry in stale_entries(after.log)] == [SessionCleared, InfusionStarted]
    signed = SessionSignedOff(session_id=check_in().session_id, signer="pete", shown_digest="0" * 64)
    assert stale_entries(after.then_came(signed).log) == []
    another = replace(signed, session_id=check_in(2).session_id)
    assert len(stale_entries(after.then_came(another).log)) == len(stale_entries(after.log))


def test_staleness_undoes_nothing() -> None:
    """What is stale is still in force."""
    state = log_of(1)
    consent = next(entry for entry in state.log if isinstance(entry.event, ConsentGiven))
    journey = fold(state.then_came(correction(consent, None)).log)
    assert journey.plan == PLANNED
    assert len(journey.infusions) == 1
