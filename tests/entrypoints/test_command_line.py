"""Can people and programs trust the command line: its data, its words, its exit codes?"""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from journey.store import codec
from tests.decisions.worked_journey import named
from tests.entrypoints.command_line import CommandLine, Said
from tests.entrypoints.conftest import WORKED

JOURNEY = "7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01"
SESSION = named("infusion 1 session")
OTHER = "00000000-0000-4000-8000-00000000dead"
EVENTS, VERSIONS = 164, 149
"""How many there are of all, and of the journey: the others are of the container that its drug came from."""
ESCAPE = "\x1b"
AT = "2026-03-02T09:00:00-08:00"

REFER = (
    *("do", "ReferJourney", "--role", "front_desk", "--by", "fran", "--at", AT),
    *("patient_id=9f4a5eac-839f-5abb-a876-888693e37a04", "referrer=self", "indication_icd10=F33.2"),
    "reason=treatment_resistant_depression",
)
TRIAL = (
    *("do", "RecordTreatmentTrial", "--role", "nurse", "--by", "nora", "--at", AT),
    *("modality=drug", "weeks=8", "adequate=true", "outcome=failed", "episode=current", "evidence=record"),
)


def one_line(said: Said, code: int) -> None:
    """Expect that it failed with this code, in one line on stderr."""
    assert said.code == code, said
    assert said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err


def test_the_worked_file_fills_the_read_models(worked: CommandLine) -> None:
    """From `journey import` to the answers of all three read models, by the command line alone."""
    series = worked("schedule", "series", JOURNEY, "--json").json
    assert [slot["state"] for slot in series["planned"]] == ["given"] * 6
    assert [given["infusion"] for given in series["given"]] == [1, 2, 3, 4, 5, 6, 7]
    due = worked("schedule", "due", "--json").json["rows"]
    sites = [
        worked("schedule", "tasks", *it, "--json").json["rows"] for it in ((), ("--site", "main"), ("--site", "n"))
    ]
    assert sites == [sites[0], sites[0], []] != [[], [], []]
    assert due[0].keys() == {"journey_id", "kind", "due_at", "reason", "appointment_id", "series_id"}
    assert [row["kind"] for row in due if row["reason"] != "unsigned"] == ["maintenance"]
    record = worked("session", JOURNEY, SESSION, "--json").json
    assert (record["missing"], record["signed_off"]) == (["iv_access"], None)
    [seat] = worked("schedule", "day", "2025-09-09", "--json").json["rows"]
    assert (seat["chair"], seat["stage"], seat["missing"]) == ("chair-1", "discharged", ["sign_off"])
    [seat] = worked("schedule", "board", "2025-09-09", "--role", "front_desk", "--json").json["rows"]
    assert (seat["next_command"], seat["now_command"]) == ("SignOffSession", None)
    days = worked("schedule", "week", "2025-09-09", "--json").json["days"]
    assert [day["infusions"] for day in days] == [0, 1, 0, 0, 1, 0, 0]
    [total] = worked("schedule", "chairs", "--from", "2025-09-08", "--json").json["total"]
    assert (total["open_min"], total["booked_pct"]) == (6 * 3 * 600, round(100 * total["booked_min"] / 10_800, 1))
    load = worked("schedule", "staff", "--from", "2025-09-08", "--until", "2025-09-09", "--json").json["rows"]
    assert {row["open_min"] for row in load} == {600}
    one_line(worked("schedule", "chairs", "--from", "2025-09-08", "--until", "2025-09-01"), 2)
    maintained = worked("schedule", "maintenance", "--json").json
    assert (maintained["n"], maintained["overdue"], maintained["booked"]) == (1, 1, 0)
    responses = worked("outcome", "responses", "--by", "infusion", "--rule", "phq9-lt5", "--json").json
    assert (responses["rule"], responses["by"], responses["position"]) == ("phq9-lt5", "infusion", EVENTS)
    assert [row["started"] for row in responses["rows"]] == [1] * 7
    course = worked("outcome", "journey", JOURNEY, "--json").json
    assert (course["baseline"]["score"], course["endpoint"]["score"]) == ("18", "4")
    assert course["result"]["outcome_class"] == "remission"
    assert worked("outcome", "side-effects", "--json").json["position"] == EVENTS
    timeline = worked("audit", "timeline", "--journey", JOURNEY, "--json").json
    assert [row["version"] for row in timeline["rows"]] == list(range(1, VERSIONS + 1))


