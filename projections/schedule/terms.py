"""By which numbers is it counted when something is due?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from journey.policy import Policy
from journey.response import PHQ9_LT5, RULES, ResponseRule

DEFAULT = Policy()

RuleAt = Callable[[str, datetime], ResponseRule | None]
"""Of a rule's id and a moment what it said then; None if it was never kept."""


def none_kept(_rule_id: str, _at: datetime) -> None:
    """There are no rules but the built-in ones."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The policies by the version that events bear, and the response rules by their id and day.

    What a version or a rule of a day says never changes, so a fold that asks gives the same rows whenever it runs. What
    was never kept here is counted as `default` has it.
    """

    policies: Mapping[str, Policy] = field(default_factory=dict)
    rule_at: RuleAt = none_kept
    _known: dict[str, Policy] = field(default_factory=dict)

    def policy(self, version: str) -> Policy:
        """The policy of a version."""
        known = self._known.get(version)
        if known is None:
            known = self._known[version] = self.policies.get(version, DEFAULT)
        return known

    def rule(self, rule_id: str, at: datetime) -> ResponseRule:
        """The response rule that an id stood for at a moment."""
        return RULES.get(rule_id) or self.rule_at(rule_id, at) or PHQ9_LT5


BUILT_IN = Terms()
"""Where no store is at hand: the program's own policy and rules."""
