"""What can be gained by the treatment: a response, or a remission?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from journey.response import Comparison


def _responds(now: Comparison) -> bool:
    return now.response


def _remits(now: Comparison) -> bool:
    return now.remission


GAINS: Mapping[str, Callable[[Comparison], bool]] = {"response": _responds, "remission": _remits}
"""Whether a score has it; the one implies nothing of the other."""