def test_the_timeline_is_narrowed(worked: CommandLine) -> None:
    """Entries are found by who made them, of which type, when they were recorded, and where."""

    def types(*words: object) -> list[str]:
        return [row["type"] for row in worked("audit", "timeline", *words, "--json").json["rows"]]

    assert set(types("--type", "EntryCorrected", "--type", "JourneyReferred")) == {"EntryCorrected", "JourneyReferred"}
    assert set(types("--actor", "fran")) < set(types())
    assert types("--site", "elsewhere") == []
    assert len(types("--site", "main", "--limit", 5)) == 5
    assert types("--since", "2999-01-01T00:00:00Z") == []
    assert types("--after", EVENTS - 1) == types()[-1:]


def test_what_is_out_of_the_ordinary(worked: CommandLine) -> None:
    """Corrections and consents are asked with filters, page by page, and come as people or programs want them."""
    corrections = worked("audit", "corrections", "--json").json["rows"]
    assert {row["entry_type"] for row in corrections}
    assert worked("audit", "corrections", "--kind", "elsewhere", "--json").json["rows"] == []
    first = worked("audit", "consents", "--limit", 2, "--journey", JOURNEY, "--json").json
    second = worked("audit", "consents", "--after", first["next"], "--site", "main", "--json").json
    whole = worked("audit", "consents", "--json").json["rows"]
    assert first["rows"] + second["rows"] == whole
    assert [row["finding"] for row in whole] == [None] * len(whole)
    assert worked("audit", "late", "--actor", "nobody").err == "No rows.\n"


def test_the_drugs_ledger_is_told(worked: CommandLine) -> None:
    """Each movement with what was left, and the balance of each day; of one container, and from a day on."""
    whole = worked("audit", "drug-ledger", "--json").json
    assert [it["type"] for it in whole["rows"]] == ["ContainerReceived", *["ContainerDispensed"] * 7]
    assert (whole["rows"][0]["rest_ml"], whole["rows"][-1]["rest_ml"]) == ("10", "3.78")
    assert [it["rest_ml"] for it in whole["days"]] == ["9.2", "8.4", "7.6", "6.64", "5.68", "4.72", "3.78"]
    short = worked("audit", "drug-ledger", "--container", named("container"), "--since", "2025-10-01T00:00:00Z")
    assert "3.78" in short.out
    assert worked("audit", "drug-ledger", "--container", OTHER, "--json").json["rows"] == []


def test_the_read_models_are_current_and_right(worked: CommandLine) -> None:
    """The status has its promised keys, and every read model is verified row by row."""
    worked("schedule", "due")
    for row in worked("projections", "status", "--json").json:
        assert list(row) == [
            *("name", "version", "position", "head", "lag_events", "lag_seconds", "parked", "left_out", "state"),
            *("builds", "partitions"),
        ]
        assert (row["position"], row["lag_events"], row["state"]) == (EVENTS, 0, "current")
        assert worked("projections", "verify", row["name"], "--json").json["verified"] is True


def test_a_wrong_row_is_found(line: CommandLine) -> None:
    """A cell changed by hand is named by `verify`, with the exit code for it; a rebuild puts it right."""
    line("import", WORKED)
    line("schedule", "due")
    with sqlite3.connect(line.folder / "projections.sqlite") as database:
        [table] = database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'schedule%given'").fetchone()
        database.execute(f"UPDATE {table} SET mg = '41' WHERE infusion = 3")  # noqa: S608 - a table of ours
    database.close()
    said = line("projections", "verify", "schedule", "--json")
    [difference] = json.loads(said.out)["differences"]
    assert (said.code, difference["difference"], difference["columns"]) == (3, "changed", ["mg"])
    assert line("projections", "rebuild", "schedule").code == 0
    assert line("projections", "verify", "schedule").code == 0


