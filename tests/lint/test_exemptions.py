"""Does the counter of exemptions see what it should?"""

import subprocess
from pathlib import Path

import pytest

from tests.lint.exemptions import Exemption, exemptions, in_lists


def planted(folder: Path, name: str, text: str) -> list[Exemption]:
    """Return the exemptions of a repository that holds this one file."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / name).write_text(text)
    return exemptions(folder)


@pytest.mark.parametrize(
    "comment, fault",
    [
        ("noqa", "names no rule"),
        ("noqa: E501", "no reason"),
        ("noqa: E501, S101", "no reason"),
        ("noqa: E501 - a table reads best whole", ""),
        ("noqa: E501  # a table reads best whole", ""),
        ("ruff: noqa", "names no rule"),
        ("type: ignore", "names no rule"),
        ("type: ignore[arg-type]", "no reason"),
        ("type: ignore[arg-type]  # kafka-python takes bytes too", ""),
        ("pragma: no cover", "no reason"),
        ("pragma: no cover - runs in another process", ""),
        ("fmt: skip", "no reason"),
        ("fmt: skip # a table reads best whole", ""),
    ],
)
def test_comment(tmp_path: Path, comment: str, fault: str) -> None:
    """An exemption in a comment is named unless it says which rule and why."""
    found = planted(tmp_path, "planted.py", f"x = 1  # {comment}\n")
    assert found == [Exemption("planted.py:1", f"# {comment}", fault)]


def test_words_in_strings_are_none(tmp_path: Path) -> None:
    """Text that only speaks of exemptions is none."""
    assert planted(tmp_path, "planted.py", 'x = "# noqa"\n') == []


def test_skipped_test_needs_a_reason(tmp_path: Path) -> None:
    """A test marked to be skipped says why."""
    mark = "@pytest.mark." + "skip"
    found = planted(tmp_path, "planted.py", f"{mark}\ndef test_x(): ...\n")
    assert [exemption.fault for exemption in found] == ["no reason="]


def test_lists_of_the_project_file() -> None:
    """An entry of an ignore list needs its reason on its own line; entries of other lists are none of ours."""
    text = """
[tool.ruff.lint]
select = ["ALL"]
ignore = [
  "E501", # a table reads best whole
  "S101",
]
[tool.ruff.lint.per-file-ignores]
"tests/**" = ["S105"]
[tool.pytest.ini_options]
filterwarnings = [
  "error",
  "ignore:old",
]
[[tool.mypy.overrides]]
module = ["kafka.*"]
ignore_missing_imports = true # ships no types
"""
    found = in_lists(text, "p")
    assert [(exemption.place, exemption.fault) for exemption in found] == [
        ("p:5", ""),
        ("p:6", "no reason"),
        ("p:9", "no reason"),
        ("p:13", "no reason"),
        ("p:17", ""),
    ]


def test_each_of_ours_has_its_reason() -> None:
    """The repository's own exemptions all say which rule and why."""
    assert [exemption for exemption in exemptions() if exemption.fault] == []
