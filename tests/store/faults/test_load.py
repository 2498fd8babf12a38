"""Does the proof see a lost event, a doubled one, and an answer that changed?"""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from journey.store.opening import Store
from tests.store.asking import refer, trial
from tests.store.faults.load import Load

LAST = "WHERE notification_id = (SELECT max(notification_id) FROM stored_events)"
PLANTED = {
    "lost": "DELETE FROM stored_events",
    "at another position": "UPDATE stored_events SET notification_id = notification_id + 1",
    "twice": (
        "INSERT INTO stored_events SELECT originator_id, originator_version + 1, topic, state, notification_id + 1 "
        "FROM stored_events"
    ),
}
"""What is done to the last event."""


@pytest.mark.parametrize("defect", PLANTED)
def test_proof_sees_a_defect(shared_store: Store, postgres_schema: str, defect: str) -> None:
    """What is wrong in the store fails the proof that passed before."""
    load = Load(shared_store)
    for asked in (refer(), trial()):
        load.ask(asked)
    load.proven()
    with psycopg.connect(postgres_schema, autocommit=True) as connection:
        connection.execute("ALTER TABLE stored_events DISABLE TRIGGER ALL")
        connection.execute(f"{PLANTED[defect]} {LAST}".encode())
    with pytest.raises(AssertionError):
        load.proven()


def test_proof_sees_another_answer(shared_store: Store) -> None:
    """A command that is answered in another way than at first fails the proof."""
    load = Load(shared_store)
    answer = load.ask(refer())
    request, _ = load.answers[answer.command_id]
    load.answers[answer.command_id] = (request, replace(answer, version=2))
    with pytest.raises(AssertionError):
        load.proven()
