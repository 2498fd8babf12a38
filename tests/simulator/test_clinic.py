"""Does the synthetic clinic live by the rules of the real one: its decisions, its store, its read models?"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import orjson
import pytest

from entrypoints.app import open_app
from entrypoints.importing import imported
from entrypoints.settings import Settings
from entrypoints.simulator import MONTHS, PATIENTS, planned, simulate, synthetic_clinic
from entrypoints.simulator.entering import SimulatedClock, enter
from journey.errors import Rule
from journey.events import (
    EVENTS,
    EntryCorrected,
    InfusionStarted,
    PatientCheckedIn,
    PatientContacted,
    PatientDischarged,
    SessionSignedOff,
    VitalsRecorded,
)
from journey.events.records import CorrectionKind
from journey.history import fold
from journey.store import codec
from journey.store.request import Answer
from journey.values import LateReason, Origin
from projections.audit import (
    Asked,
    consents_in_force,
    corrections,
    deviations,
    late,
    overrides,
    refused,
    replay,
    timeline,
    unsigned,
)
from projections.schedule import day, tasks
from tests.simulator.conftest import END, SEED, Lived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MEANT = {"pressure_too_high", "pressure_on_hold", "criteria_not_met", "absolute_contraindication"}


def test_nothing_is_refused_but_what_is_meant_to_be(lived: Lived) -> None:
    """Every line is accepted, or refused by the rule that it is meant to run into; and each such rule is met."""
    answers = [(line, answer) for line, answer in lived.outcomes if isinstance(answer, Answer)]
    assert len(answers) == len(lived.outcomes)
    assert [(line.request["command"], answer.code) for line, answer in answers if answer.code != line.refused] == []
    assert {answer.code for _, answer in answers if answer.code is not None} == MEANT


def test_only_a_hurried_nurse_deviates(lived: Lived) -> None:
    """What the staff enters keeps the rules, but for a line placed early, a miscount, and a withdrawal nobody heard."""
    broken = {rule for _, answer in lived.outcomes if isinstance(answer, Answer) for rule in answer.deviations}
    assert broken == {Rule.NOT_CLEARED, Rule.COUNT_DIFFERS, Rule.CONSENT_NOT_IN_FORCE}


def test_there_is_something_of_all_that_auditors_ask(lived: Lived) -> None:
    """Deviations, overrides, late entries, corrections, refusals, unsigned records, each infusion's consent."""
    models, asked = lived.app.models, Asked(limit=100_000)
    for answer in (
        deviations(models, asked),
        overrides(models, asked),
        late(models, asked),
        corrections(models, asked),
        refused(lived.app.store.attempts, asked),
        unsigned(models, asked, END),
    ):
        assert answer["rows"]
    assert {row["of_what"] for row in overrides(models, asked)["rows"]} == {"eligibility", "clearance"}
    found = Counter(row["finding"] for row in consents_in_force(models, asked)["rows"])
    assert set(found) == {None, "contradicted"}
    assert found["contradicted"] < found.total() / 100
    assert found.total() == sum(isinstance(entry.event, InfusionStarted) for entry in lived.events)


def test_every_kind_of_event_occurs(lived: Lived) -> None:
    """Each of the event types happens at the clinic."""
    happened = {type(entry.event).__name__ for entry in lived.events}
    assert set(EVENTS) - happened == set()


def test_all_of_it_says_that_it_is_simulated(lived: Lived) -> None:
    """Every event carries its origin, in a store that knows what it is."""
    assert lived.app.store.simulated
    assert {entry.origin for entry in lived.events} == {Origin.SIMULATED}


def test_each_line_is_heard_of_at_its_own_time(lived: Lived) -> None:
    """The simulated clock tells of each line when it was heard of: seconds after it happened, but for late ones."""
    heard = {str(line.request["command_id"]): line.heard_at for line, _ in lived.outcomes}
    for entry in lived.events:
        assert entry.recorded_at == heard[str(entry.command_id)]
        late = entry.recorded_at - entry.at > timedelta(minutes=15)
        assert late == (entry.reason in {LateReason.WORKLOAD, LateReason.OVERSIGHT})


def test_most_sessions_are_signed_off_within_a_week(lived: Lived) -> None:
    """Of the sessions that are over most have their signature in time, but not all."""
    arrived = {it.event.session_id: it.at for it in lived.events if isinstance(it.event, PatientCheckedIn)}
    signed = {it.event.session_id: it.at for it in lived.events if isinstance(it.event, SessionSignedOff)}
    week = timedelta(days=lived.app.clinic.policy.sign_off_due_days)
    in_time = [key for key, at in signed.items() if at - arrived[key] <= week]
    assert 0.9 * len(arrived) < len(in_time) < len(arrived)


def test_tasks_are_settled_and_left(lived: Lived) -> None:
    """Most are settled by what is entered next; some of each role's stand at the end, and some of them are late."""
    rows = tasks(lived.app.models)["rows"]
    assert {row["owner"] for row in rows} == {"front_desk", "nurse", "prescriber"}
    assert {row["task"] for row in rows} >= {"vitals", "unsigned", "follow_up", "adverse_event", "next", "response"}
    called = [it.event for it in lived.events if isinstance(it.event, PatientContacted)]
    home = [it for it in lived.events if isinstance(it.event, PatientDischarged)]
    assert 0.8 * len(home) < len(called) < len(home)
    assert {it.reached for it in called} == {True, False}
    assert any(row["overdue"] for row in rows)


