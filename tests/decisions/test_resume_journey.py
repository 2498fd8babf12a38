"""May the journey go on: was everything that it was paused for looked at again?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from journey.commands import CorrectEntry, ResumeJourney
from journey.errors import Rule
from journey.events import JourneyPaused, JourneyResumed
from journey.events.course import PauseReason, Recheck
from journey.events.records import CorrectionKind, CorrectionReason
from journey.events.screening import ScreeningResult
from journey.history import fold, stale_entries
from journey.phases import Phase
from tests.decisions.states import (
    CONSENTED,
    COVERED,
    PREGNANT,
    REFERRAL,
    WITHDRAWN,
    closed,
    consented,
    deceased,
    eligible,
    infusing,
    maintained,
    measured,
    paused,
    planned,
    referred,
    reviewed,
)
from tests.decisions.test_clear_session import CLEAR
from tests.given import DAY, FRONT_DESK, MINUTE, NURSE, PRESCRIBER, Given, given, named

RESUME = ResumeJourney()
NOTE = named("note")


def resume(*rechecks: Recheck) -> ResumeJourney:
    """Ask that it go on, with these looked at again."""
    return ResumeJourney(rechecks=rechecks)


@pytest.mark.parametrize("state", [referred, consented, planned, infusing, reviewed, maintained])
def test_goes_on_where_it_was_paused(state: Callable[[], Given]) -> None:
    """After a journey abroad nothing is looked at again, and the phase is the one it was paused in."""
    after = paused(PauseReason.TRAVEL, state).when(RESUME, actor=NURSE).then(JourneyResumed(rechecks=()))
    assert (fold(after.log).phase, fold(after.log).open_pauses) == (fold(state().log).phase, ())


@pytest.mark.parametrize("reason", [PauseReason.PREGNANCY, PauseReason.MEDICAL])
def test_a_prescriber_says_that_nothing_stands_against_it(reason: PauseReason) -> None:
    """A pregnancy and a medical reason are over by a prescriber's word, with a note."""
    recheck = Recheck(reason.value)
    rests = paused(reason)
    rests.when(RESUME, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.RECHECK_MISSING)
    rests.when(resume(recheck), actor=NURSE, note_id=NOTE).then_refused(Rule.RECHECK_NEEDS_PRESCRIBER)
    rests.when(resume(recheck), actor=PRESCRIBER).then_refused(Rule.NOTE_REQUIRED)
    rests.when(resume(recheck), actor=PRESCRIBER, note_id=NOTE).then(JourneyResumed(rechecks=(recheck,)))


def test_somebody_pays_again() -> None:
    """A pause for the insurance ends once the record has coverage for today."""
    rests = paused(PauseReason.INSURANCE, eligible)
    rests.when(RESUME).then_refused(Rule.RECHECK_MISSING)
    rests.when(resume(Recheck.COVERAGE)).then_refused(Rule.NO_COVERAGE)
    rests.then_came(replace(COVERED, valid_to=date(2026, 3, 1))).when(resume(Recheck.COVERAGE)).then_refused(
        Rule.NO_COVERAGE
    )
    rests.then_came(COVERED).when(resume(Recheck.COVERAGE)).then(JourneyResumed(rechecks=(Recheck.COVERAGE,)))


def test_the_patient_still_consents() -> None:
    """A pause by the patient's wish ends with consent in force."""
    rests = paused(PauseReason.PATIENT)
    rests.when(RESUME).then_refused(Rule.RECHECK_MISSING)
    rests.then_came(WITHDRAWN).when(resume(Recheck.CONSENT)).then_refused(Rule.NO_CONSENT)
    rests.when(resume(Recheck.CONSENT)).then(JourneyResumed(rechecks=(Recheck.CONSENT,)))


def test_every_reason_is_looked_at() -> None:
    """Two pauses at once end together, when what both ask for was looked at; more may be named."""
    rests = paused(PauseReason.INSURANCE).then_came(JourneyPaused(reason=PauseReason.PATIENT))
    rests.when(resume(Recheck.COVERAGE)).then_refused(Rule.RECHECK_MISSING, rechecks="consent")
    rests.when(RESUME).then_refused(Rule.RECHECK_MISSING, rechecks="consent, coverage")
    after = rests.when(resume(Recheck.COVERAGE, Recheck.CONSENT)).then_deviates()
    assert fold(after.log).phase is Phase.PLANNED


