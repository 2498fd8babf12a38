"""Do `key=value` words become the fields that were meant?"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from entrypoints.cli.fields import fields_of
from journey.store import codec
from journey.store.reading import Invalid, read_command
from tests import examples

KEY = UUID(int=1)


def test_every_command_can_be_typed() -> None:
    """Fields of every command, typed as `key=value`, come to the command that was meant."""
    for name, command in examples.COMMANDS.items():
        plain: dict[str, Any] = codec.plain(command)
        if plain.get("replacement"):
            plain["replacement"]["data"] |= plain["replacement"].pop("stated")
        typed = [f"{key}={_typed(value)}" for key, value in plain.items() if value is not None]
        assert read_command(name, fields_of(name, typed), KEY) == command, name


def _typed(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(it, (str, int)) for it in value):
        return ",".join(str(it) for it in value)
    return value if isinstance(value, str) else json.dumps(value)


def test_parts_are_typed_by_their_names() -> None:
    """A field of a part is typed as `part.field=value`, an item as `items.9=0`."""
    assert fields_of("CheckInPatient", ["ride.kind=escort", "ride.confirmed=true"]) == {
        "ride": {"kind": "escort", "confirmed": True}
    }
    typed = fields_of("CompleteAssessment", ["items.1=2", "items.9=null", "language=en"])
    assert typed == {"items": {"1": 2, "9": None}, "language": "en"}


def test_text_stays_text() -> None:
    """What looks like a number is text where text is meant, and a decimal keeps its places."""
    typed = fields_of("GiveConsent", ["form_version=2026", "kind=treatment"])
    assert typed == {"form_version": "2026", "kind": "treatment"}
    assert fields_of("CompleteInfusion", ["ml_infused=50.0"]) == {"ml_infused": "50.0"}


@pytest.mark.parametrize("word", ["weeks", "=8", ""])
def test_other_words_are_refused(word: str) -> None:
    """A word without a key and a value is no field."""
    with pytest.raises(Invalid):
        fields_of("RecordTreatmentTrial", [word])
