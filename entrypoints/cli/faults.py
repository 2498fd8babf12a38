"""Which faults are somebody's mistake or mishap, and what is said of them?"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
import typer

from consumers.feed import Superseded
from consumers.resuming import RelayRefused
from consumers.topics import KafkaUnavailable
from entrypoints.cli.talk import Exit, Failed, say
from entrypoints.exporting import NotInstalled
from entrypoints.exporting.files import Exists
from entrypoints.settings import Misconfigured
from journey.store.keys import Destroyed, KeyFault
from journey.store.log import StoreUnavailable
from journey.store.reading import Invalid
from journey.store.request import Busy, KeyReused, StaleVersion
from journey.store.vault import Tampered
from projections.crew import CrewLost
from projections.granting import CanDoMore, NotGranted
from projections.rebuild import NoBuild, Unfit

V = TypeVar("V")

SAID: dict[type[Exception], tuple[Exit, str]] = {
    StaleVersion: (Exit.CONFLICT, "The journey has moved on since that version: read it again."),
    KeyReused: (Exit.CONFLICT, "This command id was used for another command, or by somebody else."),
    Busy: (Exit.FAILURE, "Others were faster ten times. Nothing was stored: ask again."),
    Destroyed: (Exit.FAILURE, "The patient's key was destroyed: nothing more can be sealed for this patient."),
    Tampered: (Exit.UNVERIFIED, "A sealed entry of the vault does not open where it lies."),
    sqlite3.OperationalError: (Exit.FAILURE, "The database is locked, full or away."),
    sqlite3.DatabaseError: (Exit.FAILURE, "A file that should hold a database holds none."),
    psycopg.errors.LockNotAvailable: (Exit.FAILURE, "Somebody reads what is to be changed: try again."),
    psycopg.OperationalError: (Exit.FAILURE, "The database is away, or does not let us in."),
}
"""Of each fault without fit words of its own what is said."""

SPEAKING: dict[type[Exception], Exit] = {
    Invalid: Exit.USAGE,
    Misconfigured: Exit.USAGE,
    KeyFault: Exit.FAILURE,
    StoreUnavailable: Exit.FAILURE,
    KafkaUnavailable: Exit.FAILURE,
    RelayRefused: Exit.FAILURE,
    Superseded: Exit.FAILURE,
    NoBuild: Exit.NOT_FOUND,
    Unfit: Exit.UNVERIFIED,
    CrewLost: Exit.FAILURE,
    Exists: Exit.CONFLICT,
    NotInstalled: Exit.FAILURE,
    NotGranted: Exit.FAILURE,
    CanDoMore: Exit.UNVERIFIED,
}
"""Faults that say themselves what is wrong, and never what was sent."""


@contextmanager
def told() -> Iterator[None]:
    """Turn a fault into one line on stderr and its exit code; what is not known here is a bug, and crashes."""
    try:
        yield
    except Failed as failed:
        say(str(failed))
        raise typer.Exit(failed.code) from None
    except tuple(SPEAKING) as fault:
        say(str(fault))
        raise typer.Exit(_of(SPEAKING, fault)) from None
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # whoever read our data has gone
        say(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror))
        raise typer.Exit(Exit.FAILURE) from None
    except tuple(SAID) as fault:
        code, words = _of(SAID, fault)
        say(words)
        raise typer.Exit(code) from None


def _of(table: dict[type[Exception], V], fault: Exception) -> V:
    return next(found for kind, found in table.items() if isinstance(fault, kind))
