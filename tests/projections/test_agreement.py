"""Do the read models see a journey as the journey sees itself, however it went?"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given as over

from journey.history import effective, fold
from journey.values import Instrument
from projections.outcome import course
from projections.outcome.infusions import numbered
from projections.schedule import document
from projections.schedule.sessions import infusions
from tests.decisions.walks import WALKS, Walk


@over(WALKS)
def test_the_schedule_agrees_with_the_journey(walk: Walk) -> None:
    """Appointments, sessions and infusions stand where the journey's own fold has them."""
    log = walk.state().log
    journey, schedule = fold(log), document.Schedule()
    for entry in effective(log):
        schedule = document.evolve(schedule, entry.version, entry)
    booked = {key: it.status for key, it in schedule.appointments.items()}
    assert booked == {str(key): it.status.value for key, it in journey.appointments.items()}
    stages = {key: (it.stage, it.running, it.ready) for key, it in schedule.sessions.items()}
    assert stages == {
        str(key): (it.stage.value, it.running is not None, it.readiness is not None and it.readiness.ready)
        for key, it in journey.sessions.items()
    }
    pumps = [(pump.attempt_no, [Decimal(rate) for _, rate in pump.rates]) for _, pump in infusions(schedule.sessions)]
    assert pumps == [(it.started.attempt_no, [rate for _, rate in it.rates]) for it in journey.infusions]


@over(WALKS)
def test_the_outcome_agrees_with_the_journey(walk: Walk) -> None:
    """The infusions that count are the journey's, with the same milligrams."""
    log = walk.state().log
    journey, outcome = fold(log), course.Course()
    for entry in effective(log):
        outcome = course.evolve(outcome, entry.version, entry)
    given = [outcome.starts[key] for key in numbered(outcome.starts)]
    assert [(it.attempt_no, Decimal(it.mg or 0)) for it in given] == [
        (it.started.attempt_no, it.mg_infused) for it in journey.infusions
    ]
    scores = [it for it in course.rows(outcome)["scores"].values() if it["instrument"] == "phq9" and it["evaluable"]]
    in_order = sorted(scores, key=lambda it: (it["at"], it["entered_no"]))
    theirs = sorted(journey.scores(Instrument.PHQ9), key=lambda it: it.at)
    assert [Decimal(str(it["score"])) for it in in_order] == [it.score for it in theirs]
