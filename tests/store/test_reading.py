"""Does what is sent become exactly the command that was meant, or a fault that says where and never what?"""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings

from journey import commands
from journey.commands import COMMANDS, Command, CorrectEntry, new_ids
from journey.store import codec
from journey.store.reading import Invalid, read_command
from tests import examples
from tests.store.strategies import asked

COMMAND_ID = UUID("11111111-1111-4111-8111-111111111111")
SECRET = "Jane Doe"  # what must not come back in any message


def sent(command: Command) -> dict[str, Any]:
    """Return the fields of a command as JSON has them."""
    fields: dict[str, Any] = codec.plain(command)
    if (replacement := fields.get("replacement")) is not None:
        replacement["data"] |= replacement.pop("stated")
    return fields


def consult(**changed: Any) -> dict[str, Any]:
    """Return the fields of a consult, some of them changed."""
    return {**sent(examples.COMMANDS["CompleteConsult"]), **changed}


def test_every_command_has_its_example() -> None:
    """The examples are of all the commands there are."""
    assert examples.COMMANDS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("command", examples.COMMANDS.values(), ids=lambda command: type(command).__name__)
def test_a_command_is_read_as_it_was_meant(command: Command) -> None:
    """The plain fields of a command give the command back."""
    assert read_command(type(command).__name__, sent(command), COMMAND_ID) == command


@settings(deadline=None)
@given(asked())
def test_any_command_is_read_back(command: Command) -> None:
    """Whatever the types allow can be sent."""
    assert read_command(type(command).__name__, sent(command), COMMAND_ID) == command


def test_ids_left_out_are_derived() -> None:
    """What a command brings into being has an id of its own: the same for the same command id, at every retry."""
    fields = sent(examples.COMMANDS["GiveConsent"])
    del fields["consent_id"]
    first, again = (read_command("GiveConsent", fields, COMMAND_ID) for _ in range(2))
    assert isinstance(first, commands.GiveConsent)
    assert first.consent_id == uuid5(COMMAND_ID, "consent_id")
    assert first == again


def test_only_what_comes_into_being_is_derived() -> None:
    """An id that names something there already must be sent."""
    assert new_ids(commands.CheckInPatient) == ("session_id",)
    fields = sent(examples.COMMANDS["RecordVitals"])
    del fields["session_id"]
    with pytest.raises(Invalid) as invalid:
        read_command("RecordVitals", fields, COMMAND_ID)
    assert (invalid.value.code, invalid.value.message) == ("missing_field", "session_id is missing.")


@pytest.mark.parametrize(
    "changed,message",
    [
        ({"age_years": "44"}, "age_years must be a whole number."),
        ({"age_years": 44.5}, "age_years must be a whole number."),
        ({"age_years": True}, "age_years must be a whole number."),
        ({"age_years": 131}, "age_years must be at most 130."),
        ({"weight_kg": "-70"}, "weight_kg must be more than 0."),
        ({"weight_kg": 0}, "weight_kg must be more than 0."),
        ({"weight_kg": "heavy"}, "weight_kg must be a decimal number."),
        ({"weight_kg": "NaN"}, "weight_kg must be a finite number."),
        ({"weight_kg": math.inf}, "weight_kg must be a decimal number."),
        ({"weight_kg": "1e-400000"}, "weight_kg has too many decimal places."),
        ({"psychosis_hx": "no"}, "psychosis_hx must be true or false."),
        ({"pregnancy_possible": "maybe"}, "pregnancy_possible must be one of 'yes', 'no' or 'unknown'."),
        ({"clinician_id": SECRET}, "clinician_id is not of the form that its code has."),
        ({"clinician_id": "pete\n"}, "clinician_id is not of the form that its code has."),
        ({"clinician_id": 7}, "clinician_id must be text."),
        ({"diagnoses": ["F33.2", SECRET]}, "diagnoses.1 is not of the form that its code has."),
        ({"diagnoses": "F33.2"}, "diagnoses must be a list."),
        ({"diagnoses": ["F33.2"] * 101}, "diagnoses must have at most this many entries: 100."),
        ({"explained": ["all"]}, "explained.0 must be one of 'process', 'side_effects' or 'alternatives'."),
        ({"height_cm": 10**400}, "A number is too large, or a text broken."),
        ({"clinician_id": "\ud800"}, "A number is too large, or a text broken."),
    ],
)
def test_a_fault_is_named_by_field_and_rule(changed: dict[str, Any], message: str) -> None:
    """The message says which field breaks which rule, and nothing of what was sent."""
    with pytest.raises(Invalid) as invalid:
        read_command("CompleteConsult", consult(**changed), COMMAND_ID)
    assert (invalid.value.code, invalid.value.message) == ("invalid_field", message)