def test_only_a_pause_is_ended() -> None:
    """A journey that goes on is not resumed, nor one before the pause that it ends."""
    planned().when(RESUME).then_refused(Rule.NOT_PAUSED)
    rests = paused(PauseReason.TRAVEL)
    rests.then_came(JourneyResumed(rechecks=())).when(RESUME).then_refused(Rule.NOT_PAUSED)
    rests.when(RESUME, at=rests.now - MINUTE).then_refused(Rule.OUT_OF_ORDER)
    rests.when(RESUME, at=rests.now).then_deviates()


def test_is_refused_after_the_end() -> None:
    """Neither a closed journey nor that of the dead goes on."""
    rest = JourneyPaused(reason=PauseReason.TRAVEL)
    closed().then_came(rest).when(RESUME).then_refused(Rule.JOURNEY_CLOSED)
    deceased().then_came(rest).when(RESUME).then_refused(Rule.PATIENT_DECEASED)


def test_treats_again() -> None:
    """What was refused during the pause is allowed after it."""
    resumed = paused(PauseReason.TRAVEL, measured).when(RESUME).then_deviates()
    resumed.when(CLEAR).then_deviates()


def retraction(target: UUID) -> CorrectEntry:
    """An entry should never have been made."""
    return CorrectEntry(
        target_event_id=target,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )


def test_a_retracted_pause_never_was() -> None:
    """The journey stands where it stood; a resumption that rested on it is stale, and changes nothing."""
    rests = paused()
    gone = rests.when(retraction(rests.log[-1].event_id), actor=FRONT_DESK).then_deviates()
    assert (fold(gone.log).phase, fold(gone.log).pauses) == (Phase.PLANNED, ())
    ended = paused(PauseReason.TRAVEL).then_came(JourneyResumed(rechecks=()))
    without = ended.when(retraction(ended.log[-2].event_id)).then_deviates()
    assert [type(it.event) for it in stale_entries(without.log)] == [JourneyResumed]
    assert fold(without.log).phase is Phase.PLANNED


def test_a_retracted_resumption_leaves_the_journey_at_rest() -> None:
    """It rests as before, and what was cleared on the strength of it is stale."""
    ended = paused(PauseReason.TRAVEL, measured).then_came(JourneyResumed(rechecks=()))
    cleared = ended.when(CLEAR).then_deviates()
    gone = cleared.when(retraction(ended.log[-1].event_id)).then_deviates()
    assert fold(gone.log).phase is Phase.PAUSED
    assert fold(gone.log).stale == {cleared.log[-1].event_id}


def test_a_resumption_rests_on_what_was_looked_at() -> None:
    """On the coverage and the consent of its rechecks, and on no other."""
    named_both = given(REFERRAL, CONSENTED, COVERED, JourneyPaused(reason=PauseReason.TRAVEL)).then_came(
        JourneyResumed(rechecks=(Recheck.COVERAGE,))
    )
    stale = [
        [type(it.event) for it in stale_entries(named_both.when(retraction(entry.event_id)).then_deviates().log)]
        for entry in named_both.log[1:3]
    ]
    assert stale == [[], [JourneyResumed]]


def test_a_test_excludes_a_pregnancy() -> None:
    """A negative hCG of since the pause, and still valid, is enough; one of before, or a positive one, is not."""
    rests = paused(PauseReason.PREGNANCY)
    command = resume(Recheck.PREGNANCY)

    def tested(result: ScreeningResult, performed_at: datetime) -> Given:
        test = replace(PREGNANT, result=result, performed_at=performed_at, valid_until=performed_at + 7 * DAY)
        return rests.then_came(test)

    negative = tested(ScreeningResult.NEGATIVE, rests.now)
    resumed = negative.when(command, actor=NURSE).then(JourneyResumed(rechecks=(Recheck.PREGNANCY,)))
    last_moment = rests.now + 7 * DAY
    negative.when(command, at=last_moment).then_deviates()
    negative.when(command, at=last_moment + MINUTE).then_refused(Rule.RECHECK_NEEDS_PRESCRIBER)
    before = tested(ScreeningResult.NEGATIVE, rests.now - MINUTE)
    before.when(command, actor=NURSE).then_refused(Rule.RECHECK_NEEDS_PRESCRIBER)
    positive = tested(ScreeningResult.POSITIVE, rests.now)
    positive.when(command, actor=NURSE).then_refused(Rule.RECHECK_NEEDS_PRESCRIBER)
    gone = resumed.when(retraction(negative.log[-1].event_id)).then_deviates()
    assert fold(gone.log).stale == {resumed.log[-1].event_id}