def test_a_build_is_switched_to_and_back(line: CommandLine) -> None:
    """Made without a switch, a build is seen, switched to and back from; without one, an exit code says so."""
    line("import", WORKED)
    line("schedule", "due")

    def builds() -> dict[str, object]:
        return next(it["builds"] for it in line("projections", "status", "--json").json if it["name"] == "schedule")

    assert line("projections", "switch", "schedule").code == line("projections", "switch-back", "schedule").code == 4
    said = line("projections", "rebuild", "schedule", "--no-switch", "--processes", 1)
    assert (said.code, said.out) == (0, "")
    assert f"is built up to position {EVENTS}" in said.err
    assert builds() == {"live": 1, "former": None, "next": 2, "next_is": "whole"}
    assert line("projections", "switch", "schedule").code == 0
    assert builds() == {"live": 2, "former": 1, "next": None, "next_is": None}
    assert line("projections", "switch-back", "schedule").code == 0
    assert builds() == {"live": 1, "former": 2, "next": None, "next_is": None}
    assert line("projections", "verify", "schedule").code == 0
    assert line("projections", "rebuild", "nothing").code == 4


def test_import_answers_a_line_for_each_line(line: CommandLine) -> None:
    """In a process of its own: data alone on stdout, no colour off a terminal, exit 0; again, and nothing changes."""
    first = line.process("import", WORKED)
    assert first.code == 0
    assert ESCAPE not in first.out + first.err
    assert first.lines[0] == {
        "line": 1,
        "status": "accepted",
        "code": None,
        "message": None,
        "version": 1,
        "position": 1,
    }
    again = line.process("import", "-", stdin=WORKED.read_bytes())
    assert again.code == 0
    assert [answer | {"status": "accepted"} for answer in again.lines] == first.lines


def test_import_fails_when_a_line_does(line: CommandLine) -> None:
    """One line that is not accepted makes the exit code 1; the others are in."""
    said = line.process("import", "-", stdin=b"{\n" + WORKED.read_bytes())
    one_line(said, 1)
    assert [answer["status"] for answer in said.lines[:2]] == ["invalid", "accepted"]
    assert len(line("export").lines) == EVENTS


def test_import_judges_by_another_policy(line: CommandLine, tmp_path: Path) -> None:
    """With `--policy` its numbers apply, and are stamped on events; a policy with an unknown number is refused."""
    policy = tmp_path / "policy.json"
    policy.write_text('{"name": "strict", "dose_mg_per_kg_max": "0.4"}')
    answers = line("import", WORKED, "--policy", policy).lines
    assert "dose_too_high" in {answer["code"] for answer in answers}
    assert line("export").lines[0]["event"]["policyversion"].startswith("strict-")
    policy.write_text('{"dose_max": 1}')
    one_line(line("import", WORKED, "--policy", policy), 2)


def test_export_gives_the_stored_bytes(worked: CommandLine) -> None:
    """Each line holds position, digest and the event exactly as stored; it can be had from a position on."""
    said = worked("export")
    for position, (text, whole) in enumerate(zip(said.out.splitlines(), said.lines, strict=True), 1):
        body = text.partition('"event":')[2].removesuffix("}")
        assert list(whole) == ["position", "digest", "event"]
        assert (whole["position"], whole["digest"]) == (position, codec.digest(body.encode()))
    assert worked("export", "--after", EVENTS - 2).lines == said.lines[-2:]


