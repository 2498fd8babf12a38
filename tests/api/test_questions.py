"""Are questions answered as fresh as is asked, page by page, as JSON and as CSV?"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.api.questions.schedule import Owner
from entrypoints.api.sheets import NUMBER, safe, sheet
from entrypoints.api.tokens import Purpose
from journey.commands import COMMANDS, CloseJourney, Command, ConfirmEligibility, PauseJourney
from journey.errors import Rule
from journey.response import RULES
from journey.roles import may
from journey.store import codec
from journey.values import Role
from projections import outcome, schedule
from projections.outcome import Scope
from projections.schedule import KINDS
from tests.api.conftest import Desk

JOURNEY = "7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01"
TEXTS = {rule.value: rule.text for rule in Rule}


def pages(desk: Desk, path: str, role: Role, limit: int) -> list[dict[str, Any]]:
    """All rows of a question, page by page."""
    rows, cursor = [], None
    while True:
        more = "" if cursor is None else f"&cursor={cursor}"
        answer = desk.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{more}", role).json
        rows += answer["rows"]
        assert len(answer["rows"]) <= limit
        if (cursor := answer["next"]) is None:
            return rows


def test_answers_are_the_questions(busy: Desk) -> None:
    """What HTTP answers is what the read models answer, with the position in a header."""
    app = busy.app
    asked = {
        "/schedule/day?date=2025-09-02": (
            Role.NURSE,
            schedule.day(
                app.models, app.clinic.site.tzinfo, datetime(2025, 9, 2, tzinfo=UTC).date(), app.clinic.policy
            ),
        ),
        f"/journeys/{JOURNEY}/series": (Role.NURSE, schedule.series(app.models, UUID(JOURNEY))),
        "/outcome/side-effects": (Role.ANALYST, outcome.side_effects(app.models)),
        f"/journeys/{JOURNEY}/outcome": (Role.NURSE, outcome.journey(app.models, UUID(JOURNEY), app.clinic.rules)),
    }
    for path, (role, expected) in asked.items():
        answer = busy.get(path, role)
        assert answer.json == codec.plain(expected), path
        assert answer.headers["journey-position"] == str(answer.json["position"])


def test_outcomes_are_asked_in_every_way(busy: Desk) -> None:
    """Each choice of an outcome's question is one of its parameters."""
    app, models = busy.app, busy.app.models
    rules = app.rules
    all_of_them = Scope(rule=rules["phq9-lt5"], rules=rules, zone=app.clinic.site.tzinfo)
    asked = {
        "/outcome/responses?by=endpoint&of=started&per=month": (
            Role.ANALYST,
            outcome.responses(models, replace(all_of_them, per="month"), "endpoint", "started"),
        ),
        "/outcome/responses?per=rule": (Role.ANALYST, outcome.responses(models, replace(all_of_them, per="rule"))),
        "/outcome/time-to-response?by=infusion": (
            Role.ANALYST,
            outcome.time_to_response(models, all_of_them, "infusion"),
        ),
        "/outcome/sustained?of=remission&until=relapse&maintenance=censored": (
            Role.COMPLIANCE,
            outcome.sustained(models, all_of_them, "remission", "relapse", "censored"),
        ),
        "/outcome/trajectories?by=day": (Role.ANALYST, outcome.trajectories(models, all_of_them, "day")),
        "/outcome/trajectories/journeys": (Role.ANALYST, outcome.courses(models, all_of_them)),
        "/outcome/adherence": (Role.ANALYST, outcome.adherence(models)),
        "/outcome/pressure?every_min=15": (Role.NURSE, outcome.pressure_rise(models, 15)),
    }
    for path, (role, expected) in asked.items():
        assert busy.get(path, role).json == codec.plain(expected), path


