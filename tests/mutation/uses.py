"""What belongs to a line: the statement it is of, and where its name is used if it gives one on import?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from tests.mutation.mutants import ROOT

Line = tuple[str, int]


@cache
def _modules() -> dict[str, ast.Module]:
    files = sorted((ROOT / "journey").rglob("*.py"))
    return {str(it.relative_to(ROOT)): ast.parse(it.read_text(encoding="utf-8")) for it in files}


def used_in(path: str, line: int) -> set[Line]:
    """The lines of functions that use what is named at a line, itself or by another name that is given by it."""
    found: set[Line] = set()
    ahead, seen = [*_given_at(path, line)], set[str]()
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            lines, others = _users().get(name, (set(), set()))
            found |= lines
            ahead.extend(others)
    return found


def statement(path: str, line: int) -> range:
    """The lines of the innermost statement at a line; of one with a body, those before it."""
    spans = [_head(it) for it in ast.walk(_modules()[path]) if isinstance(it, ast.stmt)]
    return min((it for it in spans if line in it), key=len, default=range(line, line + 1))


def _head(it: ast.stmt) -> range:
    """Its lines, or those before what it holds: the body of an `if`, the cases of a `match`."""
    inner: list[ast.stmt] = getattr(it, "body", [])
    begins = [part.lineno for part in inner] + [case.pattern.lineno for case in getattr(it, "cases", [])]
    below = min(begins, default=(it.end_lineno or it.lineno) + 1)
    return range(it.lineno, max(below, it.lineno + 1))


@cache
def _users() -> dict[str, tuple[set[Line], set[str]]]:
    """Of each name the lines of functions that use it, and the names given by a statement that uses it."""
    found: dict[str, tuple[set[Line], set[str]]] = {}
    for path, module in _modules().items():
        for statement, names in _statements(module.body):
            for node in ast.walk(statement):
                used = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
                if used is not None and isinstance(node, ast.Name | ast.Attribute):
                    lines, others = found.setdefault(used, (set(), set()))
                    others.update(names)
                    lines.update(() if names else [(path, node.lineno)])
    return found


def _given_at(path: str, line: int) -> Iterator[str]:
    for statement, names in _statements(_modules()[path].body):
        if statement.lineno <= line <= (statement.end_lineno or line):
            yield from names


def _statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, list[str]]]:
    """Every statement that runs on import, with the names it gives; a function gives none, and is used where it is."""
    for it in body:
        if isinstance(it, ast.ClassDef):
            yield from _statements(it.body)
        elif isinstance(it, ast.Assign):
            yield it, [target.id for target in it.targets if isinstance(target, ast.Name)]
        elif isinstance(it, ast.AnnAssign):
            yield it, [it.target.id] if isinstance(it.target, ast.Name) else []
        elif isinstance(it, ast.FunctionDef):
            yield it, []