def test_show_as_of(worked: CommandLine) -> None:
    """A journey is shown as of a version, a recorded time, a happened time."""
    now = worked("show", JOURNEY, "--json").json
    assert (now["version"], now["state"]["phase"]) == (VERSIONS, "maintenance")
    early = worked("show", JOURNEY, "--at-version", 3, "--json").json
    assert (early["version"], early["state"]["phase"], len(early["steps"])) == (3, "referred", 3)
    never = worked("show", JOURNEY, "--as-recorded", "2025-12-31T00:00:00Z", "--json").json
    assert never["version"] == 0
    then = worked("show", JOURNEY, "--as-happened", "2025-09-10T00:00:00Z", "--json").json
    assert then["state"]["phase"] == "induction"
    assert "JourneyReferred" in worked("show", JOURNEY).out


def test_replay_says_what_changed(worked: CommandLine) -> None:
    """The audit's replay has its promised keys, the correction and what it corrects."""
    steps = worked("audit", "replay", JOURNEY, "--json").json["steps"]
    promised = {"position", "version", "type", "at", "recorded_at", "actor", "late", "deviations", "corrects"}
    assert promised | {"corrected_by", "changed"} <= steps[0].keys()
    [correction] = [step for step in steps if step["type"] == "EntryCorrected"]
    [corrected] = [step for step in steps if step["corrected_by"] == correction["event_id"]]
    assert correction["corrects"] == corrected["event_id"]


def refer(line: CommandLine, *words: str) -> str:
    """Refer a patient; the journey's id."""
    journey: str = line(*REFER, *words, "--json").json["journey_id"]
    return journey


def test_do_asks_one_command(line: CommandLine, tmp_path: Path) -> None:
    """A command is asked by name and fields; names and notes go by the vault."""
    identity = tmp_path / "identity.json"
    identity.write_text('{"name": "Jane Doe"}')
    journey = refer(line, "--identity", str(identity))
    answer = line(*TRIAL, "--journey", journey, "--note", "slept badly", "--json").json
    assert (answer["status"], answer["version"], answer["position"]) == ("accepted", 2, 2)
    [_, recorded] = line("export").lines
    assert recorded["event"]["time"] == "2026-03-02T17:00:00.000000Z"
    assert (recorded["event"]["actor"], recorded["event"]["utcoffsetmin"]) == ("nora", -480)
    assert recorded["event"]["data"]["deviations"] == ["late_without_reason"]
    assert "Jane" not in line("export").out
    assert "slept" not in line("export").out


def test_the_same_command_id_is_the_same_command(line: CommandLine) -> None:
    """Asked again it is a duplicate; with other fields it is a conflict."""
    journey, key = refer(line), str(uuid4())
    once = line(*TRIAL, "--journey", journey, "--command-id", key, "--json").json
    again = line(*TRIAL, "--journey", journey, "--command-id", key, "--json").json
    assert (again["status"], again["version"]) == ("duplicate", once["version"])
    one_line(line(*TRIAL, "weeks=9", "--journey", journey, "--command-id", key), 5)


def test_a_version_that_was_overtaken_is_a_conflict(line: CommandLine) -> None:
    """With `--if-version` nothing is asked on what has changed since."""
    journey = refer(line)
    assert line(*TRIAL, "--journey", journey, "--if-version", "1").code == 0
    one_line(line(*TRIAL, "--journey", journey, "--if-version", "1"), 5)


def test_a_refusal_is_a_failure(line: CommandLine) -> None:
    """The answer is on stdout, the rule's words on stderr, and the exit code is 1."""
    refer(line)
    said = line(*REFER, "--json")
    one_line(said, 1)
    assert json.loads(said.out)["code"] == "journey_open_elsewhere"
    assert said.err == "The patient has an open journey at this site.\n"


