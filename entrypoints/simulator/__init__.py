"""A synthetic clinic: what would its people enter, day by day? The same seed, the same lines."""

from __future__ import annotations

from entrypoints.simulator.clinic import synthetic_clinic
from entrypoints.simulator.simulation import MONTHS, PATIENTS, Line, planned, simulate

__all__ = ["MONTHS", "PATIENTS", "Line", "planned", "simulate", "synthetic_clinic"]
