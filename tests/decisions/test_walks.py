"""What holds of a journey, however it went?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import Phase, find, settings
from hypothesis import given as over
from hypothesis import strategies as st

from journey.commands import PERMISSIONS, DispenseDose, StartInfusion
from journey.errors import Refused, Rule
from journey.events import (
    AssessmentCompleted,
    EntryCorrected,
    InfusionStarted,
    ResponseAssessed,
    SessionCleared,
    TreatmentPlanApproved,
)
from journey.evolve import evolve
from journey.history import as_of_version, effective, fold
from journey.signing import missing
from tests.decisions.test_sign_off_session import signing
from tests.decisions.walks import STATES, STEPS, WALKS, Step, Walk, asked
from tests.given import MINUTE, PRESCRIBER, named

IMPOSSIBLE = {
    Rule.UNKNOWN_SESSION,
    Rule.UNKNOWN_APPOINTMENT,
    Rule.UNKNOWN_CONSENT,
    Rule.UNKNOWN_ENTRY,
    Rule.UNKNOWN_ADVERSE_EVENT,
    Rule.UNKNOWN_ASSESSMENT,
    Rule.DUPLICATE_ID,
    Rule.NO_INFUSION_STARTED,
    Rule.MISSED_BEFORE_START,
    Rule.NOT_CORRECTABLE,
    Rule.NOTHING_DIFFERS,
    Rule.INFUSION_RECORDED,
    Rule.LEDGER_STANDS,
}
"""Why an observation of these walks may be refused: an id unknown or used, or what can't have happened."""


@over(WALKS)
def test_a_state_and_what_came_since_give_the_state_of_all(walk: Walk) -> None:
    """Folding a log, and going on from any version after its last correction, come to the same."""
    log = walk.state().log
    corrected = [entry.version for entry in log if isinstance(entry.event, EntryCorrected)]
    for version in range(max(corrected, default=0), len(log)):
        state = fold(log[:version])
        for entry in log[version:]:
            state = evolve(state, entry)
        assert replace(state, stale=frozenset()) == replace(fold(log), stale=frozenset())


@over(WALKS)
def test_attempts_are_numbered_without_gap(walk: Walk) -> None:
    """Every start has the next number, also after one was retracted; what counts is in order."""
    state = walk.state()
    numbers = [entry.event.attempt_no for entry in state.log if isinstance(entry.event, InfusionStarted)]
    assert numbers == list(range(1, len(numbers) + 1))
    infusions = fold(state.log).infusions
    assert list(infusions) == sorted(infusions, key=lambda attempt: attempt.started_at)
    assert all(attempt.counts for attempt in infusions)


@over(WALKS)
def test_nothing_was_allowed_against_consent(walk: Walk) -> None:
    """What treats was allowed with consent as it was known then, or carries the mark of having happened without."""
    log = walk.state().log
    for entry in log:
        if isinstance(entry.event, (TreatmentPlanApproved, SessionCleared, InfusionStarted)):
            known = fold(as_of_version(log, entry.version - 1))
            assert known.consent_in_force(entry.at) or Rule.NO_CONSENT in entry.deviations


@over(WALKS)
def test_no_infusion_was_allowed_without_a_clearance(walk: Walk) -> None:
    """An infusion follows a clearance of its session, or carries the mark of having happened without."""
    log = walk.state().log
    for entry in log:
        if isinstance(entry.event, InfusionStarted) and Rule.NOT_CLEARED not in entry.deviations:
            session = fold(as_of_version(log, entry.version - 1)).sessions[entry.event.session_id]
            assert session.cleared_at is not None
            assert entry.at - session.cleared_at <= 30 * MINUTE


@over(WALKS)
def test_a_response_says_what_its_scores_say_or_is_stale(walk: Walk) -> None:
    """What was assessed follows from the two scores as they now stand; where it does not, it is told, or made anew."""
    log = walk.state().log
    held, stale = effective(log), fold(log).stale
    scores = {it.event.assessment_id: it.event.total for it in held if isinstance(it.event, AssessmentCompleted)}
    reviews = [it for it in held if isinstance(it.event, ResponseAssessed)]
    for entry in reviews[-1:]:
        said = entry.event
        assert isinstance(said, ResponseAssessed)
        as_scored = scores.get(said.baseline_id) == said.baseline and scores.get(said.endpoint_id) == said.current
        halved = said.current * 2 <= said.baseline
        assert (said.response, said.remission) == (halved, said.current < 5)
        assert as_scored or entry.event_id in stale


@over(WALKS)
def test_a_signature_is_of_what_is_shown(walk: Walk) -> None:
    """What may be signed is whole and of a session that is over; what the record said before is signed no more."""
    state = walk.state()
    for session_id, session in fold(state.log).sessions.items():
        now = signing(state, session_id)
        if not isinstance(asked(state, Step(MINUTE, now, 0)), Refused):
            assert not session.is_open
            assert not list(missing(session))
        before = signing(replace(state, log=state.log[:-1]), session_id)
        if before != now:
            refused = state.when(before, actor=PRESCRIBER, note_id=named("note")).answer
            assert isinstance(refused, Refused)
            assert session.is_open or session.running or refused.rule is Rule.SHOWN_DIFFERS


@over(WALKS, STEPS)
def test_no_observation_is_refused_for_a_clinical_reason(walk: Walk, step: Step) -> None:
    """Whatever has happened is stored, in whatever state: as an observation, or as an act that happened already."""
    answer, command = asked(walk.state(), step), step.command
    happened = isinstance(command, (StartInfusion, DispenseDose)) and command.happened
    if command is not None and type(command) in PERMISSIONS and not happened:
        return
    assert not isinstance(answer, Refused) or answer.rule in IMPOSSIBLE


@over(WALKS)
def test_a_correction_never_changes_the_log(walk: Walk) -> None:
    """Versions stay as they were; only what the log says changes, and a retracted entry is gone from that alone."""
    log = walk.state().log
    gone = {entry.event.target_event_id for entry in log if isinstance(entry.event, EntryCorrected)}
    assert [entry.version for entry in log] == list(range(1, len(log) + 1))
    assert [entry.event_id for entry in effective(log)] == [e.event_id for e in log if e.event_id not in gone]


def came(walk: Walk, step: Step) -> Iterator[object]:
    """What a walk came to, and the step after it: types of events, and rules that marked or refused."""
    state = walk.state()
    for entry in state.log[len(STATES[walk.begins].log) :]:
        yield type(entry.event)
        yield from (("marked", rule) for rule in entry.deviations)
    answer = asked(state, step)
    if isinstance(answer, Refused):
        yield "refused", answer.rule


@pytest.mark.parametrize(
    "wanted",
    [
        *(InfusionStarted, EntryCorrected),
        *(("marked", rule) for rule in (Rule.NOT_CLEARED, Rule.INFUSION_RUNNING, Rule.NO_CONSENT)),
        *(("refused", rule) for rule in (Rule.UNKNOWN_SESSION, Rule.DUPLICATE_ID)),
    ],
    ids=lambda it: it.__name__ if isinstance(it, type) else f"{it[0]} {it[1].value}",
)
def test_walks_come_somewhere(wanted: object) -> None:
    """The walks are no empty promise: among them are infusions, retractions, marks and refusals."""
    some = settings(database=None, derandomize=True, max_examples=3_000, phases=[Phase.generate])  # the first will do
    find(st.tuples(WALKS, STEPS), lambda it: wanted in came(*it), settings=some)