def test_a_refusal_says_what_it_is_about(line: CommandLine) -> None:
    """A chair that is taken is named on stderr, in the answer, and among the refusals."""
    first, second = refer(line), refer(line, f"patient_id={OTHER}")
    book = (
        *("do", "BookAppointment", "--role", "front_desk", "--by", "fran", "--at", AT, "kind=consult"),
        *("chair=chair-1", "start=2026-03-03T09:00:00-08:00", "end=2026-03-03T10:00:00-08:00"),
    )
    assert line(*book, "--journey", first).code == 0
    said = line(*book, f"appointment_id={OTHER}", "--journey", second, "--json")
    one_line(said, 1)
    about = {"appointment_id": OTHER, "resource": "chair-1"}
    assert json.loads(said.out)["detail"] == about
    told = f"(appointment_id {OTHER}, resource chair-1)"
    assert said.err == f"The chair or staff member is taken at that time. {told}\n"
    [row] = line("audit", "refused", "--json").json["rows"]
    assert row["detail"] == about


@pytest.mark.parametrize(
    "words,message",
    [
        (("do", "Cure", "--role", "nurse", "--journey", OTHER), "There is no such command."),
        (("do", "CompleteInfusion", "--role", "nurse"), "--journey is missing"),
        ((*TRIAL, "--journey", OTHER, "weeks"), "fields are given as key=value"),
        ((*TRIAL, "--journey", OTHER, "weeks=many"), "weeks must be a whole number."),
        ((*TRIAL, "--journey", OTHER, "--note", "x" * 70_000), None),
        ((*TRIAL, "--journey", OTHER, "max_dose_mg=-1"), "max_dose_mg must be more than 0."),
        (("do", "ReferJourney", "--role", "nurse", "--by", "Jane Doe"), "patient_id is missing."),
        (("import", "/no/such/file"), "/no/such/file: No such file or directory"),
        (("topics", "check"), "JOURNEY_KAFKA: names no broker, so there are no topics"),
        (("relay",), "JOURNEY_KAFKA: names no broker, so there are no topics"),
        (("audit", "timeline", "--type", "Cured"), "--type: there is no such type of event; see docs/events.md."),
        (("audit", "refused", "--after", "x"), "--after takes what `next` said."),
        (("audit", "deviations", "--after", "x"), "--after takes what `next` said."),
        (("token", "--user", "Jane Doe", "--role", "nurse"), None),
    ],
)
def test_a_mistake_is_told_in_one_line(line: CommandLine, words: tuple[str, ...], message: str | None) -> None:
    """What whoever asks can put right ends in one line and exit code 2."""
    said = line(*words)
    one_line(said, 2)
    if message is not None:
        assert said.err == f"{message}\n"


@pytest.mark.parametrize("words", [("show", "x"), ("show", OTHER, "--at-version", "0"), ("frobnicate",), ("do",)])
def test_usage_is_told(line: CommandLine, words: tuple[str, ...]) -> None:
    """Words that are no command line end with exit code 2, and no traceback."""
    said = line.process(*words)
    assert said.code == 2
    assert "Traceback" not in said.err


def test_a_naive_time_is_refused(line: CommandLine) -> None:
    """A time needs its offset on the command line too."""
    said = line(*TRIAL, "--journey", OTHER, "--at", "2026-03-02T09:00:00")
    assert said.code == 2
    assert "offset" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("show", OTHER),
        ("schedule", "series", OTHER),
        ("outcome", "journey", OTHER),
        ("outcome", "responses", "--rule", "none"),
        ("audit", "replay", OTHER),
        ("projections", "verify", "none"),
        (*TRIAL, "--journey", OTHER),
    ],
)
def test_what_is_not_there_is_not_found(worked: CommandLine, words: tuple[str, ...]) -> None:
    """An unknown journey, rule or read model ends with exit code 4."""
    one_line(worked(*words), 4)


