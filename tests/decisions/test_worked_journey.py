"""Does one whole journey of the clinic's guide go through every decision, line by line?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

from journey.balance import balance
from journey.clinic import Clinic
from journey.container import folded
from journey.decisions import decide
from journey.events import (
    AdverseEventReported,
    AssessmentCompleted,
    EntryCorrected,
    Event,
    PatientDischarged,
    ResponseAssessed,
    SuicideRiskRaised,
    VitalsRecorded,
)
from journey.events.session import Disposition
from journey.history import as_happened, as_recorded, effective, fold
from journey.phases import Phase
from journey.recorded import Actor, Asked, Fact, Recorded
from journey.response import at_infusion, compare
from journey.roles import may
from journey.state import AppointmentStatus, Stage
from journey.store.reading import read_command
from journey.values import Instrument, LateReason, Origin, OutcomeClass, Role
from tests.decisions.worked_journey import FILE, WRONG_PHQ9, as_text, event_id, named

CLINIC = Clinic()
CHARTED_AFTER = timedelta(minutes=2)
ENVELOPE = {"command", "journey_id", "command_id", "at", "by", "note", "identity", "late_reason"}

Logs = dict[UUID, list[Recorded[Event]]]
"""The journey's log and the container's, by their ids."""


def asked_of(line: dict[str, Any]) -> Asked[Any]:
    """Return the request of a line, as `journey import` would make it two minutes after it happened."""
    command_id, at = UUID(line["command_id"]), datetime.fromisoformat(line["at"])
    offset = at.utcoffset()
    assert offset is not None
    if "journey_id" not in line:
        line = {("journey_id" if key == "container_id" else key): it for key, it in line.items()}
    fields = {key: value for key, value in line.items() if key not in ENVELOPE}
    return Asked(
        command=read_command(line["command"], fields, command_id),
        journey_id=UUID(line["journey_id"]),
        site_id="main",
        command_id=command_id,
        at=at,
        recorded_at=at + CHARTED_AFTER,
        utc_offset_min=int(offset.total_seconds()) // 60,
        actor=Actor(
            user="importer",
            role=Role.IMPORTER,
            on_behalf_of=line["by"]["user"],
            on_behalf_of_role=Role(line["by"]["role"]),
        ),
        origin=Origin.IMPORT,
        correlation_id=command_id,
        reason=LateReason(line["late_reason"]) if "late_reason" in line else None,
        note_id=uuid5(command_id, "note") if "note" in line else None,
    )


@cache
def worked() -> tuple[Recorded[Event], ...]:
    """Return the journey's log that the file leads to, each line decided on what came before it."""
    return tuple(next(iter(_logs().values())))


@cache
def _logs() -> Logs:
    logs: Logs = defaultdict(list)
    clinic = replace(CLINIC, container=lambda key: folded(logs[key]))
    for line in FILE.read_text(encoding="utf-8").splitlines():
        asked = asked_of(json.loads(line))
        assert may(asked.actor.acting_role, type(asked.command))
        own = logs[asked.journey_id]
        for number, fact in enumerate(decide(fold(own), own, asked, clinic), start=1):
            log = logs[fact.stream or asked.journey_id]
            log.append(_recorded(asked, fact, number, log))
    return logs


def _recorded(asked: Asked[Any], fact: Fact, number: int, log: Sequence[Recorded[Event]]) -> Recorded[Event]:
    return Recorded(
        event=fact.event,
        event_id=uuid5(asked.command_id, f"event {number}"),
        site_id=asked.site_id,
        journey_id=fact.stream or asked.journey_id,
        version=len(log) + 1,
        at=asked.at,
        utc_offset_min=asked.utc_offset_min,
        recorded_at=asked.recorded_at,
        actor=asked.actor,
        origin=asked.origin,
        correlation_id=asked.correlation_id,
        causation_id=asked.command_id,
        command_id=asked.command_id,
        policy_version=CLINIC.policy.version,
        reason=asked.reason,
        note_id=asked.note_id,
        deviations=fact.deviations,
    )


def test_file_is_what_its_words_give() -> None:
    """The file in the repository is the one that its generator writes."""
    assert FILE.read_text(encoding="utf-8") == "".join(as_text())


def test_nothing_deviates() -> None:
    """No line is refused, and no event breaks a rule of the clinic."""
    assert {entry.event_id: entry.deviations for entry in worked() if entry.deviations} == {}


def test_ends_in_maintenance() -> None:
    """Six infusions and one of maintenance are given, every session is over, and everybody went home by a ride."""
    journey = fold(worked())
    assert journey.phase is Phase.MAINTENANCE
    assert [attempt.started.attempt_no for attempt in journey.infusions] == [1, 2, 3, 4, 5, 6, 7]
    assert {session.stage for session in journey.sessions.values()} == {Stage.DISCHARGED}
    assert {appointment.status for appointment in journey.appointments.values()} == {AppointmentStatus.ARRIVED}
    left = [entry.event for entry in worked() if isinstance(entry.event, PatientDischarged)]
    assert all(event.disposition is Disposition.HOME_RIDE and event.ride_checked for event in left)
    assert not journey.stale


def test_infusions_last_as_the_guide_says() -> None:
    """Each infusion takes 40 to 60 minutes, its volume is that of the rates, its dose weight times mg/kg."""
    for session in fold(worked()).sessions.values():
        (attempt,) = session.attempts
        assert attempt.ended_at is not None
        assert timedelta(minutes=40) <= attempt.ended_at - attempt.started_at <= timedelta(minutes=60)
        assert attempt.ml_infused == attempt.ml_by_rates(attempt.ended_at)
        planned = Decimal("0.5") if attempt.started.attempt_no <= 3 else Decimal("0.6")
        assert abs(attempt.started.dose_mg - session.checked_in.weight_kg * planned) <= 1


