"""How does each event change a journey? Evolve never refuses: what was stored has happened."""

from __future__ import annotations

from journey.evolve.appointments import with_booked, with_moved
from journey.evolve.folding import changed, evolve

__all__ = ["changed", "evolve", "with_booked", "with_moved"]
