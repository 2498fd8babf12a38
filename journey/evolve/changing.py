"""How is one part of a journey exchanged for another?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from journey.state import Attempt, Journey, Session, replace

K = TypeVar("K")
V = TypeVar("V")


def having(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """A mapping with one entry more, or another in its place."""
    return {**mapping, key: value}


def with_session(journey: Journey, session_id: UUID, **changes: Any) -> Journey:
    """Change a session; nothing where its check-in was retracted."""
    session = journey.sessions.get(session_id)
    if session is None:
        return journey
    return replace(journey, sessions=having(journey.sessions, session_id, replace(session, **changes)))


def with_attempt(journey: Journey, session: Session, attempt: Attempt, **changes: Any) -> Journey:
    """Change one of a session's infusions."""
    attempts = tuple(replace(it, **changes) if it is attempt else it for it in session.attempts)
    return with_session(journey, session.checked_in.session_id, attempts=attempts)