def test_the_drug_balances() -> None:
    """What was drawn for each infusion went in, and the container's ledger says the same of all of them."""
    sessions = fold(worked()).sessions.values()
    assert {balance(session, CLINIC.policy).difference_mg for session in sessions} == {Decimal(0)}
    vial = folded(_logs()[UUID(named("container"))])
    assert vial is not None
    drawn_mg = sum((session.dispensed_mg for session in sessions), Decimal(0))
    assert (vial.received.volume_ml - vial.rest_ml) * vial.received.conc_mg_per_ml == drawn_mg


def test_series_fits_the_plan() -> None:
    """The six infusions of the plan lie within three weeks."""
    times = [attempt.started_at for attempt in fold(worked()).infusions[:6]]
    assert times[-1] - times[0] <= timedelta(days=21)


def test_vitals_are_read_every_ten_minutes() -> None:
    """No more than ten minutes pass between readings while the pump runs, fifteen after it."""
    for session in fold(worked()).sessions.values():
        (attempt,) = session.attempts
        assert attempt.ended_at is not None
        times = sorted(reading.at for reading in session.readings)
        running = [attempt.started_at, *(at for at in times if attempt.started_at < at <= attempt.ended_at)]
        after = [attempt.ended_at, *(at for at in times if at > attempt.ended_at)]
        assert max(late - early for early, late in pairwise(running)) <= timedelta(minutes=10)
        assert max(late - early for early, late in pairwise(after)) <= timedelta(minutes=15)
        assert running[-1] == attempt.ended_at
        assert after[-1] >= attempt.ended_at + timedelta(minutes=60)


def test_response_is_a_remission() -> None:
    """From 18 to 4 in the window: response and remission under the rule of the plan."""
    (review,) = (entry.event for entry in worked() if isinstance(entry.event, ResponseAssessed))
    assert (review.baseline, review.current, review.pct_change) == (Decimal(18), Decimal(4), Decimal("77.8"))
    assert review.response
    assert review.remission
    assert review.window_ok
    assert review.outcome_class is OutcomeClass.REMISSION


def test_scores_by_infusion() -> None:
    """At each infusion the right assessment is found, and the response comes with the fourth."""
    journey = fold(worked())
    rule = CLINIC.rules["phq9-lt5"]
    scores = list(journey.scores(Instrument.PHQ9))
    infusions = journey.infusions
    starts = [attempt.started_at for attempt in infusions[1:]] + [None]
    found = [
        at_infusion(scores, attempt.ended_at or attempt.started_at, following, rule, CLINIC.site.tzinfo)
        for attempt, following in zip(infusions, starts, strict=True)
    ]
    assert [it.score if it else None for it in found] == [16, 14, 12, 9, 7, 6, 3]
    compared = [compare(Decimal(18), it.score, rule) for it in found if it]
    assert [it.response for it in compared if it] == [False, False, False, True, True, True, True]


def test_item_nine_raised_a_risk_that_was_met() -> None:
    """The baseline's ninth answer raised one low risk in its own commit, and a prescriber met it."""
    raised = [entry for entry in worked() if isinstance(entry.event, SuicideRiskRaised)]
    assert [entry.event_id for entry in raised] == [UUID(event_id("phq9 baseline", 2))]
    assert all(risk.addressed_at is not None for risk in fold(worked()).risks.values())


def test_adverse_event_is_mild() -> None:
    """One nausea of grade 1, in the second infusion, which lasted ten minutes longer."""
    (event,) = (entry.event for entry in worked() if isinstance(entry.event, AdverseEventReported))
    assert (event.grade, event.serious, event.session_id) == (1, False, UUID(named("infusion 2 session")))
    attempt = fold(worked()).infusions[1]
    assert attempt.ended_at is not None
    assert attempt.ended_at - attempt.started_at == timedelta(minutes=50)


def test_late_vitals_were_entered_out_of_order() -> None:
    """One reading of the third infusion was entered forty minutes later, after a younger one."""
    (late,) = (entry for entry in worked() if entry.reason is not None)
    assert isinstance(late.event, VitalsRecorded)
    before = worked()[late.version - 2]
    assert before.at - late.at == timedelta(minutes=35)
    assert late.event.session_id == UUID(named("infusion 3 session"))


def test_corrected_phq9_as_recorded_and_as_happened() -> None:
    """Before the correction was recorded the chart said 17; of the same moment we now know 14."""
    log = worked()
    (correction,) = (entry for entry in log if isinstance(entry.event, EntryCorrected))
    assessment_id = UUID(named(f"{WRONG_PHQ9} answered"))

    def total(entries: Any) -> int | None:
        return fold(list(entries)).assessments[assessment_id].completed.total

    just_before = correction.recorded_at - timedelta(seconds=1)
    assert total(as_recorded(log, just_before)) == 17
    assert total(as_recorded(log, correction.recorded_at)) == 14
    assert total(as_happened(log, correction.at)) == 14
    original = next(entry for entry in log if entry.event_id == UUID(event_id(WRONG_PHQ9)))
    assert isinstance(original.event, AssessmentCompleted)
    assert original.event.total == 17
    assert effective(log)[original.version - 1].event != original.event
