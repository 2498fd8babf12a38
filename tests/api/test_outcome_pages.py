"""Does each page of outcomes show what its question answers, with a table, and links to the same as JSON and CSV?"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from entrypoints.pages.rendering import MISSING
from entrypoints.pages.views import VIEWS
from entrypoints.pages.views.view import NOTHING
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


ASKED = [
    (name, choice.name, option) for name, view in VIEWS.items() for choice in view.choices for option in choice.options
]
"""Each page, and each of its choices with each of its options."""


@pytest.mark.parametrize(
    "name, chosen", [(name, "") for name in VIEWS] + [(it[0], f"&{it[1]}={it[2]}") for it in ASKED]
)
def test_tables_are_the_answer(busy: Desk, name: str, chosen: str) -> None:
    """Each figure of the JSON that the page names is in its cell; each table is a link to CSV, too."""
    text = page(busy, f"view={name}{chosen}")
    json_url, *csv_urls = links(text)
    answer = busy.get(json_url, Role.ANALYST).json
    assert [busy.get(url, Role.ANALYST).status for url in csv_urls] == [200] * len(VIEWS[name].csv)
    assert {urlsplit(url).query for url in csv_urls} == {urlsplit(json_url).query}
    tables = re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    heads = re.findall(r"<thead>(.*?)</thead>", text)
    shown = VIEWS[name].tables(answer)
    assert len(tables) == len(shown) > 0
    for head, table, it in zip(heads, tables, shown, strict=True):
        columns = it.columns if answer["per"] is None else ("group", *it.columns)
        assert re.findall(r">([^<]+)</th>", head) == [column.replace("_", " ") for column in columns]
        cells = [unescape(cell) for cell in re.findall(r'<td class="number">(.*?)</td>', table)]
        assert cells == [MISSING if row[column] is None else str(row[column]) for row in it.rows for column in columns]
    assert 'aria-current="page"' in text
    assert text.count("<svg") == text.count('id="chart-text"') <= 1


@pytest.mark.parametrize("name, choice, option", ASKED)
def test_a_choice_is_in_the_question(busy: Desk, name: str, choice: str, option: str) -> None:
    """The JSON beside a page asks for what was chosen there, and the form shows it; nothing is not asked for."""
    text = page(busy, f"view={name}&{choice}={option}")
    asked = dict(parse_qsl(urlsplit(links(text)[0]).query))
    assert asked.get(choice) == (None if option == NOTHING else option)
    assert f'<option value="{option}" selected>{option.replace("_", " ").capitalize()}<' in text


@pytest.mark.parametrize("name", VIEWS)
def test_all_that_a_route_tells_apart_may_be_chosen(busy: Desk, name: str) -> None:
    """The options of each choice are those of the route, and of ways to tell journeys apart none is missing."""
    parameters = busy.get("/openapi.json", None).json["paths"][VIEWS[name].route]["get"]["parameters"]
    schemas = {it["name"]: it["schema"] for it in parameters}
    choices = {choice.name: {*choice.options} - {NOTHING} for choice in VIEWS[name].choices}
    assert "per" in choices
    for choice, options in choices.items():
        schema = schemas[choice]
        assert options == {*schema.get("enum", schema.get("anyOf", [{}])[0].get("enum"))}


@pytest.mark.parametrize("name", VIEWS)
def test_a_rule_is_chosen_where_there_is_one(busy: Desk, name: str) -> None:
    """Where a page is under no rule there is none to choose, and the one that was chosen before is kept."""
    text = page(busy, f"view={name}&rule=phq9-le5")
    is_under_rule = '<select name="rule">' in text
    assert is_under_rule == VIEWS[name].is_under_rule == ("rule=phq9-le5" in links(text)[0])
    assert is_under_rule != ('<input type="hidden" name="rule" value="phq9-le5">' in text)


@pytest.mark.parametrize("name", VIEWS)
def test_groups_have_no_chart_of_all(busy: Desk, name: str) -> None:
    """Figures of several groups are not drawn as one; each page says what a group is, and which rules are asked."""
    assert ("<svg" in page(busy, f"view={name}")) == (name != "side-effects")
    text = page(busy, f"view={name}&per=month")
    assert ("<svg" in text) == (name == "groups")
    assert "by the clinic&#39;s clock" in text
    if VIEWS[name].is_under_rule:
        text = page(busy, f"view={name}&per=rule")
        assert "under phq9-lt5.</strong>" not in text
        assert "Response: a fall" not in text
        assert "under each rule</h1>" in text


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


def test_a_remission_is_told_as_one(busy: Desk) -> None:
    """The time to it has its own columns, chart and words."""
    text = page(busy, "view=time-to-response&of=remission")
    assert "remitted pct" in text
    assert "Share who have remitted by each day" in text
    assert "responded" not in text


@pytest.mark.parametrize(
    "query",
    [
        "view=none",
        "rule=none",
        "view=groups&per=nothing",
        "view=groups&per=moon",
        "view=adherence&per=rule",
        "view=sustained&until=death",
    ],
)
def test_what_is_not_there_can_not_be_chosen(busy: Desk, query: str) -> None:
    """A page that is not there, or a choice, is told so on a page."""
    assert busy.get(f"/outcomes?{query}", Role.ANALYST, headers=HTML).status == 400