@pytest.mark.parametrize(
    "name,value,code",
    [
        ("JOURNEY_STORE_URL", "mysql://secret@host/db", 2),
        ("JOURNEY_PORT", "many", 2),
        ("JOURNEY_POLICY_FILE", "/no/such/file", 2),
        ("JOURNEY_SITE_FILE", "/no/such/file", 2),
        ("JOURNEY_STORE_URL", "postgresql://nobody:secret@127.0.0.1:1/none", 1),
        ("JOURNEY_STORE_URL", "sqlite:////dev/null/x/journey.sqlite", 1),
        ("JOURNEY_PROJECTIONS_URL", f"sqlite:///{WORKED}", 1),
        ("JOURNEY_KEYS_URL", f"sqlite:///{WORKED}", 1),
    ],
)
def test_a_setting_that_can_not_be_used_is_told(tmp_path: Path, name: str, value: str, code: int) -> None:
    """A fault of the installation ends in one line that holds no secret."""
    said = CommandLine(tmp_path, {name: value})("schedule", "due")
    one_line(said, code)
    assert "secret" not in said.err


def test_config_masks_secrets(tmp_path: Path) -> None:
    """Effective settings are printed whole, passwords never."""
    url = "postgresql://user:hunter2@db/journey?password=hunter2"
    said = CommandLine(tmp_path, {"JOURNEY_STORE_URL": url, "JOURNEY_PORT": "8123"})("config")
    assert "hunter2" not in said.out
    assert "JOURNEY_STORE_URL=postgresql://user:***@db/journey?password=***" in said.out.splitlines()
    assert "JOURNEY_PORT=8123" in said.out.splitlines()
    assert f"JOURNEY_PROJECTIONS_URL=sqlite:///{tmp_path}/projections.sqlite" in said.out.splitlines()


LOOKS: list[tuple[tuple[str, ...], str, str | None]] = [
    (("show", JOURNEY), "journey show JOURNEY", JOURNEY),
    (("session", JOURNEY, SESSION), "journey session JOURNEY SESSION", JOURNEY),
    (("export",), "journey export", None),
    (("schedule", "day"), "journey schedule day", None),
    (("schedule", "week"), "journey schedule week", None),
    (("schedule", "chairs"), "journey schedule chairs", None),
    (("schedule", "staff"), "journey schedule staff", None),
    (("schedule", "maintenance"), "journey schedule maintenance", None),
    (("schedule", "board", "--role", "nurse"), "journey schedule board", None),
    (("schedule", "due"), "journey schedule due", None),
    (("schedule", "tasks"), "journey schedule tasks", None),
    (("schedule", "series"), "journey schedule series", None),
    (("schedule", "series", JOURNEY), "journey schedule series JOURNEY", JOURNEY),
    (("schedule", "find", JOURNEY), "journey schedule find JOURNEY", JOURNEY),
    (("outcome", "responses"), "journey outcome responses", None),
    (("outcome", "journey", JOURNEY), "journey outcome journey JOURNEY", JOURNEY),
    (("outcome", "side-effects"), "journey outcome side-effects", None),
    (("outcome", "time-to-response"), "journey outcome time-to-response", None),
    (("outcome", "sustained"), "journey outcome sustained", None),
    (("outcome", "trajectories"), "journey outcome trajectories", None),
    (("outcome", "adherence"), "journey outcome adherence", None),
    (("outcome", "pressure"), "journey outcome pressure", None),
    (("audit", "timeline"), "journey audit timeline", None),
    (("audit", "replay", JOURNEY), "journey audit replay JOURNEY", JOURNEY),
    (("audit", "refused"), "journey audit refused", None),
    (("audit", "reads"), "journey audit reads", None),
    (("audit", "deviations", "--journey", JOURNEY), "journey audit deviations", JOURNEY),
    *((("audit", name), f"journey audit {name}", None) for name in ("overrides", "late", "corrections")),
    *((("audit", name), f"journey audit {name}", None) for name in ("unsigned", "consents")),
]


