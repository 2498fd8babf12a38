"""Who did what, when, and why; what was out of the ordinary; and what did the journey look like then?"""

from __future__ import annotations

from projections.audit.asking import Asked
from projections.audit.attempts import refused
from projections.audit.consents import consents_in_force
from projections.audit.corrections import corrections
from projections.audit.deviations import deviations
from projections.audit.drug import drug_ledger
from projections.audit.late import late
from projections.audit.model import PROJECTION
from projections.audit.overrides import overrides
from projections.audit.replay import replay
from projections.audit.timeline import timeline
from projections.audit.visits import unsigned

__all__ = [
    "PROJECTION",
    "Asked",
    "consents_in_force",
    "corrections",
    "deviations",
    "drug_ledger",
    "late",
    "overrides",
    "refused",
    "replay",
    "timeline",
    "unsigned",
]
