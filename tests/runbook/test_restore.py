"""Does the runbook bring PostgreSQL back by its own commands, and is what it says of the relay so?

The server is killed for good under its relay; the restored one has its address.
"""

from __future__ import annotations

import shutil
from uuid import uuid4

import pytest

from journey.store.opening import Store
from tests.runbook.document import DOCUMENT, commands
from tests.runbook.installation import Installation
from tests.store.asking import refer
from tests.store.faults.load import Load, writing

KEEP, BASE, KEYS, EVENTS, RESTORE_KEYS, GO_ON = (
    "Keep the write-ahead log",
    "Make a base backup",
    "Back up the keys",
    "Restore the events",
    "Restore the keys",
    "Go on",
)
[KEEPING] = commands(KEEP)
[STATUS_AND_RELAY, REPUBLISH, REBUILD] = commands(GO_ON)
STATUS, RELAY = STATUS_AND_RELAY.splitlines()
VERIFY = "journey relay verify"
OLDER = "the event store ends at position X, yet Y is published: it was restored from an older backup"
ANOTHER = "the event at position X is not the one that was published there"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_all_of_it_is_restored(installation: Installation) -> None:
    """With the log kept elsewhere nothing is lost: each command has its answer, and the relay goes on."""
    with installation.store() as store, installation.going_on(KEEP, KEEPING):
        with installation.going_on(GO_ON, RELAY):
            load = backed_up(installation, store)
            installation.run(KEYS)
            installation.is_published(store.log.head())
        installation.is_kept()
        installation.lose()
    installation.run(EVENTS)
    installation.run(RESTORE_KEYS)
    with installation.store() as store:
        load.store = store
        load.proven()
    installation.run_script(GO_ON, STATUS)
    goes_on(installation, load)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_backup_is_older_than_what_is_published(installation: Installation) -> None:
    """The relay says so and publishes nothing, also when the store has grown since; published anew, it goes on."""
    with installation.store() as store:
        with installation.going_on(KEEP, KEEPING), installation.going_on(GO_ON, RELAY):
            backed_up(installation, store)
            installation.run(KEYS)
            with writing(store) as later:
                later.more(20)
            published = store.log.head()
            installation.is_published(published)
        installation.lose()
    shutil.rmtree(installation.away / "backup" / "wal")
    installation.run(EVENTS)
    installation.run(RESTORE_KEYS)
    with installation.store() as store:
        restored = store.log.head()
        assert 0 < restored < published
        assert OLDER.replace("X", str(restored)).replace("Y", str(published)) in installation.refused(RELAY)
        with writing(store) as load:
            while store.log.head() <= published:
                load.more(10)
        assert ANOTHER.replace("X", str(published)) in installation.refused(RELAY)
        assert installation.published() == published
    installation.run_script(GO_ON, REPUBLISH)
    goes_on(installation, load)
    installation.run_script(GO_ON, REBUILD)


def test_refusals_stand_in_the_runbook() -> None:
    """The words that the relay is expected to say are those of the table."""
    assert OLDER in DOCUMENT.read_text(encoding="utf-8")
    assert ANOTHER in DOCUMENT.read_text(encoding="utf-8")


def backed_up(installation: Installation, store: Store) -> Load:
    """Make a base backup while commands go on."""
    with writing(store) as load:
        before = len(load.answers)
        installation.run(BASE)
        assert len(load.answers) > before, "nobody wrote while the base backup was made"
        load.more(20)
    return load


def goes_on(installation: Installation, load: Load) -> None:
    """Expect a relay that goes on with what is asked now, and a topic that is what the store holds."""
    with installation.store() as store, installation.going_on(GO_ON, RELAY):
        load.store = store
        load.ask(refer(uuid4(), journey_id=uuid4()))
        installation.is_published(store.log.head())
    installation.run_script(GO_ON, VERIFY)