@pytest.mark.parametrize("time", ["2026-03-02T17:30:00", "2026-03-02", "yesterday", 1_772_000_000, "20260302", "1772"])
def test_a_time_without_its_offset_is_refused(time: object) -> None:
    """A naive time is refused, and so is what some readers would take for seconds since 1970."""
    fields = sent(examples.COMMANDS["GiveConsent"]) | {"signed_at": time}
    with pytest.raises(Invalid) as invalid:
        read_command("GiveConsent", fields, COMMAND_ID)
    assert invalid.value.code == "invalid_field"
    assert invalid.value.message.startswith("signed_at must be ")


def test_an_unknown_field_is_refused() -> None:
    """A misspelt field is no field; its name is not repeated, for it may be anything."""
    with pytest.raises(Invalid) as invalid:
        read_command("CompleteInfusion", {"session_id": str(COMMAND_ID), "ml_infused": 50, SECRET: 1}, COMMAND_ID)
    assert invalid.value.code == "unknown_field"
    assert invalid.value.message == "a field that is not known; known are ml_infused, session_id."


def test_an_unknown_command_is_refused() -> None:
    """There is no command but those that there are."""
    with pytest.raises(Invalid) as invalid:
        read_command(SECRET, {}, COMMAND_ID)
    assert (invalid.value.code, invalid.value.message) == ("unknown_command", "There is no such command.")


def test_faults_inside_a_part_name_the_way_to_it() -> None:
    """A fault deeper down is named by its path; keys of the sender's own are left out of it."""
    fields = sent(examples.COMMANDS["CheckInPatient"])
    fields["ride"]["confirmed"] = SECRET
    with pytest.raises(Invalid, match=r"^ride\.confirmed must be true or false\.$"):
        read_command("CheckInPatient", fields, COMMAND_ID)
    fields = sent(examples.COMMANDS["CompleteAssessment"]) | {"items": {SECRET: 1}}
    with pytest.raises(Invalid) as invalid:
        read_command("CompleteAssessment", fields, COMMAND_ID)
    assert SECRET not in invalid.value.message


def correction(**changed: Any) -> dict[str, Any]:
    """Return the fields of a correction, some of its replacement's data changed."""
    fields = sent(examples.COMMANDS["CorrectEntry"])
    fields["replacement"]["data"] |= changed
    return fields


def test_a_correction_is_read_by_the_type_it_names() -> None:
    """Fields of the command are asked again, computed ones are stated beside; any other is a fault."""
    read = read_command("CorrectEntry", correction(total_prorated="18.0"), COMMAND_ID)
    assert isinstance(read, CorrectEntry)
    assert read.replacement is not None
    assert isinstance(read.replacement.data, commands.CompleteAssessment)
    assert read.replacement.stated == {"missing_n": 1, "evaluable": True, "total_prorated": "18.0"}
    with pytest.raises(Invalid, match=r"^replacement\.data: a field that is not known; known are assessment_id, "):
        read_command("CorrectEntry", correction(mood="low"), COMMAND_ID)
    with pytest.raises(Invalid, match=r"^replacement\.data: total must be a whole number\.$"):
        read_command("CorrectEntry", correction(total="16"), COMMAND_ID)


def test_a_replacement_is_whole() -> None:
    """A replacement without its own id is refused: it is of the entry that is there, and nothing new."""
    fields = correction()
    del fields["replacement"]["data"]["assessment_id"]
    with pytest.raises(Invalid, match=r"^replacement\.data: assessment_id is missing\.$"):
        read_command("CorrectEntry", fields, COMMAND_ID)


@pytest.mark.parametrize("kind", ["SuicideRiskRaised", "EntryCorrected", "CompleteAssessment", SECRET])
def test_only_entries_that_somebody_made_are_amended(kind: str) -> None:
    """A replacement of a type that no command asks for is refused."""
    fields = correction()
    fields["replacement"]["type"] = kind
    with pytest.raises(Invalid, match=r"^replacement\.type: no entry of this type can be amended\.$"):
        read_command("CorrectEntry", fields, COMMAND_ID)
