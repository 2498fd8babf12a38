"""What does another service import to follow the events?"""

from __future__ import annotations

from consumers.feed import Superseded
from consumers.subscriber.database import Away
from consumers.subscriber.given import Given
from consumers.subscriber.handling import Connection
from consumers.subscriber.memory import MemoryTopic
from consumers.subscriber.parking import NotParked, Redriven
from consumers.subscriber.status import State, Status
from consumers.subscriber.subscriber import Subscriber
from consumers.subscriber.tables import Parked
from consumers.topics import Topics

__all__ = [
    "Away",
    "Connection",
    "Given",
    "MemoryTopic",
    "NotParked",
    "Parked",
    "Redriven",
    "State",
    "Status",
    "Subscriber",
    "Superseded",
    "Topics",
]
