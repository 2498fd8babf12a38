"""Does each page of outcomes show what its question answers, with a table, and links to the same as JSON and CSV?"""

from __future__ import annotations

import re
from html import unescape

import pytest

from entrypoints.pages.rendering import MISSING
from entrypoints.pages.views import VIEWS
from journey.values import Role
from tests.api.conftest import Desk

HTML = {"Accept": "text/html"}


def page(desk: Desk, query: str) -> str:
    """The text of a page of outcomes."""
    answer = desk.get(f"/outcomes?{query}", Role.ANALYST, headers=HTML)
    assert answer.status == 200, answer.text
    return answer.text


def links(text: str) -> list[str]:
    """Where the answer is to be had as JSON and as CSV."""
    found = re.findall(r'href="(/outcome/[^"]+)"', text)
    return [unescape(link) for link in found]


@pytest.mark.parametrize("name", VIEWS)
def test_tables_are_the_answer(busy: Desk, name: str) -> None:
    """Each figure of the JSON that the page names is in its cell; each table is a link to CSV, too."""
    text = page(busy, f"view={name}")
    json_url, *csv_urls = links(text)
    answer = busy.get(json_url, Role.ANALYST).json
    assert [busy.get(url, Role.ANALYST).status for url in csv_urls] == [200] * len(VIEWS[name].csv)
    tables = re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    assert len(tables) == len(VIEWS[name].tables) > 0
    for table, shown in zip(tables, VIEWS[name].tables, strict=True):
        cells = [unescape(cell) for cell in re.findall(r'<td class="number">(.*?)</td>', table)]
        rows = shown.rows(answer)
        assert cells == [MISSING if row[it] is None else str(row[it]) for row in rows for it in shown.columns]
    assert 'aria-current="page"' in text
    assert text.count("<svg") == text.count('id="chart-text"') <= 1


def test_what_is_chosen_is_asked(busy: Desk) -> None:
    """The rule and each choice of a page are in the question it asks."""
    text = page(busy, "view=sustained&rule=phq9-le5&of=remission&until=relapse&maintenance=censored")
    answer = busy.get(links(text)[0], Role.ANALYST).json
    assert [answer[it] for it in ("rule", "of", "until", "maintenance")] == [
        "phq9-le5",
        "remission",
        "relapse",
        "censored",
    ]
    grouped = busy.get(links(page(busy, "view=groups&per=month"))[0], Role.ANALYST).json
    assert (grouped["per"], grouped["by"]) == ("month", "endpoint")


@pytest.mark.parametrize("query", ["view=none", "rule=none", "view=groups&per=moon", "view=sustained&until=death"])
def test_what_is_not_there_can_not_be_chosen(busy: Desk, query: str) -> None:
    """A page that is not there, or a choice, is told so on a page."""
    assert busy.get(f"/outcomes?{query}", Role.ANALYST, headers=HTML).status == 400
