"""Does a word about a patient reach Kafka?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from consumers.topics import Topics
from journey.clinic import Clinic
from journey.store.identity import Identity
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from journey.store.request import Status
from tests.consumers.reading import everything, publish
from tests.store.asking import phq9, refer, trial
from tests.store.conftest import Clock

WORD = "Quetzalcoatlus"
BORN = date(1931, 7, 19)
IDENTITY = Identity(name=f"Robin {WORD}", birth_date=BORN, phone=f"+1 {WORD}", chart_number=f"C-{WORD}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield a store of its own."""
    keys = Keys.open(tmp_path / "master.key", f"sqlite:///{tmp_path / 'keys.sqlite'}")
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}", keys=keys, clinic=Clinic(), clock=Clock())
    yield store
    store.close()
    keys.close()


def test_no_word_about_a_patient_is_published(topics: Topics, store: Store) -> None:
    """Names, numbers and notes that went in with commands are in no key, header or value, forgotten or not."""
    patient = uuid4()
    asked = [refer(patient, identity=IDENTITY, note=f"Told us of {WORD}."), trial(note=WORD), phq9(note=f"{WORD}!")]
    assert [store.journeys.execute(it).status for it in asked] == [Status.ACCEPTED] * 3
    publish(store.log, topics)
    records = [record for each in everything(topics).values() for record in each]
    assert len(records) == store.log.head() >= 3
    for record in records:
        said = b"".join((record.key, record.value, *(value for _, value in record.headers))).lower()
        assert not [word for word in (WORD, str(BORN), "robin") if word.lower().encode() in said]
    store.vault.erase(patient)
    assert [record.value for each in everything(topics).values() for record in each] == [it.value for it in records]
