"""docs/policy.md: which clinical numbers apply, on whose word, and how sure are they?"""

from __future__ import annotations

from collections.abc import Iterator

from entrypoints.reference.markdown import GENERATED, codes, table, text
from journey.events.intake import Contraindication, ContraindicationClass
from journey.policy import NEVER_ABOVE
from journey.profiles import PROFILES, Told, profile, told
from journey.response import RULES, Anchor

INTRODUCTION = """# Policy

{generated}

Every clinical number that a decision uses, in one place: `journey/policy.py`, and the profiles that differ from it in
`journey/profiles.py`. A clinic names a profile in a file of its own and sets what differs
([operations](operations.md#the-clinics-policy)); `journey policy show` prints what is in force, and each event bears
the version it was decided by.

Status: **seen**: the source's text was read. **weak**: a secondary or informal source. **unverified**: nobody has
looked it up; the clinic must confirm it before use. **choice**: the clinic's own arrangement, no clinical claim.
"""

ABSOLUTE = "Never overridden."
RELATIVE = "A prescriber may set them aside, with a note."

COLUMNS = ("Id", "Value", "Unit", "Source", "Status")


def policy_page() -> str:
    """The whole page."""
    return text(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(generated=GENERATED)
    for name, own in PROFILES.items():
        yield from (f"## Profile `{name}`", "")
        if own:
            yield from ("As `default`, but for these:", "")
        yield from table(COLUMNS, (_row(it) for it in told(profile(name).as_text()) if not own or it.id in own))
    yield from ("## Order", "", "In no clinic is the first of two above the second:", "")
    yield from (*(f"- `{lower}`, `{upper}`" for lower, upper in NEVER_ABOVE), "")
    yield from ("## Contraindications under `default`", "")
    policy = profile("default")
    for kind, words in ((ContraindicationClass.ABSOLUTE, ABSOLUTE), (ContraindicationClass.RELATIVE, RELATIVE)):
        named = [code for code in Contraindication if policy.contraindication_class(code) is kind]
        yield from (f"{kind.value.capitalize()}: {codes(named)}. {words}", "")
    yield from ("## Response rules", "")
    yield from table(("Id", "Instrument", "Response", "Remission", "Baseline", "Endpoint", "Source"), _rules())


def _row(it: Told) -> tuple[str, ...]:
    value = it.value if isinstance(it.value, str) else ", ".join(it.value) or "none"
    return f"`{it.id}`", value, it.unit or "", it.source, it.status.value


def _rules() -> Iterator[tuple[str, ...]]:
    signs = {"lt": "<", "le": "<="}
    anchors = {Anchor.FIRST: "first", Anchor.LAST: "last"}
    for rule in RULES.values():
        yield (
            f"`{rule.id}`",
            rule.instrument.value,
            f"fall of {rule.response_pct_min} % or more",
            f"{signs[rule.remission.value]} {rule.remission_threshold}",
            f"within {rule.baseline_days_max} days before the first infusion",
            f"{rule.endpoint_days_min} to {rule.endpoint_days_max} days after the {anchors[rule.endpoint_from]}",
            rule.source,
        )
