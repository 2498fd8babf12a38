"""Does a file of commands come in whole, in order, once, and no line at the cost of another?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.app import App
from entrypoints.importing import LINE_BYTES_MAX, Imported, imported, lines, read_request
from journey.store import codec
from journey.values import Origin, Role
from tests import examples

WORKED = Path(__file__).parents[2] / "examples" / "worked-journey.ndjson"
NORA = {"user": "nora", "role": "nurse"}
PETE = {"user": "pete", "role": "prescriber"}
JOURNEY = "3b241101-e2bb-4255-8caf-4136c566a962"
SECRET = "Jane Doe"  # what must not come back in any answer


def bring(app: App, sent: Iterable[bytes], *, batch: int = 250) -> list[Imported]:
    """Import lines."""
    return list(imported(app.store.journeys, BytesIO(b"\n".join(sent)), app.clinic.site.site_id, batch=batch))


def worked() -> list[bytes]:
    """Return the lines of the worked file."""
    return WORKED.read_bytes().splitlines()


def asked(
    command: str, by: dict[str, str] = NORA, at: str = "2026-03-02T09:00:00-08:00", **fields: Any
) -> dict[str, Any]:
    """Return a line with a command of its own."""
    head = {"command": command, "journey_id": JOURNEY, "command_id": str(uuid4()), "at": at, "by": by}
    return head | fields


def example(command: str, **changed: Any) -> dict[str, Any]:
    """Return a line with the example of a command."""
    fields: dict[str, Any] = codec.plain(examples.COMMANDS[command])
    return asked(command) | fields | changed


def written(*sent: dict[str, Any]) -> list[bytes]:
    """Return lines as they lie in a file."""
    return [json.dumps(line).encode() for line in sent]


def test_every_command_can_stand_in_a_line() -> None:
    """The example of every command, in a line of a file, is read as the command that was meant."""
    for name, command in examples.COMMANDS.items():
        line = example(name)
        if line.get("replacement"):
            line["replacement"]["data"] |= line["replacement"].pop("stated")
        assert read_request(line, site_id="main", origin=Origin.IMPORT).command == command, name


REFERRAL = example("ReferJourney", prior_journey_id=None, identity={"name": SECRET, "birth_date": "1980-02-29"})
TRIAL = example("RecordTreatmentTrial")


def stored(app: App) -> list[bytes]:
    """Return the whole log."""
    return [row.body for row in app.store.log.rows(0, 10_000)]


def test_the_worked_file_is_accepted(app: App) -> None:
    """Every line of the worked journey is accepted; versions and positions grow without a gap."""
    answers = bring(app, worked())
    assert [answer for answer in answers if not answer.accepted] == []
    assert [answer.line for answer in answers] == list(range(1, len(worked()) + 1))
    assert answers[-1].position == app.store.log.head() == len(stored(app))


def test_the_same_file_again_changes_nothing(app: App) -> None:
    """Every line answers as a duplicate, with its first version and position, and the log stays as it is."""
    first = bring(app, worked())
    before = stored(app)
    again = bring(app, worked())
    assert {answer.status for answer in again} == {"duplicate"}
    assert [(it.version, it.position, it.code) for it in again] == [(it.version, it.position, it.code) for it in first]
    assert all(answer.accepted for answer in again)
    assert stored(app) == before


@pytest.mark.parametrize("batch", [1, 7])
def test_the_size_of_a_batch_makes_no_difference(app: App, batch: int) -> None:
    """Line by line or many at a time: the same answers."""
    answers = bring(app, worked(), batch=batch)
    assert [answer.position for answer in answers][-1] == app.store.log.head()
    assert all(answer.accepted for answer in answers)
    own = [answer for answer, line in zip(answers, worked(), strict=True) if b'"journey_id"' in line]
    assert [(it.version, it.status) for it in own] == [(it.version, it.status) for it in _versions(own)]


def _versions(answers: Sequence[Imported]) -> list[Imported]:
    """The answers in the order of their versions, which must be their own order."""
    return sorted(answers, key=lambda answer: answer.version or 0)


def test_who_entered_for_whom_is_recorded(app: App) -> None:
    """The importer is the actor, `by` is the person for whom it acts; the origin says that it was imported."""
    bring(app, written(REFERRAL))
    [recorded] = app.store.log.history(UUID(JOURNEY))
    assert (recorded.actor.user, recorded.actor.role) == ("import", Role.IMPORTER)
    assert (recorded.actor.person, recorded.actor.acting_role) == ("nora", Role.NURSE)
    assert recorded.origin is Origin.IMPORT
    assert recorded.utc_offset_min == -480
    assert recorded.at.isoformat() == "2026-03-02T17:00:00+00:00"


def test_names_and_notes_stay_out_of_the_log(app: App) -> None:
    """What is about a person goes to the vault, and no word of it into an event."""
    noted = TRIAL | {"note": f"{SECRET} slept badly"}
    assert all(answer.accepted for answer in bring(app, written(REFERRAL, noted)))
    assert SECRET.encode() not in b"".join(stored(app))
    patient = app.store.vault.identity(UUID(REFERRAL["patient_id"]))
    assert patient is not None
    assert patient.name == SECRET
    note_id = app.store.log.history(UUID(JOURNEY))[1].note_id
    assert note_id is not None
    assert app.store.vault.note(note_id) == f"{SECRET} slept badly"


BAD: list[tuple[bytes, str]] = [
    (b"{", "malformed"),
    (b'"ReferJourney"', "malformed"),
    (b'{"command": NaN}', "malformed"),
    (b"\xff\xfe", "malformed"),
    (b"{}", "missing_field"),
    (written({**TRIAL, "command": SECRET})[0], "unknown_command"),
    (written({**TRIAL, SECRET: 1})[0], "unknown_field"),
    (written({name: TRIAL[name] for name in TRIAL if name != "by"})[0], "missing_field"),
    (written({**TRIAL, "by": {"user": SECRET, "role": "nurse"}})[0], "invalid_field"),
    (written({**TRIAL, "by": {"user": "nora", "role": "owner"}})[0], "invalid_field"),
    (written({**TRIAL, "at": "2026-03-02T09:00:00"})[0], "invalid_field"),
    (written({**TRIAL, "at": 1_772_000_000})[0], "invalid_field"),
    (written({**TRIAL, "recorded_at": "2026-03-02T09:00:00Z"})[0], "unknown_field"),
    (written({**TRIAL, "max_dose_mg": "-20"})[0], "invalid_field"),
    (written({**TRIAL, "weeks": "8"})[0], "invalid_field"),
    (written({**TRIAL, "journey_id": SECRET})[0], "invalid_field"),
    (written({**TRIAL, "note": "x" * 20_000})[0], "invalid_field"),
    (written({**TRIAL, "note": ""})[0], "invalid_field"),
    (written({**TRIAL, "note": "x" * 70_000})[0], "too_long"),
    (written({**TRIAL, "late_reason": SECRET})[0], "invalid_field"),
    (written({**TRIAL, "identity": {"name": SECRET}})[0], "unknown_field"),
    (written({**REFERRAL, "identity": {"name": SECRET, "birth_date": "tomorrow"}})[0], "invalid_field"),
    (written({**REFERRAL, "identity": SECRET})[0], "invalid_field"),
    (b"[" * 5_000, "malformed"),
]


def test_a_bad_line_is_named_and_stops_no_other(app: App) -> None:
    """Between any two bad lines the good ones are stored as if they were alone; no answer repeats what was sent."""
    good = worked()[: len(BAD) + 1]
    mixed = [line for pair in zip(good, (bad for bad, _ in BAD), strict=False) for line in pair] + [good[-1]]
    answers = bring(app, mixed)
    assert [(it.status, it.code) for it in answers[1::2]] == [("invalid", code) for _, code in BAD]
    assert all(answer.accepted for answer in answers[::2])
    assert all(answer.message for answer in answers[1::2])
    assert not any(SECRET in f"{answer.message}{answer.code}" for answer in answers)
    last = answers[-1]
    assert (last.line, last.position) == (len(mixed), app.store.log.head())


def test_blank_lines_are_counted_and_passed_over(app: App) -> None:
    """An answer's number is that of its line in the file, wherever lines are blank."""
    answers = bring(app, [b"", *written(REFERRAL), b"  ", b"\r", *written(TRIAL)])
    assert [(answer.line, answer.status) for answer in answers] == [(2, "accepted"), (5, "accepted")]


