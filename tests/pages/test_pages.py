"""Can everybody read the pages, and do they keep to themselves?"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages.conftest import Clinic, Opened

PAGES = [
    ("staff", "/"),
    ("staff", "/board"),
    ("staff", "/week"),
    ("staff", "/tasks?owner=all"),
    ("staff", "/find"),
    ("staff", "/journey/{corrected}"),
    ("compliance", "/journey/{corrected}?at_version=3"),
    ("compliance", "/unusual?of=corrections"),
    ("analysts", "/outcomes"),
    ("analysts", "/outcomes?rule=phq9-le5"),
    ("analysts", "/outcomes?view=sustained"),
    ("analysts", "/outcomes?view=adherence&per=indication"),
    ("compliance", "/drug"),
    ("services", "/"),
]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind, path", PAGES)
def test_page_is_accessible_and_keeps_to_itself(
    opened: Opened, clinic: Clinic, kind: str, path: str, width: int
) -> None:
    """No violation of WCAG, no request elsewhere, nothing on the console, no scrolling sideways."""
    watched = opened(kind, path.format(corrected=clinic.corrected), width)
    found = Axe().run(watched.page)
    assert found.violations_count == 0, found.generate_report()
    assert "Synthetic data" in watched.page.inner_text("body")
    assert watched.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    watched.behaved()


def test_no_page_names_a_patient_in_its_title_or_address(opened: Opened, clinic: Clinic) -> None:
    """Names are on the page alone: not in what histories and bookmarks keep."""
    page = opened("staff", "/board").page
    names = page.locator(".visit a").all_inner_texts()
    page.goto(f"{clinic.url}/journey/{clinic.corrected}")
    name = page.locator("h1").inner_text()
    assert names
    assert all(text not in page.title() + page.url for text in [name, *names])


def test_links_are_those_of_the_role(opened: Opened) -> None:
    """Somebody is shown the pages that their role may open, and no others."""
    analyst = opened("analysts", "/").page
    assert "Outcomes" in analyst.locator("nav").inner_text()
    assert "Board" not in analyst.locator("nav").inner_text()


@pytest.mark.parametrize("kind, path, status", [("analysts", "/board", 403), ("staff", "/journey/nobody", 400)])
def test_faults_are_pages(opened: Opened, clinic: Clinic, kind: str, path: str, status: int) -> None:
    """What may not or can't be shown is said in words, with its status, on a page."""
    page = opened(kind, "/").page
    answer = page.goto(f"{clinic.url}{path}")
    assert answer is not None
    assert answer.status == status
    assert page.locator("h1").inner_text() == "This can't be shown"


def test_keyboard_reaches_the_content_first(opened: Opened) -> None:
    """The first stop of the tabulator is the link that skips the navigation."""
    page = opened("staff", "/board").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.wait_for_url("**/board#main")


def test_a_link_signs_in_once(opened: Opened, clinic: Clinic) -> None:
    """A sign-in link that was used is of no use to whoever finds it."""
    page = opened("staff", "/").page
    answer = page.goto(clinic.links["staff"])
    assert answer is not None
    assert answer.status == 401
    assert re.search("used before", page.inner_text("main"))


def test_signing_out_ends_the_session(opened: Opened, clinic: Clinic) -> None:
    """After signing out nothing is shown any more, with the button for going back neither."""
    page = opened("leaving", "/board").page
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{clinic.url}/")
    assert page.locator("h1").inner_text() == "Sign in first"
    page.go_back()
    assert page.locator(".visit").count() == 0


def test_a_journey_says_what_is_next(opened: Opened, clinic: Clinic) -> None:
    """Staff see what they may enter now; as of an earlier version nothing is next."""
    page = opened("staff", f"/journey/{clinic.corrected}").page
    assert "complete assessment" in page.locator("#next-title + p").inner_text()
    page.goto(f"{clinic.url}/journey/{clinic.corrected}?at_version=3")
    assert page.locator("#next-title").count() == 0


def test_compliance_sees_what_is_left_of_the_drug(opened: Opened, clinic: Clinic) -> None:
    """Of every container that is not empty what is left, and what moved on the day that is asked for."""
    page = opened("compliance", "/drug").page
    rows = page.locator("h2#balances-title + div tbody tr")
    moved, left = (rows.locator(f"td:nth-child({column})").all_inner_texts() for column in (2, 6))
    today = page.input_value("input[name=date]")
    assert left
    assert all(float(rest) > 0 or day == today for day, rest in zip(moved, left, strict=True))
    page.goto(f"{clinic.url}/drug?date=2001-01-01")
    assert "There is no container." in page.inner_text("main")
    assert "Nothing moved on this day." in page.inner_text("main")
