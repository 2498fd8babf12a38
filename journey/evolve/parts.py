"""How do consents, adverse events and pauses of a journey change?"""

from __future__ import annotations

from datetime import datetime

from journey.events import AdverseEventUpdated, ConsentWithdrawn, Event
from journey.events.outcome import AdverseEventOutcome
from journey.evolve.changing import having
from journey.recorded import Happened
from journey.state import AdverseEvent, Journey, Pause, replace


def consent_withdrawn(journey: Journey, recorded: Happened[Event], event: ConsentWithdrawn) -> Journey:
    """A consent was taken back: the earliest time counts."""
    consent = journey.consents.get(event.consent_id)
    if consent is None:
        return journey
    earlier = consent.withdrawn_at
    withdrawn = replace(consent, withdrawn_at=recorded.at if earlier is None else min(earlier, recorded.at))
    return replace(journey, consents=having(journey.consents, event.consent_id, withdrawn))


def with_adverse_event(journey: Journey, now: AdverseEvent) -> Journey:
    """The journey with an adverse event as it now stands."""
    return replace(journey, adverse_events=having(journey.adverse_events, now.reported.ae_id, now))


def updated(journey: Journey, event: AdverseEventUpdated) -> Journey:
    """What became of an adverse event; a death is one, also where the report itself was retracted."""
    deceased = journey.deceased or event.outcome is AdverseEventOutcome.FATAL
    known = journey.adverse_events.get(event.ae_id)
    if known is not None:
        grade = max(known.grade, event.grade or known.grade)
        now = replace(known, grade=grade, outcome=event.outcome, resolved_at=event.resolved_at)
        journey = with_adverse_event(journey, now)
    return replace(journey, deceased=deceased)


def resumed(pause: Pause, at: datetime) -> Pause:
    """A pause that ends, if it has not ended before."""
    return replace(pause, resumed_at=at) if pause.resumed_at is None else pause
