"""How do these tests ask a scorer?"""

from __future__ import annotations

from decimal import Decimal

from journey.instruments import SCORERS, Score, numbered
from journey.values import Instrument


def score(instrument: Instrument, *answers: int | None) -> Score:
    """The score of answers in their order."""
    return SCORERS[instrument].score(numbered(answers))


def total(instrument: Instrument, *answers: int | None) -> int | None:
    """The whole total of answers in their order."""
    return score(instrument, *answers).total


def band(instrument: Instrument, whole: int) -> str | None:
    """The band of a whole total."""
    return SCORERS[instrument].band(Decimal(whole), {})


def bands(instrument: Instrument) -> dict[str, tuple[int, int]]:
    """Of each band the lowest and the highest total that lies in it, asked of every total there is."""
    found: dict[str, tuple[int, int]] = {}
    for whole in range((SCORERS[instrument].total_max or 0) + 1):
        name = str(band(instrument, whole))
        found[name] = found.get(name, (whole, whole))[0], whole
    return found


def no_score(instrument: Instrument, *answers: int | None) -> bool:
    """Whether answers give neither total, and say so."""
    found = score(instrument, *answers)
    return (found.total, found.total_prorated, found.evaluable) == (None, None, False)
