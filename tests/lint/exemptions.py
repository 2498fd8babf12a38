"""How many exemptions from the rules are there, and does each say why?

`python -m tests.lint.exemptions` prints their number, or names those without a reason and fails. An exemption is
a comment that silences a tool, a test that is not to run or not to pass, or an entry of a list in pyproject.toml
that makes a rule weaker. Its reason stands on its own line, after the rule that it silences.
"""

import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

# The directive, its codes (group `codes`), and whatever follows. Without codes it would silence everything.
DIRECTIVE = re.compile(
    r"#\s*(?P<tool>noqa|ruff: noqa|flake8: noqa|type: ignore|mypy: ignore-errors|mypy: disable-error-code"
    r"|pyright: ignore|pragma: no \w+|fmt: (?:off|skip)|isort: skip|pylint: disable)"
    r"(?P<codes>\[[\w, -]+\]|[:=]\s*[\w-]+(?:\s*,\s*[A-Z][\w-]+)*)?(?P<rest>.*)"
)
ALL_OR_NOTHING = ("pragma", "fmt", "isort", "mypy: ignore-errors")  # these take no codes
MARK = re.compile(r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b")
REASON = re.compile(r"[\s#:,-]*\w+\W+\w+")  # two words at least

# Lists of pyproject.toml whose entries make a rule weaker: table, key.
LISTS = re.compile(
    r"tool\.ruff\.lint (?:ignore|extend-ignore)$|tool\.ruff(?:\.lint)? (?:exclude|extend-exclude)$"
    r"|tool\.ruff\.lint\.per-file-ignores |tool\.mypy\S* (?:disable_error_code|exclude|ignore_\w+|follow_imports)$"
    r"|tool\.pytest\.ini_options filterwarnings$|tool\.importlinter\.contracts (?:ignore_imports|allow_indirect\w+)$"
)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption: where, what it says, and what is wrong with it, if anything."""

    place: str
    text: str
    fault: str = ""


def in_comments(path: Path, name: str) -> Iterator[Exemption]:
    """Yield what the comments and marks of one Python file silence."""
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type == tokenize.COMMENT:
                for found in DIRECTIVE.finditer(token.string):
                    yield Exemption(f"{name}:{token.start[0]}", token.string, _fault(found))
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if MARK.match(line.strip().removeprefix("@")):
            yield Exemption(f"{name}:{number}", line.strip(), "" if "reason=" in line else "no reason=")


def _fault(found: re.Match[str]) -> str:
    if not found["codes"] and not found["tool"].startswith(ALL_OR_NOTHING):
        return "names no rule"
    return "" if REASON.match(found["rest"]) else "no reason"


def in_lists(text: str, name: str) -> Iterator[Exemption]:
    """Yield the entries of pyproject.toml that make a rule weaker; each stands on a line, with its reason."""
    table = key = ""
    for number, line in enumerate(text.splitlines(), 1):
        code, _, comment = _split(line)
        if header := re.match(r"\[+([^\]]+)\]+$", code):
            table, key = header[1], ""
            continue
        if opened := re.match(r'"?([^"=]+?)"?\s*=\s*(.*)', code):
            key = opened[1]
            if opened[2] == "[":
                continue
        if LISTS.search(f"{table} {key}") and code not in ("", "]") and not _strengthens(code):
            yield Exemption(f"{name}:{number}", line.strip(), "" if REASON.match(comment) else "no reason")


def _split(line: str) -> tuple[str, str, str]:
    """Split a line of TOML into its code and its comment; a # within quotes begins none."""
    quoted = re.match(r"""((?:[^#"']|"[^"]*"|'[^']*')*)(#?)(.*)""", line)
    assert quoted is not None  # the pattern matches the empty line too
    return quoted[1].strip(), quoted[2], quoted[3]


def _strengthens(code: str) -> bool:
    return code.strip("',\"") == "error" or code.endswith("= false")


def exemptions(root: Path = ROOT) -> list[Exemption]:
    """Return every exemption of the files that git knows, or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py", "pyproject.toml"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found: list[Exemption] = []
    for name in filter(None, listed.split("\0")):
        path = root / name
        if path.suffix == ".py" and path.exists():
            found.extend(in_comments(path, name))
        elif path.exists():
            found.extend(in_lists(path.read_text(), name))
    return found


def main() -> int:
    """Print the number of exemptions, or those at fault."""
    found = exemptions()
    faulty = [exemption for exemption in found if exemption.fault]
    for exemption in faulty:
        print(f"{exemption.place}: {exemption.fault}: {exemption.text}")
    print(f"{len(found)} exemptions, {len(faulty)} without a rule or a reason")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
