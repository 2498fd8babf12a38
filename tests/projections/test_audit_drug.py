"""Does the ledger tell each movement of each container, and what was left of it at the end of each day?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from journey.events import (
    ContainerDispensed,
    ContainerTransferredOut,
    ContainerWasted,
    CountRecorded,
    DiscrepancyOpened,
    DiscrepancyResolved,
    Event,
    MovementAttested,
)
from journey.events.container import Act, DiscrepancyKind, Finding
from journey.recorded import Recorded
from projections.audit import PROJECTION, drug_ledger
from projections.audit.recent import recent
from projections.database import ReadModels
from tests.decisions.states import SESSION, referred
from tests.given import DAY, JOURNEY, RECEIVED, VIAL, named, recorded
from tests.projections.reading import Kept, follow, opened

EVENING = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
"""Eight in the evening of the second of March, at the clinic."""

STORY: tuple[tuple[Event, datetime], ...] = (
    (RECEIVED, EVENING - 10 * timedelta(hours=1)),
    (
        MovementAttested(
            attestation_id=named("seen"), act=Act.DRAW, ml=Decimal("0.7"), session_id=SESSION, attested_by="nils"
        ),
        EVENING,
    ),
    (
        ContainerDispensed(
            journey_id=JOURNEY,
            session_id=SESSION,
            volume_ml=Decimal("0.7"),
            mg=Decimal(35),
            witnessed_by="nils",
            attestation_id=named("seen"),
            rest_ml=Decimal("9.3"),
        ),
        EVENING,
    ),
    (
        ContainerWasted(journey_id=JOURNEY, session_id=SESSION, mg=Decimal("17.5"), rest_ml=Decimal("9.3")),
        EVENING + timedelta(hours=1),
    ),
    (CountRecorded(counted_ml=Decimal(9), expected_ml=Decimal("9.3"), rest_ml=Decimal(9)), EVENING + DAY),
    (
        DiscrepancyOpened(discrepancy_id=named("gap"), kind=DiscrepancyKind.COUNT, difference_mg=Decimal(15)),
        EVENING + DAY,
    ),
    (DiscrepancyResolved(discrepancy_id=named("gap"), finding=Finding.SPILLAGE), EVENING + 2 * DAY),
    (ContainerTransferredOut(ml=Decimal(9), to="distributor-1", rest_ml=Decimal(0)), EVENING + 2 * DAY),
)


def ledger() -> tuple[Recorded[Event], ...]:
    """The log of the container."""
    return tuple(
        recorded(event, number, at, journey_id=VIAL, event_id=named(f"moved {number}"))
        for number, (event, at) in enumerate(STORY, start=1)
    )


@pytest.fixture(params=["sqlite", "postgres"])
def models(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReadModels]:
    """The ledger of that container, and a journey beside it, in a database of each kind."""
    url = f"sqlite:///{tmp_path / 'models.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_schema")
    log = Kept(ledger(), referred().log)
    with opened(url, log, [PROJECTION]) as it:
        follow(it, log, size=3)
        yield it


def test_each_movement_has_its_row(models: ReadModels) -> None:
    """What came and went, what was left, for whom, by whom and in front of whom; an attestation moves nothing."""
    rows = drug_ledger(models)["rows"]
    told = [(it["type"], it["change_ml"], it["rest_ml"], it["mg"]) for it in rows]
    assert told == [
        ("ContainerReceived", "10", "10", None),
        ("ContainerDispensed", "-0.7", "9.3", "35"),
        ("ContainerWasted", "0", "9.3", "17.5"),
        ("CountRecorded", "-0.3", "9", None),
        ("DiscrepancyOpened", None, None, "15"),
        ("DiscrepancyResolved", None, None, None),
        ("ContainerTransferredOut", "-9", "0", None),
    ]
    drawn = rows[1]
    assert (drawn["container_id"], drawn["of_journey_id"], drawn["session_id"]) == (
        str(VIAL),
        str(JOURNEY),
        str(SESSION),
    )
    assert (drawn["actor"], drawn["witnessed_by"], drawn["day"]) == ("nora", "nils", "2026-03-02")
    assert (rows[0]["lot"], rows[0]["party"], rows[-1]["party"]) == (RECEIVED.lot, "wholesaler-1", "distributor-1")


def test_each_day_has_its_balance(models: ReadModels) -> None:
    """By the clinic's own days: what came, was drawn and wasted, and what was left at the end."""
    answer = drug_ledger(models)
    names = ("day", "received_ml", "drawn_ml", "wasted_mg", "rest_ml", "opened", "resolved")
    assert [tuple(it[name] for name in names) for it in answer["days"]] == [
        ("2026-03-02", "10", "0.7", "17.5", "9.3", 0, 0),
        ("2026-03-03", "0", "0", "0", "9", 1, 0),
        ("2026-03-04", "0", "0", "0", "0", 0, 1),
    ]
    changes = [Decimal(it["change_ml"]) for it in answer["rows"] if it["change_ml"] is not None]
    assert sum(changes) == Decimal(answer["days"][-1]["rest_ml"])


def test_it_is_narrowed_and_told_page_by_page(models: ReadModels) -> None:
    """By container and by when it happened; the balances are of all that is asked for, whatever page is read."""
    assert drug_ledger(models, container_id=named("another"))["rows"] == []
    late = drug_ledger(models, container_id=VIAL, since=EVENING + DAY, until=EVENING + 2 * DAY)
    assert [it["type"] for it in late["rows"]] == ["CountRecorded", "DiscrepancyOpened"]
    first = drug_ledger(models, limit=4)
    second = drug_ledger(models, after=first["next"], limit=4)
    assert [*first["rows"], *second["rows"]] == drug_ledger(models)["rows"]
    assert (len(first["rows"]), second["next"]) == (4, None)
    assert first["days"] == second["days"]


def test_a_container_is_no_journey(models: ReadModels) -> None:
    """The journeys that were entered on last are journeys."""
    assert [it["journey_id"] for it in recent(models)] == [str(JOURNEY)]
