"""Which keys seal the words about patients, and where do they lie?

A master key in a file wraps one data key a patient. The wrapped keys are kept apart from what they seal, and written
first: an unused key harms nobody, sealed words without their key are lost. Destroying a patient's key erases every word
about that patient, in backups of the events too; a backup of the wrapped keys would bring them back.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from journey.store import secret_file
from journey.store.key_store import KeyStore, Wrapped, key_store

KEY_BYTES = 32
NONCE_BYTES = 12
SITE = UUID(int=0)
"""Whose key the keyed digests are made with: nobody's, so that no patient's erasure changes them."""


class KeyFault(Exception):  # noqa: N818 - says what it is
    """The keys can't be used as they lie: says why, for whoever runs the program."""


class Destroyed(Exception):  # noqa: N818 - says what happened to the key
    """The patient's key was destroyed, and with it every word it had sealed."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A patient's key: its name, and its secret."""

    key_id: str
    secret: bytes = field(repr=False)

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose alone."""
        return hmac.digest(self.secret, purpose.encode(), "sha256")


class Keys:
    """The data keys of patients, wrapped by a master key; and keyed digests for what must be comparable.

    Another master, such as a key management service, needs the same four acts: wrap, unwrap, rotate, destroy.
    """

    def __init__(self, master_file: Path, store: KeyStore, *, create: bool = True) -> None:
        """Read the master key, or make one where there is neither a key nor anything wrapped. Raises KeyFault."""
        self._file = master_file
        self._store = store
        if create and not master_file.exists() and not store.owners():
            secret_file.write(master_file, secrets.token_bytes(KEY_BYTES))
        self._master = _master(master_file)
        self._finish_rotation()
        self._for = cache(self.wrap(SITE).derived)

    @classmethod
    def open(cls, master_file: Path, url: str, *, create: bool = True) -> Keys:
        """The keys of a master file, with the wrapped ones in a store of their own (`sqlite:///` or `postgresql://`)."""
        store = key_store(url)
        try:
            return cls(master_file, store, create=create)
        except BaseException:
            store.close()
            raise

    def wrap(self, owner: UUID) -> DataKey:
        """The owner's key, made and kept at the first time. Raises Destroyed."""
        if (key := self.wrap_all([owner])[owner]) is None:
            raise Destroyed
        return key

    def wrap_all(self, owners: Collection[UUID]) -> dict[UUID, DataKey | None]:
        """The owners' keys, those made and kept that are missing; None for a destroyed one."""
        found = self.unwrap(owners)
        if missing := [owner for owner in owners if owner not in found]:
            self._store.add([self._made(owner) for owner in missing])  # the first of two twins stays
            found |= self.unwrap(missing)
        return found

    def _made(self, owner: UUID) -> Wrapped:
        made = DataKey(uuid4().hex, secrets.token_bytes(KEY_BYTES))
        return Wrapped(owner, made.key_id, _seal(self._master, owner, made))

    def unwrap(self, owners: Collection[UUID]) -> dict[UUID, DataKey | None]:
        """The keys of those owners that have or had one; None for a destroyed one. Raises KeyFault."""
        found = self._store.find(owners) if owners else []
        return {it.owner: None if it.sealed is None else _opened(self._master, it) for it in found}

    def rotate(self) -> None:
        """Wrap every key by a new master key. Cut short, it is finished when the keys are opened again."""
        secret_file.write(self._next, secrets.token_bytes(KEY_BYTES))
        self._finish_rotation()

    def destroy(self, owner: UUID) -> None:
        """Destroy an owner's key for ever: none is made again."""
        self._store.destroy(owner)

    def mac(self, purpose: str, data: bytes) -> bytes:
        """A keyed digest that only this site can make, the same for the same data; another one for each purpose."""
        return hmac.digest(self._for(purpose), data, "sha256")

    def close(self) -> None:
        """Close the store of wrapped keys."""
        self._store.close()

    @property
    def _next(self) -> Path:
        return self._file.with_name(f"{self._file.name}.next")

    def _finish_rotation(self) -> None:
        """Bring all keys under the next master key, if there is one, in one transaction; then it is the master."""
        if not self._next.exists():
            return
        following = _master(self._next)
        moved = [self._moved(it, following) for it in self._store.find(self._store.owners()) if it.sealed is not None]
        self._store.replace(moved)
        self._next.replace(self._file)
        self._master = following

    def _moved(self, wrapped: Wrapped, following: bytes) -> Wrapped:
        try:
            key = _opened(self._master, wrapped)
        except KeyFault:
            key = _opened(following, wrapped)  # moved already, before the rotation was cut short
        return Wrapped(wrapped.owner, key.key_id, _seal(following, wrapped.owner, key))


def _opened(master: bytes, wrapped: Wrapped) -> DataKey:
    whole = wrapped.sealed or b""
    nonce, sealed = whole[:NONCE_BYTES], whole[NONCE_BYTES:]
    try:
        secret = AESGCM(master).decrypt(nonce, sealed, _bound(wrapped.owner, wrapped.key_id))
    except InvalidTag:
        raise KeyFault("the master key is not the one that wrapped the keys in this store") from None
    return DataKey(wrapped.key_id, secret)


def _seal(master: bytes, owner: UUID, key: DataKey) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(master).encrypt(nonce, key.secret, _bound(owner, key.key_id))


def _bound(owner: UUID, key_id: str) -> bytes:
    """What a wrapped key is bound to: another owner's does not open."""
    return f"1|data key|{owner}|{key_id}".encode()


def _master(file: Path) -> bytes:
    try:
        key = secret_file.read(file)
    except FileNotFoundError:
        raise KeyFault(f"there is no master key at {file}; what it wrapped can't be read without it") from None
    except secret_file.Exposed as exposed:
        raise KeyFault(f"the master key can't be used: {exposed}") from None
    if len(key) != KEY_BYTES:
        raise KeyFault(f"the master key at {file} is not of {KEY_BYTES} bytes")
    return key
