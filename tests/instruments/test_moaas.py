"""Is the MOAA/S what was observed?"""

from __future__ import annotations

from journey.policy import Policy
from journey.values import Instrument
from tests.instruments.scored import bands, no_score, total

MOAAS = Instrument.MOAAS


def test_the_observation_is_the_score() -> None:
    """0 to 5."""
    assert [total(MOAAS, observed) for observed in range(6)] == [0, 1, 2, 3, 4, 5]
    assert no_score(MOAAS)


def test_the_bands() -> None:
    """0 is loss of consciousness; alert begins where the policy lets a patient go."""
    assert bands(MOAAS) == {"loss_of_consciousness": (0, 0), "sedated": (1, 4), "alert": (Policy().moaas_min, 5)}
