"""Can anything that has the form of a command break what comes after it?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrypoints.app import App, open_app
from entrypoints.importing import imported
from entrypoints.settings import Settings
from journey.commands import Command
from journey.roles import MAY
from journey.store import codec
from projections.status import status
from projections.verifying import verify
from tests.entrypoints.conftest import WORKED
from tests.store.strategies import INSTANTS, asked

JOURNEY = "7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01"
Ids = dict[str, list[str]]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Yield an installation that has read the worked file; afterwards its read models must be whole and right."""
    with open_app(Settings(data=tmp_path_factory.mktemp("any"))) as opened:
        with WORKED.open("rb") as source:
            assert all(answer.accepted for answer in imported(opened.store.journeys, source, "main"))
        yield opened
        opened.catch_up()
        assert [row["parked"] for row in status(opened.models, opened.store.log)] == [0, 0, 0]
        assert [verify(opened.models, name, opened.store.log) for name in opened.models.projections] == [[], [], []]


@pytest.fixture(scope="module")
def ids(app: App) -> Ids:
    """Return the ids that the worked journey holds, by the fields they stand in."""
    found: Ids = defaultdict(list)

    def collect(part: Any, name: str = "") -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                collect(value, key)
        elif isinstance(part, list):
            for value in part:
                collect(value, name)
        elif part is not None and name.endswith("_id"):
            found[name].append(str(part))

    for entry in app.store.log.history(UUID(JOURNEY)):
        collect(codec.plain(entry.event))
    return found


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=asked(), at=INSTANTS, recent=st.booleans(), data=st.data())
def test_any_command_is_answered(
    app: App, ids: Ids, command: Command, at: Any, recent: bool, data: st.DataObject
) -> None:
    """Whatever a command's fields hold, it is accepted or refused by a rule, and everything after it goes on."""
    fields: dict[str, Any] = codec.plain(command)
    for name in fields.keys() & ids.keys():
        if fields[name] is not None:
            fields[name] = data.draw(st.sampled_from([fields[name], *ids[name]]), label=name)
    line = {
        "command": type(command).__name__,
        "journey_id": JOURNEY,
        "command_id": str(uuid4()),
        "at": "2025-10-20T14:30:00-07:00" if recent else codec.plain(at),
        "by": {"user": "x", "role": min(MAY[type(command)]).value},
        "late_reason": "downtime",
    }
    sent = BytesIO(json.dumps(line | fields).encode())
    [answer] = imported(app.store.journeys, sent, "main")
    assert answer.status in {"accepted", "refused"}
    assert (answer.code is None) == (answer.message is None) == answer.accepted
