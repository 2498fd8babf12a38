"""Which version of a read model are analysts shown? A later one only once it tells what the earlier one does."""

from __future__ import annotations

from projections.connection import Session
from projections.places import Places


def shown(session: Session, name: str) -> int | None:
    """The version of a read model that is shown; None if nothing was ever."""
    found = session.read("SELECT version FROM shown WHERE projection = ?", name)
    return found[0][0] if found else None


def show(session: Session, name: str, version: int, *, ready: bool = False) -> bool:
    """Show a version from now on, unless a later one is shown; whether there is nothing left to do.

    One that follows another is not shown before it has come as far, unless it is said to be `ready`.
    """
    session.run("INSERT INTO shown (projection, version) VALUES (?, ?) ON CONFLICT DO NOTHING", name, version)
    before = shown(session, name)
    if before is None or before >= version:
        return True
    if not ready and Places(session, name, version).position() < Places(session, name, before).position():
        return False
    session.run("UPDATE shown SET version = ? WHERE projection = ? AND version = ?", version, name, before)
    return True