@pytest.mark.parametrize("rule", ["phq9-lt5", "phq9-le5"])
def test_responses(busy: Desk, rule: str) -> None:
    """The rates under a rule have the keys that are promised."""
    answer = busy.get(f"/outcome/responses?rule={rule}&by=infusion", Role.ANALYST).json
    assert answer == codec.plain(outcome.responses(busy.app.models, busy.app.clinic.rules[rule]))
    promised = {"infusion", "started", "reached", "assessed", "responded_at", "responded_ever", "response_pct"}
    promised |= {"response_low", "response_high", "interval", "remitted_at", "remitted_ever", "remission_pct"}
    assert all(promised <= row.keys() for row in answer["rows"])
    assert answer["rows"]


def test_rules(busy: Desk) -> None:
    """Whoever is signed in sees the response rules in force, and of each its versions; there is no patient in them."""
    told = busy.get("/rules", Role.FRONT_DESK).json["rows"]
    assert [it["id"] for it in told] == list(RULES)
    one = busy.get("/rules/phq9-le5", Role.ANALYST).json
    assert (one["instrument"], one["remission"], one["remission_threshold"]) == ("phq9", "le", "5")
    assert (one["digest"], one["version"], one["built_in"]) == (RULES["phq9-le5"].digest, 1, True)
    assert [it["version"] for it in one["versions"]] == [1]
    assert busy.get("/rules/none", Role.ANALYST).status == 404


def test_journey_and_its_version(busy: Desk) -> None:
    """A journey's state comes with its version as entity tag, as of now and as of then."""
    now = busy.get(f"/journeys/{JOURNEY}", Role.FRONT_DESK)
    head = len(busy.app.store.log.stream(UUID(JOURNEY)))
    assert now.headers["etag"] == f'"{head}"'
    then = busy.get(f"/journeys/{JOURNEY}?at_version=1", Role.FRONT_DESK)
    assert then.json["version"] == 1
    assert then.json["state"]["phase"] != now.json["state"]["phase"]
    assert "steps" not in now.json
    before = busy.get(f"/journeys/{JOURNEY}/replay?as_recorded=1999-01-01T00:00:00Z", Role.COMPLIANCE)
    assert (before.status, before.json["version"]) == (200, 0)


def test_what_is_not_there(busy: Desk) -> None:
    """A journey that is not there is a 404, on every route of one journey."""
    for tail in ("", "/series", "/outcome", "/replay", "/events", "/notes", "/series/given.csv"):
        answer = busy.get(f"/journeys/{uuid4()}{tail}", Role.NURSE)
        assert (answer.status, answer.code) == (404, "not_found"), tail
    assert busy.get(f"/patients/{uuid4()}/identity", Role.NURSE).code == "not_found"


def test_events_are_the_stored_bytes(busy: Desk) -> None:
    """The feed gives every event once and in order, byte for byte as stored, with its digest."""
    seen, position = [], 0
    while True:
        answer = busy.get(f"/events?after_position={position}&limit=50", Role.SERVICE)
        events = answer.json["events"]
        for event, row in zip(events, busy.app.store.log.rows(position, 50), strict=True):
            assert row.body in answer.text.encode()
            assert event["digest"] == hashlib.sha256(row.body).hexdigest()
            assert event["event"] == json.loads(row.body)
        seen += [event["position"] for event in events]
        if not events:
            break
        position = answer.json["next"]
    assert seen == list(range(1, busy.app.store.log.head() + 1))
    own = busy.get(f"/journeys/{JOURNEY}/events", Role.SERVICE).json["events"]
    assert [it["event"]["streamversion"] for it in own] == list(range(1, len(own) + 1))


def test_read_your_writes(desk: Desk) -> None:
    """A read that names the position of a write sees it; one that can't be had in time is a 503, not an old answer."""
    for _ in range(5):
        position = desk.refer().headers["journey-position"]
        answer = desk.get(f"/audit/timeline?after_position={position}&wait=10", Role.COMPLIANCE)
        assert answer.json["rows"][-1]["position"] == int(position)
    late = desk.get("/audit/timeline?after_position=1000&wait=0.05", Role.COMPLIANCE)
    assert (late.status, late.code) == (503, "not_caught_up")
    assert desk.get("/audit/refused?after_position=1000", Role.COMPLIANCE).code == "not_caught_up"


