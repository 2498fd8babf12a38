"""What is an asker told who is refused, or asks once more?"""

from __future__ import annotations

from collections.abc import Mapping

from journey.errors import Refused, Rule
from journey.store.commands import Answered
from journey.store.request import Answer, KeyReused, Request, Status


def again(request: Request, before: Answered, mac: str) -> Answer:
    """The first answer, for whoever asks the same once more. Raises KeyReused."""
    if (before.principal, before.mac) != (principal(request), mac):
        raise KeyReused
    rule = None if before.code is None else Rule[before.code.upper()]
    return Answer(
        status=Status.DUPLICATE,
        journey_id=before.journey_id,
        command_id=before.command_id,
        code=None if rule is None else rule.value,
        message=None if rule is None else rule.text,
        detail=before.detail,
        first_version=before.first_version,
        version=before.last_version,
    )


def refused(request: Request, refusal: Refused) -> Answer:
    """That it is not allowed, and why."""
    return Answer(
        status=Status.REFUSED,
        journey_id=request.journey_id,
        command_id=request.command_id,
        code=refusal.rule.value,
        message=refusal.rule.text,
        detail=refusal.detail,
    )


def principal(request: Request) -> str:
    """Who asks, and for whom: nobody else is told the answer again."""
    actor = request.actor
    return f"{actor.user}/{actor.role}/{actor.on_behalf_of or ''}/{actor.on_behalf_of_role or ''}"


def words(request: Request) -> Mapping[str, object]:
    """All that was asked. Of it a keyed digest is kept: it may hold names, so no plain one is."""
    return {
        "command": type(request.command).__name__,
        "fields": request.command,
        "journey": request.journey_id,
        "at": request.at,
        "late_reason": request.late_reason,
        "note": request.note,
        "identity": request.identity,
    }
