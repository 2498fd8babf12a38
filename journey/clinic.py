"""What does a decision need to know of the clinic?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from journey.container import Container
from journey.policy import Policy
from journey.response import RULES, ResponseRule
from journey.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """The policy, the site's set-up and the response rules in force; what was used is stored by digest.

    `former` are the policies of earlier days, by the version that events bear: what was decided is explained, and
    decided again when it is corrected, by the policy of its day. `former_rules` are those of earlier days, by digest.
    `container` finds one of the drug by its id.
    """

    policy: Policy = field(default_factory=Policy)
    former: Mapping[str, Policy] = field(default_factory=dict)
    site: Site = field(default_factory=Site)
    rules: Mapping[str, ResponseRule] = field(default_factory=lambda: RULES)
    former_rules: Mapping[str, ResponseRule] = field(default_factory=dict)
    container: Callable[[UUID], Container | None] = lambda _: None

    def policy_of(self, version: str) -> Policy:
        """The policy of a version, or the one in force where that version was never kept here."""
        return self.policy if version == self.policy.version else self.former.get(version, self.policy)

    def rule_of(self, digest: str) -> ResponseRule | None:
        """The response rule that says just this, in force or of earlier days; None where it was never kept here."""
        in_force = (rule for rule in self.rules.values() if rule.digest == digest)
        return next(in_force, None) or self.former_rules.get(digest)
