"""What may somebody ask next of a journey? In plain values, for HTTP, the command line and the pages alike."""

from __future__ import annotations

from typing import Any

from entrypoints.app import App
from journey.commands import PERMISSIONS
from journey.decisions import Step, next_steps
from journey.history import Log, fold
from journey.recorded import Actor
from journey.store import codec


def told(app: App, log: Log, actor: Actor) -> dict[str, Any]:
    """Every step of the actor's role now, with what is missing for it; `log` is the journey's, from its first entry."""
    journey, now = fold(log), app.clock()
    return {
        "journey_id": str(log[0].journey_id),
        "version": journey.version,
        "phase": journey.phase.value,
        "at": codec.plain(now),
        "role": actor.role.value,
        "steps": [_told(step) for step in next_steps(journey, log, now, actor, app.clinic)],
    }


def _told(step: Step) -> dict[str, Any]:
    command = type(step.asked.command)
    return {
        "command": command.__name__,
        "permission": command in PERMISSIONS,
        "about": codec.plain(step.about),
        "legal": not step.missing,
        "missing": [{"code": rule.value, "text": rule.text} for rule in step.missing],
        "marks": [{"code": rule.value, "text": rule.text} for rule in step.marks],
    }