def test_pages_are_the_whole(busy: Desk) -> None:
    """Page by page, a table is what it is at once, whatever the size of a page."""
    whole = busy.get("/audit/timeline?limit=1000", Role.COMPLIANCE).json["rows"]
    assert len(whole) > 50
    for limit in (1, 7, len(whole) - 1, len(whole)):
        assert pages(busy, "/audit/timeline", Role.COMPLIANCE, limit) == whole
    due = busy.get("/schedule/due", Role.NURSE).json["rows"]
    assert pages(busy, "/schedule/due", Role.NURSE, 1) == due
    typed = pages(busy, "/audit/timeline?type=VitalsRecorded&type=InfusionStarted", Role.COMPLIANCE, 3)
    assert typed == [row for row in whole if row["type"] in {"VitalsRecorded", "InfusionStarted"}]


def test_pages_of_refusals(desk: Desk) -> None:
    """Refused attempts come page by page, each once and in order."""
    body = {"patient_id": str(uuid4())}
    desk.refer(**body)
    for _ in range(5):
        assert desk.refer(**body).status == 409
    whole = desk.get("/audit/refused", Role.COMPLIANCE).json["rows"]
    assert len(whole) == 5
    assert pages(desk, "/audit/refused", Role.COMPLIANCE, 2) == whole


@pytest.mark.parametrize("name", ["deviations", "overrides", "late", "corrections", "unsigned", "consents"])
def test_pages_of_what_is_out_of_the_ordinary(busy: Desk, name: str) -> None:
    """Each question comes page by page, and narrowed to a site, a person, a time or a kind that there is not, empty."""
    path = f"/audit/{name}"
    whole = busy.get(path, Role.COMPLIANCE).json["rows"]
    if name in {"corrections", "consents"}:
        assert whole
    assert pages(busy, path, Role.COMPLIANCE, 1) == whole
    assert busy.get(f"{path}?site=main&journey_id={JOURNEY}", Role.COMPLIANCE).json["rows"] == whole
    for narrowed in ("site=elsewhere", "actor=nobody", "kind=elsewhere", "until=2000-01-01T00:00:00Z"):
        assert busy.get(f"{path}?{narrowed}", Role.COMPLIANCE).json["rows"] == []


def test_reads_are_read_page_by_page(busy: Desk) -> None:
    """The access trail comes page by page, and each page read is in it afterwards."""
    for _ in range(3):
        assert busy.get(f"/audit/timeline?journey_id={JOURNEY}", Role.COMPLIANCE).status == 200
    rows = pages(busy, f"/audit/reads?journey_id={JOURNEY}", Role.COMPLIANCE, 2)
    assert [row["position"] for row in rows] == sorted({row["position"] for row in rows})
    assert rows[-1]["route"] == "GET /audit/reads"
    assert {row["journey_id"] for row in rows} == {JOURNEY}


@pytest.mark.parametrize("spoil", ["reader", "filter", "question", "byte", "rubbish", "empty"])
def test_a_cursor_is_for_its_question(busy: Desk, spoil: str) -> None:
    """A cursor of another question, filter or reader, or an altered one, does not count."""
    good = str(busy.get("/audit/timeline?limit=3", Role.COMPLIANCE).json["next"])
    assert busy.get(f"/audit/timeline?limit=5&cursor={good}", Role.COMPLIANCE).status == 200
    altered = {"byte": ("A" if good[0] != "A" else "B") + good[1:], "rubbish": "äöü", "empty": ""}
    path = "/audit/reads" if spoil == "question" else "/audit/timeline"
    query = "&actor=nora" if spoil == "filter" else ""
    user = "somebody-else" if spoil == "reader" else "compliance-user"
    token = busy.issuer.issue(Purpose.ACCESS, user, Role.COMPLIANCE, timedelta(minutes=1))
    headers = {"Authorization": f"Bearer {token}"}
    answer = busy.get(f"{path}?limit=3&cursor={altered.get(spoil, good)}{query}", None, headers)
    assert (answer.status, answer.code) == (400, "invalid_cursor")