def test_the_role_of_the_person_is_checked(app: App) -> None:
    """What a nurse may not ask is refused on her behalf too, and not kept: the right person asks it again."""
    consult = example("CompleteConsult")
    refused = bring(app, written(REFERRAL, consult))[1]
    assert (refused.status, refused.code, refused.version) == ("refused", "wrong_role", None)
    assert bring(app, written(consult | {"by": PETE}))[0].accepted


@pytest.mark.parametrize("role", ["analyst", "service", "importer", "administrator", "compliance"])
def test_who_has_no_part_in_treatment_enters_nothing(app: App, role: str) -> None:
    """Roles without commands of their own ask for none through the importer."""
    [answer] = bring(app, written(REFERRAL | {"by": {"user": "x", "role": role}}))
    assert (answer.status, answer.code) == ("refused", "wrong_role")


def test_a_refusal_is_kept(app: App) -> None:
    """A refused line has its code and text, answers the same again, and never counts as accepted."""
    other = REFERRAL | {"command_id": str(uuid4()), "journey_id": str(uuid4())}
    first = bring(app, written(REFERRAL, other))[1]
    again = bring(app, written(other))[0]
    assert (first.status, first.code) == ("refused", "journey_open_elsewhere")
    assert (again.status, again.code, again.message) == ("duplicate", first.code, first.message)
    assert not first.accepted
    assert not again.accepted


