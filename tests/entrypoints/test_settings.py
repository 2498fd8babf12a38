"""Does an installation become what its environment and files say, and is what they get wrong told?"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from entrypoints.app import open_app, open_log, open_models, topics
from entrypoints.settings import Misconfigured, Settings, effective, masked
from journey.profiles import profile
from journey.store.log import StoreUnavailable


def test_with_nothing_set_everything_is_in_one_folder(tmp_path: Path) -> None:
    """SQLite files, keys, workers in the process: nothing else is needed, and the keys' folder is ours alone."""
    settings = Settings(data=tmp_path)
    assert settings.store == f"sqlite:///{tmp_path}/journey.sqlite"
    assert settings.projections == f"sqlite:///{tmp_path}/projections.sqlite"
    assert settings.embedded
    assert topics(settings) is None
    with open_app(settings):
        pass
    assert settings.master_key.stat().st_mode & 0o777 == 0o600


def test_the_environment_sets_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setting is `JOURNEY_` and its name; what is given in words goes before it."""
    monkeypatch.setenv("JOURNEY_KAFKA", "broker:9092")
    monkeypatch.setenv("JOURNEY_TOPIC_PREFIX", "north.")
    monkeypatch.setenv("JOURNEY_DATA", "/one")
    found = topics(effective())
    assert found is not None
    assert (found.bootstrap, found.events) == ("broker:9092", "north.journeys.events.v1")
    assert effective().data == Path("/one")
    assert effective(data=Path("/other")).data == Path("/other")


def test_a_clinic_is_read_from_its_files(tmp_path: Path) -> None:
    """Numbers and set-up that are said replace the built-in ones; the rest stays."""
    policy, site = tmp_path / "policy.json", tmp_path / "site.json"
    policy.write_text(json.dumps({"name": "north", "dose_mg_per_kg_max": "0.75"}))
    site.write_text(json.dumps({"zone": "Europe/Berlin", "nurses": {"nurse-1": 2}}))
    clinic = Settings(data=tmp_path, policy_file=policy, site_file=site).clinic()
    assert (clinic.policy.name, clinic.policy.dose_mg_per_kg_max) == ("north", Decimal("0.75"))
    assert (clinic.site.zone, clinic.site.capacity("nurse-1")) == ("Europe/Berlin", 2)


def test_a_policy_is_written_in_toml(tmp_path: Path) -> None:
    """A profile, and what differs from it: decimals are taken as they are written."""
    file = tmp_path / "policy.toml"
    file.write_text('name = "north"\nprofile = "va"\ndose_mg_per_kg_max = 0.70\nplan_infusions_min = 4\n')
    policy = Settings(data=tmp_path, policy_file=file).clinic().policy
    assert policy == replace(profile("va"), name="north", dose_mg_per_kg_max=Decimal("0.7"), plan_infusions_min=4)


def test_all_that_is_wrong_with_a_policy_is_told(tmp_path: Path) -> None:
    """In one line, as every setting's fault."""
    file = tmp_path / "policy.toml"
    file.write_text("dose_max = 1\nstart_sbp_mmhg_hard_max = 130\n")
    with pytest.raises(Misconfigured, match=r"no dose_max; start_sbp_mmhg_max is 140, above .*_hard_max, 130"):
        effective(data=tmp_path, policy_file=file).clinic()


@pytest.mark.parametrize(
    "name,words",
    [
        ("policy_file", "{"),
        ("policy_file", "[]"),
        ("policy_file", '{"dose_max": 1}'),
        ("policy_file", '{"dose_mg_max": -1}'),
        ("site_file", '{"zone": "Mars/Olympus"}'),
        ("site_file", '{"doors": 2}'),
        ("site_file", '{"site_id": "north"}'),
        ("site_file", '{"nurses": {"nurse-1": "two"}}'),
    ],
)
def test_a_file_that_says_nonsense_is_told(tmp_path: Path, name: str, words: str) -> None:
    """A clinic is never judged by half a file."""
    file = tmp_path / "file.json"
    file.write_text(words)
    with pytest.raises(Misconfigured):
        effective(data=tmp_path, **{name: file}).clinic()


@pytest.mark.parametrize(
    "url,shown",
    [
        ("postgresql://user:secret@host:5432/db", "postgresql://user:***@host:5432/db"),
        ("postgresql://user@host/db?password=secret&x=1", "postgresql://user@host/db?password=***&x=1"),
        ("postgresql://host/db", "postgresql://host/db"),
        ("sqlite:////srv/journey.sqlite", "sqlite:////srv/journey.sqlite"),
    ],
)
def test_passwords_are_masked(url: str, shown: str) -> None:
    """A URL is shown without its password, wherever that stands."""
    assert masked(url) == shown


def test_a_relay_and_a_worker_need_no_key(tmp_path: Path) -> None:
    """The log and the read models are opened without the vault's keys, once the store is there."""
    settings = Settings(data=tmp_path)
    with pytest.raises(StoreUnavailable), open_log(settings):
        pass
    with open_app(settings) as app:
        store_id = app.store.log.store_id
    settings.master_key.unlink()
    with open_log(settings) as log:
        assert log.store_id == store_id
    with open_models(settings) as (log, models):
        assert (log.head(), set(models.projections)) == (0, {"schedule", "outcome", "audit"})
