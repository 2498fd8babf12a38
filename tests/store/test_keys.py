"""Are the keys of patients kept safe, apart, and gone when destroyed?"""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest

from journey.store.key_store import Wrapped
from journey.store.keys import Destroyed, KeyFault, Keys
from tests.store.conftest import Place


def test_a_patient_keeps_a_key(place: Place, keys: Keys) -> None:
    """The key of a patient is the same in every process that opens the keys, and another patient's is another."""
    one, other = uuid4(), uuid4()
    made = keys.wrap(one)
    again = place.keys()
    assert again.wrap(one) == made
    assert again.wrap(other).secret != made.secret
    assert again.unwrap([one, other, uuid4()]).keys() == {one, other}
    again.close()


def test_twins_get_one_key(keys: Keys) -> None:
    """Eight who ask at the same moment for a new patient's key get the same one."""
    patient, together = uuid4(), Barrier(8)

    def ask(_: int) -> bytes:
        together.wait()
        return keys.wrap(patient).secret

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(ask, range(8)))) == 1


def test_no_secret_is_shown(keys: Keys) -> None:
    """Neither a key nor a wrapped one shows its bytes when printed."""
    key = keys.wrap(uuid4())
    assert repr(key.secret)[2:-1] not in repr(key)
    assert "sealed" not in repr(Wrapped(uuid4(), "name", b"sealed"))


def test_master_file_is_of_mode_600(place: Place, keys: Keys, tmp_path: Path) -> None:
    """The master key's file is its owner's alone, of 32 bytes, and nothing else of it lies about."""
    assert stat.S_IMODE(place.master_file.stat().st_mode) == 0o600
    assert len(place.master_file.read_bytes()) == 32
    assert keys.wrap(uuid4()).secret != place.master_file.read_bytes()
    assert [it.name for it in tmp_path.iterdir() if "master" in it.name] == ["master.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_wider_master_file_is_refused(place: Place, keys: Keys, mode: int) -> None:
    """A master key that others may read or write is refused, and the words say what mode it must have."""
    keys.wrap(uuid4())
    place.master_file.chmod(mode)
    with pytest.raises(KeyFault, match="mode 600"):
        place.keys()


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_master_file_of_another_size_is_refused(place: Place, size: int) -> None:
    """A master key that was cut short or grew is refused."""
    place.master_file.write_bytes(bytes(size))
    place.master_file.chmod(0o600)
    with pytest.raises(KeyFault, match="32 bytes"):
        place.keys()


def test_a_link_is_no_master_file(place: Place, tmp_path: Path) -> None:
    """A symbolic link in the place of the master key is refused."""
    target = tmp_path / "elsewhere"
    target.write_bytes(bytes(32))
    target.chmod(0o600)
    place.master_file.symlink_to(target)
    with pytest.raises(KeyFault, match="can't be opened"):
        place.keys()


def test_a_lost_master_key_is_not_replaced(place: Place, keys: Keys) -> None:
    """Where keys were wrapped, a missing master key is named and never made anew."""
    keys.wrap(uuid4())
    place.master_file.unlink()
    with pytest.raises(KeyFault, match="no master key"):
        place.keys()
    assert not place.master_file.exists()


def test_another_master_key_is_refused(place: Place, keys: Keys) -> None:
    """A master key of another site does not open the wrapped keys, and says so at the start."""
    keys.wrap(uuid4())
    place.master_file.write_bytes(bytes(32))
    with pytest.raises(KeyFault, match="not the one"):
        place.keys()


def test_a_wrapped_key_opens_for_its_owner_only(keys: Keys) -> None:
    """A wrapped key pasted into another patient's row does not open there."""
    one, other = uuid4(), uuid4()
    keys.wrap(one)
    stolen = keys._store.find([one])[0]
    keys._store.add([Wrapped(other, stolen.key_id, stolen.sealed)])
    with pytest.raises(KeyFault):
        keys.unwrap([other])


def test_rotation_keeps_every_key(place: Place, keys: Keys) -> None:
    """After a rotation the master key is another one, and all keys and keyed digests are as they were."""
    patients = [uuid4() for _ in range(20)]
    before = {patient: keys.wrap(patient) for patient in patients}
    master, digest = place.master_file.read_bytes(), keys.mac("purpose", b"data")
    wrapped = {it.owner: it.sealed for it in keys._store.find(patients)}
    keys.rotate()
    again = place.keys()
    assert place.master_file.read_bytes() != master
    assert stat.S_IMODE(place.master_file.stat().st_mode) == 0o600
    assert again.unwrap(patients) == before == keys.unwrap(patients)
    assert again.mac("purpose", b"data") == digest
    assert all(it.sealed != wrapped[it.owner] for it in again._store.find(patients))
    again.close()


@pytest.mark.parametrize("moved", [False, True], ids=["before the rows", "after the rows"])
def test_rotation_cut_short_is_finished(place: Place, keys: Keys, moved: bool) -> None:
    """A rotation that ended before its last step is finished at the next start, whichever step it had reached."""
    patient = uuid4()
    key = keys.wrap(patient)
    old = place.master_file.read_bytes()
    if moved:
        keys.rotate()
        place.master_file.rename(keys._next)
        place.master_file.write_bytes(old)
        place.master_file.chmod(0o600)
    else:
        keys._next.write_bytes(bytes(range(32)))
        keys._next.chmod(0o600)
    again = place.keys()
    assert again.unwrap([patient]) == {patient: key}
    assert place.master_file.read_bytes() != old
    assert not keys._next.exists()
    again.close()


def test_a_destroyed_key_is_gone_for_ever(place: Place, keys: Keys) -> None:
    """A destroyed key is neither opened nor made again, in this process or the next, and its bytes are wiped."""
    patient = uuid4()
    keys.wrap(patient)
    sealed = keys._store.find([patient])[0].sealed
    assert sealed is not None
    keys.destroy(patient)
    again = place.keys()
    for opened in (keys, again):
        assert opened.unwrap([patient]) == {patient: None}
        with pytest.raises(Destroyed):
            opened.wrap(patient)
    again.close()
    if place.keys_url.startswith("sqlite"):
        assert sealed not in Path(place.keys_url.removeprefix("sqlite:///")).read_bytes()


def test_a_key_can_be_destroyed_before_it_was(keys: Keys) -> None:
    """Destroying the key of somebody who has none keeps any from being made."""
    patient = uuid4()
    keys.destroy(patient)
    with pytest.raises(Destroyed):
        keys.wrap(patient)


def test_keyed_digests_differ_by_purpose(keys: Keys) -> None:
    """A keyed digest is the same for the same data and purpose, and for nothing else."""
    assert keys.mac("one", b"data") == keys.mac("one", b"data")
    assert len({keys.mac("one", b"data"), keys.mac("other", b"data"), keys.mac("one", b"Data")}) == 3


def test_sites_do_not_share_digests(keys: Keys, tmp_path: Path) -> None:
    """Another site's keys give other digests of the same data."""
    other = Keys.open(tmp_path / "other" / "master.key", f"sqlite:///{tmp_path / 'other' / 'keys.sqlite'}")
    assert other.mac("one", b"data") != keys.mac("one", b"data")
    other.close()
