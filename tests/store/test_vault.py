"""Are names and notes sealed, bound to their patient, and readable by their key alone?"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, ProgrammingError
from hypothesis import given
from hypothesis import strategies as st

from journey.store.identity import Identity
from journey.store.keys import DataKey, Destroyed, KeyFault, Keys
from journey.store.opening import Store
from journey.store.statements import Statement
from journey.store.vault import ERASED, Findable, Tampered, Vault, commitment, normalised
from tests.store.conftest import Place

REFUSALS = (IntegrityError, ProgrammingError)  # by a trigger, as SQLite and PostgreSQL report it
ROBIN = Identity(name="Robin Canary-7731", birth_date=date(1987, 4, 12), phone="+1 555 7731", chart_number="CN-7731")
WORDS = "Afraid of needles; canary-7732, ümlaut."


def keep_note(vault: Vault, patient_id: UUID, text: str = WORDS) -> UUID:
    """Keep a note; its id."""
    note_id = uuid4()
    statements, _ = vault.seal_note(patient_id, note_id, text)
    vault.database.write(statements)
    return note_id


def tamper(store: Store, sql: str, *params: object) -> None:
    """Change the vault as somebody who owns the database could."""
    if store.log.postgres:
        off = ["ALTER TABLE vault_entries DISABLE TRIGGER ALL"]
    else:
        off = [f"DROP TRIGGER IF EXISTS vault_entries_stays_{act}" for act in ("update", "delete")]
    store.log.write([*map(Statement, off), Statement(sql, params)])


def test_identity_comes_back(store: Store) -> None:
    """An identity is read as it was kept, whole or in part, and an unknown patient has none."""
    whole, part = uuid4(), uuid4()
    store.vault.renew(whole, ROBIN)
    store.vault.renew(part, Identity(name="Only Name"))
    assert store.vault.identities([whole, part, uuid4()]) == {whole: ROBIN, part: Identity(name="Only Name")}
    assert store.vault.identity(uuid4()) is None


def test_latest_identity_counts(store: Store) -> None:
    """A renewed identity is a new entry; the latest is shown and found, and the old one stays where it was."""
    patient = uuid4()
    store.vault.renew(patient, ROBIN)
    store.vault.renew(patient, Identity(name="Robin Newname"))
    assert store.vault.identity(patient) == Identity(name="Robin Newname")
    assert store.vault.find(Findable.NAME, "robin newname") == [patient]
    assert store.vault.find(Findable.NAME, ROBIN.name) == []
    assert store.log.read("SELECT COUNT(*) FROM vault_entries") == [(2,)]


def test_note_comes_back(store: Store) -> None:
    """A note is read as it was written, and an unknown one is not there."""
    patient = uuid4()
    one, other = keep_note(store.vault, patient), keep_note(store.vault, patient, "Other words.")
    assert store.vault.notes([one, other, uuid4()]) == {one: WORDS, other: "Other words."}
    assert store.vault.note(uuid4()) is None


def test_many_are_read_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """More identities than go into a statement come back together, each patient's own."""
    monkeypatch.setattr("journey.store.vault.AT_ONCE", 3)
    monkeypatch.setattr("journey.store.key_store.AT_ONCE", 2)
    patients = [uuid4() for _ in range(10)]
    for patient in patients:
        store.vault.renew(patient, Identity(name=f"N {patient}"))
    found = store.vault.identities(patients)
    assert {patient: it.name for patient, it in found.items()} == {patient: f"N {patient}" for patient in patients}


def test_no_word_lies_open(store: Store, place: Place) -> None:
    """No table has a name, a number, a date of birth or a note in clear; nor has any file beside it."""
    patient = uuid4()
    store.vault.renew(patient, ROBIN)
    keep_note(store.vault, patient)
    secrets = ("canary", "Canary", "7731", "7732", "1987-04-12")
    for table in ("vault_entries", "vault_index"):
        for row in store.log.read(f"SELECT * FROM {table}"):  # noqa: S608 - names of ours
            shown = " ".join(
                bytes(it).decode("latin-1") if isinstance(it, (bytes, memoryview)) else str(it) for it in row
            )
            assert not [it for it in secrets if it in shown.replace(str(patient), "")]
    files = [it for it in place.master_file.parent.rglob("*") if it.is_file()]
    assert files
    assert not [it for it in files for word in ("anary-77", "CN-7731") if word.encode() in it.read_bytes()]


@pytest.mark.parametrize("kind", ["identity", "note"])
def test_swapped_between_patients_fails(store: Store, kind: str) -> None:
    """A sealed entry that is moved under another patient does not open there."""
    one, other = uuid4(), uuid4()
    for patient in (one, other):
        store.vault.renew(patient, Identity(name=f"N {patient}"))
    notes = [keep_note(store.vault, patient) for patient in (one, other)]
    stolen = store.log.read("SELECT sealed FROM vault_entries WHERE kind = ? AND patient_id = ?", kind, str(one))[0][0]
    tamper(store, "UPDATE vault_entries SET sealed = ? WHERE kind = ? AND patient_id = ?", stolen, kind, str(other))
    with pytest.raises(Tampered):
        store.vault.identity(other) if kind == "identity" else store.vault.note(notes[1])


def test_swapped_between_entries_of_a_patient_fails(store: Store) -> None:
    """A note's sealed words do not open under another note of the same patient."""
    patient = uuid4()
    one, other = keep_note(store.vault, patient, "yes"), keep_note(store.vault, patient, "no")
    stolen = store.log.read("SELECT sealed FROM vault_entries WHERE entry_id = ?", str(one))[0][0]
    tamper(store, "UPDATE vault_entries SET sealed = ? WHERE entry_id = ?", stolen, str(other))
    with pytest.raises(Tampered):
        store.vault.note(other)


