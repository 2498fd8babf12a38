"""Is every event that a fold looks at let through by the set that spares it the others?"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from projections.audit import drug
from projections.outcome import course
from projections.schedule import appointments, document, raised, standing


@pytest.mark.parametrize(
    "fold, let_through",
    [
        (standing.after, standing.MOVING),
        (appointments.after, appointments.MOVING),
        (document._course, document.MOVING),
        (raised._settles, raised.SETTLING),
        (raised._raised, raised.RAISING),
        (drug._said, drug.MOVING),
        (course.evolve, course.MOVING),
    ],
    ids=lambda it: f"{it.__module__}.{it.__name__}" if inspect.isfunction(it) else "",
)
def test_what_a_fold_looks_at_is_let_through(fold: Callable[..., Any], let_through: Iterable[type]) -> None:
    """What stands behind `case` and what is let through are the same events."""
    cases = {
        ast.unparse(node.cls)
        for node in ast.walk(ast.parse(inspect.getsource(fold)))
        if isinstance(node, ast.MatchClass)
    }
    assert cases == {it.__name__ for it in let_through}
