"""Does a correction say what it replaced by what, and what turned stale by it?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from projections.audit import Asked, corrections
from tests.decisions.states import check_in, clearance, cleared, infusing
from tests.given import Given
from tests.projections.audit_story import CORRECTED, story
from tests.projections.auditing import pages, told
from tests.projections.test_audit_marks import corrected, kept


def version_of(state: Given, name: str) -> int:
    """The version of the first entry of a type."""
    return next(entry.version for entry in state.log if type(entry.event).__name__ == name)


def test_none_was_made(models_url: str) -> None:
    """Where nothing was corrected, there is no row."""
    with told(models_url, infusing()) as models:
        assert corrections(models, Asked())["rows"] == []


def test_what_was_replaced_by_what(models_url: str) -> None:
    """The questionnaire typed wrong: who corrected whose entry, why, and each field before and after."""
    with told(models_url, story()) as models:
        [row] = corrections(models, Asked())["rows"]
    said = ("event_id", "kind", "why", "approved_by", "actor", "entry_version", "entry_type", "entry_by", "replaced")
    assert [row[name] for name in said] == [
        *(str(CORRECTED), "amend", "typing_error", "pete", "pete", 2, "AssessmentCompleted", "nora", None)
    ]
    items = {"1": 3, "2": 3, "3": 2, "4": 2, "5": 2, "6": 2, "7": 2, "8": 1, "9": 0}
    assert row["changed"] == [
        {"field": "items", "before": items, "after": items | {"6": 1, "7": 1, "8": 0}},
        {"field": "total", "before": 17, "after": 14},
    ]
    assert (row["turned_stale"], row["corrected_by"]) == ([], None)


def test_an_entry_taken_back(models_url: str) -> None:
    """Every field it had is gone; nothing is said in its place."""
    state = corrected(infusing(), version_of(infusing(), "VitalsRecorded"))
    with told(models_url, state) as models:
        [row] = corrections(models, Asked(kind="retract"))["rows"]
        assert corrections(models, Asked(kind="amend"))["rows"] == []
    changed = {it["field"]: (it["before"], it["after"]) for it in row["changed"]}
    assert changed["sbp_mmhg"] == (124, None)
    assert changed["at"][1] is None


def test_a_correction_of_a_correction(models_url: str) -> None:
    """The second says what the first said; the first names the second, which holds."""
    state = infusing()
    version = version_of(state, "PatientCheckedIn")
    state = corrected(state, version, check_in(weight_kg=Decimal(71)))
    state = corrected(state, version, check_in(weight_kg=Decimal(72)))
    first, second = (str(entry.event_id) for entry in state.log[-2:])
    with told(models_url, state) as models:
        answer = corrections(models, Asked())
        assert kept(answer, "replaced", "corrected_by") == [(None, second), (first, None)]
        assert [row["changed"] for row in answer["rows"]] == [
            [{"field": "weight_kg", "before": "70", "after": "71"}],
            [{"field": "weight_kg", "before": "71", "after": "72"}],
        ]
        assert pages(lambda asked: corrections(models, asked), 1) == answer["rows"]


@pytest.mark.parametrize("again", [False, True])
def test_what_turned_stale(models_url: str, again: bool) -> None:
    """The clearance that rested on the weight is stale, until the session is cleared again."""
    state = cleared()
    resting = state.log[version_of(state, "SessionCleared") - 1]
    state = corrected(state, version_of(state, "PatientCheckedIn"), check_in(weight_kg=Decimal(71)))
    with told(models_url, state.then_came(clearance()) if again else state) as models:
        [row] = corrections(models, Asked())["rows"]
    said = {"event_id": str(resting.event_id), "version": resting.version, "type": "SessionCleared"}
    assert row["turned_stale"] == [said | {"is_stale": not again}]
