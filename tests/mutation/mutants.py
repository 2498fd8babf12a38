"""Which mutants does a file have: the same program, but for one small change?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

import libcst as cst

from tests.mutation.changes import changes, words_of

ROOT = Path(__file__).parents[2]
FUNCTION = 0x1  # CO_OPTIMIZED: the code of a function, not of a module or a class


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file, and what it becomes: where it differs first, in what lines, and whether in functions only."""

    path: str
    line: int
    before: str
    after: str
    source: str
    in_function: bool

    @property
    def key(self) -> str:
        """What it is remembered by: the same for as long as the file is the same."""
        return hashlib.sha256(f"{self.path}\n{self.source}".encode()).hexdigest()[:20]

    @property
    def change(self) -> str:
        """The change, on one line: the lines that differ, with what stood there before."""
        return f"{' '.join(self.before.split())} -> {' '.join(self.after.split()) or 'nothing'}"

    def __str__(self) -> str:
        """Where it is, and what is changed."""
        return f"{self.path}:{self.line}: {self.change}"


def mutants(path: str, text: str) -> Iterator[Mutant]:
    """Every mutant of a file of this text that differs from it and from the ones before, and compiles."""
    module, plain = cst.parse_module(text), compile(text, path, "exec")
    parts = [module.code_for_node(statement) for statement in module.body]
    begins, ends = text.index(parts[0]) if parts else 0, "".join(module.code_for_node(it) for it in module.footer)
    seen, words = {text}, words_of(module)
    for place, statement in enumerate(module.body):
        for node, changed in changes(statement, words):
            part = module.code_for_node(statement.deep_replace(node, changed))
            source = text[:begins] + "".join([*parts[:place], part, *parts[place + 1 :]]) + ends
            code = _compiled(source, path)
            if source not in seen and code is not None:
                seen.add(source)
                yield Mutant(path, *_difference(text, source), source, in_function=_shell(code) == _shell(plain))


def functions(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    """The code of each function, by the name it goes by; not of those inside it."""
    for it in code.co_consts:
        if isinstance(it, CodeType):
            if it.co_flags & FUNCTION:
                yield it.co_qualname, it
            else:
                yield from functions(it)


def _compiled(source: str, path: str) -> CodeType | None:
    try:
        return compile(source, path, "exec")
    except (SyntaxError, ValueError):
        return None


def _shell(code: CodeType) -> object:
    """What runs when the file is imported: all but the code of its functions, wherever it stands."""
    inner = [it if not isinstance(it, CodeType) else _shell_of(it) for it in code.co_consts]
    return code.co_code, code.co_names, [(type(it), it) for it in inner]


def _shell_of(code: CodeType) -> object:
    return code.co_qualname if code.co_flags & FUNCTION else _shell(code)


def _difference(before: str, after: str) -> tuple[int, str, str]:
    """The first line that differs, and all that do, before and after."""
    old, new = before.splitlines(), after.splitlines()
    first = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    back = zip(reversed(old[first:]), reversed(new[first:]), strict=False)
    same = next((n for n, (a, b) in enumerate(back) if a != b), min(len(old), len(new)) - first)
    return first + 1, "\n".join(old[first : len(old) - same]), "\n".join(new[first : len(new) - same])
