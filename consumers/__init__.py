"""What runs for ever, and what do other services run?

from consumers import Subscriber, Topics
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumers.subscriber import MemoryTopic, Subscriber, Superseded, Topics

__all__ = ["MemoryTopic", "Subscriber", "Superseded", "Topics"]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is: a health check of a container wants none of it, ten times a minute."""
    if name not in __all__:
        raise AttributeError(name)
    from consumers import subscriber  # noqa: PLC0415 - as said above

    return getattr(subscriber, name)
