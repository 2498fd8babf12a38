"""Which rules can each command break? Read from the code of its decision, and of all that the decision calls.

`require`, `known` and `Refused` refuse anything; `guard` refuses a permission; `note` marks an observation. The first
argument names the rule, or a table of rules.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType
from typing import Any, cast

from journey.commands import COMMANDS, Command, CorrectEntry
from journey.decisions import answers
from journey.decisions.container import of_container
from journey.decisions.decide import decide
from journey.decisions.records import correct_entry
from journey.errors import Rule

REFUSES = frozenset({"require", "known", "Refused", "guard"})
MARKS = frozenset({"note"})

BY_THE_STORE: Mapping[str, tuple[Rule, ...]] = {
    "ReferJourney": (Rule.JOURNEY_OPEN_ELSEWHERE,),
    "BookSeries": (Rule.RESOURCE_TAKEN,),
    "BookAppointment": (Rule.RESOURCE_TAKEN,),
    "RescheduleAppointment": (Rule.RESOURCE_TAKEN,),
    "CorrectEntry": (Rule.RESOURCE_TAKEN, Rule.JOURNEY_OPEN_ELSEWHERE),
}
"""What no single journey can know, and the store's reservations refuse."""

OF_EVERY_REQUEST = (Rule.WRONG_ROLE, Rule.PATIENT_ERASED, Rule.NOT_A_SIMULATION)
"""What the store refuses before it decides, whatever is asked."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that refuse, and those that only mark, each once, in the order they are looked at."""

    refusals: dict[Rule, None] = field(default_factory=dict)
    deviations: dict[Rule, None] = field(default_factory=dict)


def rules_of(command: type[Command]) -> Rules:
    """The rules of one command, less those that every command shares."""
    return _rules_of(command.__name__)


@cache
def _rules_of(name: str) -> Rules:
    found = _found(correct_entry if name == CorrectEntry.__name__ else _decisions()[name], besides=(answers.answer,))
    found.refusals.update(dict.fromkeys(BY_THE_STORE.get(name, ())))
    return found


@cache
def shared_rules() -> Rules:
    """The rules that are looked at for every command."""
    found = _found(decide, besides=(answers.answer, of_container, correct_entry))
    return Rules(dict.fromkeys(OF_EVERY_REQUEST) | found.refusals, found.deviations)


@cache
def _decisions() -> dict[str, FunctionType]:
    """Of each command's name its decision: what its arm calls for it."""
    return _arms(cast("FunctionType", answers.answer)) | _arms(cast("FunctionType", of_container))


def _arms(answering: FunctionType) -> dict[str, FunctionType]:
    found: dict[str, FunctionType] = {}
    for arm in ast.walk(_tree(answering)):
        if isinstance(arm, ast.match_case) and (name := _matched(arm.pattern)) in COMMANDS:
            (returned,) = (it.value for it in arm.body if isinstance(it, ast.Return))
            called = _called(returned, answering.__globals__) if isinstance(returned, ast.Call) else None
            found[name] = cast("FunctionType", called)
    return found


def _matched(pattern: ast.pattern) -> str:
    inner = pattern.pattern if isinstance(pattern, ast.MatchAs) else pattern
    return inner.cls.id if isinstance(inner, ast.MatchClass) and isinstance(inner.cls, ast.Name) else ""


def _found(start: Callable[..., Any], besides: tuple[Callable[..., Any], ...]) -> Rules:
    found, seen, ahead = Rules(), set(besides), [start]
    while ahead:
        function = ahead.pop(0)
        if function in seen:
            continue
        seen.add(function)
        for call in (node for node in ast.walk(_tree(function)) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            named = dict.fromkeys(_rules(call, function.__globals__))
            found.refusals.update(named if name in REFUSES else {})
            found.deviations.update(named if name in MARKS else {})
            called = _called(call, function.__globals__)
            if isinstance(called, FunctionType) and called.__module__.startswith("journey.decisions"):
                ahead.append(called)
    return found


def _tree(function: Any) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _called(call: ast.Call, names: Mapping[str, Any]) -> Any:
    """The function that is called: by its own name, or as a module's."""
    if isinstance(call.func, ast.Name):
        return names.get(call.func.id)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        module = names.get(call.func.value.id)
        return getattr(module, call.func.attr, None) if inspect.ismodule(module) else None
    return None


def _rules(call: ast.Call, names: Mapping[str, Any]) -> Iterator[Rule]:
    """The rules that a call names, itself or by a table of its module."""
    for argument in call.args:
        if isinstance(argument, ast.Attribute) and isinstance(argument.value, ast.Name) and argument.value.id == "Rule":
            yield Rule[argument.attr]
        if isinstance(argument, ast.Subscript) and isinstance(argument.value, ast.Name):
            table = names.get(argument.value.id)
            yield from (it for it in table.values() if isinstance(it, Rule)) if isinstance(table, Mapping) else ()
