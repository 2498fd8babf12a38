"""What does a decision need to know of the clinic?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from journey.policy import Policy
from journey.response import RULES, ResponseRule
from journey.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """The policy, the site's set-up and the response rules in force; what was used is stored by digest."""

    policy: Policy = field(default_factory=Policy)
    site: Site = field(default_factory=Site)
    rules: Mapping[str, ResponseRule] = field(default_factory=lambda: RULES)
