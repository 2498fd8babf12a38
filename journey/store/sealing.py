"""Which words of some commands go to the vault, and under whose keys?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from journey.commands import ReferJourney
from journey.store.keys import DataKey, Destroyed
from journey.store.request import Request
from journey.store.statements import Statement
from journey.store.vault import Vault


@dataclass(slots=True)
class Sealing:
    """Seals the notes and identities of a batch; a patient's key is looked for once."""

    vault: Vault
    _keys: dict[UUID, DataKey | None] = field(default_factory=dict)

    def fetch(self, patient_ids: Iterable[UUID]) -> None:
        """Have the keys of patients at hand, all by one question."""
        if wanted := set(patient_ids) - self._keys.keys():
            self._keys |= self.vault.keys.wrap_all(wanted)

    def sealed(self, request: Request, patient_id: UUID) -> tuple[list[Statement], str | None]:
        """The vault's rows: the note, and the patient's identity; and the commitment to the note. Raises Destroyed."""
        if not has_words(request):
            return [], None
        statements: list[Statement] = []
        commitment = None
        if request.identity is not None and isinstance(request.command, ReferJourney):
            statements += self.vault.seal_identity(patient_id, request.identity, self._key(patient_id))
        if request.note is not None:
            words = note_id_of(request.command_id), request.note
            rows, commitment = self.vault.seal_note(patient_id, *words, self._key(patient_id))
            statements += rows
        return statements, commitment

    def _key(self, patient_id: UUID) -> DataKey:
        self.fetch([patient_id])
        if (key := self._keys[patient_id]) is None:
            raise Destroyed
        return key


def has_words(request: Request) -> bool:
    """Whether a request brings words for the vault."""
    is_referral = isinstance(request.command, ReferJourney)
    return request.note is not None or (request.identity is not None and is_referral)


def note_id_of(command_id: UUID) -> UUID:
    """The id of a command's note."""
    return uuid5(command_id, "note")
