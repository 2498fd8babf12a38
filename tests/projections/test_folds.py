"""Is a document the same however its events came: one by one, again, all at once, by way of its text?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings

from journey.history import fold as fold_journey
from journey.state import AppointmentStatus
from projections import audit, outcome, schedule
from projections.plain import decimal, moment
from projections.projection import AnyProjection, Kind
from tests.projections.folded import Log, fold, rows_of
from tests.projections.stories import corrected, told

MODELS = pytest.mark.parametrize(
    "projection", [schedule.PROJECTION, outcome.PROJECTION, audit.PROJECTION], ids=lambda it: it.name
)


@MODELS
@drawn(log=corrected())
@settings(max_examples=12)
def test_event_by_event_is_one_fold_of_what_holds(projection: AnyProjection, log: Log) -> None:
    """For every prefix, corrections included, the document is that of one fold of the effective history."""
    document = projection.new()
    for length, entry in enumerate(log, start=1):
        prefix = log[:length]
        if projection.is_refolded(entry):
            document = projection.refold(prefix)
        else:
            document = projection.evolve(document, length, entry)
            assert document == projection.refold(prefix), f"after version {length}"


@MODELS
@drawn(log=corrected())
@settings(max_examples=40)
def test_a_document_is_read_back_as_it_was(projection: AnyProjection, log: Log) -> None:
    """The stored text gives the same document, and so the same rows."""
    document = projection.refold(log)
    assert projection.decode(projection.encode(document)) == document


@MODELS
@drawn(log=corrected())
@settings(max_examples=40)
def test_rows_fit_their_tables(projection: AnyProjection, log: Log) -> None:
    """Every row has exactly the columns that its table declares, each with a value of its kind."""
    for name, rows in rows_of(projection, log).items():
        columns = projection.table(name).columns
        for row in rows.values():
            assert set(row) == {column.name for column in columns}
            for column in columns:
                assert _fits(row[column.name], column.kind), (name, column.name)


@drawn(log=corrected())
@settings(max_examples=40)
def test_infusions_are_those_of_the_journey(log: Log) -> None:
    """Infusion k, its times and its mg are what the journey's own state says, whatever was corrected."""
    journey = fold_journey(log)
    expected = {
        number: (
            moment(it.started_at),
            it.ended_at and moment(it.ended_at),
            decimal(it.mg_infused or 0 * it.started.dose_mg),
        )
        for number, it in enumerate(journey.infusions, start=1)
    }
    for projection, table in ((outcome.PROJECTION, "infusions"), (schedule.PROJECTION, "given")):
        rows = rows_of(projection, log)[table].values()
        counting = {row["infusion"]: row for row in rows if row["infusion"] is not None}
        assert {key: (it["started_at"], it["ended_at"], it["mg"]) for key, it in counting.items()} == expected
        assert len(rows) == len(journey.attempts)


@drawn(log=corrected())
@settings(max_examples=40)
def test_the_board_agrees_with_the_chart(log: Log) -> None:
    """Every session's stage, and every open appointment, are those of the journey's own state."""
    journey = fold_journey(log)
    rows = rows_of(schedule.PROJECTION, log)
    board = rows["board"].values()
    stages = {row["session_id"]: row["stage"] for row in board if row["session_id"] is not None}
    assert stages == {str(key): session.stage for key, session in journey.sessions.items()}
    due = {row["appointment_id"] for row in rows["due"].values() if row["kind"] == "appointment"}
    booked = {str(k) for k, it in journey.appointments.items() if it.status is AppointmentStatus.BOOKED}
    assert due == booked


@drawn(log=corrected())
@settings(max_examples=40)
def test_what_is_stale_is_told(log: Log) -> None:
    """Each entry that rests on a corrected one is a task, and a review that does says so in its row."""
    stale = {str(event_id) for event_id in fold_journey(log).stale}
    due = rows_of(schedule.PROJECTION, log)["due"]
    told_of = {key.rpartition(":")[2] for key, row in due.items() if row["reason"] == "rests_on_corrected_entry"}
    assert told_of == stale
    reviews = {str(getattr(it.event, "review_id", None)) for it in log if str(it.event_id) in stale} - {"None"}
    rows = rows_of(outcome.PROJECTION, log)["responses"].values()
    assert {row["review_id"] for row in rows if row["stale"]} == reviews


def test_stories_are_told_to_their_ends() -> None:
    """The histories these properties are tried on hold corrections, withheld and aborted sessions, and a death."""
    names = {type(entry.event).__name__ for log in told() for entry in log}
    assert {"EntryCorrected", "SessionWithheld", "InfusionAborted", "DeathRecorded", "ConsentWithdrawn"} <= names


def test_a_delivery_again_changes_nothing() -> None:
    """The fold knows how far each journey has come, whatever is delivered again."""
    for log in told():
        documents = fold(schedule.PROJECTION, log).documents()
        assert [kept.version for kept in documents.values()] == [len(log)]


def _fits(value: Any, kind: Kind) -> bool:
    if value is None:
        return True
    fits: Mapping[Kind, type | tuple[type, ...]] = {Kind.WHOLE: int, Kind.FLAG: bool, Kind.CODES: list}
    if kind is Kind.TIME:
        return isinstance(value, str) and len(value) == len("2026-03-02T17:00:00.000000Z")
    return isinstance(value, fits.get(kind, str))
