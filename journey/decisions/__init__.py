"""What may happen?"""

from __future__ import annotations

from journey.decisions.decide import decide
from journey.decisions.sensitivity import sensitivity

__all__ = ["decide", "sensitivity"]
