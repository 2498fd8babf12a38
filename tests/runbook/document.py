"""Which commands does the runbook name, section by section?"""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"
A_SECTION = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
A_BLOCK = re.compile(r"(?:^    .*\n)+", re.MULTILINE)


def commands(section: str) -> list[str]:
    """The scripts of a section, each as it stands there. Raises KeyError if there is no such section."""
    parts = A_SECTION.split(DOCUMENT.read_text(encoding="utf-8"))
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in A_BLOCK.findall(sections[section])]
