"""How are response rules told: each in force, and one with all it ever said?"""

from __future__ import annotations

from typing import Any

from entrypoints.app import App
from journey.response import RULES, ResponseRule
from journey.store import configuration
from journey.store.rules import KIND


def told(app: App) -> dict[str, Any]:
    """Every rule in force."""
    return {"rows": [_rule(app, rule) for rule in app.rules.values()]}


def told_of(app: App, rule_id: str) -> dict[str, Any] | None:
    """A rule in force, and its versions; None if there is no such rule."""
    rule = app.rules.get(rule_id)
    if rule is None:
        return None
    versions = [
        {"version": number, "digest": digest, "since": since}
        for number, digest, since in configuration.versions(app.store.log, KIND, rule_id)
    ]
    return {**_rule(app, rule), "versions": versions}


def _rule(app: App, rule: ResponseRule) -> dict[str, Any]:
    """A rule with every field; those that change nothing are said, too."""
    version = next(it[0] for it in configuration.versions(app.store.log, KIND, rule.id) if it[1] == rule.digest)
    unsaid = {
        "endpoint_from": rule.endpoint_from.value,
        "worse_points_min": str(rule.worse_points_min),
        "response_points_min": str(rule.response_points_min),
    }
    return {
        **rule.as_text(),
        **unsaid,
        "version": version,
        "digest": rule.digest,
        "built_in": RULES.get(rule.id) == rule,
    }
