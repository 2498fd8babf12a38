"""docs/rules.md: which rules are there, and which commands does each refuse or mark?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from entrypoints.reference.markdown import GENERATED, table, text
from entrypoints.reference.phases import is_permission
from entrypoints.reference.rules import Rules, rules_of, shared_rules
from journey.commands import COMMANDS, Command
from journey.errors import Rule

INTRODUCTION = """# Rules

{generated}

Every rule that a command can break, by its code: what is said then, and whose it is. The rules in prose are in
[clinic.md](clinic.md), each command with its own in [commands.md](commands.md), the numbers of the limits in
[policy.md](policy.md). *Any* is every command there is.
"""

OF_ALL = "What can't be true, or is not the asker's to say: nothing is stored, whether it was asked for or reported."
OF_PERMISSIONS = (
    "What is not allowed: nothing is stored. A start that has happened already, in a downtime, is stored and marked "
    "instead, and so is an entry that is corrected into one that would not have been allowed."
)
OF_MARKS = "What happened against a rule: it is stored, and the rule beside it."

ANY = "any"


def rules_page() -> str:
    """The whole page."""
    return text(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(generated=GENERATED)
    refused = [rule for rule in Rule if any(True for _ in of_commands(rule, refusals))]
    hard = [rule for rule in refused if rule in shared_rules().refusals or not _only_permissions(rule)]
    marks = [rule for rule in Rule if any(True for _ in of_commands(rule, deviations))]
    for heading, words, rules, which in (
        ("Refusals of anything", OF_ALL, hard, refusals),
        ("Refusals of permissions", OF_PERMISSIONS, [it for it in refused if it not in hard], refusals),
        ("Deviations", OF_MARKS, marks, deviations),
    ):
        yield from (f"## {heading}", "", words, "")
        yield from table(("Code", "Text", "Commands"), (_row(rule, which) for rule in rules))


def refusals(found: Rules) -> Iterable[Rule]:
    """The rules that refuse."""
    return found.refusals


def deviations(found: Rules) -> Iterable[Rule]:
    """The rules that mark."""
    return found.deviations


def of_commands(rule: Rule, which: Callable[[Rules], Iterable[Rule]]) -> Iterator[str]:
    """The commands that a rule refuses, or marks; `any`, if it is every command's."""
    if rule in which(shared_rules()):
        yield ANY
    yield from (name for name, command in COMMANDS.items() if rule in which(rules_of(command)))


def _only_permissions(rule: Rule) -> bool:
    found: list[type[Command]] = [it for it in COMMANDS.values() if rule in rules_of(it).refusals]
    return all(is_permission(command) for command in found)


def _row(rule: Rule, which: Callable[[Rules], Iterable[Rule]]) -> tuple[str, str, str]:
    named = (it if it == ANY else f"[{it}](commands.md#{it.lower()})" for it in of_commands(rule, which))
    return f"`{rule}`", rule.text, ", ".join(named)
