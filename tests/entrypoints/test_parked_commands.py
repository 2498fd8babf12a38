"""Can an operator see what waits, try it again, and leave one event out, on the command line?"""

from __future__ import annotations

import getpass
import json
from typing import Any

import pytest

from entrypoints.app import open_models
from entrypoints.settings import Settings
from journey.events import Event
from journey.recorded import Recorded
from journey.store import at_once
from tests.entrypoints.command_line import CommandLine, Said
from tests.entrypoints.conftest import WORKED

BAD, VERSION = 33, 30
"""The position of the event that can't be read, and its version in the journey: a container's events lie between."""


@pytest.fixture
def broken(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Return the command line of an installation of a version that can't read one event; it has caught up."""
    line("import", WORKED)
    decode = at_once.decode

    def failing(body: bytes) -> Recorded[Event]:
        recorded = decode(body)
        if recorded.version == VERSION:
            raise NotImplementedError
        return recorded

    monkeypatch.setattr(at_once, "decode", failing)
    line("schedule", "due")
    return line


@pytest.fixture
def mended(broken: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Return the command line of a version that reads the event."""
    monkeypatch.undo()
    return broken


def listed(line: CommandLine, *words: str) -> list[dict[str, Any]]:
    """Return the rows of `parked list`."""
    rows: list[dict[str, Any]] = line("parked", "list", *words, "--json").json["rows"]
    return rows


def one_line(said: Said) -> str:
    """Return the line a command ended with."""
    (line,) = said.err.strip().splitlines()
    return line


def test_what_waits_is_listed_and_shown(broken: CommandLine) -> None:
    """Of each read model the journey, where it waits, why, since when; and nothing of a patient."""
    rows = listed(broken)
    assert [row["projection"] for row in rows] == ["schedule", "outcome", "audit"]
    assert {(row["position"], row["reason"]) for row in rows} == {(BAD, "decode:NotImplementedError")}
    assert listed(broken, "outcome") == rows[1:2]
    journey = rows[0]["journey_id"]
    shown = broken("parked", "show", "schedule", journey, "--json").json["rows"]
    assert len(shown) == rows[0]["events"]
    assert list(shown[0]) == [
        *("position", "offset", "reason", "since", "type", "event_id", "streamversion", "recorded_at"),
        *("bytes", "digest"),
    ]
    assert (shown[0]["position"], shown[0]["streamversion"], shown[1]["reason"]) == (BAD, VERSION, "queued")
    assert broken("parked", "list").code == 0


def test_what_still_fails_is_said(broken: CommandLine) -> None:
    """A redrive that mends nothing says what waits and why, and ends with 3."""
    said = broken("parked", "redrive", "schedule", "--json")
    assert said.code == 3
    (row,) = json.loads(said.out)["rows"]
    assert (row["applied"], row["position"], row["reason"]) == (0, BAD, "decode:NotImplementedError")
    assert "1 of 1 still wait" in one_line(said)


def test_a_version_that_reads_it_goes_on(mended: CommandLine) -> None:
    """A redrive applies all that waits of a read model; the rows are what the events say."""
    waited = listed(mended)
    for row in waited:
        (done,) = mended("parked", "redrive", row["projection"], row["journey_id"], "--json").json["rows"]
        assert (done["applied"], done["waiting"]) == (row["events"], 0)
        assert mended("projections", "verify", row["projection"]).code == 0
    assert listed(mended) == []
    assert mended("parked", "redrive", "schedule").code == 0
    assert mended("parked", "show", "schedule", waited[0]["journey_id"]).code == 4


def test_one_event_is_left_out(mended: CommandLine) -> None:
    """The rest is folded; who decided it, and why, is listed and told by the audit, and a verification finds it."""
    (row,) = listed(mended, "audit")
    journey = row["journey_id"]
    skip = ("parked", "skip", "audit", journey, "--position", BAD, "--reason", "entered_again")
    said = mended(*skip, "--json")
    (done,) = said.json["rows"]
    assert (done["applied"], done["waiting"]) == (row["events"] - 1, 0)
    assert "left out of audit" in one_line(said)
    (left,) = listed(mended, "--skipped")
    assert {**left, "skipped_at": None} == {
        "projection": "audit",
        "journey_id": journey,
        "position": BAD,
        "journey_version": VERSION,
        "fault": "decode:NotImplementedError",
        "reason": "entered_again",
        "skipped_by": getpass.getuser(),
        "skipped_at": None,
    }
    answer = mended("audit", "timeline", "--journey", journey, "--json").json
    assert [it["position"] for it in answer["left_out"]] == [BAD]
    assert answer["stale_since"] == left["skipped_at"]
    assert mended("projections", "verify", "audit").code == 3
    again = mended(*skip)
    assert again.code == 5
    assert "it does not wait" in one_line(again)


def test_a_reason_is_one_of_a_list(mended: CommandLine) -> None:
    """No free text is taken: it could say something about a patient."""
    (row,) = listed(mended, "audit")
    words = ("--position", BAD, "--reason", "Maria's second visit")
    said = mended("parked", "skip", "audit", row["journey_id"], *words)
    assert said.code == 2
    assert listed(mended, "audit") == [row]


@pytest.mark.parametrize("words", [("list", "none"), ("redrive", "none"), ("show", "none", "?")])
def test_no_such_read_model(worked: CommandLine, words: tuple[str, ...]) -> None:
    """A read model that is not there is told, with exit code 4."""
    assert worked("parked", *words).code == 4


def test_a_journey_is_an_id(line: CommandLine) -> None:
    """What is no journey's id is a mistake of whoever typed it."""
    assert line("parked", "redrive", "audit", "Maria").code == 2


def test_an_open_breaker_is_told(broken: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redrive that leaves the breaker open ends with its words; one that closes it lets the read model go on."""
    with open_models(Settings(data=broken.folder)) as (_, models), models.database.writing() as session:
        models.breaker(session, "schedule").open("schedule: it is our bug", models.clock())
    (told,) = [row for row in broken("projections", "status", "--json").json if row["name"] == "schedule"]
    assert (told["state"], told["stopped"]) == ("stopped", "schedule: it is our bug")
    assert broken("parked", "redrive", "schedule").code == 3
    monkeypatch.undo()
    assert broken("parked", "redrive", "schedule").code == 0
    assert broken("projections", "verify", "schedule").code == 0
    assert {row["state"] for row in broken("projections", "status", "--json").json} == {"current"}
