"""How is a store opened, and what is in it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from journey.clinic import Clinic
from journey.store import access, codec, commands, configuration, reservations, spent, troubles, vault
from journey.store.access import AccessTrail
from journey.store.commands import Attempts
from journey.store.configuration import Policies
from journey.store.faults import StoreUnavailable
from journey.store.journeys import Journeys
from journey.store.keys import Keys
from journey.store.loading import AtHand
from journey.store.log import EventLog
from journey.store.spent import Spent
from journey.store.statements import Statement
from journey.store.stays import stays
from journey.store.vault import Vault

LAYOUT = 1
"""Which tables there are. A later layout brings what makes an older one into it."""

ABOUT = (
    "CREATE TABLE IF NOT EXISTS store (one INTEGER PRIMARY KEY CHECK (one = 1), store_id TEXT NOT NULL, "
    "simulated INTEGER NOT NULL, layout INTEGER NOT NULL, created_at TEXT NOT NULL)"
)
CREATE = (
    "INSERT INTO store (one, store_id, simulated, layout, created_at) VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
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

    `simulated` says that its events are made up: of a new store for ever, of an old one as a demand.
    Raises StoreUnavailable.
    """
    file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    if file is not None and create:
        file.parent.mkdir(parents=True, exist_ok=True)
    if file is not None and not create and not file.exists():
        raise StoreUnavailable("There is no store yet: create it first.")
    log = EventLog(url, create=create)
    try:
        return _opened(log, keys, clinic, clock, simulated=simulated, create=create)
    except BaseException:
        log.close()
        raise


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
    ours = (*commands.TABLES, *reservations.TABLES, *configuration.TABLES, *spent.TABLES)
    theirs = (*vault.tables(postgres=postgres), *access.tables(postgres=postgres))
    kept = [
        it
        for name in ("commands", commands.DETAILS, "configurations", "store")
        for it in stays(name, postgres=postgres)
    ]
    return [ABOUT, *ours, *theirs, *kept]


def _opened(
    log: EventLog, keys: Keys, clinic: Clinic, clock: Callable[[], datetime], *, simulated: bool, create: bool
) -> Store:
    if create:
        log.make("store", tables(postgres=log.postgres))
        if log.postgres:
            log.make(commands.CALL, [commands.CALLED])
        log.make(troubles.TABLE, troubles.TABLES)
        log.write([Statement(CREATE, (str(uuid4()), int(simulated), LAYOUT, codec.plain(clock())))])
    log.store_id, is_simulated = _about(log)
    if not log.holds(commands.DETAILS) or (log.postgres and not log.holds(commands.CALL)):
        raise StoreUnavailable("The store was made by an earlier version: migrate it first.")
    if simulated and not is_simulated:
        raise StoreUnavailable("This store is not a simulation.")
    configuration.keep(log, clinic, clock())
    at_hand, site_id = AtHand(log), clinic.site.site_id
    clinic = replace(clinic, former=Policies(log), container=lambda key: at_hand.container(key, site_id))
    opened_vault = Vault(log, keys, site_id=clinic.site.site_id)
    return Store(
        log=log,
        journeys=Journeys(
            log=log,
            at_hand=at_hand,
            vault=opened_vault,
            clinic=clinic,
            clock=clock,
            mac=lambda words: keys.mac("command", words).hex(),
            simulated=is_simulated,
        ),
        vault=opened_vault,
        access=AccessTrail(log, clock),
        attempts=Attempts(log, clinic.site.site_id),
        spent=Spent(log, clock),
        clinic=clinic,
        simulated=is_simulated,
    )


def _about(log: EventLog) -> tuple[str, bool]:
    """The store's id, and whether it is a simulation."""
    rows = log.read("SELECT store_id, simulated, layout FROM store") if log.holds("store") else []
    if not rows:
        raise StoreUnavailable("There is no store yet: create it first.")
    store_id, simulated, layout = rows[0]
    if layout != LAYOUT:
        raise StoreUnavailable(f"The store is laid out as version {layout}; this program knows version {LAYOUT}.")
    return str(store_id), bool(simulated)
