"""Write the reference into the docs folder: `python -m entrypoints.reference`."""

from __future__ import annotations

from pathlib import Path

from entrypoints.reference.contract_files import FILES
from entrypoints.reference.pages import PAGES

DOCS = Path(__file__).parents[2] / "docs"

if __name__ == "__main__":
    (DOCS / "contract").mkdir(exist_ok=True)
    for name, page in {**PAGES, **FILES}.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
