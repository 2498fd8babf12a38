"""How fast is the machine just now, at what does not depend on how long a log is?

Sizes are measured minutes apart, and neighbours come and go. Each measurement is so taken beside one of these, or
beside the same in a store that stays small, and sizes are compared by that.
"""

from __future__ import annotations

from collections.abc import Sequence

from journey.store import codec
from tests.bench.measured import timed


def decoding(bodies: Sequence[bytes]) -> float:
    """Read events from their bytes: what a processor can do."""

    def act() -> int:
        for body in bodies:
            codec.decode(body)
        return len(bodies)

    return timed(act)
