"""What may happen?"""

from __future__ import annotations

from journey.decisions.decide import decide
from journey.decisions.next_steps import Step, next_steps
from journey.decisions.onward import ONWARD, Onward, onward
from journey.decisions.sensitivity import sensitivity

__all__ = ["ONWARD", "Onward", "Step", "decide", "next_steps", "onward", "sensitivity"]
