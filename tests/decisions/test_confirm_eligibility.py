"""Is eligibility confirmed only when every criterion is met, or set aside by a prescriber?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from journey.clinic import Clinic
from journey.commands import ConfirmEligibility
from journey.errors import Rule
from journey.events import AssessmentCompleted, ContraindicationRecorded, EligibilityConfirmed, Event
from journey.events.intake import (
    Contraindication,
    ContraindicationClass,
    ContraindicationStatus,
    CriterionId,
    Evidence,
    TrialOutcome,
)
from journey.events.screening import ScreeningKind, ScreeningResult
from journey.profiles import profile
from tests.decisions.states import (
    CONSULT,
    PREGNANT,
    REFERRAL,
    closed,
    consulted,
    deceased,
    phq9,
    referred,
    reviewed,
    trial,
)
from tests.given import DAY, MINUTE, PRESCRIBER, Given, given, named

CONFIRM = ConfirmEligibility()
NOTE = named("note")


def contraindication(class_: ContraindicationClass) -> ContraindicationRecorded:
    """Something that speaks against ketamine."""
    absolute = class_ is ContraindicationClass.ABSOLUTE
    return ContraindicationRecorded(
        code=Contraindication.PREGNANCY if absolute else Contraindication.PROLONGED_QT,
        contraindication_class=class_,
        status=ContraindicationStatus.CONFIRMED,
        evidence=Evidence.LABORATORY,
    )


ABSOLUTE = contraindication(ContraindicationClass.ABSOLUTE)
RELATIVE = contraindication(ContraindicationClass.RELATIVE)


def confirmed(event: Event) -> EligibilityConfirmed:
    """The event, which must be a confirmation."""
    assert isinstance(event, EligibilityConfirmed)
    return event


def test_confirms_with_its_criteria_and_their_evidence() -> None:
    """Every criterion is stored as it was found, with the entries it rests on."""
    event = confirmed(consulted().when(CONFIRM).event)
    some = {CriterionId.BASELINE_SEVERITY, CriterionId.EXCLUDED_DIAGNOSES, CriterionId.SCREENINGS}
    assert {criterion.id for criterion in event.criteria} == set(CriterionId) - some
    assert all(criterion.met for criterion in event.criteria)
    failed = next(criterion for criterion in event.criteria if criterion.id is CriterionId.FAILED_TRIALS)
    assert failed.value == Decimal(2)
    assert failed.evidence_ids == (named("event 3"), named("event 4"))


def test_is_valid_for_as_long_as_the_policy_says() -> None:
    """Without a date, eligibility is valid for the policy's days from the moment it was asked."""
    state = consulted()
    valid = state.clinic.policy.eligibility_valid_days * DAY
    assert confirmed(state.when(CONFIRM).event).valid_until == state.now + MINUTE + valid


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([REFERRAL, CONSULT, trial(1)], id="one failed trial only"),
        pytest.param([REFERRAL, CONSULT, trial(1), trial(2, adequate=False)], id="an inadequate trial"),
        pytest.param(
            [REFERRAL, CONSULT, trial(1), trial(2, outcome=TrialOutcome.RESPONDED)], id="a trial with response"
        ),
        pytest.param([REFERRAL, trial(1), trial(2)], id="no consult"),
        pytest.param([REFERRAL, replace(CONSULT, age_years=17), trial(1), trial(2)], id="a minor"),
        pytest.param([replace(REFERRAL, indication_icd10="F20.9"), CONSULT, trial(1), trial(2)], id="no indication"),
        pytest.param([REFERRAL, CONSULT, trial(1), trial(2), RELATIVE], id="a relative contraindication"),
    ],
)
def test_refuses_an_unmet_criterion(events: list[Event]) -> None:
    """One criterion that is not met, and not set aside, refuses."""
    given(*events).when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)


def test_says_which_criteria_are_not_met() -> None:
    """All of them at once, but for those that are set aside; and which of those nobody may."""
    referred().when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET, criteria="failed_trials, age, consult")
    override = replace(CONFIRM, overrides=(CriterionId.FAILED_TRIALS,))
    asked = referred().when(override, actor=PRESCRIBER, note_id=named("note"))
    asked.then_refused(Rule.CRITERIA_NOT_MET, criteria="age, consult")
    fixed = replace(CONFIRM, overrides=(CriterionId.AGE, CriterionId.HISTORY, CriterionId.CONSULT))
    referred().when(fixed, actor=PRESCRIBER).then_refused(Rule.OVERRIDE_NOT_ALLOWED, criteria="age, consult")


def test_the_least_age_is_enough() -> None:
    """On the eighteenth birthday nobody is a minor."""
    given(REFERRAL, replace(CONSULT, age_years=18), trial(1), trial(2)).when(CONFIRM).then_deviates()


