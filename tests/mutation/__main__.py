"""Would the tests notice if a decision, a scorer or a clinical number were a little different?

    make mutate [ARGS="journey/policy.py journey/decisions --part 0.1 --seed 7"]

Each small change that mutmut knows, and a few more, is made by itself; then the tests that run through the changed line
are run until one fails. What no test notices has survived: it is told, with the share that was noticed, unless
tests/mutation/equivalent.txt says why it makes no difference to anybody. What was found is kept in .cache/mutation, so
that a run goes on where it was stopped; a mutant that survived is tried again once its tests have changed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from math import inf
from random import Random
from typing import NamedTuple

from tests.mutation.children import SURVIVED, UNCOVERED, Ready, anew, apart, readied, tried
from tests.mutation.covering import TESTS, Covered, covered
from tests.mutation.kept import CACHE, Kept, equivalents
from tests.mutation.mutants import ROOT, Mutant
from tests.mutation.uses import used_in

SUBJECTS = (
    "journey/instruments",
    "journey/policy.py",
    "journey/policy_text.py",
    "journey/profiles.py",
    "journey/decisions",
)


NOT_OURS = ("hypothesis", "orjson", "playwright.sync_api", "psycopg", "pydantic")
"""What every run of tests imports, and no mutant changes: once, before the forks."""


def main(arguments: Sequence[str]) -> int:
    """Try the mutants of these files, and tell what survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("paths", nargs="*", default=SUBJECTS, help="files and folders; all subjects if none is named")
    parser.add_argument("--part", type=float, default=1.0, help="try only this share of them, drawn by chance")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--slowest", type=float, default=inf, help="leave out tests that take longer, in seconds")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    asked = parser.parse_args(arguments)
    tests, chance = covered(CACHE).up_to(asked.slowest), Random(asked.seed)
    kept = Kept.read()
    drawn = [it for path in _files(asked.paths) for it in kept.mutants(path) if chance.random() < asked.part]
    print(f"{len(drawn)} mutants, {len([it for it in drawn if kept.found(it, tests)])} of them known", flush=True)
    _try([it for it in drawn if not kept.found(it, tests)], tests, kept, asked.workers)
    said = told(drawn, {it: kept.found(it, tests) or "" for it in drawn}, equivalents(), whole=asked.part == 1)
    print("\n".join(said.lines))
    return 1 if said.faults else 0


def _files(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        below = [ROOT / path] if path.endswith(".py") else sorted((ROOT / path).rglob("*.py"))
        yield from (str(it.relative_to(ROOT)) for it in below)


def _try(asked: Sequence[Mutant], tests: Covered, kept: Kept, workers: int) -> None:
    """First what is changed in functions, in a process that imports ours; then what is changed on import.

    What a function does on import can't be changed after it: such a mutant is noticed, if at all, in the second way.
    """
    whole = 60 + round(5 * sum(tests.seconds.values()))

    def in_functions(ready: Ready) -> None:
        lines = [(it, tests.of_line(it.path, it.line)) for it in asked if it.in_function]
        for mutant in (it for it, through in lines if not through and not again(it)):
            kept.keep(mutant, UNCOVERED, tests)
        timed = ((it, through, whole) for it, through in lines if through)
        for mutant, found in tried(timed, ready.attempt, workers):
            if found != SURVIVED or not again(mutant):
                kept.keep(mutant, found, tests)

    def again(it: Mutant) -> bool:
        return tests.is_imported(it.path, it.line)

    if any(it.in_function for it in asked):
        apart(lambda: readied(in_functions, TESTS))
        kept.of |= Kept.read().of
    _on_import([it for it in asked if not kept.found(it, tests)], tests, kept, whole, workers)


def _on_import(asked: Sequence[Mutant], tests: Covered, kept: Kept, whole: int, workers: int) -> None:
    for name in NOT_OURS if asked else ():
        import_module(name)
    doubtful, explained = [], equivalents()
    for mutant, found in tried(((it, _near(it, tests), whole) for it in asked), anew, workers):
        if found == SURVIVED and (mutant.path, mutant.change) not in explained:
            doubtful.append(mutant)
        else:
            kept.keep(mutant, found, tests)
    everything = tests.in_order(tests.seconds)
    for mutant, found in tried(((it, everything, whole) for it in doubtful), anew, workers):
        kept.keep(mutant, found, tests)


def _near(mutant: Mutant, tests: Covered) -> list[str]:
    """The tests that are likely to notice, of a few files: named as its file, or of every file of its folder.

    Where no test is named so, those that use what it names.
    """
    folder, _, stem = mutant.path.removesuffix(".py").removeprefix("journey/").rpartition("/")
    own = (f"test_{stem}", f"tests/{folder}/test_every_")
    named = [it for it in tests.seconds if any(name in it.partition("::")[0] for name in own)]
    using = {it for path, line in used_in(mutant.path, mutant.line) for it in tests.of_line(path, line)}
    quick = [it for it in tests.in_order(named or using) if tests.seconds[it] < QUICK_S]
    files = Counter(it.partition("::")[0] for it in quick)
    most = {file for file, _ in files.most_common(FILES)}
    return [it for it in quick if it.partition("::")[0] in most] or tests.in_order(tests.seconds)


QUICK_S, FILES = 0.2, 6
"""Which tests are tried first of what is changed on import, and of how many files: all are, should none notice it."""


class Said(NamedTuple):
    """What a run has to say, and how much of it somebody must look at."""

    lines: list[str]
    faults: int


def told(
    drawn: Sequence[Mutant], found: Mapping[Mutant, str], explained: Collection[tuple[str, str]], *, whole: bool
) -> Said:
    """What survived and no list explains, what is explained and needs it no more, and the score of each file.

    `whole`: that every mutant of each file was tried.
    """
    alive = [it for it in drawn if found[it] in {SURVIVED, UNCOVERED}]
    survived = [it for it in alive if (it.path, it.change) not in explained]
    lines = [f"{found[mutant]}: {mutant}" for mutant in survived]
    stale = _stale(drawn, alive, explained) if whole else []
    lines += [f"needs no reason: {path}: {change}" for path, change in stale]
    total, left, same = (Counter(it.path for it in some) for some in (drawn, survived, alive))
    for path, number in total.items():
        lines.append(f"{path}: {number} mutants, {same[path] - left[path]} make no difference, {left[path]} survived")
    differing = len(drawn) - len(alive) + len(survived)
    noticed = len(drawn) - len(alive)
    share = noticed / differing if differing else 1.0
    none = len(drawn) - differing
    lines.append(f"Score: {share:.2%}, {noticed} of {differing} that make a difference; {none} make none")
    return Said(lines, len(survived) + len(stale))


def _stale(
    drawn: Sequence[Mutant], alive: Sequence[Mutant], explained: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    """What is explained though a test notices it, or it is no mutant of its file any more."""
    paths, living = {it.path for it in drawn}, {(it.path, it.change) for it in alive}
    return [it for it in explained if it[0] in paths and it not in living]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
