"""Write the reference into the docs folder: `python -m entrypoints.reference`."""

from __future__ import annotations

from pathlib import Path

from entrypoints.reference.pages import PAGES

DOCS = Path(__file__).parents[2] / "docs"

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
