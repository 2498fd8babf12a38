"""Do the pages follow what happens, until somebody pauses them?"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TimedOut

from tests.pages.conftest import Clinic, Opened

REFRESH_MS = 5_000


def refer(clinic: Clinic, patient: str) -> None:
    """Enter a referral on the command line."""
    clinic.do(
        "ReferJourney",
        f"patient_id={patient}",
        "referrer=self",
        "indication_icd10=F33.2",
        "reason=treatment_resistant_depression",
        "--by",
        "fran",
        "--role",
        "front_desk",
    )


def seen(page: Page) -> int:
    """The position that a page says it is at."""
    found = re.search(r"As of event (\d+)", page.inner_text("#live"))
    assert found is not None
    return int(found[1])


def test_page_follows_the_log(opened: Opened, clinic: Clinic) -> None:
    """What is entered elsewhere is on the page without a reload."""
    watched = opened("staff", "/board")
    before = seen(watched.page)
    refer(clinic, "11111111-0000-4000-8000-000000000001")
    watched.page.wait_for_function(
        "before => Number(document.querySelector('.fresh').textContent.match(/[0-9]+/)[0]) > before",
        arg=before,
        timeout=3 * REFRESH_MS,
    )
    watched.behaved()


def test_pause_holds_the_page(opened: Opened) -> None:
    """A paused page asks for nothing, and goes on when the pause ends."""
    page = opened("staff", "/board").page
    pause = page.get_by_role("button", name="Pause updates")
    pause.click()
    assert pause.get_attribute("aria-pressed") == "true"
    with pytest.raises(TimedOut), page.expect_request("**/board", timeout=REFRESH_MS + 1_000):
        pass
    pause.click()
    with page.expect_request("**/board", timeout=2 * REFRESH_MS):
        pass


def test_clocks_are_the_servers(opened: Opened, clinic: Clinic) -> None:
    """A running clock counts from the server's time, on a machine whose own clock is three hours off."""
    watched = opened("staff", "/")
    watched.page.clock.set_system_time(datetime.now().astimezone() + timedelta(hours=3))
    watched.page.goto(f"{clinic.url}/board")
    clock = watched.page.locator("[data-since]").first
    since = datetime.fromisoformat(clock.get_attribute("data-since") or "")
    passed = datetime.now().astimezone() - since
    shown = re.fullmatch(r"(\d+) min", clock.inner_text())
    assert shown is not None
    assert abs(int(shown[1]) - passed / timedelta(minutes=1)) <= 1