@pytest.mark.parametrize(
    "column, value", [("patient_id", "other"), ("key_id", "other key"), ("kind", "identity"), ("entry_id", "other")]
)
def test_every_bound_word_counts(store: Store, column: str, value: str) -> None:
    """An entry whose patient, key, kind or id was changed does not open."""
    patient, other = uuid4(), uuid4()
    store.vault.keys.wrap(other)
    note_id = keep_note(store.vault, patient, '{"name": "x", "birth_date": null}')
    changed = str(other) if value == "other" else value
    tamper(store, f"UPDATE vault_entries SET {column} = ?", changed)  # noqa: S608 - columns of ours
    with pytest.raises(Tampered):
        store.vault.identity(patient) if column == "kind" else store.vault.note(
            other if column == "entry_id" else note_id
        )


def test_another_site_reads_nothing(store: Store, keys: Keys) -> None:
    """Entries are bound to their site: under another one they neither open nor are found."""
    patient = uuid4()
    store.vault.renew(patient, ROBIN)
    elsewhere = Vault(store.log, keys, "elsewhere")
    with pytest.raises(Tampered):
        elsewhere.identity(patient)
    assert elsewhere.find(Findable.NAME, ROBIN.name) == []


def test_flipped_byte_fails(store: Store) -> None:
    """A sealed entry with any one byte changed does not open."""
    patient = uuid4()
    note_id = keep_note(store.vault, patient, "short")
    sealed = bytes(store.log.read("SELECT sealed FROM vault_entries")[0][0])
    for place_of in range(len(sealed)):
        flipped = bytes(it ^ (index == place_of) for index, it in enumerate(sealed))
        tamper(store, "UPDATE vault_entries SET sealed = ?", flipped)
        with pytest.raises(Tampered):
            store.vault.note(note_id)


def test_the_same_words_are_sealed_differently(store: Store) -> None:
    """Equal notes can't be told from their sealed bytes."""
    patient = uuid4()
    for _ in range(20):
        keep_note(store.vault, patient, "same")
    assert len({bytes(row[0]) for row in store.log.read("SELECT sealed FROM vault_entries")}) == 20


def test_entries_stay(store: Store) -> None:
    """The application itself can't change or delete an entry."""
    note_id = keep_note(store.vault, uuid4())
    for sql in ("UPDATE vault_entries SET kind = 'x'", "DELETE FROM vault_entries"):
        with pytest.raises(REFUSALS):
            store.log.write([Statement(sql)])
    assert store.vault.note(note_id) == WORDS


def test_erased(store: Store) -> None:
    """Once a patient's key is destroyed all words about them read `[erased]`, none finds them, and none are added."""
    patient, other = uuid4(), uuid4()
    for it in (patient, other):
        store.vault.renew(it, ROBIN)
    note_id = keep_note(store.vault, patient)
    store.vault.erase(patient)
    assert store.vault.identities([patient, other]) == {patient: Identity(name=ERASED), other: ROBIN}
    assert store.vault.note(note_id) == ERASED
    assert store.vault.find(Findable.NAME, ROBIN.name) == [other]
    with pytest.raises(Destroyed):
        keep_note(store.vault, patient)


def test_a_lost_key_is_no_erasure(store: Store, keys: Keys) -> None:
    """Words whose key is missing without having been destroyed are not called erased: the key store is too old."""
    patient = uuid4()
    note_id = keep_note(store.vault, patient)
    with keys._store._transaction() as run:
        run("DELETE FROM data_keys WHERE owner = ?", str(patient))
    with pytest.raises(KeyFault, match="older"):
        store.vault.note(note_id)


@pytest.mark.parametrize(
    "field, asked",
    [
        (Findable.NAME, "  robin   CANARY-7731 "),
        (Findable.CHART_NUMBER, "cn-7731"),
        (Findable.BIRTH_DATE, "1987-04-12"),
    ],
)
def test_found_exactly(store: Store, field: Findable, asked: str) -> None:
    """A patient is found by name, chart number or date of birth, however typed, and not by part of it."""
    patient = uuid4()
    store.vault.renew(patient, ROBIN)
    store.vault.renew(uuid4(), Identity(name="Somebody Else", birth_date=date(1987, 4, 13), chart_number="CN-773"))
    assert store.vault.find(field, asked) == [patient]
    assert store.vault.find(field, asked[:-2]) == []
    assert store.vault.find(Findable.NAME, "CN-7731") == []


@given(st.text(max_size=60))
def test_normalised_is_settled(value: str) -> None:
    """A value that is compared once is compared the same ever after."""
    assert normalised(normalised(value)) == normalised(value)


@given(st.text(max_size=40), st.text(max_size=40))
def test_commitment_binds(text: str, other: str) -> None:
    """A commitment is the same for the same key, note and words, and for no others."""
    key, note_id = DataKey("k", bytes(32)), UUID(int=1)
    assert (commitment(key, note_id, text) == commitment(key, note_id, other)) == (text == other)
    assert commitment(key, UUID(int=2), text) != commitment(key, note_id, text)
    assert commitment(DataKey("k", bytes(31) + b"1"), note_id, text) != commitment(key, note_id, text)


def test_commitment_is_the_events(store: Store) -> None:
    """The commitment that an event carries is that of the note it names."""
    patient, note_id = uuid4(), uuid4()
    _, made = store.vault.seal_note(patient, note_id, WORDS)
    assert made == commitment(store.vault.keys.wrap(patient), note_id, WORDS)
    assert len(made) == 64