def test_late_entries_show_as_late(lived: Lived) -> None:
    """Readings that lay on paper for forty minutes are late in the timeline, and withdrawals told of the day after."""
    rows = timeline(lived.app.models, limit=100_000)["rows"]
    late = [row for row in rows if row["late"]]
    assert {row["delay_s"] // 60 for row in late if row["type"] == "VitalsRecorded"} == {40}
    assert {row["type"] for row in late} == {"VitalsRecorded", "ConsentWithdrawn"}
    assert len(late) > 5


def test_corrections_of_both_kinds(lived: Lived) -> None:
    """Entries are amended, and entries are retracted."""
    kinds = {it.event.kind for it in lived.events if isinstance(it.event, EntryCorrected)}
    assert kinds == set(CorrectionKind)


def test_refused_attempts_are_kept(lived: Lived) -> None:
    """What was refused can be looked up, page by page, with its rule's fixed text."""
    attempts, first = lived.app.store.attempts, refused(lived.app.store.attempts, Asked(limit=5))
    second = refused(attempts, Asked(after=first["next"], limit=100_000))
    codes = Counter(row["code"] for row in first["rows"] + second["rows"])
    meant = Counter(line.refused for line, _ in lived.outcomes if line.refused)
    assert (codes, second["next"]) == (meant, None)
    assert all(row["message"] for row in second["rows"])


@pytest.mark.parametrize("changed", [date(2025, 11, 2), date(2026, 3, 8)])
def test_infusions_on_the_day_the_clocks_change(lived: Lived, changed: date) -> None:
    """The clinic is at work on the days when its clocks change."""
    local = lived.app.clinic.site.local
    starts = [local(it.at).date() for it in lived.events if isinstance(it.event, InfusionStarted)]
    assert starts.count(changed) > 1


def test_the_board_shows_every_stage(lived: Lived) -> None:
    """On the last day three chairs infuse, one recovers, one is being measured; others are over, or still to come."""
    site = lived.app.clinic.site
    board = day(lived.app.models, site.tzinfo, site.local(END).date(), lived.app.clinic.policy)
    stages = Counter(row["stage"] for row in board["rows"])
    assert (stages["infusing"], stages["recovering"], stages["checked_in"]) == (3, 1, 1)
    assert stages["discharged"] > 0
    assert stages[None] > 0  # to come


def test_names_are_in_the_vault_and_nowhere_else(lived: Lived) -> None:
    """The synthetic names are sealed as real ones are: no file of the clinic holds one."""
    names = {line.request["identity"]["name"] for line, _ in lived.outcomes if "identity" in line.request}
    kept = b"".join(file.read_bytes() for file in lived.app.settings.data.iterdir() if file.is_file())
    assert len(names) > 50
    assert not [name for name in names if name.encode() in kept]


def test_it_is_seeded_in_well_under_half_a_minute(lived: Lived) -> None:
    """Simulating, storing and projecting it all takes less than thirty seconds of one core."""
    assert lived.worked_s < 30


def test_entering_again_changes_nothing(lived: Lived) -> None:
    """A clinic that was entered is not entered twice: what is known is passed over."""
    head = lived.app.store.log.head()
    clock = SimulatedClock(lambda: END)
    past = (line for line in planned(SEED, PATIENTS, MONTHS, END) if line.heard_at <= END)
    assert list(enter(lived.app.store, clock, past)) == []
    assert lived.app.store.log.head() == head


def test_the_lines_can_be_imported(tmp_path: Path) -> None:
    """The same lines go through `journey import`, into a store of the clinic's own that is no simulation."""
    text = b"".join(orjson.dumps(line) + b"\n" for line in simulate(3, 10, 4, END))
    meant = [line.refused for line in planned(3, 10, 4, END) if line.heard_at <= END]
    later = datetime(2026, 7, 1, tzinfo=UTC)
    with open_app(Settings(data=tmp_path), clock=lambda: later, clinic=synthetic_clinic()) as app:
        answers = list(imported(app.store.journeys, BytesIO(text), "main"))
        assert [answer.code for answer in answers] == meant
        stored = [codec.decode(row.body) for row in app.store.log.rows(0, app.store.log.head())]
        assert {entry.origin for entry in stored} == {Origin.IMPORT}
        assert any(isinstance(entry.event, VitalsRecorded) for entry in stored)


def test_journeys_replay(lived: Lived) -> None:
    """A journey's replay ends in the state that decisions see; a response that comes out otherwise is stale."""
    log = lived.app.store.log
    journeys = sorted({entry.journey_id for entry in lived.events})
    for journey_id in journeys[::4]:
        rows = [(it.position, codec.decode(it.body)) for it in log.stream(journey_id)]
        told = replay(rows, clinic=lived.app.clinic)
        assert told["state"] == codec.plain(fold(log.history(journey_id)))
        assert [step["position"] for step in told["steps"]] == [position for position, _ in rows]
        assert not [step for step in told["steps"] if step["recomputed_differs"] and not step["stale"]]
