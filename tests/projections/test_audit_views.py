"""Do analysts find in SQL what was set aside, corrected, stale or unsigned, and the balance of each container?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from projections.audit import PROJECTION
from tests.given import JOURNEY, VIAL
from tests.projections.analysts import Ask, asking, unusual
from tests.projections.reading import Kept, follow, opened


@pytest.fixture(scope="module")
def log() -> Kept:
    """Return a journey with a thing of each kind, and a container."""
    return Kept(*unusual())


@pytest.fixture
def ask(models_url: str, log: Kept) -> Iterator[Ask]:
    """Yield whoever asks in SQL of a database of each kind."""
    with opened(models_url, log, [PROJECTION]) as models:
        models.publish()
        follow(models, log)
        with asking(models_url) as asking_it:
            yield asking_it


def event(number: int) -> str:
    """The id of the journey's event of this version."""
    return str(unusual()[0][number - 1].event_id)


def test_in_sql(ask: Ask) -> None:
    """Each question in its own words; no answer names whoever set aside, corrected or witnessed."""
    assert ask(
        "SELECT of_what, overridden, CAST(found AS INTEGER), CAST(bound AS INTEGER), role, site "
        "FROM analysis_overrides_v1 ORDER BY version, n"
    ) == [
        ("eligibility", "failed_trials", 1, None, "nurse", "main"),
        ("clearance", "pressure", 150, 140, "nurse", "main"),
        ("clearance", "changes", None, None, "nurse", "main"),
    ]
    cleared = next(it for it in unusual()[0] if type(it.event).__name__ == "SessionCleared")
    arrived = next(it for it in unusual()[0] if type(it.event).__name__ == "PatientCheckedIn")
    last = len(unusual()[0])
    shown = ask(
        "SELECT kind, why, CAST(corrects AS TEXT), entry_type, CAST(replaced AS TEXT), role, "
        "CAST(changed_fields AS TEXT) FROM analysis_corrections_v1 ORDER BY version"
    )
    about = ("amend", "typing_error", str(arrived.event_id), "PatientCheckedIn")
    assert [row[:6] for row in shown] == [(*about, it, "prescriber") for it in (None, event(last - 1))]
    assert {row[6].strip('[]{}"') for row in shown} == {"weight_kg"}
    stale = "SELECT CAST(event_id AS TEXT), entry_version, entry_type FROM {}"
    resting = (str(cleared.event_id), cleared.version, "SessionCleared")
    assert resting in ask(stale.format("analysis_stale_v1"))
    turned = "analysis_turned_stale_v1 WHERE CAST(correction_id AS TEXT) = "
    assert resting in ask(stale.format(f"{turned}'{event(last - 1)}'"))
    assert resting not in ask(stale.format(f"{turned}'{event(last)}'"))  # it was so already
    assert ask("SELECT CAST(journey_id AS TEXT), ended, infusions, signed_at FROM analysis_unsigned_v1") == [
        (str(JOURNEY), "withheld", 0, None)
    ]


def test_the_running_balance(ask: Ask) -> None:
    """Each movement says what is left from then on, also where nothing moved; all changes add up to the last rest."""
    rows = ask(
        "SELECT CAST(container_id AS TEXT), CAST(local_day AS TEXT), type, round(change_ml, 1), round(balance_ml, 1) "
        "FROM analysis_drug_ledger_v1 ORDER BY version"
    )
    told = [(*row[:3], *(None if it is None else float(it) for it in row[3:])) for row in rows]
    assert {row[0] for row in told} == {str(VIAL)}
    assert [row[1:] for row in told] == [
        ("2026-03-02", "ContainerReceived", 10, 10),
        ("2026-03-02", "ContainerDispensed", -0.7, 9.3),
        ("2026-03-02", "ContainerWasted", 0, 9.3),
        ("2026-03-03", "CountRecorded", -0.3, 9),
        ("2026-03-03", "DiscrepancyOpened", None, 9),
        ("2026-03-04", "DiscrepancyResolved", None, 9),
        ("2026-03-04", "ContainerTransferredOut", -9, 0),
    ]
    assert ask("SELECT round(sum(change_ml), 1) FROM analysis_drug_ledger_v1") == [(0,)]