def test_csv_beside_json(busy: Desk) -> None:
    """Every table is the same as CSV: the same rows, the same names."""
    tables = {
        "/schedule/day": ("rows", Role.NURSE, "date=2025-09-02", ".csv"),
        "/schedule/due": ("rows", Role.NURSE, "", ".csv"),
        "/schedule/board": ("rows", Role.NURSE, "date=2025-09-02", ".csv"),
        "/schedule/week": ("days", Role.NURSE, "date=2025-09-02", "/days.csv"),
        "/schedule/chairs": ("rows", Role.ANALYST, "from=2025-09-02", "/rows.csv"),
        "/schedule/staff": ("rows", Role.NURSE, "from=2025-09-02", "/rows.csv"),
        "/schedule/maintenance": ("rows", Role.NURSE, "", ".csv"),
        "/schedule/tasks": ("rows", Role.NURSE, "", ".csv"),
        "/outcome/responses": ("rows", Role.ANALYST, "", ".csv"),
        "/outcome/side-effects": ("per_patient", Role.ANALYST, "", "/per_patient.csv"),
        "/outcome/sustained": ("at_times", Role.ANALYST, "of=remission", "/at_times.csv"),
        "/outcome/trajectories/journeys": ("rows", Role.ANALYST, "", ".csv"),
        "/outcome/adherence": ("infusions", Role.ANALYST, "", "/infusions.csv"),
        "/audit/timeline": ("rows", Role.COMPLIANCE, "limit=40", ".csv"),
        "/audit/corrections": ("rows", Role.COMPLIANCE, "", ".csv"),
        "/audit/consents": ("rows", Role.COMPLIANCE, "limit=3", ".csv"),
        f"/journeys/{JOURNEY}/series": ("given", Role.NURSE, "", "/given.csv"),
        f"/journeys/{JOURNEY}/outcome": ("scores", Role.NURSE, "", "/scores.csv"),
        f"/journeys/{JOURNEY}/replay": ("steps", Role.COMPLIANCE, "", ".csv"),
    }
    for path, (table, role, query, tail) in tables.items():
        rows = busy.get(f"{path}?{query}", role).json[table]
        answer = busy.get(f"{path}{tail}?{query}", role)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        told = list(csv.DictReader(io.StringIO(answer.text, newline="")))
        assert len(told) == len(rows) > 0, path
        assert all(set(row) <= set(told[0]) for row in rows), path
        for row, line in zip(rows, told, strict=True):
            assert all(line[name] == str(value) for name, value in row.items() if isinstance(value, str)), path


def test_csv_links_to_what_follows(busy: Desk) -> None:
    """The link of a filtered table keeps its filters, and its pages are the whole."""
    path, types, positions = "/audit/timeline.csv?type=VitalsRecorded&limit=10", set(), []
    while path:
        page = busy.get(path, Role.COMPLIANCE)
        assert page.status == 200
        for row in csv.DictReader(io.StringIO(page.text, newline="")):
            types.add(row["type"])
            positions.append(int(row["position"]))
        path = page.headers.get("link", "")[1:].partition(">")[0]
    whole = busy.get("/audit/timeline?type=VitalsRecorded&limit=1000", Role.COMPLIANCE).json["rows"]
    assert types == {"VitalsRecorded"}
    assert positions == [row["position"] for row in whole]
    assert len(positions) > 10


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "=cmd|' /C calc'!A0", "-2+3*cmd"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_formula_in_a_cell(formula: str) -> None:
    """What a spreadsheet would compute is marked as text, in names and values alike, also inside quotes."""
    rows = list(csv.reader(io.StringIO(sheet([{formula: formula, "other": [formula]}]), newline="")))
    assert rows[0][0] == rows[1][0] == f"'{formula}"
    assert rows[1][1].startswith("[")


@given(st.text())
def test_safe_begins_no_formula(text: str) -> None:
    """No text begins a formula once it is safe, and only what might is changed."""
    told = safe(text)
    assert told in {text, f"'{text}"}
    begins = told.lstrip(" ")[:1]
    assert begins not in set("=@\t\r\n")
    assert begins not in set("+-") or NUMBER.fullmatch(told)


