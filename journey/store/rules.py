"""Which response rules are in force? The built-in ones and those that were added, every version of them kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property

from journey.response import RULES, ResponseRule
from journey.response_text import rule_kept
from journey.store import configuration
from journey.store.statements import Database

KIND = "rule"


class NotAdded(Exception):  # noqa: N818 - what became of the rule
    """A rule was not added: another is in force that must stay what it is."""


class InForce(Mapping[str, ResponseRule]):
    """The program's own rules, and of every rule that was added its newest version.

    They are read once, when somebody first looks: most commands are decided without.
    """

    def __init__(self, database: Database, own: Mapping[str, ResponseRule]) -> None:
        """Say where the others are kept."""
        self._database, self._own = database, own

    @cached_property
    def _rules(self) -> Mapping[str, ResponseRule]:
        newest = {rule.id: rule for rule in map(rule_kept, configuration.bodies(self._database, KIND))}
        return {**self._own, **{name: rule for name, rule in newest.items() if name not in self._own}}

    def __getitem__(self, rule_id: str) -> ResponseRule:
        """The rule of an id."""
        return self._rules[rule_id]

    def __iter__(self) -> Iterator[str]:
        """The ids, the program's own first."""
        return iter(self._rules)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._rules)


def ever(database: Database) -> dict[str, ResponseRule]:
    """Every version of every rule, by digest: what an old review was assessed under."""
    return {rule.digest: rule for rule in map(rule_kept, configuration.bodies(database, KIND))}


def add(database: Database, rule: ResponseRule, now: datetime) -> int:
    """Put a rule in force, as the next version of its id; the same once more changes nothing. Gives its version.

    Raises NotAdded for the id of a built-in rule, and for what an earlier version said: history must stay readable.
    """
    if RULES.get(rule.id, rule) != rule:
        raise NotAdded(f"{rule.id} is built in and says something else: take another id.")
    configuration.keep_one(database, KIND, rule.id, rule.digest, rule.as_text(), now)
    versions = configuration.versions(database, KIND, rule.id)
    version = next(number for number, digest, _ in versions if digest == rule.digest)
    if version != versions[-1][0]:
        raise NotAdded(f"{rule.id} said so in version {version}, and version {versions[-1][0]} is in force.")
    return version
