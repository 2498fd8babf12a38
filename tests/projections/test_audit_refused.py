"""Is it kept who tried what, and told page by page?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from entrypoints.app import open_app
from entrypoints.settings import Settings
from journey.commands import CompleteInfusion, RecordVitals, ReferJourney
from journey.events.intake import ReferralReason, Referrer
from journey.events.session import VitalsPhase
from journey.recorded import Actor
from journey.store.opening import Store
from journey.store.request import Request
from projections.audit import Asked, refused
from tests.given import JOURNEY, MINUTE, NURSE, PRESCRIBER, START, named


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Yield a store of each kind in which four attempts were refused, a minute apart."""
    urls: dict[str, Any] = {}
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_schema")
        urls = {"store_url": url, "projections_url": url, "keys_url": url}
    ticks = iter(range(100))

    def clock() -> datetime:
        return START + next(ticks) * MINUTE

    with open_app(Settings(data=tmp_path, **urls), clock=clock, create=True) as app:
        refer = ReferJourney(
            patient_id=named("patient"),
            referrer=Referrer.SELF,
            indication_icd10="F33.2",
            reason=ReferralReason.TREATMENT_RESISTANT_DEPRESSION,
        )
        vitals = RecordVitals(session_id=named("session"), phase=VitalsPhase.PRE, hr_per_min=70)
        ended = CompleteInfusion(session_id=named("session"), ml_infused=Decimal(50))
        for number, (command, actor) in enumerate(
            [(refer, NURSE), (vitals, NURSE), (ended, PRESCRIBER), (refer, PRESCRIBER), (vitals, NURSE)]
        ):
            app.store.journeys.execute(_asked(command, number, actor))
        yield app.store


def _asked(command: Any, number: int, actor: Actor) -> Request:
    return Request(
        command=command,
        journey_id=JOURNEY,
        site_id="main",
        command_id=named(f"attempt {number}"),
        at=START,
        actor=actor,
    )


def codes(answer: dict[str, Any]) -> list[str]:
    """The codes of the attempts that were answered."""
    return [row["code"] for row in answer["rows"]]


def test_each_refusal_says_who_what_when_and_why(store: Store) -> None:
    """A refused attempt tells who tried, in which role, what, when it was heard of, and the rule's fixed text."""
    first = refused(store.attempts, Asked())["rows"][0]
    del first["recorded_at"]
    assert first == {
        "command_id": str(named("attempt 1")),
        "journey_id": str(JOURNEY),
        "command": "RecordVitals",
        "actor": "nora",
        "role": "nurse",
        "at": "2026-03-02T17:00:00.000000Z",
        "code": "unknown_session",
        "message": "The journey has no such session.",
        "detail": None,
        "site": "main",
    }


def test_in_the_order_they_were_heard_of(store: Store) -> None:
    """Attempts come in the order of their recording; what was accepted is not among them."""
    answer = refused(store.attempts, Asked())
    assert codes(answer) == ["unknown_session", "unknown_session", "journey_exists", "unknown_session"]
    heard = [row["recorded_at"] for row in answer["rows"]]
    assert heard == sorted(heard)
    assert answer["next"] is None


def test_pages_of_refusals(store: Store) -> None:
    """Page after page gives every attempt once."""
    first = refused(store.attempts, Asked(limit=3))
    second = refused(store.attempts, Asked(limit=3, after=first["next"]))
    assert [len(first["rows"]), len(second["rows"]), second["next"]] == [3, 1, None]
    assert first["rows"] + second["rows"] == refused(store.attempts, Asked())["rows"]


def test_refusals_of_somebody_or_of_a_time(store: Store) -> None:
    """They are asked by person, journey, code, site and time of recording."""
    rows = refused(store.attempts, Asked())["rows"]
    assert codes(refused(store.attempts, Asked(actor="pete"))) == ["unknown_session", "journey_exists"]
    assert refused(store.attempts, Asked(journey_id=named("another")))["rows"] == []
    third = datetime.fromisoformat(rows[2]["recorded_at"])
    assert refused(store.attempts, Asked(since=third))["rows"] == rows[2:]
    assert refused(store.attempts, Asked(until=third))["rows"] == rows[:2]
    assert codes(refused(store.attempts, Asked(kind="journey_exists"))) == ["journey_exists"]
    assert refused(store.attempts, Asked(site="main"))["rows"] == rows
    assert refused(store.attempts, Asked(site="elsewhere"))["rows"] == []


@pytest.mark.parametrize("after", ["", "yesterday", "2026-03-02T17:00:00Z~someone"])
def test_a_place_that_was_never_given_out(store: Store, after: str) -> None:
    """Where to go on is what was answered, and nothing else."""
    with pytest.raises(ValueError, match=r".+"):
        refused(store.attempts, Asked(after=after))
