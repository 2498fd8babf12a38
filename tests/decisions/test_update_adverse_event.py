"""Is it told what became of an adverse event, and does grade 5 stay with death?"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from journey.commands import UpdateAdverseEvent
from journey.errors import Rule
from journey.events import AdverseEventReported, AdverseEventUpdated
from journey.events.outcome import AdverseEventOutcome, AdverseEventTerm, Seriousness
from journey.history import fold
from tests.decisions.states import closed, deceased, infusing
from tests.decisions.test_report_adverse_event import REPORT, reported
from tests.decisions.test_resume_journey import retraction
from tests.given import HOUR, MINUTE, Given, named

REPORTED = reported(REPORT)
UPDATE = UpdateAdverseEvent(ae_id=REPORT.ae_id, outcome=AdverseEventOutcome.RECOVERING)
RESOLVED = replace(UPDATE, outcome=AdverseEventOutcome.RESOLVED, resolved_at=REPORT.onset_at + HOUR)
SEQUELAE = replace(RESOLVED, outcome=AdverseEventOutcome.RESOLVED_WITH_SEQUELAE, sequelae=(AdverseEventTerm.HEADACHE,))
DIED = replace(UPDATE, grade=5, outcome=AdverseEventOutcome.FATAL)


def nauseous(**changes: Any) -> Given:
    """Nausea was reported, two hours ago."""
    return infusing().then_came(replace(REPORTED, **changes)).later(2 * HOUR)


def updated(command: UpdateAdverseEvent) -> AdverseEventUpdated:
    """The event of an update: the same fields."""
    return AdverseEventUpdated(**{field.name: getattr(command, field.name) for field in fields(command)})


@pytest.mark.parametrize("command", [UPDATE, replace(UPDATE, grade=3), RESOLVED, SEQUELAE, DIED])
def test_tells_what_became_of_it(command: UpdateAdverseEvent) -> None:
    """The same fields are stored; the worst grade is the one that counts, and the outcome the last one."""
    after = fold(nauseous().when(command).then(updated(command)).log).adverse_events[REPORT.ae_id]
    assert (after.grade, after.outcome) == (command.grade or REPORTED.grade, command.outcome)
    assert after.resolved_at == command.resolved_at


def test_better_is_no_lower_grade() -> None:
    """It was as bad as it was at its worst."""
    better = nauseous(grade=3).when(replace(UPDATE, grade=1)).then_deviates()
    assert fold(better.log).adverse_events[REPORT.ae_id].grade == 3


def test_unknown_adverse_event_is_refused() -> None:
    """It was reported in this journey."""
    nauseous().when(replace(UPDATE, ae_id=named("another"))).then_refused(Rule.UNKNOWN_ADVERSE_EVENT)


@pytest.mark.parametrize(
    "grade, outcome",
    [
        (5, AdverseEventOutcome.ONGOING),
        (4, AdverseEventOutcome.FATAL),
        (None, AdverseEventOutcome.FATAL),
    ],
)
def test_grade_5_and_death_go_together(grade: int | None, outcome: AdverseEventOutcome) -> None:
    """One is not told without the other; a fatal one says its grade."""
    nauseous().when(replace(UPDATE, grade=grade, outcome=outcome)).then_refused(Rule.GRADE_5_IS_DEATH)


def test_a_death_is_a_death() -> None:
    """The patient is known to have died; nothing else becomes of it, unless the entry is corrected."""
    died = nauseous().when(DIED).then_deviates()
    assert fold(died.log).deceased
    died.when(replace(DIED, grade=None)).then_deviates()
    died.when(UPDATE).then_refused(Rule.GRADE_5_IS_DEATH)
    died.when(replace(DIED, grade=4)).then_refused(Rule.GRADE_5_IS_DEATH)
    gone = died.when(retraction(died.log[-1].event_id)).then_deviates()
    assert not fold(gone.log).deceased
    deadly = nauseous(grade=5, serious=True, seriousness_code=Seriousness.DEATH)
    deadly.when(replace(DIED, grade=None)).then_deviates()


def test_the_outcome_says_whether_it_is_over() -> None:
    """A time of resolution, or sequelae, of what is not over is refused, and sequelae that are not named."""
    state = nauseous()
    state.when(replace(UPDATE, resolved_at=REPORT.onset_at)).then_refused(Rule.OUTCOME_DIFFERS)
    state.when(replace(RESOLVED, sequelae=SEQUELAE.sequelae)).then_refused(Rule.OUTCOME_DIFFERS)
    state.when(replace(SEQUELAE, sequelae=())).then_refused(Rule.OUTCOME_DIFFERS)
    state.when(replace(RESOLVED, resolved_at=None)).then_deviates()


def test_it_is_over_before_it_is_told() -> None:
    """A resolution of later than the entry is refused; one of before the onset is marked."""
    state = nauseous()
    now = state.now + MINUTE
    state.when(replace(RESOLVED, resolved_at=now)).then_deviates()
    state.when(replace(RESOLVED, resolved_at=now + MINUTE)).then_refused(Rule.RESOLVED_IN_FUTURE)
    state.when(replace(RESOLVED, resolved_at=REPORT.onset_at)).then_deviates()
    state.when(replace(RESOLVED, resolved_at=REPORT.onset_at - MINUTE)).then_deviates(Rule.OUT_OF_ORDER)
    state.when(UPDATE, at=REPORT.onset_at - MINUTE).then_deviates(Rule.OUT_OF_ORDER)


def test_is_heard_after_the_end() -> None:
    """In a closed journey, and of the dead, as a matter of course."""
    for state in (closed(), deceased()):
        state.then_came(REPORTED).when(UPDATE).then_deviates()


def test_a_retracted_report_leaves_no_adverse_event() -> None:
    """An update of it changes nothing any more, but that somebody has died is not forgotten."""
    state = nauseous()
    (report,) = (it for it in state.log if isinstance(it.event, AdverseEventReported))
    worse = state.then_came(updated(UPDATE)).when(retraction(report.event_id)).then_deviates()
    assert not fold(worse.log).adverse_events
    died = state.then_came(updated(DIED)).when(retraction(report.event_id)).then_deviates()
    assert fold(died.log).deceased
