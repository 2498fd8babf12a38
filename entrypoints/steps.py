"""What may somebody ask next of a journey? In plain values, for HTTP, the command line and the pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from entrypoints.app import App
from journey.commands import PERMISSIONS
from journey.decisions import Onward, Step, next_steps, onward
from journey.errors import Rule
from journey.history import Log, fold
from journey.recorded import Actor
from journey.state import AppointmentStatus
from journey.store import codec
from journey.store.rules import informed


def told(app: App, log: Log, actor: Actor) -> dict[str, Any]:
    """Every step of the actor's role now, with what is missing for it; `log` is the journey's, from its first entry."""
    journey, now = fold(log), app.clock()
    clinic = informed(app.clinic, app.store.log)
    return {
        "journey_id": str(log[0].journey_id),
        "version": journey.version,
        "phase": journey.phase.value,
        "at": codec.plain(now),
        "role": actor.role.value,
        "steps": [_told(step) for step in next_steps(journey, log, now, actor, clinic)],
    }


def visits(app: App, log: Log, actor: Actor) -> list[dict[str, Any]]:
    """What brings on each visit that goes on, is the next one booked, or is over and not signed off."""
    journey, now = fold(log), app.clock()
    at = {key: it.checked_in_at for key, it in journey.sessions.items()}
    at |= {key: it.start for key, it in journey.appointments.items() if it.status is AppointmentStatus.BOOKED}
    found = ((when, onward(journey, log, now, actor, app.clinic, key)) for key, when in at.items())
    return [_visit(when, it) for when, it in sorted(found, key=lambda one: one[0]) if it is not None]


def _visit(at: datetime, it: Onward) -> dict[str, Any]:
    return {
        "at": codec.plain(at),
        "command": type(it.step.asked.command).__name__,
        "roles": [role.value for role in it.roles],
        "missing": [in_words(_missing(it.step, rule)) for rule in it.step.missing],
        "marks": [rule.value for rule in it.step.marks],
        "now": None if it.now is None else type(it.now.asked.command).__name__,
    }


def _told(step: Step) -> dict[str, Any]:
    command = type(step.asked.command)
    return {
        "command": command.__name__,
        "permission": command in PERMISSIONS,
        "about": codec.plain(step.about),
        "legal": not step.missing,
        "missing": [_missing(step, rule) for rule in step.missing],
        "marks": [{"code": rule.value, "text": rule.text} for rule in step.marks],
    }


def in_words(missing: Mapping[str, Any], name: str = "text") -> str:
    """What is missing by its text, or its code, and in brackets of what."""
    values = (str(value) for it in missing.get("details", ()) for value in it.values())
    of_what = ", ".join(dict.fromkeys(values)).replace("_", " ")
    return f"{missing[name]} ({of_what})" if of_what else str(missing[name])


def _missing(step: Step, rule: Rule) -> dict[str, Any]:
    """What is missing, in a code and in words, and of what: criteria, a slot, what a record lacks."""
    details = [dict(it) for it in step.details(rule)]
    return {"code": rule.value, "text": rule.text} | ({"details": details} if details else {})
