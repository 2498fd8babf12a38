"""Is whatever went wrong recorded, in codes that do not contradict each other?"""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from journey.commands import ReportAdverseEvent
from journey.errors import Rule
from journey.events import AdverseEventReported
from journey.events.outcome import AdverseEventAction, AdverseEventTerm, Relatedness, Seriousness
from journey.history import fold
from tests.decisions.states import SESSION, closed, deceased, infusing, maintained, planned, recovering
from tests.given import DAY, MINUTE, START, Given, named

REPORT = ReportAdverseEvent(
    ae_id=named("adverse event"),
    session_id=SESSION,
    term=AdverseEventTerm.NAUSEA,
    ctcae_term=AdverseEventTerm.NAUSEA,
    grade=1,
    onset_at=START,
    serious=False,
    expected=True,
    relatedness=Relatedness.PROBABLE,
    action=AdverseEventAction.PAUSED,
)
DEATH = replace(
    REPORT, term=AdverseEventTerm.DEATH, grade=5, serious=True, seriousness_code=Seriousness.DEATH, session_id=None
)


def reported(command: ReportAdverseEvent) -> AdverseEventReported:
    """The event of a report: the same fields."""
    return AdverseEventReported(**{field.name: getattr(command, field.name) for field in fields(command)})


@pytest.mark.parametrize("state", [infusing(), recovering(), maintained(), closed()])
def test_is_stored_as_reported(state: Given) -> None:
    """In every phase, and after the journey's end, it is stored unmarked, field by field."""
    state.when(REPORT).then(reported(REPORT))


def test_needs_no_session() -> None:
    """What went wrong at home belongs to no session."""
    at_home = replace(REPORT, session_id=None)
    planned().when(at_home).then(reported(at_home))


def test_death_is_of_grade_five() -> None:
    """A death is grade 5 and serious, and is heard after the death was recorded, unmarked."""
    deceased().later(2 * DAY).when(DEATH).then(reported(DEATH))


def test_a_deadly_one_is_a_death() -> None:
    """Nobody need record the death again for nothing more to be allowed."""
    assert fold(planned().when(DEATH).then_deviates().log).deceased
    assert not fold(infusing().when(REPORT).then_deviates().log).deceased


def test_unknown_session_is_refused() -> None:
    """A session that does not exist is a slip."""
    planned().when(REPORT).then_refused(Rule.UNKNOWN_SESSION)


def test_known_id_is_refused() -> None:
    """It is reported once."""
    infusing().when(REPORT).then(reported(REPORT)).when(REPORT).then_refused(Rule.DUPLICATE_ID)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(replace(REPORT, grade=5), id="grade 5, non-serious"),
        pytest.param(replace(DEATH, grade=4), id="death of grade 4"),
        pytest.param(replace(DEATH, seriousness_code=Seriousness.SERIOUS), id="grade 5, no death"),
        pytest.param(replace(REPORT, term=AdverseEventTerm.DEATH), id="a death by its term only"),
    ],
)
def test_grade_five_without_death_is_refused(command: ReportAdverseEvent) -> None:
    """Grade 5 and a death go together."""
    infusing().when(command).then_refused(Rule.GRADE_5_IS_DEATH)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(replace(REPORT, serious=True), id="serious, coded as not"),
        pytest.param(replace(REPORT, seriousness_code=Seriousness.HOSPITALIZATION), id="coded serious, said not"),
    ],
)
def test_contradicting_seriousness_is_refused(command: ReportAdverseEvent) -> None:
    """The code of seriousness says the same as the flag."""
    infusing().when(command).then_refused(Rule.SERIOUSNESS_DIFFERS)


def test_onset_in_the_future_is_refused() -> None:
    """What has not begun can't be reported."""
    state = infusing()
    command = replace(REPORT, onset_at=state.now + 2 * MINUTE)
    state.when(command).then_refused(Rule.ONSET_IN_FUTURE)
