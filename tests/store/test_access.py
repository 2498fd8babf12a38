"""Does every look leave a row that stays, and is what was used once spent?"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, ProgrammingError

from journey.store.access import AccessTrail, Outcome
from journey.store.opening import Store
from journey.store.statements import Statement
from tests.store.conftest import NOW

REFUSALS = (IntegrityError, ProgrammingError)  # by a trigger, as SQLite and PostgreSQL report it


def test_rows_come_back_in_order(store: Store) -> None:
    """Rows are read as they were recorded, in order, page by page."""
    journey_id = uuid4()
    for number in range(5):
        store.access.record(f"user-{number}", "nurse", "GET /journeys/{journey_id}", journey_id)
    first, second = store.access.reads(limit=2), store.access.reads(after=2)
    assert [it.subject for it in first + second] == [f"user-{number}" for number in range(5)]
    row = first[0]
    assert (row.position, row.at, row.role, row.route) == (1, NOW, "nurse", "GET /journeys/{journey_id}")
    assert (row.journey_id, row.outcome) == (journey_id, Outcome.SHOWN)


def test_filters(store: Store) -> None:
    """Rows are found by journey, by patient, by subject and by time, the end excluded."""
    journey_id, patient_id = uuid4(), uuid4()
    store.access.record("nora", "nurse", "one", journey_id)
    store.access.record("pete", "prescriber", "two", None, Outcome.DENIED)
    later = AccessTrail(store.log, lambda: NOW + timedelta(hours=1))
    later.record("nora", "nurse", "three", patient_id=patient_id)
    assert [it.route for it in store.access.reads(journey_id=journey_id)] == ["one"]
    assert [it.route for it in store.access.reads(subject="nora")] == ["one", "three"]
    assert [it.route for it in store.access.reads(since=NOW + timedelta(minutes=1))] == ["three"]
    assert [it.route for it in store.access.reads(until=NOW + timedelta(hours=1))] == ["one", "two"]
    assert [it.route for it in store.access.reads(patient_id=patient_id)] == ["three"]
    assert store.access.reads(subject="nora", journey_id=uuid4()) == []


@pytest.mark.parametrize("sql", ["UPDATE access_trail SET subject = 'x'", "DELETE FROM access_trail"])
def test_rows_stay(store: Store, sql: str) -> None:
    """The application itself can neither change nor delete a row."""
    store.access.record("nora", "nurse", "route")
    with pytest.raises(REFUSALS):
        store.log.write([Statement(sql)])
    assert [it.subject for it in store.access.reads()] == ["nora"]


def test_the_trail_is_not_emptied(store: Store) -> None:
    """Truncation, which row triggers do not see, is refused as well."""
    if not store.log.postgres:
        return  # SQLite has no such statement
    store.access.record("nora", "nurse", "route")
    with pytest.raises(REFUSALS):
        store.log.write([Statement("TRUNCATE access_trail")])
    assert len(store.access.reads()) == 1


def test_spent_once(store: Store) -> None:
    """What can be used once is spent by the first who uses it, and by nobody after, until it would not count anyway."""
    later = NOW + timedelta(minutes=5)
    assert not store.spent.is_spent("link")
    assert store.spent.spend("link", later, "one")
    assert not store.spent.spend("link", later, "two")
    assert store.spent.is_spent("link")
    assert not store.spent.is_spent("other")
