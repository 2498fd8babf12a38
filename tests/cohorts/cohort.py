"""What is a cohort: its lines, its policy, its site?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.cohorts.writing import Line, site

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """A published study, to be imported."""

    name: str
    lines: Callable[[], Iterator[Line]]
    policy: Path
    site: dict[str, Any]


def cohort(name: str) -> Cohort:
    """The cohort that a module of this folder tells of."""
    module = import_module(f"tests.cohorts.{name}")
    return Cohort(name=name, lines=module.lines, policy=HERE / f"{name}.toml", site=site(module.PATIENTS))
