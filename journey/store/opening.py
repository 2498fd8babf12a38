"""How is a store opened, and what is in it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from journey.clinic import Clinic
from journey.store import access, commands, configuration, reservations, spent, vault
from journey.store.access import AccessTrail
from journey.store.commands import Attempts
from journey.store.journeys import Journeys
from journey.store.keys import Keys
from journey.store.log import EventLog, StoreUnavailable
from journey.store.spent import Spent
from journey.store.statements import Statement
from journey.store.vault import Vault

ABOUT = (
    "CREATE TABLE IF NOT EXISTS store (one INTEGER PRIMARY KEY CHECK (one = 1), store_id TEXT NOT NULL, "
    "simulated INTEGER NOT NULL, created_at TEXT NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept of journeys, in one database; the keys of the vault are apart."""

    log: EventLog
    journeys: Journeys
    vault: Vault
    access: AccessTrail
    attempts: Attempts
    spent: Spent
    clinic: Clinic
    simulated: bool

    def close(self) -> None:
        """Close the connections."""
        self.log.close()


def open_store(
    url: str,
    *,
    keys: Keys,
    clinic: Clinic,
    clock: Callable[[], datetime],
    simulated: bool = False,
    create: bool = True,
) -> Store:
    """Open the store of `sqlite:///path` or `postgresql://...`, and make what is missing if `create`.

    `simulated` says of a new store that its events are made up; an old one knows. Raises StoreUnavailable.
    """
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    log = EventLog(url, create=create)
    if create:
        log.make(tables(postgres=log.postgres))
        log.write(
            [
                Statement(
                    "INSERT INTO store (one, store_id, simulated, created_at) VALUES (1, ?, ?, ?) "
                    "ON CONFLICT DO NOTHING",
                    (str(uuid4()), int(simulated), clock().isoformat()),
                )
            ]
        )
        configuration.keep(log, clinic, clock())
    store_id, is_simulated = _about(log)
    log.store_id = store_id
    opened_vault = Vault(log, keys, site_id=clinic.site.site_id)
    journeys = Journeys(
        log, opened_vault, clinic, clock, lambda words: keys.mac("command", words).hex(), simulated=is_simulated
    )
    return Store(
        log=log,
        journeys=journeys,
        vault=opened_vault,
        access=AccessTrail(log, clock),
        attempts=Attempts(log, clinic.site.site_id),
        spent=Spent(log, clock),
        clinic=clinic,
        simulated=is_simulated,
    )


def open_log(url: str) -> EventLog:
    """Open the log of a store that is there, to read it: no keys are needed. Raises StoreUnavailable."""
    log = EventLog(url, create=False)
    try:
        log.store_id, _ = _about(log)
    except BaseException:
        log.close()
        raise
    return log


def tables(*, postgres: bool) -> list[str]:
    """What makes the tables beside the events, where they are missing."""
    beside = (ABOUT, *commands.TABLES, *reservations.TABLES, *configuration.TABLES, *spent.TABLES)
    return [*beside, *vault.tables(postgres=postgres), *access.tables(postgres=postgres)]


def _about(log: EventLog) -> tuple[str, bool]:
    rows = log.read("SELECT store_id, simulated FROM store")
    if not rows:
        raise StoreUnavailable("The database holds no store: create it first.")
    return str(rows[0][0]), bool(rows[0][1])
