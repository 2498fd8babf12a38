"""What is a journey at one moment, and what is it made of?"""

from __future__ import annotations

from journey.state.appointment import Appointment, AppointmentStatus
from journey.state.journey import Journey
from journey.state.parts import AdverseEvent, Assessment, Consent, Pause, Reinduction, Risk, Trial
from journey.state.replacing import replace
from journey.state.session import ENDED, Attempt, RateSegment, Reading, Session, Stage

__all__ = [
    "ENDED",
    "AdverseEvent",
    "Appointment",
    "AppointmentStatus",
    "Assessment",
    "Attempt",
    "Consent",
    "Journey",
    "Pause",
    "RateSegment",
    "Reading",
    "Reinduction",
    "Risk",
    "Session",
    "Stage",
    "Trial",
    "replace",
]