@pytest.mark.parametrize("number", ["-1", "+2.5", "0", "-0.25"])
def test_numbers_stay(number: str) -> None:
    """A number with its sign is left as it is."""
    assert safe(number) == number


def test_no_rows_no_lines() -> None:
    """A table without rows is an empty file."""
    assert sheet([]) == ""


def test_tasks_are_whose_they_are(busy: Desk) -> None:
    """Each role may ask for each owner's, and there is no other owner; all of them together are everybody's."""
    assert set(get_args(Owner)) == {kind.owner.value for kind in KINDS.values()}
    whole = busy.get("/schedule/tasks", Role.FRONT_DESK).json["rows"]
    each = [busy.get(f"/schedule/tasks?owner={it}", Role.NURSE).json["rows"] for it in get_args(Owner)]
    assert sorted(row["due_at"] for rows in each for row in rows) == [row["due_at"] for row in whole]
    late = busy.get("/schedule/tasks?overdue=true", Role.NURSE).json
    assert late["rows"] == [row for row in whole if row["overdue"]] != []
    assert all(row["overdue_at"] <= late["at"] for row in late["rows"])
    assert busy.get("/schedule/tasks?owner=analyst", Role.NURSE).status == 400
    assert busy.get(f"/schedule/tasks?journey_id={uuid4()}", Role.NURSE).json["rows"] == []
    assert busy.get("/schedule/tasks?site=main", Role.NURSE).json["rows"] == whole
    assert busy.get("/schedule/tasks?site=north", Role.NURSE).json["rows"] == []


def test_pages_show_tasks_and_what_settles_them(busy: Desk) -> None:
    """One's own at first, or everybody's, or what is late; and those of a journey beside it, as it is now alone."""
    rows = busy.get("/schedule/tasks", Role.NURSE).json["rows"]
    everybody = busy.get("/tasks?owner=all", Role.NURSE).text
    assert everybody.count("<tr>") == len(rows) + 1
    assert "unsigned: the record of a session is to be signed off" in everybody
    assert "sign off session" in everybody
    assert '<span class="mark warn">late</span>' in everybody
    assert '<span class="mark">proposed</span>' in everybody
    own = busy.get("/tasks", Role.FRONT_DESK).text
    assert own.count("<tr>") == sum(row["owner"] == "front_desk" for row in rows) + 1
    late = busy.get("/tasks?owner=all&overdue=true", Role.NURSE).text
    assert late.count("<tr>") == sum(row["overdue"] for row in rows) + 1
    assert "Nothing is to be done." in busy.get("/tasks?owner=nurse&overdue=true", Role.NURSE).text
    assert busy.get("/tasks?owner=all&site=main", Role.NURSE).text.count("<tr>") == len(rows) + 1
    elsewhere = busy.get("/tasks?owner=all&site=north", Role.NURSE).text
    assert "Nothing is to be done." in elsewhere
    assert 'name="site" value="north"' in elsewhere
    assert busy.get("/tasks", Role.ANALYST).status == 403
    assert "sign off session" in busy.get(f"/journey/{JOURNEY}", Role.NURSE).text
    assert 'id="tasks-title"' not in busy.get(f"/journey/{JOURNEY}?at_version=3", Role.NURSE).text
    assert 'id="tasks-title"' not in busy.get(f"/journey/{JOURNEY}", Role.COMPLIANCE).text


def test_the_feed_waits(desk: Desk) -> None:
    """A reader at the end of the feed gets an empty page, at once or after the wait it asks for."""
    head = desk.refer().json["position"]
    started = datetime.now(UTC)
    empty = desk.get(f"/events?after_position={head}&wait=0.3", Role.SERVICE)
    assert empty.json == {"events": [], "next": head}
    assert datetime.now(UTC) - started >= timedelta(seconds=0.3)
    assert empty.headers["journey-position"] == str(head)


