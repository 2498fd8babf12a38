"""Which attempts were refused: by whom, when, at which journey?"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from journey.store.commands import Answered, Attempts
from journey.store.opening import Store
from tests.given import DAY, MINUTE, NURSE, PRESCRIBER, START
from tests.store.asking import refer, trial
from tests.store.conftest import Clock

ONE, OTHER = uuid4(), uuid4()


@pytest.fixture
def refused(store: Store, clock: Clock) -> list[Answered]:
    """Six refusals, a minute apart, of two people at two journeys; and one command that was accepted."""
    store.journeys.execute(refer(journey_id=ONE))
    store.journeys.execute(refer(uuid4(), journey_id=OTHER))
    for number in range(6):
        clock.now = START + number * MINUTE
        asked = trial(journey_id=(ONE, OTHER)[number % 2], actor=(NURSE, PRESCRIBER)[number // 3], at=clock.now + DAY)
        assert store.journeys.execute(asked).code == "at_in_future"
    store.journeys.execute(trial(journey_id=ONE))
    return store.attempts.refused()


def minutes(found: list[Answered]) -> list[int]:
    """When attempts were refused, in minutes."""
    return [(it.recorded_at - START) // MINUTE for it in found]


def test_in_the_order_they_were_heard_of(store: Store, refused: list[Answered]) -> None:
    """All that were refused, and none that was accepted, each with its person, role, command, code and times."""
    assert minutes(refused) == [0, 1, 2, 3, 4, 5]
    last = refused[-1]
    assert (last.actor, last.actor_role, last.command, last.code) == (
        "pete",
        "prescriber",
        "RecordTreatmentTrial",
        "at_in_future",
    )
    assert (last.journey_id, last.at) == (OTHER, START + 5 * MINUTE + DAY)
    assert store.attempts.refused(limit=2) == refused[:2]


@pytest.mark.parametrize(
    "asked, found",
    [
        ({"journey_id": ONE}, [0, 2, 4]),
        ({"actor": "pete"}, [3, 4, 5]),
        ({"since": START + 2 * MINUTE}, [2, 3, 4, 5]),
        ({"until": START + 2 * MINUTE}, [0, 1]),
        ({"journey_id": OTHER, "actor": "nora", "since": START + timedelta(seconds=1)}, [1]),
        ({"actor": "nobody"}, []),
    ],
)
@pytest.mark.usefixtures("refused")
def test_by_journey_person_and_period(store: Store, asked: dict[str, UUID], found: list[int]) -> None:
    """Each filter alone and all together; a period has its start and not its end."""
    assert minutes(store.attempts.refused(**asked)) == found  # type: ignore[arg-type]  # as the filters are


def test_page_by_page(store: Store, refused: list[Answered]) -> None:
    """Going on after the last row of a page gives every row once."""
    pages: list[Answered] = []
    while page := store.attempts.refused(
        limit=4, after=(pages[-1].recorded_at, pages[-1].command_id) if pages else None
    ):
        pages += page
    assert pages == refused


def test_another_site_sees_none(store: Store, refused: list[Answered]) -> None:
    """What was refused at one site is not another's."""
    assert refused
    assert Attempts(store.log, "elsewhere").refused() == []
