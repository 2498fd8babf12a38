"""Does an installation take its settings from the environment, and keep its secrets to itself?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from entrypoints.settings import Misconfigured, Settings


def test_without_settings_all_lies_in_one_folder(tmp_path: Path) -> None:
    """Embedded mode needs a folder and nothing else."""
    settings = Settings(data=tmp_path)
    urls = [settings.store, settings.projections, settings.keys]
    assert settings.embedded
    assert all(url.startswith(f"sqlite:///{tmp_path}/") for url in urls)
    assert all(file.is_relative_to(tmp_path) for file in (settings.master_key, settings.token_key))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setting is a variable that begins with JOURNEY_."""
    monkeypatch.setenv("JOURNEY_STORE_URL", "postgresql://anna:secret@db/journeys")
    monkeypatch.setenv("JOURNEY_KAFKA", "broker:9092")
    settings = Settings()
    assert settings.store == "postgresql://anna:secret@db/journeys"
    assert not settings.embedded


def test_shown_settings_hold_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `journey config` prints has every password masked."""
    monkeypatch.setenv("JOURNEY_STORE_URL", "postgresql://anna:secret@db:5432/journeys")
    shown = json.dumps(Settings().shown())
    assert "secret" not in shown
    assert "postgresql://anna:***@db:5432/journeys" in shown


def test_policy_and_site_come_from_files(tmp_path: Path) -> None:
    """Numbers and set-up that differ are read from JSON."""
    (tmp_path / "policy.json").write_text('{"name": "strict", "start_sbp_mmhg_max": 130}')
    (tmp_path / "site.json").write_text('{"site_id": "north", "chairs": ["chair-1"]}')
    settings = Settings(policy_file=tmp_path / "policy.json", site_file=tmp_path / "site.json", site="north")
    clinic = settings.clinic()
    assert (clinic.policy.name, clinic.policy.start_sbp_mmhg_max, clinic.site.chairs) == ("strict", 130, ("chair-1",))


@pytest.mark.parametrize(
    "name, text, said",
    [
        ("policy_file", '{"start_sbp_max": 130}', "start_sbp_max"),
        ("policy_file", "[]", "no JSON object"),
        ("policy_file", "{", "can't be read"),
        ("site_file", '{"site_id": "north"}', "north"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(tmp_path: Path, name: str, text: str, said: str) -> None:
    """A wrong policy or site stops the start with its reason."""
    file = tmp_path / "said.json"
    file.write_text(text)
    settings = Settings.model_validate({name: file})
    with pytest.raises(Misconfigured, match=said):
        settings.clinic()
