"""Does the code's fingerprint tell one code from another?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from projections import code


def test_it_changes_with_any_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files give the same; a line more, another name or another folder gives another."""
    package = tmp_path / "projections"
    (package / "deep").mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(code, "projections", SimpleNamespace(__file__=str(package / "__init__.py")))

    def now() -> str:
        code.fingerprint.cache_clear()
        return code.fingerprint()

    first = now()
    assert now() == first
    (package / "deep" / "board.py").write_text("ROWS = 1\n", encoding="utf-8")
    second = now()
    (package / "deep" / "board.py").write_text("ROWS = 2\n", encoding="utf-8")
    third = now()
    (package / "deep" / "board.py").rename(package / "board.py")
    assert len({first, second, third, now()}) == 4
    code.fingerprint.cache_clear()