def test_projections_status(busy: Desk) -> None:
    """Everybody who is signed in sees how far the read models are, with the keys that are promised."""
    answer = busy.get("/projections", Role.ADMINISTRATOR).json
    assert [it["name"] for it in answer] == ["schedule", "outcome", "audit"]
    promised = {"name", "version", "position", "head", "lag_events", "lag_seconds", "parked", "state"}
    assert all(promised <= it.keys() for it in answer)
    assert {it["state"] for it in answer} == {"current"}


def test_the_board_says_what_is_next(busy: Desk) -> None:
    """Who may take it, what stands against it, and beside it the day as it is; nothing of a day to come."""
    board, day = (busy.get(f"/schedule/{it}?date=2025-09-02", Role.PRESCRIBER).json["rows"] for it in ("board", "day"))
    assert [{name: row[name] for name in day[0]} for row in board] == day
    (row,) = board
    assert (row["next_command"], row["next_roles"]) == ("SignOffSession", ["prescriber"])
    assert (row["next_missing"], row["now_command"]) == (["record_incomplete"], None)
    assert busy.get("/schedule/board?date=2999-01-01", Role.NURSE).json["rows"] == []


def test_days_are_bounded(busy: Desk) -> None:
    """From the Monday of today, or a week from the first day; two months at most, and never backwards."""
    today = busy.app.today
    plain = busy.get("/schedule/chairs", Role.NURSE).json
    assert plain["from"] == (today - timedelta(days=today.weekday())).isoformat()
    for query, span in {
        "from=2025-09-02": ("2025-09-02", "2025-09-08"),
        "until=2025-09-04": ("2025-09-01", "2025-09-04"),
        "from=2025-09-01&until=2025-11-01": ("2025-09-01", "2025-11-01"),
    }.items():
        answer = busy.get(f"/schedule/staff?{query}", Role.NURSE).json
        assert (answer["from"], answer["until"]) == span
    for query in ("from=2025-09-01&until=2025-11-02", "from=2025-09-02&until=2025-09-01"):
        assert busy.get(f"/schedule/chairs?{query}", Role.NURSE).code == "invalid_parameter"


def test_series_slots(busy: Desk) -> None:
    """What could be booked is asked of a journey; of one that is not there, or not named, nothing is told."""
    answer = busy.get(
        f"/schedule/series-slots?journey_id={JOURNEY}&from=2026-09-01T08:00:00Z&until=2026-09-30", Role.NURSE
    )
    assert (answer.json["constraints"], answer.json["slots"]) == (["slots"], [])
    assert busy.get(f"/schedule/series-slots.csv?journey_id={JOURNEY}", Role.NURSE).status == 200
    assert busy.get(f"/schedule/series-slots?journey_id={UUID(int=1)}", Role.NURSE).status == 404
    assert busy.get("/schedule/series-slots", Role.NURSE).status == 404
    assert busy.get(f"/schedule/series-slots?journey_id={JOURNEY}&length_min=0", Role.NURSE).code == "invalid_parameter"


def test_the_journey_s_page_shows_the_series(busy: Desk) -> None:
    """Each slot with its hour, chair and nurse, as of a version, and where the earliest series is asked for."""
    page = busy.get(f"/journey/{JOURNEY}?at_version=20", Role.NURSE, headers={"Accept": "text/html"}).text
    assert page.count("<td>chair-1</td><td>nurse-1</td><td>booked</td>") == 5
    assert f"/schedule/series-slots?journey_id={JOURNEY}" in page


def page(desk: Desk, path: str, role: Role) -> str:
    """A page as somebody sees it."""
    answer = desk.get(path, role, headers={"Accept": "text/html"})
    assert answer.status == 200, answer.text
    return html.unescape(answer.text)