def test_intolerance_counts_as_a_failed_trial() -> None:
    """A treatment that was not tolerated has failed."""
    state = referred().then_came(CONSULT, trial(1), trial(2, outcome=TrialOutcome.INTOLERANT))
    assert isinstance(state.when(CONFIRM).event, EligibilityConfirmed)


def test_a_prescriber_sets_a_criterion_aside_with_a_note() -> None:
    """The override names the prescriber and the note."""
    state = consulted().then_came(RELATIVE)
    override = ConfirmEligibility(overrides=(CriterionId.RELATIVE_CONTRAINDICATIONS,))
    (stored,) = confirmed(state.when(override, actor=PRESCRIBER, note_id=NOTE).event).overrides
    assert (stored.id, stored.by, stored.note_id) == (CriterionId.RELATIVE_CONTRAINDICATIONS, "pete", NOTE)


@pytest.mark.parametrize("spoken", [{"psychosis_hx": True}, {"sud_hx": True}, {"psychosis_hx": True, "sud_hx": True}])
def test_a_history_of_psychosis_or_misuse_is_set_aside_by_a_prescriber(spoken: dict[str, bool]) -> None:
    """The patient may be ineligible by it: it refuses, the consult as evidence, until a prescriber says why not."""
    state = consulted().then_came(replace(CONSULT, **spoken))  # type: ignore[arg-type]  # fields by name
    state.when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)
    override = ConfirmEligibility(overrides=(CriterionId.HISTORY,))
    event = confirmed(state.when(override, actor=PRESCRIBER, note_id=NOTE).event)
    [unmet] = [criterion for criterion in event.criteria if not criterion.met]
    assert (unmet.id, unmet.value, unmet.evidence_ids) == (
        CriterionId.HISTORY,
        Decimal(len(spoken)),
        (state.log[-1].event_id,),
    )
    assert [(it.id, it.by) for it in event.overrides] == [(CriterionId.HISTORY, "pete")]


def test_nobody_else_sets_a_criterion_aside() -> None:
    """A nurse can't override."""
    override = ConfirmEligibility(overrides=(CriterionId.RELATIVE_CONTRAINDICATIONS,))
    consulted().then_came(RELATIVE).when(override, note_id=NOTE).then_refused(Rule.OVERRIDE_NEEDS_PRESCRIBER)


def test_an_override_needs_its_note() -> None:
    """An override without a rationale is refused."""
    override = ConfirmEligibility(overrides=(CriterionId.RELATIVE_CONTRAINDICATIONS,))
    consulted().then_came(RELATIVE).when(override, actor=PRESCRIBER).then_refused(Rule.NOTE_REQUIRED)


def test_refuses_an_absolute_contraindication() -> None:
    """An absolute contraindication refuses, whoever asks."""
    state = consulted().then_came(ABSOLUTE)
    state.when(CONFIRM, actor=PRESCRIBER).then_refused(Rule.ABSOLUTE_CONTRAINDICATION)


@pytest.mark.parametrize(
    "criterion",
    [CriterionId.ABSOLUTE_CONTRAINDICATIONS, CriterionId.AGE, CriterionId.INDICATION, CriterionId.CONSULT],
)
def test_some_criteria_are_never_set_aside(criterion: CriterionId) -> None:
    """To ask for the override of one that has none is refused, whether or not it is met."""
    override = ConfirmEligibility(overrides=(criterion,))
    asked = consulted().when(override, actor=PRESCRIBER, note_id=NOTE)
    asked.then_refused(Rule.OVERRIDE_NOT_ALLOWED)


def test_failed_trials_may_be_set_aside() -> None:
    """A prescriber who knows better about the earlier treatments says so, with a note."""
    override = ConfirmEligibility(overrides=(CriterionId.FAILED_TRIALS,))
    given(REFERRAL, CONSULT, trial(1)).when(override, actor=PRESCRIBER, note_id=NOTE).then_deviates()


def test_is_not_valid_for_longer_than_the_policy_says() -> None:
    """A date beyond the policy's days is refused, one within them taken."""
    state = consulted()
    latest = state.now + MINUTE + state.clinic.policy.eligibility_valid_days * DAY
    state.when(ConfirmEligibility(valid_until=latest + MINUTE)).then_refused(Rule.VALID_UNTIL_TOO_FAR)
    assert confirmed(state.when(ConfirmEligibility(valid_until=latest)).event).valid_until == latest


VA = Clinic(policy=profile("va"))
FAILED = [trial(number) for number in range(1, 5)]


def scored(name: str, score: int) -> AssessmentCompleted:
    """A PHQ-9 of a score."""
    return phq9(name, *(min(3, max(0, score - 3 * item)) for item in range(9)))


def va(*events: Event) -> Given:
    """A journey of a clinic that follows the VA's profile, its referral and consult first."""
    return given(REFERRAL, CONSULT, *events, clinic=VA)


