"""Do the pages say what the command line says of the same database?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.pages.conftest import Clinic, Opened

HISTORY = "[aria-labelledby=history-title] table"


def cells(page: Page | Locator, table: str = "table") -> list[list[str]]:
    """The rows of a table, as text."""
    rows = page.locator(f"{table} tbody tr").all()
    return [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in rows]


def test_outcomes_are_the_answer(opened: Opened, clinic: Clinic) -> None:
    """Each cell of the table is the figure of `outcome responses`, and each point of the chart a row of it."""
    page = opened("analysts", "/outcomes?rule=phq9-le5").page
    rows = clinic.ask("outcome", "responses", "--by", "infusion", "--rule", "phq9-le5")["rows"]
    keys = ["infusion", "started", "reached", "assessed", "responded_at", "response_pct", "response_low"]
    shown = [row[: len(keys)] for row in cells(page)]
    assert rows
    assert shown == [["\N{EN DASH}" if row[key] is None else str(row[key]) for key in keys] for row in rows]
    assert page.locator("svg circle").count() == sum(row["response_pct"] is not None for row in rows)


@pytest.mark.parametrize(
    "view, chosen, table, keys",
    [
        ("adherence", {"per": "indication"}, "stages", ["group", "stage", "reached", "under_way", "left"]),
        (
            "time-to-response",
            {"of": "remission", "per": "severity"},
            "at_times",
            ["group", "day", "at_risk", "events", "censored", "remitted_pct"],
        ),
    ],
)
def test_groups_are_the_answer(
    opened: Opened, clinic: Clinic, view: str, chosen: dict[str, str], table: str, keys: list[str]
) -> None:
    """What is chosen in the form is told as `journey outcome` tells it, with the rows of each group, and no chart."""
    page = opened("analysts", f"/outcomes?view={view}").page
    for name, option in chosen.items():
        page.locator(f"select[name={name}]").select_option(option)
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"**per={chosen['per']}*")
    options = [word for name, option in chosen.items() for word in (f"--{name}", option)]
    rows = clinic.ask("outcome", view, *options)[table]
    shown = [row[: len(keys)] for row in cells(page.locator(".wide").first)]
    assert len({row["group"] for row in rows}) > 1
    assert shown == [["\N{EN DASH}" if row[key] is None else str(row[key]) for key in keys] for row in rows]
    assert page.locator("svg.chart").count() == 0


def test_board_is_the_day(opened: Opened, clinic: Clinic) -> None:
    """The board has a visit for each row of `schedule day`, by its chair."""
    page = opened("staff", "/board").page
    date = page.locator("input[name=date]").input_value()
    rows = clinic.ask("schedule", "day", date)["rows"]
    chairs = [row["chair"] for row in rows if row["chair"]]
    assert chairs
    assert page.locator(".visit").count() == len(rows)
    assert page.locator(".chair h2").all_inner_texts() == sorted(set(chairs))


def test_week_is_the_week(opened: Opened, clinic: Clinic) -> None:
    """The days are those of `schedule week`, with its figures; each visit of it stands in its day once."""
    page = opened("staff", "/week").page
    answer = clinic.ask("schedule", "week", page.locator("input[name=date]").input_value())
    counts = [
        [str(day[name]) for name in ("visits", "booked", "arrived", "missed", "cancelled", "infusions")]
        for day in answer["days"]
    ]
    assert [row[1:7] for row in cells(page, "[aria-labelledby=days-title] table")] == counts
    assert page.locator(".visit").count() == len(answer["rows"]) > 0


def test_board_says_what_is_next(opened: Opened, clinic: Clinic) -> None:
    """Of each visit that goes on the step that brings it on, as `schedule board` says for a nurse."""
    page = opened("staff", "/board").page
    page.get_by_role("button", name="Pause updates").click()
    date = page.locator("input[name=date]").input_value()
    rows = clinic.ask("schedule", "board", date, "--role", "nurse")["rows"]
    assert any(row["next_command"] for row in rows)
    assert page.get_by_text("Next:").count() == sum(row["next_command"] is not None for row in rows)


def test_journey_is_its_replay(opened: Opened, clinic: Clinic) -> None:
    """The history has the steps of `audit replay`, newest first, with corrections marked both ways."""
    page = opened("compliance", f"/journey/{clinic.corrected}").page
    steps = clinic.ask("audit", "replay", clinic.corrected)["steps"]
    assert [row[0] for row in cells(page, HISTORY)] == [str(step["version"]) for step in reversed(steps)]
    corrected = [step["version"] for step in steps if step["corrected_by"]]
    marks = {int(row[0]): row[5] for row in cells(page, HISTORY)}
    assert corrected
    assert all("corrected by version" in marks[version] for version in corrected)
    assert sum("corrects version" in mark for mark in marks.values()) == sum(1 for step in steps if step["corrects"])


def test_steps_go_back_and_on(opened: Opened, clinic: Clinic) -> None:
    """An earlier version shows its own state, and the buttons go through them one by one."""
    page = opened("compliance", f"/journey/{clinic.corrected}?at_version=2").page
    page.get_by_role("link", name="Step back").click()
    assert page.locator("h2").first.inner_text() == "State at version 1"
    assert [row[0] for row in cells(page, HISTORY)] == ["1"]
    page.get_by_role("link", name="Step on").click()
    page.get_by_role("link", name="Now").click()
    assert re.search(r"Version (\d+) of \1,", page.inner_text("#live"))