def test_the_front_desk_sees_what_is_next(busy: Desk) -> None:
    """Everybody of the clinic opens a journey, and sees what is next for them; not everybody its history."""
    told = {role: page(busy, f"/journey/{JOURNEY}", role) for role in (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER)}
    for role, text in told.items():
        assert ('id="history-title"' in text) == (role is not Role.FRONT_DESK)
        assert f"as {role.value.replace('_', ' ')}." in text
        assert ("<td>Sign off session</td><td>you</td>" in text) == (role is Role.PRESCRIBER)
        assert ("<td>Sign off session</td><td>prescriber</td>" in text) == (role is not Role.PRESCRIBER)
        assert Rule.RECORD_INCOMPLETE.text in text
    assert "What is refused now, and why" in told[Role.PRESCRIBER]
    assert "UTC" not in told[Role.NURSE].replace("with times in UTC", "")


def test_the_week_s_page_is_the_week(busy: Desk) -> None:
    """Each day with its figures beside their denominators; who comes when; and which maintenance is overdue."""
    text = page(busy, "/week?date=2025-09-09", Role.FRONT_DESK)
    days = busy.get("/schedule/week?date=2025-09-09", Role.NURSE).json["days"]
    assert [day["infusions"] for day in days] == [0, 1, 0, 0, 1, 0, 0]
    for day in days:
        said = f"{day['chair_booked_pct']} % of 30 h" if day["open_min"] else "closed"
        assert said in text
        assert f'href="/board?date={day["date"]}"' in text
    assert text.count(f'href="/journey/{JOURNEY}"') == 2
    later = page(busy, "/week?date=2999-01-01", Role.NURSE)
    assert "1 due: 0 booked, 1 overdue, 0 ahead." in later


def test_next(busy: Desk) -> None:
    """Each role is told its own steps, with what is missing for them; the version is that of the journey."""
    told = {role: busy.get(f"/journeys/{JOURNEY}/next", role) for role in (Role.FRONT_DESK, Role.PRESCRIBER)}
    for role, answer in told.items():
        assert answer.headers["etag"] == f'"{answer.json["version"]}"'
        assert (answer.json["journey_id"], answer.json["role"]) == (JOURNEY, role.value)
        for step in answer.json["steps"]:
            assert may(role, COMMANDS[step["command"]])
            assert step["legal"] == (step["missing"] == [])
            assert all(it["text"] == TEXTS[it["code"]] for it in step["missing"] + step["marks"])
    commands = {step["command"] for step in told[Role.PRESCRIBER].json["steps"]}
    assert {"CloseJourney", "ScheduleMaintenance"} <= commands
    assert not {"CloseJourney"} & {step["command"] for step in told[Role.FRONT_DESK].json["steps"]}
    assert busy.get(f"/journeys/{uuid4()}/next", Role.NURSE).code == "not_found"
    assert busy.get(f"/journeys/{JOURNEY}/next", Role.ANALYST).status == 403


def test_what_is_next_is_accepted(desk: Desk) -> None:
    """A step that is said to be legal is accepted when it is asked, and one that is missing something refused by it."""
    journey_id = desk.refer().json["journey_id"]
    steps = {it["command"]: it for it in desk.get(f"/journeys/{journey_id}/next", Role.PRESCRIBER).json["steps"]}
    at = datetime.now(UTC).isoformat()
    body: dict[type[Command], dict[str, Any]] = {
        CloseJourney: {"at": at, "reason": "declined"},
        ConfirmEligibility: {"at": at},
        PauseJourney: {"at": at, "reason": "travel"},
    }
    for kind, fields in reversed(body.items()):
        version = desk.get(f"/journeys/{journey_id}", Role.PRESCRIBER).json["version"]
        answer = desk.ask(kind, Role.PRESCRIBER, fields, journey_id=journey_id, if_version=version)
        said = steps[kind.__name__]
        assert answer.status == (201 if said["legal"] else 409)
        assert said["legal"] or answer.code == said["missing"][0]["code"]
    unmet = {"criteria": "failed_trials, age, consult"}
    assert steps["ConfirmEligibility"]["missing"][0]["details"] == [unmet]
    page = desk.get(f"/journey/{journey_id}", Role.PRESCRIBER)
    assert "A criterion of eligibility is not met. (failed trials, age, consult)" in page.text