@pytest.mark.parametrize("score, met", [(14, False), (15, True)])
def test_the_va_asks_for_a_severe_baseline(score: int, met: bool) -> None:
    """Four failed trials and a PHQ-9 of 15 are enough; a point less is not, nor a trial less."""
    state, asked = va(*FAILED, scored("a", score)), va(*FAILED[:3], scored("a", score))
    asked.when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)
    if not met:
        state.when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)
        return
    found = {criterion.id: criterion for criterion in confirmed(state.when(CONFIRM).event).criteria}
    assert set(found) == set(CriterionId) - {CriterionId.SCREENINGS}
    severity = found[CriterionId.BASELINE_SEVERITY]
    assert (severity.value, severity.evidence_ids) == (Decimal(15), (named("event 7"),))


def test_the_last_baseline_counts_and_none_is_too_little() -> None:
    """The last whole PHQ-9 says how ill the patient is; without one nobody knows, and a prescriber may say so."""
    va(*FAILED, scored("a", 20), scored("b", 10)).when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)
    va(*FAILED, scored("a", 10), scored("b", 20)).when(CONFIRM).then_deviates()
    va(*FAILED).when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)
    override = ConfirmEligibility(overrides=(CriterionId.BASELINE_SEVERITY,))
    va(*FAILED).when(override, actor=PRESCRIBER, note_id=NOTE).then_deviates()


def test_what_was_answered_later_is_no_baseline() -> None:
    """A confirmation that is told late rests on what was answered by then."""
    state = va(*FAILED, scored("a", 18), scored("b", 5))
    answered_first = state.now - MINUTE
    event = confirmed(state.when(CONFIRM, at=answered_first, recorded_at=state.now).event)
    severity = next(it for it in event.criteria if it.id is CriterionId.BASELINE_SEVERITY)
    assert severity.value == Decimal(18)


def test_a_patient_who_got_better_stays_eligible() -> None:
    """Once treatment has begun, the baseline is what was measured before the first infusion."""
    state = replace(reviewed(), clinic=Clinic(policy=replace(profile("va"), failed_trials_min=2)))
    found = confirmed(state.when(CONFIRM).event).criteria
    severity = next(it for it in found if it.id is CriterionId.BASELINE_SEVERITY)
    assert severity.value == Decimal(16)


@pytest.mark.parametrize(
    "diagnoses, met", [(("F31.4",), False), (("F33.2", "F05"), False), (("F33.2", "F43.10"), True), ((), True)]
)
def test_the_va_excludes_diagnoses(diagnoses: tuple[str, ...], met: bool) -> None:
    """A diagnosis of an excluded group refuses, and no override helps; elsewhere it may be what is treated."""
    state = va(replace(CONSULT, diagnoses=diagnoses), *FAILED, scored("a", 18))
    if met:
        state.when(CONFIRM).then_deviates()
        return
    state.when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)
    override = ConfirmEligibility(overrides=(CriterionId.EXCLUDED_DIAGNOSES,))
    state.when(override, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.OVERRIDE_NOT_ALLOWED)
    replace(state, clinic=Clinic()).when(CONFIRM).then_deviates()


def test_the_va_treats_no_bipolar_depression() -> None:
    """What `default` treats, this profile excludes."""
    bipolar = replace(REFERRAL, indication_icd10="F31.4")
    given(bipolar, CONSULT, *FAILED, scored("a", 18)).when(CONFIRM).then_deviates()
    given(bipolar, CONSULT, *FAILED, scored("a", 18), clinic=VA).when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)


def test_a_positive_test_excludes() -> None:
    """Pregnancy found is no criterion that anybody sets aside; a later negative test ends it."""
    state = consulted().then_came(PREGNANT)
    state.when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)
    override = ConfirmEligibility(overrides=(CriterionId.SCREENINGS,))
    state.when(override, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.OVERRIDE_NOT_ALLOWED)
    again = state.then_came(replace(PREGNANT, result=ScreeningResult.NEGATIVE, performed_at=state.now))
    found = confirmed(again.when(CONFIRM).event).criteria
    screenings = next(it for it in found if it.id is CriterionId.SCREENINGS)
    assert (screenings.value, screenings.evidence_ids) == (Decimal(0), (again.log[-1].event_id,))


def test_drugs_found_exclude_under_the_va() -> None:
    """What elsewhere is looked at before each session excludes there."""
    drugs = replace(PREGNANT, kind=ScreeningKind.UDS)
    state = va(*FAILED, scored("a", 18), drugs)
    state.when(CONFIRM).then_refused(Rule.CRITERIA_NOT_MET)
    replace(state, clinic=Clinic()).when(CONFIRM).then_deviates()


def test_is_refused_after_the_end() -> None:
    """Nothing that leads to treatment is allowed in a closed journey, or after death."""
    closed().when(CONFIRM).then_refused(Rule.JOURNEY_CLOSED)
    deceased().when(CONFIRM).then_refused(Rule.PATIENT_DECEASED)
