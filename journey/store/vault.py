"""Who is a patient, and what was written in free words? Sealed per patient, beside the events and never in them.

Every entry is sealed by AES-256-GCM under its patient's key, bound to the site, the patient and the entry itself:
pasted anywhere else it does not open. Entries are never changed; a renewed identity is a new entry; the latest counts.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from journey.store.identity import Identity
from journey.store.keys import NONCE_BYTES, DataKey, KeyFault, Keys
from journey.store.statements import Database, Statement
from journey.store.stays import stays
from journey.values import SiteId

ERASED = "[erased]"
INDEX_BYTES = 16
AT_ONCE = 500


class Tampered(Exception):  # noqa: N818 - says what was found
    """A sealed entry does not open under its patient's key where it lies."""


class Findable(StrEnum):
    """By what a patient can be found, each exactly."""

    NAME = "name"
    CHART_NUMBER = "chart_number"
    BIRTH_DATE = "birth_date"


def tables(*, postgres: bool) -> tuple[str, ...]:
    """The vault's tables. `number` counts a patient's entries of a kind."""
    sealed = "BYTEA" if postgres else "BLOB"
    entries = (
        "CREATE TABLE IF NOT EXISTS vault_entries (entry_id TEXT PRIMARY KEY, patient_id TEXT NOT NULL, "
        f"kind TEXT NOT NULL, number BIGINT NOT NULL, key_id TEXT NOT NULL, sealed {sealed} NOT NULL, "
        "UNIQUE (patient_id, kind, number))"
    )
    index = (
        f"CREATE TABLE IF NOT EXISTS vault_index (field TEXT NOT NULL, mac {sealed} NOT NULL, "
        "patient_id TEXT NOT NULL, PRIMARY KEY (field, mac, patient_id))"
    )
    by_patient = "CREATE INDEX IF NOT EXISTS vault_index_patient ON vault_index (patient_id)"
    return entries, index, by_patient, *stays("vault_entries", postgres=postgres)


