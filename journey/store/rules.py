"""Which response rules are in force? The built-in ones and those that were added, every version of them kept."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

from journey.clinic import Clinic
from journey.container import Container
from journey.response import RULES, ResponseRule
from journey.response_text import rule_kept
from journey.store import configuration
from journey.store.statements import Database

KIND = "rule"
Containers = Callable[[UUID], Container | None]


class NotAdded(Exception):  # noqa: N818 - what became of the rule
    """A rule was not added: another is in force that must stay what it is."""


class _Kept(Mapping[str, ResponseRule]):
    """Rules that are read once, when somebody first looks: most commands are decided without."""

    def __init__(self, database: Database) -> None:
        """Say where they are kept."""
        self._database = database

    @cached_property
    def _rules(self) -> Mapping[str, ResponseRule]:
        return self._read(map(rule_kept, configuration.bodies(self._database, KIND)))

    @abstractmethod
    def _read(self, kept: Iterable[ResponseRule]) -> Mapping[str, ResponseRule]:
        """Those that this is about, of all versions by name, the versions rising."""

    def __getitem__(self, key: str) -> ResponseRule:
        """The rule of a key."""
        return self._rules[key]

    def __iter__(self) -> Iterator[str]:
        """The keys."""
        return iter(self._rules)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._rules)


class InForce(_Kept):
    """By id: the program's own rules first, and of every rule that was added its newest version."""

    def __init__(self, database: Database, own: Mapping[str, ResponseRule]) -> None:
        """Say where the others are kept."""
        super().__init__(database)
        self._own = own

    def _read(self, kept: Iterable[ResponseRule]) -> Mapping[str, ResponseRule]:
        return {**self._own, **{rule.id: rule for rule in kept if rule.id not in self._own}}


class Ever(_Kept):
    """By digest: every version of every rule, what an old review was assessed under."""

    def _read(self, kept: Iterable[ResponseRule]) -> Mapping[str, ResponseRule]:
        return {rule.digest: rule for rule in kept}


class OfItsDay:
    """What the id of a rule stood for at a moment: the newest version that was kept by then, or the first at all.

    Versions are only ever added, later ones later, so an answer never changes; none is read twice up to its moment.
    """

    def __init__(self, database: Database) -> None:
        """Say where they are kept."""
        self._database = database
        self._read: dict[str, tuple[datetime, list[tuple[datetime, ResponseRule]]]] = {}

    def __call__(self, rule_id: str, at: datetime) -> ResponseRule | None:
        """The rule; None of an id that was never kept."""
        until, versions = self._read.get(rule_id, (at, []))
        if until < at or not versions:
            versions = [
                (datetime.fromisoformat(since), rule_kept(json.loads(body)))
                for since, body in configuration.kept(self._database, KIND, rule_id)
            ]
            self._read[rule_id] = at, versions
        by_then = [rule for since, rule in versions if since <= at]
        return by_then[-1] if by_then else versions[0][1] if versions else None


def informed(clinic: Clinic, database: Database, container: Containers | None = None) -> Clinic:
    """The clinic with the rules of this moment, whichever process added them, and those of earlier days.

    `container` finds one of the drug as somebody has made it who has not stored it yet.
    """
    rules, former_rules = InForce(database, clinic.rules), Ever(database)
    return replace(clinic, rules=rules, former_rules=former_rules, container=container or clinic.container)


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
