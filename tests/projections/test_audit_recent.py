"""Are the journeys found that were entered on last, however far back their entries lie?"""

from __future__ import annotations

import pytest

from projections.audit import PROJECTION
from projections.audit.recent import recent
from tests.decisions.states import consulted, eligible, planned, referred
from tests.projections.reading import Kept, follow, opened
from tests.projections.stories import as_journey
from tests.projections.test_audit_drug import ledger

STATES = (planned(), referred(), eligible(), consulted(), planned())
TOLD = {str(log[0].journey_id): log for log in (as_journey(it.log, number) for number, it in enumerate(STATES))}
"""Journeys of several lengths, entered in turns."""


@pytest.mark.parametrize("look", [1, 2, 500])
def test_each_journey_by_its_last_entry(models_url: str, look: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first, so many as are wanted; a container that was entered on meanwhile is none."""
    monkeypatch.setattr("projections.audit.recent.LOOK", look)
    log = Kept(*TOLD.values(), ledger())
    with opened(models_url, log, [PROJECTION]) as models:
        assert recent(models) == []
        follow(models, log)
        found = recent(models)
        positions = [row["position"] for row in found]
        assert positions == sorted(positions, reverse=True)
        assert {row["journey_id"]: row["version"] for row in found} == {key: len(it) for key, it in TOLD.items()}
        assert [recent(models, limit) for limit in (1, 3, len(TOLD))] == [found[:1], found[:3], found]
