"""What is shown to whoever signs a session's record off, and by which digest is it known?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from journey.errors import Rule
from journey.events import EntryCorrected, Event, SessionSignedOff
from journey.events.session import Disposition, VitalsPhase
from journey.history import Log, effective, fold
from journey.recorded import Happened
from journey.state import Session


class Missing(StrEnum):
    """What the record of an infusion may lack."""

    IV_ACCESS = "iv_access"
    VITALS_BEFORE = "vitals_before"
    VITALS_AFTER = "vitals_after"


def record_of(log: Log, session_id: UUID) -> dict[str, Any] | None:
    """All that a signer is shown of a session, and the digest of its entries; None if there is no such session."""
    session = fold(log).sessions.get(session_id)
    if session is None:
        return None
    entries = shown(log, session_id)
    signed = session.signed_off
    return {
        "session_id": str(session_id),
        "stage": session.stage.value,
        "missing": [lack.value for lack in missing(session)],
        "unaddressed": [rule.value for rule in unaddressed(log, session_id)],
        "signed_off": None if signed is None else _plain(signed),
        "shown_digest": digest_of(entries),
        "entries": entries,
    }


def entries_of(log: Log, session_id: UUID) -> list[Happened[Event]]:
    """A session's entries as corrected since, in the order they were heard of; signatures are none of it."""
    return [entry for entry in effective(log) if _is_of(entry.event, session_id)]


def shown(log: Log, session_id: UUID) -> list[dict[str, Any]]:
    """A session's entries in plain values; what is not said in one is left out, so that a new field changes no digest.

    Each has its `event_id`, `type`, `at`, the `deviations` that hold, and its fields as `data`.
    """
    marks = deviations(log)
    return [
        {
            "event_id": str(entry.event_id),
            "type": type(entry.event).__name__,
            "at": _plain(entry.at),
            "deviations": [rule.value for rule in marks[entry.event_id]],
            "data": _plain(entry.event),
        }
        for entry in entries_of(log, session_id)
    ]


def digest_of(entries: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over what was shown, written as RFC 8785 writes it: every value is a text, a whole number or a flag."""
    written = json.dumps(entries, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def unaddressed(log: Log, session_id: UUID) -> tuple[Rule, ...]:
    """The rules that a session's entries break, and that no correction has put right."""
    marks = deviations(log)
    return tuple(dict.fromkeys(rule for it in entries_of(log, session_id) for rule in marks[it.event_id]))


def missing(session: Session) -> Iterator[Missing]:
    """What the record of an infusion lacks; a session without any lacks nothing."""
    if not session.attempts:
        return
    read = {reading.vitals.phase for reading in session.readings}
    if session.iv_access is None:
        yield Missing.IV_ACCESS
    if VitalsPhase.PRE not in read:
        yield Missing.VITALS_BEFORE
    if VitalsPhase.POST not in read and session.disposition is not Disposition.DIED:
        yield Missing.VITALS_AFTER


def _is_of(event: Event, session_id: UUID) -> bool:
    return getattr(event, "session_id", None) == session_id and not isinstance(event, SessionSignedOff)


def deviations(log: Log) -> Mapping[UUID, tuple[Rule, ...]]:
    """Of each entry the rules that it breaks: once it is corrected, those that the correction still breaks."""
    marks = {entry.event_id: entry.deviations for entry in log}
    corrected = {it.event.target_event_id: it.deviations for it in log if isinstance(it.event, EntryCorrected)}
    return marks | corrected


def _plain(value: object) -> Any:
    """A value as JSON has it; numbers with a point as the text that was typed."""
    match value:
        case bool() | int() | str():
            return value
        case Decimal() | UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(it) for it in value]
        case _ if is_dataclass(value):
            said = ((it.name, getattr(value, it.name)) for it in fields(value))
            return {name: _plain(it) for name, it in said if it is not None}
        case _:
            raise TypeError(type(value).__name__)
