"""docs/policy.md: which clinical numbers apply, on whose word, and how sure are they?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from entrypoints.reference.markdown import GENERATED, codes, table, text
from journey.events.intake import Contraindication, ContraindicationClass
from journey.policy import Policy
from journey.response import RULES

INTRODUCTION = """# Policy

{generated}

Every clinical number that a decision uses, in one place: `journey/policy.py`. A clinic overrides them in a file of its
own (`journey config` prints the one in force), and each event bears the version it was decided by.

Status: **seen**: the source's text was read. **weak**: a secondary or informal source. **unverified**: nobody has
looked it up; the clinic must confirm it before use. **choice**: the clinic's own arrangement, no clinical claim.
"""

ABSOLUTE = "Never overridden."
RELATIVE = "A prescriber may set them aside, with a note."


def policy_page() -> str:
    """The whole page."""
    return text(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(generated=GENERATED)
    yield from ("## Numbers", "")
    yield from table(("Id", "Default", "Unit", "Source", "Status"), _numbers())
    yield from ("## Contraindications", "")
    policy = Policy()
    for kind, words in ((ContraindicationClass.ABSOLUTE, ABSOLUTE), (ContraindicationClass.RELATIVE, RELATIVE)):
        named = [code for code in Contraindication if policy.contraindication_class(code) is kind]
        yield from (f"{kind.value.capitalize()}: {codes(named)}. {words}", "")
    yield from ("## Response rules", "")
    yield from table(("Id", "Instrument", "Response", "Remission", "Baseline", "Endpoint", "Source"), _rules())


def _numbers() -> Iterator[tuple[str, ...]]:
    for field in fields(Policy):
        if not field.metadata:
            continue
        value = ", ".join(field.default) if isinstance(field.default, tuple) else str(field.default)
        about = field.metadata
        yield f"`{field.name}`", value, about["unit"], about["source"], about["status"].value


def _rules() -> Iterator[tuple[str, ...]]:
    signs = {"lt": "<", "le": "<="}
    for rule in RULES.values():
        yield (
            f"`{rule.id}`",
            rule.instrument.value,
            f"fall of {rule.response_pct_min} % or more",
            f"{signs[rule.remission.value]} {rule.remission_threshold}",
            f"within {rule.baseline_days_max} days before the first infusion",
            f"{rule.endpoint_days_min} to {rule.endpoint_days_max} days after the last",
            rule.source,
        )
