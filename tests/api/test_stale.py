"""Does every answer and page that could miss something say so, once a read model can't go on?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from entrypoints.importing import imported
from entrypoints.settings import Settings
from journey.values import Role
from tests.api.conftest import WORKED, Desk, opened

SHOWN = {
    "/schedule/day?date=2025-09-05": Role.NURSE,
    "/schedule/due": Role.NURSE,
    "/schedule/tasks": Role.NURSE,
    "/outcome/responses": Role.ANALYST,
    "/outcome/side-effects": Role.ANALYST,
    "/outcome/trajectories": Role.ANALYST,
    "/outcome/sustained": Role.ANALYST,
    "/outcome/adherence": Role.ANALYST,
    "/outcome/pressure": Role.ANALYST,
    "/audit/timeline": Role.COMPLIANCE,
    "/audit/deviations": Role.COMPLIANCE,
    "/audit/unsigned": Role.COMPLIANCE,
}

TABLES = {
    "/outcome/side-effects": "/per_patient",
    "/outcome/sustained": "/at_times",
    "/outcome/adherence": "/stages",
    "/outcome/pressure": "/peaks",
}
"""Of what answers with several tables one."""


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Yield the door of an installation whose read models have all stopped."""
    with opened(Settings(data=tmp_path_factory.mktemp("stopped"))) as it:
        with WORKED.open("rb") as lines:
            list(imported(it.app.store.journeys, lines, it.app.clinic.site.site_id))
        for path, role in SHOWN.items():
            joined = "&" if "?" in path else "?"
            assert it.get(f"{path}{joined}after_position={it.app.store.log.head()}&wait=20", role).status == 200
        for name in it.app.models.projections:
            it.app.models.stop(name, it.app.store.log.store_id, 0, "version 3 is missing")
        yield it


@pytest.mark.parametrize("path", SHOWN)
def test_answers_say_since_when(stopped: Desk, path: str) -> None:
    """The JSON says it in the answer, and both say it in a header, the CSV too."""
    answer = stopped.get(path, SHOWN[path])
    assert answer.status == 200
    since = answer.json["stale_since"]
    assert answer.headers["journey-stale-since"] == since
    route, _, query = path.partition("?")
    table = TABLES.get(route, "")
    assert stopped.get(f"{route}{table}.csv?{query}", SHOWN[path]).headers["journey-stale-since"] == since


def test_fresh_answers_say_nothing(busy: Desk) -> None:
    """Where nothing waits, no answer says that it is old."""
    for path, role in SHOWN.items():
        answer = busy.get(path, role)
        assert "stale_since" not in answer.json
        assert "journey-stale-since" not in answer.headers


@pytest.mark.parametrize(
    "path, role, words",
    [
        ("/board", Role.NURSE, "Not all is shown since"),
        ("/tasks", Role.NURSE, "Not all is shown since"),
        ("/outcomes", Role.ANALYST, "Not all is counted since"),
    ],
)
def test_pages_say_since_when(stopped: Desk, path: str, role: Role, words: str) -> None:
    """The board, the tasks and the outcomes say it in words."""
    assert words in stopped.get(path, role).text