@pytest.mark.parametrize("words,route,journey", LOOKS, ids=[" ".join(words[:2]) for words, _, _ in LOOKS])
def test_a_look_leaves_one_row(worked: CommandLine, words: tuple[str, ...], route: str, journey: str | None) -> None:
    """Whoever looks at a person's data is in the access trail: who, in what way, at whose."""
    before = len(_reads(worked))
    assert worked(*words).code == 0
    after = _reads(worked)
    assert len(after) == before + 2  # the look, and the one at the trail itself
    assert (after[-2]["route"], after[-2]["journey_id"], after[-2]["role"]) == (route, journey, "operator")


def test_a_look_at_nobody_leaves_a_row_too(worked: CommandLine) -> None:
    """A journey that is not there was looked for."""
    worked("show", OTHER)
    row = _reads(worked)[-2]
    assert (row["journey_id"], row["outcome"]) == (OTHER, "not_found")


def _reads(line: CommandLine) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = line("audit", "reads", "--limit", 10_000, "--json").json["rows"]
    return rows


def test_people_get_tables(worked: CommandLine) -> None:
    """Without `--json` an answer is a table, whole and without colour off a terminal."""
    said = worked("outcome", "responses")
    assert said.out.startswith("rule  phq9-lt5\n")
    assert ESCAPE not in said.out
    assert "exact_one_sided_95" in said.out


def test_refusals_are_listed(line: CommandLine) -> None:
    """Who was refused, and why, is found again."""
    refer(line)
    line(*REFER)
    [row] = line("audit", "refused", "--actor", "fran", "--json").json["rows"]
    assert (row["command"], row["code"], row["actor"]) == ("ReferJourney", "journey_open_elsewhere", "fran")


def test_a_token_is_printed_alone(line: CommandLine) -> None:
    """The token is all that is on stdout; where an issuer is configured there is none."""
    said = line("token", "--user", "nora", "--role", "nurse")
    assert said.code == 0
    assert said.out.count(".") == 2
    assert said.out.count("\n") == 1
    foreign = CommandLine(line.folder, {"JOURNEY_ISSUER": "https://issuer.example"})
    one_line(foreign("token", "--user", "nora", "--role", "nurse"), 2)


def test_a_worker_follows_and_stops_cleanly(line: CommandLine) -> None:
    """A worker in a process of its own keeps up with the log, and ends with exit code 0 when it is told to."""
    line("import", WORKED)
    worker = line.start("work", "schedule", "outcome")
    try:
        deadline = time.monotonic() + 30
        while not all(line("projections", "status", "--json").json[it]["position"] == EVENTS for it in (0, 1)):
            assert worker.poll() is None
            assert time.monotonic() < deadline
    finally:
        worker.send_signal(signal.SIGTERM)
        said = worker.communicate(timeout=30)
    assert worker.returncode == 0, said
    assert [row["state"] for row in line("projections", "status", "--json").json] == ["current", "current", "new"]


def test_migrate_makes_a_store_on_postgresql(tmp_path: Path, postgres_schema: str) -> None:
    """Nothing runs on PostgreSQL before `migrate`; after it everything does, and again it changes nothing."""
    line = CommandLine(tmp_path, {"JOURNEY_STORE_URL": postgres_schema, "JOURNEY_PROJECTIONS_URL": postgres_schema})
    one_line(line("export"), 1)
    assert line("migrate").code == 0
    assert line("migrate").code == 0
    assert line("import", WORKED).code == 0
    assert len(line("schedule", "series", JOURNEY, "--json").json["given"]) == 7


def test_says_what_is_next(worked: CommandLine) -> None:
    """Of a role the steps, the legal ones first, with what is missing for the others; the look is recorded."""
    whole = worked("next", JOURNEY, "--role", "prescriber", "--json").json
    legal = {step["command"] for step in whole["steps"] if step["legal"]}
    assert whole["phase"] == "maintenance"
    assert {"AssessResponse", "PauseJourney"} <= legal
    short = worked("next", JOURNEY, "--role", "nurse")
    assert (short.code, "RecordVitals" in short.out, "PauseJourney" in short.out) == (0, False, True)
    one_line(worked("next", OTHER, "--role", "nurse"), 4)