def test_a_refusal_says_what_it_is_about(app: App) -> None:
    """Of two that book the same chair, the second hears which appointment and chair; asked again, the same."""
    times: dict[str, Any] = {"start": "2026-03-03T09:00:00-08:00", "end": "2026-03-03T10:00:00-08:00"}
    booking = asked("BookAppointment", kind="consult", chair="chair-1", **times)
    second = {"journey_id": str(UUID(int=2))}
    referral = example("ReferJourney", prior_journey_id=None, patient_id=str(uuid4()))
    taken = booking | second | {"command_id": str(uuid4()), "appointment_id": str(UUID(int=5))}
    sent = written(REFERRAL, booking, referral | second, taken)
    for status in ("refused", "duplicate"):
        answer = bring(app, sent)[-1]
        assert (answer.status, answer.code) == (status, "resource_taken")
        assert answer.detail == {"appointment_id": str(UUID(int=5)), "resource": "chair-1"}


def test_an_unknown_journey_is_refused(app: App) -> None:
    """What is asked of a journey that is not there is refused, and may be asked again when it is."""
    [refused] = bring(app, written(TRIAL))
    assert (refused.status, refused.code) == ("refused", "unknown_journey")
    assert bring(app, written(REFERRAL, TRIAL))[1].accepted


def test_no_note_is_kept_of_an_erased_patient(app: App) -> None:
    """A note about a patient whose key was destroyed is refused; the lines around it are stored."""
    bring(app, written(REFERRAL))
    app.store.vault.keys.destroy(UUID(REFERRAL["patient_id"]))
    others = [TRIAL | {"command_id": str(uuid4()), "trial_id": str(uuid4())} for _ in range(3)]
    answers = bring(app, written(others[0], others[1] | {"note": "slept badly"}, others[2]))
    assert [answer.code for answer in answers] == [None, "patient_erased", None]
    assert app.store.log.head() == 3


def test_a_command_id_is_used_once(app: App) -> None:
    """The same id with other words is refused, in the same batch and later."""
    other = TRIAL | {"weeks": 9}
    answers = bring(app, written(REFERRAL, TRIAL, other))
    assert [answer.code for answer in answers] == [None, None, "key_reused"]
    assert bring(app, written(other))[0].code == "key_reused"


def test_a_line_twice_in_a_file_is_a_duplicate(app: App) -> None:
    """The second of two same lines answers as the first, though both are in one batch."""
    answers = bring(app, written(REFERRAL, TRIAL, TRIAL))
    assert [answer.status for answer in answers] == ["accepted", "accepted", "duplicate"]
    assert answers[2].version == answers[1].version == 2


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=20))
def test_lines_are_those_of_the_file(contents: list[bytes]) -> None:
    """Every line that is not blank comes with its number and its bytes."""
    found = [(number, (line or b"").rstrip(b"\n")) for number, line in lines(BytesIO(b"\n".join(contents)))]
    assert found == [(number, line) for number, line in enumerate(contents, 1) if line.strip()]


@pytest.mark.parametrize("excess", [-1, 0, 1, LINE_BYTES_MAX, 5 * LINE_BYTES_MAX])
def test_a_line_that_is_too_long_is_passed_over(excess: int) -> None:
    """It is never held whole, and the next line is read from its own beginning."""
    found = list(lines(BytesIO(b"x" * (LINE_BYTES_MAX + excess) + b"\nnext\n")))
    assert [number for number, _ in found] == [1, 2]
    assert (found[0][1] is None) == (excess > 0)
    assert found[1][1] == b"next\n"