ADD = (
    "INSERT INTO vault_entries (entry_id, patient_id, kind, number, key_id, sealed) "
    "SELECT ?, ?, ?, COALESCE(MAX(number), 0) + 1, ?, ? FROM vault_entries WHERE patient_id = ? AND kind = ?"
)
FORGET = Statement("DELETE FROM vault_index WHERE patient_id = ?")
INDEX = "INSERT INTO vault_index (field, mac, patient_id) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Vault:
    """The words about patients: what seals gives statements to run in the events' own transaction."""

    database: Database
    keys: Keys
    site_id: SiteId = "main"

    def seal_note(
        self, patient_id: UUID, note_id: UUID, text: str, key: DataKey | None = None
    ) -> tuple[list[Statement], str]:
        """The statements that keep a note, and the commitment that its event carries. Raises keys.Destroyed.

        The patient's `key` is looked for unless it is given.
        """
        key = key or self.keys.wrap(patient_id)
        return [self._entry(patient_id, "note", note_id, key, text.encode())], commitment(key, note_id, text)

    def seal_identity(self, patient_id: UUID, identity: Identity, key: DataKey | None = None) -> list[Statement]:
        """The statements that keep an identity, the first or a renewed one. Raises keys.Destroyed. As `seal_note`."""
        key = key or self.keys.wrap(patient_id)
        entry = self._entry(patient_id, "identity", uuid4(), key, orjson.dumps(identity))
        found_by = [
            Statement(INDEX, (field.value, self._mac(field, str(value)), str(patient_id)))
            for field in Findable
            if (value := getattr(identity, field.value)) is not None
        ]
        return [entry, Statement(FORGET.sql, (str(patient_id),)), *found_by]

    def renew(self, patient_id: UUID, identity: Identity) -> None:
        """Keep a renewed identity."""
        self.database.write(self.seal_identity(patient_id, identity))

    def identity(self, patient_id: UUID) -> Identity | None:
        """Who a patient is, if the vault knows."""
        return self.identities([patient_id]).get(patient_id)

    def identities(self, patient_ids: Collection[UUID]) -> dict[UUID, Identity]:
        """Who some patients are; erased ones have that for a name. Raises Tampered."""
        latest: dict[UUID, tuple[UUID, str, bytes]] = {}
        for some in _portions(sorted(set(patient_ids))):
            sql = (
                "SELECT entry_id, patient_id, key_id, sealed FROM vault_entries "  # noqa: S608 - marks only
                f"WHERE kind = 'identity' AND patient_id IN ({_marks(some)}) ORDER BY number"
            )
            for entry_id, patient, key_id, sealed in self.database.read(sql, *map(str, some)):
                latest[UUID(patient)] = UUID(entry_id), key_id, bytes(sealed)
        keys = self.keys.unwrap(latest.keys())
        return {
            patient_id: _read(self._opened(patient_id, "identity", entry, keys)) for patient_id, entry in latest.items()
        }

    def note(self, note_id: UUID) -> str | None:
        """A note's words, if there is such a note."""
        return self.notes([note_id]).get(note_id)

    def notes(self, note_ids: Collection[UUID]) -> dict[UUID, str]:
        """Some notes' words; `[erased]` of an erased patient. Raises Tampered."""
        rows: list[tuple[UUID, UUID, str, bytes]] = []
        for some in _portions(sorted(set(note_ids))):
            sql = (
                "SELECT entry_id, patient_id, key_id, sealed FROM vault_entries "  # noqa: S608 - marks only
                f"WHERE kind = 'note' AND entry_id IN ({_marks(some)})"
            )
            rows += [(UUID(r[0]), UUID(r[1]), r[2], bytes(r[3])) for r in self.database.read(sql, *map(str, some))]
        keys = self.keys.unwrap({patient_id for _, patient_id, _, _ in rows})
        opened = {
            note_id: self._opened(patient_id, "note", (note_id, key_id, sealed), keys)
            for note_id, patient_id, key_id, sealed in rows
        }
        return {note_id: ERASED if words is None else words.decode() for note_id, words in opened.items()}

    def find(self, field: Findable, value: str) -> list[UUID]:
        """The patients whose latest identity has exactly this name, chart number or date of birth."""
        sql = "SELECT patient_id FROM vault_index WHERE field = ? AND mac = ? ORDER BY patient_id"
        return [UUID(patient_id) for (patient_id,) in self.database.read(sql, field.value, self._mac(field, value))]

    def erase(self, patient_id: UUID) -> None:
        """Destroy a patient's key, and what finds the patient: no word about them is ever read again."""
        self.keys.destroy(patient_id)
        self.database.write([Statement(FORGET.sql, (str(patient_id),))])

    def _entry(self, patient_id: UUID, kind: str, entry_id: UUID, key: DataKey, words: bytes) -> Statement:
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = _bound(self.site_id, patient_id, kind, entry_id, key.key_id)
        sealed = nonce + AESGCM(key.derived("seal")).encrypt(nonce, words, bound)
        whose = (str(patient_id), kind)
        return Statement(ADD, (str(entry_id), *whose, key.key_id, sealed, *whose))

    def _opened(
        self, patient_id: UUID, kind: str, entry: tuple[UUID, str, bytes], keys: Mapping[UUID, DataKey | None]
    ) -> bytes | None:
        """An entry's words; None if its key was destroyed."""
        entry_id, key_id, sealed = entry
        if patient_id not in keys:
            raise KeyFault("a patient's key is missing: the store of wrapped keys is older than the events")
        if (key := keys[patient_id]) is None:
            return None
        bound = _bound(self.site_id, patient_id, kind, entry_id, key_id)
        try:
            return AESGCM(key.derived("seal")).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
        except InvalidTag:
            raise Tampered(f"the vault's entry {entry_id} does not open where it lies") from None

    def _mac(self, field: Findable, value: str) -> bytes:
        return self.keys.mac(f"index|{self.site_id}|{field}", normalised(value).encode())[:INDEX_BYTES]


def commitment(key: DataKey, note_id: UUID, text: str) -> str:
    """What ties an event to a note's words: nobody without the patient's key can tell or guess them from it."""
    return hmac.digest(key.derived("commitment"), f"{note_id}|{text}".encode(), "sha256").hex()


def normalised(value: str) -> str:
    """A value as it is compared: the same however it is typed."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _bound(site_id: SiteId, patient_id: UUID, kind: str, entry_id: UUID, key_id: str) -> bytes:
    return f"1|{site_id}|{patient_id}|{kind} {entry_id}|{key_id}".encode()


def _read(words: bytes | None) -> Identity:
    if words is None:
        return Identity(name=ERASED)
    fields = orjson.loads(words)
    birth_date = fields["birth_date"]
    return Identity(**fields | {"birth_date": None if birth_date is None else date.fromisoformat(birth_date)})


def _portions(ids: list[UUID]) -> Iterable[list[UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _marks(some: list[UUID]) -> str:
    return ", ".join("?" * len(some))
