"""Does the page of what is out of the ordinary show what the questions answer, to those who may ask them?"""

from __future__ import annotations

import re

import pytest

from entrypoints.pages.unusual import QUESTIONS, Of
from journey.values import Role
from tests.api.conftest import Desk

EMPTY = "kind=&actor=&site=&journey_id=&since=&until=&after="


@pytest.mark.parametrize("of", Of)
def test_each_question_has_its_table(busy: Desk, of: Of) -> None:
    """As many rows as are answered, under its title; the filters of a form that nobody filled in let all through."""
    answer = busy.get(f"/audit/{of}?limit=50", Role.COMPLIANCE).json["rows"]
    page = busy.get(f"/unusual?of={of}&{EMPTY}", Role.COMPLIANCE)
    assert page.status == 200
    assert f"<h1>{QUESTIONS[of].title}</h1>" in page.text
    assert page.text.count('<td><a href="/journey/') == len(answer)
    assert ("There is none." in page.text) == (answer == [])


def test_a_correction_in_words(busy: Desk) -> None:
    """What was replaced by what is said by the parts that differ, with the version on the Journey page."""
    text = busy.get("/unusual?of=corrections", Role.COMPLIANCE).text
    assert "items: 6 2, 7 2, 8 2 → 6 1, 7 1, 8 1; total: 17 → 14" in text
    [row] = busy.get("/audit/corrections", Role.COMPLIANCE).json["rows"]
    assert f"/journey/{row['journey_id']}#v{row['version']}" in text


def test_filters(busy: Desk) -> None:
    """Days are the clinic's, the last one included; what is narrowed is narrowed in the sheet, too."""
    path = "/unusual?of=consents&since=2025-09-05&until=2025-09-09"
    text = busy.get(path, Role.COMPLIANCE).text
    assert text.count('<td><a href="/journey/') == 2
    assert "/audit/consents.csv?since=2025-09-05T00%3A00%3A00-07%3A00" in text
    for none in ("site=elsewhere", "actor=nobody", "kind=contradicted"):
        assert "There is none." in busy.get(f"/unusual?of=consents&{none}", Role.COMPLIANCE).text


@pytest.mark.parametrize("spoilt", ["of=elsewhere", "journey_id=x", "since=yesterday", "until=2025-02-30", "after=x"])
def test_what_is_no_filter(busy: Desk, spoilt: str) -> None:
    """It is said that a parameter is none, and not what was sent."""
    answer = busy.get(f"/unusual?{spoilt}", Role.COMPLIANCE)
    assert answer.status == 400
    assert not re.search("elsewhere|yesterday|2025-02-30", answer.text)
