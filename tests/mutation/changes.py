"""Which small changes are made to code? mutmut's, and a few more that matter to a clinic.

mutmut itself makes them in functions without a decorator alone; here they are made wherever numbers and tables stand.
Left alone is what no patient ever meets: annotations, decorators, imports, what only the type checker needs, and words
about a source, which docs/policy.md and docs/instruments.md hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import libcst as cst
from mutmut.mutation.mutators import mutation_operators, operator_string

UNTOUCHED = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)
TYPES = frozenset({"Callable", "Iterator", "Mapping", "Sequence", "tuple"})
"""What a name for a type is made of."""
TYPES_ONLY = {"cast": 0, "TypeVar": 0, "_of": 1}
"""What only tells the type checker something, and which of its arguments says it."""
WORDS_ONLY = frozenset({"Said"})
NUMBERS = frozenset({"number", "Number"})
WORDS = frozenset({"unit", "source", "status"})
"""What names a clinical number, and its keywords that say whose word it is."""

Change = tuple[cst.CSTNode, cst.CSTNode]


def words_of(module: cst.Module) -> frozenset[str]:
    """The names that are used in words about a source and nowhere else."""
    said, other = set[str](), set[str]()
    ahead: list[tuple[cst.CSTNode, bool]] = [(module, False)]
    while ahead:
        node, words = ahead.pop()
        if isinstance(node, cst.Name):
            (said if words else other).add(node.value)
        if not isinstance(node, cst.AssignTarget):
            ahead.extend((it, words or _says_words(node, it)) for it in node.children)
    return frozenset(said - other)


def changes(top: cst.CSTNode, words: frozenset[str] = frozenset()) -> Iterator[Change]:
    """Every node below that is changed, and what it becomes; not what gives one of these names its words."""
    ahead: list[cst.CSTNode] = [top]
    while ahead:
        node = ahead.pop()
        if isinstance(node, UNTOUCHED) or _called(node) in WORDS_ONLY or _is_docstring(node) or _can_not_be(node):
            continue
        if isinstance(node, cst.Assign) and _names_types_only(node):
            continue
        if isinstance(node, cst.Assign) and all(_name(it.target) in words for it in node.targets):
            continue
        if (typed := _typed(node)) is None:
            yield from ((node, it) for it in _changed(node) if not any(same(node, it) for same in NO_CHANGE))
        ahead.extend(it for it in reversed(node.children) if not _says_words(node, it) and it is not typed)


def _changed(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind) and not (operator is operator_string and _decimal(node) is not None):
            yield from operator(node)
    yield from _less(node)
    yield from _as_text(node)
    yield from _without(node)


def _less(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A number, one less; mutmut makes it one more."""
    if isinstance(node, cst.Integer) and node.evaluated_value > 0:
        yield node.with_changes(value=str(node.evaluated_value - 1))


def _as_text(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A decimal number that stands as text, one more and one less in its last digit."""
    if (number := _decimal(node)) is not None:
        step = Decimal((0, (1,), int(number.as_tuple().exponent)))
        yield from (node.with_changes(value=f'"{number + by}"') for by in (step, -step))


def _without(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A table without one of its entries, and a call that is not made at all."""
    if isinstance(node, (cst.Set, cst.Tuple, cst.List, cst.Dict)) and len(node.elements) > 1:
        for place in range(len(node.elements)):
            kept = [*node.elements[:place], *node.elements[place + 1 :]]
            yield node.with_changes(elements=[kept[0].with_changes(comma=cst.Comma()), *kept[1:]])
    expressions = node.body if isinstance(node, cst.SimpleStatementLine) else ()
    if len(expressions) == 1 and isinstance(expressions[0], cst.Expr) and not _is_docstring(expressions[0]):
        yield node.with_changes(body=[cst.Pass()])


def _decimal(node: cst.CSTNode) -> Decimal | None:
    if not isinstance(node, cst.SimpleString):
        return None
    try:
        number = Decimal(str(node.evaluated_value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _can_not_be(node: cst.CSTNode) -> bool:
    """Whether the type checker proves that this case is never met."""
    lines = node.body.body if isinstance(node, cst.MatchCase) else ()
    statement = lines[0].body if len(lines) == 1 and isinstance(lines[0], cst.SimpleStatementLine) else ()
    return any(isinstance(it, cst.Expr) and _called(it.value) == "assert_never" for it in statement)


def _names_types_only(node: cst.Assign) -> bool:
    """Whether nothing runs by what is named: a name for a type, or all that a file offers to `import *`."""
    of = node.value.value if isinstance(node.value, cst.Subscript) else node.value
    return _name(of) in TYPES or _called(of) == "TypeVar" or [_name(it.target) for it in node.targets] == ["__all__"]


def _called(node: cst.CSTNode) -> str:
    return node.func.value if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) else ""


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString)


def _says_words(node: cst.CSTNode, child: cst.CSTNode) -> bool:
    """Whether this is an argument that says whose word a number is."""
    named = isinstance(child, cst.Arg) and child.keyword is not None and child.keyword.value in WORDS
    return _called(node) in NUMBERS and named


def _typed(node: cst.CSTNode) -> cst.Arg | None:
    """Of a call that only tells the type checker something, the argument that says what a value is taken for."""
    place = TYPES_ONLY.get(_called(node))
    if place is None or not isinstance(node, cst.Call) or len(node.args) <= place:
        return None
    return node.args[place]


def _of_words(node: cst.CSTNode, changed: cst.CSTNode) -> bool:
    """Whether only an argument that says whose word a number is was changed or left out."""
    if not isinstance(node, cst.Call) or not isinstance(changed, cst.Call):
        return False
    return any(_says_words(node, it) for it in node.args if not any(it is kept for kept in changed.args))


def _as_false(node: cst.CSTNode, changed: cst.CSTNode) -> bool:
    """Whether an argument that is False becomes None, which is as false."""
    if not isinstance(node, cst.Call) or not isinstance(changed, cst.Call) or len(node.args) != len(changed.args):
        return False
    pairs = [(was.value, now.value) for was, now in zip(node.args, changed.args, strict=True) if was is not now]
    return [_name(it) for pair in pairs for it in pair] == ["False", "None"]


def _as_complete(node: cst.CSTNode, changed: cst.CSTNode) -> bool:
    """Whether only a case that is never met was left out."""
    if not isinstance(node, cst.Match) or not isinstance(changed, cst.Match):
        return False
    return all(_can_not_be(it) for it in node.cases if it not in changed.cases)


NO_CHANGE = (_of_words, _as_false, _as_complete)


def _name(node: cst.CSTNode) -> str:
    return node.value if isinstance(node, cst.Name) else ""
